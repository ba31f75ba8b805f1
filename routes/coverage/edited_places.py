"""Sources and houses that were edited, put into coverage in memory."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routes.coverage.flows import tests_now
from routes.coverage.places import Houses, read_houses
from routes.coverage.sources import COLUMNS, Sources, joined, read_sources, states_of
from routes.coverage.state import CoverState, search_again, trucks_to
from routes.coverage.trucks import levels_at_sources
from routes.engine.arrays import Ints
from routes.engine.covering import CoverPairs, Places
from routes.engine.weighing import NOT_USABLE, Weighed


def edited_sources(state: CoverState, edited: Collection[str], out: Collection[str], *, tested: bool) -> Ints:
    """Put in sources of these keys, outages and, if one may have been written down, flow tests.

    Returns
    -------
    The houses that had one of the touched sources or have one, ascending.
    """
    keys = set(edited)
    found = read_sources(state.network, state.rules, out, sorted(keys)) if keys else None
    touched = {*_outages(state, frozenset(out)), *(_tested_anew(state) if tested else ())}
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
    again = search_again(state, np.array(sorted(moved), np.int32))
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
    state.sources = joined(state.sources, found.some(which.tolist()))
    for position, i in enumerate(which.tolist()):
        state.source_at[found.rows[i].key] = first + position
    state.store.grow(len(state.houses), len(state.sources))
    return list(range(first, len(state.sources)))


def edited_houses(state: CoverState, buildings: Collection[int], facilities: Collection[int]) -> Ints:
    """Put in houses of these numbers, which get indices of their own; give the old and the new ones."""
    wanted = [(0, key) for key in buildings] + [(1, key) for key in facilities]
    if not wanted:
        return np.zeros(0, np.int32)
    found = read_houses(state.network, state.rules, (sorted(buildings), sorted(facilities)))
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
