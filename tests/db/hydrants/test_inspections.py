"""`/api/inspections`: a fault takes a source out of service by itself; what is due near me."""

import json
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from jsonschema import Draft4Validator

from gis_core.history import read_history
from gis_core.policy import Actor, Grant
from gis_core.roles import Role
from gis_core.sending import SentOtherwise
from hydrants.inspection_models import Inspection
from hydrants.inspection_openapi import CHECK_LISTS_ANSWER, DUE_ANSWER, INSPECTION, INSPECTIONS_ANSWER
from hydrants.inspections import InspectionDraft, record_inspection
from hydrants.models import Hydrant, IntakePoint, WaterTank
from tests.asked import refusal_of
from tests.db.gis_core.conftest import unit  # noqa: F401 - a fixture
from tests.db.hydrants.conftest import point_at
from tests.db.hydrants.test_flow_tests import as_role
from tests.db.hydrants.test_nearest_water_api import as_json_schema

pytestmark = pytest.mark.django_db
PATH = "/api/inspections"
DUE = "/api/inspections-due?lon=105.82&lat=21.0"
NEAREST = "/api/nearest-water?lon=105.82&lat=21.0"


@pytest.fixture
def field(client):
    return as_role(client, Role.FIELD)


def send(client, source, outcome="works", day="2026-11-01", idempotency_key="", **checks):
    sent = {"source": source, "inspected_on": day, "outcome": outcome, **checks}
    headers = {"accept-language": "en", **({"idempotency-key": idempotency_key} if idempotency_key else {})}
    return client.post(PATH, json.dumps(sent), "application/json", headers=headers)


def inspect(client, source, outcome="works", **checks):
    response = send(client, source, outcome, **checks)
    assert response.status_code == 201, response.content
    answer = json.loads(response.content)
    Draft4Validator(as_json_schema(INSPECTION)).validate(answer)
    return answer


def get(client, path):
    response = client.get(path, headers={"accept-language": "en"})
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def key(record):
    return {Hydrant: "hydrants", IntakePoint: "intake-points", WaterTank: "water-tanks"}[type(record)] + f"/{record.pk}"


def test_a_fault_takes_the_source_out_of_the_next_answer_and_the_history_says_who(client, field, hydrant):
    near, far = hydrant(10), hydrant(60)
    before = get(client, NEAREST)
    assert before["features"][0]["id"] == key(near)
    answer = inspect(client, key(near), "faulty", leak="yes", remarks="Van kẹt")
    assert (answer["status_before"], answer["status_after"]) == ("working", "faulty")
    assert [finding["finding"] for finding in answer["findings"]] == ["leaks"]
    after = get(client, NEAREST)
    assert [feature["id"] for feature in after["features"]] == [key(far)]
    assert after["passed_over"][0]["properties"]["reason"] == "status_faulty"
    assert after["data_version"] != before["data_version"]
    assert read_history(Hydrant, near.pk)[0].by == field.username
    assert read_history(Inspection, answer["id"])[0].by == field.username


def test_a_look_verifies_and_puts_back_into_service(client, field, tank):
    found = tank(status="faulty")
    inspect(client, key(found), water_level="enough", suction_depth_m=2.5, accessible="yes")
    found.refresh_from_db()
    day = date(2026, 11, 1)
    assert (found.status, found.status_on, found.last_inspected_on, found.verified_on) == ("working", day, day, day)
    assert (found.evidence, found.suction_depth_m) == ("surveyed", 2.5)


def test_a_berth_found_too_deep_is_passed_over_for_that(client, field, berth):
    found = berth()
    inspect(client, key(found), suction_depth_m=8)
    assert get(client, NEAREST)["passed_over"][0]["properties"]["reason"] == "suction_too_deep"


def test_what_could_not_be_tested_stays_as_it_was_and_stays_due(client, field, hydrant):
    found = hydrant()
    answer = inspect(client, key(found), "cannot_be_tested", why="locked")
    assert (answer["status_after"], answer["why_label"]) == ("working", "locked")
    found.refresh_from_db()
    assert (found.verified_on, found.last_inspected_on, found.status_on) == (None, None, None)
    assert [feature["id"] for feature in get(client, DUE)["features"]] == [key(found)]
    inspect(client, key(found), "cannot_be_tested", why="obstructed", accessible="no")
    assert Hydrant.objects.get().status == "blocked"


def test_an_older_look_written_down_late_changes_nothing(client, field, hydrant):
    day = date(2026, 10, 1)
    found = hydrant(status_on=day, verified_on=day, last_inspected_on=day, static_pressure_kpa=300)
    inspect(client, key(found), "faulty", day="2026-05-01", pressure_kpa=20)
    found.refresh_from_db()
    assert (found.status, found.status_on, found.verified_on, found.static_pressure_kpa) == ("working", day, day, 300)
    assert Inspection.objects.count() == 1


def test_what_is_sent_twice_counts_once_whoever_sends_it_again(client, field, hydrant):
    found = hydrant()
    first = send(client, key(found), "faulty", leak="yes", remarks="Van kẹt", idempotency_key="k1")
    Hydrant.objects.update(status="working")  # somebody mended it meanwhile
    again = send(client, key(found), "faulty", leak="yes", remarks="Van kẹt", idempotency_key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (Inspection.objects.count(), Hydrant.objects.get().status) == (1, "working")
    as_role(client, Role.PLANNER)  # the next one at the same telephone
    assert (
        send(client, key(found), "faulty", leak="yes", remarks="Van kẹt", idempotency_key="k1").json() == first.json()
    )
    assert Inspection.objects.count() == 1


def test_a_key_that_comes_with_another_look_is_refused(client, field, hydrant):
    found, other = hydrant(), hydrant(50)
    send(client, key(found), pressure_kpa=200.5, idempotency_key="k1")
    for source, checks in (
        (found, {"pressure_kpa": 200.0}),
        (found, {"outcome": "faulty"}),
        (other, {"pressure_kpa": 200.5}),
    ):
        refused = refusal_of(send(client, key(source), **checks, idempotency_key="k1"), says="came with something else")
        assert refused["status"] == 409
    assert refusal_of(send(client, key(found), idempotency_key="k" * 101))["status"] == 400
    assert Inspection.objects.count() == 1
    send(client, key(found))
    send(client, key(found))  # without a key nobody can tell
    assert Inspection.objects.count() == 3


@pytest.mark.parametrize("sources", [("A", "A"), ("A", "B")])
@pytest.mark.django_db(transaction=True)
def test_of_two_sendings_of_one_key_at_the_same_moment_one_is_stored(sources):
    keys = {name: Hydrant.objects.create(ref=name, status="working", geom=point_at(0, 0)).pk for name in "AB"}
    actor, barrier, got = Actor("x", (Grant(Role.FIELD),)), Barrier(2), []

    def look(name):
        body = {"source": f"hydrants/{keys[name]}", "inspected_on": "2026-11-01", "outcome": "faulty"}
        draft = InspectionDraft.from_body(body, today=date(2026, 11, 1), key="k1")
        try:
            barrier.wait()
            got.append(record_inspection(draft, actor=actor).pk)
        except SentOtherwise:
            got.append(None)
        finally:
            connection.close()

    threads = [Thread(target=look, args=(name,)) for name in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = Inspection.objects.get().pk
    assert sorted(got, key=str) == ([stored, stored] if len(set(sources)) == 1 else sorted([stored, None], key=str))


def test_a_repeated_key_does_not_help_whoever_may_not_write(client, hydrant):
    found = hydrant()
    as_role(client, Role.FIELD)
    send(client, key(found), idempotency_key="k1")
    as_role(client, Role.DISPATCHER)
    assert send(client, key(found), idempotency_key="k1").status_code == 403


@pytest.mark.parametrize(
    ("checks", "status", "reason"),
    [
        ({"outcome": "fine"}, 400, "must be one of works"),
        ({"outcome": None}, 400, "missing"),
        ({"day": "2999-01-01"}, 400, "still to come"),
        ({"leak": True}, 400, "must be one of"),
        ({"pressure_kpa": "100"}, 400, "not a text"),
        ({"pressure_kpa": -1}, 422, "pressure of -1"),
        ({"pressure_kpa": 0}, 422, "without pressure"),
        ({"water_level": "low"}, 422, "not on the check list"),
        ({"outcome": "cannot_be_tested"}, 422, "Say why"),
        ({"outcome": "missing", "leak": "no"}, 422, "has no leak"),
        ({"surplus": 1}, 400, "is not known here"),
    ],
)
def test_an_inspection_that_cannot_be_is_refused_and_changes_nothing(client, field, hydrant, checks, status, reason):
    found = hydrant()
    response = send(client, key(found), **checks)
    assert response.status_code == status, response.content
    refusal_of(response, says=reason)
    found.refresh_from_db()
    assert (Inspection.objects.count(), found.version) == (0, 1)


def test_a_source_that_is_not_there_is_said_so(client, field):
    assert send(client, "hydrants/999999").status_code == 404
    assert client.get(f"{PATH}?source=hydrants/999999").status_code == 404
    assert send(client, "roads/1").status_code == 400


def test_only_a_team_of_the_place_writes(client, hydrant, unit):  # noqa: F811 - the fixture
    here, elsewhere = unit("here", 105.8), unit("elsewhere", 106.3)
    found = hydrant()
    assert send(client, key(found)).status_code == 401
    as_role(client, Role.DISPATCHER)
    assert send(client, key(found)).status_code == 403
    as_role(client, Role.FIELD, elsewhere)
    refusal_of(send(client, key(found), "faulty"), says="only inside your own")
    assert (Inspection.objects.count(), Hydrant.objects.get().status) == (0, "working")
    as_role(client, Role.FIELD, here)
    inspect(client, key(found))


def test_who_looked_is_told_to_the_service_only(client, field, hydrant):
    found = hydrant()
    inspect(client, key(found), inspected_by="Nguyễn Văn A (hư cấu)", remarks="Gọi bảo vệ")
    assert get(client, f"{PATH}?source={key(found)}")["inspections"][0]["inspected_by"] == "Nguyễn Văn A (hư cấu)"
    client.logout()
    answer = get(client, f"{PATH}?source={key(found)}")
    Draft4Validator(as_json_schema(INSPECTIONS_ANSWER)).validate(answer)
    assert (answer["inspections"][0]["inspected_by"], answer["inspections"][0]["remarks"]) == (None, None)


def test_nearest_water_says_whether_a_source_is_verified_and_ranks_as_before(client, hydrant):
    today = timezone.localdate()
    old, fresh = hydrant(10, verified_on=today - timedelta(days=182)), hydrant(30, verified_on=today)
    never = hydrant(50)
    features = get(client, NEAREST)["features"]
    assert [feature["id"] for feature in features] == [key(old), key(fresh), key(never)]
    assert [f["properties"]["verification"] for f in features] == ["recorded", "verified", "recorded"]
    assert features[0]["properties"]["verification_label"] == "recorded only"


def test_what_is_due_near_me_is_what_is_no_longer_verified_nearest_first(client, hydrant, berth, tank):
    today = timezone.localdate()
    seen = today - timedelta(days=200)
    far, near = hydrant(300), berth(20, verified_on=seen)
    own, public = tank(40, verified_on=seen, owner="Chợ"), tank(60, verified_on=seen, owner="Viwaco")
    to_come, fresh = hydrant(80, verified_on=today + timedelta(days=3)), hydrant(5, verified_on=today)
    out_of_reach = hydrant(2_000)
    answer = get(client, DUE)
    Draft4Validator(as_json_schema(DUE_ANSWER)).validate(answer)
    ids = [feature["id"] for feature in answer["features"]]
    assert ids == [key(near), key(public), key(to_come), key(far)]
    assert not {key(own), key(fresh), key(out_of_reach)} & set(ids)
    due = answer["features"][0]["properties"]
    assert (due["due_on"], due["period_days"]) == ((seen + timedelta(days=182)).isoformat(), 182)
    because = [feature["properties"]["due_because"] for feature in answer["features"]]
    assert because == ["period_over", "period_over", "dated_ahead", "never"]
    assert due["due_because_label"] == "its period is over"
    assert len(get(client, f"{DUE}&limit=2")["features"]) == 2
    assert [f["id"] for f in get(client, f"{DUE}&max_distance_m=30")["features"]] == [key(near)]


def test_questions_cost_the_same_queries_however_much_there_is(client, field, hydrant, django_assert_num_queries):
    found = [hydrant(10 * number) for number in range(10)]
    for source in found:
        inspect(client, key(source), "cannot_be_tested", why="locked")
    client.logout()
    get(client, DUE)  # Django reads the coordinate system once a process
    with transaction.atomic(), django_assert_num_queries(3):
        assert len(get(client, DUE)["features"]) == 10
    with transaction.atomic(), django_assert_num_queries(3):
        get(client, f"{PATH}?source={key(found[0])}")


def test_check_lists_are_told(client, db):
    answer = get(client, "/api/check-lists")
    Draft4Validator(as_json_schema(CHECK_LISTS_ANSWER)).validate(answer)
    assert [len(each["items"]) for each in answer["check_lists"]] == [4, 4, 5]


@pytest.mark.parametrize("columns", ["", "hydrant_id, water_tank_id, "])
def test_the_database_itself_refuses_an_inspection_of_no_source_or_of_two(hydrant, tank, columns):
    ids = f"{hydrant().pk}, {tank().pk}, " if columns else ""
    with pytest.raises(IntegrityError, match="of_one_source"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO hydrants_inspection ({columns}inspected_on, outcome, status_before, status_after) "
            f"VALUES ({ids}'2026-01-01', 'works', 'working', 'working')"
        )


def test_the_administration_shows_inspections_and_lets_nobody_change_them(client, hydrant):
    as_role(client, Role.FIELD)
    inspection = inspect(client, key(hydrant()))
    user = as_role(client, Role.ADMINISTRATOR)
    user.is_staff = True
    user.save()
    assert client.get("/admin/hydrants/inspection/").status_code == 200
    assert client.get(f"/admin/hydrants/inspection/{inspection['id']}/change/").status_code == 200
    assert client.post(f"/admin/hydrants/inspection/{inspection['id']}/change/", {}).status_code == 403
