"""The questions that the engine answers: the public API of `routes.engine`. Pure; no store, no clock.

Every search takes the `Network` of one moment and never changes it. Equal questions on equal networks give equal
answers to the last bit: ties go to the smaller label, which is a junction or an arc, and to the target given first.
Labels are earliest arrivals and nobody waits: a way that is open only to somebody who comes later is not found.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from routes.engine.answers import Arrival, Opening, Reached, Targets
from routes.engine.arrays import Network, Path, Profile, Spot, Step
from routes.engine.asking import NOWHERE, Settled, settle, settle_one, settle_open
from routes.engine.boards import NO_LIMIT, hose_rules, rules_of
from routes.engine.covering import Places, cover_pairs
from routes.engine.covering import Walk as CoverWalk
from routes.engine.cutting import cut_roads
from routes.engine.depth import Depths, Walk, depths_of, walk_from
from routes.engine.excerpts import Excerpt, reach_of
from routes.engine.hose import HoseField, HosePath
from routes.engine.limits import need_of
from routes.engine.locating import locate
from routes.engine.mending import edited_edges, mended
from routes.engine.mouths import Mouths
from routes.engine.opening import openings_on
from routes.engine.passing import OPEN, TIME
from routes.engine.reaching import asked_again, reached_after, what_is_reached
from routes.engine.snapping import nearest_spots
from routes.engine.spreading import Spread
from routes.engine.squares import area_of_squares
from routes.engine.stopping import Stop, StopPlaces, best_stop, found_back, places_to_stop
from routes.engine.tiny import anybody, tiny_network
from routes.engine.weighing import Needs, Together, Waters, weigh

__all__ = [
    "Arrival",
    "Depths",
    "HoseField",
    "HosePath",
    "Mouths",
    "Opening",
    "Reached",
    "Settled",
    "Spread",
    "Stop",
    "StopPlaces",
    "Targets",
    "Walk",
    "asked_again",
    "best_stop",
    "depths_of",
    "edited_edges",
    "fastest",
    "flood",
    "lay_hose",
    "mended",
    "nearest_spots",
    "need_of",
    "places_to_stop",
    "reach",
    "reached_after",
    "reached_by",
    "walk_from",
    "warm_up",
    "way_to_open",
]

_NO_EDGES: Final = np.zeros(0, np.int32)
_LONGEST_MS: Final = TIME
"""49 days: what does not fit the time part of a cost."""


def fastest(network: Network, profile: Profile, start: Spot, end: Spot) -> Path | None:
    """Find the fastest way that the vehicle may use, first and last stretch included.

    Returns
    -------
    None where there is no way. A way from a spot to itself has one step of no length; else no first or last step has.

    Notes
    -----
    In legal mode one-ways, closed roads, signs and turn bans bind; bans over a via way do not (`Topology.via_bans`).
    """
    settled = settle_one(network, rules_of(network, profile), start, end, limit=_LONGEST_MS)
    return settled.path(0) if settled.found else None


def reach(network: Network, profile: Profile, starts: Sequence[tuple[Spot, int]], *, limit_ms: int) -> Reached:
    """Find everything reached up to a time, partial edges included."""
    return reached_by(flood(network, profile, starts, limit_ms=limit_ms))


def flood(network: Network, profile: Profile, starts: Sequence[tuple[Spot, int]], *, limit_ms: int) -> Settled:
    """Search in all directions up to a time, for `reached_by`, and for `mended` after an edit."""
    return settle(network, rules_of(network, profile), starts, NOWHERE, wanted=1, limit=limit_ms)


def reached_by(settled: Settled) -> Reached:
    """Give what a flood reached, partial edges included."""
    return what_is_reached(settled, settled.limit)


def way_to_open(network: Network, profile: Profile, start: Spot, end: Spot) -> tuple[Path, list[Opening]] | None:
    """Find the way on which least must be removed: roads (which cannot be) first, then standings, then time.

    Returns
    -------
    The way and what is in it, in driving order; nothing in it where a way is open. None where no road leads there.

    Notes
    -----
    A restriction that stands on two edges counts twice in the choice of the way, and is named once.
    """
    rules = rules_of(network, profile, OPEN)
    settled = settle_open(network, rules, start, end, limit=NO_LIMIT)
    if not settled.found:
        return None
    path = settled.path(0)
    return path, openings_on(network, rules, path)


def lay_hose(network: Network, target: Spot, *, limit_mm: int, through_unknown: bool = True) -> HoseField:
    """Find how far everything is from the target by hose: along every road, both ways, through what people pass.

    Parameters
    ----------
    through_unknown
        Whether hose may lie where nobody knows if people pass, or whether there is a road (under construction,
        proposed, razed); such a way is marked (`HosePath.unknown`).
    """
    rules = hose_rules(network, through_unknown=through_unknown)
    settled = settle(network, rules, [(target, 0)], NOWHERE, wanted=1, limit=limit_mm)
    nodes = len(network.topology.node_id)
    return HoseField(network, target, limit_mm, settled.labels.cost[:nodes] - 1, settled.labels.came[:nodes], rules)


def warm_up() -> None:
    """Compile every kernel, or load it from the cache, so that the first question does not wait for that."""
    network, start, end = tiny_network(), Spot(0, 50_000), Spot(1, 50_000)
    nearest_spots(network, (1.0, 1.0))
    cut_roads(network, anybody(emergency=True))
    for emergency in (True, False):
        driver = anybody(emergency=emergency)
        fastest(network, driver, start, end)
        way_to_open(network, driver, start, Spot(1, 100_000))
        reach(network, driver, [(start, 0)], limit_ms=1)
    depths_of(network, driver, [(start, 0)]).surely.path_to(Spot(1, 90_000))
    walk_from(network, [end], through_unknown=True).path_to(start)
    hose = lay_hose(network, end, limit_mm=100_000)
    best_stop(network, driver, [(start, 0)], hose, lay_ms_per_m=1000.0)
    Mouths(network, driver, 1).goes_on(Step(0, 0, 50_000, 0, 1))
    # In a city it is also looked for from the end.
    targets = places_to_stop(network, hose, [(start, 0)], lay_ms_per_m=1000.0).targets
    found_back(network, rules_of(network, anybody(emergency=True)), [(start, 0)], targets)
    spread = Spread(
        network, anybody(emergency=True), [(start, 0)], Targets.of([1], [50_000], [True]), limit_ms=NO_LIMIT
    )
    spread.arrival(*spread.settle(np.ones(1, np.bool_), 1).tolist())
    mended(
        flood(network, anybody(emergency=True), [(start, 0)], limit_ms=1), network, anybody(emergency=True), _NO_EDGES
    )
    area_of_squares(network, np.array([0]), np.array([0]), np.array([50_000]), 10.0)
    _warm_coverage(network)


def _warm_coverage(network: Network) -> None:
    located = locate(network, np.array([0, 1]), np.ones((1, 2)), within_m=30.0)
    places = Places(located.edge, located.at_mm, np.zeros(1, np.int32), np.ones(1, np.bool_))
    pairs = cover_pairs(network, places, places, limit_mm=1)
    one = np.ones(1)
    whole = np.ones(1, np.int32)
    needs = Needs(one, one, whole.astype(np.int8), whole.astype(np.uint8))
    waters = Waters(whole.astype(np.int8), one, one, one, one, whole, whole, Together.none(len(whole)))
    weigh(pairs, pairs.first_of_house(1), needs, waters)
    part = Excerpt.of(network, np.arange(1, dtype=np.int32))
    reach_of(part, CoverWalk.of(part.network), part.here(places), limit_mm=1)
