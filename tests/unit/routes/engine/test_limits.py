"""The thresholds of the engine decide as `routes.passability` does, whatever is stated, assumed, missing or wrong."""

import math
from datetime import datetime

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis_core.values import Evidence
from routes.encounters import Assumption, Dimension, Limit, Mode, Obstacle, RoadStretch, Vehicle
from routes.engine import passing
from routes.engine.arrays import DIMENSIONS, NEED_UNKNOWN, Level
from routes.engine.limits import doubted, is_closed, need_of, obstacle_limits, road_limits, thresholds
from routes.obstacles import is_solid_sign
from routes.passability import assess
from routes.schedule import HANOI_TIME
from tests.road_oracle import level_of as level_of_findings

level_of = passing.level_of.py_func  # the rule itself; compiling it would take longer than the test
NOON = datetime(2026, 11, 22, 12, tzinfo=HANOI_TIME)
KINDS = ("residential", "primary", "steps", "ladder", "construction", "unheard_of")

sizes = st.one_of(
    st.sampled_from([2.2, 2.5, 2.7, 2.6999995, 2.7000004, 3.6, 16.0, 0.0, -1.0, math.nan, math.inf]),
    st.floats(0.5, 60.0),
)
limits = st.builds(Limit, st.none() | sizes, st.sampled_from(Evidence))
stated = st.dictionaries(st.sampled_from(DIMENSIONS), limits)
vehicles = st.builds(
    Vehicle,
    width_m=st.sampled_from([2.5, 1.1]) | st.floats(0.5, 4.0),
    height_m=st.sampled_from([3.4, 2.0]) | st.floats(0.5, 5.0),
    length_m=st.just(8.0),
    gross_weight_t=st.sampled_from([16.0, 2.7]) | st.floats(0.2, 60.0),
    axle_load_t=st.none() | st.just(10.0) | st.floats(0.2, 20.0),
)
assumptions = st.dictionaries(
    st.sampled_from(KINDS),
    st.builds(
        Assumption,
        st.dictionaries(st.sampled_from([Dimension.WIDTH, Dimension.HEIGHT, Dimension.WEIGHT]), sizes),
        st.booleans(),
    ),
)
obstacles = st.builds(
    Obstacle,
    from_m=st.just(0.0),
    to_m=st.just(0.0),
    kind=st.sampled_from(["gate", "bollard", "height_bar", "weight_limit", "stairs", "market", "low_cable"]),
    limits=stated,
    evidence=st.sampled_from(Evidence),
    blocks_vehicles=st.sampled_from(["yes", "no", "unknown"]),
    openable=st.sampled_from(["yes", "no", "unknown"]),
    legal_only=st.booleans(),
    in_doubt=st.booleans(),
)


@settings(max_examples=400, deadline=None)
@given(vehicles, st.sampled_from(KINDS), stated, st.booleans(), st.booleans(), assumptions)
def test_a_road_is_as_sure_as_the_rules_say(vehicle, kind, limits, bridge, tunnel, assumed):
    road = RoadStretch(from_m=0, to_m=10, kind=kind, limits=limits, bridge=bridge, tunnel=tunnel)
    findings = assess(vehicle, [road], at=NOON, assumptions=assumed)
    values = [limits.get(dimension, Limit()) for dimension in DIMENSIONS]
    columns = road_limits(
        np.array([0], np.int16),
        [kind],
        np.array([[_column(limit) for limit in values]]),
        np.array([[limit.evidence.strength for limit in values]], np.int8),
        np.array([bridge]),
        np.array([tunnel]),
        assumed,
    )
    assert level_of(columns, 0, need_of(vehicle)) == level_of_findings(findings)


def _column(limit: Limit) -> float:
    """As the loader hands it over: nothing stated is NaN, a number that cannot be a limit is 0."""
    if limit.value is None:
        return math.nan
    return limit.value if math.isfinite(limit.value) else 0.0


@settings(max_examples=400, deadline=None)
@given(vehicles, obstacles, st.sampled_from(Mode))
def test_an_obstacle_is_as_sure_as_the_rules_say(vehicle, obstacle, mode):
    limits = doubted(obstacle_limits(obstacle)[None], np.array([obstacle.in_doubt and not obstacle.legal_only]))
    level = level_of(limits, 0, need_of(vehicle))
    if obstacle.legal_only and mode is Mode.EMERGENCY:
        level = Level.UNKNOWN if is_solid_sign(obstacle) else Level.RECORDED  # the searches leave its limits aside
    assert level == level_of_findings(assess(vehicle, [obstacle], at=NOON, mode=mode))


@given(st.floats(1e-6, 2000.0), st.integers(0, 2_000_000_000))
@example(2.6999995, 2_700_000)
@example(2.7, 2_700_000)
def test_a_threshold_is_the_largest_need_that_fits(value, need):
    assert (need <= thresholds(np.array([value]))[0]) == (round(value - need / 1e6, 6) >= 0)


@given(st.sampled_from(["", "yes", "private", "no", "destination", "permit", "delivery"]))
def test_a_road_is_closed_where_the_rules_find_so(access):
    road = RoadStretch(from_m=0, to_m=10, access=access)
    findings = assess(Vehicle(2.5, 3.4, 8, 16), [road], at=NOON, mode=Mode.LEGAL)
    assert is_closed(access) == any(finding.dimension is Dimension.LEGAL for finding in findings)


def test_an_unknown_axle_load_stops_at_a_stated_axle_limit_only():
    vehicle = Vehicle(width_m=2.5, height_m=3.4, length_m=8, gross_weight_t=16)
    assert need_of(vehicle)[3] == NEED_UNKNOWN
    wide = {d: Limit(50, Evidence.SURVEYED) for d in DIMENSIONS[:3]}
    for extra, expected in (({}, Level.RECORDED), ({Dimension.AXLE_LOAD: Limit(50, Evidence.SURVEYED)}, Level.UNKNOWN)):
        limits = obstacle_limits(Obstacle(from_m=0, to_m=0, kind="gate", limits={**wide, **extra}))
        assert level_of(limits[None], 0, need_of(vehicle)) == expected
