"""A path through the network becomes findings: what is met, when, how sure, and in whose words."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_core.values import Evidence, Verdict
from routes.encounters import Mode, Reason
from routes.engine.arrays import Level, Path, Spot, Step
from routes.engine.searches import fastest, way_to_open
from routes.linear import along_m
from routes.pieces import metres_by_evidence
from routes.trip import judge, vertices_of
from tests.networks import ASSUMPTIONS, ENGINE, NOON, Edge, Standing, network_of, obstacle, profile, turn, wall
from tests.sketch import Sketch

STREET = Sketch("""
    A....G....B....H....C
              .
              .
              D
""")
EDGES = (Edge(over="AB"), Edge(over="BC"), Edge(over="BD"))
LENGTH = 100_000


def street(*standing, edges=EDGES, **how):
    return network_of(list(edges), standing, sketch=STREET, **how)


def trip_over(network, path, *, vehicle=ENGINE, emergency=True, at=NOON, may_see=lambda unit: True):
    return judge(
        network,
        path,
        vehicle=vehicle,
        profile=profile(vehicle, emergency=emergency, at=at),
        at=at,
        mode=Mode.EMERGENCY if emergency else Mode.LEGAL,
        may_see=may_see,
        assumptions=ASSUMPTIONS,
    )


def drive(network, start, end, *, least=Level.UNKNOWN, emergency=True, at=NOON, vehicle=ENGINE, **how):
    path = fastest(network, profile(vehicle, emergency=emergency, least=least, at=at), Spot(*start), Spot(*end))
    return None if path is None else trip_over(network, path, emergency=emergency, at=at, vehicle=vehicle, **how)


def met(trip):
    return [(f.place.kind, round(f.place.from_m, 1)) for f in trip.findings if f.place.kind in {"gate", "market"}]


def test_a_trip_over_two_segments_has_their_length_and_is_recorded():
    trip = drive(street(), (0, 0), (1, LENGTH))
    assert (trip.verdict, trip.level) == (Verdict.PASSABLE, Level.RECORDED)
    assert [(s.ref, s.from_m, s.to_m) for s in trip.way.stretches] == [("AB", 0.0, 200.0)]
    assert metres_by_evidence(trip.pieces)[Evidence.SURVEYED] == 200.0


def test_a_part_of_a_way_names_the_segments_that_it_is_driven_over():
    way = drive(street(), (0, 20_000), (1, 30_000)).way
    assert way.segments == ([0.0, 80.0], ["AB", "BC"])
    spans = ((0, 110), (0, 80), (80, 110), (79, 81), (80, 80), (110, 110))
    assert [way.refs_between(*span) for span in spans] == [
        ["AB", "BC"], ["AB"], ["BC"], ["AB", "BC"], ["BC"], ["BC"]
    ]  # fmt: skip


def test_neighbours_that_the_rules_can_tell_apart_stay_two_stretches():
    for column, value in (("oneway", -1), ("bridge", True), ("tunnel", True), ("road_class", 1)):
        network = street()
        getattr(network.roads, column)[1] = value
        assert len(drive(network, (0, 0), (1, LENGTH)).way.stretches) == 2, column
    network = street()
    network.roads.value[1, 0] += 0.5
    assert len(drive(network, (0, 0), (1, LENGTH)).way.stretches) == 2


def test_findings_come_in_driving_order_in_both_directions():
    network = street(Standing(0, 50_000, obstacle(width_m=5)), Standing(1, 50_000, obstacle(width_m=4)))
    assert met(drive(network, (0, 0), (1, LENGTH))) == [("gate", 50.0), ("gate", 150.0)]
    assert met(drive(network, (1, 80_000), (0, 20_000))) == [("gate", 30.0), ("gate", 130.0)]


def test_a_barrier_is_driven_through_not_stood_at():
    network = street(Standing(0, 50_000, obstacle(width_m=4)))
    assert met(drive(network, (0, 0), (0, 50_000))) == []
    assert met(drive(network, (0, 50_000), (0, 0))) == []
    assert met(drive(network, (0, 50_000), (1, 10_000))) == []
    assert met(drive(network, (0, 49_999), (0, 50_001))) == [("gate", 0.0)]


@pytest.mark.parametrize("at_mm", [0, LENGTH])
def test_at_fractions_zero_and_one_a_barrier_is_met_where_the_way_goes_on_over_it(at_mm):
    network = street(Standing(1, at_mm, obstacle(width_m=4)))
    assert met(drive(network, (1, 0), (1, LENGTH))) == [], "from its one end to the other"
    assert met(drive(network, (0, 50_000), (1, LENGTH))) == ([("gate", 50.0)] if at_mm == 0 else [])


def test_the_line_is_drawn_along_the_path_with_its_metres():
    trip = drive(street(), (1, 50_000), (2, 10_000))
    assert trip.way.line.at_m[[0, -1]].tolist() == [0.0, 60.0]
    expected = STREET.lon_lat("HB")
    assert np.abs(trip.way.line.xy[:2] - expected).max() < 1e-7


def test_steps_that_go_on_along_one_edge_meet_what_stands_between_them():
    network = street(Standing(0, 50_000, obstacle(width_m=4)))
    halves = (Step(0, 0, 50_000, 0, 6000), Step(0, 50_000, LENGTH, 6000, 12_000))
    assert met(trip_over(network, Path(halves, 12_000, LENGTH))) == [("gate", 50.0)]
    assert along_m(vertices_of(network, halves))[-1] == 100.0


def test_an_obstacle_is_judged_at_its_own_time_of_arrival():
    # 100 m of a residential road take 12 s; the market begins at 05:00, and 15 minutes before it may stand there.
    market = obstacle(kind="market", width_m=1, schedule="05:00-09:00")
    network = street(Standing(1, 50_000, market))
    far = NOON.replace(hour=4, minute=44, second=50)
    assert trip_over(network, _all_of(network, at=far), at=far).verdict is Verdict.BLOCKED
    earlier = far - timedelta(seconds=30)
    assert trip_over(network, _all_of(network, at=earlier), at=earlier).verdict is Verdict.PASSABLE


def _all_of(network, *, at):
    return way_to_open(network, profile(at=at), Spot(0, 0), Spot(1, LENGTH))[0]


def test_an_unmeasured_lane_is_unknown_and_says_over_how_many_metres():
    network = street(edges=(EDGES[0], EDGES[1], replace(EDGES[2], width_m=None, kind="service")))
    trip = drive(network, (0, 50_000), (2, 30_000))
    assert (trip.verdict, trip.level) == (Verdict.UNKNOWN, Level.UNKNOWN)
    assert metres_by_evidence(trip.pieces)[Evidence.NONE] == 30.0
    assert drive(network, (0, 50_000), (2, 30_000), least=Level.ASSUMED) is None


def test_a_main_street_is_assumed_and_graded_so():
    network = street(edges=(replace(EDGES[0], kind="primary", width_m=None, height_m=None, weight_t=None),))
    trip = drive(network, (0, 0), (0, LENGTH))
    assert (trip.verdict, trip.level) == (Verdict.PASSABLE, Level.ASSUMED)


def test_legal_limits_used_are_listed_in_an_emergency():
    sign = obstacle(kind="weight_limit", weight_t=5, legal_only=True)
    network = street(
        Standing(1, 50_000, sign),
        edges=(replace(EDGES[0], oneway=-1, way=7), replace(EDGES[1], access="private", way=8), EDGES[2]),
        turns=turn(7, "B", 8),
    )
    trip = drive(network, (0, 0), (1, LENGTH))
    assert trip.verdict is Verdict.PASSABLE
    assert [(f.reason, f.place.from_m) for f in trip.legal_used] == [
        (Reason.ONE_WAY, 0.0),
        (Reason.ACCESS, 100.0),
        (Reason.TURN, 100.0),
        (Reason.SIGN, 150.0),
    ]
    assert drive(network, (0, 0), (1, LENGTH), emergency=False) is None


def test_a_turn_forbidden_over_a_road_between_is_listed_and_makes_a_legal_way_unknown():
    plan = Sketch("A...B...C...D")
    edges = [Edge(over="AB", way=1), Edge(over="BC", way=2), Edge(over="CD", way=3)]
    network = network_of(edges, sketch=plan, turns=turn(1, -1, 3, via_way=2))
    emergency = drive(network, (0, 0), (2, 40_000))
    assert [(f.reason, f.place.from_m) for f in emergency.legal_used] == [(Reason.TURN, 80.0)]
    assert drive(network, (0, 0), (2, 40_000), emergency=False).verdict is Verdict.UNKNOWN
    assert drive(network, (2, 40_000), (0, 0)).legal_used == ()


def test_a_turn_forbidden_over_a_road_between_is_listed_where_the_way_ends_on_the_road_it_began_on():
    plan = Sketch("A...B...C...D")
    names = ("AB", "BC", "CD")
    edges = [Edge(over=over, way=way) for way, over in enumerate(names, 1)]
    network = network_of(edges, sketch=plan, turns=turn(1, -1, 3, via_way=2))
    there = [(edge, 0, 40_000) for edge in (0, 1, 2)]
    back = [(edge, 40_000, 0) for edge in (2, 1, 0)]
    path = Path(tuple(Step(*stretch, 0, 0) for stretch in (*there, *back, there[0])), 0, 0)
    assert [(f.reason, f.place.from_m) for f in trip_over(network, path).legal_used] == [(Reason.TURN, 80.0)]


def test_a_ban_over_a_road_of_many_segments_holds():
    plan = Sketch("A.B.C.D.E.F.G.H.I.J.K.L")
    letters = "ABCDEFGHIJKL"
    edges = [Edge(over=a + b, way=1 if a == "A" else 3 if b == "L" else 2) for a, b in pairwise(letters)]
    network = network_of(edges, sketch=plan, turns=turn(1, -1, 3, via_way=2))
    assert [f.reason for f in drive(network, (0, 0), (10, 20_000)).legal_used] == [Reason.TURN]


def test_names_of_people_stay_out_where_the_reader_may_not_see_them():
    gate = obstacle(width_m=4, openable="yes", key_holder="Bà Hà", key_holder_phone="0900", observed_by="Ông Nam")
    network = street(Standing(0, 50_000, gate))
    seen, hidden = (drive(network, (0, 0), (1, 0), may_see=lambda unit, may=may: may) for may in (True, False))
    assert "Bà Hà" in repr(seen)
    assert not [name for name in ("Bà Hà", "0900", "Ông Nam") if name in repr(hidden)]


def test_what_opens_a_way_is_told_once_a_place_in_driving_order():
    network = street(Standing(0, 50_000, wall()), Standing(1, 50_000, obstacle(width_m=2, height_m=2)))
    path, openings = way_to_open(network, profile(), Spot(0, 0), Spot(1, LENGTH))
    trip = trip_over(network, path)
    assert [f.place.from_m for f in trip.blocking] == [50.0, 150.0]
    assert len(openings) == 2


@pytest.mark.parametrize(("weight_t", "verdict"), [(25.0, Verdict.PASSABLE), (None, Verdict.UNKNOWN)])
def test_a_bridge_that_is_made_wide_enough_carries_no_more_than_somebody_knows(weight_t, verdict):
    bridge = replace(EDGES[1], width_m=2.0, weight_t=weight_t, bridge=True)
    network = street(edges=(EDGES[0], bridge))
    trip = trip_over(network, way_to_open(network, profile(), Spot(0, 0), Spot(1, LENGTH))[0])
    assert [f.place.ref for f in trip.blocking] == ["BC"]
    assert trip.when_open is verdict


def test_a_gate_out_of_the_way_takes_all_that_nobody_knows_of_it_along():
    gate = Standing(0, 50_000, obstacle(kind="height_bar", width_m=2.0))
    network = street(gate, edges=EDGES[:1])
    trip = trip_over(network, way_to_open(network, profile(), Spot(0, 0), Spot(0, LENGTH))[0])
    assert {f.verdict for f in trip.findings if f.place.kind == "height_bar"} == {Verdict.BLOCKED, Verdict.UNKNOWN}
    assert trip.when_open is Verdict.PASSABLE


def test_a_market_over_a_junction_is_one_finding():
    market = obstacle(kind="market", width_m=4)
    network = street(
        Standing(0, 80_000, market, to_mm=LENGTH, record=0), Standing(1, 0, market, to_mm=20_000, record=0)
    )
    trip = drive(network, (0, 0), (1, LENGTH))
    assert [(f.place.from_m, f.place.to_m) for f in trip.findings if f.place.kind == "market"] == [(80.0, 120.0)]


def test_a_path_that_goes_nowhere_is_as_sure_as_the_road_it_stands_on():
    trip = drive(street(), (0, 50_000), (0, 50_000))
    assert (trip.verdict, trip.way.length_m) == (Verdict.PASSABLE, 0.0)


# The findings say what the search believed ---------------------------------------------------------------------------

LIMIT = st.sampled_from([None, 0.0, 2.0, 2.7, 3.5])
ROAD = st.builds(
    Edge,
    over=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    length_mm=st.sampled_from([0, 1, 40_000, 90_000]),
    kind=st.sampled_from(["residential", "service", "primary", "footway", "steps"]),
    width_m=LIMIT,
    height_m=st.sampled_from([None, 3.6, 4.5]),
    weight_t=st.sampled_from([None, 10.0, 25.0]),
    axle_load_t=st.sampled_from([None, 8.0]),
    evidence=st.sampled_from(list(Evidence)),
    oneway=st.sampled_from([-1, 0, 1]),
    access=st.sampled_from(["", "private"]),
    bridge=st.booleans(),
)
THING = st.builds(
    obstacle,
    width_m=LIMIT,
    height_m=st.sampled_from([None, 3.0, 4.5]),
    evidence=st.sampled_from(list(Evidence)),
    kind=st.sampled_from(["gate", "awning", "weight_limit", "stairs", "bollard"]),
    blocks_vehicles=st.sampled_from(["yes", "no", "unknown"]),
    openable=st.sampled_from(["yes", "no", "unknown"]),
    legal_only=st.booleans(),
    in_doubt=st.booleans(),
    schedule=st.sampled_from(["", "11:00-13:00", "20:00-22:00"]),
)


@st.composite
def towns(draw):
    edges = draw(st.lists(ROAD, min_size=1, max_size=9))
    standing = [
        Standing(edge, first, thing, to_mm=min(first + long, edges[edge].length_mm))
        for edge, share, long, thing in draw(
            st.lists(st.tuples(st.integers(0, len(edges) - 1), st.sampled_from([0, 0.5, 1]),
                               st.sampled_from([0, 20_000]), THING), max_size=6)
        )
        for first in [int(share * edges[edge].length_mm)]
    ]  # fmt: skip
    spots = [
        Spot(edge, int(share * edges[edge].length_mm))
        for edge, share in draw(st.lists(st.tuples(st.integers(0, len(edges) - 1),
                                                   st.sampled_from([0, 0.3, 0.5, 1])), min_size=2, max_size=2))
    ]  # fmt: skip
    return network_of(edges, standing), spots


@settings(max_examples=300, deadline=None)
@given(towns(), st.sampled_from([Level.UNKNOWN, Level.ASSUMED, Level.RECORDED]), st.booleans(), st.booleans())
def test_the_findings_are_as_sure_as_the_level_the_search_used(town, least, emergency, axle_known):
    network, (start, end) = town
    vehicle = ENGINE if axle_known else replace(ENGINE, axle_load_t=None)
    path = fastest(network, profile(vehicle, emergency=emergency, least=least), start, end)
    if path is None or not path.length_mm:
        return
    trip = trip_over(network, path, vehicle=vehicle, emergency=emergency)
    assert trip.level >= least
    as_sure = fastest(network, profile(vehicle, emergency=emergency, least=trip.level), start, end)
    assert as_sure is not None, "the findings claim more than the search"
    assert as_sure.time_ms == path.time_ms
    if trip.level < Level.RECORDED:
        surer = fastest(network, profile(vehicle, emergency=emergency, least=Level(trip.level + 1)), start, end)
        assert surer is None or surer != path


GENTLE = {
    "width_m": st.sampled_from([None, 0.0, 2.6, 2.7, 2.8, 6.0]),
    "height_m": st.sampled_from([None, 0.0, 4.5]),
    "weight_t": st.sampled_from([None, 25.0]),
    "kind": st.sampled_from(["residential", "primary", "primary"]),
    "evidence": st.sampled_from([Evidence.SURVEYED, Evidence.SURVEYED, Evidence.TAGGED, Evidence.ASSUMED]),
    "oneway": st.sampled_from([0, 0, -1]),
    "bridge": st.booleans(),
}


@st.composite
def lanes(draw):
    """One way and no other, over one to three roads of which one is odd, with at most one thing on it."""
    count = draw(st.integers(1, 3))
    odd = {draw(st.integers(0, count - 1)): {name: draw(values) for name, values in GENTLE.items()}}
    edges = [
        Edge(over=(i, i + 1), length_mm=draw(st.sampled_from([0, 40_000])) if 0 < i < count - 1 else 40_000,
             **odd.get(i, {}))
        for i in range(count)
    ]  # fmt: skip
    where, share = draw(st.integers(0, count - 1)), draw(st.sampled_from([0, 0.5, 1]))
    things = draw(st.lists(THING, max_size=1))
    standing = [Standing(where, int(share * (edges[where].length_mm or 0)), thing) for thing in things]
    spots = (
        Spot(0, draw(st.sampled_from([0, 10_000, 40_000]))),
        Spot(count - 1, draw(st.sampled_from([0, 30_000, 40_000]))),
    )
    return network_of(edges, standing), spots if draw(st.booleans()) else spots[::-1]


@settings(max_examples=600, deadline=None)
@given(lanes(), st.booleans())
def test_where_there_is_one_way_only_its_findings_are_exactly_as_sure_as_the_search(lane, emergency):
    network, (start, end) = lane
    path, _ = way_to_open(network, profile(emergency=emergency), start, end)
    if not path.length_mm:
        return
    found = [
        least
        for least in (Level.UNKNOWN, Level.ASSUMED, Level.RECORDED)
        if fastest(network, profile(emergency=emergency, least=least), start, end) is not None
    ]
    assert trip_over(network, path, emergency=emergency).level == max(found, default=Level.BLOCKED)


@settings(max_examples=200, deadline=None)
@given(towns())
def test_a_way_to_open_is_blocked_exactly_where_something_must_be_removed(town):
    network, (start, end) = town
    found = way_to_open(network, profile(), start, end)
    if found is None or not found[0].length_mm:
        return
    path, openings = found
    trip = trip_over(network, path)
    assert bool(openings) == (trip.verdict is Verdict.BLOCKED)
