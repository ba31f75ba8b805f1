"""`/api/marks` on lanes: what blocks a lane stands in the next way, and is taken away exactly when it was not true."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from gis_core.history import read_history
from gis_core.roles import Role
from layers.mark_models import Mark
from routes.assumptions import ensure_assumptions
from routes.models import AccessRestriction
from routes.vehicle_profiles import ensure_profiles
from tests.asked import refusal_of
from tests.db.hydrants.test_marks import judge, marks, send, somebody
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db
WIDE = {"clear_width_m": 5.0, "clear_height_m": 5.0, "max_weight_t": 30.0, "clear_width_evidence": "surveyed"}


@pytest.fixture
def plan():
    """One street from A to C; the mark is made at x, some metres beside it."""
    ensure_profiles()
    ensure_assumptions()
    sketch = Sketch("A....x....B....y....C")
    evidence = {"clear_height_evidence": "surveyed", "max_weight_evidence": "surveyed"}
    sketch.road("AxB", ref="AB", name="Ngõ 29", highway="residential", **WIDE, **evidence)
    sketch.road("ByC", ref="BC", name="Ngõ 29", highway="residential", **WIDE, **evidence)
    return sketch


@pytest.fixture
def an():
    return somebody("an")


@pytest.fixture
def binh():
    return somebody("binh")


@pytest.fixture
def team():
    return somebody("team", Role.FIELD)


def mark(client, plan, kind="lane_blocked", obstacle="construction", at="x", beside_m=6, **more):
    sent = {"kind": kind, "place": list(plan.point(at, shift_m=(0, beside_m))), **more}
    if obstacle:
        sent["obstacle"] = obstacle
    response = send(client, sent)
    assert response.status_code == 201, response.content
    return response.json()


def clear(client, plan, **more):
    return mark(client, plan, "lane_clear", None, **more)


def verdict(client, plan, at=None):
    """Give the verdict of the fastest way from A to C; blocked where there is none."""
    places = {name: "{:.8f},{:.8f}".format(*plan.point(letter)) for name, letter in (("from", "A"), ("to", "C"))}
    query = {**places, "vehicle": "engine-large", "at": (at or timezone.localtime()).isoformat()}
    answer = client.get("/api/route", query, headers={"accept-language": "en"}).json()
    fastest = [f["properties"]["verdict"] for f in answer["features"] if f["properties"].get("way") == "fastest"]
    return fastest[0] if fastest else "blocked"


def test_a_lane_that_is_dug_up_blocks_the_next_way_and_the_history_says_who(client, an, plan):
    assert verdict(client, plan) == "passable"
    said = mark(an, plan)
    assert said["effect"] == "No way of a vehicle leads through here from now on."
    assert (said["about"]["layer"], said["about"]["ref"], said["obstacle"]) == ("roads", "AB", "construction")
    assert verdict(client, plan) == "blocked"
    row = AccessRestriction.objects.get()
    assert (row.ref, row.source, row.evidence, row.road_ref) == (f"mark/{said['id']}", "mark", "none", "AB")
    assert row.geom.distance(Mark.objects.get().geom) > 0  # on the axis of its road, not beside it
    assert row.road_fraction == pytest.approx(0.5, abs=0.01)
    assert read_history(AccessRestriction, row.pk)[0].by == "an"


def test_what_may_be_moved_or_driven_past_makes_the_way_unknown_not_blocked(client, an, plan):
    assert verdict(client, plan) == "passable"
    said = mark(an, plan, obstacle="parked_vehicles")
    assert said["effect"].startswith("Whether a vehicle gets through here is unknown")
    assert verdict(client, plan) == "unknown"
    assert AccessRestriction.objects.get().blocks_vehicles == "unknown"


def test_what_is_gone_by_itself_counts_to_the_end_of_the_next_day(client, an, plan):
    said = mark(an, plan, obstacle="market")
    row, today = AccessRestriction.objects.get(), timezone.localdate()
    assert row.valid_to == today + timedelta(days=2) == date.fromisoformat(said["expires_at"][:10])
    assert verdict(client, plan, at=timezone.localtime() + timedelta(days=2)) == "passable"
    Mark.objects.update(expires_at=timezone.now())
    assert [one["state"] for one in marks(an, "?state=expired")] == ["expired"]


def test_a_refuted_mark_is_undone_exactly(client, an, team, plan):
    other = AccessRestriction.objects.create(ref="gate", kind="gate", geom="POINT(105.9 21.1)", blocks_vehicles="yes")
    said = mark(an, plan)
    assert judge(team, said, "refute").json()["effect"] == "Nothing is changed by it any more."
    assert list(AccessRestriction.objects.all()) == [other]
    assert verdict(client, plan) == "passable"


def test_an_obstacle_that_somebody_surveyed_since_is_theirs_and_stays(an, team, plan):
    said = mark(an, plan)
    AccessRestriction.objects.update(clear_width_m=2.1, evidence="surveyed")
    judge(team, said, "refute")
    assert AccessRestriction.objects.get().clear_width_m == 2.1


def test_a_second_person_makes_a_survey_of_it(an, binh, plan):
    judge(binh, mark(an, plan), "confirm")
    row = AccessRestriction.objects.get()
    assert (row.evidence, row.blocks_vehicles) == ("surveyed", "yes")


def test_two_people_who_differ_make_the_lane_unknown_until_somebody_looks(client, an, binh, team, plan):
    said = mark(an, plan)
    other = clear(binh, plan)
    assert "in doubt" in other["effect"]
    assert AccessRestriction.objects.get().blocks_vehicles == "unknown"
    assert verdict(client, plan) == "unknown"
    assert judge(team, other, "refute").status_code == 200
    assert AccessRestriction.objects.get().blocks_vehicles == "yes"
    third = clear(binh, plan)
    judge(team, third, "confirm")
    assert not AccessRestriction.objects.exists()
    assert verdict(client, plan) == "passable"
    assert [one["state"] for one in marks(an, "?state=refuted") if one["id"] == said["id"]] == ["refuted"]


def test_who_marked_a_lane_and_finds_it_clear_takes_the_obstacle_away(client, an, plan):
    mark(an, plan)
    clear(an, plan)
    assert not AccessRestriction.objects.exists()
    assert verdict(client, plan) == "passable"


def test_what_was_recorded_before_is_put_in_doubt_by_a_clear_lane_and_given_back(an, team, plan):
    wall = plan.restriction("x", kind="fence", blocks_vehicles="yes", road_ref="AB")
    far = plan.restriction("y", kind="fence", blocks_vehicles="yes", road_ref="BC")
    gate = plan.restriction("x", ref="gate", kind="gate", clear_width_m=2.0, road_ref="AB")
    said = clear(an, plan)
    assert said["effect"].startswith("1 obstacle recorded here is in doubt")
    assert {row.pk: row.blocks_vehicles for row in AccessRestriction.objects.all()} == {
        wall.pk: "unknown", far.pk: "yes", gate.pk: "unknown",
    }  # fmt: skip
    gate.refresh_from_db()
    assert gate.clear_width_m == 2.0
    judge(team, said, "refute")
    assert {row.pk: row.blocks_vehicles for row in AccessRestriction.objects.all()} == {
        wall.pk: "yes", far.pk: "yes", gate.pk: "unknown",
    }  # fmt: skip


def test_a_mark_that_is_near_no_road_is_refused(an, plan):
    sent = {"kind": "lane_blocked", "obstacle": "gate", "place": list(plan.point("x", shift_m=(0, 40)))}
    assert refusal_of(send(an, sent), says="25 m")["status"] == 422
    assert send(an, sent | {"about": {"layer": "roads", "ref": "AB"}}).status_code == 201
    for about, status in (({"layer": "roads", "ref": "zzz"}, 422), ({"layer": "hydrants", "ref": "AB"}, 422)):
        assert refusal_of(send(an, sent | {"about": about}))["status"] == status
    sent = {**sent, "place": list(plan.point("x"))}
    assert refusal_of(send(an, sent | {"obstacle": None}), says="obstacle")["status"] == 400
    assert refusal_of(send(an, sent | {"obstacle": "dragon"}), says="obstacle")["status"] == 400
    assert Mark.objects.count() == 1


def test_what_can_be_marked_is_listed_for_forms(client):
    answer = client.get("/api/mark-kinds", headers={"accept-language": "en"})
    kinds = {kind["kind"]: kind for kind in json.loads(answer.content)["kinds"]}
    assert list(kinds) == ["source_dry", "source_works", "lane_blocked", "lane_clear"]
    assert "parked_vehicles" in [one["obstacle"] for one in kinds["lane_blocked"]["obstacles"]]
    assert kinds["lane_clear"]["obstacles"] == []
