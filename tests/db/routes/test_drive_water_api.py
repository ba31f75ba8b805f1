"""`GET /api/nearest-water?mode=drive`: what peers get wrong about water by road stands in the names."""

from dataclasses import replace
from types import SimpleNamespace

import jsonschema
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hydrants.models import Hydrant, Outage, WaterTank
from layers.models import FireStation
from routes import drive_water_mode
from routes.assumptions import ensure_assumptions
from routes.drive_water_openapi import DRIVE_WATER_ANSWER
from routes.models import Road
from routes.network.live import live_network
from routes.vehicle_profiles import ensure_profiles
from tests.db.routes.test_passability_api import as_json_schema
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

WIDE = {"clear_width_m": 6.0, "clear_height_m": 5.0, "max_weight_t": 30.0}
NOON = "2026-11-22T12:00:00"


@pytest.fixture
def plan():
    """A street from A over B to C and back over D; between the halves runs a canal. From C a lane to F."""
    ensure_profiles()
    ensure_assumptions()
    sketch = Sketch(
        """
        A....a....b....B
                       .
        x              .
                       .
        E....e....d....D....c....C..f.......F
        """
    )
    for ends in ("AB", "BD", "DE", "DC"):
        sketch.road(ends, name=f"Phố {ends}", **WIDE)
    sketch.road("CF", name="Ngõ 5", highway="service")
    return sketch


def ask(client, sketch, at="A", language="en", **more):
    lon, lat = sketch.point(at)
    query = {"mode": "drive", "lon": lon, "lat": lat, "vehicle": "engine-large", "at": NOON, **more}
    response = client.get("/api/nearest-water", query, headers={"accept-language": language})
    assert response.status_code == 200, response.content
    answer = response.json()
    jsonschema.validate(answer, as_json_schema(DRIVE_WATER_ANSWER))
    return answer


def sources(answer):
    return [f["properties"] for f in answer["features"] if f["properties"]["role"] == "source"]


def refs(answer):
    return [source["ref"] for source in sources(answer)]


def passed_over(answer):
    return {f["properties"]["ref"]: f["properties"]["reason"] for f in answer["passed_over"]}


def test_the_straight_line_does_not_hide_the_nearest_by_road(client, plan):
    plan.hydrant("E", ref="over-the-canal")  # 40 m straight, 340 m by road
    plan.hydrant("b", ref="on-the-street")  # 100 m both ways
    answer = ask(client, plan, limit=1)
    assert refs(answer) == ["on-the-street"]
    [source] = sources(answer)
    assert (source["drive_m"], source["verdict"], answer["outcome"]) == (100.0, "passable", "found")
    assert passed_over(answer) == {"over-the-canal": "farther_by_road"}
    [other] = answer["passed_over"]
    assert (round(other["properties"]["straight_m"]), other["properties"]["drive_m"]) == (40, 340.0)


def test_forty_decoys_over_the_canal_do_not_hide_the_one_by_road(client, plan):
    for n in range(40):
        plan.hydrant("E", ref=f"decoy/{n}")
    plan.hydrant("B", ref="true")
    assert refs(ask(client, plan, limit=1)) == ["true"]


def test_a_broken_source_is_never_offered(client, plan):
    plan.hydrant("a", ref="faulty", status="faulty")
    plan.hydrant("a", ref="unknown", status="unknown")
    plan.hydrant("B", ref="working")
    answer = ask(client, plan)
    assert refs(answer) == ["working"]
    assert passed_over(answer) == {"faulty": "status_faulty", "unknown": "status_unknown"}


def test_an_unreachable_source_does_not_win_by_its_straight_metres(client, plan):
    plan.road("xx"[:1] + "E", start_node=901, end_node=902, name="Ngõ cụt", **WIDE)
    plan.hydrant("x", ref="island")
    plan.hydrant("B", ref="reached")
    answer = ask(client, plan)
    assert refs(answer) == ["reached"]
    assert passed_over(answer) == {"island": "no_way"}


def test_a_source_behind_a_lane_nobody_measured_is_not_counted_as_reached(client, plan):
    plan.hydrant("F", ref="in-the-lane")
    plan.hydrant("E", ref="sure")
    answer = ask(client, plan, at="C")
    assert refs(answer) == ["sure"]
    assert passed_over(answer) == {"in-the-lane": "way_unknown"}
    [over] = answer["passed_over"]
    assert (over["properties"]["drive_m"], over["properties"]["verdict"]) == (110.0, "unknown")


def test_where_only_unknown_ways_lead_to_water_the_answer_says_so(client, plan):
    plan.hydrant("F", ref="in-the-lane")
    answer = ask(client, plan)
    assert (answer["outcome"], refs(answer)) == ("only_unknown", ["in-the-lane"])
    assert sources(answer)[0]["verdict"] == "unknown"
    assert answer["sentence"].startswith("No usable water is reached for sure by")


def test_a_place_that_the_truck_cannot_drive_from_is_served_from_where_it_stops(client, plan):
    lon, lat = plan.point("A")
    FireStation.objects.create(ref="station", name="Đội 1", geom=f"SRID=4326;POINT({lon} {lat})")
    plan.hydrant("D", ref="D")
    answer = ask(client, plan, at="F")
    assert (answer["outcome"], refs(answer)) == ("found", ["D"])
    assert (answer["begin"]["name"], answer["begin"]["hose_m"], sources(answer)[0]["drive_m"]) == (
        "Phố DC",
        110.0,
        100.0,
    )
    assert answer["sentence"].startswith(
        "The truck stands in Phố DC, 110 m of hose from the place; from there: Hydrant D"
    )


def test_the_hose_to_where_the_truck_stands_begins_at_the_place_itself(client, plan):
    lon, lat = plan.point("A")
    FireStation.objects.create(ref="station", name="Đội 1", geom=f"SRID=4326;POINT({lon} {lat})")
    plan.hydrant("D", ref="D")
    lon, lat = plan.point("F", shift_m=(0, -150))
    answer = ask(client, plan, lon=lon, lat=lat)
    assert (answer["snapped"]["from"][0]["distance_m"], answer["begin"]["hose_m"]) == (150.0, 260.0)
    assert answer["sentence"].startswith("The truck stands in Phố DC, 260 m of hose from the place")
    assert answer["sentence"].endswith("The last 150 m, from Ngõ 5 to the place, lead over no road.")


def test_a_source_far_from_its_road_is_not_surely_reached(client, plan):
    lon, lat = plan.point("a", shift_m=(0, 60))
    Hydrant.objects.create(ref="in-a-yard", status="working", geom=f"SRID=4326;POINT({lon} {lat})")
    answer = ask(client, plan)
    assert (answer["outcome"], sources(answer)[0]["verdict"]) == ("only_unknown", "unknown")
    plan.hydrant("B", ref="at-the-kerb")
    answer = ask(client, plan)
    assert (refs(answer), passed_over(answer)) == (["at-the-kerb"], {"in-a-yard": "way_unknown"})


def test_a_hydrant_where_the_truck_stands_is_not_reached_over_a_lane_too_narrow_for_it(client, plan):
    plan.hydrant("F", ref="in-the-lane")
    Road.objects.filter(ref="CF").update(clear_width_m=1.5, clear_width_evidence="surveyed")
    answer = ask(client, plan, at="F")
    assert (answer["outcome"], passed_over(answer)) == ("none_reached", {"in-the-lane": "no_way"})


def test_a_hydrant_at_the_mouth_of_a_lane_is_used_from_the_street(client, plan):
    plan.hydrant("f", ref="ten-metres-in", flow_lps=12)
    Road.objects.filter(ref="CF").update(clear_width_m=1.0, clear_width_evidence="surveyed")
    lon, lat = plan.point("C", shift_m=(10, 0))
    Hydrant.objects.update(geom=f"SRID=4326;POINT({lon} {lat})")
    [source] = sources(ask(client, plan))
    assert (source["ref"], source["stand_m"], source["stand_road"], source["hose_count"]) == (
        "ten-metres-in", 10.0, "Phố DC", 1,
    )  # fmt: skip
    plan.restriction("C", ref="fence", on="CF", road_fraction=0.02, blocks_vehicles="yes", passable_on_foot="no",
                     shift_m=(3, 0))  # fmt: skip
    assert ask(client, plan)["outcome"] == "none_reached"


def test_the_backup_does_not_hang_on_the_same_main(client, plan):
    for place, main in (("a", "DN200"), ("b", "DN200"), ("B", ""), ("D", "DN150")):
        plan.hydrant(place, ref=place, main_ref=main)
    answer = ask(client, plan, limit=2)
    assert refs(answer) == ["a", "b"]
    assert answer["backup"]["properties"]["ref"] == "D"  # of B nobody noted the main
    WaterTank.objects.create(
        ref="tank", status="working", reachable_by_truck="yes", geom=Hydrant.objects.get(ref="B").geom
    )
    assert ask(client, plan, limit=2)["backup"]["properties"]["ref"] == "tank"


def test_a_flow_asked_for_stands_beside_the_flow_measured(client, plan):
    plan.hydrant("a", ref="weak", flow_lps=5)
    plan.hydrant("b", ref="strong", flow_lps=20)
    plan.hydrant("B", ref="unmeasured")
    answer = ask(client, plan, min_flow_lps=10)
    assert [(s["ref"], s["flow_lps"], s["flow_asked_lps"]) for s in sources(answer)] == [("strong", 20.0, 10.0)]
    assert passed_over(answer) == {"weak": "flow_too_low", "unmeasured": "flow_not_measured"}


def test_an_edit_of_water_or_road_changes_the_next_answer(client, plan):
    plan.hydrant("a", ref="a")
    plan.hydrant("B", ref="B")
    assert refs(ask(client, plan)) == ["a", "B"]
    Hydrant.objects.filter(ref="a").update(status="faulty")
    assert refs(ask(client, plan)) == ["B"]
    lon, lat = plan.point("E")
    Hydrant.objects.filter(ref="B").update(geom=f"SRID=4326;POINT({lon} {lat})")
    assert sources(ask(client, plan))[0]["drive_m"] == 340.0
    plan.restriction("d", on="DE", blocks_vehicles="yes", road_fraction=0.33)
    assert ask(client, plan)["outcome"] == "none_reached"


def test_no_usable_and_no_source_and_no_road_are_different_answers(client, plan):
    assert ask(client, plan)["outcome"] == "no_source"
    plan.hydrant("a", status="missing")
    assert ask(client, plan)["outcome"] == "none_usable"
    lon, lat = plan.point("A")
    assert ask(client, plan, lat=lat + 0.01, lon=lon)["outcome"] == "not_near_road"
    Hydrant.objects.update(geom=f"SRID=4326;POINT({lon} {lat + 0.04})")
    answer = ask(client, plan)
    assert (answer["outcome"], answer["passed_over"]) == ("none_usable", [])  # of no use, and too far to be listed
    assert answer["sentence"].startswith("No usable water is recorded, only sources of no use.")


def test_the_number_of_queries_does_not_grow(client, plan):
    plan.hydrant("a", ref="a")
    ask(client, plan)
    with CaptureQueriesContext(connection) as few:
        ask(client, plan)
    for n in range(30):
        plan.hydrant("b", ref=f"more/{n}")
    ask(client, plan)
    with CaptureQueriesContext(connection) as many:
        ask(client, plan, limit=20)
    assert len(many) == len(few) <= 7


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"vehicle": ""}, "invalid-vehicle"),
        ({"limit": "0"}, "invalid-number"),
        ({"limit": "2.5"}, "invalid-number"),
        ({"lon": "21", "lat": "105.8"}, "swapped-axes"),
        ({"min_flow_lps": "-1"}, "invalid-number"),
        ({"to": "105.8,21"}, "unknown-parameter"),
        ({"mode": "fly"}, "mode-not-available"),
    ],
)
def test_a_bad_question_is_refused_with_what_would_be_right(client, plan, more, code):
    query = {"mode": "drive", "lon": 105.82, "lat": 21.0, "vehicle": "engine-large", **more}
    response = client.get("/api/nearest-water", query)
    assert (response.status_code, response.json()["type"]) == (400, f"urn:thuy-lo:problem:{code}")


def test_the_straight_mode_still_refuses_what_belongs_to_the_other(client, plan):
    response = client.get("/api/nearest-water?lon=105.82&lat=21&vehicle=engine-large")
    assert response.json()["type"] == "urn:thuy-lo:problem:unknown-parameter"


def test_where_the_data_may_be_out_of_date_no_way_is_passable(client, plan, monkeypatch):
    plan.hydrant("a", ref="a")
    stale = replace(live_network().current(), stale=True, reason="the counter cannot be read")
    monkeypatch.setattr(drive_water_mode, "live_network", lambda: SimpleNamespace(current=lambda: stale))
    answer = ask(client, plan)
    assert (answer["outcome"], answer["stale"]) == ("found", True)
    assert {feature["properties"]["verdict"] for feature in answer["features"]} == {"unknown"}
    assert answer["sentence"].startswith("The latest changes of the data may be missing.")


def test_a_source_that_is_out_at_that_moment_is_passed_over_by_road_too(client, plan):
    near = plan.hydrant("b", ref="near")
    plan.hydrant("B", ref="far")
    assert refs(ask(client, plan)) == ["near", "far"]
    Outage.objects.create(hydrant=near, from_at="2026-11-22T11:00:00+07:00", until_at="2026-11-22T13:00:00+07:00")
    answer = ask(client, plan)
    assert (refs(answer), passed_over(answer)) == (["far"], {"near": "announced_outage"})
    lon, lat = plan.point("A")
    later = {"mode": "drive", "lon": lon, "lat": lat, "vehicle": "engine-large", "at": "2026-11-22T13:00:00"}
    assert refs(client.get("/api/nearest-water", later).json()) == ["near", "far"]
