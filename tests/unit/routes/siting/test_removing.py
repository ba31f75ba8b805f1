"""Which removal opens what: against the engine's own search on a network from which the obstacle was taken."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routes.engine.arrays import Level, Spot
from routes.engine.searches import reach
from routes.siting.demand import cover_of
from routes.siting.planned import network_without
from routes.siting.removing import NEVER, fewest_removals, opened_by_each, reached_pieces, served
from routes.siting.sections import sections_of
from tests.networks import Edge, Standing, network_of, obstacle, profile, wall

START = Spot(0, 0)
LONG_MS = 10**9


def homes_on(sections, network, spots):
    """A home at each spot; one exactly at an obstacle is served from both of its sides."""
    edges, places = np.array([(s.edge, s.at_mm) for s in spots], np.int32).T
    sides = [sections.pieces_at(network, edges, places, beyond=beyond) for beyond in (False, True)]
    house, piece = np.tile(np.arange(len(spots)), 2), np.concatenate(sides)
    there = piece >= 0
    return cover_of(house[there], piece[there], weight=np.ones(len(spots), np.int64), candidates=sections.pieces)


def asked(network, spots, driver):
    """Give what each record opens, which spots are open today, and the smallest numbers of removals."""
    sections = sections_of(network, driver)
    reached = reached_pieces(sections, sections.pieces_of(network, [START]))
    homes = homes_on(sections, network, spots)
    weights = np.ones((len(homes.weight), 1), np.int64) * homes.weight[:, None]
    opened = opened_by_each(sections, reached, homes, weights, records=len(network.standings.records))
    fewest = fewest_removals(sections, reached)
    today = served(homes, reached)
    least = np.full(len(spots), NEVER)
    for one in range(len(spots)):
        if homes.of_house[one] >= 0:
            group = homes.of_house[one]
            pieces = homes.candidate[homes.group_first[group] : homes.group_first[group + 1]]
            numbers = fewest[pieces]
            least[one] = numbers[numbers >= 0].min(initial=99) if (numbers >= 0).any() else NEVER
    return opened.homes[:, 0], [bool(g >= 0 and today[g]) for g in homes.of_house], least


def reached_by_search(network, spots, driver):
    """Ask the engine: a spot counts where a truck drives over it or stops at it."""
    found = reach(network, driver, [(START, 0)], limit_ms=LONG_MS)
    ends = np.sort([found.from_mm, found.to_mm], axis=0)
    pieces = list(zip(found.edge, *ends, strict=True))
    return [any(e == s.edge and low <= s.at_mm <= high for e, low, high in pieces) for s in spots]


def without(network, records):
    return network_without(network, records=np.array(records, np.int32), edges=np.zeros(0, np.int32))


GATE = [Edge((1, 2), 100_000), Edge((2, 3), 100_000)]


def test_a_wall_keeps_the_homes_behind_it_closed_and_its_removal_opens_them():
    network = network_of(GATE, [Standing(0, 50_000, wall())])
    spots = [Spot(0, 20_000), Spot(0, 70_000), Spot(1, 50_000)]
    gains, today, least = asked(network, spots, profile())
    assert gains.tolist() == [2]
    assert today == [True, False, False]
    assert least.tolist() == [0, 1, 1]


def test_walls_in_series_open_nothing_alone_and_the_smallest_number_says_two():
    network = network_of(GATE, [Standing(0, 50_000, wall()), Standing(0, 60_000, wall())])
    gains, _, least = asked(network, [Spot(1, 50_000), Spot(0, 55_000)], profile())
    assert gains.tolist() == [1, 0]
    assert least.tolist() == [2, 1]


def test_a_wall_with_a_way_round_it_opens_nothing():
    ring = [Edge((1, 2), 100_000), Edge((2, 3), 100_000), Edge((1, 3), 100_000)]
    gains, today, _ = asked(network_of(ring, [Standing(1, 50_000, wall())]), [Spot(1, 70_000)], profile())
    assert (gains.tolist(), today) == ([0], [True])


def test_one_fence_in_two_places_is_one_removal():
    fence = [Standing(0, 50_000, wall(), record=0), Standing(1, 50_000, wall(), record=0)]
    gains, _, least = asked(network_of(GATE, fence), [Spot(0, 70_000), Spot(1, 70_000)], profile())
    assert gains.tolist() == [2, 0]
    assert least.tolist() == [1, 1]


def test_a_fence_with_a_gate_behind_it_counts_each_once():
    edges = [Edge((1, 2), 100_000), Edge((2, 3), 100_000), Edge((3, 4), 100_000)]
    stand = [
        Standing(0, 50_000, wall(), record=0),
        Standing(1, 50_000, wall(), record=0),
        Standing(2, 50_000, wall(), record=1),
    ]
    gains, _, least = asked(network_of(edges, stand), [Spot(2, 70_000)], profile())
    assert gains.tolist() == [0, 0, 0]
    assert least.tolist() == [2]


def test_a_road_too_narrow_is_opened_by_no_removal():
    edges = [Edge((1, 2), 100_000), Edge((2, 3), 100_000, width_m=1.5)]
    gains, today, least = asked(network_of(edges, [Standing(1, 50_000, wall())]), [Spot(1, 70_000)], profile())
    assert (gains.tolist(), today, least.tolist()) == ([0], [False], [NEVER])


def test_an_obstacle_that_nobody_measured_parts_what_is_surely_reached_only():
    network = network_of(GATE, [Standing(0, 50_000, obstacle())])
    spots = [Spot(1, 50_000)]
    assert asked(network, spots, profile(least=Level.UNKNOWN))[1] == [True]
    gains, today, _ = asked(network, spots, profile(least=Level.ASSUMED))
    assert (gains.tolist(), today) == ([1], [False])


def test_a_home_within_a_market_opens_with_the_market():
    network = network_of(GATE, [Standing(0, 30_000, wall(), to_mm=70_000)])
    gains, today, _ = asked(network, [Spot(0, 50_000), Spot(0, 30_000), Spot(0, 80_000)], profile())
    assert today == [False, True, False]
    assert gains.tolist() == [2]


def test_a_home_among_two_obstacles_that_overlap_is_opened_by_neither():
    network = network_of(GATE, [Standing(0, 10_000, wall(), to_mm=50_000), Standing(0, 30_000, wall(), to_mm=70_000)])
    gains, _, least = asked(network, [Spot(0, 40_000)], profile())
    assert (gains.tolist(), least.tolist()) == ([0, 0], [NEVER])


def test_what_is_open_in_legal_mode_is_not_asked_here():
    with pytest.raises(ValueError, match="emergency"):
        sections_of(network_of(GATE), profile(emergency=False))


@st.composite
def towns(draw):
    """Some junctions, roads between them, some too narrow, walls on all but the first, where the truck begins."""
    nodes = draw(st.integers(2, 5))
    pairs = draw(st.lists(st.tuples(st.integers(1, nodes), st.integers(1, nodes)), min_size=1, max_size=7))
    narrow = draw(st.sets(st.integers(1, len(pairs)), max_size=2))
    edges = [Edge(pair, 100_000, width_m=1.5 if n in narrow else 6.0) for n, pair in enumerate([(1, 2), *pairs])]
    spans = st.tuples(st.integers(1, len(pairs)), st.integers(0, 10), st.integers(0, 2))
    places = draw(st.lists(spans, max_size=6))
    stand = [Standing(e, 10_000 * at, wall(), to_mm=10_000 * (at + extent)) for e, at, extent in places]
    return network_of(edges, stand)


@given(towns())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pieces_and_single_removals_are_what_the_engine_finds(network):
    spots = [Spot(edge, at) for edge in range(len(network.topology.edge_id)) for at in range(5_000, 100_000, 10_000)]
    driver = profile()
    gains, today, _ = asked(network, spots, driver)
    sections = sections_of(network, driver)
    # Of a home among obstacles that overlap nothing is promised.
    edges, places = np.array([(s.edge, s.at_mm) for s in spots], np.int32).T
    told = (sections.pieces_at(network, edges, places) >= 0) | (sections.closed[edges] > 0)
    assert today == reached_by_search(network, spots, driver)
    for record in range(len(network.standings.records)):
        after = reached_by_search(without(network, [record]), spots, driver)
        opened = sum(now and not before and known for now, before, known in zip(after, today, told, strict=True))
        assert gains[record] == opened


@given(towns())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_smallest_number_of_removals_is_that_of_trying_all_sets(network):
    spots = [Spot(edge, 55_000) for edge in range(len(network.topology.edge_id))]
    driver, count = profile(), len(network.standings.records)
    least = asked(network, spots, driver)[2]
    sections = sections_of(network, driver)
    edges, places = np.array([(s.edge, s.at_mm) for s in spots], np.int32).T
    told = (sections.pieces_at(network, edges, places) >= 0) | (sections.closed[edges] > 0)
    truth = np.full(len(spots), NEVER)
    for number in range(count, -1, -1):
        for records in combinations(range(count), number):
            open_now = reached_by_search(without(network, records), spots, driver)
            truth[open_now] = number
    assert least[told].tolist() == truth[told].tolist()
