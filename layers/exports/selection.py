"""The SQL behind every format: which columns a reader gets, spelt for text or for tables, and which rows."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from psycopg import sql

from gis_core.fields import LayerField
from layers.columns import in_box, in_units, joined, joins, named, planar, stored
from layers.exports.question import ExportQuery

Params = dict[str, Any]
Spell = Callable[[LayerField, sql.Composable], sql.Composable]

# No file format has infinite moments; days have no infinite ones either (gis_core.days).
_FINITE_MOMENT: Final = sql.SQL("CASE WHEN isfinite({0}) THEN {0} END")
_MOMENT: Final = sql.SQL("""to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""")


def geom_in_crs(query: ExportQuery) -> sql.Composable:
    """Return the geometry in the CRS of the file."""
    geom = planar(query.layer)
    # The SRID as a number: PostGIS looks a text up for every row.
    return geom if query.is_degrees else sql.SQL("ST_Transform({}, {})").format(geom, sql.Literal(query.crs.srid))


def value_of(field: LayerField) -> sql.Composed:
    """Return the value of an attribute as it is served, whoever reads it."""
    return _FINITE_MOMENT.format(stored(field)) if field.type == "date-time" else joined(field)


def seen_value(field: LayerField, query: ExportQuery) -> sql.Composed:
    """Return the value of an attribute, NULL where the reader may not see it."""
    value = value_of(field)
    return in_units(query.layer, value) if field.sensitive and not query.audience.everywhere else value


def plain_value(field: LayerField, value: sql.Composable) -> sql.Composable:
    """Spell a value for a table: moments in UTC, lists and objects as the text of their JSON."""
    if field.type == "date-time":
        return _MOMENT.format(value)
    return sql.SQL("to_json({})::text").format(value) if field.type in {"array", "object"} else value


def columns(query: ExportQuery, fields: Iterable[LayerField], spell: Spell) -> sql.Composed:
    """List the attributes of a table, each under its name."""
    return named(fields, lambda field: spell(field, seen_value(field, query)))


def rows_of(query: ExportQuery, fields: Iterable[LayerField] = ()) -> sql.Composed:
    """Return FROM and WHERE for the rows of the question, with the tables that `fields` refer to."""
    conditions: list[sql.Composable] = [sql.SQL("true")]
    if query.bbox:
        conditions.append(in_box(query.layer))
    if query.filter:
        conditions.append(sql.SQL("({})").format(query.filter.sql))
    table = sql.Identifier(query.layer.table)
    return sql.SQL("FROM {} AS t{} WHERE {}").format(table, joins(fields), sql.SQL(" AND ").join(conditions))


def params_of(query: ExportQuery) -> Params:
    """Return the values that the SQL leaves open."""
    box = dict(zip(("west", "south", "east", "north"), query.bbox.as_tuple(), strict=True)) if query.bbox else {}
    return {"units": sorted(query.audience.units), **box, **(query.filter.params if query.filter else {})}


def tables_of(query: ExportQuery) -> list[str]:
    """Return the tables that the file is made of."""
    return sorted({query.layer.table, *(f.reference for f in query.layer.fields if f.reference)})
