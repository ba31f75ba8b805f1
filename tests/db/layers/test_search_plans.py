"""The plans of the search box on 30,000 addresses: indexes only, whatever was typed."""

import json

import pytest
from django.db import connection

from layers.search.find import ENTRIES, FUZZY, LINES, NAMES

pytestmark = pytest.mark.django_db

ROWS = """
    INSERT INTO gis_core_findable (layer, feature_id, way, key, chain, house, title, address, ref, synthetic,
                                   point, shape)
    SELECT 'buildings', n, 'address', 'pho ' || md5((n % 900)::text), (n % 7)::text, (n % 50)::text, '', '', n::text,
           false, place, place
    FROM generate_series(1, 30000) AS n, LATERAL (SELECT ST_SetSRID(ST_MakePoint(105.8, 21), 4326) AS place) AS at;
    INSERT INTO gis_core_findable (layer, feature_id, way, key, chain, house, title, address, ref, synthetic,
                                   point, shape)
    SELECT 'hydrants', n, 'ref', 'tn ' || n, '', n::text, '', '', n::text, false, place, place
    FROM generate_series(1, 20000) AS n, LATERAL (SELECT ST_SetSRID(ST_MakePoint(105.8, 21), 4326) AS place) AS at;
    INSERT INTO gis_core_findablename SELECT 'pho ' || md5(n::text) FROM generate_series(1, 20000) AS n;
    ANALYZE gis_core_findable, gis_core_findablename;
"""
STREET = "pho cfcd208495d565ef66e7dff9f98764da"
QUESTIONS = {
    "names": (NAMES, {"texts": [STREET[:9], "tr"], "heads": [STREET], "units": ["thanh xuan"]}),
    "fuzzy": (FUZZY, {"texts": [STREET[:9] + STREET[10:]]}),
    "entries": (
        ENTRIES,
        {
            "keys": [STREET, "hue"], "chains": ["3", ""], "houses": ["5", "7"], "lane_keys": [STREET, STREET],
            "lanes": ["", "3"], "names": [STREET], "begun": ["tn 12"], "number": "12", "layers": ["hydrants"],
        },
    ),
    "lines": (LINES, {"keys": [STREET], "chains": ["3"]}),
}  # fmt: skip


def steps(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from steps(part)


@pytest.fixture
def many(db):
    with connection.cursor() as cursor:
        cursor.execute(ROWS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_reads_a_whole_table(many, name):
    statement, params = QUESTIONS[name]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement, params)
        [[plan]] = cursor.fetchall()
    found = list(steps((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
    read = [step["Relation Name"] for step in found if step["Node Type"] == "Seq Scan"]
    assert read == [], read
    indexes = {step["Index Name"] for step in found if "Index Name" in step}
    expected = {
        "names": {"gis_core_findablename_pkey"}, "fuzzy": {"findable_name_words"},
        "entries": {"findable_key", "findable_own_name", "findable_number"}, "lines": {"findable_key"},
    }  # fmt: skip
    assert expected[name] <= indexes
