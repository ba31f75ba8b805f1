"""`GET /api/approach` as a dispatcher's browser sees it."""

from dataclasses import replace
from types import SimpleNamespace

import jsonschema
import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gis_core.models import RoleGrant
from gis_core.roles import Role
from hydrants.models import Hydrant, IntakePoint, WaterBody
from layers.models import FireStation, PublicFirefightingPoint
from routes import approach_views
from routes.approach_openapi import APPROACH_ANSWER
from routes.assumptions import ensure_assumptions
from routes.models import AccessRestriction, Road, Vehicle
from routes.network.live import live_network
from routes.railway_models import Railway
from routes.vehicle_profiles import ensure_profiles
from tests.db.routes.test_passability_api import as_json_schema
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

WIDE = {"clear_width_m": 6.0, "clear_height_m": 5.0, "max_weight_t": 30.0}
NOON = "2026-11-22T12:00:00"


@pytest.fixture
def plan():
    """A street from A to D, at B a lane to C with a gate at g and the target beside t; a hydrant in the lane at h."""
    ensure_profiles()
    ensure_assumptions()
    sketch = Sketch(
        """
        S....A..........B..........D
                        .
                        g
                        .
                        h
                        .
                        .
                        .
                        tx
                        .
                        C
        """
    )
    for ends in ("SA", "AB", "BD"):
        sketch.road(ends, name="Khương Hạ", highway="secondary", **WIDE)
    sketch.road("BC", name="Ngõ 29", highway="service", clear_width_m=3.0, clear_height_m=4.5, max_weight_t=20)
    sketch.restriction(
        "g", on="BC", name="Cổng ngõ 29", clear_width_m=2.2, passable_on_foot="yes", openable="yes", key_holder="Bà Tư",
        key_holder_phone="0900 000 001", road_fraction=0.2,
    )  # fmt: skip
    station = sketch.point("S", shift_m=(0, 5))
    FireStation.objects.create(ref="station/1", name="Đội 1", geom=f"SRID=4326;POINT({station[0]} {station[1]})")
    return sketch


def ask(sketch, to="x", client=None, language="en", **more):
    target = to if "," in to else ",".join(map(str, sketch.point(to)))
    query = {"to": target, "vehicle": "engine-large", "at": NOON, **more}
    response = (client or Client()).get("/api/approach", query, headers={"accept-language": language})
    assert response.status_code == 200, response.content
    answer = response.json()
    jsonschema.validate(answer, as_json_schema(APPROACH_ANSWER))
    return answer


def role(answer, name):
    return next(f for f in answer["features"] if f["properties"]["role"] == name)["properties"]


def roles(answer):
    return {feature["properties"]["role"] for feature in answer["features"]}


# The plan ------------------------------------------------------------------------------------------------------------


def test_the_truck_stops_at_the_gate_and_the_sentence_says_why(plan):
    answer = ask(plan, language="vi")
    assert (answer["outcome"], answer["verdict"]) == ("stop", "passable")
    hose = role(answer, "hose")
    assert (hose["along_m"], hose["straight_m"], hose["metres"]) == (60.0, 10.0, 70.0)
    assert (hose["hoses"], hose["lay_by_hand_s"], hose["lay_with_cart_s"]) == (5, 242, 72)
    assert answer["sentence"] == "Dừng ở Ngõ 29: Cổng ngõ 29 rộng 2,2 m, xe cần 2,7 m; còn 70 m, 5 cuộn vòi."
    assert role(answer, "blocker")["ref"] == "restriction/g"
    assert [passed["on_foot"] for passed in hose["passes"]] == ["passable"]


def test_slack_and_hose_carried_are_parameters_and_too_little_hose_is_said(plan):
    answer = ask(plan, slack="1", hose_m="60")
    hose = role(answer, "hose")
    assert (hose["hoses"], hose["laid_m"], hose["exceeds"]) == (4, 70.0, True)
    assert "The vehicle carries 60 m of hose only." in answer["sentences"]
    assert role(ask(plan), "hose")["exceeds"] is None  # nobody noted how much it carries


def test_only_who_may_see_it_reads_who_holds_the_key(plan):
    assert role(ask(plan), "blocker")["key"] == ""
    user = get_user_model().objects.create_user("dispatcher")
    RoleGrant.objects.create(user=user, role=Role.DISPATCHER)
    client = Client()
    client.force_login(user)
    assert role(ask(plan, client=client), "blocker")["key"] == "Bà Tư, 0900 000 001"
    assert "Bà Tư" not in str(ask(plan))


def test_an_edit_changes_the_next_answer(plan):
    AccessRestriction.objects.update(clear_width_m=3.0)
    assert ask(plan)["outcome"] == "door"
    AccessRestriction.objects.update(clear_width_m=2.2)
    assert ask(plan)["outcome"] == "stop"


def test_a_lane_that_nobody_measured_is_told_as_possible_beside_the_sure_stop(plan):
    AccessRestriction.objects.all().delete()
    Road.objects.filter(ref="BC").update(clear_width_m=None)
    answer = ask(plan)
    assert answer["sentence"].startswith("Stop at the mouth of Ngõ 29: nobody measured how wide it is")
    possible = role(answer, "possible_stop")
    assert ("not_measured", "width") in [(f["reason"], f["dimension"]) for f in possible["unknown"]]
    assert role(answer, "possible_hose")["along_m"] == 0
    assert role(answer, "hose")["along_m"] == 80.0


def rail(plan, place, shift_m, length_m=8.0, **columns):
    """Lay a railway from west to east across the lane."""
    ends = [plan.point(place, shift_m=(side * length_m, shift_m)) for side in (-1, 1)]
    line = ", ".join(f"{lon} {lat}" for lon, lat in ends)
    values = {"kind": "rail", "in_use": "yes", "name": "Đường sắt Hà Nội – Đồng Đăng", **columns}
    return Railway.objects.create(ref="rail/1", geom=f"SRID=4326;LINESTRING({line})", **values)


def test_hose_across_rails_is_not_sure_and_they_are_named(plan):
    rails = rail(plan, "h", -14.0)
    answer = ask(plan)
    hose = role(answer, "hose")
    assert (answer["outcome"], answer["verdict"], hose["verdict"]) == ("stop", "unknown", "unknown")
    assert [(passed["subject"], passed["ref"], passed["on_foot"]) for passed in hose["passes"]] == [
        ("restriction", "restriction/g", "passable"), ("railway", "rail/1", "unknown")
    ]  # fmt: skip
    assert any(rails.name in sentence for sentence in answer["sentences"])
    assert role(answer, "truck")["verdict"] == "passable"  # trucks are not stopped by rails
    Railway.objects.update(in_use="no")
    assert role(ask(plan), "hose")["verdict"] == "passable"


def test_a_truck_drives_over_rails_that_hose_does_not_surely_cross(plan):
    AccessRestriction.objects.all().delete()
    rail(plan, "h", -14.0)
    answer = ask(plan)
    assert (answer["outcome"], answer["verdict"]) == ("door", "passable")


@pytest.mark.parametrize("what", ["rails", "water"])
def test_what_lies_between_the_road_and_the_place_makes_the_hose_unsure(plan, what):
    if what == "rails":
        (east, north), (_, south) = plan.point("t", shift_m=(5, 30)), plan.point("t", shift_m=(5, -30))
        line = f"SRID=4326;LINESTRING({east} {north}, {east} {south})"
        Railway.objects.create(ref="rail/1", kind="rail", in_use="unknown", geom=line)
    else:
        (west, south), (east, north) = plan.point("t", shift_m=(3, -30)), plan.point("t", shift_m=(7, 30))
        canal = MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)
        WaterBody.objects.create(ref="canal", kind="canal", geom=canal)
    answer = ask(plan)
    hose = role(answer, "hose")
    assert (hose["straight_sure"], hose["verdict"], answer["verdict"]) == (False, "unknown", "unknown")
    assert "nobody knows whether hose gets across" in answer["sentence"]
    AccessRestriction.objects.all().delete()  # to the road at the place, and no farther for sure
    assert (ask(plan)["outcome"], ask(plan)["verdict"]) == ("stop", "unknown")


def test_a_hydrant_beyond_rails_is_no_sure_water_for_the_truck(plan):
    lon, lat = plan.point("S", shift_m=(5, 0))
    Hydrant.objects.create(ref="s", geom=f"SRID=4326;POINT({lon} {lat})", status="working", flow_lps=20)
    assert role(ask(plan), "water")["verdict"] == "passable"
    before = role(ask(plan), "water")["by"]
    (west, south), (_, north) = plan.point("A", shift_m=(-25, -9)), plan.point("A", shift_m=(-25, 9))
    line = f"SRID=4326;LINESTRING({west} {south}, {west} {north})"
    Railway.objects.create(ref="rail/2", kind="rail", in_use="yes", geom=line)
    assert (before, role(ask(plan), "water")["by"]) == ("hose", "drive")


def test_a_hydrant_across_rails_from_its_road_is_no_sure_water(plan):
    lon, lat = plan.point("h", shift_m=(12, 0))
    Hydrant.objects.create(ref="h", geom=f"SRID=4326;POINT({lon} {lat})", status="working", flow_lps=20)
    assert (role(ask(plan), "water")["by"], role(ask(plan), "water")["verdict"]) == ("hose", "passable")
    (east, north), (_, south) = plan.point("h", shift_m=(6, 9)), plan.point("h", shift_m=(6, -9))
    line = f"SRID=4326;LINESTRING({east} {north}, {east} {south})"
    Railway.objects.create(ref="rail/3", kind="rail", in_use="yes", geom=line)
    assert role(ask(plan), "water")["verdict"] == "unknown"
    Railway.objects.all().delete()
    assert role(ask(plan), "water")["verdict"] == "passable"


def test_a_gate_of_which_nobody_knows_whether_people_pass_is_named(plan):
    AccessRestriction.objects.update(passable_on_foot="unknown")
    answer = ask(plan)
    assert (answer["outcome"], answer["verdict"], role(answer, "hose")["verdict"]) == ("stop", "unknown", "unknown")
    assert "Nobody knows whether people get through with hose: Cổng ngõ 29." in answer["sentences"]


def test_a_gate_before_the_possible_stop_of_which_nobody_knows_whether_people_pass_is_named_too(plan):
    AccessRestriction.objects.update(passable_on_foot="unknown")
    Road.objects.filter(ref="BC").update(clear_width_m=None)
    plan.road("DC", name="Bậc", highway="steps")
    answer = ask(plan)
    assert (answer["verdict"], role(answer, "possible_hose")["verdict"]) == ("passable", "unknown")
    assert "Nobody knows whether people get through with hose: Cổng ngõ 29." in answer["sentences"]


def test_a_sign_that_is_said_to_be_solid_is_named_as_what_stops_the_truck_and_what_the_hose_goes_through(plan):
    AccessRestriction.objects.update(legal_only=True, blocks_vehicles="yes", passable_on_foot="unknown")
    answer = ask(plan)
    assert (answer["outcome"], answer["verdict"]) == ("stop", "unknown")
    assert (role(answer, "blocker")["ref"], role(answer, "blocker")["reason"]) == ("restriction/g", "solid_sign")
    assert [passed["ref"] for passed in role(answer, "hose")["passes"]] == ["restriction/g"]
    assert "Nobody knows whether people get through with hose: Cổng ngõ 29." in answer["sentences"]
    assert "Cổng ngõ 29 is noted as a sign only" in role(answer, "possible_stop")["sentence"]
    assert "solid_sign" in [finding["reason"] for finding in role(answer, "possible_stop")["unknown"]]


def test_hose_over_a_road_that_perhaps_is_not_there_says_which_one(plan):
    AccessRestriction.objects.all().delete()
    Road.objects.filter(ref="BC").update(highway="construction")
    answer = ask(plan)
    assert (answer["outcome"], answer["verdict"], role(answer, "hose")["verdict"]) == ("stop", "unknown", "unknown")
    said = "Nobody knows whether there is a way where the hose lies: Ngõ 29 (road under construction)."
    assert answer["sentence"].endswith(said)
    assert next(row for row in answer["matrix"] if row["vehicle"] == "engine-large")["sentence"].endswith(said)
    [road] = role(answer, "hose")["passes"]
    assert (road["subject"], road["ref"], road["on_foot"]) == ("road", "BC", "unknown")
    assert road["sentence"] == "Ngõ 29 (road under construction): nobody knows whether there is a way."


def test_hose_that_nobody_noted_is_said(plan):
    said = "Nobody noted how much hose the vehicle carries."
    assert said in ask(plan)["sentences"]
    assert said not in ask(plan, hose_m="200")["sentences"]


def test_far_from_every_road_is_an_answer_of_its_own(plan):
    lon, lat = plan.point("S")
    answer = ask(plan, to=f"{lon},{lat + 0.01}")
    assert (answer["outcome"], answer["matrix"], roles(answer)) == ("not_near_road", [], {"target"})
    assert answer["sentence"].startswith("The place is 1.1 km from the nearest road")


def test_a_target_far_from_the_road_is_no_door_and_nobody_knows_what_lies_between(plan):
    lon, lat = plan.point("D", shift_m=(280, 0))
    answer = ask(plan, to=f"{lon},{lat}")
    assert (answer["outcome"], answer["verdict"]) == ("stop", "unknown")
    hose = role(answer, "hose")
    assert (hose["along_m"], hose["straight_m"], hose["verdict"]) == (0.0, 280.0, "unknown")
    assert role(answer, "stop")["verdict"] == "passable"  # the truck itself surely gets there
    assert answer["sentence"].endswith("The last 280 m, from Khương Hạ to the place, lead over no road.")


@pytest.mark.parametrize(("width_m", "verdict"), [(None, "unknown"), (1.5, "blocked")])
def test_a_truck_that_stands_in_a_lane_it_does_not_fit_is_nowhere_passable(plan, width_m, verdict):
    AccessRestriction.objects.all().delete()
    Road.objects.filter(ref="BC").update(clear_width_m=width_m)
    lon, lat = plan.point("t")
    answer = ask(plan, to="t", **{"from": f"{lon},{lat}"})
    assert (answer["outcome"], answer["verdict"]) == ("no_stop", verdict)
    row = next(row for row in answer["matrix"] if row["vehicle"] == "engine-large")
    assert (row["outcome"], row["verdict"]) == ("no_stop", verdict)
    assert not {"truck", "stop", "hose"} & roles(answer)


# Where it comes from -------------------------------------------------------------------------------------------------


def test_the_nearest_station_by_road_is_the_start_and_the_vehicles_own_before_it(plan):
    lon, lat = plan.point("D")
    other = FireStation.objects.create(ref="station/2", name="Đội 2", geom=f"SRID=4326;POINT({lon} {lat})")
    assert role(ask(plan), "start")["station"] == "station/2"
    Vehicle.objects.filter(code="engine-large").update(station=FireStation.objects.get(ref="station/1"))
    assert role(ask(plan), "start")["station"] == "station/1"
    assert role(ask(plan, **{"from": "station/2"}), "start")["station"] == "station/2"
    assert role(ask(plan, **{"from": str(other.pk)}), "start")["station"] == "station/2"
    assert role(ask(plan, **{"from": f"{lon},{lat}"}), "start")["station"] is None


def test_a_station_called_like_the_number_of_another_is_the_one_that_is_meant(plan):
    first = FireStation.objects.get()
    lon, lat = plan.point("D")
    FireStation.objects.create(ref=str(first.pk), name="Đội 2", geom=f"SRID=4326;POINT({lon} {lat})")
    answer = ask(plan, **{"from": str(first.pk)})
    assert len(answer["snapped"]["from"]) == 1
    assert role(answer, "start")["name"] == "Đội 2"


def test_a_start_far_from_the_road_makes_nothing_sure_and_says_how_far(plan):
    AccessRestriction.objects.all().delete()
    near, far = (",".join(map(str, plan.point("S", shift_m=(-metres, 0)))) for metres in (14, 120))
    answer = ask(plan, to="t", **{"from": near})
    assert (answer["outcome"], answer["verdict"]) == ("door", "passable")
    assert "lead over no road" not in answer["sentence"]
    answer = ask(plan, to="t", **{"from": far})
    assert (answer["outcome"], answer["verdict"], role(answer, "stop")["verdict"]) == ("door", "unknown", "unknown")
    assert {row["verdict"] for row in answer["matrix"]} == {"unknown"}
    said = "The first 120 m, from the start to Khương Hạ, lead over no road."
    assert said in answer["sentence"]
    assert all(said in row["sentence"] for row in answer["matrix"])


@pytest.mark.parametrize(("metres", "told"), [(45, False), (120, True)])
def test_engines_get_out_of_a_station_but_one_far_from_its_road_is_said(plan, metres, told):
    lon, lat = plan.point("S", shift_m=(-metres, 0))
    FireStation.objects.update(geom=f"SRID=4326;POINT({lon} {lat})")
    answer = ask(plan)
    assert answer["verdict"] == "passable"
    said = "Đội 1 lies 120 m from Khương Hạ, where the drive is counted from."
    assert (said in answer["sentence"]) is told


# The way out, the water, the firefighting point ----------------------------------------------------------------------


def test_the_truck_reverses_out_of_the_lane(plan):
    reverse = role(ask(plan), "reverse")
    assert (reverse["turning"], reverse["by"], reverse["metres"]) == ("reverse", "junction", 20.0)


def test_a_hydrant_within_hose_feeds_the_truck_and_a_broken_nearer_one_is_named(plan):
    plan.hydrant("h", ref="broken", status="faulty")
    plan.hydrant("A", ref="good", name="", flow_lps=15)
    answer = ask(plan)
    water = role(answer, "water")
    assert (water["ref"], water["by"], water["metres"], water["flow_lps"]) == ("good", "hose", 130.0, 15.0)
    passed = role(answer, "water_passed_over")
    assert (passed["ref"], passed["reason"]) == ("broken", "status_faulty")


def test_a_hydrant_far_from_the_road_surely_feeds_nobody(plan):
    lon, lat = plan.point("D", shift_m=(0, 30))
    Hydrant.objects.create(ref="in-a-yard", status="working", geom=f"SRID=4326;POINT({lon} {lat})")
    answer = ask(plan)
    water = role(answer, "water")
    assert (water["ref"], water["by"], water["verdict"], water["metres"]) == ("in-a-yard", "hose", "unknown", 160.0)
    said = (
        "Water: no usable source is reached for sure from the stop. Nobody knows whether one gets to this one: Water: "
    )
    assert water["sentence"].startswith(said)
    assert water["sentence"] in answer["sentences"]
    plan.hydrant("A", ref="at-the-kerb")
    assert (role(ask(plan), "water")["ref"], role(ask(plan), "water")["verdict"]) == ("at-the-kerb", "passable")


def test_without_any_usable_source_no_water_is_told(plan):
    plan.hydrant("A", status="faulty")
    answer = ask(plan)
    assert "water" not in roles(answer)
    assert "Water: no usable source is reached for sure from the stop." in answer["sentences"]


def test_without_a_hydrant_in_reach_water_is_fetched_by_road(plan):
    plan.road("DA", name="Đường vòng", start_node=ord("D"), end_node=999, **WIDE)
    lon, lat = plan.point("S")
    IntakePoint.objects.create(
        ref="berth", status="working", kind="berth", access="truck", suction_depth_m=3,
        geom=f"SRID=4326;POINT({lon} {lat})",
    )  # fmt: skip
    water = role(ask(plan), "water")
    assert (water["ref"], water["by"], water["metres"], water["hoses"]) == ("berth", "drive", 180.0, None)


def test_the_public_firefighting_point_beside_the_hose_is_shown(plan):
    lon, lat = plan.point("h")
    PublicFirefightingPoint.objects.create(ref="p", name="Điểm chữa cháy 7", geom=f"SRID=4326;POINT({lon} {lat})")
    assert role(ask(plan), "firefighting_point")["apart_m"] == 0
    for obstructed, said in (
        ("no", "0 m from the hose."),
        ("yes", "0 m from the hose; it is obstructed."),
        ("unknown", "0 m from the hose; nobody knows whether it is obstructed."),
    ):
        PublicFirefightingPoint.objects.update(obstructed=obstructed)
        answer = ask(plan)
        assert role(answer, "firefighting_point")["sentence"] == f"Điểm chữa cháy 7, {said}"
        assert f"Điểm chữa cháy 7, {said}" in answer["sentences"]
    assert "firefighting_point" not in roles(ask(plan, to="S"))


# The matrix ----------------------------------------------------------------------------------------------------------


def test_the_matrix_says_how_deep_each_vehicle_gets(plan):
    rows = {row["vehicle"]: row for row in ask(plan)["matrix"]}
    assert set(rows) == set(Vehicle.objects.values_list("code", flat=True))
    assert (rows["motorcycle"]["outcome"], rows["motorcycle"]["hose_m"]) == ("door", 10.0)
    assert (rows["engine-large"]["outcome"], rows["engine-large"]["hose_m"]) == ("stop", 70.0)
    Vehicle.objects.filter(code__in=["engine-large", "motorcycle"]).update(station=FireStation.objects.get())
    assert {row["vehicle"] for row in ask(plan)["matrix"]} == {"engine-large", "motorcycle"}


def test_the_number_of_queries_does_not_grow_with_vehicles_and_stations(plan):
    ask(plan)
    with CaptureQueriesContext(connection) as few:
        ask(plan)
    lon, lat = plan.point("D")
    for n in range(5):
        FireStation.objects.create(ref=f"more/{n}", name="", geom=f"SRID=4326;POINT({lon} {lat})")
        plan.hydrant("A", ref=f"more/{n}")
    ask(plan)
    with CaptureQueriesContext(connection) as many:
        ask(plan)
    assert len(many) == len(few) <= 10


# Bad questions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"to": ""}, 400, "invalid-position"),
        ({"to": "21.0,105.8"}, 400, "swapped-axes"),
        ({"vehicle": ""}, 400, "invalid-vehicle"),
        ({"vehicle": "tank"}, 400, "unknown-vehicle"),
        ({"slack": "0.5"}, 400, "invalid-number"),
        ({"hose_m": "-1"}, 400, "invalid-number"),
        ({"at": "noon"}, 400, "invalid-time"),
        ({"mode": "legal"}, 400, "unknown-parameter"),
        ({"from": "station/9"}, 404, "unknown-station"),
        ({"from": "1,2"}, 400, "outside-vietnam"),
    ],
)
def test_a_bad_question_is_refused_with_what_would_be_right(plan, client, more, status, code):
    query = {"to": ",".join(map(str, plan.point("x"))), "vehicle": "engine-large", **more}
    response = client.get("/api/approach", query)
    assert (response.status_code, response.json()["type"]) == (status, f"urn:thuy-lo:problem:{code}")


def test_without_any_station_a_start_must_be_named(plan, client):
    FireStation.objects.all().delete()
    query = {"to": ",".join(map(str, plan.point("x"))), "vehicle": "engine-large"}
    response = client.get("/api/approach", query)
    assert (response.status_code, response.json()["type"]) == (404, "urn:thuy-lo:problem:no-station")


# Stale data ----------------------------------------------------------------------------------------------------------


def test_where_the_data_may_be_out_of_date_nothing_is_passable(plan, monkeypatch):
    fresh = live_network().current()
    stale = replace(fresh, stale=True, reason="the counter cannot be read")
    monkeypatch.setattr(approach_views, "live_network", lambda: SimpleNamespace(current=lambda: stale))
    answer = ask(plan)
    assert (answer["outcome"], answer["stale"], answer["verdict"]) == ("stop", True, "unknown")
    assert answer["sentence"].startswith("The latest changes of the data may be missing. Stop in Ngõ 29")
    assert "passable" not in {value for feature in answer["features"] for value in _texts(feature["properties"])}
    assert "passable" not in {row["verdict"] for row in answer["matrix"]}


def test_no_sentence_of_stale_data_sounds_sure_when_it_is_read_out_alone(plan, monkeypatch):
    plan.hydrant("A")
    stale = replace(live_network().current(), stale=True, reason="the counter cannot be read")
    monkeypatch.setattr(approach_views, "live_network", lambda: SimpleNamespace(current=lambda: stale))
    answer = ask(plan)
    alone = [row["sentence"] for row in answer["matrix"]] + answer["sentences"] + [answer["sentence"]]
    alone += [role(answer, name)["sentence"] for name in ("stop", "water", "reverse")]
    assert [s for s in alone if not s.startswith("The latest changes of the data may be missing. ")] == []


def _texts(value):
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value]
