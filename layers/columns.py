"""How the columns of a layer stand in SQL, in pages, tiles, files and filters alike; `t` is the table of the layer."""

from collections.abc import Callable, Iterable

from psycopg import sql

from gis_core.fields import LayerField
from gis_core.registry import Layer

Spell = Callable[[LayerField], sql.Composable]

# JSON knows neither NaN nor infinity; PostgreSQL sorts NaN above infinity, so one comparison stops both.
_FINITE = sql.SQL("CASE WHEN abs({0}) < 'infinity' THEN {0} END")
_REFERENCE = sql.SQL("(SELECT r.ref FROM {} AS r WHERE r.id = {})")
_JOIN = sql.SQL(" LEFT JOIN {table} AS {alias} ON {alias}.id = {column}")
_IN_UNITS = sql.SQL("CASE WHEN t.{} = ANY(%(units)s) THEN {} ELSE {} END")
_PROPERTIES = sql.SQL("row_to_json((SELECT p FROM (SELECT {}) AS p))::text")
# Not ST_MakeEnvelope: a box without width is a line, without height too a point, not a polygon that meets nothing.
_IN_BOX = sql.SQL(
    "ST_Intersects({}, ST_SetSRID(ST_Envelope(ST_MakeLine("
    "ST_MakePoint(%(west)s, %(south)s), ST_MakePoint(%(east)s, %(north)s))), 4326))"
)


def planar(layer: Layer) -> sql.SQL:
    """Return the geometry in longitude and latitude, for which every layer has a GiST index."""
    return sql.SQL("t.geom::geometry" if layer.is_geography else "t.geom")


def in_box(layer: Layer) -> sql.Composed:
    """Ask whether a feature touches the box of the parameters `west`, `south`, `east` and `north`."""
    return _IN_BOX.format(planar(layer))


def stored(field: LayerField) -> sql.Composed:
    """Return an attribute as it is stored."""
    return sql.SQL("t.{}").format(sql.Identifier(field.column))


def served(field: LayerField) -> sql.Composed:
    """Return an attribute as it is served: of another record its `ref`, of numbers the finite ones."""
    if field.reference:
        return _REFERENCE.format(sql.Identifier(field.reference), stored(field))
    return _FINITE.format(stored(field)) if field.type == "number" else stored(field)


def joined(field: LayerField) -> sql.Composed:
    """Return an attribute as `served`, from the tables of `joins`: a look-up for each row takes a fifth of a tile."""
    return sql.SQL("{}.ref").format(_alias(field)) if field.reference else served(field)


def joins(fields: Iterable[LayerField]) -> sql.Composed:
    """Join the records that attributes refer to; each row stays one row."""
    return sql.Composed(
        [
            _JOIN.format(table=sql.Identifier(field.reference), alias=_alias(field), column=stored(field))
            for field in fields
            if field.reference
        ]
    )


def in_units(layer: Layer, value: sql.Composable, otherwise: sql.Composable = sql.NULL) -> sql.Composed:
    """Give `value` where a row stands in one of the administrative units of the parameter `units`."""
    return _IN_UNITS.format(sql.Identifier(layer.unit_column), value, otherwise)


def named(fields: Iterable[LayerField], spell: Spell) -> sql.Composed:
    """List attributes, each under its name."""
    return sql.SQL(", ").join(sql.SQL("{} AS {}").format(spell(field), sql.Identifier(field.name)) for field in fields)


def properties(fields: Iterable[LayerField], spell: Spell = served) -> sql.Composable:
    """Write attributes as the text of a JSON object."""
    listed = list(fields)
    return _PROPERTIES.format(named(listed, spell)) if listed else sql.Literal("{}")


def _alias(field: LayerField) -> sql.Identifier:
    return sql.Identifier(f"r_{field.name}")
