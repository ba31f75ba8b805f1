"""The searches against a slow witness on random sketches, equal to the millisecond."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from gis_core.values import Evidence
from routes.encounters import Mode
from routes.engine import asking, stopping
from routes.engine.arrays import REVERSIBLE, Level, Spot
from routes.engine.searches import (
    Spread,
    Targets,
    best_stop,
    fastest,
    lay_hose,
    places_to_stop,
    reach,
    way_to_open,
)
from routes.engine.turns import Turns
from tests.networks import Edge, Standing, network_of, obstacle, profile, standings_of
from tests.road_oracle import Witness

EVER = 10**9
LENGTHS = (0, 1, 999, 5_000, 5_000, 12_345, 20_000, 70_001)


def a_road(random: Random, junctions: int, way: int) -> Edge:
    return Edge(
        (random.randrange(junctions), random.randrange(junctions)),
        random.choice(LENGTHS),
        kind=random.choice(("residential", "residential", "service", "primary", "footway", "steps")),
        width_m=random.choice((6.0, 6.0, 6.0, 2.7, 2.2, None, 0.0)),
        height_m=random.choice((4.5, 4.5, None, 3.0)),
        weight_t=random.choice((25.0, 25.0, None)),
        evidence=random.choice((Evidence.SURVEYED, Evidence.SURVEYED, Evidence.TAGGED, Evidence.ASSUMED)),
        oneway=random.choice((0, 0, 0, 1, -1, REVERSIBLE)),
        access=random.choice(("", "", "", "private")),
        gone=random.random() < 0.05,
        way=way,
    )


def a_standing(random: Random, edges: list[Edge]) -> Standing:
    edge = random.randrange(len(edges))
    length = edges[edge].length_mm
    first = random.choice((-300, 0, length // 3, length // 2, length, length + 200))
    return Standing(
        edge,
        first,
        obstacle(
            width_m=random.choice((None, 2.2, 2.7, 5.0)),
            evidence=random.choice((Evidence.SURVEYED, Evidence.ASSUMED)),
            blocks_vehicles=random.choice(("unknown", "no", "yes")),
            legal_only=random.random() < 0.2,
            in_doubt=random.random() < 0.2,
        ),
        to_mm=random.choice((None, None, first + 400, first + length)),
        foot=random.choice((0, 1, 2)),
    )


def a_spot(random: Random, edges: list[Edge]) -> Spot:
    edge = random.randrange(len(edges))
    length = edges[edge].length_mm
    return Spot(edge, random.choice((0, length, length // 2, length // 3, random.randint(0, length))))


def a_case(seed: int, mode: Mode):
    random = Random(seed)
    junctions = random.randint(2, 8)
    edges = [a_road(random, junctions, way) for way in range(random.randint(2, 16))]
    standings = sorted(
        (a_standing(random, edges) for _ in range(random.randint(0, 8))), key=lambda s: (s.edge, s.from_mm)
    )
    bans = tuple(
        (random.randrange(len(edges)), random.randrange(junctions), random.randrange(len(edges)), random.random() < 0.3)
        for _ in range(8)
    )
    columns = [np.array(column, np.int64) for column in zip(*bans, strict=True)]
    turns = Turns(columns[0], columns[1], np.full(len(bans), -1), columns[2], columns[3].astype(bool))
    least = random.choice((Level.UNKNOWN, Level.UNKNOWN, Level.ASSUMED, Level.RECORDED))
    factor = random.choice((1.0, 1.5, 0.8, 0.4))
    network = network_of(edges, standings, turns=turns, landmarks=random.choice((0, 3)))
    driver = profile(emergency=mode is Mode.EMERGENCY, least=least)
    driver = replace(driver, pace=(driver.pace * factor).astype(np.int64))
    return random, network, driver, Witness(tuple(edges), tuple(standings), mode, least, bans=bans, factor=factor)


def edges_of(witness: Witness) -> list[Edge]:
    return list(witness.edges)


BOTH = pytest.mark.parametrize("mode", [Mode.EMERGENCY, Mode.LEGAL])


@pytest.fixture(params=[asking.FIRST_LOOK, 0, 3], ids=["forward", "back", "forward then back"])
def first_look(request, monkeypatch):
    """How far a search goes before it is looked at from the goal; a sketch is smaller than any city's share of it."""
    monkeypatch.setattr(asking, "FIRST_LOOK", request.param)
    monkeypatch.setattr(stopping, "FIRST_LOOK", request.param)


@pytest.fixture(params=[asking._LOOK_OPEN, 0, 1, 3])
def look_open(request, monkeypatch):
    """How much of what closes the goal in is seen before the search: less never changes the answer."""
    monkeypatch.setattr(asking, "_LOOK_OPEN", request.param)


@BOTH
def test_the_fastest_way_is_that_of_networkx_to_the_millisecond(mode, first_look):
    found = 0
    for seed in range(200):
        random, network, driver, witness = a_case(seed, mode)
        for _ in range(4):
            start, end = a_spot(random, edges_of(witness)), a_spot(random, edges_of(witness))
            if witness.edges[start.edge].gone or witness.edges[end.edge].gone:
                continue
            path = fastest(network, driver, start, end)
            assert (None if path is None else path.time_ms) == witness.time([(start, 0)], end), (seed, start, end)
            if path is not None:
                found += 1
                assert_driven(network, path, start, end)
    assert found > 150


def assert_driven(network, path, start, end):
    steps = path.steps
    assert (steps[0].edge, steps[0].from_mm) == (start.edge, start.at_mm)
    assert (steps[-1].edge, steps[-1].to_mm) == (end.edge, end.at_mm)
    assert steps[-1].leave_ms == path.time_ms
    assert sum(abs(step.to_mm - step.from_mm) for step in steps) == path.length_mm
    for step, onward in pairwise(steps):
        assert step.leave_ms == onward.enter_ms
        assert junctions_at(network, step.edge, step.to_mm) & junctions_at(network, onward.edge, onward.from_mm)


def junctions_at(network, edge, at_mm):
    topology = network.topology
    ends = ((0, topology.tail[edge]), (topology.length_mm[edge], topology.head[edge]))
    return {int(junction) for place, junction in ends if place == at_mm}


@BOTH
def test_nearest_targets_are_those_of_brute_force_in_their_order(mode):
    for seed in range(120):
        random, network, driver, witness = a_case(1000 + seed, mode)
        starts = [(a_spot(random, edges_of(witness)), random.choice((0, 700))) for _ in range(2)]
        spots = [a_spot(random, edges_of(witness)) for _ in range(6)]
        usable = [random.random() < 0.6 for _ in spots]
        extra = [random.choice((0, 0, 1_000)) for _ in spots]
        targets = Targets.of([s.edge for s in spots], [s.at_mm for s in spots], usable, extra)
        limit = random.choice((EVER, 9_000))
        times = [None if witness.edges[s.edge].gone else witness.time(starts, s) for s in spots]
        known = sorted((t + extra[n], n) for n, t in enumerate(times) if t is not None and t + extra[n] <= limit)
        wanted = random.choice((1, 2, 9))
        spread = Spread(network, driver, starts, targets, limit_ms=limit)
        of_use = np.array(usable)
        assert spread.settle(of_use, wanted).tolist() == [n for _, n in known if usable[n]][:wanted], seed
        # The same search goes on: first for the rest of them, then for the others.
        for flags in (of_use, ~of_use, np.ones(len(usable), bool)):
            assert spread.settle(flags, 9).tolist() == [n for _, n in known if flags[n]], seed
        arrivals = [spread.arrival(n) for _, n in known]
        assert [(a.time_ms, a.target) for a in arrivals] == known, seed
        for a in arrivals:
            path = spread.path(a.target)
            assert (path.time_ms + extra[a.target], path.length_mm) == (a.time_ms, a.length_mm), seed


@BOTH
def test_what_is_reached_is_every_place_within_the_time_and_no_other(mode):
    for seed in range(60):
        random, network, driver, witness = a_case(2000 + seed, mode)
        starts = [(a_spot(random, edges_of(witness)), random.choice((0, 700)))]
        limit = random.choice((1_000, 4_000, 20_000))
        reached = reach(network, driver, starts, limit_ms=limit)
        for edge in range(len(witness.edges)):
            pieces = [
                (int(a), int(b))
                for e, a, b in zip(reached.edge, reached.from_mm, reached.to_mm, strict=True)
                if e == edge
            ]
            assert all(before[1] < after[0] for before, after in pairwise(pieces))
            if witness.edges[edge].gone:
                assert not pieces
                continue
            length = witness.length(edge)
            for at in {random.randint(0, length) for _ in range(6)} - {0, length}:
                time = witness.time(starts, Spot(edge, at))
                within = time is not None and time <= limit
                covered = any(low <= at <= high for low, high in pieces)
                assert covered == (within and (edge, at) != (starts[0][0].edge, starts[0][0].at_mm)) or (
                    (edge, at) == (starts[0][0].edge, starts[0][0].at_mm)
                ), (seed, edge, at, time, pieces)


def test_hose_is_as_long_as_the_shortest_way_that_people_pass():
    for seed in range(150):
        random, network, _, witness = a_case(3000 + seed, Mode.EMERGENCY)
        target = a_spot(random, edges_of(witness))
        if witness.edges[target.edge].gone:
            continue
        field = lay_hose(network, target, limit_mm=100_000)
        for _ in range(4):
            spot = a_spot(random, edges_of(witness))
            if witness.edges[spot.edge].gone:
                continue
            mm = witness.time([(target, 0)], spot, witness.hose_cost)
            expected = None if mm is None or mm > 100_000 else mm / 1000
            assert field.metres_at(spot) == expected, (seed, target, spot)
            laid = field.path_from(spot)
            assert (laid is None) == (expected is None)
            if laid is not None:
                assert laid.path.length_mm == mm
                assert_driven(network, laid.path, spot, target)


@BOTH
def test_the_way_to_open_removes_the_least(mode, look_open):
    for seed in range(100):
        random, network, driver, witness = a_case(4000 + seed, mode)
        start, end = a_spot(random, edges_of(witness)), a_spot(random, edges_of(witness))
        if witness.edges[start.edge].gone or witness.edges[end.edge].gone:
            continue
        least = witness.time([(start, 0)], end, witness.removing_cost)
        answer = way_to_open(network, driver, start, end)
        assert (answer is None) == (least is None), (seed, start, end)
        if answer is None or least is None:
            continue
        path, openings = answer
        assert path.time_ms == least & (2**40 - 1), seed
        standings = sum(opening.record >= 0 for opening in openings)
        assert standings <= (least >> 40) & (2**20 - 1)
        assert bool(openings) == bool(least >> 40)


@BOTH
def test_the_best_stop_is_the_best_of_all_places(mode, first_look):
    compared = 0
    for seed in range(70):
        random, network, driver, witness = a_case(5000 + seed, mode)
        start, target = a_spot(random, edges_of(witness)), a_spot(random, edges_of(witness))
        if witness.edges[start.edge].gone or witness.edges[target.edge].gone:
            continue
        field = lay_hose(network, target, limit_mm=60_000)
        stop = best_stop(network, driver, [(start, 0)], field, lay_ms_per_m=2_000.0)
        totals = []
        for edge, road in enumerate(witness.edges):
            length = road.length_mm
            places = {0, length, *range(0, length, 2_500)} if not road.gone else set()
            places |= {
                place + n
                for place in (length // 3, length // 2, *([target.at_mm] if edge == target.edge else []))
                for n in (-1, 1)
            }
            for at in sorted(places):
                spot = Spot(edge, at)
                if not 0 <= at <= length or road.gone or stands_at(witness, spot):
                    continue
                hose = field.metres_at(spot)
                time = None if hose is None else witness.time([(start, 0)], spot)
                if time is not None:
                    totals.append(time + int(hose * 2_000 + 0.5))
        if stop is None:
            assert not totals, seed
        else:
            compared += 1
            assert not totals or stop.total_ms <= min(totals) + 2, (seed, stop, min(totals))
            assert witness.time([(start, 0)], stop.spot) == stop.path.time_ms
            assert field.metres_at(stop.spot) == stop.hose_mm / 1000
    assert compared > 25


def test_a_stop_found_from_the_target_is_the_one_of_its_hour(monkeypatch):
    """Seen from the target nobody knows when the truck comes by: what stands there then is judged once more."""
    met = 0
    for seed in range(250):
        random, network, driver, witness = a_case(6000 + seed, Mode.EMERGENCY)
        timed = [
            replace(
                s, obstacle=replace(s.obstacle, schedule=random.choice(("11:00-13:00", "12:15-12:20", "05:00-06:00")))
            )
            for s in witness.standings
        ]
        network = replace(network, standings=standings_of(len(witness.edges), timed))
        start, target = a_spot(random, edges_of(witness)), a_spot(random, edges_of(witness))
        if witness.edges[start.edge].gone or witness.edges[target.edge].gone:
            continue
        field = lay_hose(network, target, limit_mm=60_000)
        answers = []
        for look in (0, 10**6):
            monkeypatch.setattr(stopping, "FIRST_LOOK", look)
            stop = best_stop(network, driver, [(start, 0)], field, lay_ms_per_m=2_000.0)
            answers.append(stop and stop.total_ms)
        assert answers[0] == answers[1], seed
        empty = replace(network, standings=standings_of(len(witness.edges), ()))
        stop = best_stop(empty, driver, [(start, 0)], field, lay_ms_per_m=2_000.0)
        met += (stop and stop.total_ms) != answers[0]
    assert met > 5


def test_a_vehicle_stops_in_the_same_time_whoever_was_asked_for_before():
    served = 0
    for seed in range(150):
        random, network, driver, witness = a_case(7000 + seed, random_mode(seed))
        start, target = a_spot(random, edges_of(witness)), a_spot(random, edges_of(witness))
        if witness.edges[start.edge].gone or witness.edges[target.edge].gone:
            continue
        starts, field = [(start, 0)], lay_hose(network, target, limit_mm=60_000)
        places = places_to_stop(network, field, starts, lay_ms_per_m=2_000.0)
        need, unknown = np.array([300_000, 200_000, 0, 0], np.int32), np.array([-2, 2_000_000, 0, 0], np.int32)
        drivers = [
            replace(driver, need=each) for each in (driver.need - need, driver.need, driver.need + need, unknown)
        ]
        drivers += [replace(driver, least=Level.RECORDED), replace(driver, pace=driver.pace * 2)]
        random.shuffle(drivers)
        stops = [best_stop(network, d, starts, field, lay_ms_per_m=2_000.0, places=places) for d in drivers]
        served += len({id(stop) for stop in stops if stop}) < sum(stop is not None for stop in stops)
        alone = [best_stop(network, d, starts, field, lay_ms_per_m=2_000.0) for d in drivers]
        assert [s and s.total_ms for s in stops] == [s and s.total_ms for s in alone], seed
    assert served > 20


def test_hose_that_lies_surely_lies_on_roads_that_are_there():
    edges = [Edge((1, 2), 30_000, kind="construction"), Edge((1, 2), 50_000), Edge((2, 3), 20_000)]
    network, witness = network_of(edges), Witness(tuple(edges), (), least=Level.ASSUMED)
    target, spot = Spot(2, 20_000), Spot(0, 0)
    for through_unknown, metres in ((True, 50.0), (False, 70.0)):
        field = lay_hose(network, target, limit_mm=100_000, through_unknown=through_unknown)
        assert field.metres_at(spot) == metres
    assert witness.time([(target, 0)], spot, witness.hose_cost) == 70_000


def random_mode(seed):
    return Mode.LEGAL if seed % 3 == 0 else Mode.EMERGENCY


def stands_at(witness, spot):
    return any(
        s.edge == spot.edge and s.from_mm <= spot.at_mm <= (s.from_mm if s.to_mm is None else s.to_mm)
        for s in witness.standings
    )
