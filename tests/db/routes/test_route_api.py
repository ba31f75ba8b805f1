"""`GET /api/route` and `GET /api/network` as a dispatcher's browser sees them."""

from dataclasses import replace

import jsonschema
import pytest
import shapely
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.test import Client

from gis_core.models import RoleGrant
from gis_core.roles import Role
from routes import route_openapi
from routes.assumptions import ensure_assumptions
from routes.models import AccessRestriction, Road, Vehicle
from routes.network import live
from routes.vehicle_profiles import ensure_profiles
from tests.db.routes.test_passability_api import as_json_schema
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

NOON = "2026-11-02T12:00:00+07:00"
SURVEYED = {"clear_width_m": 5.0, "clear_height_m": 5.0, "max_weight_t": 30.0}


@pytest.fixture
def plan():
    """A street with a lane off it, and a way round the block that is longer."""
    ensure_profiles()
    ensure_assumptions()
    sketch = Sketch(
        """
        A....x....B....y....C
        .         .         .
        .         z         .
        .         .         .
        E....v....D....w....F
        """
    )
    sketch.road("AxB", ref="AB", name="Khương Hạ", **SURVEYED)
    sketch.road("ByC", ref="BC", name="Khương Hạ", **SURVEYED)
    sketch.road("BzD", ref="BD", name="Ngõ 29", highway="service")
    sketch.road("CF", name="Vòng", **SURVEYED)
    return sketch


def place(plan, name, shift_m=(0, 0)):
    lon, lat = plan.point(name, shift_m=shift_m)
    return f"{lon:.8f},{lat:.8f}"


def get(plan, start, end, client=None, vehicle="engine-large", **more):
    query = {"from": place(plan, start), "to": place(plan, end), "vehicle": vehicle, "at": NOON, **more}
    return (client or Client()).get("/api/route", query, headers={"accept-language": "en"})


def ask(plan, start, end, **more):
    response = get(plan, start, end, **more)
    assert response.status_code == 200, response.content
    return response.json()


def ways(answer):
    return {f["properties"]["way"]: f["properties"] for f in answer["features"] if f["properties"]["role"] == "way"}


def parts(answer, role, way="fastest"):
    return [f["properties"] for f in answer["features"]
            if f["properties"]["role"] == role and f["properties"]["way"] == way]  # fmt: skip


# Found ---------------------------------------------------------------------------------------------------------------


def test_a_measured_street_is_one_way_that_is_passable(plan):
    answer = ask(plan, "A", "C")
    assert answer["outcome"] == "found"
    (way,) = ways(answer).values()
    assert (way["verdict"], way["length_m"], way["blocked_at_m"]) == ("passable", 200.0, None)
    assert way["metres_by_evidence"] == {"surveyed": 200.0, "tagged": 0.0, "assumed": 0.0, "none": 0.0}
    assert way["metres_by_verdict"] == {"passable": 200.0, "blocked": 0.0, "unknown": 0.0}
    assert answer["sentence"] == "Passable to the place: 200 m, 36 s."
    # What is alike is one stretch, and names each segment that is driven.
    assert [(s["road"], s["roads"], s["to_m"]) for s in parts(answer, "stretch")] == [("AB", ["AB", "BC"], 200.0)]
    told = parts(ask(plan, "A", "C", findings="all"), "finding")
    assert {(f["ref"], tuple(f["roads"])) for f in told if f["subject"] == "road"} == {("AB", ("AB", "BC"))}


def test_an_unmeasured_lane_is_unknown_and_the_sentence_says_how_much_was_not_measured(plan):
    answer = ask(plan, "A", "z")
    assert ways(answer)["fastest"]["verdict"] == "unknown"
    assert "Nobody knows whether the way is passable: 120 m" in answer["sentence"]
    assert "20 m not measured; first after 100 m: Ngõ 29" in answer["sentence"]
    assert answer["sentence"].endswith("No way is known that is passable for sure.")


def test_the_surer_ways_stand_beside_the_fastest_only_where_they_differ(plan):
    plan.road("DwF", ref="DF", name="Đường Láng", highway="primary")
    answer = ask(plan, "A", "D")
    assert {kind: way["verdict"] for kind, way in ways(answer).items()} == {
        "fastest": "unknown",
        "passable": "passable",
    }
    assert ways(answer)["passable"]["metres_by_evidence"]["assumed"] == 100.0
    assert "A way that is passable for sure: 340 m" in answer["sentence"]


def test_the_recorded_way_is_told_where_the_assumed_one_is_faster(plan):
    plan.road("BF", highway="primary", name="Thẳng")
    answer = ask(plan, "B", "F")
    assert {kind: way["verdict"] for kind, way in ways(answer).items()} == {
        "fastest": "passable",
        "recorded": "passable",
    }
    assert ways(answer)["recorded"]["metres_by_evidence"]["surveyed"] == ways(answer)["recorded"]["length_m"]


def test_the_time_of_a_market_decides(plan):
    plan.restriction("x", on="AB", kind="market", clear_width_m=1.0, schedule="Mo-Su 05:00-09:00")
    assert ask(plan, "A", "C")["outcome"] == "found"
    assert ask(plan, "A", "C", at="2026-11-02T07:00:00+07:00")["outcome"] == "no_way"


def test_a_plus_sign_that_an_address_turned_into_a_blank_is_read(plan):
    assert ask(plan, "A", "C", at="2026-11-02T07:00:00 07:00")["question"]["at"] == "2026-11-02T07:00:00+07:00"


def test_a_oneway_is_used_in_an_emergency_and_listed(plan):
    Road.objects.filter(ref="AB").update(oneway="-1")
    answer = ask(plan, "A", "C")
    (used,) = ways(answer)["fastest"]["legal_used"]
    assert (used["reason"], used["from_m"], used["to_m"]) == ("one_way", 0.0, 100.0)
    assert ask(plan, "A", "C", mode="legal")["outcome"] == "no_way"


def test_findings_come_in_driving_order_with_their_way(plan):
    plan.restriction("y", on="BC", kind="awning", clear_height_m=4.0)
    plan.restriction("x", on="AB", clear_width_m=3.0, name="Cổng làng")
    found = parts(ask(plan, "A", "C", findings="all"), "finding")
    assert [f["order"] for f in found] == list(range(1, len(found) + 1))
    assert [f["ref"] for f in found if f["subject"] == "restriction"] == ["restriction/x", "restriction/y"]


def test_findings_that_merely_pass_are_counted_and_listed_when_asked_for(plan):
    plan.restriction("x", on="AB", clear_width_m=3.0, name="Cổng làng")
    told, everything = ask(plan, "A", "C"), ask(plan, "A", "C", findings="all")
    assert [f["ref"] for f in parts(told, "finding")] == ["restriction/x"]
    assert len(parts(everything, "finding")) == ways(told)["fastest"]["findings"] > 1
    refused = get(plan, "A", "C", findings="few").json()
    assert "telling, all" in refused["detail"]


# No way --------------------------------------------------------------------------------------------------------------


def test_where_there_is_no_way_it_says_what_would_open_one(plan):
    plan.restriction("x", on="AB", clear_width_m=2.2, name="Cổng ngách 12")
    plan.restriction("y", on="BC", kind="bollard", blocks_vehicles="yes", name="Cọc")
    answer = ask(plan, "A", "C")
    assert answer["outcome"] == "no_way"
    assert [
        (o["properties"]["ref"], o["properties"]["removable"], o["properties"]["from_m"]) for o in answer["to_open"]
    ] == [
        ("restriction/x", True, 50.0),
        ("restriction/y", True, 150.0),
    ]
    assert answer["to_open"][0]["geometry"]["type"] == "Point"
    assert ways(answer)["to_open"]["verdict"] == "blocked"
    assert answer["sentence"] == (
        "No way for Xe chữa cháy lớn: Cổng ngách 12 is 2.2 m wide, the vehicle needs 2.7 m; "
        "it opens with this out of the way: Cổng ngách 12, Cọc."
    )


def test_what_lies_behind_the_obstacle_may_be_unknown_and_is_said_to_be(plan):
    plan.restriction("x", on="AB", blocks_vehicles="yes")
    assert ask(plan, "A", "C")["when_open"] == "passable"
    answer = ask(plan, "A", "z")
    assert answer["when_open"] == "unknown"
    assert answer["sentence"].endswith("nobody knows whether the rest of the way is passable.")


def test_a_goal_in_a_blocked_lane_is_no_way_and_never_another_street(plan):
    Road.objects.filter(ref="BD").update(clear_width_m=2.0, clear_width_evidence="surveyed")
    answer = ask(plan, "A", "z")
    assert answer["outcome"] == "no_way"
    assert answer["snapped"]["to"][0]["road"] == "BD"
    assert [(o["properties"]["subject"], o["properties"]["removable"]) for o in answer["to_open"]] == [("road", False)]
    assert "it opens" not in answer["sentence"]


def test_two_nets_that_do_not_meet_are_said_to_lead_nowhere(plan):
    plan.road("vw", highway="residential", ref="isle", geom="SRID=4326;LINESTRING(105.83 21.02, 105.831 21.02)")
    answer = ask(plan, "A", "C", to="105.8305,21.02")
    assert (answer["outcome"], answer["to_open"]) == ("no_way", [])
    assert "no roads lead from one place to the other" in answer["sentence"]


def test_start_and_goal_on_one_road_with_a_barrier_between_go_round(plan):
    plan.restriction("x", on="AB", clear_width_m=1.0)
    plan.road("EA", **SURVEYED)
    plan.road("EvD", ref="ED", **SURVEYED)
    Road.objects.filter(ref="BD").update(**SURVEYED, clear_width_evidence="surveyed", clear_height_evidence="surveyed",
                                         max_weight_evidence="surveyed")  # fmt: skip
    (way,) = ways(ask(plan, "A", "B")).values()
    assert (way["verdict"], way["length_m"]) == ("passable", 180.0)


# Both ends -----------------------------------------------------------------------------------------------------------


def test_far_from_every_road_is_its_own_answer_and_says_which_end_and_how_far(plan):
    answer = ask(plan, "A", "C", to=place(plan, "C", shift_m=(0, 500)))
    assert (answer["outcome"], ways(answer)) == ("not_near_road", {})
    assert answer["sentence"] == "The place is 500 m from the nearest road."
    assert answer["snapped"]["to"][0]["distance_m"] == pytest.approx(500, abs=0.2)


def test_the_nearest_roads_are_told_with_distance_and_street(plan):
    answer = ask(plan, "A", "C", to=place(plan, "y", shift_m=(0, 30)))
    nearest = answer["snapped"]["to"]
    assert (nearest[0]["road"], nearest[0]["name"], nearest[0]["distance_m"]) == ("BC", "Khương Hạ", 30.0)
    assert [spot["distance_m"] for spot in nearest] == sorted(spot["distance_m"] for spot in nearest)
    assert "The last 30 m, from Khương Hạ to the place, lead over no road." in answer["sentence"]


def test_metres_off_the_road_are_told_for_both_ends_and_nothing_is_passable_up_to_them(plan):
    answer = ask(plan, "A", "C", **{"from": place(plan, "A", shift_m=(-40, 0))})
    assert answer["sentence"] == (
        "Passable as far as the roads lead: 200 m, 36 s. "
        "The first 40 m, from the start to Khương Hạ, lead over no road."
    )
    assert ways(answer)["fastest"]["sentence"] == "Passable as far as the roads lead: 200 m, 36 s."
    near = ask(plan, "A", "C", **{"from": place(plan, "A", shift_m=(-14, 0))})
    assert near["sentence"] == "Passable to the place: 200 m, 36 s."
    goal = ask(plan, "A", "C", to=place(plan, "C", shift_m=(0, 30)))
    assert goal["sentence"].startswith("Passable as far as the roads lead: 200 m")


def test_a_place_at_a_pavement_is_told_the_street_beside_it(plan):
    plan.road("vw", ref="pavement", highway="footway", **{**SURVEYED, "clear_width_m": 1.5})
    plan.road("DF", ref="street", name="Lê Duẩn", **SURVEYED)
    Road.objects.filter(ref="street").update(geom=_line(plan, "DF", north_m=-8))
    answer = ask(plan, "A", "w")
    assert (answer["outcome"], answer["snapped"]["to"][0]["road"]) == ("no_way", "pavement")
    assert answer["sentence"].endswith("The nearest way to the place is for people; the nearest street: Lê Duẩn, 8 m.")


def _line(plan, path, *, north_m):
    return shapely.to_wkt(shapely.LineString(plan.lon_lat(path, shift_m=(0, north_m))), rounding_precision=12)


def test_no_roads_at_all_is_not_near_a_road(plan):
    Road.objects.all().delete()
    answer = ask(plan, "A", "C")
    assert (answer["outcome"], answer["snapped"]) == ("not_near_road", {"from": [], "to": []})


# Live ----------------------------------------------------------------------------------------------------------------


def test_an_edit_counts_in_the_next_answer_and_taking_it_back_gives_the_old_one(plan):
    before = ask(plan, "A", "C")
    gate = plan.restriction("x", on="AB", blocks_vehicles="yes")
    blocked = ask(plan, "A", "C")
    assert (blocked["outcome"], blocked["network_version"] > before["network_version"]) == ("no_way", True)
    gate.delete()
    after = ask(plan, "A", "C")
    for answer in (before, after):
        answer.pop("data_version")
        answer.pop("network_version")
    assert after == before


def test_stale_data_is_never_plainly_passable(plan, monkeypatch):
    assert ways(ask(plan, "A", "C"))["fastest"]["verdict"] == "passable"

    def fails(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(live, "read_stamp", fails)
    answer = ask(plan, "A", "C")
    assert (answer["stale"], answer["outcome"]) == (True, "found")
    assert "passable" not in {f["properties"]["verdict"] for f in answer["features"]}
    assert parts(answer, "finding")[0]["reason"] == "data_stale"
    assert answer["sentence"] == (
        "The latest changes of the data may be missing. Nobody knows whether the way is passable: 200 m, 36 s."
    )
    Road.objects.update(clear_width_m=1.0)  # which nobody sees
    monkeypatch.undo()
    assert ask(plan, "A", "C")["outcome"] == "no_way"
    monkeypatch.setattr(live, "read_stamp", fails)
    said = "The latest changes of the data may be missing. No way for "
    assert ask(plan, "A", "C")["sentence"].startswith(said)
    jsonschema.validate(answer, as_json_schema(route_openapi.ROUTE_ANSWER))


def test_an_answer_while_roads_wait_to_be_built_in_says_so(plan, monkeypatch):
    assert ask(plan, "A", "C")["rebuilding"] is False
    current = live.LiveNetwork.current

    def rebuilding(self):
        sighting = current(self)
        return replace(sighting, network=replace(sighting.network, rebuilding=True))

    monkeypatch.setattr(live.LiveNetwork, "current", rebuilding)
    answer = ask(plan, "A", "C")
    assert answer["rebuilding"] is True
    assert answer["sentence"].endswith(
        "Roads were drawn just now and no way leads over them yet; ask again in a moment."
    )
    jsonschema.validate(answer, as_json_schema(route_openapi.ROUTE_ANSWER))


def test_a_store_that_does_not_answer_at_all_gives_the_last_state_as_stale(plan, monkeypatch):
    ask(plan, "A", "C")

    def fails(*args, **kwargs):
        raise OperationalError

    for target in ("routes.network.live.read_stamp", "routes.route_views.read_look"):
        monkeypatch.setattr(target, fails)
    assert ask(plan, "A", "C")["stale"] is True


def test_a_vehicle_that_could_not_be_read_again_makes_the_answer_stale(plan, monkeypatch):
    """Its size may have been edited: what fitted the one read last is no more than unknown."""
    ask(plan, "A", "C")

    def fails(*args, **kwargs):
        raise OperationalError

    with monkeypatch.context() as outage:
        outage.setattr("routes.route_views.read_look", fails)
        answer = ask(plan, "A", "C")
    assert (answer["stale"], ways(answer)["fastest"]["verdict"]) == (True, "unknown")
    assert ask(plan, "A", "C")["stale"] is False


def test_the_version_of_the_network_tells_that_something_changed(plan):
    def version():
        return Client().get("/api/network").json()

    before = version()
    plan.restriction("x", on="AB")
    after = version()
    assert after["network_version"] > before["network_version"]
    assert (after["stale"], after["rebuilding"]) == (False, False)
    jsonschema.validate(after, as_json_schema(route_openapi.NETWORK_ANSWER))
    assert Client().get("/api/network?x=1").status_code == 400


def test_an_answer_takes_two_queries_whatever_the_way(plan, django_assert_num_queries):
    """The state of all tables, the version of the network; inside a transaction, as here, one for its own edits."""
    ask(plan, "A", "C")
    for end in "xCz":
        with django_assert_num_queries(3):
            ask(plan, "A", end)


@pytest.mark.parametrize(
    "question", ["nearest-water?mode=drive&lon={}&lat={}", "approach?to={},{}&from={},{}", "reach?from={},{}"]
)
def test_every_question_about_ways_takes_two_queries_where_nothing_changed(plan, django_assert_num_queries, question):
    address = question.format(*place(plan, "A").split(","), *place(plan, "C").split(","))
    client = Client()
    assert client.get(f"/api/{address}&vehicle=tanker").status_code == 200
    with django_assert_num_queries(3):
        client.get(f"/api/{address}&vehicle=tanker")


def test_a_vehicle_edited_between_two_questions_is_seen_by_the_second(plan):
    before = ways(ask(plan, "A", "C"))["fastest"]["verdict"]
    Vehicle.objects.filter(code="engine-large").update(width_m=99.0)
    assert before == "passable"
    assert ask(plan, "A", "C")["outcome"] == "no_way"


# Who may see names ---------------------------------------------------------------------------------------------------


@pytest.fixture
def guarded_gate(plan):
    return plan.restriction(
        "x", on="AB", openable="yes", clear_width_m=2.0, key_holder="Bà Hà", key_holder_phone="0900 000 001",
        observed_by="Ông Nam", name="Cổng ngách 12",
    )  # fmt: skip


def test_the_public_is_told_no_name_and_no_telephone_number(plan, guarded_gate):
    text = get(plan, "A", "C").content.decode()
    assert "Cổng ngách 12" in text
    assert not [secret for secret in ("Bà Hà", "0900 000 001", "Ông Nam") if secret in text]


def test_a_dispatcher_is_told_who_holds_the_key(plan, guarded_gate):
    user = get_user_model().objects.create_user("test-dispatcher", password="made-up")
    RoleGrant.objects.create(user=user, role=Role.DISPATCHER.value)
    client = Client()
    client.force_login(user)
    answer = ask(plan, "A", "C", client=client)
    assert answer["to_open"][0]["properties"]["key"] == "Bà Hà, 0900 000 001"
    assert "it opens with this out of the way: Cổng ngách 12 (key: Bà Hà, 0900 000 001)" in answer["sentence"]


# The question --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code", "hint"),
    [
        ({"vehicel": "x"}, "unknown-parameter", "from, to, vehicle, at, mode"),
        ({"from": None}, "invalid-position", "from is missing"),
        ({"to": "105.8"}, "invalid-position", "longitude, comma, latitude"),
        ({"to": "21.0,105.8"}, "swapped-axes", "105.8,21.0"),
        ({"to": "2.35,48.85"}, "outside-vietnam", "102.0"),
        ({"to": "nan,21"}, "invalid-number", "lon"),
        ({"vehicle": None}, "invalid-vehicle", "/api/vehicles"),
        ({"vehicle": "batmobile"}, "unknown-vehicle", "engine-large"),
        ({"mode": "fast"}, "invalid-mode", "emergency, legal"),
        ({"at": "yesterday"}, "invalid-time", "2026-11-22T08:30:00+07:00"),
    ],
)
def test_a_malformed_question_is_refused_with_what_would_be_right(plan, change, code, hint):
    query = {"from": place(plan, "A"), "to": place(plan, "C"), "vehicle": "engine-large", **change}
    query = {name: value for name, value in query.items() if value is not None}
    response = Client().get("/api/route", query, headers={"accept-language": "en"})
    problem = response.json()
    assert (response.status_code, problem["type"]) == (400, f"urn:thuy-lo:problem:{code}")
    assert hint in problem["detail"]


def test_a_parameter_that_stands_twice_is_refused(plan):
    response = Client().get(f"/api/route?from={place(plan, 'A')}&from={place(plan, 'C')}&to={place(plan, 'C')}")
    assert response.json()["type"].endswith("repeated-parameter")


def test_real_answers_are_as_the_schema_describes_them(plan):
    plan.restriction("x", on="AB", legal_only=True, kind="weight_limit", max_weight_t=10)
    plan.restriction("z", on="BD", clear_width_m=1.0)
    checker = as_json_schema(route_openapi.ROUTE_ANSWER)
    for answer in (ask(plan, "A", "C"), ask(plan, "A", "D"), ask(plan, "A", "C", to="105.9,21.2")):
        jsonschema.validate(answer, checker)


def test_the_question_comes_back_as_it_was_understood(plan):
    question = ask(plan, "A", "C")["question"]
    assert (question["vehicle"], question["mode"], question["at"]) == ("engine-large", "emergency", NOON)


def test_both_spellings_of_the_address_are_served(plan):
    for path in ("/api/route/", "/api/network/"):
        assert Client().get(path).status_code in {200, 400}


def test_asking_stores_nothing(plan):
    before = AccessRestriction.objects.count(), Road.objects.count()
    ask(plan, "A", "C")
    assert (AccessRestriction.objects.count(), Road.objects.count()) == before
