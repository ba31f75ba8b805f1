"""Where the truck stops and the hose begins."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from routes.engine.answers import Targets
from routes.engine.arrays import NEED_UNKNOWN, Ints, Longs, Network, Path, Profile, Spot
from routes.engine.asking import FIRST_LOOK, begin, look_back
from routes.engine.backing import NONE_LEFT
from routes.engine.boards import bound_to, rules_of, table_of
from routes.engine.hose import HoseField, HosePath
from routes.engine.judging import Stretches, is_driven, stretches_of
from routes.engine.passing import TIME, Rules
from routes.engine.unfolding import path_back


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the truck stops, by driving and laying together."""

    spot: Spot
    path: Path  # of the truck; one step of no length where it does not move
    hose_mm: int
    hose_path: HosePath
    total_ms: int


def best_stop(
    network: Network,
    profile: Profile,
    starts: Sequence[tuple[Spot, int]],
    hose: HoseField,
    *,
    lay_ms_per_m: float,
    places: "StopPlaces | None" = None,
) -> Stop | None:
    """Find where to stop so that water is soonest at the target: least time to drive there and to lay hose from there.

    Driving and laying take their time evenly, so that the best place is an end of what can be driven or of what hose
    can be laid along: a junction, a place before or behind something in the way, or the target itself. The search
    settles these places by total time and ends with the first; a long one goes back from them to the starts.

    Parameters
    ----------
    places
        From `places_to_stop` with the same field, starts and pace of laying, where several vehicles are asked for.

    Returns
    -------
    None where the truck gets to no place from which the hose field reaches the target. Of equal totals always the same.
    """
    places = places or places_to_stop(network, hose, starts, lay_ms_per_m=lay_ms_per_m)
    if not len(places.laid_mm):
        return None
    rules = rules_of(network, profile)
    for less, stop, way in places.known:
        # Where a smaller one stops best, and this one gets too, this one stops best; if that one has no way, none has.
        if asks_no_more(less, profile) and (stop is None or is_driven(network, rules, stop.path, way)):
            return stop
    stop = _search_stop(network, rules, starts, hose, places, lay_ms_per_m)
    places.known.append((profile, stop, None if stop is None else stretches_of(stop.path)))
    return stop


def _search_stop(
    network: Network,
    rules: Rules,
    starts: Sequence[tuple[Spot, int]],
    hose: HoseField,
    places: "StopPlaces",
    lay_ms_per_m: float,
) -> Stop | None:
    targets = places.targets
    # On an empty network a truck that is no faster than the hose is laid gets no sooner to the target than this.
    pace = np.minimum(rules.pace, int(lay_ms_per_m * 1000))
    bound = bound_to(network, pace, [(hose.target, 0)])
    settled = begin(network, rules, starts, targets, limit=TIME, bound=bound)
    if not settled.go_on(1, FIRST_LOOK):
        found = None if rules.legal else found_back(network, rules, starts, targets)
        if found is not None:
            return _stop_at(hose, places, *found) if found else None
        settled.go_on(1)
    if not settled.found:
        return None
    best = int(settled.labels.settled[0])
    return _stop_at(hose, places, best, settled.path(best))


def _stop_at(hose: HoseField, places: "StopPlaces", best: int, path: Path) -> Stop:
    targets = places.targets
    spot = Spot(int(targets.edge[best]), int(targets.at_mm[best]))
    *driven, last = path.steps
    # At a junction the truck stands on the road that it came by, whichever of the places there was found first.
    came_by = Spot(driven[-1].edge, driven[-1].to_mm) if driven and last.from_mm == last.to_mm else spot
    if came_by != spot and hose.metres_at(came_by) == places.laid_mm[best] / 1000:
        spot, path = came_by, Path(tuple(driven), path.time_ms, path.length_mm)
    laid_path = hose.path_from(spot)
    assert laid_path is not None  # noqa: S101 - every candidate lies in the field
    return Stop(spot, path, int(places.laid_mm[best]), laid_path, path.time_ms + int(targets.extra_ms[best]))


def found_back(
    network: Network, rules: Rules, starts: Sequence[tuple[Spot, int]], targets: Targets
) -> tuple[int, Path] | tuple[()] | None:
    """Search from the places back to the starts; seen from there much hose costs nothing until little of it fails.

    Returns
    -------
    The best place and the way to it; empty where there is none; None where something stands in this way at its time,
    so that it is only the best of another hour.
    """
    status, back = look_back(network, rules, starts, targets)
    if status == NONE_LEFT:
        return ()
    best, path = path_back(network, rules, starts, targets, back)
    return (best, path) if is_driven(network, rules, path) else None


@dataclass(frozen=True, slots=True)
class StopPlaces:
    """The places where any truck may best stop, by hose left to lay, as targets with what laying it takes.

    It remembers where vehicles stop: ask for the small ones first.
    """

    targets: Targets
    laid_mm: Longs
    known: list[tuple[Profile, Stop | None, Stretches | None]] = field(default_factory=list)


def asks_no_more(one: Profile, other: Profile) -> bool:
    """Tell whether `one` gets, in the same time, wherever the `other` gets."""
    return (
        one.emergency == other.emergency
        and one.depart_s == other.depart_s
        and one.least <= other.least
        and all(map(_needs_no_more, one.need.tolist(), other.need.tolist()))
        and np.array_equal(one.pace, other.pace)
    )


def _needs_no_more(one: int, other: int) -> bool:
    return one == other if NEED_UNKNOWN in {one, other} else one <= other


def places_to_stop(
    network: Network, hose: HoseField, starts: Sequence[tuple[Spot, int]], *, lay_ms_per_m: float
) -> StopPlaces:
    """Prepare `best_stop` for several vehicles: the places do not depend on who drives."""
    edges, places = _candidates(network, hose, [spot for spot, _ in starts])
    laid = hose.mm_at(edges, places)[0]
    within = np.flatnonzero(laid >= 0)
    # By what they cost: so the search back takes them up.
    within = within[np.argsort(laid[within], kind="stable")]
    laid_mm = laid[within]
    lay_ms = np.floor(laid_mm * (lay_ms_per_m / 1000) + 0.5).astype(np.int64)
    return StopPlaces(Targets.of(edges[within], places[within], np.ones(len(within)), lay_ms), laid_mm)


def _candidates(network: Network, hose: HoseField, starts: Sequence[Spot]) -> tuple[Ints, Ints]:
    """Give the places where a truck may best stop: of each edge in the field its ends and what stands on it.

    The starts too, for a truck that cannot move.
    """
    topology = network.topology
    near = hose.node_mm >= 0
    edges = np.flatnonzero(near[topology.tail] | near[topology.head]).astype(np.int32)
    edges = np.union1d(edges, [hose.target.edge]).astype(np.int32)
    board = table_of(network).board
    first, last = board.standing_first[edges], board.standing_first[edges + 1]
    entries = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True) if a < b] or [np.zeros(0, int)])
    standing = np.repeat(edges, last - first)
    length = topology.length_mm[edges].astype(np.int64)
    # Where the hose of the field ends, counted from either end of the edge.
    ends = (
        hose.limit_mm - hose.node_mm[topology.tail[edges]],
        length - hose.limit_mm + hose.node_mm[topology.head[edges]],
    )
    end = topology.length_mm[standing]
    low, high = (np.clip(place[entries], 0, end) for place in (board.from_mm, board.to_mm))
    # Standing at the very point of a gate one would be on both sides of it, and hose laid from there through nothing:
    # the truck stops a millimetre before, on its own side.
    point = low == high
    sides = low - point, high + point
    edge = np.concatenate([edges, edges, edges, edges, standing, standing, [spot.edge for spot in starts]])
    places = [np.zeros(len(edges), int), length, *ends, *sides, [spot.at_mm for spot in starts]]
    edge, place = edge.astype(np.int64), np.concatenate(places)
    place = np.clip(place, 0, topology.length_mm[edge])
    at_a_point = np.isin(_keys(edge, place), _keys(standing[point], low[point]))
    keys = np.append(_keys(edge, place)[~at_a_point], _keys(hose.target.edge, hose.target.at_mm))
    unique = np.unique(keys)
    return (unique >> _EDGE_BITS).astype(np.int32), (unique & _PLACE_MASK).astype(np.int32)


_EDGE_BITS: Final = 32
_PLACE_MASK: Final = (1 << _EDGE_BITS) - 1


def _keys(edge: ArrayLike, place: ArrayLike) -> Longs:
    """Write edge and place as one number, in order of edge and place."""
    keys: Longs = (np.asarray(edge, np.int64) << _EDGE_BITS) | np.asarray(place, np.int64)
    return keys
