"""What a lane is: the segments of one name in one administrative unit that hang together. Pure.

A nameless way is a lane by itself, by its number in OpenStreetMap: nobody could ask for it otherwise, and all nameless
ways of a quarter together would be no lane. So a lane keeps its key while roads are measured and obstacles come and go.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np

from routes.engine.arrays import Ints, Longs, Network, RoadState, Topology

_DIGEST_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Lanes:
    """Every edge in its lane; k lanes."""

    of_edge: Ints  # (m,) -1: the edge is gone
    key: tuple[str, ...]  # (k,) of the first of its references
    name: tuple[str, ...]  # (k,) "" of a nameless way
    unit_id: Longs  # (k,) -1 outside all units
    edges: tuple[Ints, ...]  # (k,) ascending

    def __len__(self) -> int:
        return len(self.key)


def lanes_of(topology: Topology, roads: RoadState) -> Lanes:
    """Put all edges that are there into lanes, in order of unit, name and reference."""
    edges = np.flatnonzero(~roads.gone).astype(np.int32)
    refs, names = roads.ref.of(edges.tolist()), roads.name.of(edges.tolist())
    rows = sorted(
        (int(roads.unit_id[edge]), name, "" if name else way_of(ref), ref, int(edge))
        for edge, name, ref in zip(edges, names, refs, strict=True)
    )
    grouped = [
        (unit, name, part)
        for (unit, name, _), group in groupby(rows, key=lambda row: row[:3])
        for part in _connected(topology, [(ref, edge) for *_, ref, edge in group])
    ]
    of_edge = np.full(len(topology.edge_id), -1, np.int32)
    for number, (_, _, part) in enumerate(grouped):
        of_edge[[edge for _, edge in part]] = number
    return Lanes(
        of_edge,
        tuple(key_of(min(ref for ref, _ in part)) for _, _, part in grouped),
        tuple(name for _, name, _ in grouped),
        np.array([unit for unit, _, _ in grouped], np.int64),
        tuple(np.array(sorted(edge for _, edge in part), np.int32) for _, _, part in grouped),
    )


def way_of(ref: str) -> str:
    """Name the way that a segment is of.

    >>> way_of("way/24/3"), way_of("survey-7")
    ('way/24', 'survey-7')
    """
    way, _, index = ref.rpartition("/")
    return way if index.isdecimal() and way else ref


def key_of(ref: str) -> str:
    """Make a short key of a reference, the same for ever.

    >>> key_of("way/24/0")
    'e5561a6b'
    """
    return hashlib.blake2b(ref.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _connected(topology: Topology, members: list[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """Split segments into those that hang together at junctions."""
    leader: dict[int, int] = {}

    def lead(node: int) -> int:
        while (above := leader.setdefault(node, node)) != node:
            leader[node] = leader[above]
            node = leader[node]
        return node

    for _, edge in members:
        leader[lead(int(topology.tail[edge]))] = lead(int(topology.head[edge]))
    parts: dict[int, list[tuple[str, int]]] = {}
    for ref, edge in members:
        parts.setdefault(lead(int(topology.tail[edge])), []).append((ref, edge))
    yield from parts.values()


_last: tuple[Topology, RoadState, Lanes] | None = None


def kept_lanes(network: Network) -> Lanes:
    """Give the lanes of a network, made anew when roads change; kept by the process."""
    global _last  # noqa: PLW0603 - one a process; threads that come at once make the same twice
    known = _last
    if known is None or known[0] is not network.topology or known[1] is not network.roads:
        known = _last = network.topology, network.roads, lanes_of(network.topology, network.roads)
    return known[2]
