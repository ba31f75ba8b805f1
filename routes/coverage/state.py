"""Coverage in the memory of whoever computes it: made whole, and brought right after an edit by what the edit touches.

An edit runs only the searches of sources that can feel it, before or after. `Edit` says what was edited; the same
state comes out as of a whole computation, which tests hold on random sketches and on real roads.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routes.coverage.barriers import Barriers, barriers_now, with_rails
from routes.coverage.classes import CoverRules
from routes.coverage.computing import Computing, Whole, at_once
from routes.coverage.flows import tests_now
from routes.coverage.pairs import NO_PAIRS, PairStore
from routes.coverage.places import Houses, read_houses
from routes.coverage.sources import COLUMNS, Sources, joined, read_sources, states_of
from routes.coverage.trucks import VEHICLE, TruckReach, levels_at_sources, truck_reach
from routes.engine.arrays import Flags, Ints, Longs, Network, Small
from routes.engine.covering import CoverPairs, Places, Walk
from routes.engine.covering import Houses as SortedHouses
from routes.engine.searches import edited_edges
from routes.engine.weighing import NOT_USABLE, Needs, Weighed, weigh

LEAST_LIMIT_MM: Final = 400_000
"""Figures are told up to 400 m of hose, whatever the rules of the day allow."""
MANY_STALE: Final = 200_000
"""More pairs than that beside the others are put among them when nobody waits."""
MOST_STALE: Final = 2_000_000
"""More than that are at once: each edit looks at all of them."""

Key = tuple[int, int]


class Edit(NamedTuple):
    """What may have changed since: keys of houses by layer, keys of sources; the rest is compared."""

    buildings: Collection[int] = ()
    facilities: Collection[int] = ()
    sources: Collection[str] = ()
    tests: bool = False
    """Whether flow tests may have been written down."""


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
    """Those of the houses that are there, until one is edited."""
    source_at: dict[str, int] = field(default_factory=dict)

    @property
    def limit_mm(self) -> int:
        """Hose that is searched."""
        return _limit_mm(self.rules)


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


# After an edit --------------------------------------------------------------------------------------------------------


def after(state: CoverState, edit: Edit, network: Network, out: Collection[str]) -> Ints | None:
    """Bring a state right; the roads, restrictions and outages of before and now are compared.

    Returns
    -------
    The houses of which anything came out otherwise, ascending, edited and removed ones included; None where all has to
    be computed anew: roads were drawn, so that places lie on other edges.
    """
    if network.topology is not state.network.topology or (network.roads.gone != state.network.roads.gone).any():
        return None
    edited = edited_edges(state.network, network)
    felt = [_edited_ways(state, network, edited), _edited_sources(state, edit, out)]
    own = _edited_houses(state, edit)
    by_source, by_truck = _trucks(state, network, edited)
    tidy(state, MOST_STALE)
    other = _weigh(state, np.unique(np.concatenate([*felt, own, by_source, by_truck])).astype(np.int32))
    return np.unique(np.concatenate([other, own, by_truck])).astype(np.int32)


def tidy(state: CoverState, most: int = MANY_STALE) -> None:
    """Put the pairs found anew among the others where there are more than that; takes as long as a dozen edits."""
    if len(state.store.extra) > most:
        state.store = PairStore(state.store.all(), len(state.houses), len(state.sources))


def _edited_ways(state: CoverState, network: Network, edited: Ints | None) -> Ints:
    before, walk, hose = state.walk, state.walk, state.hose
    if network is not state.network:
        # An edit of a barrier is none of ways: all is computed anew then.
        hose = with_rails(network, state.barriers)
        walk = Walk.of(hose)
    edges = changed_edges(state.hose, hose, edited)
    state.network, state.hose, state.walk = network, hose, walk
    if not len(edges):
        return np.zeros(0, np.int32)
    ends = both_ends(network, edges)
    felt: list[NDArray[np.integer[Any]]] = [np.flatnonzero(np.isin(state.sources.places.edge, edges))]
    felt += [each.pairs(state.sources.places, ends, limit_mm=state.limit_mm).house for each in (before, walk)]
    return _search_again(state, np.unique(np.concatenate(felt)).astype(np.int32))


def changed_edges(before: Network, now: Network, edited: Ints | None) -> Ints:
    """Give the edges on which people meet something else than before; among the edited ones, None: perhaps on all."""
    if before is now:
        return np.zeros(0, np.int32)
    kinds = (
        [np.array([state.classes[c] for c in state.road_class], np.str_) for state in (before.roads, now.roads)]
        if (before.roads.road_class is not now.roads.road_class)
        else None
    )
    other = np.zeros(0, np.int64) if kinds is None else np.flatnonzero(kinds[0] != kinds[1])
    if before.standings is not now.standings:
        rows = [_met_on_foot(network, edited) for network in (before, now)]
        both, counts = np.unique(np.concatenate([np.unique(each, axis=0) for each in rows]), axis=0, return_counts=True)
        other = np.concatenate([other, both[counts == 1, 0]])
    return np.unique(other).astype(np.int32)


def _met_on_foot(network: Network, edges: Ints | None) -> Ints:
    """Give what stands in the way of people, as rows; what everybody passes is none of it."""
    s = network.standings
    chosen = np.arange(len(s.first) - 1, dtype=np.int32) if edges is None else edges
    counts = s.first[chosen + 1] - s.first[chosen]
    standing = np.repeat(s.first[chosen] - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    columns = (np.repeat(chosen, counts), *(c[standing] for c in (s.from_mm, s.to_mm, s.foot, s.in_doubt)))
    stops = s.foot[standing] != 1
    rows: Ints = np.column_stack([column[stops].astype(np.int32) for column in columns])
    return rows


def both_ends(network: Network, edges: Ints) -> Places:
    """Give both ends of edges as places; what can feel an edit of one reaches an end of it, or stands on it."""
    length = network.topology.length_mm[edges]
    n = 2 * len(edges)
    at_mm = np.concatenate([np.zeros_like(length), length])
    return Places(np.concatenate([edges, edges]), at_mm, np.zeros(n, np.int32), np.ones(n, np.bool_))


def _search_again(state: CoverState, sources: Ints) -> Ints:
    """Find the pairs of some sources anew; give the houses that had one or have one."""
    if not len(sources):
        return sources
    before = state.store.houses_of(sources)
    pairs = state.walk.pairs(
        _alive(state), state.sources.places, limit_mm=state.limit_mm, which=sources, sorted_houses=_by_edge(state)
    )
    state.store.replace_sources(sources, pairs)
    found: Ints = np.union1d(before, pairs.house).astype(np.int32)
    return found


def _alive(state: CoverState) -> Places:
    places = state.houses.places
    return (
        places if state.alive.all() else replace(places, edge=np.where(state.alive, places.edge, -1).astype(np.int32))
    )


def _edited_sources(state: CoverState, edit: Edit, out: Collection[str]) -> Ints:
    keys = set(edit.sources)
    found = read_sources(state.network, state.rules, out, sorted(keys)) if keys else None
    touched = {*_outages(state, frozenset(out)), *(_tested_anew(state) if edit.tests else ())}
    moved: list[int] = []
    if found is not None:
        moved, same = _put(state, found)
        there = {row.key for row in found.rows}
        for key in keys - there:
            if key in state.source_at:
                same.append(state.source_at.pop(key))
                state.sources.state[same[-1]] = NOT_USABLE
                state.sources.places.edge[same[-1]] = -1
                moved.append(same[-1])
        touched.update(same)
    houses = state.store.houses_of(np.array(sorted(touched), np.int32))
    again = _search_again(state, np.array(sorted(moved), np.int32))
    return np.union1d(houses, again).astype(np.int32)


def _outages(state: CoverState, out: frozenset[str]) -> list[int]:
    """Take sources out of use, or back; give their indices."""
    changed = [state.source_at[key] for key in out ^ state.out if key in state.source_at]
    state.out = out
    rows = [state.sources.rows[i] for i in changed]
    state.sources.state[changed] = states_of(rows, state.rules, out)
    return changed


def _tested_anew(state: CoverState) -> list[int]:
    """Take in flow tests; give the hydrants of which another test is the latest."""
    before, now = state.sources.tests, tests_now()
    state.sources = replace(state.sources, tests=now)
    pairs = [pair for pair in before.keys() | now.keys() if before.get(pair) != now.get(pair)]
    keys = {f"hydrants/{number}" for pair in pairs for number in pair}
    return [state.source_at[key] for key in keys if key in state.source_at]


def _put(state: CoverState, found: Sources) -> tuple[list[int], list[int]]:
    """Put sources that were read into the state; give those whose place is another, and those that stay there."""
    found = replace(found, truck=levels_at_sources(state.reach, found))
    known = [i for i, row in enumerate(found.rows) if row.key in state.source_at]
    fresh = np.array([i for i in range(len(found)) if i not in set(known)], np.int64)
    # A source that was moved gets an index of its own: its stands lie elsewhere too.
    stays = [i for i in known if _same_place(state.sources.places, state.source_at[found.rows[i].key], found.places, i)]
    moved = [i for i in known if i not in set(stays)]
    same = []
    rows, mains = list(state.sources.rows), list(state.sources.mains)
    for i in stays:
        at = state.source_at[found.rows[i].key]
        rows[at], mains[at] = found.rows[i], found.mains[i]
        for name in COLUMNS:
            getattr(state.sources, name)[at] = getattr(found, name)[i]
        same.append(at)
    gone = [state.source_at[found.rows[i].key] for i in moved]
    state.sources.state[gone] = NOT_USABLE
    state.sources.places.edge[gone] = -1
    state.sources = replace(state.sources, rows=tuple(rows), mains=tuple(mains))
    new = _add_sources(state, found, np.sort(np.concatenate([fresh, np.array(moved, np.int64)])))
    return [*gone, *new], same


def _same_place(places: Places, at: int, others: Places, i: int) -> bool:
    columns = ("edge", "at_mm", "offset_mm", "sure")
    return all(getattr(places, c)[at] == getattr(others, c)[i] for c in columns)


def _add_sources(state: CoverState, found: Sources, which: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[int]:
    if not len(which):
        return []
    first = len(state.sources)
    state.sources = joined(state.sources, some_sources(found, which.tolist()))
    for position, i in enumerate(which.tolist()):
        state.source_at[found.rows[i].key] = first + position
    state.store.grow(len(state.houses), len(state.sources))
    return list(range(first, len(state.sources)))


def some_sources(sources: Sources, which: list[int]) -> Sources:
    """Take some sources, in this order."""
    position = np.full(len(sources), -1, np.int32)
    position[which] = np.arange(len(which))
    here = position[sources.stands.source] >= 0
    names = ("source", "edge", "at_mm", "apart_m", "lane", "lane_from_mm", "lane_to_mm")
    stands = type(sources.stands)(*(getattr(sources.stands, n)[here] for n in names))
    stands = replace(stands, source=position[stands.source])
    columns: dict[str, Any] = {name: getattr(sources, name)[which] for name in COLUMNS}
    rows, mains = tuple(sources.rows[i] for i in which), tuple(sources.mains[i] for i in which)
    places = sources.places.some(np.array(which, np.int64))
    return replace(sources, rows=rows, mains=mains, places=places, stands=stands, **columns)


def _edited_houses(state: CoverState, edit: Edit) -> Ints:
    wanted = [(0, key) for key in edit.buildings] + [(1, key) for key in edit.facilities]
    if not wanted:
        return np.zeros(0, np.int32)
    found = read_houses(state.network, state.rules, (sorted(edit.buildings), sorted(edit.facilities)))
    gone = [state.house_at.pop(key) for key in wanted if key in state.house_at]
    state.alive[gone] = False
    state.by_edge = None
    first = len(state.houses)
    state.houses = state.houses.and_also(found)
    state.house_at.update({key: first + i for i, key in enumerate(found.keys)})
    fresh = np.arange(first, len(state.houses), dtype=np.int32)
    _grow(state, found)
    back = state.walk.pairs(state.sources.places, found.places, limit_mm=state.limit_mm)
    pairs = CoverPairs((back.source + first).astype(np.int32), back.house, back.distance_mm, back.sure_mm)
    none = pairs.some(np.zeros(len(pairs), bool))
    state.store.replace_houses(np.array(gone, np.int32), none)
    state.store.replace_houses(fresh, pairs)
    return np.concatenate([np.array(gone, np.int32), fresh])


def _grow(state: CoverState, found: Houses) -> None:
    state.alive = np.concatenate([state.alive, np.ones(len(found), bool)])
    state.truck = np.concatenate([state.truck, trucks_to(state.reach, found)])
    columns: tuple[NDArray[Any], ...] = state.weighed
    state.weighed = Weighed(*(np.concatenate([each, np.full(len(found), -1, each.dtype)]) for each in columns))
    state.store.grow(len(state.houses), len(state.sources))


def _trucks(state: CoverState, network: Network, edited: Ints | None) -> tuple[Ints, Ints]:
    """Ask again where trucks get to, if anything on the roads is another.

    Returns
    -------
    The houses with a source, and those themselves, to which trucks get more or less surely than before.
    """
    before = state.reach.network
    if before.standings is network.standings and before.roads is network.roads:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    reached, state.reach = state.reach, truck_reach(network, state.rules, state.vehicle, state.reach, edited)
    other = state.reach.other_than(reached, edited)
    stands = state.sources.stands
    sources = _felt(other, len(state.sources), stands.source, stands.edge, stands.lane)
    levels = state.sources.truck.copy()
    levels[sources] = levels_at_sources(state.reach, some_sources(state.sources, sources.tolist()))
    by_source = state.store.houses_of(np.flatnonzero(levels != state.sources.truck).astype(np.int32))
    state.sources = replace(state.sources, truck=levels)
    houses = _houses_on(state, other)
    truck = trucks_to(state.reach, state.houses.some(houses))
    by_truck = houses[truck != state.truck[houses]]
    state.truck[houses] = truck
    return by_source, by_truck


def _houses_on(state: CoverState, other: Flags | None) -> Ints:
    """Give the houses that are there on these edges, ascending; None: all."""
    if other is None:
        return np.flatnonzero(state.alive).astype(np.int32)
    at = _by_edge(state)
    parts = [at.order[at.first[edge] : at.first[edge + 1]] for edge in np.flatnonzero(other).tolist()]
    return np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.int32)


def _by_edge(state: CoverState) -> SortedHouses:
    state.by_edge = state.by_edge or state.walk.by_edge(_alive(state))
    return state.by_edge


def _felt(other: Flags | None, count: int, whose: Ints | Longs, *edges: Ints) -> Ints:
    """Give those of whom a place is on one of the other edges, ascending; None: all. On no road one feels nothing."""
    if other is None:
        return np.arange(count, dtype=np.int32)
    there = np.any([other[edge] & (edge >= 0) for edge in edges], axis=0)
    return np.unique(whose[there]).astype(np.int32)


def _weigh(state: CoverState, houses: Ints) -> Ints:
    """Weigh some houses, removed ones left out; give those of which anything comes out otherwise."""
    here = houses[state.alive[houses]]
    other = np.zeros(len(here), np.bool_)
    if not len(here):
        return here
    pairs, first = state.store.of_houses(here)
    done = weigh(pairs, first, needs_of(state.houses.some(here), state.rules), state.sources.waters)
    columns: tuple[NDArray[Any], ...] = state.weighed
    for column, fresh in zip(columns, done, strict=True):
        other |= column[here] != fresh
        column[here] = fresh
    return here[other]


def living(state: CoverState) -> Mapping[Key, int]:
    """Give the houses there are, by layer and number."""
    return state.house_at
