"""The policy: what a fire engine can use, and the reason where it cannot."""

from dataclasses import dataclass
from datetime import date

import pytest

from gis_core.regulations import NoRuleInForce
from hydrants.usability import Demand, Marked, Reason, demand_at, is_measured, reason_against

NAN, INF = float("nan"), float("inf")
ANY = Demand(max_suction_depth_m=7)
TEN = Demand(max_suction_depth_m=7, min_flow_lps=10)


@dataclass
class Facts:
    key: str = "hydrants/1"
    layer: str = "hydrants"
    kind: str = "pillar"
    status: str = "working"
    access: str = ""
    reachable_by_truck: str = ""
    suction_depth_m: float | None = None
    flow_lps: float | None = None
    volume_m3: float | None = None


def berth(**facts) -> Facts:
    return Facts(**{"layer": "intake-points", "kind": "berth", "access": "truck", "suction_depth_m": 3.0, **facts})


def tank(**facts) -> Facts:
    return Facts(**{"layer": "water-tanks", "kind": "tank", "reachable_by_truck": "yes", **facts})


@pytest.mark.parametrize("make", [Facts, berth, tank])
@pytest.mark.parametrize("status", ["faulty", "blocked", "missing", "unknown"])
def test_a_source_that_does_not_surely_work_is_not_usable(make, status):
    assert reason_against(make(status=status), ANY) == f"status_{status}"


@pytest.mark.parametrize("status", ["", "closed", "WORKING"])
def test_a_status_nobody_defined_is_unknown_not_working(status):
    assert reason_against(Facts(status=status), ANY) is Reason.STATUS_UNKNOWN


@pytest.mark.parametrize("source", [Facts(), berth(), berth(suction_depth_m=7.0), tank(), tank(suction_depth_m=2)])
def test_a_working_reachable_source_is_usable_whatever_its_flow_when_none_is_asked_for(source):
    assert reason_against(source, ANY) is None


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (berth(access="portable_pump"), Reason.PORTABLE_PUMP_ONLY),
        (berth(access="aircraft"), Reason.FOR_AIRCRAFT_ONLY),
        (berth(kind="aircraft", access="truck"), Reason.FOR_AIRCRAFT_ONLY),
        (berth(access="unknown"), Reason.REACH_UNKNOWN),
        (berth(access=""), Reason.REACH_UNKNOWN),
        (tank(reachable_by_truck="no"), Reason.NOT_REACHABLE_BY_TRUCK),
        (tank(reachable_by_truck="unknown"), Reason.REACH_UNKNOWN),
        (tank(reachable_by_truck=""), Reason.REACH_UNKNOWN),
    ],
)
def test_a_source_that_no_truck_surely_reaches_is_not_usable(source, reason):
    assert reason_against(source, ANY) is reason


@pytest.mark.parametrize("kind", ["berth", "yard", "pit", "pond", "lake", "river", "canal"])
def test_unknown_suction_depth_is_unknown_not_shallow(kind):
    for depth_m in (None, NAN, INF, -1.0):
        assert reason_against(berth(kind=kind, suction_depth_m=depth_m), ANY) is Reason.SUCTION_UNKNOWN


@pytest.mark.parametrize("source", [berth(suction_depth_m=7.01), tank(suction_depth_m=7.01)])
def test_water_deeper_than_a_pump_can_lift_is_not_usable(source):
    assert reason_against(source, ANY) is Reason.SUCTION_TOO_DEEP


@pytest.mark.parametrize("make", [Facts, berth, tank])
@pytest.mark.parametrize("flow_lps", [None, NAN, INF, -INF, -3.0])
def test_an_unmeasured_flow_never_meets_a_demand(make, flow_lps):
    assert reason_against(make(flow_lps=flow_lps), TEN) is Reason.FLOW_NOT_MEASURED
    assert reason_against(make(flow_lps=flow_lps), ANY) is None


def test_a_measured_flow_meets_the_demand_from_exactly_that_much_on():
    assert reason_against(Facts(flow_lps=10.0), TEN) is None
    assert reason_against(Facts(flow_lps=9.999), TEN) is Reason.FLOW_TOO_LOW


def test_a_measured_zero_is_dry_even_when_no_flow_is_asked_for():
    assert reason_against(Facts(flow_lps=0.0), ANY) is Reason.FLOW_TOO_LOW


def test_the_first_thing_missing_is_the_reason():
    worst = berth(status="faulty", access="unknown", suction_depth_m=9, flow_lps=1)
    assert reason_against(worst, TEN) is Reason.STATUS_FAULTY
    worst.status = "working"
    assert reason_against(worst, TEN) is Reason.REACH_UNKNOWN
    worst.access = "truck"
    assert reason_against(worst, TEN) is Reason.SUCTION_TOO_DEEP
    worst.suction_depth_m = 2
    assert reason_against(worst, TEN) is Reason.FLOW_TOO_LOW


def test_the_suction_limit_is_the_one_in_force_on_the_day():
    assert demand_at(date(2026, 1, 1), min_flow_lps=15) == Demand(max_suction_depth_m=7, min_flow_lps=15)
    with pytest.raises(NoRuleInForce):
        demand_at(date(2025, 1, 1))


def test_nan_is_no_measurement():
    assert [is_measured(quantity) for quantity in (0.0, 3.0, None, NAN, INF, -1.0)] == [True, True] + [False] * 4


def test_an_empty_tank_is_not_usable_and_one_of_unknown_volume_is():
    assert reason_against(tank(volume_m3=0.0), ANY) is Reason.EMPTY
    assert [reason_against(tank(volume_m3=volume_m3), ANY) for volume_m3 in (None, NAN, 60.0)] == [None] * 3


def marked(said):
    return Demand(max_suction_depth_m=7, marked={"hydrants/1": said})


def test_what_somebody_found_dry_is_not_usable_whatever_its_record_says():
    assert reason_against(Facts(), marked(Marked.DRY)) is Reason.MARKED_DRY
    assert reason_against(Facts(status="unknown"), marked(Marked.DRY)) is Reason.MARKED_DRY
    assert reason_against(Facts(), marked(Marked.DISPUTED)) is Reason.MARKS_DISAGREE


def test_what_somebody_saw_work_is_usable_only_where_nobody_knew_better():
    assert reason_against(Facts(status="unknown"), marked(Marked.WORKS)) is None
    assert reason_against(Facts(), marked(Marked.WORKS)) is None
    for status in ("faulty", "blocked", "missing"):
        assert reason_against(Facts(status=status), marked(Marked.WORKS)) == f"status_{status}"
    assert reason_against(Facts(status="closed"), marked(Marked.WORKS)) is Reason.STATUS_UNKNOWN
    assert reason_against(tank(status="unknown", reachable_by_truck="no"), marked(Marked.WORKS)) is (
        Reason.NOT_REACHABLE_BY_TRUCK
    )
