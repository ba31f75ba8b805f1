"""Made-up houses and sources beside the roads of a stored city, always the same; wards as a grid."""

from django.db import connection

_WARDS = """
    INSERT INTO gis_core_administrativeunit (ref, code, name, level, valid_from, geom)
    SELECT 'ward/' || i || '/' || j, lpad((100 * i + j)::text, 5, '0'), 'Phường ' || i || '.' || j, 3, '2025-07-01',
           ST_Multi(ST_MakeEnvelope(105.70 + i * 0.02, 20.90 + j * 0.02, 105.72 + i * 0.02, 20.92 + j * 0.02, 4326))
    FROM generate_series(0, 14) AS i, generate_series(0, 11) AS j
"""
_ROADS = """
    SELECT id, geom, own, whole, until, coalesce(lag(until) OVER (ORDER BY id), 0) AS since
    FROM (SELECT id, geom, ST_Length(geom) AS own, sum(ST_Length(geom)) OVER (ORDER BY id) AS until,
                 sum(ST_Length(geom)) OVER () AS whole FROM routes_road) AS road
"""
# Beside the roads, as dense everywhere, 3 to 9 m from the axis.
_PLACES = f"""
    SELECT n, ST_Translate(ST_LineInterpolatePoint(road.geom, least(1, greatest(0,
               (n * road.whole / %(count)s - road.since) / road.own))),
               (3 + n %% 7) * 0.9e-5 * (1 - 2 * (n %% 2)), (3 + n %% 5) * 0.9e-5 * (1 - 2 * (n / 2 %% 2))) AS geom
    FROM ({_ROADS}) AS road,
         generate_series(ceil(road.since * %(count)s / road.whole)::int,
                         ceil(road.until * %(count)s / road.whole)::int - 1) AS n
    WHERE road.own > 0 AND n < %(count)s
"""
_HOUSES = f"""
    INSERT INTO layers_building (ref, geom, use, storeys, households, people, administrative_unit_id, synthetic)
    SELECT 'house/' || place.n, place.geom, 'home', nullif(1 + place.n %% 6, 6),
           nullif(place.n %% 4, 3), 4,
           (SELECT id FROM gis_core_administrativeunit AS unit WHERE unit.geom && place.geom ORDER BY id LIMIT 1), true
    FROM ({_PLACES}) AS place
"""
_SOURCES = f"""
    INSERT INTO hydrants_hydrant (ref, geom, status, flow_lps, verified_on, main_ref, synthetic)
    SELECT 'hydrant/' || n, geom::geography, CASE WHEN n %% 5 = 0 THEN 'faulty' ELSE 'working' END,
           nullif(5 + n %% 25, 29), CASE WHEN n %% 3 > 0 THEN CURRENT_DATE - 9 END, 'M' || n / 7, true
    FROM ({_PLACES}) AS place
"""


def store(houses: int, sources: int) -> None:
    """Write them; triggers of rows rest meanwhile. Widths are said of every road, so that trucks get somewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute(_WARDS)
        cursor.execute(
            "UPDATE routes_road SET clear_width_m = 4, clear_height_m = 4.5, max_weight_t = 25, "
            "clear_width_evidence = 'surveyed', clear_height_evidence = 'surveyed', max_weight_evidence = 'surveyed' "
            "WHERE id % 10 > 0"
        )
        for table, sql, count in (("layers_building", _HOUSES, houses), ("hydrants_hydrant", _SOURCES, sources)):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(sql, {"count": count})
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(
            "INSERT INTO layers_firestation (ref, name, kind, geom) SELECT 's' || id, 'Đội ' || id, 'area_team', "
            "ST_StartPoint(geom)::geography FROM routes_road WHERE highway = 'primary' ORDER BY md5(ref) LIMIT 12"
        )
