"""The table of what stands on which edge: made of restrictions, and made anew of itself and the changed ones.

The same restrictions give the same arrays to the bit, whatever edits led there: rows are in order of edge, place and
restriction, records in order of restriction, timetables in their own.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from routes.encounters import Obstacle
from routes.engine.arrays import (
    DIMENSIONS,
    Flags,
    Ints,
    Longs,
    Small,
    StandingRecord,
    Standings,
    Timetable,
    Topology,
    first_of,
)
from routes.engine.limits import doubted, obstacle_limits
from routes.network.placing import place
from routes.network.records import foot_of, record_of, wanted_of
from routes.obstacles import is_solid_sign

_MOST_MM: Final = 2**31 - 1
_ALWAYS: Final = Timetable("", 0, 0)
_Numbers: TypeAlias = dict[Timetable, int]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of the table before they are in order; `restriction` is an id, ascending in nothing."""

    restriction: Longs
    edge: Ints
    from_mm: Ints
    to_mm: Ints
    limits: Ints
    legal: Flags
    solid_sign: Flags
    timetable: Ints
    foot: Small
    in_doubt: Flags

    def where(self, chosen: Flags | Longs) -> "_Rows":
        return _Rows(*(getattr(self, name)[chosen] for name in self.__slots__))

    def and_also(self, more: "_Rows") -> "_Rows":
        return _Rows(*(np.concatenate([getattr(self, n), getattr(more, n)]) for n in self.__slots__))


def standings_of(topology: Topology, gone: Flags, restrictions: Sequence[Any]) -> Standings:
    """Place all restrictions, rows as `routes.network.records.read_restrictions` gives them, on edges not gone."""
    records = [record_of(row) for row in restrictions]
    tables: _Numbers = {_ALWAYS: -1}
    rows = _rows(topology, gone, restrictions, records, tables)
    ids = np.array([record.restriction_id for record in records], np.int64)
    return _in_order(len(topology.edge_id), rows, records, ids, tables, ())


def with_changes(
    standings: Standings, topology: Topology, gone: Flags, changed: Sequence[int], restrictions: Sequence[Any]
) -> Standings:
    """Give the table with these changes; the one given stays as it is.

    Parameters
    ----------
    gone
        (m,) edges on which nothing stands any more.
    changed
        Ids of restrictions to place anew: added, edited, removed, or on a road that is gone.
    restrictions
        Those of them that there are.
    """
    fresh = [record_of(row) for row in restrictions]
    tables: _Numbers = {_ALWAYS: -1, **{table: number for number, table in enumerate(standings.timetables)}}
    before = _rows_of(standings)
    rows = before.where(~np.isin(before.restriction, changed))
    rows = rows.and_also(_rows(topology, gone, restrictions, fresh, tables))
    records = list(standings.records)
    for at in np.flatnonzero(np.isin(standings.restriction_id, changed))[::-1].tolist():
        del records[at]
    kept = standings.restriction_id[~np.isin(standings.restriction_id, changed)]
    ids = np.sort(np.concatenate([kept, np.array([record.restriction_id for record in fresh], np.int64)]))
    for record in fresh:
        insort(records, record, key=lambda each: each.restriction_id)
    return _in_order(len(topology.edge_id), rows, records, ids, tables, standings.timetables)


def _rows(
    topology: Topology,
    gone: Flags,
    restrictions: Sequence[Any],
    records: Sequence[StandingRecord],
    tables: _Numbers,
) -> _Rows:
    """Place restrictions; timetables that `tables` does not have yet are added to it."""
    placed = place(topology, wanted_of(topology, restrictions), gone)
    of = placed.obstacle
    known: dict[tuple[object, ...], Ints] = {}
    limits = np.array([_limits(record.obstacle, known) for record in records], np.int32)
    limits = limits.reshape(-1, len(DIMENSIONS), 3)[of]
    legal = np.array([record.obstacle.legal_only for record in records], np.bool_)[of]
    limits = doubted(limits, placed.in_doubt & ~legal)
    ids = np.array([record.restriction_id for record in records], np.int64)
    own = [tables.setdefault(_timetable(record.obstacle), len(tables) - 1) for record in records]
    return _Rows(
        restriction=ids[of],
        edge=placed.edge,
        from_mm=_millimetres(placed.from_m),
        to_mm=_millimetres(placed.to_m),
        limits=limits,
        legal=legal,
        solid_sign=np.array([is_solid_sign(record.obstacle) for record in records], np.bool_)[of],
        timetable=np.array(own, np.int32)[of],
        foot=np.array([foot_of(row) for row in restrictions], np.int8)[of],
        in_doubt=placed.in_doubt,
    )


def _limits(obstacle: Obstacle, known: dict[tuple[object, ...], Ints]) -> Ints:
    """Give the thresholds, remembering those of like obstacles: of 20,000 most are alike."""
    stated = tuple((limit.value, limit.evidence) for limit in obstacle.limits.values())
    alike = (obstacle.kind, obstacle.blocks_vehicles, obstacle.openable, obstacle.legal_only, stated)
    if alike not in known:
        known[alike] = obstacle_limits(obstacle)
    return known[alike]


def _millimetres(metres: Any) -> Ints:
    millimetres: Ints = np.rint(np.clip(metres * 1000, -_MOST_MM, _MOST_MM)).astype(np.int32)
    return millimetres


def _rows_of(standings: Standings) -> _Rows:
    s = standings
    edge = np.repeat(np.arange(len(s.first) - 1, dtype=np.int32), np.diff(s.first))
    return _Rows(
        s.restriction_id[s.record],
        edge,
        s.from_mm,
        s.to_mm,
        s.limits,
        s.legal,
        s.solid_sign,
        s.timetable,
        s.foot,
        s.in_doubt,
    )


def _in_order(
    edges: int,
    rows: _Rows,
    records: Sequence[StandingRecord],
    ids: Longs,
    tables: _Numbers,
    before: tuple[Timetable, ...],
) -> Standings:
    rows = rows.where(np.lexsort((rows.in_doubt, rows.restriction, rows.to_mm, rows.from_mm, rows.edge)))
    record = np.searchsorted(ids, rows.restriction).astype(np.int32)
    timetables, timetable = _renumbered(rows.timetable, tables)
    return Standings(
        first=first_of(np.bincount(rows.edge, minlength=edges)).astype(np.int32),
        from_mm=rows.from_mm,
        to_mm=rows.to_mm,
        limits=rows.limits,
        legal=rows.legal,
        solid_sign=rows.solid_sign,
        timetable=timetable,
        foot=rows.foot,
        in_doubt=rows.in_doubt,
        record=record,
        records=tuple(records),
        # The same tuple where nothing changed: searches remember what they made of it.
        timetables=before if before == timetables else timetables,
        restriction_id=ids,
    )


def _renumbered(numbers: Ints, tables: _Numbers) -> tuple[tuple[Timetable, ...], Ints]:
    """Number the timetables that are in use, in an order of their own."""
    named = {number: table for table, number in tables.items()}
    used = [named[number] for number in np.unique(numbers).tolist() if number >= 0]
    used.sort(key=lambda table: (table.schedule, table.valid_from, table.valid_to))
    anew = np.full(len(tables), -1, np.int32)
    anew[[tables[table] for table in used]] = np.arange(len(used))
    # The last place is for -1, which is always there.
    return tuple(used), anew[numbers]


def _timetable(obstacle: Obstacle) -> Timetable:
    return Timetable(
        obstacle.schedule.strip(),
        obstacle.valid_from.toordinal() if obstacle.valid_from else 0,
        obstacle.valid_to.toordinal() if obstacle.valid_to else 0,
    )
