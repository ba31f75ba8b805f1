"""The SQL behind every format: which columns a reader gets, spelt for text or for tables, and which rows."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from psycopg import sql

from gis_core.fields import LayerField
from layers.audience import unit_column
from layers.exports.question import ExportQuery
from layers.postgis import IN_BOX

Params = dict[str, Any]
Spell = Callable[[LayerField, sql.Composable], sql.Composable]

_JOIN: Final = sql.SQL(" LEFT JOIN {table} AS {alias} ON {alias}.id = t.{column}")
# JSON knows neither NaN nor infinity, and no file format has infinite days; PostgreSQL sorts NaN above infinity.
_FINITE_NUMBER: Final = sql.SQL("CASE WHEN abs({0}) < 'infinity' THEN {0} END")
_FINITE_DAY: Final = sql.SQL("CASE WHEN isfinite({0}) THEN {0} END")
_IN_OWN_UNITS: Final = sql.SQL("CASE WHEN t.{} = ANY(%(units)s) THEN {} END")
_MOMENT: Final = sql.SQL("""to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""")


def visible_fields(query: ExportQuery) -> list[LayerField]:
    """Return the attributes of the file: sensitive ones only for readers who see them somewhere.

    A reader who sees them in some units only finds them empty everywhere else.
    """
    audience = query.audience
    return [f for f in query.layer.fields if not f.sensitive or audience.everywhere or audience.units]


def stored_geom(query: ExportQuery) -> sql.Composable:
    """Return the plane geometry as it is stored, in degrees of WGS 84."""
    column: Any = query.layer.model._meta.get_field("geom")  # type: ignore[misc]  # every concrete record has one
    return sql.SQL("t.geom::geometry" if column.geography else "t.geom")


def geom_in_crs(query: ExportQuery) -> sql.Composable:
    """Return the geometry in the CRS of the file."""
    stored = stored_geom(query)
    # The SRID as a number: PostGIS looks a text up for every row.
    return stored if query.is_degrees else sql.SQL("ST_Transform({}, {})").format(stored, sql.Literal(query.crs.srid))


def value_of(field: LayerField, query: ExportQuery) -> sql.Composable:
    """Return the value of an attribute as it is served, NULL where the reader may not see it."""
    value: sql.Composable = sql.SQL("t.{}").format(sql.Identifier(field.column))
    if field.reference:
        value = sql.SQL("{}.ref").format(_alias(field))
    elif field.type == "number":
        value = _FINITE_NUMBER.format(value)
    elif field.type in {"date", "date-time"}:
        value = _FINITE_DAY.format(value)
    unit = sql.Identifier(unit_column(query.layer))
    return _IN_OWN_UNITS.format(unit, value) if field.sensitive and not query.audience.everywhere else value


def plain_value(field: LayerField, value: sql.Composable) -> sql.Composable:
    """Spell a value for a table: moments in UTC, lists and objects as the text of their JSON."""
    if field.type == "date-time":
        return _MOMENT.format(value)
    return sql.SQL("to_json({})::text").format(value) if field.type in {"array", "object"} else value


def columns(query: ExportQuery, fields: Iterable[LayerField], spell: Spell) -> sql.Composed:
    """List the attributes, each under its name."""
    named = sql.SQL("{} AS {}")
    spelt = [named.format(spell(f, value_of(f, query)), sql.Identifier(f.name)) for f in fields]
    return sql.SQL(", ").join(spelt)


def rows_of(query: ExportQuery, fields: Iterable[LayerField] = ()) -> sql.Composed:
    """Return FROM and WHERE for the rows of the question, with the tables that `fields` refer to."""
    joins = [
        _JOIN.format(table=sql.Identifier(f.reference), alias=_alias(f), column=sql.Identifier(f.column))
        for f in fields
        if f.reference
    ]
    conditions: list[sql.Composable] = [sql.SQL("true")]
    if query.bbox:
        conditions.append(IN_BOX.format(stored_geom(query)))
    if query.filter:
        conditions.append(sql.SQL("({})").format(query.filter.sql))
    table = sql.Identifier(query.layer.table)
    return sql.SQL("FROM {} AS t{} WHERE {}").format(table, sql.Composed(joins), sql.SQL(" AND ").join(conditions))


def params_of(query: ExportQuery) -> Params:
    """Return the values that the SQL leaves open."""
    box = dict(zip(("west", "south", "east", "north"), query.bbox.as_tuple(), strict=True)) if query.bbox else {}
    return {"units": sorted(query.audience.units), **box, **(query.filter.params if query.filter else {})}


def tables_of(query: ExportQuery) -> list[str]:
    """Return the tables that the file is made of."""
    return sorted({query.layer.table, *(f.reference for f in query.layer.fields if f.reference)})


def _alias(field: LayerField) -> sql.Identifier:
    return sql.Identifier(f"r_{field.name}")
