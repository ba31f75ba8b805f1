"""`/api/tours`: an ordered list to visit, reserved by one team, with its progress."""

import json
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from jsonschema import Draft4Validator

from gis_core.history import read_history
from gis_core.policy import Actor, Grant
from gis_core.roles import Role
from hydrants.inspection_models import Inspection
from hydrants.models import Hydrant
from hydrants.tour_models import Tour, TourStop
from hydrants.tour_openapi import TOUR, TOURS_ANSWER
from hydrants.tours import TourReserved, reserve_tour
from tests.asked import refusal_of
from tests.db.gis_core.conftest import unit  # noqa: F401 - a fixture
from tests.db.hydrants.conftest import point_at
from tests.db.hydrants.test_flow_tests import as_role
from tests.db.hydrants.test_inspections import get, inspect, key
from tests.db.hydrants.test_nearest_water_api import as_json_schema

pytestmark = pytest.mark.django_db
PATH = "/api/tours"


@pytest.fixture
def field(client):
    return as_role(client, Role.FIELD)


@pytest.fixture
def today():
    return timezone.localdate().isoformat()


def write(client, method, path, **sent):
    return client.generic(method.upper(), path, json.dumps(sent), "application/json", headers={"accept-language": "en"})


def make(client, *sources, name="Khương Hạ, tuần 1"):
    response = write(client, "post", PATH, name=name, sources=list(map(key, sources)))
    assert response.status_code == 201, response.content
    answer = json.loads(response.content)
    Draft4Validator(as_json_schema(TOUR)).validate(answer)
    return answer


def reserve(client, tour, team):
    return write(client, "put", f"{PATH}/{tour['id']}/reservation", team=team)


def test_a_tour_keeps_the_order_in_which_it_is_to_be_driven(client, field, hydrant, tank, berth):
    sources = [tank(50), hydrant(10), berth(90), hydrant(30)]
    tour = make(client, *sources)
    assert [stop["source"] for stop in tour["stops"]] == list(map(key, sources))
    assert (tour["next"], tour["done"], tour["of"], tour["team"]) == (key(sources[0]), 0, 4, None)
    assert read_history(Tour, tour["id"])[0].by == field.username


def test_a_visit_counts_by_itself_and_the_finished_tour_leaves_the_list(client, field, hydrant, today):
    first, second = hydrant(10), hydrant(30)
    tour = make(client, first, second)
    inspect(client, key(second), "cannot_be_tested", why="locked", day=today)
    half = get(client, f"{PATH}/{tour['id']}")
    Draft4Validator(as_json_schema(TOUR)).validate(half)
    assert (half["done"], half["next"], half["stops"][1]["outcome"]) == (1, key(first), "cannot_be_tested")
    listed = get(client, PATH)
    Draft4Validator(as_json_schema(TOURS_ANSWER)).validate(listed)
    assert [(each["done"], each["of"]) for each in listed["tours"]] == [(1, 2)]
    inspect(client, key(first), "faulty", day=today)
    whole = get(client, f"{PATH}/{tour['id']}")
    assert (whole["done"], whole["next"], whole["stops"][0]["status"]) == (2, None, "faulty")
    assert get(client, PATH)["tours"] == []


def test_a_visit_before_the_tour_was_made_does_not_count_nor_does_a_second_one(client, field, hydrant, today):
    source = hydrant()
    tour = make(client, source)
    inspect(client, key(source), day="2026-01-01")
    assert get(client, f"{PATH}/{tour['id']}")["done"] == 0
    visit = inspect(client, key(source), day=today)
    inspect(client, key(source), "faulty", day=today)
    assert TourStop.objects.get().inspection_id == visit["id"]


def test_one_team_has_a_tour_until_it_gives_it_back(client, field, hydrant):
    tour = make(client, hydrant())
    assert json.loads(reserve(client, tour, "Đội 3").content)["team"] == "Đội 3"
    assert reserve(client, tour, "Đội 3").status_code == 200
    refused = reserve(client, tour, "Đội 5")
    assert refused.status_code == 409
    refusal_of(refused, says="reserved by Đội 3")
    assert client.delete(f"{PATH}/{tour['id']}/reservation").status_code == 204
    assert json.loads(reserve(client, tour, "Đội 5").content)["team"] == "Đội 5"


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        ({"sources": []}, 400, "list of 1 to 100"),
        ({"sources": "hydrants/1"}, 400, "list of 1 to 100"),
        ({"sources": ["hydrants/999999"]}, 404, "no source"),
        ({"sources": ["roads/1"]}, 400, "is no source"),
        ({"name": "  "}, 400, "missing"),
        ({"name": "x" * 121}, 400, "at most 120"),
        ({"surplus": 1}, 400, "is not known here"),
    ],
)
def test_a_tour_that_cannot_be_is_refused(client, field, hydrant, sent, status, reason):
    response = write(client, "post", PATH, **{"name": "A", "sources": [key(hydrant())], **sent})
    assert response.status_code == status, response.content
    refusal_of(response, says=reason)
    assert not Tour.objects.exists()


def test_a_source_stands_once_in_a_tour(client, field, hydrant):
    source = hydrant()
    refusal_of(write(client, "post", PATH, name="A", sources=[key(source)] * 2), says="stands twice")


@pytest.mark.parametrize(
    ("method", "more"), [("get", ""), ("delete", ""), ("put", "/reservation"), ("delete", "/reservation")]
)
@pytest.mark.parametrize("number", ["999999", "x", "9" * 400])
def test_a_tour_that_is_not_there_is_said_so(client, method, more, number):
    as_role(client, Role.PLANNER)
    assert write(client, method, f"{PATH}/{number}{more}", team="Đội 3").status_code == 404


def test_tours_are_for_the_service_and_for_teams_of_the_place(client, hydrant, unit):  # noqa: F811 - the fixture
    here, elsewhere = unit("here", 105.8), unit("elsewhere", 106.3)
    source = hydrant()
    outside = hydrant(geom=point_at(60_000, 0))
    sent = {"name": "A", "sources": [key(source)]}
    assert [client.get(PATH).status_code, write(client, "post", PATH, **sent).status_code] == [401, 401]
    as_role(client, Role.PUBLIC)
    assert client.get(PATH).status_code == 403
    as_role(client, Role.DISPATCHER)
    assert [client.get(PATH).status_code, write(client, "post", PATH, **sent).status_code] == [200, 403]
    as_role(client, Role.FIELD, elsewhere)
    refusal_of(write(client, "post", PATH, **sent), says="only inside your own")
    assert not Tour.objects.exists()
    as_role(client, Role.FIELD, here)
    refusal_of(write(client, "post", PATH, name="A", sources=[key(source), key(outside)]), says="only inside your own")
    tour = make(client, source)
    assert client.delete(f"{PATH}/{tour['id']}").status_code == 403
    as_role(client, Role.PLANNER, elsewhere)
    assert [reserve(client, tour, "Đội 5").status_code, client.delete(f"{PATH}/{tour['id']}").status_code] == [403, 403]
    as_role(client, Role.PLANNER, here)
    assert client.delete(f"{PATH}/{tour['id']}").status_code == 204


def test_a_deleted_tour_leaves_its_inspections(client, hydrant, today):
    as_role(client, Role.PLANNER)
    source = hydrant()
    tour = make(client, source)
    inspect(client, key(source), day=today)
    client.delete(f"{PATH}/{tour['id']}")
    assert (Tour.objects.count(), TourStop.objects.count(), Inspection.objects.count()) == (0, 0, 1)


def test_questions_cost_the_same_queries_however_long_the_tours_are(client, hydrant, django_assert_num_queries):
    as_role(client, Role.DISPATCHER)
    field_team = as_role(client, Role.FIELD)
    sources = [hydrant(10 * number) for number in range(12)]
    tours = [make(client, *sources), *(make(client, source) for source in sources)]
    client.force_login(field_team)
    who = 3  # session, account, roles
    with transaction.atomic(), django_assert_num_queries(who + 1):
        assert len(get(client, PATH)["tours"]) == 13
    with transaction.atomic(), django_assert_num_queries(who + 3):
        assert len(get(client, f"{PATH}/{tours[0]['id']}")["stops"]) == 12


@pytest.mark.django_db(transaction=True)
def test_of_two_teams_that_ask_at_the_same_moment_one_gets_the_tour():
    source = Hydrant.objects.create(ref="H", status="working", geom=point_at(0, 0))
    tour = Tour.objects.create(name="A", made_on="2026-01-01")
    TourStop.objects.create(tour=tour, position=1, hydrant=source)
    actor, barrier, got = Actor("x", (Grant(Role.FIELD),)), Barrier(2), []

    def ask(team):
        try:
            barrier.wait()
            reserve_tour(tour.pk, team, actor=actor)
            got.append(team)
        except TourReserved:
            pass
        finally:
            connection.close()

    threads = [Thread(target=ask, args=(team,)) for team in ("Đội 3", "Đội 5")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tour.refresh_from_db()
    assert got == [tour.team]


def test_the_database_itself_refuses_a_source_twice_in_a_tour(hydrant):
    source, tour = hydrant(), Tour.objects.create(name="A", made_on="2026-01-01")
    TourStop.objects.create(tour=tour, position=1, hydrant=source)
    with pytest.raises(IntegrityError), transaction.atomic():
        TourStop.objects.create(tour=tour, position=2, hydrant=source)
