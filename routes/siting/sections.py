"""The roads as one vehicle finds them: stretches between what stops it, and which obstacle parts which. Pure.

Only for an emergency: one-ways and signs yield, so whoever gets one way gets back, and what is open hangs together in
pieces. A road that the vehicle itself does not fit into has no stretches, and nothing that is removed opens it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from routes.engine.arrays import Ints, Network, Profile, Small, Spot
from routes.engine.boards import rules_of, table_of
from routes.engine.compiled import fixed, kernel
from routes.engine.passing import Board, Rules, entry_level, road_level
from routes.siting.demand import NOBODY


@dataclass(frozen=True, slots=True)
class Sections:
    """Nodes 0 to n - 1 are the junctions; behind them come the stretches that touch none. l links, each an obstacle.

    `piece` names what hangs together: nodes of one piece are reached from each other with nothing removed.
    """

    piece: Ints  # (nodes,)
    pieces: int
    link_from: Ints  # (l,) pieces that a link parts, or would if they did not hang together elsewhere
    link_to: Ints
    link_record: Ints  # index into `Standings.records`
    link_edge: Ints  # where it stands
    node_of_gap: Ints  # (s,) the stretch behind each standing along the line; `NOBODY`: it does not stop the vehicle
    node_inside: Ints  # (s,) the place within the extent of one that does
    closed: Small  # (m,) 1: the vehicle does not fit into the road, or there is none

    def pieces_at(self, network: Network, edges: Ints, places: Ints, *, beyond: bool = False) -> Ints:
        """Give the piece of each place, `NOBODY` on a road that does not let the vehicle in and among two obstacles.

        One stops at an obstacle from either side: of a place exactly there `beyond` gives the piece on the other side.
        """
        found = np.empty(len(edges), np.int32)
        marks = _Marks(self.node_of_gap, self.node_inside, self.closed)
        spots = fixed(edges, np.int32), fixed(places, np.int32)
        locate(table_of(network).board, _ground_of(network), marks, *spots, beyond, found)
        return np.where(found >= 0, self.piece[found], NOBODY).astype(np.int32)

    def pieces_of(self, network: Network, spots: Sequence[Spot]) -> Ints:
        """Give the pieces in which some spots lie, each once; of one at an obstacle those on both sides.

        Who begins at an end of a road is at its junction, whatever stands on the road there.
        """
        edges, places = np.array([(spot.edge, spot.at_mm) for spot in spots], np.int32).reshape(-1, 2).T
        at_start, at_end = places == 0, places == network.topology.length_mm[edges]
        junctions = (network.topology.tail[edges[at_start]], network.topology.head[edges[at_end]])
        along = ~(at_start | at_end)
        found = [self.pieces_at(network, edges[along], places[along], beyond=beyond) for beyond in (False, True)]
        both = np.unique(np.concatenate([*found, *(self.piece[nodes] for nodes in junctions)]))
        return both[both >= 0]


class _Links(NamedTuple):
    """Room for links; a standing has at most two."""

    start: Ints
    end: Ints
    record: Ints
    edge: Ints


class _Ground(NamedTuple):
    tail: Ints
    head: Ints
    record: Ints


class _Marks(NamedTuple):
    """`Sections.node_of_gap`, `node_inside` and `closed`."""

    gap: Ints
    inside: Ints
    closed: Small


def sections_of(network: Network, profile: Profile) -> Sections:
    """Cut the roads at everything that is below `profile.least` for the vehicle at the moment of its departure.

    Raises
    ------
    ValueError
        In legal mode ways lead in one direction, and nothing here holds.
    """
    if not profile.emergency:
        raise ValueError("pieces that hang together are those of an emergency")
    board, rules = table_of(network).board, rules_of(network, profile)
    junctions, standing = len(network.topology.node_id), len(network.standings.from_mm)
    marks = _Marks(
        np.full(standing, NOBODY, np.int32), np.full(standing, NOBODY, np.int32),
        np.zeros(len(network.topology.edge_id), np.int8),
    )  # fmt: skip
    links = _Links(*(np.empty(2 * standing, np.int32) for _ in range(4)))
    parent = np.arange(junctions + 2 * standing, dtype=np.int32)
    nodes, count = cut(board, rules, _ground_of(network), marks, links, parent)
    piece, pieces = _numbered(parent[:nodes])
    start, end, record, edge = (column[:count].copy() for column in links)
    return Sections(piece, pieces, piece[start], piece[end], record, edge, *marks)


def _ground_of(network: Network) -> _Ground:
    topology, standings = network.topology, network.standings
    return _Ground(*(fixed(column, np.int32) for column in (topology.tail, topology.head, standings.record)))


def _numbered(parent: Ints) -> tuple[Ints, int]:
    roots, piece = np.unique(_roots(parent), return_inverse=True)
    return piece.astype(np.int32), len(roots)


def _roots(parent: Ints) -> Ints:
    while (parent[parent] != parent).any():
        parent = parent[parent]
    return parent


@kernel
def _root(parent: Ints, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@kernel
def _join(parent: Ints, one: int, other: int) -> None:
    low, high = _root(parent, one), _root(parent, other)
    if low != high:
        parent[max(low, high)] = min(low, high)


@kernel
def _link(links: _Links, at: int, start: int, end: int, record: int, edge: int) -> int:
    links.start[at], links.end[at], links.record[at], links.edge[at] = start, end, record, edge
    return at + 1


@kernel
def cut(board: Board, rules: Rules, ground: _Ground, marks: _Marks, links: _Links, parent: Ints) -> tuple[int, int]:
    """Walk along every edge; give the number of nodes and of links."""
    nodes, count = board.arc_first.shape[0] - 1, 0
    for edge in range(board.length_mm.shape[0]):
        if board.gone[edge] or road_level(board, rules, edge) < rules.least:
            marks.closed[edge] = 1
            continue
        here, last = ground.tail[edge], NOBODY
        for entry in range(board.standing_first[edge], board.standing_first[edge + 1]):
            if entry_level(board, rules, entry, rules.depart_ms) >= rules.least:
                continue
            if last != NOBODY:
                count = _link(links, count, here, nodes, ground.record[last], edge)
                marks.gap[last] = here = nodes
                nodes += 1
            if board.to_mm[entry] > board.from_mm[entry]:
                count = _link(links, count, here, nodes, ground.record[entry], edge)
                marks.inside[entry] = here = nodes
                nodes += 1
            last = entry
        if last == NOBODY:
            _join(parent, here, ground.head[edge])
        else:
            marks.gap[last] = ground.head[edge]
            count = _link(links, count, here, ground.head[edge], ground.record[last], edge)
    return nodes, count


@kernel
def locate(board: Board, ground: _Ground, marks: _Marks, edges: Ints, places: Ints, beyond: bool, found: Ints) -> None:
    """Write the node of each place; of one exactly at an obstacle what lies `beyond` it along the line, or before."""
    for row in range(edges.shape[0]):
        edge, at = edges[row], places[row]
        length = board.length_mm[edge]
        node, within = ground.tail[edge], 0
        for entry in range(board.standing_first[edge], board.standing_first[edge + 1]):
            first, last = board.from_mm[entry], board.to_mm[entry]
            # What stands at an end of the road is met by whoever comes over that end.
            passed = first < at or (at == 0 and first <= 0) or (beyond and first == at and last == at and at < length)
            if marks.gap[entry] == NOBODY or not passed:
                continue
            if last > at or (at == length and last >= at) or within > 0:
                node, within = marks.inside[entry], within + 1
            else:
                node = marks.gap[entry]
        found[row] = NOBODY if within > 1 or marks.closed[edge] else node
