"""GeoParquet 1.1, written by Arrow itself: the GDAL of the wheels has no Parquet."""

from pathlib import Path
from typing import Any

import orjson
import pyproj
from pyarrow import parquet

from layers.exports.copying import Progress, arrow_batches
from layers.exports.metadata import Metadata
from layers.exports.question import ExportQuery


def write_parquet(query: ExportQuery, metadata: Metadata, path: Path, progress: Progress | None) -> None:
    """Write the batches as row groups, with the `geo` metadata of GeoParquet and our own beside it."""
    said = {**metadata.as_texts(), "geo": orjson.dumps(geo_metadata(query)).decode()}
    with arrow_batches(query, query.fields, progress=progress) as batches:
        schema = batches.schema.with_metadata(said)
        with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch.replace_schema_metadata(said))


def geo_metadata(query: ExportQuery) -> dict[str, Any]:
    """Describe the geometry column (GeoParquet 1.1); x comes first whatever the CRS says."""
    kind = query.layer.geometry_type
    column = {
        "encoding": "WKB",
        "geometry_types": [] if kind == "Geometry" else [kind],
        "crs": pyproj.CRS(query.crs.code).to_json_dict(),
    }
    return {"version": "1.1.0", "primary_column": "geom", "columns": {"geom": column}}
