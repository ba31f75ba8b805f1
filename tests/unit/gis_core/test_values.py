import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_core.values import (
    Bbox,
    Evidence,
    InvalidBbox,
    InvalidNumber,
    InvalidPosition,
    LonLat,
    OutsideVietnam,
    SwappedAxes,
    Verdict,
    compass_point,
    hose_count,
    parse_limit,
    parse_number,
)

VIETNAM_LON = st.floats(102.0, 117.9)
VIETNAM_LAT = st.floats(6.5, 23.5)


@given(lon=VIETNAM_LON, lat=VIETNAM_LAT)
def test_a_position_survives_its_own_text(lon, lat):
    place = LonLat.from_params(lon, lat)
    assert LonLat.from_text(str(place)) == place


@given(lon=VIETNAM_LON, lat=VIETNAM_LAT)
def test_swapped_longitude_and_latitude_are_told_with_the_right_order(lon, lat):
    with pytest.raises(SwappedAxes, match="look swapped: did you mean") as error:
        LonLat.from_params(lat, lon)
    assert str(LonLat(lon, lat)) in str(error.value)


@pytest.mark.parametrize("text", ["105.85", "105,85 21,03", "105,85,21,03", "105.85;21.03", ""])
def test_text_that_is_no_pair_is_told_how_to_write_one(text):
    with pytest.raises((InvalidPosition, InvalidNumber), match=r"such as"):
        LonLat.from_text(text)


@pytest.mark.parametrize("value", ["nan", "inf", "-Infinity", "1_0", "٣", "105°", "abc", math.nan, math.inf, True, [1]])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(InvalidNumber, match="lon is"):
        LonLat.from_params(value, 21.0)


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_parameter_is_called_missing(value):
    with pytest.raises(InvalidNumber, match="lat is missing"):
        LonLat.from_params(105.8, value)


def test_an_integer_longer_than_any_float_is_refused_not_raised_through():
    with pytest.raises(InvalidNumber):
        parse_number("lon", 10**400)
    with pytest.raises(InvalidNumber):
        parse_number("lon", "9" * 400)


@pytest.mark.parametrize(("lon", "lat"), [(2.35, 48.86), (0, 0), (101.9, 21), (105.8, 23.6), (121.0, 5.0)])
def test_a_place_on_earth_but_not_in_vietnam_is_outside(lon, lat):
    with pytest.raises(OutsideVietnam, match="longitude from 102"):
        LonLat.from_params(lon, lat)


def test_the_islands_are_in_vietnam():
    assert LonLat.from_params(111.93, 8.65).lat == 8.65  # Trường Sa
    assert LonLat.from_params(112.33, 16.83).lon == 112.33  # Hoàng Sa


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, -91), (588394, 2326344), (math.nan, 21), (105, math.inf)])
def test_no_position_beyond_the_earth_can_exist(lon, lat):
    with pytest.raises(InvalidPosition, match="no place on Earth"):
        LonLat(lon, lat)


@given(lons=st.tuples(VIETNAM_LON, VIETNAM_LON), lats=st.tuples(VIETNAM_LAT, VIETNAM_LAT))
def test_a_box_survives_its_own_text(lons, lats):
    box = Bbox(min(lons), min(lats), max(lons), max(lats))
    assert Bbox.from_text(str(box)) == box


def test_heights_of_a_box_are_left_aside():
    assert Bbox.from_text("105.8,21.0,-5,105.9,21.1,50") == Bbox(105.8, 21.0, 105.9, 21.1)


def test_a_box_of_latitude_first_is_turned():
    assert Bbox.from_text("21.0,105.8,21.1,105.9", latitude_first=True) == Bbox(105.8, 21.0, 105.9, 21.1)


def test_the_whole_world_is_a_box():
    assert Bbox.from_text("-180,-90,180,90").contains(105.8, 21.0)


def test_a_box_in_metres_is_not_judged_as_degrees():
    assert Bbox.from_text("529900,2274800,605600,2365900", crs="EPSG:5897").crs == "EPSG:5897"


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("105.8,21.0,105.9", InvalidBbox, "not 3"),
        ("105.8,21.0,0,105.9,21.1", InvalidBbox, "not 5"),
        ("105.8,21.0,105.9,nan", InvalidNumber, "nan"),
        ("105.8,21.0,105.9,", InvalidNumber, "missing"),
        ("105.8,21.1,105.9,21.0", InvalidBbox, "minimum above"),
        ("105.9,21.0,105.8,21.1", InvalidBbox, "180° meridian"),
        ("170,-10,-170,10", InvalidBbox, "180° meridian"),
        ("21.0,105.8,21.1,105.9", SwappedAxes, "105.8,21.0,105.9,21.1"),
        ("529900,2274800,605600,2365900", InvalidBbox, "name the CRS"),
    ],
)
def test_a_bad_box_is_refused_with_the_reason(text, error, message):
    with pytest.raises(error, match=message):
        Bbox.from_text(text)


def test_a_box_made_in_code_cannot_hold_nan_either():
    with pytest.raises(InvalidBbox, match="finite"):
        Bbox(0, 0, math.nan, 1)


@pytest.mark.parametrize("value", [0, -1, "0", "-0.5"])
def test_zero_is_no_limit_because_files_write_it_for_unknown(value):
    with pytest.raises(InvalidNumber, match="above zero"):
        parse_limit("width_m", value)


def test_a_limit_above_its_maximum_is_refused():
    assert parse_limit("radius_m", "5000", maximum=5000) == 5000
    with pytest.raises(InvalidNumber, match="at most 5000"):
        parse_limit("radius_m", "5001", maximum=5000)


@pytest.mark.parametrize(
    ("azimuth_deg", "sixteen", "eight"),
    [
        (0, "N", "N"),
        (11.25, "NNE", "N"),
        (11.24, "N", "N"),
        (22.5, "NNE", "NE"),
        (90, "E", "E"),
        (180, "S", "S"),
        (270, "W", "W"),
        (348.75, "N", "N"),
        (360, "N", "N"),
        (-90, "W", "W"),
        (765, "NE", "NE"),
    ],
)
def test_compass_points_turn_clockwise_from_north(azimuth_deg, sixteen, eight):
    assert (compass_point(azimuth_deg), compass_point(azimuth_deg, 8)) == (sixteen, eight)


def test_two_equal_points_have_no_direction():
    with pytest.raises(InvalidNumber, match="two equal points"):
        compass_point(math.nan)


@given(azimuth_deg=st.floats(-1e6, 1e6))
def test_opposite_azimuths_have_opposite_points(azimuth_deg):
    points = [compass_point(a) for a in (azimuth_deg, azimuth_deg + 180)]
    order = [compass_point(22.5 * sector) for sector in range(16)]
    assert (order.index(points[1]) - order.index(points[0])) % 16 in {7, 8, 9}


@pytest.mark.parametrize(
    ("distance_m", "hoses"), [(0, 0), (0.001, 1), (19.999, 1), (20.0, 1), (20.0001, 2), (29.5, 2), (60.0, 3), (400, 20)]
)
def test_hoses_are_counted_up(distance_m, hoses):
    assert hose_count(distance_m) == hoses


def test_slack_is_added_exactly():
    assert hose_count(100, slack=0.2) == 6
    assert hose_count(100, slack=0.1, hose_length_m=22) == 5  # 110.00000000000001 in floats would take 6


@pytest.mark.parametrize(
    "arguments",
    [{"distance_m": -1}, {"distance_m": math.nan}, {"distance_m": math.inf}, {"distance_m": 1, "hose_length_m": 0},
     {"distance_m": 1, "slack": -0.1}, {"distance_m": 1, "hose_length_m": math.nan}],
)  # fmt: skip
def test_hoses_cannot_be_counted_over_nothing_known(arguments):
    with pytest.raises(InvalidNumber, match="cannot be counted"):
        hose_count(**arguments)


@given(distance_m=st.floats(0, 1e6), hose_length_m=st.floats(0.5, 100), slack=st.floats(0, 2))
def test_the_hoses_reach_and_one_less_would_not(distance_m, hose_length_m, slack):
    count = hose_count(distance_m, hose_length_m, slack)
    needed_m = distance_m * (1 + slack)
    assert count * hose_length_m >= needed_m * (1 - 1e-12)
    assert (count - 1) * hose_length_m < needed_m * (1 + 1e-12) or count == 0


def test_evidence_compares_by_strength_not_by_spelling():
    assert sorted(Evidence, reverse=True) == [Evidence.SURVEYED, Evidence.TAGGED, Evidence.ASSUMED, Evidence.NONE]
    assert max(["none", Evidence.ASSUMED], key=Evidence) is Evidence.ASSUMED
    assert Evidence.NONE < "assumed" <= Evidence.ASSUMED
    assert Evidence.NONE <= Evidence.NONE
    assert Evidence.SURVEYED >= Evidence.TAGGED > Evidence.NONE


def test_evidence_is_its_text_for_storage_and_json():
    assert [str(e) for e in Evidence] == ["none", "assumed", "tagged", "surveyed"]
    assert Evidence("surveyed") == "surveyed"


@pytest.mark.parametrize("verdicts", list(permutations(Verdict)))
def test_one_blocked_part_blocks_the_way_whatever_the_order(verdicts):
    assert Verdict.worst(verdicts) is Verdict.BLOCKED


def test_an_unknown_part_is_never_counted_as_passable():
    assert Verdict.worst([Verdict.PASSABLE, Verdict.UNKNOWN, Verdict.PASSABLE]) is Verdict.UNKNOWN
    assert Verdict.worst([Verdict.PASSABLE, Verdict.PASSABLE]) is Verdict.PASSABLE


def test_nothing_looked_at_is_unknown_not_passable():
    assert Verdict.worst([]) is Verdict.UNKNOWN


def test_worst_reads_stored_text_and_refuses_what_is_no_verdict():
    assert Verdict.worst(["passable", "blocked"]) is Verdict.BLOCKED
    with pytest.raises(ValueError, match="open"):
        Verdict.worst(["open"])


def test_a_verdict_used_as_a_boolean_raises():
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(Verdict.BLOCKED)
    with pytest.raises(TypeError):
        any([Verdict.UNKNOWN])
