"""The roads as one vehicle finds them: junctions and stretches between what stops it, and which obstacle parts which. Pure.

Only for an emergency: one-ways and signs yield, so whoever gets one way gets back, and what is open hangs together in
pieces. A road that the vehicle itself does not fit into has no stretches, and nothing that is removed opens it.
"""

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

    def pieces_at(self, network: Network, edges: Ints, places: Ints) -> Ints:
        """Give the piece of each place, `NOBODY` on a road that does not let the vehicle in and among two obstacles."""
        found = np.empty(len(edges), np.int32)
        board = table_of(network).board
        locate(
            board, self.closed, fixed(network.topology.tail, np.int32), fixed(network.topology.head, np.int32),
            self.node_of_gap, self.node_inside, fixed(edges, np.int32), fixed(places, np.int32), found,
        )  # fmt: skip
        return np.where(found >= 0, self.piece[found], NOBODY).astype(np.int32)

    def pieces_of(self, network: Network, spots: list[Spot]) -> Ints:
        """Give the pieces in which some spots lie, each once."""
        edges, places = np.array([(spot.edge, spot.at_mm) for spot in spots], np.int32).reshape(-1, 2).T
        found = self.pieces_at(network, edges, places)
        return np.unique(found[found >= 0])


class _Links(NamedTuple):
    """Room for links; a standing has at most two."""

    start: Ints
    end: Ints
    record: Ints
    edge: Ints


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
    gap, inside = np.full(standing, NOBODY, np.int32), np.full(standing, NOBODY, np.int32)
    closed = np.zeros(len(network.topology.edge_id), np.int8)
    links = _Links(*(np.empty(2 * standing, np.int32) for _ in range(4)))
    parent = np.arange(junctions + 2 * standing, dtype=np.int32)
    ends = fixed(network.topology.tail, np.int32), fixed(network.topology.head, np.int32)
    record = fixed(network.standings.record, np.int32)
    nodes, count = cut(board, rules, *ends, record, gap, inside, closed, links, parent)
    piece, pieces = _numbered(parent[:nodes])
    return Sections(
        piece, pieces, piece[links.start[:count]], piece[links.end[:count]],
        links.record[:count].copy(), links.edge[:count].copy(), gap, inside, closed,
    )  # fmt: skip


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
def cut(
    board: Board, rules: Rules, tail: Ints, head: Ints, record: Ints, gap: Ints, inside: Ints, closed: Small,
    links: _Links, parent: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Walk along every edge; give the number of nodes and of links."""
    nodes, count = board.arc_first.shape[0] - 1, 0
    for edge in range(board.length_mm.shape[0]):
        if board.gone[edge] or road_level(board, rules, edge) < rules.least:
            closed[edge] = 1
            continue
        here, last = tail[edge], NOBODY
        for entry in range(board.standing_first[edge], board.standing_first[edge + 1]):
            if entry_level(board, rules, entry, rules.depart_ms) >= rules.least:
                continue
            if last != NOBODY:
                gap[last] = here = nodes
                nodes += 1
                count = _through(board, links, count, last, record, edge, inside, here)
            if board.to_mm[entry] > board.from_mm[entry]:
                inside[entry] = nodes
                count = _link(links, count, here, nodes, record[entry], edge)
                nodes += 1
            else:
                inside[entry] = here
            last = entry
        if last == NOBODY:
            _join(parent, here, head[edge])
        else:
            gap[last] = head[edge]
            count = _through(board, links, count, last, record, edge, inside, head[edge])
    return nodes, count


@kernel
def _through(
    board: Board, links: _Links, count: int, entry: int, record: Ints, edge: int, inside: Ints, beyond: int
) -> int:
    """Link what lies before or within an obstacle with what lies beyond, and let `inside` be only what it is."""
    before = inside[entry]
    if board.to_mm[entry] <= board.from_mm[entry]:
        inside[entry] = NOBODY
    return _link(links, count, before, beyond, record[entry], edge)


@kernel
def locate(
    board: Board, closed: Small, tail: Ints, head: Ints, gap: Ints, inside: Ints, edges: Ints, places: Ints, found: Ints
) -> None:
    """Write the node of each place: what stands exactly there is behind it as seen from the nearer start of the line."""
    for row in range(edges.shape[0]):
        edge, at = edges[row], places[row]
        found[row] = NOBODY
        if closed[edge]:
            continue
        node, within = tail[edge], 0
        for entry in range(board.standing_first[edge], board.standing_first[edge + 1]):
            if gap[entry] == NOBODY or board.from_mm[entry] >= at:
                continue
            if board.to_mm[entry] <= at:
                node = gap[entry]
            else:
                node, within = inside[entry], within + 1
        found[row] = NOBODY if within > 1 else node
