"""How deep lanes lie beyond what a truck reaches, on pictures."""

import numpy as np
import pytest

from gis_core.values import Evidence, Verdict
from routes.engine.arrays import Level, Spot
from routes.engine.searches import depths_of, lay_hose, reach, walk_from
from routes.lanes.grouping import lanes_of
from routes.lanes.survey import Depth, LaneSurvey, survey_lanes
from tests.networks import Edge, Standing, network_of, obstacle, profile, wall
from tests.sketch import Sketch

STREET_AND_LANE = Sketch(
    """
    A....B....C
         .
         .
         D....E
    """
)
START = [(Spot(0, 0), 0)]


def survey(edges, obstacles=(), **more):
    network = network_of(edges, obstacles, sketch=STREET_AND_LANE)
    return survey_lanes(network, lanes_of(network.topology, network.roads), profile(**more), START)


def at(found: LaneSurvey, edge: int, mm: int) -> Depth:
    return found.depths_at(np.array([edge], np.int32), np.array([mm], np.int32))[0]


STREET = [Edge("AB"), Edge("BC")]


def test_a_lane_too_narrow_lies_as_deep_as_it_is_long_from_its_mouth():
    found = survey([*STREET, Edge("BD", width_m=1.5), Edge("DE", width_m=1.5)])
    assert at(found, 3, 50_000) == Depth(80.0, 80.0)
    assert at(found, 2, 10_000) == Depth(10.0, 10.0)
    assert at(found, 1, 20_000) == Depth(0.0, 0.0)


def test_a_lane_that_nobody_measured_is_unknown_and_neither_deep_nor_reached():
    found = survey([*STREET, Edge("BD", width_m=None), Edge("DE", width_m=None)])
    assert at(found, 3, 50_000) == Depth(0.0, 80.0)
    assert at(found, 3, 50_000).deeper_than(50) == "unknown"
    assert at(found, 3, 50_000).verdict is Verdict.UNKNOWN


def test_behind_a_gate_in_the_middle_of_the_lane_depth_begins_at_the_gate():
    found = survey([*STREET, Edge("BD"), Edge("DE")], [Standing(2, 20_000, obstacle(width_m=1.0))])
    assert at(found, 2, 20_000).most_m == pytest.approx(0, abs=0.002)
    assert at(found, 2, 30_000).most_m == pytest.approx(10, abs=0.002)
    assert at(found, 3, 40_000).least_m == pytest.approx(50, abs=0.002)


def test_a_wall_that_nobody_passes_leaves_what_is_behind_it_without_a_way_on_foot():
    found = survey([*STREET, Edge("BD")], [Standing(2, 10_000, wall(), foot=0)])
    assert at(found, 2, 25_000) == Depth(None, None)
    assert at(found, 2, 25_000).deeper_than(50) == "unknown"


def test_where_nobody_knows_whether_people_pass_the_most_is_open_and_the_least_is_not():
    found = survey([*STREET, Edge("BD")], [Standing(2, 10_000, wall(), foot=2)])
    assert at(found, 2, 30_000).least_m == pytest.approx(20, abs=0.002)
    assert at(found, 2, 30_000).most_m is None


def test_a_house_in_a_ring_of_lanes_is_as_deep_as_the_nearer_mouth():
    ring = Sketch("""
        A....B....C
             .    .
             D....E
    """)  # fmt: skip
    network = network_of(
        [Edge("AB"), Edge("BC"), Edge("BD", width_m=1.2), Edge("DE", width_m=1.2), Edge("CE", width_m=1.2)],
        sketch=ring,
    )
    found = survey_lanes(network, lanes_of(network.topology, network.roads), profile(), START)
    assert at(found, 3, 10_000) == Depth(30.0, 30.0)
    assert at(found, 3, 40_000) == Depth(30.0, 30.0)


def test_depths_are_what_laying_hose_from_each_place_finds():
    network = network_of(
        [*STREET, Edge("BD", width_m=None), Edge("DE", width_m=1.5)],
        [Standing(2, 20_000, obstacle(width_m=1.0))],
        sketch=STREET_AND_LANE,
    )
    depths = depths_of(network, profile(), START)
    for least, walk, surely in ((Level.ASSUMED, depths.surely, True), (Level.UNKNOWN, depths.perhaps, False)):
        reached = reach(network, profile(least=least), START, limit_ms=10**9)
        for edge, mm in ((2, 10_000), (2, 29_000), (3, 1_000), (3, 50_000), (1, 7_000)):
            hose = lay_hose(network, Spot(edge, mm), limit_mm=10**9, through_unknown=not surely)
            edges = np.repeat(reached.edge, 5)
            places = np.concatenate([np.linspace(a, b, 5) for a, b in zip(reached.from_mm, reached.to_mm, strict=True)])
            nearest = hose.mm_at(edges, places.astype(np.int32))[0]
            found = walk.mm_at(np.array([edge], np.int32), np.array([mm], np.int32))[0][0]
            inside = any(
                e == edge and a <= mm <= b for e, a, b in zip(reached.edge, reached.from_mm, reached.to_mm, strict=True)
            )
            assert found == (0 if inside else pytest.approx(nearest[nearest >= 0].min(), abs=2))


def test_the_way_on_foot_begins_where_the_truck_stops_and_has_the_length_of_the_depth():
    found = survey([*STREET, Edge("BD"), Edge("DE")], [Standing(2, 20_000, obstacle(width_m=1.0))])
    path = found.depths.surely.path_to(Spot(3, 40_000))
    assert (path.steps[0].edge, path.steps[0].from_mm) == (2, 19_999)
    assert path.length_mm == pytest.approx(50_000, abs=2)
    beside = found.depths.surely.path_to(Spot(2, 25_000))
    assert [(s.edge, s.from_mm, s.to_mm) for s in beside.steps] == [(2, 19_999, 25_000)]
    assert found.depths.surely.path_to(Spot(1, 5_000)) is None


def test_a_lane_is_as_deep_as_its_end_and_unknown_if_any_of_it_is():
    found = survey([*STREET, Edge("BD", width_m=1.5), Edge("DE", width_m=None)])
    by_lane = dict(zip([found.lanes.of_edge.tolist().index(n) for n in range(4)], found.depth, strict=True))
    assert by_lane[2] == Depth(30.0, 30.0)
    assert by_lane[3] == Depth(80.0, 80.0)  # nobody gets to its mouth, however wide it may be
    assert by_lane[0].verdict is Verdict.PASSABLE
    assert found.deepest(int(found.lanes.of_edge[3])) in {Spot(3, 50_000), Spot(3, 0)}


def test_the_nearest_of_some_places_is_found_on_foot_and_not_across_walls():
    network = network_of(
        [*STREET, Edge("BD", width_m=1.5), Edge("DE", width_m=1.5)],
        [Standing(3, 20_000, wall(), foot=0)],
        sketch=STREET_AND_LANE,
    )
    walk = walk_from(network, [Spot(3, 30_000), Spot(1, 10_000)], through_unknown=False)
    path = walk.path_to(Spot(2, 30_000))
    assert (path.steps[0].edge, path.steps[0].from_mm, path.length_mm) == (1, 10_000, 40_000)


def test_a_measured_width_lets_the_truck_in_and_an_assumed_one_too_but_not_the_unfounded():
    wide = Edge("BD", width_m=6.0, evidence=Evidence.ASSUMED)
    assert at(survey([*STREET, wide]), 2, 20_000).verdict is Verdict.UNKNOWN
    assert at(survey([*STREET, Edge("BD", width_m=6.0)]), 2, 20_000) == Depth(0.0, 0.0)
