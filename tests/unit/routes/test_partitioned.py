"""Coverage in parts is that of the whole to the bit, and a halo that is too small is found out."""

import pickle
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from routes.coverage import partitioned
from routes.coverage.computing import at_once
from routes.coverage.partitioned import (
    HaloTooSmall,
    OtherProgram,
    Parts,
    compute_packed,
    compute_part,
    halo_of,
    halves,
    merged,
    program_mark,
)
from routes.engine.covering import cover_pairs
from routes.engine.excerpts import Boxes, Excerpt, Reach
from routes.engine.weighing import Needs
from tests.cities import places, town, whole_of
from tests.split_roads import arcs_of, by_networkx


def in_parts(whole, **options):
    parts = Parts.of(whole, with_pairs=True, **options)
    # In any order, and through the form in which they go to another process.
    done = [pickle.loads(pickle.dumps(compute_packed(program_mark(), part.packed()))) for part in parts]
    Random(1).shuffle(done)
    return len(parts), merged(len(whole.houses), done)


def assert_same(one, other):
    for first, second in zip(one, other, strict=True):
        names = first._fields if isinstance(first, tuple) else ("house", "source", "distance_mm", "sure_mm")
        for name in names:
            a, b = getattr(first, name), getattr(second, name)
            assert a.dtype == b.dtype, name
            assert np.array_equal(a, b), name


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("most", [60, 700])
def test_parts_come_to_what_the_whole_comes_to(seed, most):
    whole = whole_of(town(seed), seed)
    count, found = in_parts(whole, most=most)
    assert count > 2
    assert len(found[0]) > 10_000
    assert_same(found, at_once(whole))


def test_every_pair_of_a_town_is_that_of_networkx():
    whole = whole_of(town(8), 8, houses=400, sources=60)
    pairs, _ = in_parts(whole, most=100)[1]
    for surely, mm in ((False, pairs.distance_mm), (True, pairs.sure_mm)):
        arcs = arcs_of(whole.network, whole.houses, whole.sources, surely=surely)
        told = by_networkx(arcs, list(range(60)), whole.limit_mm)
        found = zip(zip(pairs.house.tolist(), pairs.source.tolist(), strict=True), mm.tolist(), strict=True)
        assert {key: way for key, way in found if way >= 0} == told
        assert len(told) > 500


@pytest.mark.parametrize("halo_m", [0.0, 50.0, 200.0])
def test_a_halo_too_small_is_refused(halo_m):
    whole = whole_of(town(3), 3)
    with pytest.raises(HaloTooSmall, match=rf"halo of {halo_m:.0f} m .* is too small"):
        in_parts(whole, most=200, halo_m=halo_m)


def test_without_the_proof_a_halo_too_small_would_give_other_distances(monkeypatch):
    whole = whole_of(town(3), 3)
    believing = partitioned.reach_of

    def believed(*args, **options):
        return Reach(np.zeros_like(believing(*args, **options).node_mm), -1)

    monkeypatch.setattr(partitioned, "reach_of", believed)
    found, right = in_parts(whole, most=200, halo_m=50.0)[1], at_once(whole)
    assert not np.array_equal(found[1].nearest_mm, right[1].nearest_mm)
    assert len(found[0]) < len(right[0])


def test_a_halo_is_proven_where_lengths_are_not_what_the_lines_say():
    whole = whole_of(town(3), 3)
    topology = whole.network.topology
    shorter = replace(topology, length_mm=topology.length_mm // 2)
    network = replace(whole.network, topology=shorter)
    rng = np.random.default_rng(5)
    homes, water = places(network, 2_000, rng), places(network, 150, rng)
    with pytest.raises(HaloTooSmall):
        in_parts(replace(whole, network=network, houses=homes, sources=water), most=200)


def test_the_halo_follows_from_the_hose_of_the_day():
    assert halo_of(200_000) == halo_of(400_000) - 200
    assert Parts.of(whole_of(town(1), 1, limit_m=200)).halo_m == halo_of(200_000) > 200


def test_a_part_holds_what_is_around_it_and_no_more():
    whole = whole_of(town(2), 2)
    part = Parts.of(whole, most=100).cut_out(0)
    topology = whole.network.topology
    assert len(part.house) <= 100
    assert len(part.excerpt.edge) < len(topology.edge_id) / 2
    assert len(part.source) < len(whole.sources)
    own = np.unique(whole.houses.edge[part.house])
    assert np.isin(own[own >= 0], part.excerpt.edge).all()


def test_houses_on_no_road_and_a_town_without_roads_or_houses_or_sources_are_computed_too():
    whole = whole_of(town(4), 4, houses=50, sources=10)
    none = np.full(50, -1, np.int32)
    away = replace(
        whole, houses=replace(whole.houses, edge=none), needs=whole.needs._replace(near=np.zeros(50, np.uint8))
    )
    assert_same(in_parts(away)[1], at_once(away))
    dry = replace(whole, sources=whole.sources.some(slice(0, 0)))
    assert_same(in_parts(dry, most=10)[1], at_once(dry))
    empty = replace(whole, houses=whole.houses.some(slice(0, 0)), needs=Needs(*(c[:0] for c in whole.needs)))
    count, found = in_parts(empty)
    assert count == 0
    assert_same(found, at_once(empty))


def test_pairs_stay_where_they_were_found_unless_asked_for():
    whole = whole_of(town(1), 1)
    pairs, weighed = merged(len(whole.houses), map(compute_part, Parts.of(whole, most=500)))
    assert pairs is None
    assert np.array_equal(weighed.level, at_once(whole)[1].level)


def test_a_worker_of_another_version_does_not_answer():
    part = Parts.of(whole_of(town(1), 1)).cut_out(0)
    with pytest.raises(OtherProgram, match="another version"):
        compute_packed("older", part.packed())


def test_groups_are_halved_until_each_is_light_and_none_is_lost():
    rng = np.random.default_rng(1)
    xy, weight = rng.random((500, 2)) * (3_000, 400), rng.integers(1, 40, 500)
    groups = list(halves(xy, weight, 200))
    assert sorted(np.concatenate(groups).tolist()) == list(range(500))
    assert all(weight[group].sum() <= 200 for group in groups)
    assert len(groups) <= 4 * weight.sum() / 200
    # What lies on one spot cannot be divided.
    assert [g.tolist() for g in halves(np.zeros((1, 2)), np.array([999]), 200)] == [[0]]


def test_an_excerpt_of_everything_gives_the_pairs_of_everything_and_has_no_cut():
    network = town(6)
    rng = np.random.default_rng(6)
    homes, water = places(network, 300, rng), places(network, 40, rng)
    whole = Excerpt.of(
        network, Boxes.of(network.topology).touching(Boxes.of(network.topology).around(np.arange(5)).wider(1e6))
    )
    assert not whole.cut.any()
    assert len(whole.edge) == len(network.topology.edge_id)
    first, second = (cover_pairs(n, homes, water, limit_mm=300_000) for n in (network, whole.network))
    assert np.array_equal(first.sure_mm, second.sure_mm)


def test_junctions_at_which_roads_are_missing_are_cut():
    network = town(6)
    topology = network.topology
    edge = np.flatnonzero(topology.tail < 200).astype(np.int32)
    part = Excerpt.of(network, edge)
    left_out = np.setdiff1d(np.arange(len(topology.edge_id)), edge)
    missing = set(topology.tail[left_out].tolist()) | set(topology.head[left_out].tolist())
    node = np.searchsorted(topology.node_id, part.network.topology.node_id)
    assert part.cut.tolist() == [n in missing for n in node.tolist()]
    assert part.cut.any()
    assert not part.cut.all()
