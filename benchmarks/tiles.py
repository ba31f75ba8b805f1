"""How much our tiles add to bare `ST_AsMVT` of the same content: 100,000 hydrants and 200,000 roads.

Run: .venv/bin/python benchmarks/tiles.py
Everything happens in one transaction that is rolled back. Trust the ratios, not the milliseconds.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")

import django

django.setup()

from django.core.cache import caches  # noqa: E402 - needs the settings
from django.db import connection, transaction  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from gis_core.registry import layer_registry  # noqa: E402
from layers.tile_grid import Tile, tile_at  # noqa: E402
from layers.tile_rules import tile_fields  # noqa: E402

ROWS = """
    ALTER TABLE hydrants_hydrant DISABLE TRIGGER USER;
    ALTER TABLE routes_road DISABLE TRIGGER USER;
    SELECT setseed(0.5);
    INSERT INTO hydrants_hydrant (ref, geom, name, status, flow_lps, diameter_mm, address)
    SELECT 'bench/' || n, ST_SetSRID(ST_MakePoint(105.6 + 0.4 * random(), 20.85 + 0.3 * random()), 4326),
           'Trụ ' || n, (ARRAY['working', 'working', 'faulty', 'unknown'])[1 + n % 4], 10 + n % 20, 100, 'Số ' || n
    FROM generate_series(1, 100000) AS n;
    INSERT INTO routes_road (ref, geom, start_node, end_node, highway, name)
    SELECT 'bench/' || n, ST_SetSRID(ST_MakeLine(p, ST_Translate(p, d * cos(a), d * sin(a))), 4326), n, n,
           'residential', 'Ngõ ' || n % 3000
    FROM (SELECT n, ST_MakePoint(105.6 + 0.4 * random(), 20.85 + 0.3 * random()) AS p,
                 0.0002 - ln(1 - random()) * 0.0007 AS d, random() * 6.28 AS a
          FROM generate_series(1, 200000) AS n) AS way;
    ANALYZE hydrants_hydrant;
    ANALYZE routes_road;
"""
IN_TILE = "&& ST_Transform(ST_TileEnvelope({z}, {x}, {y}, margin => 0.03125), 4326)"
GEOM = "ST_AsMVTGeom(ST_Transform({geom}, 3857), ST_TileEnvelope({z}, {x}, {y}), 4096, 128) AS geom"
WHOLE = (
    f"SELECT ST_AsMVT(f, '{{layer}}') FROM (SELECT id, {{columns}}, {GEOM} FROM {{table}} t WHERE {{geom}} {IN_TILE}) f"
)
CLASSES = ("working", "faulty", "blocked", "missing", "unknown")
COUNTED = f"""
    SELECT ST_AsMVT(f, 'hydrants') FROM (
        SELECT count(*)::int, bool_or(synthetic) AS synthetic, min(status) AS status,
               {", ".join(f"nullif(count(*) FILTER (WHERE status = '{c}'), 0)::int AS status_{c}" for c in CLASSES)},
               ST_AsMVTGeom(cell, ST_TileEnvelope({{z}}, {{x}}, {{y}}), 4096, 128) AS geom
        FROM (SELECT status, synthetic, ST_SnapToGrid(ST_Transform({{geom}}, 3857), {{metres}}) AS cell
              FROM {{table}} WHERE {{geom}} {IN_TILE}) s GROUP BY cell) f
"""
LONG = (
    f"SELECT ST_AsMVT(f, '{{layer}}') FROM (SELECT id, {{columns}}, {GEOM} FROM {{table}} t WHERE {{geom}} {IN_TILE}"
    " AND greatest(ST_XMax(geom) - ST_XMin(geom), ST_YMax(geom) - ST_YMin(geom)) >= {degrees}) f"
)
CASES = (("hydrants", 14, WHOLE), ("hydrants", 10, COUNTED), ("roads", 14, WHOLE), ("roads", 10, LONG))


def milliseconds(*asks: Callable[[], object], times: int = 20) -> list[float]:
    """Measure in turns, so that what else the machine does falls on all alike."""
    taken: list[list[float]] = [[] for _ in asks]
    for turn in range(times + 1):
        for ask, own in zip(asks, taken, strict=True):
            started = time.perf_counter()
            ask()
            if turn:  # the first warms up
                own.append(time.perf_counter() - started)
    return [statistics.median(own) * 1000 for own in taken]


def bare(statement: str, layer_id: str, tile: Tile) -> Callable[[], object]:
    layer = layer_registry.get(layer_id)
    columns = ", ".join(
        f"(SELECT ref FROM {f.reference} r WHERE r.id = t.{f.column}) AS {f.name}" if f.reference else f.column
        for f in tile_fields(layer, tile.z, "public")
    )
    text = statement.format(
        layer=layer_id, table=layer.table, columns=columns, z=tile.z, x=tile.x, y=tile.y,
        geom="geom::geometry" if layer.geometry_type == "Point" else "geom",
        metres=40075016.68 / 2**tile.z / 32, degrees=360 / 2**tile.z / 256,
    )  # fmt: skip

    def ask() -> object:
        with connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchone()

    return ask


def main() -> None:
    client = Client()
    print("layer      zoom  bare ms  cold ms  ratio  cached ms  304 ms  kB (gzip)")
    for layer_id, z, statement in CASES:
        tile = tile_at(105.8, 21.0, z)
        path = f"/tiles/{layer_id}/{z}/{tile.x}/{tile.y}.mvt"
        packed = {"accept-encoding": "gzip"}

        def cold(path: str = path) -> object:
            caches["tiles"].clear()
            return client.get(path)

        least, made = milliseconds(bare(statement, layer_id, tile), cold)
        answer = client.get(path, headers=packed)
        held = {"if-none-match": answer.headers["ETag"]}
        cached, unchanged = milliseconds(
            partial(client.get, path, headers=packed), partial(client.get, path, headers=held)
        )
        sizes = f"{len(client.get(path).content) / 1000:.0f} ({len(answer.content) / 1000:.0f})"
        print(
            f"{layer_id:10} {z:4} {least:8.1f} {made:8.1f} {made / least:6.2f} {cached:10.1f} {unchanged:7.1f}  {sizes}"
        )


if __name__ == "__main__":
    with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ROWS)
        main()
        transaction.set_rollback(True)
