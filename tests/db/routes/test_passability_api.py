"""`POST /api/passability` and `GET /api/vehicles` as a dispatcher's browser sees them."""

import json

import jsonschema
import pytest
import shapely
from django.contrib.auth import get_user_model
from django.test import Client

from gis_core.models import RoleGrant
from gis_core.registry import layer_registry
from gis_core.roles import Role
from routes import openapi
from routes.assumptions import ensure_assumptions
from routes.models import AccessRestriction, Road, RoadClassAssumption, Vehicle
from routes.vehicle_profiles import ensure_profiles
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

NOON = "2026-11-02T12:00:00+07:00"
SURVEYED = {"clear_width_m": 5.0, "clear_height_m": 5.0, "max_weight_t": 30.0}


@pytest.fixture
def plan():
    ensure_profiles()
    ensure_assumptions()
    sketch = Sketch(
        """
        A....x....B....y....C
                  .
                  z
                  .
                  D
        """
    )
    sketch.road("AB", name="Khương Hạ", **SURVEYED)
    sketch.road("BC", name="Khương Hạ", **SURVEYED)
    sketch.road("BD", name="Ngõ 29", highway="service")
    return sketch


def post(body, client=None, **headers):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {"accept-language": "en", **headers}
    return (client or Client()).post("/api/passability", text, content_type="application/json", headers=headers)


def ask(geometry, vehicle="engine-large", **more):
    response = post({"geometry": geometry, "vehicle": vehicle, "at": NOON, **more})
    assert response.status_code == 200, response.content
    return response.json()


def refused(body, **how):
    response = post(body, **how)
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code
    assert "Traceback" not in response.content.decode()
    return problem


def findings(answer):
    return [feature["properties"] for feature in answer["features"]]


def as_json_schema(schema):
    """OpenAPI 3.0 says `nullable`, JSON Schema a second type."""
    if isinstance(schema, list):
        return [as_json_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: as_json_schema(value) for key, value in schema.items() if key not in {"nullable", "exclusiveMinimum"}}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


# The answer ----------------------------------------------------------------------------------------------------------


def test_a_measured_street_is_passable(plan):
    answer = ask(plan.line("ABC"))
    assert (answer["verdict"], answer["blocked_at_m"]) == ("passable", None)
    assert (answer["length_m"], answer["matched_m"], answer["unmatched_m"]) == (200.0, 200.0, 0.0)
    assert answer["metres_by_evidence"] == {"surveyed": 200.0, "tagged": 0.0, "assumed": 0.0, "none": 0.0}
    assert answer["metres_by_verdict"] == {"passable": 200.0, "blocked": 0.0, "unknown": 0.0}
    assert answer["sentence"] == "Passable over 200 m."


def test_a_gate_too_narrow_is_named_with_what_is_required_and_what_is_there(plan):
    plan.restriction("x", on="AB", clear_width_m=2.2, observed_on="2026-05-01", name="Cổng làng")
    answer = ask(plan.line("ABC"))
    assert (answer["verdict"], answer["blocked_at_m"]) == ("blocked", 50.0)
    (gate,) = [f for f in findings(answer) if f["subject"] == "restriction"]
    expected = {
        "from_m": 50.0, "to_m": 50.0, "verdict": "blocked", "layer": "access-restrictions", "ref": "restriction/x",
        "name": "Cổng làng", "kind": "gate", "dimension": "width", "required": 2.7, "available": 2.2, "margin": -0.5,
        "unit": "m", "evidence": "surveyed", "observed_on": "2026-05-01",
    }  # fmt: skip
    assert {name: gate[name] for name in expected} == expected
    assert gate["sentence"].startswith("Cổng làng is 2.2 m wide, the vehicle needs 2.7 m; surveyed")
    assert answer["sentence"].startswith("Blocked after 50 m: Cổng làng")


def test_unsurveyed_lane_is_unknown_not_passable(plan):
    answer = ask(plan.line("ABD"))
    assert answer["verdict"] == "unknown"
    assert answer["metres_by_verdict"] == {"passable": 100.0, "blocked": 0.0, "unknown": 40.0}
    assert answer["metres_by_evidence"]["none"] == 40.0
    assert [(s["properties"]["road"], s["properties"]["verdict"]) for s in answer["stretches"]] == [
        ("AB", "passable"),
        ("BD", "unknown"),
    ]


def test_the_blocked_lane_is_found_blocked_also_when_the_goal_lies_in_it(plan):
    plan.restriction("z", on="BD", kind="bollard", blocks_vehicles="yes")
    assert ask(plan.line("ABzD"))["blocked_at_m"] == 120.0
    assert ask(plan.line("zD"))["blocked_at_m"] == 0.0, "on the first metre"
    assert ask(plan.line("Bz"))["blocked_at_m"] == 20.0, "on the last metre"


def test_beyond_all_roads_is_unknown(plan):
    answer = ask(plan.line("AC", shift_m=(0, 60)))
    assert (answer["verdict"], answer["matched_m"], answer["unmatched_m"]) == ("unknown", 0.0, 200.0)
    (finding,) = findings(answer)
    assert (finding["subject"], finding["dimension"], finding["layer"]) == ("network", "match", None)


def test_findings_come_in_driving_order_whichever_way_the_line_is_drawn(plan):
    plan.restriction("x", on="AB", clear_width_m=3.0)
    plan.restriction("y", on="BC", kind="awning", clear_height_m=4.0)
    for path, order in (("ABC", ["restriction/x", "restriction/y"]), ("CBA", ["restriction/y", "restriction/x"])):
        found = findings(ask(plan.line(path)))
        assert [f["order"] for f in found] == list(range(1, len(found) + 1))
        assert [f["from_m"] for f in found] == sorted(f["from_m"] for f in found)
        assert [f["ref"] for f in found if f["subject"] == "restriction"] == order


def test_a_market_colours_its_stretch_of_the_line(plan):
    plan.restriction("xB", on="AB", kind="market", clear_width_m=1.0)
    stretches = [s["properties"] for s in ask(plan.line("ABC"))["stretches"]]
    assert [(s["from_m"], s["to_m"], s["verdict"]) for s in stretches] == [
        (0.0, 50.0, "passable"),
        (50.0, 100.0, "blocked"),
        (100.0, 200.0, "passable"),
    ]


def test_the_time_asked_about_decides_over_a_market(plan):
    plan.restriction("x", on="AB", kind="market", clear_width_m=1.0, schedule="Mo-Su 05:00-09:00")
    assert ask(plan.line("ABC"), at="2026-11-02T07:00:00+07:00")["verdict"] == "blocked"
    assert ask(plan.line("ABC"), at="2026-11-02T00:00:00Z")["verdict"] == "blocked", "07:00 in Hanoi"
    assert ask(plan.line("ABC"), at="2026-11-02T12:00:00")["verdict"] == "passable"


def test_a_oneway_yields_in_an_emergency_only(plan):
    plan.road("DC", oneway="yes", **SURVEYED)
    emergency, legal = ask(plan.line("CD")), ask(plan.line("CD"), mode="legal")
    assert (emergency["verdict"], legal["verdict"]) == ("passable", "blocked")
    assert [f["sentence"] for f in findings(emergency) if f["dimension"] == "legal"] == [
        "Residential street is one-way in the other direction; it yields to an emergency vehicle."
    ]


def test_a_vehicle_may_be_given_by_its_sizes(plan):
    small = {"width_m": 1.2, "height_m": 1.5, "length_m": 3, "gross_weight_t": 1, "width_margin_m": 0}
    plan.restriction("x", on="AB", clear_width_m=1.2)
    answer = ask(plan.line("ABC"), small)
    assert answer["verdict"] == "passable"
    assert (answer["vehicle"]["required_width"], answer["vehicle"]["required_height"]) == (1.2, 1.7)


def test_a_street_of_a_large_class_is_assumed_and_the_answer_says_over_how_many_metres(plan):
    plan.road("CD", highway="secondary")
    answer = ask(plan.line("CD"))
    assert answer["verdict"] == "passable"
    assert answer["metres_by_evidence"]["assumed"] == answer["length_m"]
    assert "assumed, not measured" in answer["sentence"]


def test_an_edited_assumption_counts_at_once(plan):
    plan.road("CD", highway="secondary")
    before = ask(plan.line("CD"))
    RoadClassAssumption.objects.filter(highway="secondary").update(max_weight_t=None)
    after = ask(plan.line("CD"))
    assert (before["verdict"], after["verdict"]) == ("passable", "unknown")
    assert before["data_version"] != after["data_version"]


def test_a_feature_and_heights_are_taken_as_well(plan):
    line = plan.line("ABC")
    line["coordinates"] = [[*position, 12.0] for position in line["coordinates"]]
    answer = ask({"type": "Feature", "properties": {"name": "drawn"}, "geometry": line})
    assert answer["verdict"] == "passable"


def test_real_answers_are_as_the_schema_describes_them(plan):
    plan.restriction("x", on="AB", legal_only=True, kind="weight_limit", max_weight_t=10)
    plan.restriction("y", on="BC", kind="market", schedule="Mo 05:00-06:00")
    plan.restriction("z", on="BD")
    checker = as_json_schema(openapi.PASSABILITY_ANSWER)
    for line in (plan.line("ABC"), plan.line("ABD"), plan.line("AC", shift_m=(0, 60))):
        jsonschema.validate(ask(line), checker)
    jsonschema.validate(Client().get("/api/vehicles").json(), as_json_schema(openapi.VEHICLES_ANSWER))


def test_an_answer_takes_five_queries_however_long_the_line(plan, django_assert_num_queries):
    line = plan.line("ABC")
    ask(line)  # reads the vehicles, which are kept
    for geometry in (line, {**line, "coordinates": line["coordinates"] * 100}):
        with django_assert_num_queries(5):
            ask(geometry)


def test_both_spellings_of_the_address_are_served(plan):
    body = json.dumps({"geometry": plan.line("ABC"), "vehicle": "engine-large"})
    answer = Client().post("/api/passability/", body, content_type="application/geo+json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/geo+json"


# Who may see names ---------------------------------------------------------------------------------------------------


def signed_in(role):
    user = get_user_model().objects.create_user(f"test-{role}", password="made-up")
    RoleGrant.objects.create(user=user, role=role.value)
    # Like a browser: a session, and a server that checks CSRF tokens where they are asked for.
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


@pytest.fixture
def guarded_gate(plan):
    plan.restriction(
        "x", on="AB", openable="yes", clear_width_m=3.0, key_holder="Bà Hà", key_holder_phone="0900 000 001",
        observed_by="Ông Nam", remarks="gọi cửa sau",
    )  # fmt: skip
    return {"geometry": plan.line("ABC"), "vehicle": "engine-large", "at": NOON}


def test_the_public_gets_no_name_and_no_telephone_number_not_even_in_a_sentence(guarded_gate):
    text = post(guarded_gate).content.decode()
    assert "it can be opened" in text
    assert not [secret for secret in ("Bà Hà", "0900 000 001", "Ông Nam", "gọi cửa sau") if secret in text]


def test_a_dispatcher_is_told_who_holds_the_key_without_a_csrf_token(guarded_gate):
    text = post(guarded_gate, client=signed_in(Role.DISPATCHER)).content.decode()
    assert "it can be opened, key: Bà Hà, 0900 000 001" in text
    assert "Ông Nam" in text


def test_the_key_is_named_for_a_gate_that_nobody_noted_to_open_and_for_one_said_not_to(plan):
    plan.restriction("x", on="AB", kind="gate", openable="no", clear_width_m=3.0, key_holder="Bà Hà")
    asked = {"geometry": plan.line("ABC"), "vehicle": "engine-large", "at": NOON}
    text = post(asked, client=signed_in(Role.DISPATCHER)).content.decode()
    assert "cannot be opened; nobody noted whether a vehicle gets past it; key: Bà Hà" in text
    assert "Bà Hà" not in post(asked).content.decode()


def test_every_sensitive_attribute_that_is_read_is_guarded(plan):
    """A field that the layer starts to guard must not slip through here."""
    assert layer_registry.get("access-restrictions").sensitive == {
        "key_holder", "key_holder_phone", "observed_by", "remarks", "tags",
    }  # fmt: skip
    assert layer_registry.get("roads").sensitive == {"surveyed_by", "remarks", "tags"}


# What is refused -----------------------------------------------------------------------------------------------------

HANOI = [[105.815, 21.003], [105.816, 21.004]]


def line(coordinates, kind="LineString"):
    return {"geometry": {"type": kind, "coordinates": coordinates}, "vehicle": "engine-large"}


@pytest.mark.parametrize(
    ("body", "code", "hint"),
    [
        ("{", "invalid-json", "not valid JSON"),
        ('{"geometry": {"type": "LineString", "coordinates": [[NaN, 21], [105, 21]]}}', "invalid-json", "line 1"),
        ([], "invalid-body", "no JSON object"),
        ({**line(HANOI), "vehicel": "x"}, "invalid-body", "vehicel"),
        ({**line(HANOI), "mode": "fast"}, "invalid-mode", "emergency, legal"),
        ({"vehicle": "engine-large"}, "invalid-line", "missing"),
        (line(HANOI[:1]), "invalid-line", "at least two"),
        (line([HANOI[0], HANOI[0]]), "invalid-line", "one place"),
        (line(HANOI * 5001), "invalid-line", "10000"),
        (line([HANOI[0], [106.5, 21.0]]), "invalid-line", "50000 m"),
        (line([HANOI[0], ["105.8", 21.0]]), "invalid-line", "Position 1"),
        (line([HANOI[0], [True, 21.0]]), "invalid-line", "Position 1"),
        (line([HANOI[0], [105.8]]), "invalid-line", "Position 1"),
        (line([HANOI[0], None]), "invalid-line", "Position 1"),
        (line("105.8,21"), "invalid-line", "at least two"),
        (line([HANOI], "MultiLineString"), "invalid-line", "type “MultiLineString”"),
        ({**line(HANOI), "geometry": {**line(HANOI)["geometry"], "crs": {}}}, "invalid-line", "leave crs out"),
        (line([[21.003, 105.815], [21.004, 105.816]]), "swapped-axes", "105.815,21.003"),
        (line([[2.35, 48.85], [2.36, 48.86]]), "outside-vietnam", "102.0"),
        (line([[105.8, 1e308], [105.9, 21]]), "invalid-position", "latitude"),
        ({**line(HANOI), "vehicle": "batmobile"}, "unknown-vehicle", "engine-large"),
        ({**line(HANOI), "vehicle": None}, "invalid-vehicle", "width_m"),
        ({**line(HANOI), "vehicle": {"width_m": 2.5}}, "invalid-number", "height_m is missing"),
        ({**line(HANOI), "vehicle": {"width_m": "2,5"}}, "invalid-vehicle", "width_m is text"),
        ({**line(HANOI), "vehicle": {"width_m": -2.5}}, "invalid-number", "above zero"),
        ({**line(HANOI), "vehicle": {"width_m": 0}}, "invalid-number", "above zero"),
        ({**line(HANOI), "vehicle": {"width_m": 250}}, "invalid-number", "at most 20"),
        ({**line(HANOI), "vehicle": {"breadth": 2.5}}, "invalid-body", "breadth"),
        ({**line(HANOI), "at": "yesterday"}, "invalid-time", "2026-11-22T08:30:00+07:00"),
        ({**line(HANOI), "at": "2026-11-02"}, "invalid-time", "2026-11-22T08:30:00+07:00"),
        ({**line(HANOI), "at": "0001-01-01T00:00:00"}, "invalid-time", "0001"),
        ({**line(HANOI), "at": 5}, "invalid-time", "number"),
    ],
)
def test_a_malformed_question_is_refused_with_what_would_be_right(plan, body, code, hint):
    problem = refused(body)
    assert (problem["status"], problem["type"]) == (400, f"urn:thuy-lo:problem:{code}")
    assert hint in problem["detail"]


def test_a_line_that_crosses_itself_is_no_mistake(plan):
    assert ask(plan.line("ACDBA"))["verdict"] == "unknown"


class Untouchable:
    """A body of 20 MB of which no byte may be read."""

    def __init__(self):
        self.read_bytes = 0

    def read(self, size=-1):
        self.read_bytes += size if size >= 0 else 20_000_000
        return b" " * max(size, 0)

    readline = read


def test_twenty_megabytes_are_refused_unread(plan):
    body = Untouchable()
    response = Client().generic("POST", "/api/passability", b"", content_type="application/json",
                                CONTENT_LENGTH="20000000", **{"wsgi.input": body})  # fmt: skip
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"
    assert body.read_bytes == 0


def test_a_large_body_in_earnest_is_refused_too(plan):
    assert refused(b" " * 3_000_000)["status"] == 413


def test_other_methods_and_media_types_are_refused(plan):
    assert Client().get("/api/passability").status_code == 405
    assert Client().post("/api/passability", {"a": 1}).status_code == 415


# The vehicles --------------------------------------------------------------------------------------------------------


def test_the_vehicles_come_with_their_sizes_and_where_these_come_from(plan):
    answer = Client().get("/api/vehicles", headers={"accept-language": "en"})
    assert answer["Content-Type"] == "application/json"
    vehicles = {vehicle["code"]: vehicle for vehicle in answer.json()["vehicles"]}
    assert list(vehicles)[:2] == ["engine-large", "engine-small"]
    pickup = vehicles["pickup-s100"]
    assert (pickup["width_m"], pickup["length_m"], pickup["gross_weight_t"]) == (1.855, 5.8, 3.49)
    assert pickup["kind_label"] == "pick-up"
    assert all("SEEN" in v["dimensions_source"] or "RECALLED" in v["dimensions_source"] for v in vehicles.values())


def test_a_vehicle_out_of_service_is_not_offered(plan):
    Vehicle.objects.filter(code="tanker").update(in_service=False)
    assert "tanker" not in {v["code"] for v in Client().get("/api/vehicles").json()["vehicles"]}


def test_what_people_edited_is_never_overwritten(plan):
    Vehicle.objects.filter(code="engine-large").update(width_m=2.55)
    RoadClassAssumption.objects.filter(highway="primary").update(clear_width_m=3.0)
    assert (ensure_profiles(), ensure_assumptions()) == (0, 0)
    assert Vehicle.objects.get(code="engine-large").width_m == 2.55
    assert RoadClassAssumption.objects.get(highway="primary").clear_width_m == 3.0


def test_asking_stores_nothing(plan):
    before = AccessRestriction.objects.count(), Vehicle.objects.count()
    ask(plan.line("ABC"))
    assert (AccessRestriction.objects.count(), Vehicle.objects.count()) == before


# What people write into the tables ------------------------------------------------------------------------------------


def test_a_vehicle_code_with_a_nul_is_an_unknown_vehicle_not_a_failure(plan):
    assert refused({"geometry": plan.line("AB"), "vehicle": "engine\0"})["type"].endswith("unknown-vehicle")


@pytest.mark.parametrize("code", ["", "SURVEYED", "laser"])
def test_evidence_that_nobody_defined_counts_as_none(plan, codes_of_old, code):
    plan.road("zD", **{**SURVEYED, "clear_width_evidence": code})
    plan.restriction("x", on="AB", clear_width_m=4.0, evidence=code)
    assert ask(plan.line("AB"))["verdict"] == "unknown"
    assert ask(plan.line("zD"))["verdict"] == "unknown"


@pytest.mark.parametrize("extent_m", [float("nan"), -5.0])
def test_an_obstacle_whose_extent_is_no_length_still_stands_there(plan, extent_m):
    plan.restriction("x", on="AB", clear_width_m=1.0, extent_m=extent_m)
    assert ask(plan.line("AB"))["verdict"] == "blocked"


def test_a_schedule_of_nothing_but_off_does_not_take_the_obstacle_away(plan):
    plan.restriction("x", on="AB", clear_width_m=1.0, schedule="Su off")
    assert ask(plan.line("AB"))["verdict"] == "blocked"


# Beside the line ------------------------------------------------------------------------------------------------------


def beside(answer):
    return [
        (f["properties"]["ref"], f["properties"]["road"], f["properties"]["doubt"]) for f in answer["near_unmatched"]
    ]


def test_a_gate_of_a_side_lane_is_listed_and_raises_no_doubt(plan):
    plan.restriction("B", on="BD", shift_m=(0, -4), blocks_vehicles="yes", name="Cổng ngõ 29")
    answer = ask(plan.line("ABC"))
    assert answer["verdict"] == "passable"
    assert beside(answer) == [("restriction/B", "BD", False)]
    (gate,) = answer["near_unmatched"]
    assert (gate["properties"]["distance_m"], gate["properties"]["verdict"]) == (4.0, "blocked")
    assert gate["properties"]["sentence"].startswith("Cổng ngõ 29: no vehicle gets through")


def test_a_bollard_on_no_known_road_beside_the_line_makes_the_answer_unknown(plan):
    plan.restriction("x", shift_m=(0, 13), kind="bollard", blocks_vehicles="yes")
    answer = ask(plan.line("ABC", shift_m=(0, 5)))
    assert answer["verdict"] == "unknown"
    assert beside(answer) == [("restriction/x", None, True)]
    assert "and may stand in the way" in answer["sentence"]
    jsonschema.validate(answer, as_json_schema(openapi.PASSABILITY_ANSWER))


@pytest.mark.parametrize("harmless", [{"legal_only": True}, {"clear_width_m": 6.0}])
def test_what_could_not_stop_the_vehicle_beside_the_line_raises_no_doubt(plan, harmless):
    plan.restriction("x", shift_m=(0, 13), **harmless)
    answer = ask(plan.line("ABC", shift_m=(0, 5)))
    assert (answer["verdict"], beside(answer)) == ("passable", [("restriction/x", None, False)])


def test_what_stands_eleven_metres_off_the_line_is_not_listed(plan):
    plan.restriction("x", shift_m=(0, 11), blocks_vehicles="yes")
    assert ask(plan.line("ABC"))["near_unmatched"] == []


def test_a_line_between_two_roads_is_unknown_only_where_the_other_road_would_not_do(plan):
    plan.road("AC", ref="beside", name="Đường gom", **SURVEYED)
    Road.objects.filter(ref="beside").update(geom=_moved(plan, "AC", north_m=-7))
    between = plan.line("ABC", shift_m=(0, -3))
    assert ask(between)["verdict"] == "passable"
    bollard = plan.restriction("x", on="beside", shift_m=(0, -7), blocks_vehicles="yes")
    assert (ask(between)["verdict"], ask(plan.line("ABC"))["verdict"]) == ("unknown", "passable")
    bollard.delete()
    Road.objects.filter(ref="beside").update(clear_width_m=None)
    answer = ask(between)
    assert answer["verdict"] == "unknown"
    assert "Đường gom runs beside it; nobody can tell which of the two the line means" in answer["sentence"]
    assert ask(plan.line("ABC"))["verdict"] == "passable", "drawn on the axis"
    jsonschema.validate(answer, as_json_schema(openapi.PASSABILITY_ANSWER))


def _moved(plan, path, *, north_m):
    return shapely.to_wkt(shapely.LineString(plan.lon_lat(path, shift_m=(0, north_m))), rounding_precision=12)
