"""The SQL of vector tiles: `ST_AsMVT` over features, or over counts of them by cell."""

from functools import lru_cache

from psycopg import sql

from gis_core.fields import LayerField
from gis_core.registry import Layer
from layers.columns import in_units, joined, joins, named, planar
from layers.tile_grid import BUFFER, EXTENT
from layers.tile_rules import Sight, count_names, is_counted, is_generalized, tile_fields

# The tile becomes a box in degrees (in Tile.box), the column is never transformed: so the index is used, and only what
# is drawn costs a transformation. 3857 is a number: as text it would cost a thousand times as much.
_IN_TILE = "&& ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)"
_DRAWN = f"ST_AsMVTGeom(ST_Transform({{geom}}, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), {EXTENT}, {BUFFER}) AS geom"
_TILE = f"SELECT ST_AsMVT(feature, %(layer)s, {EXTENT}, 'geom', 'id')"

_FEATURES = sql.SQL(f"""
{_TILE} FROM (
    SELECT t.id, {{columns}}, {_DRAWN}
    FROM {{table}} AS t{{joins}}
    WHERE {{planar}} {_IN_TILE} AND {{large_enough}}
) AS feature
""")  # noqa: S608 - constants
# Places are sorted into cells in degrees, and one point a cell is transformed instead of each. The mean of points in a
# cell lies in that cell; so the cells outside are left out as cells: as places, the planner would expect a single one
# inside and sort them all.
_COUNTS = sql.SQL(f"""
{_TILE} FROM (
    SELECT id, {{columns}}, {_DRAWN}
    FROM (
        SELECT avg(lon) AS lon, avg(lat) AS lat, CASE WHEN count(*) = 1 THEN min(id) END AS id,
               count(*)::integer AS count, bool_or(synthetic) AS synthetic{{counts}}
        FROM (
            SELECT t.id, {{lon}} AS lon, {{lat}} AS lat, t.synthetic, {{kind}} AS kind
            FROM {{table}} AS t
            WHERE {{planar}} {_IN_TILE}
        ) AS place
        GROUP BY width_bucket(lon, %(columns)s::float8[]), width_bucket(lat, %(rows)s::float8[])
    ) AS cell
    WHERE lon >= %(west)s AND lon < %(east)s AND lat >= %(south)s AND lat < %(north)s
) AS feature
""")  # noqa: S608 - constants
_OVER_A_PIXEL = sql.SQL(
    "(ST_XMax(t.geom) - ST_XMin(t.geom) >= %(pixel_width)s OR ST_YMax(t.geom) - ST_YMin(t.geom) >= %(pixel_height)s)"
)
_MEAN_OF_CELL = sql.SQL("ST_SetSRID(ST_MakePoint(lon, lat), 4326)")
_NOT_EMPTY = {
    "number": sql.SQL("{}::float8"),
    # Left as they are, the members of an object would become attributes beside ours.
    "object": sql.SQL("nullif({0}::text, '{{}}')"),
    "array": sql.SQL("nullif(array_to_json({0})::text, '[]')"),
    "string": sql.SQL("nullif({0}, '')"),
}


@lru_cache(maxsize=1024)
def statement_of(layer: Layer, z: int, sight: Sight) -> str:
    """Write the statement for any tile of a layer at one zoom; all values are bound when it is asked."""
    # As text: pghistory's hook looks into every statement.
    return (_counts(layer) if is_counted(layer, z) else _features(layer, z, sight)).as_string()


def _features(layer: Layer, z: int, sight: Sight) -> sql.Composed:
    general, fields = is_generalized(layer, z), tile_fields(layer, z, sight)
    return _FEATURES.format(
        columns=named(fields, lambda field: _known(layer, field, sight)),
        geom=sql.SQL("ST_Simplify(t.geom, %(half_pixel)s, true)") if general else planar(layer),
        planar=planar(layer),
        table=sql.Identifier(layer.table),
        joins=joins(fields),
        large_enough=_OVER_A_PIXEL if general else sql.SQL("true"),
    )


def _counts(layer: Layer) -> sql.Composed:
    names = count_names(layer)
    counts = (
        sql.SQL(", nullif(count(*) FILTER (WHERE kind = {}), 0)::integer AS {}").format(value, sql.Identifier(name))
        for value, name in names.items()
    )
    columns: list[sql.Composable] = [sql.Identifier(name) for name in ("count", "synthetic", *names.values())]
    lon, lat = (_middle(layer, axis) for axis in "XY")
    return _COUNTS.format(
        columns=sql.SQL(", ").join([*columns, _kind_of_cell(layer, names)] if names else columns),
        geom=_MEAN_OF_CELL,
        counts=sql.SQL("").join(counts),
        lon=lon,
        lat=lat,
        kind=sql.SQL("t.{}::text").format(sql.Identifier(layer.style.by)) if names else sql.NULL,
        table=sql.Identifier(layer.table),
        planar=planar(layer),
    )


def _kind_of_cell(layer: Layer, names: dict[str, str]) -> sql.Composed:
    """Give a cell the worst class in it; the best, and a class without rank, only where all features are of it."""
    ranked = layer.style.worst_first
    cases = (
        sql.SQL("WHEN {} {} THEN {}").format(
            sql.Identifier(names[value]), sql.SQL("> 0" if value in ranked[:-1] else "= count"), value
        )
        for value in ranked or names
    )
    return sql.SQL("CASE {} END AS {}").format(sql.SQL(" ").join(cases), sql.Identifier(layer.style.by))


def _middle(layer: Layer, axis: str) -> sql.Composed:
    if layer.geometry_type == "Point":
        return sql.SQL("ST_{}({})").format(sql.SQL(axis), planar(layer))
    return sql.SQL("(ST_{0}Min({1}) + ST_{0}Max({1})) / 2").format(sql.SQL(axis), planar(layer))


def _known(layer: Layer, field: LayerField, sight: Sight) -> sql.Composable:
    """Write one attribute so that what nobody knows is left out: tiles have no null."""
    value: sql.Composable = joined(field)
    if field.type in _NOT_EMPTY and not field.reference:
        value = _NOT_EMPTY[field.type].format(value)
    return in_units(layer, value) if field.sensitive and sight == "by-unit" else value
