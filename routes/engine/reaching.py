"""The pieces of road that a search reached, counted after it."""

import numpy as np

from routes.engine.answers import Reached
from routes.engine.arrays import Ints, Longs, Small
from routes.engine.asking import Settled
from routes.engine.boards import NO_LIMIT
from routes.engine.compiled import kernel
from routes.engine.passing import Board, Rules, how_far, stretch_level
from routes.engine.settling import Starts, is_banned


@kernel
def reach_arcs(board: Board, rules: Rules, cost: Longs, limit: int, far_mm: Ints, level: Small) -> None:
    """Write how far one gets on every arc from the junctions reached, and how sure that piece is."""
    labels = board.arc_head.shape[0] if rules.legal else board.arc_first.shape[0] - 1
    for label in range(labels):
        if cost[label] == 0:
            continue
        node = board.arc_head[label] if rules.legal else label
        for position in range(board.arc_first[node], board.arc_first[node + 1]):
            arc = board.arcs[position]
            if rules.legal and is_banned(board, label, arc):
                continue
            start = 0 if arc & 1 == 0 else board.length_mm[arc >> 1]
            _keep(board, rules, arc, start, True, cost[label] - 1, limit, far_mm, level)


@kernel
def _keep(
    board: Board,
    rules: Rules,
    arc: int,
    at: int,
    over: bool,
    enter_ms: int,
    limit: int,
    far_mm: Ints,
    level: Small,
) -> None:
    far = how_far(board, rules, arc, at, over, enter_ms, limit)
    if far > far_mm[arc]:
        forward = arc & 1 == 0
        low, high = (at, at + far) if forward else (at - far, at)
        far_mm[arc] = far
        level[arc] = stretch_level(board, rules, arc, low, high, over and forward, over and not forward, enter_ms)


@kernel
def reach_from_starts(board: Board, rules: Rules, starts: Starts, limit: int, far_mm: Ints, level: Small) -> None:
    """Write the same for both directions from each start, which stands at its place and comes from nowhere."""
    for start in range(starts.edge.shape[0]):
        for side in range(2):
            row = 2 * start + side
            arc = 2 * starts.edge[start] + side
            far = how_far(board, rules, arc, starts.at_mm[start], False, starts.cost[start], limit)
            if far > 0:
                at = starts.at_mm[start]
                low, high = (at, at + far) if side == 0 else (at - far, at)
                far_mm[row] = far
                level[row] = stretch_level(board, rules, arc, low, high, False, False, starts.cost[start])


def what_is_reached(settled: Settled, limit_ms: int) -> Reached:
    """Give the junctions reached and the pieces of road, joined where both ends reach the same piece."""
    board, rules, starts = settled.table.board, settled.rules, settled.starts
    arcs = len(board.arc_head)
    far, level = np.zeros(arcs, np.int32), np.zeros(arcs, np.int8)
    reach_arcs(board, rules, settled.labels.cost, limit_ms, far, level)
    begun_far, begun_level = np.zeros(2 * len(starts.edge), np.int32), np.zeros(2 * len(starts.edge), np.int8)
    reach_from_starts(board, rules, starts, limit_ms, begun_far, begun_level)
    arc = np.flatnonzero(far)
    edge = arc >> 1
    against = arc & 1 == 1
    low = np.where(against, board.length_mm[edge] - far[arc], 0)
    high = np.where(against, board.length_mm[edge], far[arc])
    begun = np.flatnonzero(begun_far)
    at, side = starts.at_mm[begun >> 1], begun & 1
    pieces = (
        np.concatenate([edge, starts.edge[begun >> 1]]),
        np.concatenate([low, at - side * begun_far[begun]]),
        np.concatenate([high, at + (1 - side) * begun_far[begun]]),
        np.concatenate([level[arc], begun_level[begun]]),
    )
    return Reached(_node_ms(settled), *_joined(*pieces))


def _node_ms(settled: Settled) -> Longs:
    board, cost = settled.table.board, settled.labels.cost
    if not settled.rules.legal:
        return cost - 1
    nodes: Longs = np.full(len(board.arc_first) - 1, NO_LIMIT, np.int64)
    reached = np.flatnonzero(cost)
    np.minimum.at(nodes, board.arc_head[reached], cost[reached] - 1)
    nodes[nodes == NO_LIMIT] = -1
    return nodes


def _joined(edge: Longs, low: Longs, high: Longs, level: Small) -> tuple[Ints, Ints, Ints, Small]:
    """Join pieces of an edge that touch; the joined one is as sure as the least sure of them."""
    order = np.lexsort((high, low, edge))
    edge, low, high, level = edge[order], low[order], high[order], level[order]
    # The farthest end so far on the same edge: lengths stay below 2^32, so edges can be told apart in one number.
    farthest = np.maximum.accumulate((edge.astype(np.int64) << 32) + high)
    begins = np.ones(len(edge), bool)
    begins[1:] = (edge[1:] != edge[:-1]) | (((edge[1:].astype(np.int64) << 32) + low[1:]) > farthest[:-1])
    first = np.flatnonzero(begins)
    if not len(first):
        return edge.astype(np.int32), low.astype(np.int32), high.astype(np.int32), level
    return (
        edge[first].astype(np.int32),
        low[first].astype(np.int32),
        np.maximum.reduceat(high, first).astype(np.int32),
        np.minimum.reduceat(level, first),
    )
