"""Hose ways as a plain graph, for witnesses: roads split at every place and at everything that stops people.

Junctions are their own numbers. Houses are ends only and sources beginnings only, joined by the metres beside the road,
so that a witness measures what coverage measures. Nothing of this is shared with the searches.
"""

from collections.abc import Iterator
from itertools import pairwise

import networkx as nx
import numpy as np

from routes.engine.arrays import Network
from routes.engine.covering import Places
from routes.passability import UNFINISHED

HOUSE, SOURCE, INNER = 10**7, 2 * 10**7, 3 * 10**7

Arc = tuple[int, int, int]


def arcs_of(network: Network, houses: Places, sources: Places, *, surely: bool) -> list[Arc]:
    """From, to and millimetres; `surely`: only where people are known to pass, else also where nobody knows."""
    on_edge: dict[int, list[tuple[int, int, bool]]] = {}
    for kind, places in ((HOUSE, houses), (SOURCE, sources)):
        for i, (edge, at_mm) in enumerate(zip(places.edge.tolist(), places.at_mm.tolist(), strict=True)):
            if edge >= 0 and not (surely and not places.sure[i]):
                on_edge.setdefault(edge, []).append((kind + i, at_mm, kind == SOURCE))
    offset = {HOUSE: houses.offset_mm, SOURCE: sources.offset_mm}
    arcs, fresh = [], INNER
    for edge in np.flatnonzero(~network.roads.gone).tolist():
        split = _Split(network, edge, [at_mm for _, at_mm, _ in on_edge.get(edge, [])], fresh, surely=surely)
        fresh += 2 * len(split.at)
        arcs += split.arcs()
        for place, at_mm, begins in on_edge.get(edge, []):
            kind = SOURCE if begins else HOUSE
            mm = int(offset[kind][place - kind])
            arcs += [(place, node, mm) if begins else (node, place, mm) for node in split.nodes_at(at_mm)]
    return arcs


class _Split:
    """One road: a node on either side of each of its places, one and the same unless something stands there."""

    def __init__(self, network: Network, edge: int, places: list[int], first: int, *, surely: bool) -> None:
        topology, standings = network.topology, network.standings
        self.length = int(topology.length_mm[edge])
        self.tail, self.head = int(topology.tail[edge]), int(topology.head[edge])
        self.open = not (surely and network.roads.classes[network.roads.road_class[edge]] in UNFINISHED)
        entries = range(int(standings.first[edge]), int(standings.first[edge + 1]))
        self.walls = [
            (int(standings.from_mm[e]), int(standings.to_mm[e]))
            for e in entries
            if (standings.foot[e] != 1 if surely else standings.foot[e] == 0 and not standings.in_doubt[e])
        ]
        ends = [at_mm for wall in self.walls for at_mm in wall if 0 < at_mm < self.length]
        self.at = sorted({0, self.length, *places, *ends})
        self.first = first

    def _node(self, position: int, *, beyond: bool) -> int:
        at_mm = self.at[position]
        shut = (at_mm, at_mm) in self.walls and 0 < at_mm < self.length
        return self.first + 2 * position + (shut and beyond)

    def nodes_at(self, at_mm: int) -> set[int]:
        """Where somebody stands who is at this place: at a wall, on both of its sides."""
        position = self.at.index(at_mm)
        nodes = {self._node(position, beyond=beyond) for beyond in (False, True)}
        return nodes | ({self.tail} if at_mm == 0 else set()) | ({self.head} if at_mm == self.length else set())

    def arcs(self) -> Iterator[Arc]:
        if not self.open:
            return
        ways = [
            (self._node(i, beyond=True), self._node(i + 1, beyond=False), end - start)
            for i, (start, end) in enumerate(pairwise(self.at))
            if not any(first < end and last > start for first, last in self.walls)
        ]
        if not any(first <= 0 for first, _ in self.walls):
            ways.append((self.tail, self._node(0, beyond=False), 0))
        if not any(last >= self.length for _, last in self.walls):
            ways.append((self._node(len(self.at) - 1, beyond=False), self.head, 0))
        for start, end, mm in ways:
            yield start, end, mm
            yield end, start, mm


def graph_of(arcs: list[Arc]) -> nx.DiGraph:
    """The same for networkx."""
    graph = nx.DiGraph()
    for start, end, mm in arcs:
        if mm < graph.get_edge_data(start, end, {"mm": mm + 1})["mm"]:
            graph.add_edge(start, end, mm=mm)
    return graph


def by_networkx(arcs: list[Arc], sources: list[int], limit_mm: int) -> dict[tuple[int, int], int]:
    """Millimetres by house and source, up to the limit."""
    graph, found = graph_of(arcs), {}
    for source in sources:
        if SOURCE + source in graph:
            reached = nx.single_source_dijkstra_path_length(graph, SOURCE + source, cutoff=limit_mm, weight="mm")
            found |= {(node - HOUSE, source): mm for node, mm in reached.items() if HOUSE <= node < SOURCE}
    return found
