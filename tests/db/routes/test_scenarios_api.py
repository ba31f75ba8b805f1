"""`/api/scenarios`: plans of people with a role, and coverage with a plan beside today."""

import json

import jsonschema
import pytest
from django.apps import apps
from django.db import connection

from gis_core.roles import Role
from routes.models import AccessRestriction, Road
from routes.siting.models import Scenario
from routes.siting.scenario_openapi import COMPARISON, SCENARIO_DRAWN, SCENARIOS
from tests.db.gis_core.conftest import unit  # noqa: F401 - a fixture
from tests.db.hydrants.test_flow_tests import as_role
from tests.db.routes.test_passability_api import as_json_schema
from tests.db.routes.test_siting_api import home, plan  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
PATH = "/api/scenarios"


@pytest.fixture
def planner(client):
    return as_role(client, Role.PLANNER)


def send(client, method, path=PATH, **body):
    call = getattr(client, method)
    return call(path, json.dumps(body), "application/json", headers={"accept-language": "en"})


def create(client, **body):
    response = send(client, "post", **{"name": "Ngõ 29", **body})
    assert response.status_code == 201, response.content
    answer = json.loads(response.content)
    jsonschema.validate(answer, as_json_schema(SCENARIO_DRAWN))
    return answer["scenario"]


def compared(client, scenario, **query):
    response = client.get(f"{PATH}/{scenario['id']}/compare", query, headers={"accept-language": "en"})
    assert response.status_code == 200, response.content
    answer = json.loads(response.content)
    jsonschema.validate(answer, as_json_schema(COMPARISON))
    return answer


def source(sketch, place, **more):
    return {"kind": "hydrant", "place": list(sketch.point(place)), "flow_lps": 30, **more}


def houses(answer):
    return [f["properties"] for f in answer["features"] if f["properties"]["role"] == "house"]


def test_a_planned_hydrant_covers_a_home_and_the_live_data_stays_as_it_is(client, planner, plan):  # noqa: F811
    home(plan, "D", 4, storeys=2)
    scenario = create(client, sources=[source(plan, "D")])
    before = _everything()
    answer = compared(client, scenario)
    assert answer["outcome"] == "compared"
    assert (answer["today"]["buildings_covered"], answer["plan"]["buildings_covered"]) == (0, 1)
    assert answer["plan"]["households_covered"] == 4
    (changed,) = houses(answer)
    assert (changed["today"]["coverage"], changed["today"]["reason"]) == ("not_covered", "no_source")
    assert changed["plan"]["coverage"] == "covered"
    assert changed["plan"]["source"].startswith("planned/")
    assert _everything() == before
    # What only a plan holds is in no other answer.
    lon, lat = plan.point("D")
    assert client.get("/api/nearest-water", {"lon": lon, "lat": lat}).json()["outcome"] == "no_source"


def _everything():
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, version FROM gis_core_dataversion ORDER BY 1")
        counted = cursor.fetchall()
        cursor.execute("SELECT version FROM routes_networkversion")
        return counted, cursor.fetchall()


def test_a_planned_source_of_unknown_flow_makes_nothing_covered(client, planner, plan):  # noqa: F811
    home(plan, "D", 4, storeys=2)
    answer = compared(client, create(client, sources=[source(plan, "D", flow_lps=None)]))
    assert answer["plan"]["buildings_covered"] == 0
    assert houses(answer)[0]["plan"]["reason"] == "flow_unknown"
    assert any("nobody knows what they give" in note for note in answer["notes"])


@pytest.mark.parametrize(
    ("tank", "coverage", "reason"),
    [
        ({"volume_m3": 36}, "covered", "enough"),  # 10 L/s for an hour
        ({"volume_m3": 35}, "not_classifiable", "flow_unknown"),  # nobody knows what flows in
        ({"volume_m3": 35, "refill_lps": 0}, "not_covered", "flow_too_low"),
        ({"volume_m3": 1, "refill_lps": 10}, "covered", "enough"),
        ({"volume_m3": 500, "flow_lps": 9}, "not_covered", "flow_too_low"),  # its outlet gives no more at a time
        ({"flow_lps": 30}, "not_classifiable", "flow_unknown"),  # for how long?
    ],
)
def test_a_planned_tank_gives_what_it_holds_and_what_flows_in(client, planner, plan, tank, coverage, reason):  # noqa: F811
    home(plan, "D", 4, storeys=2)
    planned = {"kind": "tank", "place": list(plan.point("D")), **tank}
    scenario = create(client, sources=[planned])
    assert {name: scenario["sources"][0][name] for name in ("flow_lps", "volume_m3", "refill_lps")} == {
        "flow_lps": None, "volume_m3": None, "refill_lps": None, **tank
    }  # fmt: skip
    answer = compared(client, scenario)
    after = houses(answer)[0]["plan"] if houses(answer) else {"coverage": "not_covered", "reason": "no_source"}
    assert (after["coverage"], after["reason"]) == (coverage, reason)
    assert any("how long" in note for note in answer["notes"]) is ("volume_m3" not in tank)


def test_a_wall_removed_lets_hose_and_truck_through(client, planner, plan):  # noqa: F811
    home(plan, "E", 4, storeys=2)
    plan.hydrant("C", flow_lps=30, status_on="2026-11-01", last_inspected_on="2026-11-01")
    plan.restriction("C", on="CE", kind="fence", blocks_vehicles="yes", passable_on_foot="no", shift_m=(0, -50),
                     ref="wall/1")  # fmt: skip
    answer = compared(client, create(client, remove=["wall/1"]))
    (changed,) = houses(answer)
    assert changed["today"]["coverage"] == "not_covered"
    assert changed["plan"]["coverage"] in {"covered", "recorded_only"}
    assert (changed["today"]["truck"], changed["plan"]["truck"]) == ("blocked", "passable")
    assert answer["trucks"]["today"]["blocked"] == 1
    assert AccessRestriction.objects.count() == 1


def test_a_closed_road_takes_its_homes_their_water(client, planner, plan):  # noqa: F811
    home(plan, "E", 4, storeys=2)
    plan.hydrant("C", flow_lps=30, last_inspected_on="2026-11-01")
    answer = compared(client, create(client, close_roads=["CE"]))
    (changed,) = houses(answer)
    assert changed["plan"]["coverage"] == "not_covered"


def test_a_plan_that_changes_nothing_says_so(client, planner, plan):  # noqa: F811
    assert compared(client, create(client, sources=[source(plan, "A")]))["outcome"] == "no_houses"
    home(plan, "A", 1)
    far = create(client, name="Xa", sources=[source(plan, "D")])
    assert compared(client, far)["outcome"] == "nothing_changes"


# Refused --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "nothing to compare"),
        ({"remove": ["wall/9"]}, 422, "wall/9"),
        ({"close_roads": ["XY"]}, 422, "XY"),
        ({"close_roads": ["AB", "BC", "CD", "CE"]}, 422, "Every road is closed"),
        ({"sources": [{"kind": "hydrant", "place": [105.9, 21.2]}]}, 422, "on no road"),
        ({"sources": [{"kind": "hydrant", "place": [21.0, 105.8]}]}, 400, ""),
        ({"sources": [{"kind": "hydrant", "place": [105.815, 21.003], "flow_lps": 0}]}, 400, "flow_lps"),
        ({"sources": [{"kind": "hydrant", "place": [105.815, 21.003], "flow_lps": -3}]}, 400, "flow_lps"),
        ({"sources": [{"kind": "hydrant", "place": [105.815, 21.003], "volume_m3": 5}]}, 400, "only a tank"),
        ({"sources": [{"kind": "intake", "place": [105.815, 21.003], "refill_lps": 0}]}, 400, "only a tank"),
        ({"sources": [{"kind": "tank", "place": [105.815, 21.003], "volume_m3": 0}]}, 400, "volume_m3"),
        ({"sources": [{"kind": "tank", "place": [105.815, 21.003], "refill_lps": -1}]}, 400, "refill_lps"),
        ({"sources": [{"kind": "tank", "place": [105.815, 21.003], "volume_m3": "viel"}]}, 400, "volume_m3"),
        ({"sources": [{"kind": "fountain", "place": [105.815, 21.003]}]}, 400, "fountain"),
        ({"sources": {}}, 400, "sources"),
        ({"remove": ["a", "a"]}, 400, "twice"),
        ({"name": ""}, 400, "name"),
        ({"colour": "red"}, 400, "colour"),
        ({"ward": "99999", "sources": [{"kind": "tank", "place": [105.815, 21.003]}]}, 404, "99999"),
    ],
)
def test_a_plan_without_sense_is_refused_with_the_reason(client, planner, plan, body, status, said):  # noqa: F811
    response = send(client, "post", **{"name": "x", **body})
    assert response.status_code == status, response.content
    assert said in json.loads(response.content)["detail"]
    assert not Scenario.objects.exists()


def test_an_obstacle_that_is_gone_since_makes_the_plan_out_of_date_not_wrong(client, planner, plan):  # noqa: F811
    plan.restriction("C", on="CE", kind="fence", ref="wall/1")
    scenario = create(client, remove=["wall/1"])
    AccessRestriction.objects.all().delete()
    response = client.get(f"{PATH}/{scenario['id']}/compare", headers={"accept-language": "en"})
    assert response.status_code == 422
    assert "wall/1" in json.loads(response.content)["detail"]
    drawn = json.loads(client.get(f"{PATH}/{scenario['id']}").content)
    assert drawn["features"] == [
        {
            "type": "Feature",
            "geometry": None,
            "properties": {"role": "removed_obstacle", "ref": "wall/1", "there": False},
        }
    ]


def test_roads_that_were_all_there_is_make_the_plan_impossible_later(client, planner, plan):  # noqa: F811
    scenario = create(client, close_roads=["AB", "BC", "CD"])
    Road.objects.filter(ref="CE").delete()
    response = client.get(f"{PATH}/{scenario['id']}/compare", headers={"accept-language": "en"})
    assert response.status_code == 422
    assert "Every road is closed" in json.loads(response.content)["detail"]


# Who may --------------------------------------------------------------------------------------------------------------


def test_nobody_signed_in_neither_reads_nor_writes_plans(client, plan):  # noqa: F811
    assert client.get(PATH).status_code == 401
    assert send(client, "post", name="x", sources=[source(plan, "A")]).status_code == 401
    assert client.get("/api/siting", {"k": 1, "candidates": "scenario", "scenario": 1}).status_code == 401


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.FIELD])
def test_the_service_reads_plans_and_only_planners_write_them(client, plan, role):  # noqa: F811
    as_role(client, role)
    assert client.get(PATH).status_code == 200
    assert send(client, "post", name="x", sources=[source(plan, "A")]).status_code == 403


def test_a_wards_planner_writes_plans_of_the_ward_only(client, plan, unit):  # noqa: F811
    ward = unit("00082")
    as_role(client, Role.PLANNER, ward)
    assert send(client, "post", name="x", sources=[source(plan, "A")]).status_code == 403
    scenario = create(client, ward=ward.code, sources=[source(plan, "A")])
    assert scenario["ward"] == ward.code
    Scenario.objects.update(administrative_unit=None)
    assert client.delete(f"{PATH}/{scenario['id']}").status_code == 403


def test_a_plan_is_changed_as_a_whole_and_only_as_it_was_read(client, planner, plan):  # noqa: F811
    scenario = create(client, sources=[source(plan, "A")])
    path = f"{PATH}/{scenario['id']}"
    changed = {"name": "Ngõ 29", "version": scenario["version"], "sources": [source(plan, "D", kind="tank")]}
    answer = json.loads(send(client, "put", path, **changed).content)["scenario"]
    assert [one["kind"] for one in answer["sources"]] == ["tank"]
    assert answer["version"] == scenario["version"] + 1
    assert send(client, "put", path, **changed).status_code == 409
    assert send(client, "put", path, **{**changed, "version": None}).status_code == 400
    listed = json.loads(client.get(PATH).content)
    jsonschema.validate(listed, as_json_schema(SCENARIOS))
    assert [one["id"] for one in listed["scenarios"]] == [scenario["id"]]
    assert send(client, "post", name="Ngõ 29", sources=[source(plan, "A")]).status_code == 409
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    history = apps.get_model("routes.ScenarioEvent").objects.filter(pgh_obj_id=scenario["id"])
    assert {event.pgh_label for event in history} == {"insert", "update", "delete"}


def test_planned_sources_can_be_the_candidates(client, planner, plan):  # noqa: F811
    home(plan, "A", 3)
    home(plan, "D", 9)
    scenario = create(client, sources=[source(plan, "A", name="bể A", kind="tank"), source(plan, "D", name="trụ D")])
    answer = client.get("/api/siting", {"k": 1, "candidates": "scenario", "scenario": scenario["id"]}).json()
    assert [f["properties"]["about"] for f in answer["features"]] == ["trụ D"]
