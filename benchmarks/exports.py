"""Exports of 100,000 hydrants beside ogr2ogr, and GeoJSON and CSV beside the bare COPY of the same text.

Run on a scratch database without hydrants (rows are stored for the time of the run, because ogr2ogr reads them from
outside): DATABASE_URL=… .venv/bin/python benchmarks/exports.py
Trust the ratios, not the seconds.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - needs the settings
from django.utils import timezone  # noqa: E402

from gis_core.registry import layer_registry  # noqa: E402
from layers.exports import FORMATS, ExportQuery, export_chunks, export_to, selection, text  # noqa: E402
from layers.exports.metadata import describe  # noqa: E402
from layers.exports.text import csv_chunks, geojson_chunks  # noqa: E402

TIMES = 3
ROWS = """
    ALTER TABLE hydrants_hydrant DISABLE TRIGGER USER;
    INSERT INTO hydrants_hydrant (ref, geom, name, status, flow_lps, diameter_mm, address, outlet_diameters_mm)
    SELECT 'bench/' || n, ST_SetSRID(ST_MakePoint(105.6 + 0.4 * random(), 20.85 + 0.3 * random()), 4326),
           'Trụ ' || n, 'working', 10 + n % 20, 100, 'Số ' || n, '{65,65,110}'
    FROM generate_series(1, 100000) AS n;
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE hydrants_hydrant ENABLE TRIGGER USER;
    ANALYZE hydrants_hydrant;
"""
CLEAN = """
    ALTER TABLE hydrants_hydrant DISABLE TRIGGER USER;
    DELETE FROM hydrants_hydrant WHERE ref LIKE 'bench/%';
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE hydrants_hydrant ENABLE TRIGGER USER;
"""
OGR_DRIVERS = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "shp.zip": "ESRI Shapefile", "csv": "CSV", "kml": "KML"}
OGR_OPTIONS = {
    "csv": ["-lco", "GEOMETRY=AS_WKT"],
    "shp.zip": ["-lco", "ENCODING=UTF-8"],
    "kml": ["-dsco", "NameField=ref"],
}


def seconds(work: Callable[[Path], object]) -> float:
    """Measure a few runs, each into a folder of its own."""
    taken = []
    for _ in range(TIMES):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            work(Path(folder))
            taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def ogr2ogr(suffix: str, query: ExportQuery) -> Callable[[Path], object]:
    given = connection.get_connection_params()
    source = "PG:" + " ".join(
        f"{key}={given[key]}" for key in ("host", "port", "user", "password", "dbname") if key in given
    )
    # As text, which is what a list becomes here too; the FlatGeobuf driver of GDAL 3.6 refuses lists.
    names = ", ".join(
        f"to_json(t.{f.column})::text AS {f.name}" if f.type in {"array", "object"} else f"t.{f.column}"
        for f in selection.visible_fields(query)
    )
    sql = f"SELECT t.geom::geometry AS geom, {names} FROM {query.layer.table} AS t"

    def run(folder: Path) -> None:
        target = folder / f"out.{suffix.partition('.')[0]}"
        options = ["-f", OGR_DRIVERS[suffix], *OGR_OPTIONS.get(suffix, [])]
        subprocess.run(["ogr2ogr", *options, target, source, "-sql", sql], check=True, capture_output=True)

    return run


def bare_copy(query: ExportQuery, chunks: Callable[..., object]) -> Callable[[Path], object]:
    """Catch the statement of our own export, and run nothing but it."""
    caught: list[tuple[object, object]] = []
    real = text.copied
    text.copied = lambda statement, params, **_: caught.append((statement, params)) or (_ for _ in ())  # type: ignore[assignment]
    try:
        metadata = describe(query, at=timezone.now())
        for _chunk in chunks(query, metadata, None):  # type: ignore[attr-defined]
            pass
    finally:
        text.copied = real
    [(statement, params)] = caught

    def run(_folder: Path) -> None:
        with connection.cursor() as cursor, cursor.copy(statement, params) as copy:
            for _row in copy:
                pass

    return run


def main() -> None:
    query = ExportQuery(layer_registry.get("hydrants"))
    for suffix, chunks in (("geojson", geojson_chunks), ("csv", csv_chunks)):
        bare = seconds(bare_copy(query, chunks))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        first: list[float] = []

        def stream(_folder: Path, suffix: str = suffix, first: list[float] = first) -> None:
            started = time.perf_counter()
            pieces = export_chunks(query, FORMATS[suffix], at=timezone.now())
            next(pieces)
            first.append(time.perf_counter() - started)
            for _piece in pieces:
                pass

        ours = seconds(stream)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"{suffix:8} streamed {ours:5.2f} s  bare COPY {bare:5.2f} s  ratio {ours / bare:4.2f}  "
              f"first byte {max(first):5.3f} s  memory +{grown:.0f} MB")  # fmt: skip
    for suffix in OGR_DRIVERS:
        theirs = seconds(ogr2ogr(suffix, query))

        def export(folder: Path, suffix: str = suffix) -> None:
            export_to(folder / f"out.{suffix}", query, FORMATS[suffix], at=timezone.now())

        ours = seconds(export)
        print(f"{suffix:8} export   {ours:5.2f} s  ogr2ogr   {theirs:5.2f} s  ratio {ours / theirs:4.2f}")


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


if __name__ == "__main__":
    with connection.cursor() as looked:
        looked.execute("SELECT EXISTS (SELECT FROM hydrants_hydrant)")
        if looked.fetchone()[0]:
            sys.exit("There are hydrants in this database: give an empty, migrated one as DATABASE_URL.")
    run(ROWS)
    try:
        main()
    finally:
        run(CLEAN)
