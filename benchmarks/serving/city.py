"""The scratch database: 100,000 hydrants and 200,000 road segments of an invented city, and views for the references.

The views hold what the public sees: every reference reads its columns there, so that all contenders serve the same.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

PROJECT = Path(__file__).resolve().parent.parent.parent
HYDRANTS, ROADS = 100_000, 200_000
WEST, SOUTH, EAST, NORTH = 105.6, 20.85, 106.0, 21.15
BOX_SHARE = 0.11  # of each side, hence about 1,200 hydrants: every page of 1,000 is full
LAYERS = ("hydrants", "roads")
TABLES = ("gis_core_administrativeunit", "hydrants_hydrant", "routes_road")

_UNITS = """
    INSERT INTO gis_core_administrativeunit (ref, code, name, level, valid_from, geom)
    SELECT 'unit/' || n, lpad(n::text, 5, '0'), 'Phường ' || n, 3, '2025-07-01',
           ST_Multi(ST_MakeEnvelope(105.6 + n * 0.01, 20.85, 105.61 + n * 0.01, 21.15, 4326))
    FROM generate_series(1, 40) AS n
"""
_HYDRANTS = """
    INSERT INTO hydrants_hydrant (ref, geom, name, house_number, street, address, status, status_on, flow_lps,
        flow_measured_on, owner, operator, installed_on, last_inspected_on, hydrant_type, diameter_mm,
        outlet_diameters_mm, position, main_ref, main_diameter_mm, static_pressure_kpa, residual_pressure_kpa, source,
        administrative_unit_id)
    SELECT 'bench/' || n,
           ST_SetSRID(ST_MakePoint(%(west)s + %(width)s * random(), %(south)s + %(height)s * random()), 4326),
           'Trụ ' || n, n %% 400, 'Phố ' || n %% 900, 'Số ' || n %% 400 || ' phố ' || n %% 900,
           (ARRAY['working', 'working', 'working', 'faulty', 'unknown'])[1 + n %% 5], date '2026-01-01' + n %% 300,
           8 + n %% 30, date '2026-01-01' + n %% 300, 'Công ty Nước sạch', 'Đội ' || n %% 30,
           date '2005-01-01' + n %% 7000, date '2026-03-01' + n %% 200, 'pillar', 100, '{65,65,110}', 'sidewalk',
           'D' || n %% 500, 150 + n %% 4 * 50, 180 + n %% 90, 120 + n %% 60, 'benchmark', 1 + n %% 40
    FROM generate_series(1, %(count)s) AS n
"""
_ROADS = """
    INSERT INTO routes_road (ref, geom, osm_way_id, segment_index, start_node, end_node, name, highway, surface, lanes,
        clear_width_m, clear_width_evidence, source, administrative_unit_id)
    SELECT 'bench/' || n,
           ST_SetSRID(ST_MakeLine(ARRAY[p, ST_Translate(p, d * cos(a), d * sin(a)),
                                        ST_Translate(p, 2 * d * cos(a + 0.3), 2 * d * sin(a + 0.3))]), 4326),
           n / 3, n %% 3, n, n + 1, 'Ngõ ' || n %% 3000, 'residential', 'asphalt', 1 + n %% 2, 2 + n %% 60 / 10.0,
           (ARRAY['surveyed', 'tagged', 'assumed'])[1 + n %% 3], 'benchmark', 1 + n %% 40
    FROM (SELECT n, ST_MakePoint(%(west)s + %(width)s * random(), %(south)s + %(height)s * random()) AS p,
                 0.0001 - ln(1 - random()) * 0.0003 AS d, random() * 6.28 AS a
          FROM generate_series(1, %(count)s) AS n) AS way
"""


@contextmanager
def scratch_database() -> Iterator[str]:
    """Make a database beside the one at DATABASE_URL, give its address, and drop it whatever happens."""
    given = os.environ.get("DATABASE_URL") or sys.exit("Set DATABASE_URL: any database of the cluster to work in.")
    name = f"thuylo_bench_{os.getpid()}"
    with psycopg.connect(libpq_url(given), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(libpq_url(given), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def libpq_url(url: str) -> str:
    """Spell a Django address so that PostgreSQL's own programs take it; the socket's folder goes into `host`."""
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql"))


def fill(url: str) -> None:
    """Migrate, load both layers, and make the views of the public."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=PROJECT, env=os.environ | {"DATABASE_URL": url}, check=True,
    )  # fmt: skip
    box = {"west": WEST, "south": SOUTH, "width": EAST - WEST, "height": NORTH - SOUTH}
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        with connection.transaction():
            for table in TABLES:
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            connection.execute("SELECT setseed(0.5)")
            connection.execute(_UNITS)
            connection.execute(_HYDRANTS, box | {"count": HYDRANTS})
            connection.execute(_ROADS, box | {"count": ROADS})
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        connection.execute("CREATE SCHEMA bench")
        for view in _views(url):
            connection.execute(view)
        new_version(connection)
        connection.execute("VACUUM ANALYZE")
        with suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute("CHECKPOINT")  # else what was filled is written while the first work is measured


def new_version(connection: psycopg.Connection[Any]) -> None:
    """Let the tables count one more writing statement, as an edit does: whatever was cached of them is stale."""
    for table in TABLES:
        connection.execute(f"UPDATE {table} SET remarks = remarks WHERE false")


def _views(url: str) -> list[str]:
    """Write the views by the registry, as it stands: asked in a process of its own, which imports Django."""
    asked = subprocess.run(
        [sys.executable, __file__, *LAYERS],
        cwd=PROJECT, env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(PROJECT)},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    views: list[str] = json.loads(asked.stdout)
    return views


def _write_views(layer_ids: list[str]) -> list[str]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "gis_core.settings"
    import django  # noqa: PLC0415 - the benchmark itself does without

    django.setup()
    from gis_core.registry import layer_registry  # noqa: PLC0415 - needs Django set up

    views = []
    for layer in map(layer_registry.get, layer_ids):
        public = [field for field in layer.fields if not field.sensitive]
        columns = ", ".join(
            f"{field.name}_.ref AS {field.name}" if field.reference else f"t.{field.column} AS {field.name}"
            for field in public
        )
        joins = " ".join(
            f"LEFT JOIN {field.reference} AS {field.name}_ ON {field.name}_.id = t.{field.column}"
            for field in public
            if field.reference
        )
        views.append(
            f"CREATE VIEW bench.{layer.id} AS "
            f"SELECT t.id, t.geom::geometry AS geom, {columns} FROM {layer.table} AS t {joins}"
        )
    return views


def boxes(seed: str) -> Iterator[tuple[float, float, float, float]]:
    """Draw boxes of one size inside the city, the same ones for the same seed, none twice."""
    dice = random.Random(seed)
    width, height = (EAST - WEST) * BOX_SHARE, (NORTH - SOUTH) * BOX_SHARE
    while True:
        west, south = dice.uniform(WEST, EAST - width), dice.uniform(SOUTH, NORTH - height)
        yield round(west, 6), round(south, 6), round(west + width, 6), round(south + height, 6)


if __name__ == "__main__":
    print(json.dumps(_write_views(sys.argv[1:])))
