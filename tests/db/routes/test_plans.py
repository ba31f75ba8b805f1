"""With 100,000 roads and 100,000 obstacles the two reads of a passability question use their GiST indexes."""

import json

import numpy as np
import pytest
from django.db import connection

from routes.limits import _pieces, limits_along, restrictions_near, roads_near

pytestmark = pytest.mark.django_db

ROWS = 100_000
# A jittered grid of 100 m segments over the city: 0.2 x 0.5 degrees.
ROADS = """
    INSERT INTO routes_road (ref, highway, start_node, end_node, geom)
    SELECT 'r/' || n, 'residential', n, n + 1,
           ST_SetSRID(ST_MakeLine(ST_MakePoint(x, y), ST_MakePoint(x + 0.001, y)), 4326)
    FROM (SELECT n, 105.7 + (n %% 200) * 0.001 AS x, 20.9 + (n / 200) * 0.001 AS y
          FROM generate_series(1, %s) AS n) AS grid
"""
RESTRICTIONS = """
    INSERT INTO routes_accessrestriction (ref, kind, geom)
    SELECT 'a/' || n, 'gate', ST_SetSRID(ST_MakePoint(105.7005 + (n %% 200) * 0.001, 20.9 + (n / 200) * 0.001), 4326)
    FROM generate_series(1, %s) AS n
"""
TABLES = ("routes_road", "routes_accessrestriction")
ACROSS_TOWN = np.array([[105.71, 20.95], [105.80, 21.05], [105.85, 21.30]])


@pytest.fixture
def full_store(db):
    with connection.cursor() as cursor:
        for table in TABLES:
            # The triggers of each row are not what is measured here.
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(ROADS, [ROWS])
        cursor.execute(RESTRICTIONS, [ROWS])
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")


def nodes(plan):
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def plan_of(rows):
    return json.loads(rows.explain(format="json", analyze=True))[0]["Plan"]


def read_along(rows, index):
    """The steps of the plan, and how many rows the index handed over."""
    steps = list(nodes(plan_of(rows)))
    used = [step["Actual Rows"] for step in steps if step.get("Index Name", "").startswith(index)]
    return {step["Node Type"] for step in steps}, used


def test_the_roads_along_a_line_are_found_by_the_spatial_index(full_store):
    steps, used = read_along(roads_near(_pieces(ACROSS_TOWN)), "routes_road_geom")
    assert "Seq Scan" not in steps
    # An index that is used but hands over half the table would be no help.
    assert used
    assert max(used) < ROWS / 1000


def test_the_obstacles_along_a_line_are_found_by_the_spatial_index(full_store):
    rows = restrictions_near(_pieces(ACROSS_TOWN), [f"r/{n}" for n in range(500)])
    steps, used = read_along(rows, "routes_accessrestriction_geom")
    assert "Seq Scan" not in steps
    assert used
    assert max(used) < ROWS / 1000


def test_a_line_across_town_reads_few_rows(full_store, django_assert_num_queries):
    with django_assert_num_queries(2):
        way = limits_along(ACROSS_TOWN, may_see=bool)
    assert way.length_m > 40_000
    assert roads_near(_pieces(ACROSS_TOWN)).count() < ROWS / 50
