"""`GET /api/reach`: what is surely reached, and what perhaps."""

import jsonschema
import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.models import FireStation
from routes.assumptions import ensure_assumptions
from routes.models import Road, RoadClassAssumption
from routes.reach_openapi import REACH_ANSWER
from routes.vehicle_profiles import ensure_profiles
from tests.db.routes.test_passability_api import as_json_schema
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

WIDE = {"clear_width_m": 6.0, "clear_height_m": 5.0, "max_weight_t": 30.0}


@pytest.fixture
def plan():
    """A street of 500 m from A to C, and at B a lane of 100 m to D that nobody measured."""
    ensure_profiles()
    ensure_assumptions()
    sketch = Sketch(
        """
        A.........B.........C
                  .
                  .
                  D
        """,
        cell_m=25.0,
    )
    sketch.road("AB", name="Khương Hạ", **WIDE)
    sketch.road("BC", name="Khương Hạ", **WIDE)
    sketch.road("BD", name="Ngõ 29", highway="service")
    lon, lat = sketch.point("A")
    FireStation.objects.create(ref="station/1", name="Đội 1", geom=f"SRID=4326;POINT({lon} {lat})")
    return sketch


def ask(client, **more):
    query = {"from": "station/1", "minutes": 10, "vehicle": "engine-large", **more}
    response = client.get("/api/reach", query, headers={"accept-language": "en"})
    assert response.status_code == 200, response.content
    answer = response.json()
    jsonschema.validate(answer, as_json_schema(REACH_ANSWER))
    return answer


def role(answer, name):
    return next(f for f in answer["features"] if f["properties"]["role"] == name)


def area(answer, name):
    return shapely.geometry.shape(role(answer, name)["geometry"])


def test_the_lane_that_nobody_measured_is_reached_only_perhaps(client, plan):
    answer = ask(client)
    assert (answer["outcome"], role(answer, "reached")["properties"]["verdict"]) == ("found", "passable")
    assert (role(answer, "reached")["properties"]["length_m"], role(answer, "perhaps")["properties"]["length_m"]) == (
        500.0, 75.0,
    )  # fmt: skip
    street, lane = shapely.Point(plan.point("C")), shapely.Point(plan.point("D"))
    assert area(answer, "reached").dwithin(street, 1e-5)
    assert not area(answer, "reached").dwithin(lane, 1e-5)
    assert area(answer, "perhaps").dwithin(lane, 1e-5)


def test_minutes_end_in_the_middle_of_a_street(client, plan):
    speed_kmh = RoadClassAssumption.objects.get(highway="residential").speed_kmh
    half_minute_m = speed_kmh / 3.6 * 30
    answer = ask(client, minutes=0.5)
    assert role(answer, "reached")["properties"]["length_m"] == pytest.approx(min(half_minute_m, 500), abs=0.2)


def test_the_circles_of_the_rule_name_instrument_and_clause(client, plan):
    rules = [f["properties"] for f in ask(client)["features"] if f["properties"]["role"] == "rule"]
    assert [(rule["radius_km"], rule["instrument"], rule["clause"]) for rule in rules] == [
        (3, "QCVN 01:2021/BXD", "2.6.13"),
        (5, "QCVN 01:2021/BXD", "2.6.13"),
    ]
    circle = area(ask(client), "rule")
    lon, lat = plan.point("A")
    north = shapely.Point(lon, circle.bounds[3])
    assert circle.dwithin(north, 1e-5)
    assert (circle.bounds[3] - lat) * 110_700 == pytest.approx(3000, rel=0.002)


def test_from_a_place_and_from_the_number_of_a_station(client, plan):
    lon, lat = plan.point("C")
    assert role(ask(client, **{"from": f"{lon},{lat}"}), "start")["properties"]["station"] is None
    number = str(FireStation.objects.get().pk)
    assert role(ask(client, **{"from": number}), "start")["properties"]["station"] == "station/1"


def test_from_a_place_off_the_road_nothing_is_surely_reached(client, plan):
    lon, lat = plan.point("C")
    far = ask(client, **{"from": f"{lon},{lat + 0.001}"})
    assert (far["outcome"], role(far, "reached")["properties"]["verdict"]) == ("found", "unknown")
    assert far["sentence"].startswith("The first 111 m, from the start to ")


def test_far_from_every_road_is_an_answer_of_its_own(client, plan):
    lon, lat = plan.point("C")
    answer = ask(client, **{"from": f"{lon},{lat + 0.01}"})
    assert answer["outcome"] == "not_near_road"
    assert {f["properties"]["role"] for f in answer["features"]} == {"start", "rule"}


def test_an_edit_changes_the_next_answer_and_the_queries_stay_few(client, plan):
    assert role(ask(client), "perhaps")["properties"]["length_m"] == 75.0
    Road.objects.filter(ref="BD").update(
        **WIDE, clear_width_evidence="surveyed", clear_height_evidence="surveyed", max_weight_evidence="surveyed"
    )
    assert role(ask(client), "perhaps")["properties"]["length_m"] == 0
    with CaptureQueriesContext(connection) as queries:
        ask(client)
    assert len(queries) <= 5


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"from": ""}, 400, "invalid-position"),
        ({"from": "station/9"}, 404, "unknown-station"),
        ({"minutes": "0"}, 400, "invalid-number"),
        ({"minutes": "61"}, 400, "invalid-number"),
        ({"vehicle": "tank"}, 400, "unknown-vehicle"),
        ({"mode": "legal"}, 400, "unknown-parameter"),
    ],
)
def test_a_bad_question_is_refused_with_what_would_be_right(client, plan, more, status, code):
    query = {"from": "station/1", "vehicle": "engine-large", **more}
    response = client.get("/api/reach", query)
    assert (response.status_code, response.json()["type"]) == (status, f"urn:thuy-lo:problem:{code}")
