"""`GET /api/nearest-water`: the contract that map, tests and other programs rely on."""

import json
from datetime import date, datetime

import pytest
from django.db import OperationalError, connection
from jsonschema import Draft4Validator

from hydrants.openapi import NEAREST_WATER_ANSWER

pytestmark = pytest.mark.django_db
PATH = "/api/nearest-water?lon=105.82&lat=21.0"


def ask(client, more="", language="en"):
    response = client.get(PATH + more, headers={"accept-language": language})
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def as_json_schema(schema):
    """OpenAPI 3.0 says `nullable` where JSON Schema lists the type null."""
    if isinstance(schema, list):
        return [as_json_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: as_json_schema(part) for name, part in schema.items() if name != "nullable"}
    return {**plain, "type": [plain["type"], "null"]} if schema.get("nullable") is True else plain


def test_the_answer_is_what_the_schema_promises(client, hydrant, berth, tank):
    hydrant(20, status="faulty")
    berth(30, access="portable_pump", volume_m3=float("nan"))
    tank(40, volume_m3=60, address="Ngõ 29/70")
    hydrant(60, 60, flow_lps=18.5, flow_measured_on=date(2026, 5, 4), status_on=date(2026, 10, 1))
    answer = ask(client, "&limit=2")
    Draft4Validator(as_json_schema(NEAREST_WATER_ANSWER)).validate(answer)
    assert [feature["properties"]["rank"] for feature in answer["features"]] == [1, 2]
    assert [feature["properties"]["reason"] for feature in answer["passed_over"]] == [
        "status_faulty",
        "portable_pump_only",
    ]
    properties = answer["features"][1]["properties"]
    assert answer["features"][1]["id"].startswith("hydrants/")
    told = ("flow_lps", "flow_state", "flow_measured_on", "distance_kind", "compass", "hose_count", "status_on")
    assert [properties[name] for name in told] == [
        18.5, "measured", "2026-05-04", "straight", "NE", 5, "2026-10-01",
    ]  # fmt: skip
    assert (properties["distance_m"], properties["bearing_deg"]) == (84.9, 45.0)


def test_the_question_is_repeated_in_the_answer(client, db):
    answer = ask(client, "&mode=straight&limit=3&min_flow_lps=12.5")
    at = datetime.fromisoformat(answer["question"].pop("at"))
    assert at.tzinfo is not None
    assert answer["question"] == {
        "lon": 105.82,
        "lat": 21.0,
        "mode": "straight",
        "limit": 3,
        "min_flow_lps": 12.5,
        "max_distance_m": 5000.0,
    }
    assert answer["outcome"] == "no_source"


def test_water_out_of_reach_is_no_feature_but_is_told(client, hydrant):
    hydrant(7_000, flow_lps=20)
    answer = ask(client)
    Draft4Validator(as_json_schema(NEAREST_WATER_ANSWER)).validate(answer)
    assert (answer["outcome"], answer["features"]) == ("none_in_reach", [])
    assert "7000 m to the east" in answer["beyond"]["properties"]["sentence"]
    found = ask(client, "&max_distance_m=8000")
    assert (found["outcome"], found["beyond"]) == ("found", None)


def test_a_flow_nobody_measured_is_null_and_says_so(client, hydrant):
    hydrant(84)
    [feature] = ask(client)["features"]
    properties = feature["properties"]
    assert (properties["flow_lps"], properties["flow_state"]) == (None, "not_measured")
    assert properties["sentence"] == (
        f"Hydrant {properties['ref']}, 84 m to the east in a straight line, 5 hoses; nobody measured its flow."
    )


def test_it_is_geojson_and_the_slash_makes_no_difference(client, hydrant):
    hydrant(10)
    for path in (PATH, PATH.replace("?", "/?")):
        response = client.get(path)
        assert (response.status_code, response["Content-Type"]) == (200, "application/geo+json")
    [feature] = ask(client)["features"]
    longitude, latitude = feature["geometry"]["coordinates"]
    assert (longitude, latitude) == (pytest.approx(105.82, abs=0.01), pytest.approx(21.0, abs=0.01))


def test_nobody_s_name_or_telephone_is_in_the_answer(client, hydrant, berth, tank):
    secret = {"contact_name": "Nguyễn Văn Kín", "contact_phone": "0901234567", "remarks": "mã khoá 4711"}
    for make in (hydrant, berth, tank):
        make(10, **secret)
        make(5, status="faulty", tags={"k": "mã khoá 4711"}, **secret)
    text = client.get(PATH).content.decode()
    assert "hydrants/" in text
    assert not any(value in text for value in secret.values())


@pytest.mark.parametrize("more", ["", "&limit=50", "&min_flow_lps=10"])
def test_the_number_of_queries_does_not_grow_with_the_answer(
    client, hydrant, berth, tank, django_assert_num_queries, more
):
    for n in range(15):
        hydrant(10 + n, flow_lps=20)
        berth(10 + n, suction_depth_m=None)
        tank(10 + n, reachable_by_truck="unknown")
    ask(client, more)  # the first question of a process looks the spheroid up
    with django_assert_num_queries(6):
        ask(client, more)


def test_an_empty_store_costs_no_more(client, db, django_assert_max_num_queries):
    ask(client)
    with django_assert_max_num_queries(6):
        ask(client)


def test_a_store_that_does_not_answer_is_said_to_be_down_not_empty(client, db):
    def down(*_):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(down):
        response = client.get(PATH)
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    problem = json.loads(response.content)
    assert problem["type"] == "urn:thuy-lo:problem:store-unavailable"
    assert "refused" not in response.content.decode()
