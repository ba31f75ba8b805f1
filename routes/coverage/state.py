"""Coverage in the memory of whoever computes it: everything it rests on, and what came out."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from routes.barriers import Barriers, barriers_now, with_rails
from routes.coverage.classes import CoverRules
from routes.coverage.computing import Computing, Whole, at_once
from routes.coverage.pairs import NO_PAIRS, PairStore
from routes.coverage.places import Houses, read_houses
from routes.coverage.sources import Sources, read_sources
from routes.coverage.trucks import VEHICLE, TruckReach, levels_at_sources, truck_reach
from routes.engine.arrays import Flags, Ints, Network, Small
from routes.engine.covering import Houses as SortedHouses
from routes.engine.covering import Places, Walk
from routes.engine.weighing import Needs, Weighed

LEAST_LIMIT_MM: Final = 400_000
"""Figures are told up to 400 m of hose, whatever the rules of the day allow."""
Key = tuple[int, int]


@dataclass(slots=True)
class CoverState:
    """Everything that coverage is computed of, and what came out; indices of houses and sources never change."""

    network: Network
    barriers: Barriers
    rules: CoverRules
    out: frozenset[str]
    hose: Network  # as hose is laid on it
    walk: Walk
    houses: Houses
    sources: Sources
    store: PairStore
    reach: TruckReach
    truck: Small  # of houses
    weighed: Weighed
    alive: Flags  # houses that are still there
    vehicle: str = VEHICLE
    house_at: dict[Key, int] = field(default_factory=dict)
    by_edge: SortedHouses | None = None
    """Those of the houses that are there, once asked for and until one is edited."""
    source_at: dict[str, int] = field(default_factory=dict)

    @property
    def limit_mm(self) -> int:
        """Hose that is searched."""
        return _limit_mm(self.rules)

    @property
    def living(self) -> Places:
        """The places of houses; those of removed ones lie on no road."""
        places = self.houses.places
        if self.alive.all():
            return places
        return replace(places, edge=np.where(self.alive, places.edge, -1).astype(np.int32))

    def living_by_edge(self) -> SortedHouses:
        """Give the houses that are there, by the road they lie on."""
        self.by_edge = self.by_edge or self.walk.by_edge(self.living)
        return self.by_edge


def compute(
    network: Network, rules: CoverRules, out: Collection[str], vehicle: str = VEHICLE, by: Computing = at_once
) -> CoverState:
    """Compute everything from what the tables hold now."""
    houses = read_houses(network, rules)
    sources = read_sources(network, rules, out)
    reached = truck_reach(network, rules, vehicle)
    sources = replace(sources, truck=levels_at_sources(reached, sources))
    return assemble(network, rules, frozenset(out), houses, sources, reached, vehicle, by)


def assemble(
    network: Network,
    rules: CoverRules,
    out: frozenset[str],
    houses: Houses,
    sources: Sources,
    reached: TruckReach,
    vehicle: str = VEHICLE,
    by: Computing = at_once,
) -> CoverState:
    """Find the pairs and weigh every house; a state whose pairs `by` leaves elsewhere can be stored, not followed."""
    barriers = barriers_now()
    hose = with_rails(network, barriers)
    walk = Walk.of(hose)
    pairs, weighed = by(whole_of(hose, walk, houses, sources, rules))
    store = PairStore(NO_PAIRS if pairs is None else pairs, len(houses), len(sources))
    return CoverState(
        network, barriers, rules, out, hose, walk, houses, sources, store, reached,
        truck=trucks_to(reached, houses), weighed=weighed, alive=np.ones(len(houses), bool), vehicle=vehicle,
        house_at={key: i for i, key in enumerate(houses.keys)},
        source_at={row.key: i for i, row in enumerate(sources.rows)},
    )  # fmt: skip


def whole_of(network: Network, walk: Walk, houses: Houses, sources: Sources, rules: CoverRules) -> Whole:
    """Give what pairs and classes are computed of; the network as hose is laid on it."""
    needs, limit_mm = needs_of(houses, rules), _limit_mm(rules)
    return Whole(network, walk, houses.places, needs, sources.places, sources.waters, limit_mm)


def _limit_mm(rules: CoverRules) -> int:
    return max(LEAST_LIMIT_MM, round(rules.farthest_m * 1000))


def needs_of(houses: Houses, rules: CoverRules) -> Needs:
    """Say what houses need by the rules of the day."""
    two = np.where(houses.least_lps >= rules.two.value, 1, np.where(houses.most_lps < rules.two.value, 0, 2))
    return Needs(houses.least_lps, houses.most_lps, two.astype(np.int8), (houses.edge >= 0).astype(np.uint8))


def trucks_to(reached: TruckReach, houses: Houses) -> Small:
    """Say how sure a truck gets to the road at each house."""
    levels = reached.levels(houses.edge, houses.at_mm)
    levels[~houses.sure] = np.minimum(levels[~houses.sure], 1)
    return levels


def search_again(state: CoverState, sources: Ints) -> Ints:
    """Find the pairs of some sources anew; give the houses that had one or have one."""
    if not len(sources):
        return sources
    before = state.store.houses_of(sources)
    pairs = state.walk.pairs(
        state.living, state.sources.places, limit_mm=state.limit_mm, which=sources, sorted_houses=state.living_by_edge()
    )
    state.store.replace_sources(sources, pairs)
    found: Ints = np.union1d(before, pairs.house).astype(np.int32)
    return found
