"""The formats there are; a new one is a line here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_noop

from gis_core.errors import BadRequest, NotFound
from layers.crs_params import check_system
from layers.exports.copying import Progress
from layers.exports.gdal import write_flatgeobuf, write_geopackage, write_kml
from layers.exports.metadata import Metadata
from layers.exports.parquet import write_parquet
from layers.exports.question import ExportQuery
from layers.exports.shapefile import write_shapefile
from layers.exports.text import csv_chunks, geojson_chunks


class UnknownFormat(NotFound):
    """No export has this suffix."""

    code = "unknown-format"
    title = gettext_noop("There is no such format")


class OnlyDegrees(BadRequest):
    """A format that knows longitude and latitude only."""

    code = "only-degrees"
    title = gettext_noop("The format has no other coordinate reference system")


@dataclass(frozen=True, slots=True)
class Format:
    """A format: either `chunks` gives its text as it is read, or `write` makes a file."""

    suffix: str
    media_type: str
    chunks: Callable[[ExportQuery, Metadata, Progress | None], Iterator[bytes]] | None = None
    write: Callable[[ExportQuery, Metadata, Path, Progress | None], None] | None = None
    only_degrees: bool = False


_ALL: Final = (
    Format("geojson", "application/geo+json", chunks=geojson_chunks),
    Format("gpkg", "application/geopackage+sqlite3", write=write_geopackage),
    Format("shp.zip", "application/zip", write=write_shapefile),
    Format("kml", "application/vnd.google-earth.kml+xml", write=write_kml, only_degrees=True),
    Format("csv", "text/csv; charset=utf-8", chunks=csv_chunks),
    Format("fgb", "application/vnd.flatgeobuf", write=write_flatgeobuf),
    Format("parquet", "application/vnd.apache.parquet", write=write_parquet),
)
FORMATS: Final = {each.suffix: each for each in _ALL}
"""The formats by suffix, as it stands in addresses and file names."""


def find_format(suffix: str) -> Format:
    """Return the format of a suffix, or raise `UnknownFormat` naming those there are."""
    try:
        return FORMATS[suffix.lower()]
    except KeyError:
        raise UnknownFormat(
            "There is no format “%(format)s”; there are: %(known)s.", format=suffix[:20], known=", ".join(FORMATS)
        ) from None


def check_crs(query: ExportQuery, chosen: Format) -> None:
    """Make sure that the database and the format know the CRS that is asked for.

    Raises
    ------
    CrsNotServed, OnlyDegrees
    """
    check_system(query.crs)
    if chosen.only_degrees and not query.is_degrees:
        raise OnlyDegrees(
            "%(format)s is always in longitude and latitude, %(crs)s is not: leave out crs, or take another format.",
            format=chosen.suffix.upper(),
            crs=query.crs.code,
        )


def file_name(query: ExportQuery, chosen: Format) -> str:
    """Name the file in the reader's language, with the CRS where it is not longitude and latitude."""
    title = str(query.layer.title).replace("/", "-")
    crs = "" if query.is_degrees else f" ({query.crs.code.replace(':', ' ')})"
    return f"{title}{crs}.{chosen.suffix}"
