"""`/api/outages`: announced ahead, counted from their moment on by themselves, and said why."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from jsonschema import Draft4Validator

from gis_core.history import read_history
from gis_core.roles import Role
from hydrants.nearest import nearest_water
from hydrants.openapi import NEAREST_WATER_ANSWER
from hydrants.outage_models import Outage
from hydrants.outage_openapi import OUTAGE, OUTAGES_ANSWER
from hydrants.outages import out_at
from tests.asked import refusal_of
from tests.db.gis_core.conftest import unit  # noqa: F401 - a fixture
from tests.db.hydrants.conftest import CORNER
from tests.db.hydrants.test_flow_tests import as_role, joint
from tests.db.hydrants.test_inspections import NEAREST, get, key
from tests.db.hydrants.test_nearest_water_api import as_json_schema

pytestmark = pytest.mark.django_db
PATH = "/api/outages"
HOUR = timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.localtime()


@pytest.fixture
def desk(client):
    return as_role(client, Role.DISPATCHER)


def send(client, **sent):
    return client.post(PATH, json.dumps(sent), "application/json", headers={"accept-language": "en"})


def announce(client, begins, ends, **sent):
    response = send(client, **{"from": begins.isoformat(), "until": ends.isoformat(), **sent})
    assert response.status_code == 201, response.content
    answer = json.loads(response.content)
    Draft4Validator(as_json_schema(OUTAGE)).validate(answer)
    return answer


def chosen(answer):
    return [feature["id"] for feature in answer["features"]]


def test_a_source_that_is_out_is_passed_over_and_the_answer_says_until_when(client, desk, hydrant, now):
    near, far = hydrant(10), hydrant(60)
    before = get(client, NEAREST)
    announce(client, now - HOUR, now + HOUR, source=key(near), cause="Thay van")
    after = get(client, NEAREST)
    Draft4Validator(as_json_schema(NEAREST_WATER_ANSWER)).validate(after)
    assert (chosen(before), chosen(after)) == ([key(near), key(far)], [key(far)])
    told = after["passed_over"][0]["properties"]
    assert (told["reason"], told["status"], told["outage"]["cause"]) == ("announced_outage", "working", "Thay van")
    assert datetime.fromisoformat(told["outage"]["until"]) == (now + HOUR).replace(microsecond=0)
    assert before["data_version"] != after["data_version"]


def test_an_outage_counts_from_its_moment_on_and_no_longer_than_said(client, desk, hydrant, now):
    source = hydrant(10)
    announce(client, now + HOUR, now + 3 * HOUR, source=key(source))
    moments = (now, now + HOUR, now + 2.9 * HOUR, now + 3 * HOUR)
    assert [len(nearest_water(CORNER, at=at).chosen) for at in moments] == [1, 0, 0, 1]
    assert chosen(get(client, NEAREST)) == [key(source)]


def test_a_main_that_is_out_takes_all_its_hydrants_and_no_other(client, desk, hydrant, tank, now):
    on_it = [hydrant(10, main_ref="DN150 Khương Hạ"), hydrant(20, main_ref="DN150 Khương Hạ")]
    others = [hydrant(30, main_ref="DN200"), hydrant(40), tank(50)]
    announce(client, now - HOUR, now + HOUR, main_ref="DN150 Khương Hạ")
    answer = get(client, NEAREST)
    assert chosen(answer) == [key(source) for source in others]
    assert {over["id"] for over in answer["passed_over"]} == {key(source) for source in on_it}


def test_flows_together_leave_out_what_is_out(client, desk, hydrant, now):
    one, other = hydrant(main_ref="A", flow_lps=20), hydrant(9, main_ref="B", flow_lps=18)
    announce(client, now - HOUR, now + HOUR, main_ref="B")
    answer = joint(client, one, other)
    assert (answer["flow"]["flow_lps"], answer["unusable"][0]["reason"]) == (20, "announced_outage")


def test_a_broken_source_that_is_out_too_is_broken_first(client, desk, hydrant, now):
    source = hydrant(status="faulty")
    announce(client, now - HOUR, now + HOUR, source=key(source))
    assert get(client, NEAREST)["passed_over"][0]["properties"]["reason"] == "status_faulty"


def test_of_two_outages_the_longer_is_told(client, desk, hydrant, now):
    source = hydrant(main_ref="A")
    announce(client, now - HOUR, now + 5 * HOUR, main_ref="A", cause="long")
    announce(client, now - HOUR, now + HOUR, source=key(source), cause="short")
    assert out_at(now)[key(source)].cause == "long"


def test_an_outage_ends_early_and_one_to_come_is_withdrawn_and_both_stay_in_the_history(client, desk, hydrant, now):
    source = hydrant(10)
    running = announce(client, now - HOUR, now + HOUR, source=key(source))["id"]
    to_come = announce(client, now + HOUR, now + 2 * HOUR, source=key(source))["id"]
    assert [client.delete(f"{PATH}/{number}").status_code for number in (running, to_come)] == [204, 204]
    assert chosen(get(client, NEAREST)) == [key(source)]
    assert get(client, PATH)["outages"] == []
    assert [entry.kind for entry in read_history(Outage, to_come)] == ["delete", "insert"]
    assert read_history(Outage, running)[0].by == desk.username
    assert client.delete(f"{PATH}/{running}").status_code == 404
    assert client.delete(f"{PATH}/x").status_code == 404


def test_who_is_told_sees_it_as_theirs_and_who_announced_it_is_for_the_service_only(client, desk, hydrant, now):
    announce(client, now, now + HOUR, source=key(hydrant()), told=["field", "dispatcher", "field"], announced_by="Tổ 2")
    mine = get(client, PATH)
    Draft4Validator(as_json_schema(OUTAGES_ANSWER)).validate(mine)
    assert (mine["outages"][0]["for_you"], mine["outages"][0]["announced_by"]) == (True, "Tổ 2")
    assert mine["outages"][0]["told"] == ["dispatcher", "field"]
    as_role(client, Role.PLANNER)
    assert get(client, PATH)["outages"][0]["for_you"] is False
    client.logout()
    public = get(client, PATH)["outages"][0]
    assert (public["for_you"], public["announced_by"]) == (False, None)


@pytest.mark.parametrize(
    ("times", "sent", "status", "reason"),
    [
        ((2, 1), {}, 422, "before it begins"),
        ((1, 1), {}, 422, "before it begins"),
        ((-3, -1), {}, 422, "over already"),
        ((1, 24 * 400), {}, 422, "a year at most"),
        ((24 * 800, 24 * 801), {}, 422, "within two"),
        ((0, 1), {"until": "tomorrow"}, 400, "must be a moment"),
        ((0, 1), {"from": "2026-11-22"}, 400, "must be a moment"),
        ((0, 1), {"from": "9999-12-31T23:59:59-12:00"}, 400, "must be a moment"),
        ((0, 1), {"main_ref": "A"}, 400, "either"),
        ((0, 1), {"source": None}, 400, "either"),
        ((0, 1), {"source": "hydrants/999999"}, 404, "no source"),
        ((0, 1), {"source": None, "main_ref": "nowhere"}, 404, "No hydrant is noted"),
        ((0, 1), {"told": ["public"]}, 400, "no role that can be told"),
        ((0, 1), {"told": [{}]}, 400, "no role that can be told"),
        ((0, 1), {"told": []}, 400, "list of 1"),
    ],
)
def test_an_outage_that_cannot_be_is_refused(client, desk, hydrant, now, times, sent, status, reason):
    begins, ends = times
    said = {
        "source": key(hydrant()),
        "from": (now + begins * HOUR).isoformat(),
        "until": (now + ends * HOUR).isoformat(),
        **sent,
    }
    response = send(client, **said)
    assert response.status_code == status, response.content
    refusal_of(response, says=reason)
    assert not Outage.objects.exists()


def test_a_time_without_an_offset_is_hanois(client, desk, hydrant, now):
    source = hydrant()
    answer = announce(client, (now - HOUR).replace(tzinfo=None), (now + HOUR).replace(tzinfo=None), source=key(source))
    assert datetime.fromisoformat(answer["until"]) == (now + HOUR).replace(microsecond=0)


def test_only_the_service_of_the_place_announces_and_ends(client, hydrant, unit, now):  # noqa: F811 - the fixture
    here, elsewhere = unit("here", 105.8), unit("elsewhere", 106.3)
    source = hydrant()
    said = {"source": key(source), "from": now.isoformat(), "until": (now + HOUR).isoformat()}
    assert send(client, **said).status_code == 401
    as_role(client, Role.FIELD, elsewhere)
    refusal_of(send(client, **said), says="only inside your own")
    assert not Outage.objects.exists()
    as_role(client, Role.FIELD, here)
    number = announce(client, now, now + HOUR, source=key(source))["id"]
    as_role(client, Role.PLANNER, elsewhere)
    assert client.delete(f"{PATH}/{number}").status_code == 403
    client.logout()
    assert client.delete(f"{PATH}/{number}").status_code == 401
    assert Outage.objects.get().until_at > now


def test_questions_cost_the_same_queries_however_many_outages_there_are(
    client, desk, hydrant, now, django_assert_num_queries
):
    sources = [hydrant(10 * number, main_ref=f"main {number % 3}") for number in range(9)]
    for source in sources[3:]:
        announce(client, now - HOUR, now + HOUR, source=key(source))
    for number in range(2):
        announce(client, now - HOUR, now + HOUR, main_ref=f"main {number}")
    client.logout()
    get(client, NEAREST)  # Django reads the coordinate system once a process
    with transaction.atomic(), django_assert_num_queries(2):
        assert len(get(client, PATH)["outages"]) == 8
    with transaction.atomic(), django_assert_num_queries(6):
        assert chosen(get(client, NEAREST)) == [key(sources[2])]


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ("from_at, until_at", "now(), now() + '1 hour'"),
        ("main_ref, from_at, until_at", "'A', now(), now()"),
        ("main_ref, from_at, until_at", "'A', now(), 'infinity'"),
        ("main_ref, from_at, until_at", "'A', '-infinity', now()"),
        ("main_ref, from_at, until_at, told_roles", "'A', now(), now() + '1 hour', '{nobody}'"),
    ],
)
def test_the_database_itself_refuses_outages_that_cannot_be(db, columns, values):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO hydrants_outage ({columns}) VALUES ({values})")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hydrants_outage (main_ref, from_at, until_at) VALUES ('A', now(), now() + '1 hour')"
        )


def test_the_administration_shows_outages_and_lets_nobody_change_them(client, desk, hydrant, now):
    outage = announce(client, now, now + HOUR, source=key(hydrant()))
    user = as_role(client, Role.ADMINISTRATOR)
    user.is_staff = True
    user.save()
    assert client.get("/admin/hydrants/outage/").status_code == 200
    assert client.get(f"/admin/hydrants/outage/{outage['id']}/change/").status_code == 200
    assert client.post(f"/admin/hydrants/outage/{outage['id']}/change/", {}).status_code == 403
