"""How the columns of a layer stand in SQL, in pages, tiles, files and filters alike; `t` is the table of the layer."""

from collections.abc import Callable, Iterable, Sequence

from psycopg import sql

from gis_core.fields import LayerField
from gis_core.registry import Layer

Spell = Callable[[LayerField], sql.Composable]

# JSON knows neither NaN nor infinity; PostgreSQL sorts NaN above infinity, so one comparison stops both.
_FINITE = sql.SQL("CASE WHEN abs({0}) < 'infinity' THEN {0} END")
_REFERENCE = sql.SQL("(SELECT r.ref FROM {} AS r WHERE r.id = {})")
_JOIN = sql.SQL(" LEFT JOIN {table} AS {alias} ON {alias}.id = {column}")
_IN_UNITS = sql.SQL("CASE WHEN t.{} = ANY(%(units)s) THEN {} ELSE {} END")
# Right for every value, but it looks up the types of all columns for each row.
_AS_ROW = sql.SQL("row_to_json((SELECT p FROM (SELECT {}) AS p))::text")
# What JSON escapes; a row without any of it is written by a template, in two thirds of the time.
_AS_TEMPLATE = sql.SQL("CASE WHEN {texts} ~ {escaped} THEN {row} ELSE {template} END")
_TEMPLATE = sql.SQL("format({}, {})")
_ESCAPED = sql.Literal(r'[\x01-\x1f"\\]')
# All of one type: `format` looks up how to write its argument whenever the type is another one than before.
_AS_TEXT = sql.SQL("{}::text")
_OR_NULL = sql.SQL("coalesce({}, 'null')")
_AS_JSON = sql.SQL("to_json({})::text")
_PER_TEMPLATE = 90  # a function takes a hundred arguments
_AS_WRITTEN = frozenset({"integer", "number", "boolean"})  # PostgreSQL and JSON write these alike
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
    if not listed:
        return sql.Literal("{}")
    row, template = _AS_ROW.format(named(listed, spell)), _template(listed, spell)
    if not (texts := [spell(field) for field in listed if _is_bare(field)]):
        return template
    return _AS_TEMPLATE.format(texts=sql.SQL(" || ").join(texts), escaped=_ESCAPED, row=row, template=template)


def _template(fields: Sequence[LayerField], spell: Spell) -> sql.Composed:
    """Write attributes by a template, as they are where they are bare."""
    members = [f'"{field.name}":' + ('"%%s"' if _is_bare(field) else "%%s") for field in fields]
    members = [f"{'{' if n == 0 else ','}{member}" for n, member in enumerate(members)]
    members[-1] += "}"
    parts = [
        _TEMPLATE.format(
            sql.Literal("".join(members[some])), sql.SQL(", ").join(_value(each, spell(each)) for each in fields[some])
        )
        for some in (slice(start, start + _PER_TEMPLATE) for start in range(0, len(fields), _PER_TEMPLATE))
    ]
    return sql.SQL(" || ").join(parts)


def _value(field: LayerField, value: sql.Composable) -> sql.Composed:
    """Write a value as JSON does; of a bare one what stands between its quotation marks."""
    if _is_bare(field):
        return _AS_TEXT.format(value)
    # Whatever the column is: what is not finite is served as unknown.
    return _OR_NULL.format((_AS_TEXT if field.type in _AS_WRITTEN else _AS_JSON).format(value))


def _is_bare(field: LayerField) -> bool:
    """Whether an attribute is always a text, which may have nothing to escape."""
    return field.type == "string" and not (field.reference or field.nullable)


def _alias(field: LayerField) -> sql.Identifier:
    return sql.Identifier(f"r_{field.name}")
