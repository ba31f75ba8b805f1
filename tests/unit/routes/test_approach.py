"""Where the truck stops and hose takes over, drawn as pictures; what peers get wrong stands in the names."""

from dataclasses import replace

import numpy as np
import pytest

from gis_core.values import Verdict
from routes.approach_passed import passed_by_hose
from routes.approach_plan import HOSE_LIMIT_M, Ground, Outcome, blocker_of, plan_approach
from routes.approach_turning import By, Turning, way_out
from routes.encounters import Mode, Reason
from routes.engine.arrays import Level, Spot
from routes.engine.searches import best_stop, fastest, lay_hose
from routes.route import Driver
from tests.networks import ASSUMPTIONS, ENGINE, Edge, Standing, network_of, obstacle, profile, wall

BY_HAND_MS_PER_M = 3000.0


def driver(vehicle=ENGINE):
    return Driver(vehicle, profile(vehicle), Mode.EMERGENCY, lambda unit: True, ASSUMPTIONS)


def plan(network, start, target, vehicle=ENGINE):
    ground = Ground.around(network, target, [(start, 0)], lay_ms_per_m=BY_HAND_MS_PER_M)
    return plan_approach(network, profile(vehicle), ground)


def street_with_lane(*standings, length_mm=73_700, **lane):
    """A street of 200 m from 1 over 2 to 3, and a lane that leaves it at 2."""
    return network_of([Edge((1, 2), 100_000), Edge((2, 3), 100_000), Edge((2, 4), length_mm, **lane)], standings)


STREET, ONWARDS, LANE = 0, 1, 2
FROM_THE_WEST = Spot(STREET, 0)


# The stop -------------------------------------------------------------------------------------------------------------


def test_a_barrier_halfway_leaves_29_5_m_of_hose_to_a_target_beyond():
    network = street_with_lane(Standing(LANE, 36_850, wall(ref="barrier")))
    found = plan(network, FROM_THE_WEST, Spot(LANE, 66_330))
    assert (found.outcome, found.verdict) == (Outcome.STOP, Verdict.PASSABLE)
    assert (found.stop.spot.edge, found.stop.spot.at_mm) == (LANE, 36_849)
    assert round(found.stop.hose_mm / 1000, 1) == 29.5
    assert found.possible is None
    blocker = blocker_of(network, driver(), found.stop)
    assert (blocker.finding.place.ref, blocker.finding.reason) == ("barrier", Reason.BLOCKS)
    assert blocker.beyond_m == pytest.approx(0, abs=0.002)


def test_the_truck_does_not_drive_into_the_blocked_lane_because_the_target_lies_in_it():
    narrow = street_with_lane(width_m=2.2)
    found = plan(narrow, FROM_THE_WEST, Spot(LANE, 60_000))
    assert found.stop.path.length_mm == 100_000
    assert all(step.edge == STREET for step in found.stop.path.steps if step.from_mm != step.to_mm)
    assert found.stop.hose_mm == 60_000
    blocker = blocker_of(narrow, driver(), found.stop)
    assert (blocker.finding.available, blocker.finding.required) == (2.2, 2.7)


def test_hose_goes_both_ways_and_through_a_gate_that_a_truck_cannot_pass():
    gate = Standing(LANE, 0, obstacle(width_m=1.2, ref="gate"), foot=1)
    network = street_with_lane(gate, oneway=-1)
    found = plan(network, FROM_THE_WEST, Spot(LANE, 50_000))
    assert (found.stop.hose_mm, found.verdict) == (50_000, Verdict.PASSABLE)
    assert blocker_of(network, driver(), found.stop).finding.place.ref == "gate"
    assert names_of(network, found.stop) == [("gate", Verdict.PASSABLE)]


def test_a_gate_of_which_nobody_knows_whether_people_pass_makes_the_hose_unknown():
    gate = Standing(LANE, 10_000, wall(ref="gate"), foot=2)
    found = plan(street_with_lane(gate), FROM_THE_WEST, Spot(LANE, 50_000))
    assert (found.outcome, found.verdict) == (Outcome.STOP, Verdict.UNKNOWN)
    assert found.stop.spot.at_mm == 9_999


def test_a_fence_that_nobody_passes_sends_the_hose_another_way():
    fence = Standing(LANE, 10_000, wall(ref="fence"), foot=0)
    edges = [Edge((1, 2), 100_000), Edge((2, 3), 100_000), Edge((2, 4), 50_000), Edge((3, 4), 200_000, kind="steps")]
    found = plan(network_of(edges, [fence]), FROM_THE_WEST, Spot(LANE, 20_000))
    assert (found.stop.spot.edge, found.stop.hose_mm) in {(3, 230_000), (1, 230_000)}
    assert found.verdict is Verdict.PASSABLE


def test_hose_goes_a_sure_way_round_before_one_that_nobody_knows():
    gate = Standing(LANE, 10_000, wall(ref="gate"), foot=2)
    edges = [Edge((1, 2), 100_000), Edge((2, 3), 100_000), Edge((2, 4), 50_000), Edge((3, 4), 200_000, kind="steps")]
    found = plan(network_of(edges, [gate]), FROM_THE_WEST, Spot(LANE, 20_000))
    assert (found.stop.hose_mm, found.verdict) == (230_000, Verdict.PASSABLE)
    assert (found.possible.hose_mm, found.possible.hose_path.unknown) == (10_001, True)


def test_a_lane_that_nobody_measured_is_no_sure_stop_but_a_possible_one():
    network = street_with_lane(width_m=None)
    found = plan(network, FROM_THE_WEST, Spot(LANE, 60_000))
    assert (found.stop.hose_mm, found.possible.hose_mm) == (60_000, 0)
    assert found.verdict is Verdict.PASSABLE
    blocker = blocker_of(network, driver(), found.stop)
    assert (blocker.finding.reason, blocker.finding.verdict) == (Reason.NOT_MEASURED, Verdict.UNKNOWN)


def test_a_street_that_nobody_measured_gives_no_sure_stop_at_all():
    edges = [Edge((1, 2), 2_000_000, width_m=None), Edge((2, 3), 50_000)]
    found = plan(network_of(edges), Spot(0, 0), Spot(1, 20_000))
    assert (found.outcome, found.verdict, found.stop) == (Outcome.NO_STOP, Verdict.UNKNOWN, None)
    assert found.possible.hose_mm == 0


def test_the_truck_drives_to_the_door_where_nothing_stops_it():
    network = street_with_lane()
    found = plan(network, FROM_THE_WEST, Spot(LANE, 60_000))
    assert (found.outcome, found.stop.hose_mm, found.possible) == (Outcome.DOOR, 0, None)
    assert blocker_of(network, driver(), found.stop) is None


def test_beyond_the_reach_of_hose_there_is_no_stop():
    too_far_mm = int(HOSE_LIMIT_M * 1000) + 10_000
    network = street_with_lane(length_mm=too_far_mm, width_m=1.0)
    assert plan(network, FROM_THE_WEST, Spot(LANE, too_far_mm)).verdict is Verdict.BLOCKED


def test_what_is_certain_is_the_reason_before_what_nobody_measured():
    gate = Standing(LANE, 0, obstacle(width_m=2.2, ref="gate", name="Cổng ngõ 29"))
    network = street_with_lane(gate, height_m=None, kind="footway")
    found = plan(network, FROM_THE_WEST, Spot(LANE, 50_000))
    assert blocker_of(network, driver(), found.stop).finding.place.name == "Cổng ngõ 29"


@pytest.mark.parametrize(("width_m", "verdict"), [(None, Verdict.UNKNOWN), (1.5, Verdict.BLOCKED)])
@pytest.mark.parametrize("target_mm", [50_000, 60_000])
def test_a_truck_that_goes_nowhere_makes_no_road_passable(width_m, verdict, target_mm):
    network = street_with_lane(width_m=width_m)
    found = plan(network, Spot(LANE, 50_000), Spot(LANE, target_mm))
    assert (found.outcome, found.verdict) == (Outcome.NO_STOP, verdict)


def test_the_yard_of_a_station_is_no_sure_stop_where_nobody_measured_the_streets():
    network = network_of([Edge((1, 2), 100_000, width_m=None), Edge((2, 3), 100_000, width_m=None)])
    found = plan(network, Spot(STREET, 20_000), Spot(ONWARDS, 50_000))
    assert (found.outcome, found.verdict) == (Outcome.NO_STOP, Verdict.UNKNOWN)
    assert found.possible.hose_mm == 0


def test_a_truck_that_cannot_move_leaves_the_stop_to_one_that_can():
    network = street_with_lane(width_m=1.5)
    starts = [(Spot(LANE, 50_000), 0), (FROM_THE_WEST, 0)]
    ground = Ground.around(network, Spot(LANE, 60_000), starts, lay_ms_per_m=BY_HAND_MS_PER_M)
    found = plan_approach(network, profile(), ground)
    assert (found.outcome, found.verdict, found.stop.path.length_mm) == (Outcome.STOP, Verdict.PASSABLE, 100_000)


def test_a_truck_at_the_mouth_of_a_lane_stands_on_the_street():
    found = plan(street_with_lane(width_m=1.5), Spot(LANE, 0), Spot(LANE, 30_000))
    assert (found.outcome, found.verdict, found.stop.hose_mm) == (Outcome.STOP, Verdict.PASSABLE, 30_000)


@pytest.mark.parametrize(
    ("apart_m", "outcome", "verdict"),
    [(15.0, Outcome.DOOR, Verdict.PASSABLE), (15.1, Outcome.STOP, Verdict.UNKNOWN)],
)
def test_nobody_knows_what_lies_between_the_road_and_a_target_far_from_it(apart_m, outcome, verdict):
    found = plan(street_with_lane(), FROM_THE_WEST, Spot(LANE, 60_000, apart_m))
    assert (found.outcome, found.verdict, found.stop.hose_mm) == (outcome, verdict, 0)


# What the hose goes through -------------------------------------------------------------------------------------------


def names_of(network, stop):
    return [(passed.place.ref, passed.verdict) for passed in passed_by_hose(network, stop.hose_path.path)]


@pytest.mark.parametrize("foot", [1, 2])
def test_a_sign_that_is_said_to_be_solid_too_stops_the_truck_and_is_named_with_the_hose(foot):
    network = street_with_lane(Standing(LANE, 10_000, wall(ref="sign", legal_only=True), foot=foot))
    found = plan(network, FROM_THE_WEST, Spot(LANE, 50_000))
    sure = foot == 1
    assert (found.outcome, found.verdict) == (Outcome.STOP, Verdict.PASSABLE if sure else Verdict.UNKNOWN)
    assert blocker_of(network, driver(), found.stop).finding.reason is Reason.SOLID_SIGN
    assert names_of(network, found.stop) == [("sign", found.verdict)]
    assert found.possible.hose_mm == 0  # who drives on past the sign


def test_a_sign_only_is_nothing_that_hose_goes_through():
    sign = Standing(LANE, 10_000, obstacle(ref="sign", legal_only=True))
    narrow = street_with_lane(sign, width_m=1.5)
    assert names_of(narrow, plan(narrow, FROM_THE_WEST, Spot(LANE, 50_000)).stop) == []


def test_a_road_of_which_nobody_knows_whether_it_is_there_is_named_with_the_hose_over_it():
    network = street_with_lane(kind="construction")
    found = plan(network, FROM_THE_WEST, Spot(LANE, 50_000))
    assert (found.outcome, found.verdict, found.stop.hose_mm) == (Outcome.STOP, Verdict.UNKNOWN, 50_000)
    assert blocker_of(network, driver(), found.stop).finding.reason is Reason.UNFINISHED
    assert names_of(network, found.stop) == [("(2, 4)", Verdict.UNKNOWN)]


def test_a_fence_recorded_for_another_road_leaves_hose_through_it_unknown():
    fence = Standing(LANE, 10_000, wall(ref="fence", in_doubt=True), foot=0)
    network = street_with_lane(fence)
    found = plan(network, FROM_THE_WEST, Spot(LANE, 50_000))
    assert (found.outcome, found.verdict) == (Outcome.STOP, Verdict.UNKNOWN)
    assert names_of(network, found.stop) == [("fence", Verdict.UNKNOWN)]


def test_what_stands_at_the_target_itself_is_not_gone_through():
    gate = Standing(LANE, 50_000, obstacle(ref="gate"), foot=2)
    network = street_with_lane(gate, width_m=1.5)
    found = plan(network, FROM_THE_WEST, Spot(LANE, 50_000))
    assert (found.verdict, names_of(network, found.stop)) == (Verdict.PASSABLE, [])


@pytest.mark.parametrize("seed", range(150))
def test_hose_is_unknown_exactly_where_something_that_it_goes_through_is(seed):
    rng = np.random.default_rng(seed)
    network, edges, _ = random_network(rng, unfinished=True)
    spots = [Spot(e := int(rng.integers(len(edges))), int(rng.integers(0, edges[e].length_mm + 1))) for _ in range(2)]
    found = plan(network, *spots)
    for stop in filter(None, (found.stop, found.possible)):
        doubts = [verdict for _, verdict in names_of(network, stop) if verdict is not Verdict.PASSABLE]
        assert stop.hose_path.unknown == bool(doubts)


# Against brute force --------------------------------------------------------------------------------------------------


def random_network(rng, *, unfinished=False):
    kinds = ["residential"] * 4 + ["construction"] * unfinished
    nodes, edges = 8, []
    for _ in range(int(rng.integers(8, 16))):
        ends = tuple(int(n) for n in rng.integers(0, nodes, 2))
        width = [6.0, 6.0, 6.0, 2.0, None][rng.integers(5)]
        kind = kinds[rng.integers(len(kinds))] if unfinished else kinds[0]
        length_mm, oneway = int(rng.integers(1, 120_000)), int(rng.integers(-1, 2))
        edges.append(Edge(ends, length_mm, width_m=width, oneway=oneway, kind=kind))
    standings = []
    for _ in range(int(rng.integers(0, 8))):
        edge = int(rng.integers(len(edges)))
        length = edges[edge].length_mm
        first, last = sorted(int(place) for place in rng.integers(0, length + 1, 2))
        standing = [wall(), obstacle(width_m=2.2), obstacle(width_m=5.0), obstacle()][rng.integers(4)]
        standing = replace(standing, ref=f"r{len(standings)}", in_doubt=unfinished and bool(rng.integers(2)))
        to_mm = last if rng.random() < 0.4 else None
        standings.append(Standing(edge, first, standing, to_mm=to_mm, foot=int(rng.integers(0, 3))))
    return network_of(edges, standings), edges, standings


def can_move(network, start, least):
    """Tell whether a millimetre can be driven from a start, and that without a way round."""
    ends = network.topology.tail[start.edge], network.topology.head[start.edge]
    here = {start}
    for node, at_mm in zip(ends, (0, int(network.topology.length_mm[start.edge])), strict=True):
        if start.at_mm == at_mm:
            here |= {Spot(e, 0) for e in np.flatnonzero(network.topology.tail == node).tolist()}
            lasts = np.flatnonzero(network.topology.head == node).tolist()
            here |= {Spot(e, int(network.topology.length_mm[e])) for e in lasts}
    for spot in here:
        for beside_mm in (spot.at_mm - 1, spot.at_mm + 1):
            if 0 <= beside_mm <= network.topology.length_mm[spot.edge]:
                path = fastest(network, replace(profile(), least=least), start, Spot(spot.edge, beside_mm))
                if path is not None and path.length_mm == 1:
                    return True
    return False


def brute_force(network, edges, standings, start, target, least):
    """The least total over every place that could be best, each driven to by a search of its own."""
    places = {(target.edge, target.at_mm)}
    for edge, row in enumerate(edges):
        places |= {(edge, 0), (edge, row.length_mm)}
    points = set()
    for standing in standings:
        last = standing.from_mm if standing.to_mm is None else standing.to_mm
        is_point = standing.from_mm == last
        if is_point:  # there one stands on both sides at once: hose would pass through nothing
            points.add((standing.edge, last))
        sides = {standing.from_mm - is_point, last + is_point}
        places |= {(standing.edge, side) for side in sides if 0 <= side <= edges[standing.edge].length_mm}
    places = (places | {(start.edge, start.at_mm)}) - points | {(target.edge, target.at_mm)}
    hose = lay_hose(network, target, limit_mm=int(HOSE_LIMIT_M * 1000), through_unknown=False)
    totals = []
    for edge, at_mm in places:
        spot = Spot(edge, at_mm)
        path, metres = fastest(network, replace(profile(), least=least), start, spot), hose.metres_at(spot)
        if path is not None and metres is not None and (path.length_mm or can_move(network, start, least)):
            totals.append(path.time_ms + int(metres * BY_HAND_MS_PER_M + 0.5))
    return min(totals, default=None)


@pytest.mark.parametrize("seed", range(150))
def test_the_stop_is_the_best_of_all_places_on_random_sketches(seed):
    rng = np.random.default_rng(seed)
    network, edges, standings = random_network(rng)
    spots = [Spot(e := int(rng.integers(len(edges))), int(rng.integers(0, edges[e].length_mm + 1))) for _ in range(2)]
    found = plan(network, *spots)
    expected = brute_force(network, edges, standings, *spots, Level.ASSUMED)
    sure = found.stop if found.stop is not None and not found.stop.hose_path.unknown else None
    if expected is None:
        assert sure is None
    else:
        # Lengths are whole millimetres, laying a metre takes whole milliseconds: no tolerance.
        assert (sure.total_ms if sure else None) == expected


# Turning round --------------------------------------------------------------------------------------------------------


def out_of(network, start, target, *, radius_m=None, length_m=8.5):
    path = fastest(network, profile(least=Level.ASSUMED), start, target)
    return way_out(network, profile(), path, length_m=length_m, turning_radius_m=radius_m)


def test_the_truck_drives_on_where_the_road_goes_on():
    out = out_of(street_with_lane(), FROM_THE_WEST, Spot(STREET, 60_000))
    assert (out.turning, out.by, out.reverse_m) == (Turning.CAN_TURN, By.DRIVE_ON, 0)


def test_in_a_dead_end_the_truck_reverses_to_the_junction_with_a_third_road():
    out = out_of(street_with_lane(), FROM_THE_WEST, Spot(LANE, 60_000))
    assert (out.turning, out.by, out.reverse_m) == (Turning.REVERSE, By.JUNCTION, 60.0)
    assert [(step.edge, step.from_mm, step.to_mm) for step in out.back] == [(LANE, 60_000, 0)]


def test_a_third_road_that_nobody_measured_is_no_place_to_turn():
    network = network_of([Edge((1, 2), 100_000), Edge((2, 3), 100_000, width_m=None), Edge((2, 4), 70_000)])
    out = out_of(network, FROM_THE_WEST, Spot(LANE, 60_000))
    assert (out.turning, out.reverse_m) == (Turning.UNKNOWN, None)


def test_a_gate_at_the_mouth_of_the_third_road_closes_it_for_turning():
    network = street_with_lane(Standing(ONWARDS, 0, wall()))
    assert out_of(network, FROM_THE_WEST, Spot(LANE, 60_000)).turning is Turning.UNKNOWN


def test_a_third_road_shorter_than_the_truck_takes_it_in_only_where_it_leads_on():
    stub = [Edge((1, 2), 100_000), Edge((2, 3), 5_000), Edge((2, 4), 70_000)]
    assert out_of(network_of(stub), FROM_THE_WEST, Spot(LANE, 60_000)).turning is Turning.UNKNOWN
    goes_on = network_of([*stub, Edge((3, 5), 50_000)])
    assert out_of(goes_on, FROM_THE_WEST, Spot(LANE, 60_000)).by is By.JUNCTION


def test_a_road_twice_the_turning_radius_wide_needs_no_reversing():
    wide = street_with_lane(width_m=20.0)
    assert out_of(wide, FROM_THE_WEST, Spot(LANE, 60_000), radius_m=10.0).by is By.WIDTH
    assert out_of(wide, FROM_THE_WEST, Spot(LANE, 60_000), radius_m=None).by is By.JUNCTION
    assumed = network_of([Edge((1, 2), 100_000, kind="primary", width_m=None)])
    assert out_of(assumed, Spot(0, 0), Spot(0, 60_000), radius_m=1.0).turning is Turning.UNKNOWN


def test_a_barrier_at_the_very_stop_is_not_driven_through_to_turn():
    network = network_of(
        [Edge((1, 2), 100_000), Edge((2, 3), 100_000), Edge((2, 4), 70_000), Edge((4, 5), 70_000)],
        [Standing(LANE, 60_000, wall())],
    )
    assert out_of(network, FROM_THE_WEST, Spot(LANE, 60_000)).by is By.JUNCTION


@pytest.mark.parametrize("ahead", [True, False])
def test_at_the_end_of_a_lane_the_truck_drives_on_only_into_another_road(ahead):
    edges = [Edge((1, 2), 100_000), Edge((2, 3), 100_000), Edge((2, 4), 70_000)]
    network = network_of([*edges, Edge((4, 5), 70_000)] if ahead else edges)
    assert out_of(network, FROM_THE_WEST, Spot(LANE, 70_000)).by is (By.DRIVE_ON if ahead else By.JUNCTION)


def turning_at(edges, standings, start, end, *, turning_radius_m=None, least=Level.ASSUMED):
    """How a truck of 8.5 m gets away that has driven from one place to another."""
    network = network_of(edges, standings)
    path = fastest(network, profile(least=least), Spot(*start), Spot(*end))
    out = way_out(network, profile(), path, length_m=8.5, turning_radius_m=turning_radius_m)
    return out.turning, out.by, out.reverse_m


REVERSE_30 = (Turning.REVERSE, By.JUNCTION, 30.0)
REVERSE_50 = (Turning.REVERSE, By.JUNCTION, 50.0)
NOWHERE = (Turning.UNKNOWN, None, None)


@pytest.mark.parametrize(
    ("lane_mm", "walls_mm", "out"),
    [
        (25_000, [], REVERSE_30),
        (25_000, [0], REVERSE_30),
        (25_000, [25_000], REVERSE_50),  # closed at the nearer mouth: what is entered from the other end is none here
        (25_000, [21_000], REVERSE_50),
        (25_000, [0, 25_000], NOWHERE),
        (12_000, [6_000], NOWHERE),  # neither half takes the truck in
    ],
)
def test_a_third_road_is_a_place_to_turn_only_where_it_is_open_at_this_mouth(lane_mm, walls_mm, out):
    edges = [Edge((1, 2), 50_000), Edge((2, 3), 20_000), Edge((3, 4), 60_000), Edge((2, 3), lane_mm)]
    walls = [Standing(3, at_mm, wall()) for at_mm in walls_mm]
    assert turning_at(edges, walls, (0, 0), (2, 30_000)) == out


def test_nobody_drives_on_through_what_stopped_the_truck_because_a_block_leads_round_it():
    edges = [Edge((1, 2), 60_000), Edge((2, 3), 40_000), Edge((2, 3), 60_000), Edge((3, 4), 50_000)]
    out = turning_at(edges, [Standing(1, 20_000, wall())], (0, 0), (1, 20_000))
    assert out == (Turning.REVERSE, By.JUNCTION, 20.0)


@pytest.mark.parametrize(("km", "out"), [(1, REVERSE_30), (25, NOWHERE)])
def test_a_road_to_turn_in_is_judged_when_the_truck_is_there(km, out):
    edges = [Edge((1, 2), km * 1_000_000), Edge((2, 3), 60_000), Edge((2, 9), 40_000)]
    market = Standing(2, 0, wall(schedule="12:40-15:00"))  # departure at noon, 25 km take 50 minutes
    assert turning_at(edges, [market], (0, 0), (1, 30_000)) == out


@pytest.mark.parametrize("street_first", [True, False])
def test_a_truck_before_a_wide_bridge_that_does_not_carry_it_stands_on_the_street(street_first):
    street, bridge = Edge((1, 2), 50_000), Edge((2, 4), 60_000, width_m=22.0, weight_t=2.5)
    network = network_of([street, bridge] if street_first else [bridge, street])
    on_street, on_bridge = (0, 1) if street_first else (1, 0)
    hose = lay_hose(network, Spot(on_bridge, 30_000), limit_mm=1_000_000)
    stop = best_stop(network, profile(least=Level.ASSUMED), [(Spot(on_street, 0), 0)], hose, lay_ms_per_m=3000.0)
    assert (stop.spot.edge, stop.spot.at_mm, stop.hose_mm) == (on_street, 50_000, 30_000)
    assert [step.edge for step in stop.path.steps] == [on_street]
    out = way_out(network, profile(), stop.path, length_m=8.5, turning_radius_m=10.0)
    assert out.turning is Turning.UNKNOWN


def test_a_truck_that_stands_within_a_wide_road_turns_there():
    out = turning_at([Edge((1, 2), 50_000, width_m=22.0)], [], (0, 20_000), (0, 20_000), turning_radius_m=10.0)
    assert out == (Turning.CAN_TURN, By.WIDTH, 0)
