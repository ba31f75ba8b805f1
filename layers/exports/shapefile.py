"""Zipped shapefiles: short names, texts of 254 bytes, one kind of geometry; the archive says what that cost."""

import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from gis_core.fields import LayerField
from gis_core.importing.mapping import SHAPEFILE_NAME_LENGTH
from layers.columns import planar
from layers.exports import selection
from layers.exports.copying import Progress, arrow_batches
from layers.exports.gdal import write_gdal
from layers.exports.metadata import Metadata
from layers.exports.question import ExportQuery

MAX_TEXT_BYTES: Final = 254
ROOM_BYTES: Final = 40
"""A column of texts has at least this much room, and twice that of its longest text, for whoever edits the file."""
_MOMENT_EXAMPLE: Final = "2026-11-22T08:30:00.000000Z"

# Suffix of the name → type for GDAL, types in PostGIS.
_KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "points": ("Point", ("POINT",)),
    "multipoints": ("MultiPoint", ("MULTIPOINT",)),
    "lines": ("LineString", ("LINESTRING", "MULTILINESTRING")),
    "areas": ("Polygon", ("POLYGON", "MULTIPOLYGON")),
}
_TYPE: Final = sql.SQL("GeometryType({})")


def write_shapefile(query: ExportQuery, metadata: Metadata, path: Path, progress: Progress | None) -> None:
    """Write the archive: a shapefile for each kind of geometry there is, what it is, and how its names were cut.

    Moments are texts, because shapefiles know days only. An attribute with a text too long for a cell is left out as a
    whole and named in the text file: cut texts would come back as changes.
    """
    fields = query.fields
    longest = _longest(query, fields)
    long = {name for name, length in longest.items() if length > MAX_TEXT_BYTES}
    kept = [f for f in fields if f.name not in long]
    short = short_names(f.name for f in kept)
    widths = {f.name: _width(f, longest) for f in kept}
    parts, others = _parts(query)
    for stem, (geometry_type, only) in parts.items():
        with arrow_batches(query, kept, only=only, progress=progress) as batches:
            write_gdal(
                path.with_name(f"{stem}.shp"),
                _fitted(batches, short, widths),
                query,
                geometry_type=geometry_type,
                driver="ESRI Shapefile",
                encoding="UTF-8",
            )
    stem = query.layer.id
    path.with_name(f"{stem}.txt").write_text(_about(metadata, long, others), "utf-8")
    path.with_name(f"{stem}.mapping.json").write_text(_mapping(kept, short), "utf-8")
    _pack(path)


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Give each name one of at most 10 characters; those that would become one are numbered.

    >>> short_names(["ref", "max_weight_t", "max_weight_on", "administrative_unit"])
    {'ref': 'ref', 'max_weight_t': 'max_weig_1', 'max_weight_on': 'max_weig_2', 'administrative_unit': 'administra'}
    """
    listed = list(names)
    alike = Counter(name[:SHAPEFILE_NAME_LENGTH] for name in listed)
    count: Counter[str] = Counter()
    short: dict[str, str] = {}
    for name in listed:
        cut = name[:SHAPEFILE_NAME_LENGTH]
        if alike[cut] > 1 and name != cut:
            stem = cut[: SHAPEFILE_NAME_LENGTH - 2]
            count[stem] += 1
            number = f"_{count[stem]}"
            cut = stem[: SHAPEFILE_NAME_LENGTH - len(number)] + number
        short[name] = cut
    return short


def _longest(query: ExportQuery, fields: Iterable[LayerField]) -> dict[str, int]:
    """Measure the longest text of each attribute without a list of codes, in bytes: one look at the rows."""
    texts = [f for f in fields if f.type in {"string", "array", "object"} and not f.choices]
    longest = sql.SQL("coalesce(max(octet_length({})), 0)")
    lengths = [longest.format(selection.plain_value(f, selection.seen_value(f, query))) for f in texts]
    statement = sql.SQL("SELECT {} {}").format(sql.SQL(", ").join(lengths), selection.rows_of(query, texts))
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), selection.params_of(query))
        found = cursor.fetchone()
    return {f.name: length for f, length in zip(texts, found, strict=True)}


def _width(field: LayerField, longest: Mapping[str, int]) -> int:
    """Give the width of a column of texts in bytes, 0 for all others.

    As wide as GDAL makes them, cells are mostly blanks, which take a fifth of the time to write and to pack.
    """
    if field.name in longest:
        return min(max(2 * longest[field.name], ROOM_BYTES), MAX_TEXT_BYTES)
    if field.type == "date-time":
        return len(_MOMENT_EXAMPLE)
    return max(len(str(code)) for code, _label in field.choices) if field.choices and field.type == "string" else 0


def _parts(query: ExportQuery) -> tuple[dict[str, tuple[str, sql.Composable | None]], set[str]]:
    """Give the shapefiles by name, each with its type and its rows; and the types that no shapefile can hold."""
    layer = query.layer
    if layer.geometry_type != "Geometry":
        return {layer.id: (layer.geometry_type.removeprefix("Multi"), None)}, set()
    kind = _TYPE.format(planar(query.layer))
    with connection.cursor() as cursor:
        statement = sql.SQL("SELECT DISTINCT {} {}").format(kind, selection.rows_of(query))
        cursor.execute(statement.as_string(), selection.params_of(query))
        there = {name for (name,) in cursor.fetchall()}
    parts: dict[str, tuple[str, sql.Composable | None]] = {
        f"{layer.id}-{suffix}": (gdal_type, sql.SQL("{} = ANY({})").format(kind, sql.Literal(list(types))))
        for suffix, (gdal_type, types) in _KINDS.items()
        if there & set(types)
    }
    return parts or {layer.id: ("Point", None)}, there - {name for _, types in _KINDS.values() for name in types}


def _fitted(batches: pa.RecordBatchReader, short: Mapping[str, str], widths: Mapping[str, int]) -> pa.RecordBatchReader:
    """Cut the names, make moments texts, and tell GDAL the widths of texts."""
    schema = pa.schema(
        pa.field(
            short.get(f.name, f.name),
            pa.string() if pa.types.is_timestamp(f.type) else f.type,
            metadata={"GDAL:OGR:width": str(width)} if (width := widths.get(f.name)) else None,
        )
        for f in batches.schema
    )

    def fitted() -> Iterator[pa.RecordBatch]:
        for batch in batches:
            columns = [_moments(column) if pa.types.is_timestamp(column.type) else column for column in batch.columns]
            yield pa.record_batch(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, fitted())


def _moments(column: pa.Array) -> pa.Array:
    return pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")


def _about(metadata: Metadata, long: set[str], others: set[str]) -> str:
    lines = [metadata.as_prose(), ""]
    if long:
        names = ", ".join(sorted(long))
        lines.append(
            _("Left out, because a text is longer than the 254 bytes of a cell: %(names)s.") % {"names": names}
        )
    if others:
        names = ", ".join(sorted(others))
        lines.append(_("Left out, because no shapefile can hold them: %(names)s.") % {"names": names})
    lines.append(_("Names are cut to 10 characters; import this with the file .mapping.json beside it as --mapping."))
    return "\n".join(lines) + "\n"


def _mapping(fields: Iterable[LayerField], short: Mapping[str, str]) -> str:
    """Write the table of shortened names as `import_layer --mapping` reads it."""
    cut = {short[f.name]: f.name if f.editable else None for f in fields if short[f.name] != f.name}
    return json.dumps({"#": "short name: name of the attribute", "fields": cut}, indent=1, ensure_ascii=False) + "\n"


def _pack(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part in sorted(path.parent.iterdir()):
            if part != path:
                archive.write(part, part.name)
                part.unlink()
