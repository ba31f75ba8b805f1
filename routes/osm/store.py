"""Staged rows against stored rows: keep what people surveyed, compare, write. All in the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection, models
from psycopg.sql import SQL, Composable, Identifier

from hydrants.models import Hydrant, IntakePoint, WaterTank
from routes.models import AccessRestriction, Road, TurnRestriction
from routes.osm import statements
from routes.osm.mapping import Rows
from routes.osm.rows import SOURCE, HydrantRow, IntakeRow, RailRow, RestrictionRow, RoadRow, TankRow, TurnRow
from routes.railway_models import Railway

BoxDegrees = tuple[float, float, float, float]
"""West, south, east, north."""


class Table(NamedTuple):
    """A stored table, the temporary one its rows are staged in, and the columns that the import owns."""

    model: type[models.Model]
    row: type[Any]
    staged: str
    key: str = "ref"

    @property
    def stored(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> list[str]:
        return [column.name for column in fields(self.row)]


ROADS: Final = Table(Road, RoadRow, "osm_roads")
RESTRICTIONS: Final = Table(AccessRestriction, RestrictionRow, "osm_restrictions")
TURNS: Final = Table(TurnRestriction, TurnRow, "osm_turns", "osm_relation_id")
TABLES: Final = {
    "roads": ROADS,
    "access-restrictions": RESTRICTIONS,
    "turn-restrictions": TURNS,
    "hydrants": Table(Hydrant, HydrantRow, "osm_hydrants"),
    "intake-points": Table(IntakePoint, IntakeRow, "osm_intakes"),
    "water-tanks": Table(WaterTank, TankRow, "osm_tanks"),
    "railways": Table(Railway, RailRow, "osm_rails"),
}


@dataclass
class Comparison:
    """What the import does to one table.

    `kept` are rows on which OpenStreetMap differs from what people surveyed. `superseded` are stored pieces of ways
    that the file holds whole and splits otherwise: they are deleted on apply. `vanished` are other rows of
    OpenStreetMap in the box of the file that it does not have: they stay. Lists hold keys.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)


def get_junctions() -> set[int]:
    """Read the ids of the OSM nodes where stored roads start and end."""
    ends = Road.objects.filter(osm_way_id__isnull=False).values_list("start_node", "end_node")
    return {node for pair in ends.iterator(chunk_size=20_000) for node in pair}


def lock() -> None:
    """Hold off other writers until the transaction ends, so that what is compared is what is overwritten."""
    tables = SQL(", ").join(Identifier(table.stored) for table in TABLES.values())
    _run(statements.LOCK.format(tables=tables))


def stage(rows: Rows) -> None:
    """Copy all rows into temporary tables."""
    water = rows.hydrants, rows.intakes, rows.tanks
    held: tuple[list[Any], ...] = (rows.roads, rows.restrictions, rows.turns, *water, rows.rails)
    for table, its_rows in zip(TABLES.values(), held, strict=True):
        _fill(table, statements.DROP, statements.STAGE)
        # Not `astuple`, which copies every dictionary.
        values = attrgetter(*table.columns)
        _copy(_filled(table, statements.LOAD), map(_plain, map(values, its_rows)))
        _fill(table, statements.INDEX, statements.ANALYZE)


def stage_ways(ids: Iterable[int], incomplete: set[int]) -> None:
    """Tell the database which ways the file holds, and whether whole."""
    _run(statements.WAYS)
    _copy(statements.LOAD_WAYS, ((way, way not in incomplete) for way in ids))


def leave_incomplete() -> list[int]:
    """Take stored ways that the file holds only in part out of the import; returns their ids."""
    return _leave_alone(_run(statements.FIND_INCOMPLETE))


def carry_surveys() -> tuple[list[str], list[int]]:
    """Put what people surveyed into the staged roads.

    Returns
    -------
    kept
        Refs of roads where OpenStreetMap says otherwise.
    conflicts
        Ids of ways taken out of the import, because a survey on them would lose its place.
    """
    _run(statements.FIND_SURVEYS)
    conflicts = _leave_alone(_run(statements.FIND_CONFLICTS))
    kept = [ref for (ref,) in _run(statements.LIST_KEPT)]
    _run(statements.CARRY_LIMITS)
    _run(statements.CARRY_NATURE)
    return kept, conflicts


def _leave_alone(found: list[tuple[int]]) -> list[int]:
    ways = [way for (way,) in found]
    if ways:
        _run(statements.LEAVE_ALONE, [ways])
        for statement in (statements.DROP_ROADS, statements.DROP_ALONG, statements.PIN_AS_STORED):
            _run(statement)
    return ways


def compare(table: Table, box: BoxDegrees | None) -> Comparison:
    """Judge every staged row against the stored one, and find the stored rows that the file does not have.

    Parameters
    ----------
    table
        Which; its rows are staged.
    box
        The box of the file in degrees; None for an empty file, in whose box nothing can be missing.
    """
    _run(statements.JUDGE.format(**_names(table), surveyed=_surveyed(table)))
    counts = dict(_run(statements.COUNT_STATES.format(**_names(table))))
    result = Comparison(counts.get("new", 0), counts.get("changed", 0), counts.get("unchanged", 0))
    result.kept = [key for (key,) in _run(statements.LIST_STATE.format(**_names(table)), ["kept"])]
    for key, gone in _absent(table, box) if box else ():
        (result.superseded if gone else result.vanished).append(key)
    return result


def write(comparisons: dict[str, Comparison]) -> list[str]:
    """Write what is new or changed and delete what is superseded; returns the refs of restrictions pinned anew.

    A table on which nothing changes is not touched, so that its data version stays.
    """
    _run(statements.FIND_MOVED)
    for name, comparison in comparisons.items():
        if comparison.superseded:
            _run(_filled(TABLES[name], statements.DELETE), [comparison.superseded])
    for name, comparison in comparisons.items():
        if comparison.new or comparison.changed:
            _fill(TABLES[name], statements.WRITE, statements.ANALYZE_STORED)
    if not comparisons["roads"].changed and not comparisons["roads"].superseded:
        return []
    return sorted(ref for (ref,) in _run(statements.REPIN))


def _absent(table: Table, box: BoxDegrees) -> list[tuple[str, bool]]:
    if table is TURNS:
        return _run(statements.LIST_ABSENT_TURNS)
    return _run(statements.LIST_ABSENT.format(**_names(table), **_way_of(table)), [SOURCE, *box])


def _way_of(table: Table) -> dict[str, Composable]:
    """Say which way a stored row hangs on, and whether it is a piece of it rather than a thing of its own."""
    if table is ROADS:
        return {"way_of": SQL("old.osm_way_id::text"), "is_piece": SQL("TRUE")}
    if table is RESTRICTIONS:
        return {"way_of": SQL(_WAY_OF_RESTRICTION), "is_piece": SQL(_IS_PIECE)}
    return {"way_of": SQL("NULL::text"), "is_piece": SQL("FALSE")}


_WAY_OF_RESTRICTION: Final = "substring(concat_ws(' ', old.ref, old.road_ref) FROM '(?:^| )way/([^/]*)/')"
_IS_PIECE: Final = "(starts_with(old.ref, 'way/') AND old.evidence <> 'surveyed')"


def _surveyed(table: Table) -> SQL:
    return SQL("FALSE") if table in {ROADS, TURNS} else SQL("old.evidence = 'surveyed'")


def _names(table: Table) -> dict[str, Composable]:
    def listed(*prefix: str) -> Composable:
        return SQL(", ").join(Identifier(*prefix, column) for column in table.columns)

    return {
        "staged": Identifier(table.staged),
        "stored": Identifier(table.stored),
        "key": Identifier(table.key),
        "columns": listed(),
        "new_values": listed("new"),
        "old_values": listed("old"),
        "excluded": listed("excluded"),
    }


def _filled(table: Table, statement: SQL) -> Composable:
    return statement.format(**_names(table))


def _fill(table: Table, *several: SQL) -> None:
    for statement in several:
        _run(_filled(table, statement))


def _run(statement: str | Composable, params: Sequence[Any] | None = None) -> list[Any]:
    """Run one statement, or several without parameters; returns the rows of the last, [] where there are none."""
    # As text, because the wrapper that hands pghistory its context reads text.
    text = statement if isinstance(statement, str) else statement.as_string(None)
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return cursor.fetchall() if cursor.description else []


def _copy(statement: str | Composable, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _plain(values: Sequence[Any]) -> list[Any]:
    return [orjson.dumps(value).decode() if isinstance(value, dict) else value for value in values]
