"""Pairs of houses and sources against a slow witness, to the millimetre, and the mistakes that peers make."""

from random import Random

import numpy as np
import pytest

from routes.engine.arrays import Level, Spot
from routes.engine.covering import CoverPairs, Places, Walk, cover_pairs
from routes.engine.locating import locate
from routes.engine.snapping import nearest_spots
from tests.networks import Edge, Standing, network_of, wall
from tests.road_oracle import Witness
from tests.sketch import Sketch
from tests.unit.routes.test_engine_oracle import a_road, a_spot, a_standing

M = 1000


def places(*rows, offset_mm=0, sure=True):
    """Places on edges: (edge, millimetres), or (edge, millimetres, offset, sure)."""
    columns = zip(*((*row, *(offset_mm, sure)[len(row) - 2 :]) for row in rows), strict=True)
    return Places(*(np.array(c, k) for c, k in zip(columns, (np.int32, np.int32, np.int32, np.bool_), strict=True)))


def as_dict(pairs: CoverPairs):
    keys = zip(pairs.house.tolist(), pairs.source.tolist(), strict=True)
    return dict(zip(keys, zip(pairs.distance_mm.tolist(), pairs.sure_mm.tolist(), strict=True), strict=True))


def found(network, house, source, limit_m=400):
    """The distance and the sure one between one house and one source; None where there is no pair."""
    pairs = cover_pairs(network, places(house), places(source), limit_mm=limit_m * M)
    return as_dict(pairs).get((0, 0))


def a_city(seed):
    random = Random(seed)
    junctions = random.randint(2, 8)
    edges = [a_road(random, junctions, way) for way in range(random.randint(2, 16))]
    standings = sorted(
        (a_standing(random, edges) for _ in range(random.randint(0, 8))), key=lambda s: (s.edge, s.from_mm)
    )
    return random, edges, standings


def some_places(random, edges, count):
    spots = (a_spot(random, edges) for _ in range(count))
    return places(*((s.edge, s.at_mm, random.choice((0, 1, 5_000)), random.random() < 0.9) for s in spots))


@pytest.mark.parametrize("seed", range(60))
def test_every_pair_is_that_of_a_slow_witness_to_the_millimetre(seed):
    random, edges, standings = a_city(seed)
    network = network_of(edges, standings)
    houses, sources = some_places(random, edges, 8), some_places(random, edges, 4)
    limit_mm = random.choice((0, 5_000, 60_000, 400_000))

    told = as_dict(cover_pairs(network, houses, sources, limit_mm=limit_mm))

    assert told == _by_witness(edges, standings, houses, sources, limit_mm)


def _by_witness(edges, standings, houses, sources, limit_mm):
    pairs = {}
    for level in (Level.UNKNOWN, Level.RECORDED):
        witness = Witness(
            tuple(edges), tuple(s for s in standings if level == Level.UNKNOWN or s.foot != 2), least=level
        )
        for s in range(len(sources)):
            for h in range(len(houses)):
                start, end = (Spot(int(p.edge[i]), int(p.at_mm[i])) for p, i in ((sources, s), (houses, h)))
                mm = _hose_mm(witness, standings, start, end, level)
                total = None if mm is None else mm + int(sources.offset_mm[s]) + int(houses.offset_mm[h])
                if total is None or total > limit_mm:
                    continue
                if level == Level.UNKNOWN:
                    pairs[h, s] = total, -1
                elif sources.sure[s] and houses.sure[h]:
                    pairs[h, s] = pairs[h, s][0], total
    return pairs


def _hose_mm(witness, standings, start, end, level):
    def cost(edge, a, b, before, after, forward=None):
        step = witness.hose_cost(edge, a, b, before, after, forward)
        if step is None or level == Level.UNKNOWN:
            return step
        met = Witness(witness.edges, tuple(standings)).met(edge, a, b, before, after)
        return None if any(s.foot != 1 for s in met) else step

    if any(witness.edges[spot.edge].gone for spot in (start, end)):
        return None
    return witness.time([(start, 0)], end, cost)


# The mistakes of peers ------------------------------------------------------------------------------------------------


def test_a_house_on_the_source_s_own_edge_is_not_sent_round_by_the_junctions():
    network = network_of([Edge("AB", 100 * M)])
    assert found(network, (0, 30 * M), (0, 40 * M)) == (10 * M, 10 * M)


def test_a_house_on_a_loop_is_reached_from_both_of_its_ends():
    network = network_of([Edge("AB", 10 * M), Edge("BB", 100 * M)])
    assert found(network, (1, 90 * M), (0, 0)) == (20 * M, 20 * M)


def test_of_parallel_roads_the_shorter_one_counts_and_lengths_are_not_added_up():
    network = network_of([Edge("AB", 50 * M), Edge("AB", 30 * M), Edge("BC", 10 * M)])
    assert found(network, (2, 10 * M), (0, 0)) == (40 * M, 40 * M)


def test_a_road_of_no_length_still_joins_its_ends():
    network = network_of([Edge("AB", 10 * M), Edge("BC", 0), Edge("CD", 10 * M)])
    assert found(network, (2, 5 * M), (0, 5 * M)) == (10 * M, 10 * M)


def test_people_walk_against_a_one_way_street_and_up_stairs():
    network = network_of([Edge("AB", 20 * M, oneway=1), Edge("BC", 20 * M, kind="steps")])
    assert found(network, (0, 5 * M), (1, 5 * M)) == (20 * M, 20 * M)


def test_a_gate_that_stops_trucks_and_lets_people_through_stops_no_hose():
    network = network_of([Edge("AB", 100 * M)], [Standing(0, 50 * M, wall(), foot=1)])
    assert found(network, (0, 40 * M), (0, 60 * M)) == (20 * M, 20 * M)


def test_a_wall_between_house_and_source_on_one_edge_sends_the_hose_round():
    round_about = [Edge("AB", 100 * M), Edge("AB", 30 * M)]
    network = network_of(round_about, [Standing(0, 50 * M, wall(), foot=0)])
    assert found(network, (0, 40 * M), (0, 60 * M)) == (110 * M, 110 * M)
    assert found(network_of(round_about[:1], [Standing(0, 50 * M, wall(), foot=0)]), (0, 40 * M), (0, 60 * M)) is None


def test_what_nobody_knows_is_a_pair_through_the_unknown_only():
    network = network_of([Edge("AB", 100 * M)], [Standing(0, 50 * M, wall(), foot=2)])
    assert found(network, (0, 40 * M), (0, 60 * M)) == (20 * M, -1)


def test_a_short_way_through_the_unknown_does_not_hide_the_longer_sure_one():
    edges = [Edge("AB", 100 * M), Edge("AB", 300 * M)]
    network = network_of(edges, [Standing(0, 50 * M, wall(), foot=2)])
    assert found(network, (0, 0), (0, 100 * M)) == (100 * M, 300 * M)


def test_a_road_that_is_not_built_yet_is_the_unknown():
    network = network_of([Edge("AB", 10 * M), Edge("BC", 10 * M, kind="construction")])
    assert found(network, (1, 5 * M), (0, 5 * M)) == (10 * M, -1)


def test_a_road_that_is_gone_carries_no_hose_not_even_to_its_own_house():
    network = network_of([Edge("AB", 10 * M, gone=True)])
    assert found(network, (0, 5 * M), (0, 5 * M)) is None


def test_the_metres_beside_the_road_count_on_both_sides():
    network = network_of([Edge("AB", 400 * M)])
    assert found(network, (0, 390 * M, 6 * M, True), (0, 0, 4 * M, True)) == (400 * M, 400 * M)
    assert found(network, (0, 390 * M, 6 * M, True), (0, 0, 4 * M + 1, True)) is None


def test_a_house_that_nobody_knows_the_way_to_from_its_road_is_never_reached_for_sure():
    network = network_of([Edge("AB", 400 * M)])
    assert found(network, (0, 390 * M, 0, False), (0, 0)) == (390 * M, -1)


def test_a_place_on_no_road_has_no_pair():
    network = network_of([Edge("AB", 400 * M)])
    assert found(network, (-1, 0), (0, 0)) is None
    assert found(network, (0, 0), (-1, 0)) is None


# The same whichever way it is asked -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(100, 130))
def test_searching_from_the_houses_finds_the_same_pairs_as_from_the_sources(seed):
    random, edges, standings = a_city(seed)
    network = network_of(edges, standings)
    houses, sources = some_places(random, edges, 8), some_places(random, edges, 4)
    there = as_dict(cover_pairs(network, houses, sources, limit_mm=100 * M))
    back = as_dict(cover_pairs(network, sources, houses, limit_mm=100 * M))
    assert there == {(h, s): mm for (s, h), mm in back.items()}


def test_pairs_of_some_sources_are_those_of_all_sources_and_little_room_changes_nothing(monkeypatch):
    random, edges, standings = a_city(7)
    network = network_of(edges, standings)
    houses, sources = some_places(random, edges, 40), some_places(random, edges, 9)
    whole = as_dict(cover_pairs(network, houses, sources, limit_mm=400 * M))
    some = as_dict(cover_pairs(network, houses, sources, limit_mm=400 * M, which=[2, 5]))
    assert some == {key: mm for key, mm in whole.items() if key[1] in {2, 5}}
    monkeypatch.setattr("routes.engine.covering._FIRST_ROOM", 1)
    assert as_dict(Walk.of(network).pairs(houses, sources, limit_mm=400 * M)) == whole


def test_pairs_stand_in_the_order_of_house_and_source():
    random, edges, standings = a_city(11)
    houses, sources = some_places(random, edges, 40), some_places(random, edges, 9)
    pairs = cover_pairs(network_of(edges, standings), houses, sources, limit_mm=400 * M)
    keys = list(zip(pairs.house.tolist(), pairs.source.tolist(), strict=True))
    assert keys == sorted(set(keys))
    assert pairs.first_of_house(40).tolist() == [sum(h < n for h, _ in keys) for n in range(41)]


# Where places lie -----------------------------------------------------------------------------------------------------

CROSS = Sketch("""
    .........C
    .
    A........B
    .
    .........D
""")


def test_points_lie_where_a_search_for_one_puts_them():
    network = network_of([Edge("AB"), Edge("BC"), Edge("BD")], sketch=CROSS)
    random = Random(1)
    east, north = CROSS.places["A"]
    xy = np.array([(east + random.uniform(-150, 300), north + random.uniform(-150, 150)) for _ in range(60)])
    located = locate(network, np.arange(61), xy, within_m=60.0)
    for place in range(60):
        near = nearest_spots(network, tuple(xy[place]), count=1, within_m=60.0)
        told = [(located.edge[place], located.at_mm[place], located.apart_m[place])]
        assert [(s.edge, s.at_mm, s.apart_m) for s in near] == (told if near else [])
        assert near or located.edge[place] == -1


def test_a_footprint_lies_at_the_road_nearest_to_any_of_its_walls():
    network = network_of([Edge("AB")], sketch=CROSS)
    east, north = CROSS.places["A"]
    walls = np.array([(east + 40, north + 30), (east + 40, north + 8), (east + 45, north + 30)])
    located = locate(network, np.array([0, 3]), walls, within_m=60.0)
    assert (located.edge[0], located.at_mm[0], located.vertex[0]) == (0, 40 * M, 1)
    assert located.apart_m[0] == pytest.approx(8)
