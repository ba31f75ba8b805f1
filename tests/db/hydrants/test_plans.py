"""The plans of the nearest-water question on 100,000 hydrants: indexes in order of distance, never a whole table."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hydrants.models import Hydrant, Outage
from hydrants.nearest import SOURCE_TABLES, nearest_water
from layers.mark_models import Mark

pytestmark = pytest.mark.django_db

SOURCES = set(SOURCE_TABLES)
SOMEWHERE = "ST_SetSRID(ST_MakePoint(105.6 + 0.4 * random(), 20.85 + 0.3 * random()), 4326)"
ROWS = f"""
    SELECT setseed(0.5);
    INSERT INTO hydrants_hydrant (ref, geom, status, flow_lps)
    SELECT n, {SOMEWHERE}, (ARRAY['working', 'working', 'faulty', 'unknown'])[1 + n % 4],
           CASE WHEN n % 3 = 0 THEN 5 + 30 * random() END
    FROM generate_series(1, 100000) AS n;
    INSERT INTO hydrants_intakepoint (ref, geom, status, kind, access, suction_depth_m)
    SELECT n, {SOMEWHERE}, 'working', 'lake', (ARRAY['truck', 'portable_pump'])[1 + n % 2], 10 * random()
    FROM generate_series(1, 4000) AS n;
    INSERT INTO hydrants_watertank (ref, geom, status, reachable_by_truck)
    SELECT n, {SOMEWHERE}, 'working', (ARRAY['yes', 'no', 'unknown'])[1 + n % 3]
    FROM generate_series(1, 4000) AS n;
    ANALYZE hydrants_hydrant, hydrants_intakepoint, hydrants_watertank;
"""


@pytest.fixture
def city(bare_tables):
    with connection.cursor() as cursor:
        cursor.execute(ROWS)


def plans_of(queries):
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"].replace("%", "%%"))
            [[plan]] = cursor.fetchall()
            yield (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def nodes(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def questions_asked(corner, at, question):
    with CaptureQueriesContext(connection) as captured:
        nearest_water(corner, at=at, **question)
    return [
        query for query in captured.captured_queries if "hydrants_water_source" in (query["sql"] or "")
    ]  # a prepared one has no text


def mark_some(at):
    Mark.objects.bulk_create(
        Mark(
            kind=("source_dry", "source_works")[row.pk % 2], geom=row.geom, layer="hydrants", record=row.pk,
            ref=row.ref, author_name="An", at=at - timedelta(hours=1), fingerprint="",
        )
        for row in Hydrant.objects.order_by("pk")[300:340]
    )  # fmt: skip


def test_every_part_of_the_question_walks_the_spatial_indexes(city, corner, at):
    for question in ({}, {"limit": 50}, {"min_flow_lps": 15}, {"limit": 7}):
        if question == {"limit": 7}:  # the same with a main that is out, and two hundred hydrants with it
            Hydrant.objects.filter(pk__in=Hydrant.objects.values("pk")[:200]).update(main_ref="A")
            Outage.objects.create(main_ref="A", from_at=at - timedelta(hours=1), until_at=at + timedelta(hours=1))
            mark_some(at)  # and with marks on forty others
        asked = questions_asked(corner, at, question)
        plans = list(plans_of(asked))
        assert len(plans) == 3
        for plan in plans:
            steps = list(nodes(plan))
            assert not [step for step in steps if step["Node Type"] == "Seq Scan"], plan
            walked = {step["Index Name"].partition("_geom_")[0] for step in steps if "Index Name" in step}
            assert walked == SOURCES, plan

        # The nearest come out of the three indexes in order: merged, never sorted.
        kinds = [step["Node Type"] for step in nodes(plans[0])]
        assert "<->" in asked[0]["sql"]
        assert (kinds.count("Merge Append"), kinds.count("Index Scan")) == (1, len(SOURCES)), plans[0]
        assert "Sort" not in kinds, plans[0]
