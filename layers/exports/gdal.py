"""GeoPackage, FlatGeobuf and KML, written by GDAL from Arrow batches."""

from pathlib import Path
from shutil import copyfileobj
from typing import Any, Final
from xml.sax.saxutils import escape

import pyarrow as pa
import pyogrio

from layers.exports.copying import Progress, arrow_batches
from layers.exports.metadata import Metadata
from layers.exports.question import ExportQuery

_GDAL_TYPES: Final = {"Geometry": "Unknown"}
_KML_HEAD: Final = b'<Document id="root_doc">'
_HEAD_BYTES: Final = 4_096


def write_geopackage(query: ExportQuery, metadata: Metadata, path: Path, progress: Progress | None) -> None:
    """Write a GeoPackage; the table is called as the layer is in addresses, its title is for people."""
    _write(
        path,
        query,
        progress,
        driver="GPKG",
        layer=query.layer.id,
        layer_metadata=metadata.as_texts(),
        layer_options={"IDENTIFIER": metadata.title, "DESCRIPTION": metadata.as_prose(), "GEOMETRY_NAME": "geom"},
    )


def write_flatgeobuf(query: ExportQuery, metadata: Metadata, path: Path, progress: Progress | None) -> None:
    """Write a FlatGeobuf with its spatial index."""
    _write(
        path,
        query,
        progress,
        driver="FlatGeobuf",
        layer=metadata.title,
        layer_options={"TITLE": metadata.title, "DESCRIPTION": metadata.as_prose()},
    )


def write_kml(query: ExportQuery, metadata: Metadata, path: Path, progress: Progress | None) -> None:
    """Write a KML whose placemarks are called by the title field of the layer."""
    bare = path.with_suffix(".bare")
    # Not LIBKML, which takes minutes for what this driver does in seconds.
    _write(
        bare,
        query,
        progress,
        driver="KML",
        # The driver changes it so itself, but warns.
        layer=query.layer.id.replace("-", "_"),
        dataset_options={"NameField": query.layer.title_field},
    )
    _describe_kml(bare, path, metadata)


def write_gdal(
    path: Path, batches: pa.RecordBatchReader, query: ExportQuery, *, geometry_type: str = "", **options: Any
) -> None:
    """Hand the batches to GDAL, which takes them one by one."""
    kind = geometry_type or query.layer.geometry_type
    pyogrio.write_arrow(
        batches,
        path,
        geometry_name="geom",
        geometry_type=_GDAL_TYPES.get(kind, kind),
        crs=f"EPSG:{query.crs.srid}",
        **options,
    )


def _write(path: Path, query: ExportQuery, progress: Progress | None, **options: Any) -> None:
    with arrow_batches(query, query.fields, progress=progress) as batches:
        write_gdal(path, batches, query, **options)


def _describe_kml(bare: Path, path: Path, metadata: Metadata) -> None:
    """Say in the document what it is, which the driver has no option for."""
    said = f"<name>{escape(metadata.title)}</name><description>{escape(metadata.as_prose())}</description>"
    with bare.open("rb") as source, path.open("wb") as target:
        head, found, rest = source.read(_HEAD_BYTES).partition(_KML_HEAD)
        target.write(head + found + said.encode() + rest)
        copyfileobj(source, target, 2**20)
    bare.unlink()
