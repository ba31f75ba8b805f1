"""The nearest water by road against brute force: every source driven to by a search of its own."""

from dataclasses import replace

import numpy as np
import pytest

from gis_core.values import Verdict
from routes.drive_water import WaterSearch
from routes.drive_water_sources import PlacedWaters, Stands, _joined
from routes.engine.arrays import Level, Spot
from routes.engine.searches import fastest
from tests.networks import Edge, Standing, network_of, obstacle, profile, wall
from tests.unit.routes.test_approach import can_move

BY_HAND_S_PER_M = 3.0


def random_network(rng):
    edges = []
    for _ in range(int(rng.integers(8, 20))):
        ends = tuple(int(node) for node in rng.integers(0, 9, 2))
        width = [6.0, 6.0, 6.0, 2.0, None][rng.integers(5)]
        edges.append(Edge(ends, int(rng.integers(1, 120_000)), width_m=width))
    standings = [
        Standing(e := int(rng.integers(len(edges))), int(rng.integers(0, edges[e].length_mm + 1)), thing, foot=1)
        for thing in (wall(), obstacle(width_m=2.2), obstacle())[: int(rng.integers(4))]
    ]
    return network_of(edges, standings), edges


def stands_of(rng, edges, sources):
    """One to three stands a source, in any order."""
    source = np.sort(np.concatenate([np.arange(sources), rng.integers(0, sources, 2 * sources)])).astype(np.int32)
    edge = rng.integers(0, len(edges), len(source)).astype(np.int32)
    at_mm = np.array([rng.integers(0, edges[e].length_mm + 1) for e in edge], np.int32)
    lane_m = rng.choice([0, 0, 12], len(source))
    return Stands(
        source, edge, at_mm,
        apart_m=rng.choice([3.0, 15.0, 60.0], len(source)),
        lane=np.where(lane_m > 0, edge, -1).astype(np.int32),
        lane_from_mm=np.zeros(len(source), np.int32),
        lane_to_mm=(1000 * lane_m).astype(np.int32),
    )  # fmt: skip


def brute_force(search, wanted, least):
    """Each source by its best stand; ties are rare enough to be compared by time alone."""
    stands, best = search.placed.stands, {}
    is_open = stands.open_to_hose(search.network)
    for i in range(len(stands.edge)):
        source = int(stands.source[i])
        if not (wanted[source] and is_open[i]) or (least is Level.ASSUMED and stands.apart_m[i] > 15.0):
            continue
        end = Spot(int(stands.edge[i]), int(stands.at_mm[i]))
        path = fastest(search.network, profile(least=least), search.starts[0], end)
        if path is None or not (path.length_mm or can_move(search.network, search.starts[0], least)):
            continue
        far_m = stands.lane_m[i] + max(stands.apart_m[i] - 20.0, 0.0)
        time_ms = path.time_ms + int(np.rint(far_m * BY_HAND_S_PER_M * 1000))
        best[source] = min(time_ms, best.get(source, time_ms))
    return sorted(best.values())


@pytest.mark.parametrize("seed", range(60))
def test_the_nearest_sources_are_those_of_brute_force_whatever_their_stands(seed):
    rng = np.random.default_rng(seed)
    network, edges = random_network(rng)
    sources = int(rng.integers(1, 12))
    stands = stands_of(rng, edges, sources)
    placed = PlacedWaters(None, stands, None)
    start = Spot(e := int(rng.integers(len(edges))), int(rng.integers(0, edges[e].length_mm + 1)))
    search = WaterSearch(network, placed, profile(), [start], BY_HAND_S_PER_M)
    wanted = rng.random(sources) < 0.7
    for least, verdict in ((Level.ASSUMED, Verdict.PASSABLE), (Level.UNKNOWN, Verdict.UNKNOWN)):
        for count in (1, 3, sources):
            found = search.nearest(wanted, count, least)
            assert [one.time_ms for one in found] == brute_force(search, wanted, least)[:count]
            assert len({one.source for one in found}) == len(found)
            assert all(wanted[one.source] and one.verdict is verdict for one in found)


def search_in(network, start, *stands):
    """A search for sources, each with one stand: edge, place and straight metres to the source."""
    edge, at_mm, apart_m = (np.array(column) for column in zip(*stands, strict=True))
    number = np.arange(len(stands), dtype=np.int32)
    nowhere = np.zeros(len(stands), np.int32)
    placed = Stands(number, edge.astype(np.int32), at_mm.astype(np.int32), apart_m, nowhere - 1, nowhere, nowhere)
    return WaterSearch(network, PlacedWaters(None, placed, None), profile(), [start], BY_HAND_S_PER_M)


@pytest.mark.parametrize(("width_m", "perhaps"), [(None, 1), (1.5, 0)])
def test_a_hydrant_where_the_truck_stands_is_not_reached_over_a_lane_that_does_not_take_it(width_m, perhaps):
    network = network_of([Edge((1, 2), 100_000), Edge((2, 3), 100_000, width_m=width_m)])
    search = search_in(network, Spot(1, 50_000), (1, 50_000, 2.0))
    assert search.nearest(np.array([True]), 1, Level.ASSUMED) == []
    assert len(search.nearest(np.array([True]), 1, Level.UNKNOWN)) == perhaps


def test_the_truck_stands_on_the_road_that_it_came_by_whichever_of_a_junction_has_the_stand():
    edges = [Edge((2, 3), 30_000, width_m=1.5), Edge((1, 2), 60_000), Edge((2, 4), 90_000)]
    search = search_in(network_of(edges), Spot(1, 20_000), (0, 0, 3.0), (1, 50_000, 3.0), (2, 40_000, 3.0))
    found = search.nearest(np.ones(3, bool), 3, Level.ASSUMED)
    assert [(one.source, one.came_by, one.path.length_mm) for one in found] == [
        (1, 1, 30_000), (0, 1, 40_000), (2, 2, 80_000)
    ]  # fmt: skip
    assert [one.drive_m for one in found] == [30.0, 40.0, 80.0]


def test_a_drive_that_begins_later_meets_what_stands_there_then_and_counts_from_its_begin():
    market = wall(schedule="12:40-15:00")
    network = network_of([Edge((1, 2), 100_000), Edge((2, 3), 100_000)], [Standing(1, 50_000, market)])
    search = search_in(network, Spot(0, 0), (0, 100_000, 3.0), (1, 90_000, 3.0))
    wanted = np.ones(2, bool)
    assert len(search.nearest(wanted, 2, Level.ASSUMED)) == 2
    later = replace(search, begin_ms=50 * 60_000)
    (only,) = later.nearest(wanted, 2, Level.ASSUMED)
    assert (only.source, only.drive_s, only.time_ms) == (0, 12.0, 12_000)


def test_stands_that_were_kept_and_stands_placed_anew_are_in_the_order_of_their_sources():
    def stands(*sources):
        number = np.array(sources, np.int32)
        return Stands(number, number + 10, number, number + 0.5, number, number, number)

    joined = _joined(stands(1, 3, 3), stands(0, 2))
    assert joined.source.tolist() == [0, 1, 2, 3, 3]
    assert joined.edge.tolist() == [10, 11, 12, 13, 13]


def test_hose_along_a_lane_that_may_not_be_there_is_not_sure():
    network = network_of([Edge((1, 2), 100_000), Edge((2, 3), 50_000, kind="construction"), Edge((2, 4), 50_000)])
    lane = np.array([1, 2, -1], np.int32)
    along = np.zeros(3, np.int32)
    stands = Stands(np.arange(3), np.zeros(3, np.int32), along + 100_000, np.full(3, 3.0), lane, along, along + 12_000)
    assert stands.open_to_hose(network).tolist() == [False, True, True]


def test_nobody_knows_what_lies_between_the_road_and_a_source_far_from_it():
    network = network_of([Edge((1, 2), 100_000)])
    search = search_in(network, Spot(0, 0), (0, 50_000, 15.1), (0, 90_000, 15.0))
    wanted = np.array([True, True])
    assert [one.source for one in search.nearest(wanted, 2, Level.ASSUMED)] == [1]
    assert [one.source for one in search.nearest(wanted, 2, Level.UNKNOWN)] == [0, 1]
