"""GeoJSON and CSV, written by PostgreSQL and handed on block by block."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, Final

import orjson
from psycopg import sql

from gis_core.fields import LayerField
from layers.columns import in_units, planar, properties
from layers.exports import selection
from layers.exports.copying import Progress, copied
from layers.exports.metadata import Metadata
from layers.exports.question import ExportQuery

# JSON holds no control character, so that with these as quote and delimiter every row leaves as it is.
_LINES: Final = sql.SQL("COPY (SELECT {} {}) TO STDOUT (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')")
_TABLE: Final = sql.SQL("COPY (SELECT {} {}) TO STDOUT (FORMAT csv, HEADER)")

# The comma stands before each feature: which one is the last is not known while they are written.
_FEATURE: Final = sql.SQL(
    """',{{"type":"Feature","id":' || t.id || ',"geometry":' || ST_AsGeoJSON({geom}, {decimals}, 0)"""
    """ || ',"properties":' || {properties} || '}}'"""
)

_PLACE: Final = sql.SQL(
    """ST_AsText({geom}, {decimals}) AS "WKT", round(ST_X({point})::numeric, 7) AS lon, """
    "round(ST_Y({point})::numeric, 7) AS lat"
)
BOM: Final = "\ufeff".encode()
"""Without it Excel takes UTF-8 for the code page of the computer."""

# What a spreadsheet takes for a formula, also behind blanks; an apostrophe before it makes it a text. A text that
# looks as if that had been done gets another one, so that taking one away always gives the text back.
_DEFUSED: Final = sql.SQL(r"CASE WHEN {0} ~ '^[\s'']*[=+@＝＋＠－\t\r\n-]' THEN '''' || {0} ELSE {0} END")


def geojson_chunks(query: ExportQuery, metadata: Metadata, progress: Progress | None) -> Iterator[bytes]:
    """Write a FeatureCollection (RFC 7946), with what it says about itself before the features.

    In another CRS than longitude and latitude it has the `crs` member of the 2008 draft, which GDAL and QGIS read.
    """
    head = {"type": "FeatureCollection", "name": metadata.title, **_crs_member(query), **_foreign_members(metadata)}
    yield orjson.dumps(head)[:-1] + b',"features":['
    fields = query.fields
    feature = _FEATURE.format(
        geom=selection.geom_in_crs(query), decimals=sql.Literal(query.decimals), properties=_properties(query, fields)
    )
    statement = _LINES.format(feature, selection.rows_of(query, fields))
    comma = 1
    with closing(copied(statement, selection.params_of(query), progress=progress)) as blocks:
        for block in blocks:
            yield block[comma:]
            comma = 0
    yield b"]}\n"


def csv_chunks(query: ExportQuery, metadata: Metadata, progress: Progress | None) -> Iterator[bytes]:
    """Write a table: the attributes, then the place as WKT in the CRS of the file, and as longitude and latitude.

    What no cell can hold, the metadata, is left out; longitude and latitude of lines and areas are of a point on them.
    """
    fields = query.fields
    geom = planar(query.layer)
    is_point = query.layer.geometry_type == "Point"
    place = _PLACE.format(
        geom=selection.geom_in_crs(query),
        decimals=sql.Literal(query.decimals),
        point=geom if is_point else sql.SQL("ST_PointOnSurface({})").format(geom),
    )
    listed = sql.SQL(", ").join([selection.columns(query, fields, _cell), place])
    yield BOM
    statement = _TABLE.format(listed, selection.rows_of(query, fields))
    yield from copied(statement, selection.params_of(query), progress=progress)


def _properties(query: ExportQuery, fields: Sequence[LayerField]) -> sql.Composable:
    every = properties(fields, selection.value_of)
    public = [f for f in fields if not f.sensitive]
    if query.audience.everywhere or len(public) == len(fields):
        return every
    return in_units(query.layer, every, properties(public, selection.value_of))


def _cell(field: LayerField, value: sql.Composable) -> sql.Composable:
    plain = selection.plain_value(field, value)
    if field.type == "boolean":
        return sql.SQL("{}::text").format(plain)
    # A number is no formula, and codes are our own words, but for the "-1" of one-way streets.
    return _DEFUSED.format(plain) if field.type == "string" else plain


def _crs_member(query: ExportQuery) -> dict[str, Any]:
    if query.is_degrees:
        return {}
    name = query.crs.code.replace("EPSG:", "urn:ogc:def:crs:EPSG::")
    return {"crs": {"type": "name", "properties": {"name": name}}}


def _foreign_members(metadata: Metadata) -> dict[str, Any]:
    stated = {name: getattr(metadata, name) for name in ("description", "source", "licence", "note")}
    return {name: value for name, value in stated.items() if value} | {
        "exportedAt": metadata.exported_at,
        "dataVersion": metadata.data_version,
        "synthetic": metadata.synthetic,
    }
