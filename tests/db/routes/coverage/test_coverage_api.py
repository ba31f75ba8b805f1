"""`/api/coverage`: houses with reasons, areas, trends, and planners' decisions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from gis_core.models import RoleGrant
from gis_core.roles import Role
from hydrants.models import Hydrant
from layers.models import Building
from routes.coverage import areas
from routes.coverage.areas import BESIDE_LANE_M
from routes.coverage.follower import Follower
from routes.coverage.models import BuildingCoverage, CoverageOverride, CoverageRun
from routes.coverage.running import run_whole
from routes.models import Road
from tests.db.routes.coverage.test_following import PLAN, house, hydrant, quarter  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def ask(client, **parameters):
    return client.get("/api/coverage", parameters, headers={"accept-language": "en"})


def test_the_sentence_names_the_nearer_source_that_lacks_flow_and_the_farther_one_that_suffices(client, quarter):  # noqa: F811
    near = house("B")
    hydrant("A", flow_lps=5.0)
    hydrant("D", flow_lps=20.0)
    answer = ask(client, building=near.pk).json()
    assert (answer["outcome"], answer["house"]["coverage"]) == ("house", "covered")
    assert [(s["counts"], s["against"]) for s in answer["sources"]] == [(False, "flow_too_low"), (True, None)]
    assert "lacks flow; the source at 212 m suffices" in answer["sentence"]
    assert {rule["clause"] for rule in answer["rules"]} >= {"Annex H", "2.3.2"}
    assert [rule["value"] for rule in answer["rules_also"] if rule["key"] == "two_hydrants_flow"] == [15]


def test_it_is_said_in_vietnamese_too(client, quarter):  # noqa: F811
    near = house("B")
    hydrant("A")
    sentence = client.get("/api/coverage", {"building": near.pk}, headers={"accept-language": "vi"}).json()["sentence"]
    assert sentence.startswith("Đủ nước")


def test_a_house_is_told_as_it_is_stored(client, quarter):  # noqa: F811
    houses = [house(name, storeys=storeys) for name, storeys in zip("BDGKL", (2, 20, None, 5, 2), strict=True)]
    hydrant("A", flow_lps=12.0)
    hydrant("H", flow_lps=30.0, verified_on=None)
    hydrant("J", flow_lps=None)
    run_whole(at=timezone.now())
    for each in houses:
        row, told = BuildingCoverage.objects.get(of_id=each.pk), ask(client, building=each.pk).json()["house"]
        assert (told["coverage"], told["reason"]) == (row.coverage, row.reason)


def test_a_place_is_the_nearest_building(client, quarter):  # noqa: F811
    near = house("B")
    lon, lat = PLAN.point("B")
    assert ask(client, place=f"{lon},{lat}").json()["house"]["id"] == near.pk
    far = ask(client, place="105.90,21.10")
    assert (far.status_code, "unknown-house" in far.json()["type"]) == (404, True)


def test_a_ward_and_a_box_over_it_tell_the_same_figures(client, quarter):  # noqa: F811
    for name, columns in (("B", {}), ("D", {"households": None}), ("L", {"storeys": 20}), ("K", {"people": None})):
        house(name, **columns)
    house("A", shift_m=(-400.0, 0.0))
    hydrant("A")
    run_whole(at=timezone.now())
    ward = ask(client, ward="00001").json()
    lon, lat = PLAN.point("F")
    box = ask(client, bbox=f"{lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}").json()
    assert ward["figures"]["buildings"] == 5
    assert ward["figures"] == box["figures"]


def test_a_lane_is_the_way_nearest_to_a_place_with_all_of_its_name_and_the_houses_beside_it(client, quarter):  # noqa: F811
    Road.objects.filter(ref__in=["AB", "BC", "KL"]).update(name="Ngõ 29 Thử")
    for name in "ABCD":
        house(name)
    house("A", shift_m=(40.0, 34.0))
    hydrant("A")
    run_whole(at=timezone.now())
    lon, lat = PLAN.point("A", shift_m=(20.0, 3.0))
    lane = ask(client, lane=f"{lon},{lat}").json()
    assert lane["name"] == "Ngõ 29 Thử, houses up to 30 m from it"
    assert (lane["outcome"], lane["figures"]["buildings"], lane["figures"]["buildings_covered"]) == ("area", 3, 3)
    assert lane["question"] == {"lane": [pytest.approx(lon), pytest.approx(lat)]}
    lon, lat = PLAN.point("D", shift_m=(-20.0, 3.0))
    unnamed = ask(client, lane=f"{lon},{lat}").json()
    assert unnamed["name"] == "The way without a name, houses up to 30 m from it"
    assert unnamed["figures"]["buildings"] == 2, "at C and at D: the way from C to D alone"


def test_the_houses_of_a_lane_are_found_by_an_index(quarter):  # noqa: F811
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        lane = {"road": 1, "name": "Ngõ", "lon": 105.8, "lat": 21.0, "beside_m": BESIDE_LANE_M}
        cursor.execute("EXPLAIN " + areas._SUMS_ALONG, lane)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "routes_buildingcoverage_geom" in plan, plan


def test_figures_say_whether_every_edit_is_counted_in_them(client, quarter):  # noqa: F811
    house("B")
    source = hydrant("A")
    follower = Follower()
    follower.step(at=timezone.now())

    def state(**parameters):
        answer = ask(client, **(parameters or {"ward": "00001"})).json()
        return answer["figures_state"], answer["figures"]["buildings_covered"], answer["sentence"]

    assert state()[:2] == ("current", 1)
    Hydrant.objects.filter(pk=source.pk).update(status="faulty")
    behind = state()
    assert behind[:2] == ("behind", 1)
    assert "do not count yet" in behind[2]
    lon, lat = PLAN.point("F")
    assert state(bbox=f"{lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}")[0] == "behind"
    follower.step(at=timezone.now())
    assert state()[:2] == ("current", 0)
    assert "do not count" not in state()[2]
    PLAN.restriction("AB", on="AB", kind="bollard", blocks_vehicles="yes")
    assert state()[0] == "behind"
    follower.step(at=timezone.now())
    assert state()[0] == "current"


def test_an_edit_that_touches_no_house_is_counted_too(client, quarter):  # noqa: F811
    house("B")
    hydrant("A")
    follower = Follower()
    follower.step(at=timezone.now())
    far = hydrant("L", flow_lps=None)
    follower.step(at=timezone.now())
    Hydrant.objects.filter(pk=far.pk).update(remarks="Sơn lại")
    assert ask(client, ward="00001").json()["figures_state"] == "behind"
    follower.step(at=timezone.now())
    answer = ask(client, ward="00001").json()
    assert answer["figures_state"] == "current"
    assert answer["followed_at"] >= answer["computed_at"]


def test_figures_of_a_run_that_noted_nothing_are_of_unknown_state(client, quarter):  # noqa: F811
    house("B")
    run_whole(at=timezone.now())
    CoverageRun.objects.update(basis="")
    answer = ask(client, ward="00001").json()
    assert (answer["figures_state"], "nobody can tell" in answer["sentence"].lower()) == ("unknown", True)


def test_a_trend_is_told_with_its_causes(client, quarter):  # noqa: F811
    house("B")
    source = hydrant("A")
    now = timezone.now()
    run_whole(at=now - timedelta(days=2))
    Hydrant.objects.filter(pk=source.pk).update(status="faulty")
    run_whole(at=now)
    day = timezone.localdate()
    told = ask(client, ward="00001", **{"from": day - timedelta(days=1), "to": day}).json()
    assert told["outcome"] == "trend"
    assert [(c["cause"], c["buildings"]) for c in told["changes"]] == [("sources", 1)]


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({}, 400),
        ({"building": "1", "ward": "00001"}, 400),
        ({"building": "0"}, 400),
        ({"building": "x"}, 400),
        ({"place": "21.0,105.8"}, 400),
        ({"bbox": "105.9,21,105.8,21.1"}, 400),
        ({"radius": "5"}, 400),
        ({"building": "1", "from": "2026-11-01", "to": "2026-11-02"}, 400),
        ({"ward": "00001", "from": "2026-11-01"}, 400),
        ({"ward": "00001", "from": "yesterday", "to": "2026-11-02"}, 400),
        ({"ward": "00001", "from": "2026-11-02", "to": "2026-11-01"}, 422),
        ({"ward": "no such"}, 404),
        ({"lane": "105.9,21.1"}, 422),
        ({"lane": "21.0,105.8"}, 400),
        ({"lane": "105.8,21.0", "from": "2026-11-01", "to": "2026-11-02"}, 400),
        ({"ward": "00001"}, 404),
        ({"bbox": "105.8,21,105.9,21.1"}, 404),
        ({"building": "123456"}, 404),
    ],
)
def test_a_question_that_is_none_is_refused_with_a_reason(client, quarter, parameters, status):  # noqa: F811
    answer = ask(client, **parameters)
    assert (answer.status_code, bool(answer.json()["detail"])) == (status, True)


@pytest.fixture
def planner(django_user_model):
    """A planner everywhere."""
    user = django_user_model.objects.create_user("an", password="x")
    RoleGrant.objects.create(user=user, role=Role.PLANNER)
    return user


def overrule(client, **body):
    return client.post("/api/coverage/overrides", body, content_type="application/json")


def test_a_planner_overrules_with_a_comment_and_only_the_service_sees_who(client, quarter, planner):  # noqa: F811
    near = house("B")
    hydrant("A")
    assert overrule(client, building=near.pk, coverage="not_covered", comment="x").status_code == 401
    client.force_login(planner)
    assert overrule(client, building=near.pk, coverage="not_covered", comment=" ").status_code == 400
    assert overrule(client, building=near.pk, coverage="dry", comment="x").status_code == 400
    made = overrule(client, building=near.pk, coverage="not_covered", comment="Gate locked at night")
    assert (made.status_code, made.json()["override"]["author"]) == (200, "an")
    seen = ask(client, building=near.pk).json()
    assert (seen["house"]["coverage"], seen["house"]["computed"]) == ("not_covered", "covered")
    client.logout()
    public = ask(client, building=near.pk).json()
    assert public["house"]["override"]["author"] is None
    assert "Gate locked at night" in public["sentence"]
    client.force_login(planner)
    assert overrule(client, building=near.pk, coverage=None, comment="It is open now").json()["override"] is None
    assert not CoverageOverride.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_city(client, quarter, django_assert_max_num_queries):  # noqa: F811
    near = house("B")
    hydrant("A")
    ask(client, building=near.pk)
    for name in "CDEGHJKL":
        hydrant(name)
        house(name)
    ask(client, building=near.pk)
    with django_assert_max_num_queries(22):
        assert ask(client, building=near.pk).json()["sources_count"] >= 6
    assert Building.objects.count() == 9
