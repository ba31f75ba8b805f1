"""Where to build, what to remove, what is missed most, at the size of inner Hanoi: CPU seconds, and the gaps.

    python benchmarks/coverage/siting.py [--houses 300000] [--candidates 10000] [--obstacles 20000]

No database: a made-up city in memory, a crooked grid of about 50,000 roads with houses in clusters. Kernels are
compiled before anything is measured. Seconds are of this process (`time.process_time`), so that others at work on
the machine change them less.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Self

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from routes.engine.arrays import Network, Spot
from routes.engine.covering import Places, cover_pairs
from routes.siting.bounding import upper_bound
from routes.siting.covering import Limits, cover_most
from routes.siting.demand import cover_of
from routes.siting.failing import missed
from routes.siting.removing import fewest_removals, opened_by_each, reached_pieces, served
from routes.siting.sections import sections_of
from routes.siting.warm import warm_up
from tests.networks import Edge, Standing, network_of, profile, wall

SIDE = 165
KS = (10, 100, 433)


def city(obstacles: int, rng: np.random.Generator) -> Network:
    """Draw a grid with a fifth of its roads missing, and walls on some of the others."""
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    pairs = np.vstack([
        np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()]),
        np.column_stack([node[:-1].ravel(), node[1:].ravel()]),
    ])  # fmt: skip
    pairs = pairs[rng.random(len(pairs)) < 0.8]
    lengths = rng.integers(40_000, 90_000, len(pairs))
    edges = [Edge((int(a), int(b)), int(mm)) for (a, b), mm in zip(pairs, lengths, strict=True)]
    on = rng.choice(len(edges), obstacles, replace=obstacles > len(edges))
    stand = [Standing(int(edge), int(lengths[edge] * rng.random()), wall()) for edge in on]
    return network_of(edges, stand)


def places(network: Network, count: int, rng: np.random.Generator) -> Places:
    """Put places on the roads, half of them in sixty quarters of neighbouring roads."""
    roads = len(network.topology.edge_id)
    crowded = (rng.integers(0, roads, 60)[rng.integers(0, 60, count // 2)] + rng.integers(0, 300, count // 2)) % roads
    edge = np.concatenate([crowded, rng.integers(0, roads, count - count // 2)]).astype(np.int32)
    at_mm = (network.topology.length_mm[edge] * rng.random(count)).astype(np.int32)
    return Places(edge, at_mm, rng.integers(0, 8_000, count).astype(np.int32), np.ones(count, bool))


class Timer:
    def __enter__(self) -> Self:
        self.begun = time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.process_time() - self.begun


def sites(network: Network, houses: int, candidates: int, rng: np.random.Generator) -> None:
    homes, where = places(network, houses, rng), places(network, candidates, rng)
    households = rng.integers(1, 5, houses)
    for limit_m in (200, 400):
        with Timer() as pairing:
            pairs = cover_pairs(network, homes, where, limit_mm=limit_m * 1000).surely()
        with Timer() as grouping:
            demand = cover_of(pairs.house, pairs.source, weight=households, candidates=candidates)
        print(f"hose {limit_m} m: {len(pairs):,} pairs in {pairing.seconds:.2f} s, {len(demand.weight):,} groups of "
              f"{houses:,} houses in {grouping.seconds:.2f} s")  # fmt: skip
        for k in KS:
            limits = Limits.of(candidates, k)
            with Timer() as choosing:
                choice = cover_most(demand, limits)
            with Timer() as bounding:
                bound = upper_bound(demand, limits, choice)
            print(f"  k = {k}: {choice.covered:,} of at most {bound:,} households, "
                  f"{100 * choice.covered / bound:.2f} % of the bound; {choice.exchanges} exchanges; "
                  f"choice {choosing.seconds:.2f} s, bound {bounding.seconds:.2f} s, "
                  f"with grouping {grouping.seconds + choosing.seconds + bounding.seconds:.2f} s")  # fmt: skip
        with Timer() as failing:
            found = missed(pairs.house, pairs.source, weight=households, count=candidates)
        print(
            f"  N-1: the worst of {candidates:,} leaves {found.counted.max():,} households dry; {failing.seconds:.2f} s"
        )


def removals(network: Network, houses: int, rng: np.random.Generator) -> None:
    homes = places(network, houses, rng)
    with Timer() as cutting:
        sections = sections_of(network, profile())
        reached = reached_pieces(sections, sections.pieces_of(network, [Spot(len(network.topology.edge_id) // 2, 1)]))
    piece = sections.pieces_at(network, homes.edge, homes.at_mm)
    there = np.flatnonzero(piece >= 0).astype(np.int32)
    with Timer() as grouping:
        cover = cover_of(there, piece[there], weight=np.ones(houses, np.int64), candidates=sections.pieces)
    records = len(network.standings.records)
    with Timer() as gaining:
        opened = opened_by_each(sections, reached, cover, cover.weight[:, None], records=records)
    with Timer() as counting:
        number = fewest_removals(sections, reached)
    today = int(cover.weight[served(cover, reached)].sum())
    print(
        f"removals: {records:,} obstacles, {sections.pieces:,} pieces; cut {cutting.seconds:.3f} s, homes "
        f"{grouping.seconds:.3f} s, gains {gaining.seconds:.3f} s, smallest numbers {counting.seconds:.3f} s"
    )
    gains = opened.homes[:, 0]
    nothing = 100 * (gains == 0).mean()
    print(
        f"  {today:,} of {houses:,} homes open; best gain {gains.max():,}; {nothing:.0f} % of single removals open "
        f"nothing; at most {number.max()} removals"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    for name, size in (("houses", 300_000), ("candidates", 10_000), ("obstacles", 20_000)):
        asked.add_argument(f"--{name}", type=int, default=size)
    sizes = asked.parse_args()
    warm_up()
    rng = np.random.default_rng(42)
    sites(city(0, rng), sizes.houses, sizes.candidates, rng)
    removals(city(sizes.obstacles, rng), sizes.houses, rng)


if __name__ == "__main__":
    main()
