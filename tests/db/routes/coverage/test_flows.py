"""What sources give in coverage: hydrants of one main that were tested together, and tanks into which water flows."""

from datetime import timedelta

import pytest

from hydrants.flow_models import FlowReading, FlowTest
from hydrants.models import Hydrant, WaterTank
from routes.coverage.follower import Follower
from routes.coverage.running import run_whole
from tests.db.routes.coverage.test_barriers import classes_of
from tests.db.routes.coverage.test_following import at, house, hydrant, place, quarter, stored, today  # noqa: F401

pytestmark = pytest.mark.django_db

TALL = {"storeys": 20}
"""Asks for 30 L/s, from two sources."""


def joint_test(pitot_kpa, *hydrants, main_ref="M1", days_ago=1):
    """Write down a test in which these ran, each through an outlet of 2½ inches."""
    test = FlowTest.objects.create(
        tested_on=today() - timedelta(days=days_ago), main_ref=main_ref, gauge_hydrant=None,
        static_pressure_kpa=400.0, residual_pressure_kpa=300.0,
    )  # fmt: skip
    FlowReading.objects.bulk_create(
        FlowReading(test=test, hydrant=one, diameter_mm=63.5, coefficient=0.9, pitot_kpa=pitot_kpa) for one in hydrants
    )
    return test


def test_a_test_of_both_hydrants_of_a_main_counts_when_it_is_written_down_and_when_it_is_taken_back(quarter):  # noqa: F811
    high = house("B", **TALL)
    pair = [hydrant(name, main_ref="M1") for name in "AC"]
    follower = Follower()
    follower.step(at=at())
    assert classes_of(high)[0] == "not_covered", "20 L/s each, and nobody knows what both give"
    written = joint_test(172.0, *pair)
    assert not follower.step(at=at()).whole
    assert classes_of(high) == ("covered", "enough")
    followed = stored()
    run_whole(at=at())
    assert stored() == followed
    written.delete()
    assert not follower.step(at=at()).whole
    assert classes_of(high)[0] == "not_covered"


def test_the_answer_on_a_house_names_the_test_that_its_class_rests_on(client, quarter):  # noqa: F811
    high, low = house("B", **TALL), house("A", storeys=1)
    pair = [hydrant(name, main_ref="M1") for name in "AC"]
    joint_test(172.0, *pair)

    def said(about):
        return client.get("/api/coverage", {"building": about.pk}, headers={"accept-language": "en"}).json()

    (test,) = said(high)["tested_together"]
    assert test["sources"] == [f"hydrants/{one.pk}" for one in pair]
    assert (test["main_ref"], test["tested_on"]) == ("M1", (today() - timedelta(days=1)).isoformat())
    assert test["flow_lps"] == 40.0  # each gave 53, and 20 when it was measured alone
    assert test["sentence"] in said(high)["sentence"]
    assert said(low)["tested_together"] == []
    Hydrant.objects.filter(pk=pair[0].pk).update(status="faulty")
    assert said(high)["tested_together"] == []


def test_the_latest_test_counts_and_not_the_best(quarter):  # noqa: F811
    high = house("B", **TALL)
    pair = [hydrant(name, main_ref="M1") for name in "AC"]
    joint_test(172.0, *pair, days_ago=30)
    joint_test(4.0, *pair)
    run_whole(at=at())
    assert classes_of(high)[0] == "not_covered"


def test_what_was_measured_less_since_counts_in_place_of_the_test(quarter):  # noqa: F811
    high = house("B", **TALL)
    pair = [hydrant(name, main_ref="M1") for name in "AC"]
    joint_test(172.0, *pair)
    follower = Follower()
    follower.step(at=at())
    assert classes_of(high)[0] == "covered"
    Hydrant.objects.filter(pk=pair[0].pk).update(flow_lps=8.0)
    assert not follower.step(at=at()).whole
    assert classes_of(high)[0] == "not_covered"
    followed = stored()
    run_whole(at=at())
    assert stored() == followed


def test_a_test_of_another_main_says_nothing(quarter):  # noqa: F811
    high = house("B", **TALL)
    pair = [hydrant(name, main_ref="M1") for name in "AC"]
    joint_test(172.0, *pair, main_ref="M2")
    run_whole(at=at())
    assert classes_of(high)[0] == "not_covered"


@pytest.mark.parametrize(
    ("volume_m3", "refill_lps", "told"),
    [
        (36.0, None, ("covered", "enough")),
        (18.0, 5.0, ("covered", "enough")),
        (18.0, 4.9, ("not_covered", "flow_too_low")),
        (18.0, None, ("not_classifiable", "flow_unknown")),
        (None, 5.0, ("not_classifiable", "flow_unknown")),
    ],
)
def test_what_flows_into_a_tank_counts_and_what_nobody_noted_is_not_known(quarter, volume_m3, refill_lps, told):  # noqa: F811
    low = house("B")  # 10 L/s for an hour
    WaterTank.objects.create(
        ref="tank", geom=place("A", (3.0, 3.0)), status="working", verified_on=today(), volume_m3=volume_m3,
        refill_lps=refill_lps, reachable_by_truck="yes", suction_depth_m=3.0,
    )  # fmt: skip
    run_whole(at=at())
    assert classes_of(low) == told
