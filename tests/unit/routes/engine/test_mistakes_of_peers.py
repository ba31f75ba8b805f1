"""The mistakes of other routers (`../shared/examples.md`), each as a picture."""

import numpy as np
import pytest

from routes.engine.arrays import Level, Spot
from routes.engine.searches import Spread, Targets, best_stop, fastest, lay_hose, way_to_open
from tests.networks import Edge, Standing, network_of, obstacle, profile, wall
from tests.sketch import Sketch

EVER = 10**9
LANE = Sketch("""
    A..........G.........B
    .                    .
    .                    .
    C....................D
""")


def narrow(**columns):
    return obstacle(width_m=2.2, **columns)


def test_a_junction_reached_again_on_a_faster_way_is_settled_at_the_faster_time():  # mistake 2
    edges = [Edge((1, 2), 50_000), Edge((1, 3), 10_000), Edge((3, 2), 10_000), Edge((2, 4), 10_000)]
    path = fastest(network_of(edges), profile(), Spot(0, 0), Spot(3, 10_000))
    assert [step.edge for step in path.steps] == [0, 1, 2, 3]
    assert path.length_mm == 30_000


def test_the_source_near_in_a_straight_line_and_far_by_road_does_not_win():  # mistake 4
    edges = [Edge((1, 2), 900_000), Edge((1, 3), 100_000)]
    sources = Targets.of([0, 1], [900_000, 100_000], [True, True])
    spread = Spread(network_of(edges), profile(), [(Spot(0, 0), 0)], sources, limit_ms=EVER)
    assert spread.settle(np.ones(2, bool), 1).tolist() == [1]


def test_a_source_without_a_way_to_it_is_not_found_at_all():
    network = network_of([Edge((1, 2), 10_000), Edge((3, 4), 10_000)])
    sources = Targets.of([1], [0], [True])
    spread = Spread(network, profile(), [(Spot(0, 0), 0)], sources, limit_ms=EVER)
    assert spread.settle(np.ones(1, bool), 1).tolist() == []


@pytest.mark.parametrize("width_m", [None, 0.0])
def test_a_width_that_is_missing_or_zero_is_not_passable(width_m):  # mistake 6
    network = network_of([Edge((1, 2), 10_000, width_m=width_m)])
    assert fastest(network, profile(), Spot(0, 0), Spot(0, 10_000)) is not None
    for least in (Level.ASSUMED, Level.RECORDED):
        assert fastest(network, profile(least=least), Spot(0, 0), Spot(0, 10_000)) is None


def test_no_way_into_a_blocked_lane_because_the_target_lies_in_it():  # mistake 7
    edges = [Edge((1, 2), 50_000), Edge((2, 3), 70_000, width_m=2.2)]
    assert fastest(network_of(edges), profile(), Spot(0, 0), Spot(1, 40_000)) is None
    assert fastest(network_of(edges), profile(), Spot(1, 40_000), Spot(0, 0)) is None
    gate = network_of([edges[0], Edge((2, 3), 70_000)], [Standing(1, 30_000, narrow())])
    assert fastest(gate, profile(), Spot(0, 0), Spot(1, 40_000)) is None
    assert fastest(gate, profile(), Spot(0, 0), Spot(1, 30_000)) is not None  # up to the gate


def test_of_parallel_roads_the_faster_one_counts_and_not_their_sum():  # mistake 8
    edges = [Edge((1, 2), 1_000), Edge((2, 3), 40_000), Edge((2, 3), 30_000), Edge((3, 4), 1_000)]
    path = fastest(network_of(edges), profile(), Spot(0, 0), Spot(3, 1_000))
    assert [step.edge for step in path.steps] == [0, 2, 3]


def test_a_way_far_around_is_found_however_far():  # mistake 9
    edges = [Edge((1, 2), 100_000), Edge((1, 3), 9_000_000), Edge((3, 2), 9_000_000)]
    network = network_of(edges, [Standing(0, 50_000, wall())])
    path = fastest(network, profile(), Spot(0, 49_000), Spot(0, 51_000))
    assert [step.edge for step in path.steps] == [0, 1, 2, 0]
    assert path.length_mm == 18_098_000


@pytest.mark.parametrize(("start", "end"), [(0, 110_000), (110_000, 0), (0, 210_000), (210_000, 110_000)])
def test_the_ends_of_a_road_are_places_on_it(start, end):  # mistake 14
    network = network_of([Edge("AGB")], sketch=LANE)
    path = fastest(network, profile(), Spot(0, start), Spot(0, end))
    assert path.length_mm == abs(end - start)
    assert len(path.steps) == 1


def test_a_target_behind_the_barrier_on_the_same_road_is_reached_around():  # mistake 14
    network = network_of([Edge("AGB"), Edge("AC"), Edge("CD"), Edge("DB")], [Standing(0, 110_000, wall())], sketch=LANE)
    there = fastest(network, profile(), Spot(0, 100_000), Spot(0, 120_000))
    back = fastest(network, profile(), Spot(0, 120_000), Spot(0, 100_000))
    assert [step.edge for step in there.steps] == [0, 1, 2, 3, 0]
    assert [step.edge for step in back.steps] == [0, 3, 2, 1, 0]
    before = fastest(network, profile(), Spot(0, 100_000), Spot(0, 110_000))
    assert len(before.steps) == 1


@pytest.mark.parametrize("at_mm", [0, 50_000])
def test_a_barrier_at_the_end_of_a_road_stops_who_goes_on_and_not_who_stands_there(at_mm):  # mistake 14
    edges = [Edge((1, 2), 50_000), Edge((2, 3), 50_000)]
    place = Standing(0, 50_000, wall()) if at_mm else Standing(1, 0, wall())
    network = network_of(edges, [place])
    assert fastest(network, profile(), Spot(0, 10_000), Spot(1, 10_000)) is None
    assert fastest(network, profile(), Spot(0, 10_000), Spot(0, 50_000)) is not None
    assert fastest(network, profile(), Spot(1, 10_000), Spot(1, 0)) is not None


def test_hose_goes_against_a_one_way_and_through_a_gate_that_stops_the_truck():  # mistake 15
    edges = [Edge((1, 2), 50_000), Edge((2, 3), 70_000, oneway=-1)]
    network = network_of(edges, [Standing(1, 30_000, narrow(), foot=1)])
    hose = lay_hose(network, Spot(1, 60_000), limit_mm=400_000)
    assert hose.metres_at(Spot(0, 20_000)) == 90.0
    stop = best_stop(network, profile(), [(Spot(0, 0), 0)], hose, lay_ms_per_m=1_500)
    assert (stop.spot.edge, 30_000 - stop.spot.at_mm) in {(1, 0), (1, 1)}  # at the gate or a millimetre before it
    assert stop.hose_path.unknown is False


def test_hose_does_not_pass_where_people_do_not_and_says_where_nobody_knows():
    edges = [Edge((1, 2), 50_000), Edge((2, 3), 70_000)]
    fence = network_of(edges, [Standing(1, 30_000, wall(), foot=0)])
    doubt = network_of(edges, [Standing(1, 30_000, wall(), foot=2)])
    assert lay_hose(fence, Spot(1, 60_000), limit_mm=400_000).metres_at(Spot(0, 0)) is None
    assert lay_hose(doubt, Spot(1, 60_000), limit_mm=400_000).path_from(Spot(0, 0)).unknown
    surely = lay_hose(doubt, Spot(1, 60_000), limit_mm=400_000, through_unknown=False)
    assert surely.metres_at(Spot(0, 0)) is None


def test_hose_along_a_road_that_may_not_be_there_says_so():
    network = network_of([Edge((1, 2), 50_000), Edge((2, 3), 70_000, kind="construction")])
    assert lay_hose(network, Spot(1, 50_000), limit_mm=400_000).path_from(Spot(0, 0)).unknown
    surely = lay_hose(network, Spot(1, 50_000), limit_mm=400_000, through_unknown=False)
    assert surely.metres_at(Spot(0, 0)) is None


def test_the_way_to_open_prefers_one_gate_to_a_lane_that_is_too_narrow():
    edges = [Edge((1, 2), 10_000), Edge((2, 3), 90_000), Edge((2, 3), 10_000, width_m=2.0), Edge((3, 4), 10_000)]
    network = network_of(edges, [Standing(1, 5_000, narrow())])
    path, openings = way_to_open(network, profile(), Spot(0, 0), Spot(3, 10_000))
    assert [step.edge for step in path.steps] == [0, 1, 3]
    assert [(opening.edge, opening.record, opening.at_mm) for opening in openings] == [(1, 0, 5_000)]
