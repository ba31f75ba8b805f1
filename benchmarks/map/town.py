"""The town on the map: the real roads of inner Hanoi, beside them houses and hydrants that are made up.

Without `../shared` the made-up city of the routing benchmark stands in for the roads; the figures say which it was.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

PROJECT = Path(__file__).resolve().parent.parent.parent
ROADS = PROJECT.parent / "shared/data/roads/hanoi_12districts_drive.osm.pbf"
HOUSES, HYDRANTS = 300_000, 100_000
CENTRE = (105.8470, 21.0100)
"""Where the page opens: old lanes, many of them narrow."""

# Houses stand in rows on both sides of the roads, as many as the road is long; a footprint each, with its number.
_HOUSES = """
    INSERT INTO layers_building (ref, geom, house_number, street, address, use, storeys, source, synthetic)
    SELECT 'house/' || row_number() OVER (), ST_Buffer(place, size, 'quad_segs=1 endcap=square'), nth::text, name,
           'Số ' || nth || ' ' || name, (ARRAY['home', 'home_with_business', 'unknown'])[1 + nth %% 3], 2 + nth %% 5,
           'benchmark', true
    FROM (
        SELECT road.name, nth, 0.00002 + 0.00001 * (nth %% 3) AS size,
               ST_Translate(ST_LineInterpolatePoint(road.geom, (nth - 0.5) / houses),
                            0.00008 * (1 - 2 * (nth %% 2)), 0.00008 * (1 - 2 * (nth / 2 %% 2))) AS place
        FROM (SELECT *, greatest(1, round(ST_Length(geom::geography) / sum(ST_Length(geom::geography)) OVER ()
                     * %(count)s)::integer) AS houses FROM routes_road) AS road,
             generate_series(1, houses) AS nth
    ) AS house
    LIMIT %(count)s
"""
_HYDRANTS = """
    INSERT INTO hydrants_hydrant (ref, geom, name, status, status_on, flow_lps, source, synthetic)
    SELECT 'bench/' || n, ST_Translate(ST_LineInterpolatePoint(geom, (n %% 10 + 0.5) / 10), 3e-5, -2e-5)::geography,
           'Trụ ' || n, (ARRAY['working', 'working', 'working', 'faulty', 'unknown', 'blocked'])[1 + n %% 6],
           date '2026-01-01' + (n %% 300)::integer, 8 + n %% 30, 'benchmark', true
    FROM (SELECT geom, row_number() OVER (ORDER BY md5(ref || turn)) AS n
          FROM routes_road, generate_series(1, 8) AS turn) AS road
    WHERE n <= %(count)s
"""
_WATER = """
    INSERT INTO hydrants_waterbody (ref, geom, name, kind, source, synthetic)
    SELECT 'lake/' || n, ST_Multi(ST_Buffer(ST_LineInterpolatePoint(geom, 0.5)::geography, 40 + n %% 90)::geometry),
           'Hồ ' || n, 'lake', 'benchmark', true
    FROM (SELECT geom, row_number() OVER (ORDER BY md5(ref)) AS n FROM routes_road) AS road WHERE n <= 300
"""
_GATES = """
    INSERT INTO routes_accessrestriction (ref, geom, kind, clear_width_m, evidence, road_ref, road_fraction, source,
        synthetic)
    SELECT 'gate/' || n, ST_LineInterpolatePoint(geom, 0.5), (ARRAY['gate', 'narrowing', 'bollard'])[1 + n %% 3],
           1.8 + n %% 20 / 10.0, 'surveyed', ref, 0.5, 'benchmark', true
    FROM (SELECT ref, geom, row_number() OVER (ORDER BY md5(ref || 'gate')) AS n FROM routes_road
          WHERE highway = 'residential') AS road WHERE n <= 2000
"""
_WIDTHS = """
    UPDATE routes_road SET clear_width_m = 1.6 + abs(hashtext(ref)) %% 60 / 10.0, clear_width_evidence = 'surveyed'
    WHERE highway IN ('residential', 'service', 'living_street', 'unclassified') AND hashtext(ref || 'w') %% 2 = 0
"""
_UNITS = """
    INSERT INTO gis_core_administrativeunit (ref, code, name, level, valid_from, geom, source, synthetic)
    SELECT 'unit/' || n, lpad(n::text, 5, '0'), 'Phường ' || n, 3, '2025-07-01',
           ST_Multi(ST_MakeEnvelope(105.72 + n %% 12 * 0.02, 20.90 + n / 12 * 0.02,
                                    105.74 + n %% 12 * 0.02, 20.92 + n / 12 * 0.02, 4326)), 'benchmark', true
    FROM generate_series(0, 119) AS n
"""


def fill(url: str, houses: int = HOUSES) -> str:
    """Fill an empty database; say what it holds."""
    with psycopg.connect(url.replace("postgis:", "postgresql:", 1), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    _manage(url, "migrate", "--verbosity=0")
    if not ROADS.exists():
        sys.exit(f"{ROADS} is not there: this benchmark is about real roads")
    _manage(url, "import_osm", str(ROADS), "--apply")
    with psycopg.connect(url.replace("postgis:", "postgresql:", 1), autocommit=True) as connection:
        # One transaction each: what is counted and listed of an edit is written once.
        for statement in (_UNITS, _WIDTHS, _WATER, _GATES):
            connection.execute(statement, {"count": 0})
        for table, statement, count in (
            ("layers_building", _HOUSES, houses),
            ("hydrants_hydrant", _HYDRANTS, HYDRANTS),
        ):
            # What happens to a single row (its history, its ward) would take an hour for all of them.
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            connection.execute(statement, {"count": count})
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        connection.execute("ANALYZE")
        tables = ("routes_road", "layers_building", "hydrants_hydrant", "routes_accessrestriction")
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
    return "{:,} road segments, {:,} houses, {:,} hydrants, {:,} obstacles".format(*counts)


def _manage(url: str, *words: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "gis_core.settings"}
    subprocess.run([sys.executable, str(PROJECT / "manage.py"), *words], env=environment, check=True, cwd=PROJECT)
