"""Files in: every format becomes the same rows, in the CRS and the words of the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gis_core.importing.mapping import FieldMapping
from gis_core.importing.reading.delimited import CsvSource
from gis_core.importing.reading.geojson import GeoJsonSource
from gis_core.importing.reading.source import BadFile, Source
from gis_core.importing.reading.vector import GeoPackageSource, open_shapefile

__all__ = ["BadFile", "Source", "open_source"]


@contextmanager
def open_source(path: Path, *, encoding: str | None, mapping: FieldMapping) -> Iterator[Source]:
    """Open `path` with the reader for its suffix.

    Raises
    ------
    BadFile
        No such file, a format we do not read, or one that its reader cannot make sense of.
    """
    if not path.is_file():
        raise BadFile("There is no file %(path)s.", path=str(path))
    match path.suffix.lower():
        case ".geojson" | ".json":
            yield GeoJsonSource(path)
        case ".csv" | ".tsv" | ".txt":
            yield CsvSource(path, encoding=encoding, mapping=mapping)
        case ".gpkg":
            yield GeoPackageSource(path, table=mapping.table)
        case ".shp" | ".zip":
            with open_shapefile(path, encoding=encoding) as shapefile:
                yield shapefile
        case suffix:
            raise BadFile(
                "%(suffix)s files are not read: give GeoJSON (.geojson), GeoPackage (.gpkg), a shapefile (.shp, or "
                "zipped as .zip) or CSV (.csv).",
                suffix=suffix or path.name,
            )
