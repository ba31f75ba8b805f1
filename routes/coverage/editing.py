"""Brings coverage in memory right after an edit, by what the edit touches.

An edit runs only the searches of sources that can feel it, before or after. `Edit` says what was edited; the same
state comes out as of a whole computation, which tests hold on random sketches and on real roads.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routes.barriers import with_rails
from routes.coverage.edited_places import edited_houses, edited_sources
from routes.coverage.pairs import PairStore
from routes.coverage.state import CoverState, needs_of, search_again, trucks_to
from routes.coverage.trucks import levels_at_sources, truck_reach
from routes.engine.arrays import Flags, Ints, Longs, Network
from routes.engine.covering import Places, Walk
from routes.engine.searches import edited_edges
from routes.engine.weighing import weigh

MANY_STALE: Final = 200_000
"""More pairs than that beside the others are put among them when nobody waits."""
MOST_STALE: Final = 2_000_000
"""More than that are at once: each edit looks at all of them."""


class Edit(NamedTuple):
    """What may have changed since: keys of houses by layer, keys of sources; the rest is compared."""

    buildings: Collection[int] = ()
    facilities: Collection[int] = ()
    sources: Collection[str] = ()
    tests: bool = False
    """Whether flow tests may have been written down."""


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
    felt = [_edited_ways(state, network, edited), edited_sources(state, edit.sources, out, tested=edit.tests)]
    own = edited_houses(state, edit.buildings, edit.facilities)
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
    return search_again(state, np.unique(np.concatenate(felt)).astype(np.int32))


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
    levels[sources] = levels_at_sources(state.reach, state.sources.some(sources.tolist()))
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
    at = state.living_by_edge()
    parts = [at.order[at.first[edge] : at.first[edge + 1]] for edge in np.flatnonzero(other).tolist()]
    return np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.int32)


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


# What people meet on the way ----------------------------------------------------------------------------------------


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
