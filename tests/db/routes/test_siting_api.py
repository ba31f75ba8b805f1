"""`/api/siting`, `/api/removals`, `/api/critical-sources`: figures that can be counted by hand, and refusals."""

import jsonschema
import numpy as np
import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gis_core.models import AdministrativeUnit
from layers.models import Building, FireStation
from routes.assumptions import ensure_assumptions
from routes.engine.weighing import RECORDED
from routes.models import Vehicle
from routes.network.live import live_network
from routes.siting import asking
from routes.siting.comparing import compare
from routes.siting.critical_answer import CRITICAL_ANSWER
from routes.siting.enough import served_with
from routes.siting.ground import homes_on
from routes.siting.models import PlannedSource, Scenario
from routes.siting.removals_answer import REMOVALS_ANSWER
from routes.siting.sites_openapi import SITES_ANSWER
from routes.vehicle_profiles import ensure_profiles
from tests.db.routes.test_passability_api import as_json_schema
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

WIDE = {"clear_width_m": 6.0, "clear_height_m": 5.0, "max_weight_t": 30.0}
SCHEMAS = {"siting": SITES_ANSWER, "removals": REMOVALS_ANSWER, "critical-sources": CRITICAL_ANSWER}


@pytest.fixture
def plan():
    """A street of 1,500 m from A over B and C to D with a station at A; at C a lane of 200 m to E, all wide."""
    ensure_profiles()
    ensure_assumptions()
    sketch = Sketch(
        """
        A..............B..............C..............D
                                      .
                                      .
                                      .
                                      .
                                      E
        """,
        cell_m=33.4,
    )
    for path in ("AB", "BC", "CD", "CE"):
        sketch.road(path, name=f"Phố {path}", **WIDE)
    lon, lat = sketch.point("A")
    FireStation.objects.create(ref="station/1", name="Đội 1", geom=f"SRID=4326;POINT({lon} {lat})")
    return sketch


def home(sketch, place, households=None, shift_m=(0.0, 3.0), **columns):
    lon, lat = sketch.point(place, shift_m=shift_m)
    ref = f"home/{Building.objects.count()}"
    return Building.objects.create(
        ref=ref, geom=f"SRID=4326;POINT({lon} {lat})", use="home", households=households, **columns
    )


def ask(client, what, **query):
    response = client.get(f"/api/{what}", query, headers={"accept-language": "en"})
    assert response.status_code == 200, response.content
    answer = response.json()
    jsonschema.validate(answer, as_json_schema(SCHEMAS[what]))
    return answer


def refused(client, what, status, **query):
    response = client.get(f"/api/{what}", query, headers={"accept-language": "en"})
    assert response.status_code == status, response.content
    return response.json()


def properties(answer):
    return [feature["properties"] for feature in answer["features"]]


# Where to build -------------------------------------------------------------------------------------------------------


def test_the_first_source_stands_where_most_households_are(client, plan):
    home(plan, "A", 3)
    home(plan, "D", 10)
    answer = ask(client, "siting", k=1)
    assert answer["outcome"] == "found"
    assert answer["households"]["newly_covered"] == answer["bound"]["newly_covered_at_most"] == 10
    assert answer["bound"]["proven_best"]
    assert properties(answer)[0]["adds_households"] == 10
    assert ask(client, "siting", k=2)["households"]["newly_covered"] == 13


def test_a_home_with_a_working_hydrant_needs_none_and_a_faulty_one_gives_nothing(client, plan):
    home(plan, "A", 3)
    plan.hydrant("A", flow_lps=20)
    assert ask(client, "siting", k=1)["outcome"] == "all_covered"
    apps.get_model("hydrants.Hydrant").objects.update(status="faulty")
    assert ask(client, "siting", k=1)["households"]["newly_covered"] == 3
    apps.get_model("hydrants.Hydrant").objects.update(status="unknown")
    assert ask(client, "siting", k=1)["households"]["covered_today"] == 0


def test_a_way_of_which_nobody_knows_whether_people_pass_covers_nobody(client, plan):
    home(plan, "E", 4)
    plan.hydrant("C", flow_lps=20)
    plan.restriction("CE", on="CE", kind="fence", passable_on_foot="unknown", blocks_vehicles="yes")
    households = ask(client, "siting", k=1)["households"]
    assert (households["covered_today"], households["perhaps_today"]) == (0, 4)


def test_with_a_flow_a_home_counts_by_the_water_it_needs_not_by_the_hose_alone(client, plan):
    home(plan, "A", 3, storeys=2)  # needs 10 L/s
    plan.hydrant("A", flow_lps=8)
    assert ask(client, "siting", k=1)["outcome"] == "all_covered"
    enough = ask(client, "siting", k=1, flow_lps=10)
    assert (enough["outcome"], enough["households"]["newly_covered"]) == ("found", 3)
    assert "the water they need" in enough["sentence"]
    too_little = ask(client, "siting", k=1, flow_lps=9)
    assert too_little["outcome"] == "nothing_helps"
    assert (too_little["households"]["beyond_one"], too_little["households"]["covered_today"]) == (3, 0)
    apps.get_model("hydrants.Hydrant").objects.update(flow_lps=10)
    assert ask(client, "siting", k=1, flow_lps=10)["outcome"] == "all_covered"


def test_a_home_that_needs_two_sources_is_helped_by_one_where_it_has_another(client, plan):
    home(plan, "A", 3, storeys=30)  # needs 30 L/s, which take two
    assert ask(client, "siting", k=5, flow_lps=30)["households"]["beyond_one"] == 3
    plan.hydrant("A", flow_lps=12, main_ref="M1")
    assert ask(client, "siting", k=1, flow_lps=17)["outcome"] == "nothing_helps"
    assert ask(client, "siting", k=1, flow_lps=18)["households"]["newly_covered"] == 3


def test_a_tank_is_told_what_it_must_hold(client, plan):
    home(plan, "D", 3, storeys=2)
    (site,) = properties(ask(client, "siting", k=1, kind="tank", flow_lps=15))
    assert (site["flow_lps"], site["holds_m3"]) == (15, 54)
    (site,) = properties(ask(client, "siting", k=1, kind="tank", flow_lps=20))
    assert site["holds_m3"] == 20 * 3.6 * 3  # H.1: above 15 L/s three hours
    assert properties(ask(client, "siting", k=1, kind="tank"))[0]["holds_m3"] is None
    assert properties(ask(client, "siting", k=1, flow_lps=15))[0]["holds_m3"] is None


def test_homes_of_unknown_need_or_way_are_not_covered_by_a_guess(client, plan):
    home(plan, "D", 2)  # nobody counted its storeys: 10 to 30 L/s, perhaps from two
    home(plan, "D", 5, storeys=2, shift_m=(0.0, 300.0))  # on no road
    households = ask(client, "siting", k=1, flow_lps=12)["households"]
    assert (households["newly_covered"], households["beyond_one"]) == (0, 7)


@pytest.mark.parametrize("seed", range(4))
def test_whom_one_more_source_helps_agrees_with_plans_that_build_it(client, plan, seed):
    """The oracle computes all of coverage anew with a hydrant at the door of each home, as a plan does."""
    rng = np.random.default_rng(seed)
    for place in rng.choice(list("ABCDE"), 8):
        storeys, along_m = int(rng.integers(1, 14)) if rng.random() < 0.8 else None, float(rng.uniform(0, 60))
        beside_road = {"A": (along_m, 3.0), "E": (3.0, along_m)}.get(place, (-along_m, 3.0))
        home(plan, place, int(rng.integers(1, 9)), storeys=storeys, shift_m=beside_road)
    for place in rng.choice(list("ABCDE"), 4, replace=False):
        flow = [None, 5, 12, 20][rng.integers(4)]
        plan.hydrant(place, flow_lps=flow, main_ref=["", "M1", "M2"][rng.integers(3)], last_inspected_on="2026-11-01")
    flow_lps, now, engine = [10.0, 15.0, 30.0][rng.integers(3)], timezone.now(), "engine-large"
    sighting = live_network().current()
    homes = homes_on(sighting.network)
    vehicle = Vehicle.objects.get(code=engine)
    served = served_with(homes, sighting.network, flow_lps=flow_lps, at=now, vehicle=vehicle)
    covered = []
    for number, (lon, lat) in enumerate([(None, None), *homes.lon_lat.tolist()]):
        scenario = Scenario.objects.create(name=f"p{number}")
        if lon is not None:
            PlannedSource.objects.create(
                scenario=scenario, kind="hydrant", flow_lps=flow_lps, geom=f"SRID=4326;POINT({lon} {lat})"
            )
        found = compare(scenario, sighting.network, frozenset(), on=timezone.localdate(now), vehicle=engine)
        at = [found.plan.house_at[0, int(pk)] for pk in homes.id]
        covered.append(found.plan.weighed.level[at] >= RECORDED)
    assert served.surely.tolist() == covered[0].tolist()
    own = np.array([covered[1 + n][n] for n in range(len(homes.id))])
    assert served.helped.tolist() == (own & ~covered[0]).tolist()


def test_homes_whose_households_nobody_counted_count_as_one_and_are_told(client, plan):
    home(plan, "D")
    answer = ask(client, "siting", k=1)
    assert (answer["households"]["all"], answer["households"]["homes_uncounted"]) == (1, 1)
    assert any("nobody counted" in note for note in answer["notes"])


def test_a_rule_that_cannot_be_checked_is_told_and_not_passed(client, plan):
    home(plan, "D", 1)
    checks = {check["key"]: check for check in properties(ask(client, "siting", k=1))[0]["checks"]}
    assert (checks["main_diameter"]["standing"], checks["main_diameter"]["because"]) == ("unknown", "no_mains")
    assert (checks["hydrant_to_wall"]["standing"], checks["hydrant_to_wall"]["because"]) == ("unknown", "no_buildings")
    assert checks["hydrant_spacing"]["standing"] == "not_met"
    assert all(check["clause"] for check in checks.values())


def test_with_a_budget_no_more_is_built_than_it_pays(client, plan):
    for place in "ADE":
        home(plan, place, 2)
    answer = ask(client, "siting", k=3, budget=10, cost_hydrant=6)
    assert len(answer["features"]) == 1
    assert answer["households"]["newly_covered"] <= answer["bound"]["newly_covered_at_most"]


def test_places_that_the_vehicle_surely_does_not_reach_are_left_out(client, plan):
    home(plan, "E", 5)
    plan.restriction("C", on="CE", kind="barrier", blocks_vehicles="yes", shift_m=(0.0, -20.0), passable_on_foot="yes")
    answer = ask(client, "siting", k=1, vehicle="engine-large")
    assert answer["rests_on"]["candidates_excluded"] > 0
    assert properties(answer)[0]["truck"] == "passable"


def test_new_sources_stand_apart_where_that_is_asked(client, plan):
    for place in "ABCDE":
        home(plan, place, 2)
    answer = ask(client, "siting", k=5, apart_m=1000)
    assert len(answer["features"]) == 2


def test_highs_certifies_the_answer(client, plan):
    for place in "ABDE":
        home(plan, place, 2)
    answer = ask(client, "siting", k=2, certificate="yes")
    assert answer["bound"]["proven_best"]


def test_only_the_homes_of_the_ward_count(client, plan):
    square = "SRID=4326;MULTIPOLYGON(((105 20,106 20,106 22,105 22,105 20)))"
    ward = AdministrativeUnit.objects.create(
        ref="unit/1", code="00082", name="Cửa Nam", level=3, valid_from="2025-07-01", geom=square
    )
    home(plan, "D", 7)
    assert ask(client, "siting", k=1, ward=ward.code)["households"]["all"] == 7
    assert ask(client, "siting", k=1, bbox="105.0,20.0,105.1,20.1")["outcome"] == "no_homes"
    assert refused(client, "siting", 404, k=1, ward="99999")["type"].endswith("unknown-ward")
    assert refused(client, "siting", 400, k=1, ward="00082", bbox="105,20,106,22")["type"].endswith("invalid-area")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"k": 0},
        {"k": -1},
        {"k": "many"},
        {"k": 1, "budget": 0, "cost_hydrant": 1},
        {"k": 1, "budget": -5, "cost_hydrant": 1},
        {"k": 1, "budget": 5, "cost_hydrant": 0},
        {"k": 1, "budget": 5},
        {"k": 1, "cost_hydrant": 5},
        {"k": 1, "candidates": "moon"},
        {"k": 1, "candidates": "scenario"},
        {"k": 1, "spacing_m": 1},
        {"k": 1, "wards": "1"},
    ],
)
def test_a_question_without_sense_is_refused(client, plan, query):
    home(plan, "A", 1)
    refused(client, "siting", 400, **query)


def test_too_many_places_are_refused_with_what_would_be_right(client, plan, monkeypatch):
    monkeypatch.setattr("routes.siting.candidates.MOST", 10)
    assert "spacing_m" in refused(client, "siting", 422, k=1)["detail"]


def test_a_second_question_at_once_is_told_to_come_again(client, plan):
    with asking.one_at_a_time():
        assert refused(client, "siting", 503, k=1)["type"].endswith("too-much-at-once")
    ask(client, "siting", k=1)  # the slot is free again


def test_a_question_costs_a_fixed_number_of_queries(client, plan):
    home(plan, "A", 1)
    ask(client, "siting", k=1)
    with CaptureQueriesContext(connection) as few:
        ask(client, "siting", k=2)
    for place in "BCDE":
        home(plan, place, 1)
    ask(client, "siting", k=1)
    with CaptureQueriesContext(connection) as many:
        ask(client, "siting", k=2)
    assert len(few) == len(many)


# What to remove -------------------------------------------------------------------------------------------------------


def gate(plan, place, on, **columns):
    stops = {"kind": "barrier", "blocks_vehicles": "yes", "passable_on_foot": "yes", **columns}
    return plan.restriction(place, on=on, **stops)


def test_the_gate_before_most_homes_comes_first_and_they_open_surely(client, plan):
    gate(plan, "C", "CE", shift_m=(0.0, -50.0), ref="gate/lane")
    gate(plan, "D", "CD", shift_m=(-50.0, 0.0), ref="gate/street")
    home(plan, "E", 5)
    home(plan, "D", 2)
    home(plan, "A", 1)
    answer = ask(client, "removals", vehicle="engine-large")
    first, second = properties(answer)
    assert (first["ref"], first["action"], first["opened"]) == ("gate/lane", "remove", {"households": 5, "homes": 1})
    assert first["opened_surely"] == first["opened"]
    assert second["opened"]["households"] == 2
    assert answer["today"]["surely_reached"]["households"] == 1
    assert answer["today"]["fewest_removals"] == [{"removals": 1, "households": 7, "homes": 2}]


def test_gates_in_series_open_nothing_alone_and_two_is_the_smallest_number(client, plan):
    gate(plan, "C", "CE", shift_m=(0.0, -50.0), ref="gate/1")
    gate(plan, "C", "CE", shift_m=(0.0, -90.0), ref="gate/2")
    home(plan, "E", 5)
    answer = ask(client, "removals", vehicle="engine-large")
    assert answer["outcome"] == "nothing_opens"
    assert answer["features"] == []
    assert answer["today"]["fewest_removals"] == [{"removals": 2, "households": 5, "homes": 1}]


def test_a_gate_that_nobody_measured_is_to_be_measured_and_opens_nothing(client, plan):
    plan.restriction("C", on="CE", kind="gate", shift_m=(0.0, -50.0), passable_on_foot="yes")
    home(plan, "E", 5)
    (only,) = properties(ask(client, "removals", vehicle="engine-large"))
    assert (only["verdict"], only["action"], only["opened"]["homes"]) == ("unknown", "measure", 0)
    assert only["made_sure"] == {"households": 5, "homes": 1}


def test_behind_a_road_that_nobody_measured_homes_open_only_perhaps(client, plan):
    apps.get_model("routes.Road").objects.filter(ref="CE").update(clear_width_m=None, clear_width_evidence="none")
    gate(plan, "C", "CE", shift_m=(0.0, -50.0))
    home(plan, "E", 5)
    (only,) = properties(ask(client, "removals", vehicle="engine-large"))
    assert (only["opened"]["homes"], only["opened_surely"]["homes"]) == (1, 0)


def test_within_the_hose_a_home_behind_a_gate_is_reached_already(client, plan):
    gate(plan, "C", "CE", shift_m=(0.0, -50.0))
    home(plan, "C", 5, shift_m=(3.0, -90.0))
    assert ask(client, "removals", vehicle="engine-large")["today"]["blocked"]["homes"] == 1
    answer = ask(client, "removals", vehicle="engine-large", hose_m=60)
    assert (answer["outcome"], answer["today"]["surely_reached"]["homes"]) == ("all_open", 1)
    # Hose goes through no wall that people do not pass.
    apps.get_model("routes.AccessRestriction").objects.update(passable_on_foot="no")
    assert ask(client, "removals", vehicle="engine-large", hose_m=60)["today"]["blocked"]["homes"] == 1


def test_removals_without_a_vehicle_or_from_nowhere_are_refused_or_told(client, plan):
    refused(client, "removals", 400)
    refused(client, "removals", 404, vehicle="engine-large", **{"from": "station/9"})
    home(plan, "A", 1)
    assert ask(client, "removals", vehicle="engine-large", **{"from": "105.9,21.2"})["outcome"] == "not_near_road"


# What is missed most --------------------------------------------------------------------------------------------------


def test_the_source_that_alone_covers_most_households_comes_first(client, plan):
    plan.hydrant("A", flow_lps=20)
    plan.hydrant("D", flow_lps=20)
    home(plan, "A", 3)
    home(plan, "D", 9)
    answer = ask(client, "critical-sources")
    assert [(p["ref"], p["uncovers_households"]) for p in properties(answer)] == [("hydrant/D", 9), ("hydrant/A", 3)]
    assert answer["households"]["on_one_only"] == 12


def test_where_two_cover_a_home_none_is_missed_unless_both_hang_on_one_main(client, plan):
    for place, shift in (("A", 20.0), ("B", -330.0)):
        plan.hydrant(place, flow_lps=20, main_ref="DN150 AB", geom=f"SRID=4326;POINT{_wkt(plan, place, shift)}")
    home(plan, "A", 3, shift_m=(100.0, 3.0))
    assert ask(client, "critical-sources")["outcome"] == "nobody_depends"
    answer = ask(client, "critical-sources", fails="main")
    assert {p["uncovers_households"] for p in properties(answer)} == {3}
    assert len(properties(answer)) == 2


def _wkt(plan, place, east_m):
    lon, lat = plan.point(place, shift_m=(east_m, 0.0))
    return f"({lon} {lat})"


def test_no_usable_source_and_no_home_are_answers_of_their_own(client, plan):
    assert ask(client, "critical-sources")["outcome"] == "no_homes"
    home(plan, "A", 3)
    assert ask(client, "critical-sources")["outcome"] == "no_source"
