"""A made-up town in memory that lies where its roads lie: for what depends on distance as the crow flies too.

network = town(seed=1)
whole = whole_of(network, seed=1, houses=2_000, sources=150)
"""

import numpy as np

from routes.coverage.computing import Whole
from routes.engine.arrays import Network
from routes.engine.build import build_topology
from routes.engine.covering import Places, Walk
from routes.engine.weighing import MAIN_UNKNOWN, ON_NO_MAIN, Needs, Together, Waters
from tests.networks import ASSUMPTIONS, Edge, Standing, roads_of, standings_of, wall

KINDS = ("residential", "residential", "service", "footway", "steps", "construction")


def town(seed: int, *, side: int = 20, step_m: float = 90.0) -> Network:
    """A crooked grid with a fifth of its roads missing, and on some of the others something that stops people."""
    rng = np.random.default_rng(seed)
    xy = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) * step_m
    xy += rng.uniform(-30, 30, xy.shape)
    node = np.arange(side * side).reshape(side, side)
    ends = np.vstack([
        np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()]),
        np.column_stack([node[:-1].ravel(), node[1:].ravel()]),
    ])  # fmt: skip
    ends = ends[rng.random(len(ends)) < 0.8]
    topology = build_topology(
        version=1,
        edge_id=100 + np.arange(len(ends)),
        start_node=ends[:, 0],
        end_node=ends[:, 1],
        level=np.zeros(len(ends)),
        vertex_first=2 * np.arange(len(ends) + 1),
        vertex_xy=xy[ends].reshape(-1, 2),
    )
    lengths = topology.length_mm.tolist()
    kinds = rng.choice(KINDS, len(ends), p=(0.4, 0.3, 0.1, 0.1, 0.07, 0.03))
    edges = [
        Edge((int(a), int(b)), mm, kind=str(kind), gone=bool(rng.random() < 0.02))
        for (a, b), mm, kind in zip(ends, lengths, kinds, strict=True)
    ]
    standings = [_standing(int(edge), lengths[edge], rng) for edge in rng.integers(0, len(edges), len(edges) // 6)]
    return Network(topology, roads_of(edges, ASSUMPTIONS), standings_of(len(edges), standings), 1)


def _standing(edge: int, length_mm: int, rng: np.random.Generator) -> Standing:
    at_mm = int(rng.choice((-200, 0, length_mm // 3, length_mm // 2, length_mm)))
    to_mm = at_mm + int(rng.choice((0, 0, 4_000)))
    return Standing(edge, at_mm, wall(in_doubt=bool(rng.random() < 0.1)), to_mm=to_mm, foot=int(rng.integers(0, 3)))


def places(network: Network, count: int, rng: np.random.Generator) -> Places:
    """Places on the roads, one of fifty on none, some of them where roads end or something stands."""
    edge = rng.integers(0, len(network.topology.edge_id), count).astype(np.int32)
    length_mm = network.topology.length_mm[edge]
    at_mm = (rng.choice((0.0, 1 / 3, 0.5, 1.0, -1.0), count, p=(0.05, 0.05, 0.05, 0.05, 0.8))) * length_mm
    at_mm = np.where(at_mm < 0, rng.random(count) * length_mm, at_mm).astype(np.int32)
    edge[rng.random(count) < 0.02] = -1
    return Places(edge, at_mm, rng.integers(0, 20_000, count).astype(np.int32), rng.random(count) < 0.9)


def together_of(sources: int, rng: np.random.Generator) -> Together:
    """Some pairs of sources that ran in one test, whatever mains they hang on."""
    one, other = np.triu_indices(sources, 1)
    which = rng.random(len(one)) < 0.4
    return Together.of(sources, one[which], other[which], rng.choice((10.0, 25.0, 60.0), int(which.sum())))


def whole_of(network: Network, seed: int, *, houses: int = 2_000, sources: int = 150, limit_m: int = 400) -> Whole:
    """Everything that coverage is computed of, at random."""
    rng = np.random.default_rng(seed + 1_000)
    least = rng.choice((10.0, 15.0, 30.0), houses)
    most = np.maximum(least, rng.choice((0.0, 15.0, 35.0), houses))
    homes, water = places(network, houses, rng), places(network, sources, rng)
    flow = rng.choice((0.0, 8.0, 12.0, 20.0, 40.0, np.nan), sources)
    most_lps = np.where(np.isnan(flow) | (rng.random(sources) < 0.2), np.inf, flow)
    return Whole(
        network,
        Walk.of(network),
        homes,
        Needs(least, most, rng.integers(0, 3, houses).astype(np.int8), (homes.edge >= 0).astype(np.uint8)),
        water,
        Waters(
            rng.integers(0, 4, sources).astype(np.int8),
            flow,
            most_lps,
            flow / 2,
            most_lps / 2,
            rng.choice((ON_NO_MAIN, MAIN_UNKNOWN, 0, 1, 2, 3), sources).astype(np.int32),
            rng.choice((150_000, limit_m * 1000), sources).astype(np.int32),
            together_of(sources, rng),
        ),
        limit_m * 1000,
    )
