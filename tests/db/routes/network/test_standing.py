"""On which edges a restriction stands: as the passability of a drawn line says, without the line."""

import numpy as np
import pytest
import shapely

from routes.engine.arrays import BLOCK, FREE
from routes.network.placing import _near
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

PICTURE = """
    A.........B.........C
              .
              .
              D
"""


@pytest.fixture
def plan():
    drawn = Sketch(PICTURE)
    for ref in ("AB", "BC", "BD"):
        drawn.road(ref)
    return drawn


SOMEWHERE = np.array([584_000.0, 2_323_000.0])


def entries(network):
    """(road, from m, to m, in doubt) of each entry."""
    s = network.standings
    edge = np.repeat(np.arange(len(s.first) - 1), np.diff(s.first))
    rows = zip(edge, s.from_mm / 1000, s.to_mm / 1000, s.in_doubt, strict=True)
    return [(network.roads.ref[int(e)], float(a), float(b), bool(doubt)) for e, a, b, doubt in rows]


def test_a_gate_stands_on_its_road_where_it_is(plan, network):
    plan.restriction("A", on="AB", shift_m=(40.0, 3.0))
    assert entries(network()) == [("AB", 40.0, 40.0, False)]


def test_a_gate_far_from_its_road_stands_where_the_fraction_says(plan, network):
    plan.restriction("C", on="AB", road_fraction=0.25)
    # It stands on the axis of another road too, and nobody knows which is right.
    assert entries(network()) == [("AB", 25.0, 25.0, False), ("BC", 100.0, 100.0, True)]


def test_a_gate_without_a_road_belongs_to_the_nearest_within_10_m(plan, network):
    plan.restriction("D", ref="near", shift_m=(9.0, 1.0))
    plan.restriction("D", ref="far", shift_m=(11.0, 1.0))
    assert entries(network()) == [("BD", 29.0, 29.0, False)]


def test_a_gate_without_a_road_stands_on_every_axis_it_is_on(plan, network):
    plan.restriction("B", shift_m=(2.0, -2.0))
    assert entries(network()) == [("AB", 100.0, 100.0, False), ("BC", 2.0, 2.0, False), ("BD", 2.0, 2.0, False)]


def test_a_gate_recorded_for_the_lane_only_puts_its_street_in_doubt(plan, network):
    plan.restriction("B", on="BD", clear_width_m=2.0)
    seen = network()
    assert entries(seen) == [("AB", 100.0, 100.0, True), ("BC", 0.0, 0.0, True), ("BD", 0.0, 0.0, False)]
    assert seen.standings.limits[:, 0, BLOCK].tolist() == [FREE, FREE, 2_000_000]


def test_a_gate_two_metres_into_the_lane_leaves_the_street_alone(plan, network):
    plan.restriction("B", on="BD", shift_m=(0.0, -2.0))
    assert entries(network()) == [("BD", 2.0, 2.0, False)]


@pytest.mark.parametrize(
    ("extent_m", "span"), [(10.0, (35.0, 45.0)), (None, (40.0, 40.0)), (float("nan"), (40.0, 40.0))]
)
def test_parked_cars_take_up_their_extent(plan, network, extent_m, span):
    plan.restriction("A", on="AB", shift_m=(40.0, 0.0), kind="parked_vehicles", extent_m=extent_m)
    assert entries(network()) == [("AB", *span, False)]


def test_a_market_along_two_roads_stands_on_both(plan, network):
    plan.restriction("ABD", kind="market")
    # And at the mouth of the third, for nobody said which road it was recorded for.
    assert entries(network()) == [("AB", 0.0, 100.0, False), ("BC", 0.0, 0.0, False), ("BD", 0.0, 30.0, False)]


def test_a_sign_in_doubt_stays_a_sign(plan, network):
    plan.restriction("B", on="BD", clear_width_m=2.0, legal_only=True)
    seen = network()
    assert seen.standings.legal.all()
    assert seen.standings.limits[:, 0, BLOCK].tolist() == [2_000_000] * 3


@pytest.mark.parametrize(
    ("columns", "foot"),
    [
        ({"kind": "gate"}, 2),
        ({"kind": "gate", "passable_on_foot": "yes"}, 1),
        ({"kind": "bollard"}, 1),
        ({"kind": "bollard", "passable_on_foot": "no"}, 0),
        ({"kind": "height_bar"}, 1),
        ({"kind": "fence"}, 2),
        ({"kind": "gate", "legal_only": True}, 1),
    ],
)
def test_people_pass_what_they_pass_by_nature_and_nobody_knows_of_gates(plan, network, columns, foot):
    plan.restriction("A", on="AB", shift_m=(40.0, 0.0), **columns)
    assert network().standings.foot.tolist() == [foot]


def test_timetables_are_shared_and_what_has_none_is_always_there(plan, network):
    for n, schedule in enumerate(["05:00-09:00", "", "05:00-09:00"]):
        plan.restriction("A", ref=f"market {n}", on="AB", shift_m=(40.0 + n, 0.0), schedule=schedule)
    seen = network().standings
    assert [table.schedule for table in seen.timetables] == ["05:00-09:00"]
    assert seen.timetable.tolist() == [0, -1, 0]


def test_the_grid_finds_every_edge_within_a_distance(network):
    """Against all pairs, on a random tangle of roads."""
    rng = np.random.default_rng(3)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    tangle = Sketch("A")
    tangle.places = {letter: tuple(rng.uniform(0, 900, 2) + SOMEWHERE) for letter in letters}
    for first, second in rng.choice(list(letters), (40, 2)):
        if first != second:
            tangle.road(first + second, ref=f"{first}{second}{rng.integers(1_000_000)}")
    topology = network().topology
    lines = [
        shapely.LineString(topology.vertex_xy[a:b])
        for a, b in zip(topology.vertex_first[:-1], topology.vertex_first[1:], strict=True)
    ]
    points = shapely.points(rng.uniform(-100, 1000, (300, 2)) + SOMEWHERE)
    which, edge, apart_m = _near(topology, points, 30.0)
    found = dict(zip(zip(which.tolist(), edge.tolist(), strict=True), apart_m, strict=True))
    expected = {
        (i, j): line.distance(point)
        for i, point in enumerate(points)
        for j, line in enumerate(lines)
        if line.distance(point) <= 30.0
    }
    assert found == expected
