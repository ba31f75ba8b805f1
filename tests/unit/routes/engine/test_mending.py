"""A search that goes on after an edit comes to what a fresh one finds, to the last bit."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from routes.engine.arrays import Level, Spot
from routes.engine.searches import asked_again, edited_edges, flood, mended, reached_after, reached_by
from tests.networks import Edge, Standing, network_of, profile, standings_of, wall
from tests.unit.routes.test_engine_oracle import a_road, a_spot, a_standing

LIMIT_MS = 40_000


def after(network, edges, standing):
    return replace(network, standings=standings_of(len(edges), standing), version=network.version + 1)


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in one.__slots__)


@pytest.mark.parametrize("least", [Level.ASSUMED, Level.UNKNOWN])
def test_whatever_was_edited_the_search_that_goes_on_equals_a_fresh_one(least):
    random, went_on, lost = Random(least), 0, 0
    looked_at = edges_of_all = 0
    for _ in range(300):
        edges = [a_road(random, 12, n) for n in range(30)]
        standing = [a_standing(random, edges) for _ in range(8)]
        network = network_of(edges, standing)
        starts = [(a_spot(random, edges), random.choice((0, 7_000))) for _ in range(2)]
        more = [a_standing(random, edges) for _ in range(random.choice((0, 1, 1, 3)))]
        kept = random.sample(standing, random.choice((8, 8, 8, 7)))
        now = after(network, edges, [*kept, *more])
        driver = replace(profile(), least=least)
        before = flood(network, driver, starts, limit_ms=LIMIT_MS)
        fresh = flood(now, driver, starts, limit_ms=LIMIT_MS)
        again = mended(before, now, driver, edited_edges(network, now))
        if again is not None:
            went_on += 1
            lost += int((before.labels.cost != fresh.labels.cost).any())
            assert np.array_equal(again.labels.cost, fresh.labels.cost)
            assert same(reached_by(again), reached_by(fresh))
            asked = asked_again(before, again, edited_edges(network, now))
            assert same(reached_after(reached_by(before), again, asked), reached_by(fresh))
            looked_at += int(asked.sum())
            edges_of_all += len(edges)
            # And once more from there, as edit follows edit.
            last = after(now, edges, [*kept, *more, a_standing(random, edges)])
            if (third := mended(again, last, driver, edited_edges(now, last))) is not None:
                assert same(reached_by(third), reached_by(flood(last, driver, starts, limit_ms=LIMIT_MS)))
    assert went_on > 150
    assert lost > 15, "too few edits changed anything"
    assert looked_at < edges_of_all / 2, "most is looked at again"


def test_what_lies_behind_a_gate_is_reached_another_way_round_or_not_at_all():
    edges = [Edge((0, 1), 50_000), Edge((1, 2), 50_000), Edge((0, 2), 90_000), Edge((1, 3), 10_000)]
    network = network_of(edges)
    now = after(network, edges, [Standing(0, 20_000, wall())])
    before = flood(network, profile(), [(Spot(2, 10_000), 0)], limit_ms=10**6)
    again = mended(before, now, profile(), edited_edges(network, now))
    assert again is not None
    assert (again.labels.cost[:4] - 1).tolist() == [1_200, 15_600, 9_600, 16_800]
    both = after(now, edges, [Standing(0, 20_000, wall()), Standing(1, 20_000, wall())])
    last = mended(again, both, profile(), edited_edges(now, both))
    assert (last.labels.cost[:4] - 1).tolist() == [1_200, -1, 9_600, -1]


def test_the_other_end_of_the_road_where_a_truck_starts_is_reached_along_it():
    edges = [Edge((0, 1), 100_000), Edge((0, 2), 1_000), Edge((2, 1), 1_000)]
    network = network_of(edges)
    now = after(network, edges, [Standing(1, 500, wall())])
    before = flood(network, profile(), [(Spot(0, 10_000), 0)], limit_ms=10**6)
    again = mended(before, now, profile(), edited_edges(network, now))
    assert (before.labels.cost[:3] - 1).tolist() == [1_200, 1_440, 1_320]
    assert (again.labels.cost[:3] - 1).tolist() == [1_200, 10_800, 10_920]


def test_a_gate_that_goes_and_one_beside_a_start_are_searched_anew():
    edges = [Edge((0, 1), 50_000), Edge((1, 2), 50_000)]
    network = network_of(edges, [Standing(1, 20_000, wall())])
    opened = after(network, edges, [])
    before = flood(network, profile(), [(Spot(0, 10_000), 0)], limit_ms=10**6)
    assert mended(before, opened, profile(), edited_edges(network, opened)) is None
    beside = after(network, edges, [Standing(1, 20_000, wall()), Standing(0, 30_000, wall())])
    assert mended(before, beside, profile(), edited_edges(network, beside)) is None


def test_of_roads_that_were_edited_nothing_is_said():
    edges = [Edge((0, 1), 50_000)]
    network = network_of(edges)
    assert edited_edges(network, replace(network, roads=replace(network.roads))) is None
    assert edited_edges(network, network_of(edges)) is None
    assert edited_edges(network, replace(network, version=9)).tolist() == []
