"""How much our items view adds to the bare SQL: 100,000 hydrants, a box of about 1,000, both in one process.

Run: .venv/bin/python benchmarks/items.py
Everything happens in one transaction that is rolled back. Trust the ratios, not the milliseconds.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - needs the settings
from django.test import Client, override_settings  # noqa: E402

from gis_core.registry import layer_registry  # noqa: E402

BOX = (105.80, 21.0, 105.84, 21.03)
ITEMS = "/ogc/collections/hydrants/items?limit=1000&bbox=" + ",".join(map(str, BOX))
ROWS = """
    ALTER TABLE hydrants_hydrant DISABLE TRIGGER USER;
    INSERT INTO hydrants_hydrant (ref, geom, name, status, flow_lps, diameter_mm, address)
    SELECT 'bench/' || n, ST_SetSRID(ST_MakePoint(105.6 + 0.4 * random(), 20.85 + 0.3 * random()), 4326),
           'Trụ ' || n, 'working', 10 + n % 20, 100, 'Số ' || n
    FROM generate_series(1, 100000) AS n;
    ANALYZE hydrants_hydrant;
"""
IN_BOX = "FROM hydrants_hydrant WHERE geom::geometry && ST_MakeEnvelope(%s, %s, %s, %s, 4326)"
LEAST = f"SELECT string_agg(ST_AsGeoJSON(geom, 7), ',') FROM (SELECT geom {IN_BOX} LIMIT 1000) AS page"
COLUMNS = ", ".join(f"page.{field.column}" for field in layer_registry.get("hydrants").fields if not field.sensitive)
FEATURE = f"""
    '{{"type":"Feature","id":' || id || ',"geometry":' || ST_AsGeoJSON(geom, 7) || ',"properties":'
        || row_to_json((SELECT p FROM (SELECT {COLUMNS}) AS p))::text || '}}'
"""
BARE = f"SELECT string_agg({FEATURE}, ',') FROM (SELECT * {IN_BOX} LIMIT 1000) AS page"
OGC_LIMIT = f"""
    WITH found AS MATERIALIZED (SELECT * {IN_BOX})
    SELECT string_agg({FEATURE}, ',' ORDER BY id), (SELECT count(*) FROM found)
    FROM (SELECT * FROM found ORDER BY id LIMIT 1000) AS page
"""
ONE = f"SELECT {FEATURE} FROM hydrants_hydrant AS page WHERE id = (SELECT min(id) FROM hydrants_hydrant)"


def milliseconds(ask: Callable[[], object], times: int = 40) -> float:
    ask()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


def query(statement: str) -> Callable[[], object]:
    def ask() -> object:
        with connection.cursor() as cursor:
            cursor.execute(statement, BOX if "%s" in statement else None)
            return cursor.fetchone()

    return ask


def last_key(place: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM hydrants_hydrant ORDER BY id OFFSET %s LIMIT 1", [place])
        return cursor.fetchone()[0]


def main() -> None:
    client = Client()
    etag = client.get(ITEMS).headers["ETag"]
    paths = {"page 1 of everything": "/ogc/collections/hydrants/items?limit=1000"}
    paths["page 99 of everything"] = f"{paths['page 1 of everything']}&after={last_key(98_000)}"
    paths["page 1 in EPSG:5897"] = f"{ITEMS}&crs=EPSG:5897"
    paths["page 1 by name"] = f"{ITEMS}&sortby=name"
    rows = {
        "OGC limit: the same columns, ORDER BY, count": milliseconds(query(OGC_LIMIT)),
        "bare SQL, geometry only": milliseconds(query(LEAST)),
        "bare SQL, same columns, no order, no count": milliseconds(query(BARE)),
        "items view (order, count, version, links)": milliseconds(lambda: client.get(ITEMS)),
        "items view, 304": milliseconds(lambda: client.get(ITEMS, headers={"if-none-match": etag})),
        "one feature, bare SQL": milliseconds(query(ONE)),
        "one feature, view": milliseconds(lambda: client.get(f"/ogc/collections/hydrants/items/{last_key(500)}")),
        **{name: milliseconds(lambda path=path: client.get(path)) for name, path in paths.items()},
    }
    limit = rows["OGC limit: the same columns, ORDER BY, count"]
    for name, took in rows.items():
        print(f"{took / limit:6.2f} × {took:8.2f} ms  {name}")


if __name__ == "__main__":
    with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ROWS)
        main()
        transaction.set_rollback(True)
