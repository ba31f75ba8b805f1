"""What lets a vehicle through and what does not. Unknown never does."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_core.values import Evidence, InvalidNumber, Verdict
from routes.comparing import combine, compare
from routes.encounters import Assumption, Dimension, Limit, Mode, NoRoad, Obstacle, Reason, RoadStretch, Vehicle
from routes.obstacles import is_in_the_way
from routes.passability import assess

ENGINE = Vehicle(width_m=2.5, height_m=3.4, length_m=8.5, gross_weight_t=19.0)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC).replace(hour=5)  # Monday, noon in Hanoi
WIDTH, HEIGHT, WEIGHT, AXLE = Dimension.WIDTH, Dimension.HEIGHT, Dimension.WEIGHT, Dimension.AXLE_LOAD
MAIN = {"primary": Assumption({WIDTH: 3.5, HEIGHT: 4.25, WEIGHT: 30.0})}
LANE = {"service": Assumption({HEIGHT: 3.6, WEIGHT: 20.0}, needs_survey=True)}
NONSENSE = [None, math.nan, math.inf, -math.inf, 0.0, -2.0]


def surveyed(value):
    return Limit(value, Evidence.SURVEYED, date(2026, 5, 1), "team 1")


def road(from_m=0.0, to_m=100.0, *, width=6.0, height=5.0, weight=30.0, **more):
    limits = {WIDTH: surveyed(width), HEIGHT: surveyed(height), WEIGHT: surveyed(weight)} | more.pop("limits", {})
    return RoadStretch(
        from_m=from_m, to_m=to_m, ref=more.pop("ref", "r"), **{"kind": "residential", **more}, limits=limits
    )


def obstacle(kind="gate", at_m=50.0, *, width=None, height=None, weight=None, axle=None, **more):
    evidence = more.setdefault("evidence", Evidence.SURVEYED)
    values = {WIDTH: width, HEIGHT: height, WEIGHT: weight, AXLE: axle}
    limits = {dimension: Limit(value, evidence) for dimension, value in values.items()}
    return Obstacle(from_m=at_m, to_m=at_m, ref="o", kind=kind, limits=limits, **more)


def verdict(*on_the_way, vehicle=ENGINE, at=NOON, mode=Mode.EMERGENCY, assumptions=None):
    return combine(assess(vehicle, on_the_way, at=at, mode=mode, assumptions=assumptions))


def only(*on_the_way):
    (finding,) = assess(ENGINE, on_the_way, at=NOON)
    return finding


# What is unknown -----------------------------------------------------------------------------------------------------


def test_a_road_measured_in_every_dimension_is_passable():
    assert verdict(road()) is Verdict.PASSABLE


@pytest.mark.parametrize("dimension", ["width", "height", "weight"])
@pytest.mark.parametrize("value", NONSENSE)
def test_a_limit_that_is_no_size_is_unknown_not_passable(dimension, value):
    assert verdict(road(**{dimension: value})) is Verdict.UNKNOWN


def test_unsurveyed_lane_is_unknown_not_passable():
    lane = RoadStretch(from_m=0, to_m=80, kind="service")
    assert verdict(lane) is Verdict.UNKNOWN
    assert (
        verdict(lane, assumptions={"service": Assumption({HEIGHT: 3.6, WEIGHT: 30}, needs_survey=True)})
        is Verdict.UNKNOWN
    )


def test_nothing_looked_at_is_unknown():
    assert verdict() is Verdict.UNKNOWN


def test_a_way_without_a_road_is_unknown():
    assert verdict(road(), NoRoad(from_m=100, to_m=140)) is Verdict.UNKNOWN
    assert verdict(road(), NoRoad(from_m=20, to_m=60, ambiguous=True)) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("evidence", "enough", "too_small"),
    [
        (Evidence.SURVEYED, Verdict.PASSABLE, Verdict.BLOCKED),
        (Evidence.TAGGED, Verdict.PASSABLE, Verdict.BLOCKED),
        (Evidence.ASSUMED, Verdict.UNKNOWN, Verdict.BLOCKED),
        (Evidence.NONE, Verdict.UNKNOWN, Verdict.BLOCKED),
    ],
)
def test_doubt_works_against_passing(evidence, enough, too_small):
    assert compare(2.7, Limit(3.0, evidence))[0] is enough
    assert compare(2.7, Limit(2.2, evidence))[0] is too_small


def test_equal_passes_and_a_millimetre_less_does_not():
    assert verdict(road(width=2.7)) is Verdict.PASSABLE
    assert verdict(road(width=2.699)) is Verdict.BLOCKED
    # 1.1 + 0.2 is 1.3000000000000003 to a computer.
    assert verdict(road(width=1.3), vehicle=replace(ENGINE, width_m=1.1)) is Verdict.PASSABLE


def test_the_margin_is_what_is_left():
    finding = next(f for f in assess(ENGINE, [road(width=2.2)], at=NOON) if f.dimension is WIDTH)
    assert (finding.required, finding.available, finding.margin) == (2.7, 2.2, -0.5)
    assert (finding.evidence, finding.observed_on) == (Evidence.SURVEYED, date(2026, 5, 1))


@given(
    st.lists(st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)), min_size=3, max_size=3),
    st.sampled_from(Evidence),
)
def test_nothing_passes_that_is_not_known_and_large_enough(values, evidence):
    limits = {d: Limit(value, evidence) for d, value in zip((WIDTH, HEIGHT, WEIGHT), values, strict=True)}
    found = verdict(RoadStretch(from_m=0, to_m=9, kind="residential", limits=limits))
    known = all(value is not None and math.isfinite(value) and value > 0 for value in values)
    enough = known and all(round(v - n, 6) >= 0 for v, n in zip(values, (2.7, 3.6, 19.0), strict=True))
    assert (found is Verdict.PASSABLE) == (enough and evidence >= Evidence.TAGGED)


@pytest.mark.parametrize("size", ["width_m", "height_m", "length_m", "gross_weight_t", "axle_load_t"])
@pytest.mark.parametrize("value", [math.nan, math.inf, 0.0, -1.0])
def test_a_vehicle_without_a_size_does_not_exist(size, value):
    with pytest.raises(InvalidNumber):
        replace(ENGINE, **{size: value})


# What the class of a road is taken to offer --------------------------------------------------------------------------


def test_an_assumption_lets_through_and_says_so():
    findings = assess(ENGINE, [RoadStretch(from_m=0, to_m=9, kind="primary")], at=NOON, assumptions=MAIN)
    assert combine(findings) is Verdict.PASSABLE
    assert {f.evidence for f in findings} == {Evidence.ASSUMED}
    assert {f.reason for f in findings} == {Reason.ASSUMED}


def test_an_assumption_never_stops_a_vehicle():
    wide = replace(ENGINE, width_m=4.0)
    assert verdict(RoadStretch(from_m=0, to_m=9, kind="primary"), vehicle=wide, assumptions=MAIN) is Verdict.UNKNOWN


def test_an_assumption_fills_a_gap_not_a_wrong_number():
    broken = RoadStretch(from_m=0, to_m=9, kind="primary", limits={WIDTH: surveyed(0.0)})
    assert verdict(broken, assumptions=MAIN) is Verdict.UNKNOWN


def test_nobody_assumes_what_a_bridge_carries_or_how_high_a_tunnel_is():
    assert verdict(RoadStretch(from_m=0, to_m=9, kind="primary", bridge=True), assumptions=MAIN) is Verdict.UNKNOWN
    assert verdict(RoadStretch(from_m=0, to_m=9, kind="primary", tunnel=True), assumptions=MAIN) is Verdict.UNKNOWN


def test_height_and_load_of_a_lane_are_assumed_only_where_somebody_measured_its_width():
    def lane(evidence):
        return RoadStretch(from_m=0, to_m=9, kind="service", limits={WIDTH: Limit(3.0, evidence)})

    assert verdict(lane(Evidence.SURVEYED), assumptions=LANE) is Verdict.PASSABLE
    assert verdict(lane(Evidence.TAGGED), assumptions=LANE) is Verdict.UNKNOWN


def test_a_width_stated_as_assumed_lets_through_on_a_main_street_only():
    def street(kind):
        return road(kind=kind, limits={WIDTH: Limit(6.0, Evidence.ASSUMED)})

    assert verdict(street("primary"), assumptions=MAIN | LANE) is Verdict.PASSABLE
    assert verdict(street("service"), assumptions=MAIN | LANE) is Verdict.UNKNOWN


# Roads ---------------------------------------------------------------------------------------------------------------


def test_steps_stop_every_vehicle_however_wide():
    assert verdict(road(kind="steps", width=20.0)) is Verdict.BLOCKED


def test_a_road_under_construction_is_unknown():
    assert verdict(road(kind="construction")) is Verdict.UNKNOWN


def test_an_axle_limit_binds_and_needs_the_axle_of_the_vehicle():
    signed = road(limits={AXLE: surveyed(10.0)})
    assert verdict(signed) is Verdict.UNKNOWN
    assert verdict(signed, vehicle=replace(ENGINE, axle_load_t=10.0)) is Verdict.PASSABLE
    assert verdict(signed, vehicle=replace(ENGINE, axle_load_t=11.5)) is Verdict.BLOCKED


@pytest.mark.parametrize("rule", [{"against_oneway": True}, {"access": "private"}, {"access": "no"}])
def test_a_legal_limit_yields_in_an_emergency_and_is_listed(rule):
    findings = assess(ENGINE, [road(**rule)], at=NOON)
    assert combine(findings) is Verdict.PASSABLE
    assert [f.verdict for f in findings if f.dimension is Dimension.LEGAL] == [Verdict.PASSABLE]
    assert verdict(road(**rule), mode=Mode.LEGAL) is Verdict.BLOCKED


@pytest.mark.parametrize("access", ["", "yes", "permissive", "destination"])
def test_free_access_is_no_finding(access):
    assert len(assess(ENGINE, [road(access=access)], at=NOON, mode=Mode.LEGAL)) == 3


# Obstacles -----------------------------------------------------------------------------------------------------------


def test_a_gate_that_nobody_measured_is_unknown():
    assert verdict(road(), obstacle()) is Verdict.UNKNOWN
    assert verdict(road(), obstacle(blocks_vehicles="no", openable="yes")) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("width", "expected"), [(2.2, Verdict.BLOCKED), (2.7, Verdict.PASSABLE), (0.0, Verdict.UNKNOWN)]
)
def test_the_width_of_a_gate_decides(width, expected):
    assert verdict(road(), obstacle(width=width, openable="yes")) is expected


CLOSING = ["gate", "barrier", "bollard", "fence"]


@pytest.mark.parametrize("kind", CLOSING)
def test_what_cannot_be_opened_is_unknown_however_wide_until_somebody_says_more(kind):
    assert verdict(road(), obstacle(kind, width=9.0, openable="no")) is Verdict.UNKNOWN
    assert verdict(road(), obstacle(kind, width=9.0, openable="no", blocks_vehicles="yes")) is Verdict.BLOCKED
    assert verdict(road(), obstacle(kind, width=9.0, openable="no", blocks_vehicles="no")) is Verdict.PASSABLE
    assert verdict(road(), obstacle(kind, width=9.0, openable="unknown")) is Verdict.PASSABLE


def test_a_closed_gate_is_the_first_thing_said_and_its_width_the_next():
    closed, width = assess(ENGINE, [obstacle(width=9.0, openable="no")], at=NOON)
    assert (closed.verdict, closed.reason) == (Verdict.UNKNOWN, Reason.CANNOT_BE_OPENED)
    assert (width.dimension, width.verdict) == (WIDTH, Verdict.PASSABLE)


def test_a_closed_gate_that_is_too_narrow_blocks():
    assert verdict(road(), obstacle(width=2.0, openable="no")) is Verdict.BLOCKED


@pytest.mark.parametrize("kind", ["height_bar", "narrowing", "awning", "market"])
def test_what_never_opens_by_its_nature_is_judged_by_its_size(kind):
    assert verdict(road(), obstacle(kind, width=9.0, height=9.0, openable="no")) is Verdict.PASSABLE


def test_the_height_of_a_gate_does_not_tell_its_width():
    assert verdict(road(), obstacle(height=5.0)) is Verdict.UNKNOWN
    assert verdict(road(), obstacle(height=3.0)) is Verdict.BLOCKED


@pytest.mark.parametrize("kind", ["height_bar", "awning", "low_cable"])
def test_what_hangs_over_the_road_binds_by_its_height(kind):
    assert verdict(road(), obstacle(kind, height=3.6)) is Verdict.PASSABLE
    assert verdict(road(), obstacle(kind, height=3.5)) is Verdict.BLOCKED
    assert verdict(road(), obstacle(kind, width=9.0)) is Verdict.UNKNOWN


def test_a_weight_limit_binds_by_load_or_by_axle():
    heavy = replace(ENGINE, axle_load_t=10.0)
    assert verdict(road(), obstacle("weight_limit", weight=19.0)) is Verdict.PASSABLE
    assert verdict(road(), obstacle("weight_limit", weight=10.0)) is Verdict.BLOCKED
    assert verdict(road(), obstacle("weight_limit", axle=10.0), vehicle=heavy) is Verdict.PASSABLE
    assert verdict(road(), obstacle("weight_limit")) is Verdict.UNKNOWN


def test_what_blocks_every_vehicle_blocks_whatever_was_measured():
    assert verdict(road(), obstacle("bollard", width=9.0, blocks_vehicles="yes")) is Verdict.BLOCKED


def test_stairs_let_no_vehicle_through_however_wide():
    assert verdict(road(), obstacle("stairs", width=9.0)) is Verdict.BLOCKED


def test_an_obstacle_recorded_for_another_road_raises_doubt_but_does_not_block():
    assert verdict(road(), obstacle(width=1.0, in_doubt=True)) is Verdict.UNKNOWN
    assert verdict(road(), obstacle(blocks_vehicles="yes", in_doubt=True)) is Verdict.UNKNOWN
    assert verdict(road(), obstacle(width=5.0, in_doubt=True)) is Verdict.PASSABLE


def test_a_sign_yields_in_an_emergency_and_binds_otherwise():
    sign = obstacle("weight_limit", weight=10.0, legal_only=True)
    finding = only(sign)
    assert (finding.verdict, finding.dimension, finding.available) == (Verdict.PASSABLE, Dimension.LEGAL, 10.0)
    assert verdict(sign, mode=Mode.LEGAL) is Verdict.BLOCKED
    assert verdict(obstacle("weight_limit", weight=30.0, legal_only=True), mode=Mode.LEGAL) is Verdict.PASSABLE
    assert verdict(obstacle("barrier", legal_only=True), mode=Mode.LEGAL) is Verdict.BLOCKED


@pytest.mark.parametrize("value", NONSENSE[1:])
@pytest.mark.parametrize("blocks", ["no", "unknown"])
def test_a_sign_with_a_figure_that_is_no_size_is_unknown_where_it_binds(value, blocks):
    sign = obstacle("weight_limit", weight=value, legal_only=True, blocks_vehicles=blocks)
    assert verdict(sign, mode=Mode.LEGAL) is Verdict.UNKNOWN
    assert verdict(sign) is Verdict.PASSABLE


@pytest.mark.parametrize("solid", [{"kind": "barrier", "blocks_vehicles": "yes"}, {"kind": "stairs"}])
def test_a_sign_only_that_lets_no_vehicle_through_contradicts_itself(solid):
    sign = obstacle(legal_only=True, weight=20.0, **solid)
    assert only(sign).reason is Reason.SOLID_SIGN
    assert verdict(road(), sign) is Verdict.UNKNOWN
    assert verdict(road(), sign, mode=Mode.LEGAL) is Verdict.BLOCKED
    assert verdict(road(), obstacle("stairs", legal_only=True, blocks_vehicles="no")) is Verdict.PASSABLE


def test_which_way_a_reversible_street_leads_now_nobody_knows():
    street = road(reversible=True)
    assert verdict(street) is Verdict.PASSABLE
    assert verdict(street, mode=Mode.LEGAL) is Verdict.UNKNOWN
    assert Reason.REVERSIBLE in {finding.reason for finding in assess(ENGINE, [street], at=NOON)}


# In time -------------------------------------------------------------------------------------------------------------


def test_a_market_is_in_the_way_in_the_morning_only():
    market = obstacle("market", width=1.0, schedule="Mo-Su 05:00-09:00")
    assert verdict(road(), market, at=datetime(2026, 11, 2, 0, tzinfo=UTC)) is Verdict.BLOCKED, "07:00 in Hanoi"
    assert verdict(road(), market) is Verdict.PASSABLE
    assert only(market).reason is Reason.NOT_IN_THE_WAY


def test_just_before_it_opens_the_market_counts_as_standing():
    market = obstacle("market", schedule="Mo-Su 12:10-13:00")
    assert is_in_the_way(market, NOON)
    assert not is_in_the_way(replace(market, schedule="Mo-Su 12:16-13:00"), NOON)


@pytest.mark.parametrize("schedule", ["PH", "mornings", "05:00-"])
def test_a_schedule_that_cannot_be_read_counts_as_always(schedule):
    assert is_in_the_way(obstacle(schedule=schedule), NOON)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expected"),
    [
        (None, None, True),
        (date(2026, 11, 2), None, True),
        (date(2026, 11, 3), None, False),
        (None, date(2026, 11, 3), True),
        (None, date(2026, 11, 2), False),
        # A period that ends before it begins, or as it does, says nothing.
        (date(2026, 12, 1), date(2026, 11, 1), True),
        (date(2026, 11, 9), date(2026, 11, 9), True),
        (date(2026, 10, 9), date(2026, 10, 1), True),
    ],
)
def test_construction_is_in_the_way_from_its_first_day_until_the_day_it_is_gone(valid_from, valid_to, expected):
    assert is_in_the_way(obstacle("construction", valid_from=valid_from, valid_to=valid_to), NOON) is expected


def test_ten_minutes_before_midnight_tomorrows_construction_counts():
    assert is_in_the_way(obstacle(valid_from=date(2026, 11, 3)), datetime(2026, 11, 2, 16, 50, tzinfo=UTC))
    assert is_in_the_way(obstacle(valid_to=date(2026, 11, 3)), datetime(2026, 11, 2, 17, 10, tzinfo=UTC))


# The list ------------------------------------------------------------------------------------------------------------


def test_findings_come_in_driving_order():
    way = [
        obstacle(at_m=150.0, width=3.0),
        road(100, 200, ref="b", width=5.0),
        obstacle(at_m=20.0, width=3.0),
        road(0, 100),
    ]
    places = [f.place.from_m for f in assess(ENGINE, way, at=NOON)]
    assert places == sorted(places)
    assert places == [0, 0, 0, 20, 100, 100, 100, 150]


def test_a_point_at_the_very_start_comes_after_its_road():
    findings = assess(ENGINE, [obstacle(at_m=0.0, width=3.0), road()], at=NOON)
    assert isinstance(findings[-1].place, Obstacle)


def test_neighbouring_stretches_that_say_the_same_are_one_finding():
    findings = assess(ENGINE, [road(0, 60, name="Khương Hạ"), road(60, 200, ref="s", name="Khương Hạ")], at=NOON)
    assert [(f.place.from_m, f.place.to_m) for f in findings] == [(0, 200)] * 3


def test_stretches_apart_or_different_stay_apart():
    apart = assess(ENGINE, [road(0, 60, name="A"), road(70, 90, name="A")], at=NOON)
    assert len(apart) == 6
    narrower = assess(ENGINE, [road(0, 60, name="A"), road(60, 90, name="A", width=2.7)], at=NOON)
    assert [(f.place.from_m, f.place.to_m) for f in narrower if f.dimension is WIDTH] == [(0, 60), (60, 90)]


def test_blocked_beats_unknown_beats_passable():
    assert verdict(road(), road(100, 200, width=None)) is Verdict.UNKNOWN
    assert verdict(road(), road(100, 200, width=None), obstacle(width=1.0)) is Verdict.BLOCKED
