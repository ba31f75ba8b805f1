"""What lies along a drawn line in the store: roads with their limits, and the obstacles on the way."""

from datetime import date

import numpy as np
import pytest
import shapely

from gis_core.values import Evidence
from routes.encounters import Dimension, NoRoad, RoadStretch
from routes.limits import limits_along
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

LANE = """
    A....x....B....y....C
              .
              z
              .
              D
"""


@pytest.fixture
def plan():
    sketch = Sketch(LANE)
    sketch.road("AB", name="Khương Hạ")
    sketch.road("BC", name="Khương Hạ")
    sketch.road("BD", name="Ngõ 29", highway="service")
    return sketch


def along(plan, path, *, shift_m=(0.0, 0.0), may_see=lambda unit: True):
    return limits_along(plan.lon_lat(path, shift_m=shift_m), may_see=may_see)


def met(plan, path, **how):
    return {obstacle.ref: round(obstacle.from_m, 1) for obstacle in along(plan, path, **how).obstacles}


def test_the_stretches_carry_what_the_store_knows(plan):
    plan.road(
        "CB", ref="wide", highway="tertiary", oneway="yes", access="private", clear_width_m=3.5,
        clear_width_on="2026-05-01", surveyed_by="team 1", max_axle_load_t=10,
        geom="SRID=4326;LINESTRING(105.83 21.02, 105.831 21.02)",
    )  # fmt: skip
    (stretch,) = limits_along(np.array([[105.831, 21.02], [105.83, 21.02]]), may_see=lambda unit: True).stretches
    assert isinstance(stretch, RoadStretch)
    assert (stretch.ref, stretch.kind, stretch.against_oneway, stretch.access) == ("wide", "tertiary", True, "private")
    width = stretch.limits[Dimension.WIDTH]
    assert (width.value, width.evidence, width.observed_by) == (3.5, Evidence.SURVEYED, "team 1")
    assert width.observed_on == date(2026, 5, 1)
    assert stretch.limits[Dimension.HEIGHT].value is None
    assert stretch.limits[Dimension.AXLE_LOAD].value == 10


def test_the_oneway_of_a_road_drawn_backwards_counts_backwards(plan):
    plan.road("xB", ref="minus", oneway="-1", geom="SRID=4326;LINESTRING(105.83 21.02, 105.831 21.02)")
    there, back = np.array([[105.83, 21.02], [105.831, 21.02]]), np.array([[105.831, 21.02], [105.83, 21.02]])
    against = [limits_along(line, may_see=bool).stretches[0].against_oneway for line in (there, back)]
    assert against == [True, False]


def test_without_a_road_the_line_is_a_stretch_of_nothing(plan):
    way = along(plan, "AC", shift_m=(0, 60))
    assert [type(stretch) for stretch in way.stretches] == [NoRoad]
    assert way.length_m == pytest.approx(200, abs=0.1)


def test_an_obstacle_on_the_way_is_met_where_it_stands_in_either_direction(plan):
    plan.restriction("x", on="AB")
    assert met(plan, "ABC") == {"restriction/x": 50.0}
    assert met(plan, "CBA") == {"restriction/x": 150.0}


def test_an_obstacle_is_met_each_time_the_line_comes_by(plan):
    plan.restriction("x", on="AB")
    assert [round(o.from_m) for o in along(plan, "ABA").obstacles] == [50, 150]


@pytest.mark.parametrize(("path", "expected"), [("xBC", {"restriction/x": 0.0}), ("AxB", {"restriction/x": 50.0})])
def test_an_obstacle_at_the_very_start_counts(plan, path, expected):
    plan.restriction("x", on="AB")
    assert met(plan, path) == expected


def test_an_obstacle_at_the_very_end_counts(plan):
    plan.restriction("x", on="AB")
    assert met(plan, "CBx") == {"restriction/x": 150.0}


def test_an_obstacle_behind_the_truck_on_the_same_road_does_not_count(plan):
    plan.restriction("x", on="AB", shift_m=(-5, 0))
    assert met(plan, "xBC") == {}


def test_an_obstacle_beyond_the_goal_on_the_same_road_does_not_count(plan):
    plan.restriction("y", on="BC", shift_m=(5, 0))
    assert met(plan, "ABy") == {}


def test_fractions_zero_and_one_are_on_the_road(plan):
    plan.restriction("A", on="AB", road_fraction=0.0)
    plan.restriction("C", on="BC", road_fraction=1.0)
    assert met(plan, "ABC") == {"restriction/A": 0.0, "restriction/C": 200.0}


def test_a_gate_in_the_mouth_of_a_side_lane_is_not_on_the_street(plan):
    plan.restriction("B", on="BD", shift_m=(0, -4), road_fraction=0.13)
    assert met(plan, "ABC") == {}
    assert met(plan, "ABD") == {"restriction/B": 104.0}


def test_a_gate_that_names_no_road_belongs_to_the_nearest_one(plan):
    plan.restriction("B", shift_m=(1, -6))
    assert met(plan, "ABC") == {}
    assert met(plan, "ABD") == {"restriction/B": 106.0}


def test_a_gate_that_names_a_road_unknown_here_belongs_to_the_nearest_one(plan):
    plan.restriction("x", on="way/gone/0", shift_m=(0, 6))
    assert met(plan, "ABC") == {"restriction/x": 50.0}


def test_beside_every_road_an_obstacle_farther_than_ten_metres_is_on_none(plan):
    plan.restriction("x", shift_m=(0, 11))
    assert met(plan, "ABC") == {}


def test_an_obstacle_on_the_axis_recorded_for_another_road_is_in_doubt(plan):
    plan.restriction("B", on="BD", road_fraction=0.0)
    (obstacle,) = along(plan, "ABC").obstacles
    assert obstacle.in_doubt
    (obstacle,) = along(plan, "ABD").obstacles
    assert not obstacle.in_doubt


def test_a_fraction_tells_where_the_point_was_put_far_from_its_road(plan):
    plan.restriction("z", on="AB", shift_m=(-40, 0), road_fraction=0.25)
    assert met(plan, "ABC") == {"restriction/z": 25.0}


def test_an_obstacle_where_the_line_runs_along_no_road_is_met(plan):
    plan.restriction("C", ref="fence", kind="fence", shift_m=(25, 2))
    line = np.vstack([plan.lon_lat("BC"), plan.point("C", shift_m=(40, 0))])
    (obstacle,) = limits_along(line, may_see=bool).obstacles
    assert (obstacle.ref, round(obstacle.from_m)) == ("fence", 125)


def test_a_market_along_the_lane_takes_up_its_length(plan):
    plan.restriction("xB", on="AB", kind="market")
    (market,) = along(plan, "ABC").obstacles
    assert (round(market.from_m), round(market.to_m)) == (50, 100)
    (half,) = along(plan, "AB").obstacles
    assert round(half.to_m) == 100


def test_a_market_over_two_segments_is_on_both(plan):
    plan.restriction("xBy", on="AB", kind="market")
    assert [(round(o.from_m), round(o.to_m)) for o in along(plan, "ABC").obstacles] == [(50, 100), (100, 150)]
    assert met(plan, "BC") == {"restriction/xBy": 0.0}


def test_a_market_in_the_side_lane_does_not_spread_over_the_crossing(plan):
    plan.restriction("BzD", on="BD", kind="market")
    assert met(plan, "ABC") == {}


def test_a_fence_across_the_lane_stands_at_the_crossing(plan):
    east, west = plan.point("z", shift_m=(6, 0)), plan.point("z", shift_m=(-6, 0))
    plan.restriction("z", kind="fence", geom=f"SRID=4326;LINESTRING({west[0]} {west[1]}, {east[0]} {east[1]})")
    (fence,) = along(plan, "BD").obstacles
    assert round(fence.from_m) == 20


def test_a_footprint_takes_up_the_part_of_the_lane_that_it_covers(plan):
    corners = [plan.point("x", shift_m=shift) for shift in ((-5, -4), (15, -4), (15, 4), (-5, 4), (-5, -4))]
    ring = ", ".join(f"{lon} {lat}" for lon, lat in corners)
    plan.restriction("x", on="AB", kind="construction", geom=f"SRID=4326;POLYGON(({ring}))")
    (site,) = along(plan, "ABC").obstacles
    assert (round(site.from_m), round(site.to_m)) == (45, 65)


def test_an_extent_reaches_both_ways_from_its_point(plan):
    plan.restriction("x", on="AB", kind="parked_vehicles", extent_m=20)
    (parked,) = along(plan, "ABC").obstacles
    assert (round(parked.from_m), round(parked.to_m)) == (40, 60)
    assert met(plan, "AB", shift_m=(0, 0))


def test_names_of_people_are_not_read_for_who_may_not_see_them(plan):
    plan.restriction("x", on="AB", key_holder="Bà Hà", key_holder_phone="0900 000 001", observed_by="Ông Nam")
    (hidden,) = along(plan, "AB", may_see=lambda unit: False).obstacles
    assert (hidden.key_holder, hidden.key_holder_phone, hidden.observed_by) == ("", "", "")
    assert all(not limit.observed_by for limit in hidden.limits.values())
    (shown,) = along(plan, "AB").obstacles
    assert (shown.key_holder, shown.observed_by) == ("Bà Hà", "Ông Nam")


def test_a_line_of_ten_thousand_vertices_takes_two_queries(plan, django_assert_num_queries):
    there = np.linspace(plan.lon_lat("AC")[0], plan.lon_lat("AC")[-1], 10_000)
    with django_assert_num_queries(2):
        way = limits_along(there, may_see=bool)
    assert [stretch.ref for stretch in way.stretches] == ["AB", "BC"]


# Which roads it stands on --------------------------------------------------------------------------------------------

TWO_LANES = """
    A.........D
    .         .
    .         .
    g.........h....k
    .         .
    .         .
    B.........C
"""


@pytest.fixture
def two_lanes():
    sketch = Sketch(TWO_LANES)
    for ref in ("AB", "BC", "CD"):
        sketch.road(ref)
    return sketch


def places(plan, path, **how):
    return sorted((round(each.from_m), each.in_doubt) for each in along(plan, path, **how).obstacles)


def test_a_fence_of_no_road_across_two_lanes_stands_on_both(two_lanes):
    two_lanes.restriction("gk", kind="fence")
    assert places(two_lanes, "ABCD") == [(30, False), (190, False)]
    assert places(two_lanes, "BCD") == [(130, False)]


def test_a_gate_of_no_road_where_two_roads_meet_is_met_once(two_lanes):
    two_lanes.restriction("B", shift_m=(1.0, 1.0))
    assert places(two_lanes, "ABCD") == [(59, False)]


@pytest.mark.parametrize("shape", ["line", "area", "points"])
def test_what_was_recorded_for_one_lane_and_crosses_another_puts_that_in_doubt(two_lanes, shape):
    fence = two_lanes.restriction("gk", on="AB", kind="fence")
    line = shapely.LineString(two_lanes.lon_lat("gk"))
    points = shapely.MultiPoint([two_lanes.point("g"), two_lanes.point("h")])
    fence.geom = f"SRID=4326;{ {'line': line, 'area': line.buffer(5e-6), 'points': points}[shape] }"
    fence.save()
    assert places(two_lanes, "BCD") == [(pytest.approx(130, abs=2), True)]
    assert places(two_lanes, "ABCD") == [
        (pytest.approx(30, abs=2), False),
        (pytest.approx(190, abs=2), True),
    ]


def test_what_stands_on_the_far_side_of_the_road_is_met(plan):
    plan.restriction("x", ref="far", shift_m=(0, -7), blocks_vehicles="yes")
    assert met(plan, "AB", shift_m=(0, 8)) == {"far": 50.0}


def test_what_stands_between_two_roads_belongs_to_the_nearer_one_however_far_the_line_is_off(plan):
    south = shapely.LineString(plan.lon_lat("AB", shift_m=(0, -14)))
    plan.road("AB", ref="south", geom=f"SRID=4326;{shapely.to_wkt(south, rounding_precision=12)}")
    plan.restriction("x", ref="south", shift_m=(0, -9.5), blocks_vehicles="yes")
    plan.restriction("x", ref="north", shift_m=(0, -6.5), blocks_vehicles="yes")
    assert met(plan, "AB") == met(plan, "AB", shift_m=(0, 8)) == {"north": 50.0}


def test_a_road_that_is_not_there_says_nothing_about_where_an_obstacle_stands(plan):
    plan.restriction("x", on="no such road", shift_m=(0, 7))
    assert met(plan, "AB") == {"restriction/x": 50.0}
    plan.restriction("x", ref="beside", on="no such road", shift_m=(0, 17))
    (neighbour,) = along(plan, "AB", shift_m=(0, 8)).beside
    assert neighbour.road_ref == ""


def test_what_was_recorded_for_a_road_far_away_leaves_the_one_beside_it_alone(plan):
    plan.road("CD", ref="far", geom="SRID=4326;LINESTRING(105.83 21.02, 105.831 21.02)")
    plan.restriction("x", on="far", shift_m=(0, 7))
    plan.restriction("y", on="far")
    assert met(plan, "AB") == {}
    assert [(each.road_ref, round(each.apart_m)) for each in along(plan, "AB").beside] == [("far", 7)]
    assert places(plan, "BC") == [(50, True)]
