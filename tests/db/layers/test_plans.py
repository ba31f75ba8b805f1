"""The plans of the serving queries on 100,000 rows: a box reads the index, never the table."""

import pytest
from django.db import connection
from psycopg import sql

from gis_core.registry import layer_registry
from gis_core.values import Bbox
from layers.counts import KnownCount
from layers.items import ItemsQuery
from layers.ordering import Place
from layers.postgis import PostgisSource

pytestmark = pytest.mark.django_db
NOT_COUNTED = KnownCount()
QUARTER = Bbox(105.80, 21.00, 105.82, 21.02)

HYDRANTS = """
    INSERT INTO hydrants_hydrant (ref, geom)
    SELECT 'T' || n, ST_SetSRID(ST_MakePoint(105.6 + 0.4 * random(), 20.85 + 0.3 * random()), 4326)
    FROM generate_series(1, 100000) AS n
"""
HOUSES = """
    INSERT INTO layers_building (ref, geom)
    SELECT 'H' || n, ST_SetSRID(ST_MakePoint(105.6 + 0.4 * random(), 20.85 + 0.3 * random()), 4326)
    FROM generate_series(1, 100000) AS n
"""


def explain(layer_id: str, query: ItemsQuery, count: KnownCount = NOT_COUNTED) -> str:
    statement, params = PostgisSource(layer_registry.get(layer_id)).statement(query, count)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("EXPLAIN ") + statement, params)
        return "\n".join(line for (line,) in cursor.fetchall())


def fill(table: str, rows: str) -> None:
    with connection.cursor() as cursor:
        # History and counting are not what is looked at here; they would double the time.
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"SELECT setseed(0.5); {rows}")
        cursor.execute(f"ANALYZE {table}")


@pytest.mark.parametrize(
    ("layer_id", "table", "rows", "index"),
    [
        ("hydrants", "hydrants_hydrant", HYDRANTS, "hydrants_hydrant_planar"),
        ("buildings", "layers_building", HOUSES, "layers_building_geom"),
    ],
)
def test_a_box_uses_the_spatial_index_and_pages_use_the_key(layer_id, table, rows, index):
    fill(table, rows)
    for limit in (10, 1_000, 10_000):
        plan = explain(layer_id, ItemsQuery(bbox=QUARTER, limit=limit, after=Place(5)))
        assert f"using {index}" in plan or f"on {index}" in plan, plan
        assert f"Seq Scan on {table}" not in plan, plan
        assert plan.count(index) == 1, plan  # for the page and for the number of all
    known = explain(layer_id, ItemsQuery(bbox=QUARTER), KnownCount("", "of another state", 7))
    assert known.count(index) == 2, known  # of which the second is not run, if the state is that one
    page = explain(layer_id, ItemsQuery(limit=1_000, after=Place(50_000)))
    # Where the page begins; its rows follow, and nothing is sorted.
    assert f"using {table}_pkey" in page, page
    assert "Sort" not in page, page
    assert f"Tid Scan on {table}" in page, page


def test_every_layer_of_geography_has_the_planar_index_that_boxes_need():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_indexes WHERE indexdef LIKE '%USING gist (((geom)::geometry))%'")
        indexed = {table for (table,) in cursor.fetchall()}
    assert {layer.table for layer in layer_registry if layer.geometry_type == "Point"} == indexed
