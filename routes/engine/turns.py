"""Turn bans and orders (OSM type=restriction) as pairs of arcs."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from routes.engine.arrays import Flags, Ints, Longs, first_of


@dataclass(frozen=True, slots=True)
class Turns:
    """Bans as OSM states them, one a row; -1 where there is none. A conditional ban counts as one that always holds."""

    from_way: Longs
    via_node: Longs
    via_way: Longs
    to_way: Longs
    only: Flags  # an order: from there nothing else is allowed


class Junctions:
    """Which arcs of a way meet where."""

    def __init__(self, way_id: Longs, node_id: Longs, arc_first: Ints, arcs: Ints, arc_head: Ints) -> None:
        self.way_id, self.node_id = way_id, node_id
        self.arc_first, self.arcs, self.arc_head = arc_first, arcs, arc_head
        self._by_way = np.argsort(way_id, kind="stable")
        self._ways = way_id[self._by_way]

    def node(self, osm_node: int) -> int:
        """Give the junction, -1 where no edge ends at the node."""
        at = int(np.searchsorted(self.node_id, osm_node))
        return at if at < len(self.node_id) and self.node_id[at] == osm_node else -1

    def leaving(self, node: int) -> list[int]:
        """Give the arcs that leave a junction."""
        return [int(arc) for arc in self.arcs[self.arc_first[node] : self.arc_first[node + 1]]]

    def of_way(self, way: int, arcs: list[int]) -> list[int]:
        """Keep the arcs of a way."""
        return [arc for arc in arcs if self.way_id[arc >> 1] == way]

    def arcs_of(self, way: int) -> list[int]:
        """Give all arcs of a way, both directions."""
        first, last = np.searchsorted(self._ways, [way, way + 1])
        return [arc for edge in self._by_way[first:last].tolist() for arc in (2 * edge, 2 * edge + 1)]


def ban_turns(
    turns: Turns | None, way_id: ArrayLike | None, node_id: Longs, arc_first: Ints, arcs: Ints, arc_head: Ints
) -> tuple[Ints, Ints, Ints]:
    """Give `Topology.ban_first`, `ban_to` and `via_bans`; an order bans every other arc that leaves there."""
    pairs: set[tuple[int, int]] = set()
    over_ways: set[tuple[int, ...]] = set()
    if turns is not None and way_id is not None:
        junctions = Junctions(np.asarray(way_id, np.int64), node_id, arc_first, arcs, arc_head)
        for from_way, via_node, via_way, to_way, only in zip(
            turns.from_way.tolist(), turns.via_node.tolist(), turns.via_way.tolist(), turns.to_way.tolist(),
            turns.only.tolist(), strict=True,
        ):  # fmt: skip
            if via_way < 0:
                pairs.update(_at_node(junctions, from_way, junctions.node(via_node), to_way, only=only))
            else:
                over_ways.update(_over_way(junctions, from_way, via_way, to_way, only=only))
    return *_columns(sorted(pairs), len(arcs)), _padded(sorted(over_ways))


def _at_node(junctions: Junctions, from_way: int, node: int, to_way: int, *, only: bool) -> Iterator[tuple[int, int]]:
    if node < 0:
        return
    leaving = junctions.leaving(node)
    to_arcs = junctions.of_way(to_way, leaving)
    for arc in [arc ^ 1 for arc in junctions.of_way(from_way, leaving)]:
        # Of a way that goes on over the junction only turning back is meant where it is named twice.
        meant = [to for to in to_arcs if from_way != to_way or to == arc ^ 1 or only]
        if only and meant:
            yield from ((arc, other) for other in leaving if other not in meant)
        elif not only:
            yield from ((arc, to) for to in meant)


def _over_way(junctions: Junctions, from_way: int, via: int, to_way: int, *, only: bool) -> Iterator[tuple[int, ...]]:
    """Give the rows of arcs that must not be driven in this order."""
    arc_head, edges = junctions.arc_head, len(junctions.arcs_of(via)) // 2
    for begin in junctions.arcs_of(from_way):
        chains: list[tuple[int, ...]] = [(begin,)]
        for _ in range(edges):
            onward = [
                (*chain_, arc)
                for chain_ in chains
                for arc in junctions.of_way(via, junctions.leaving(int(arc_head[chain_[-1]])))
                if arc != chain_[-1] ^ 1 and arc not in chain_
            ]
            for way in onward:
                leaving = [arc for arc in junctions.leaving(int(arc_head[way[-1]])) if arc != way[-1] ^ 1]
                to_arcs = junctions.of_way(to_way, leaving)
                others = [arc for arc in leaving if arc not in to_arcs] if only and to_arcs else []
                yield from ((*way, arc) for arc in (others if only else to_arcs))
            chains = onward


def _columns(pairs: list[tuple[int, int]], arcs: int) -> tuple[Ints, Ints]:
    column = np.array(pairs, np.int32).reshape(-1, 2)
    first = first_of(np.bincount(column[:, 0], minlength=arcs))
    return first.astype(np.int32), column[:, 1].copy()


def _padded(rows: list[tuple[int, ...]]) -> Ints:
    width = max(map(len, rows), default=3)
    return np.array([(*row, *[-1] * (width - len(row))) for row in rows], np.int32).reshape(-1, width)
