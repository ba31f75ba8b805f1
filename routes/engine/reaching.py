"""The pieces of road that a search reached, counted after it."""

import numpy as np

from routes.engine.answers import Reached
from routes.engine.arrays import Flags, Ints, Longs, Small
from routes.engine.asking import Settled
from routes.engine.boards import NO_LIMIT
from routes.engine.compiled import fixed, kernel
from routes.engine.passing import NO_WAY, Board, Rules, how_far, is_banned, label_of, road_level, stretch_level
from routes.engine.settling import Starts


@kernel
def reach_edges(board: Board, rules: Rules, cost: Longs, limit: int, edges: Ints, pieces: Longs, level: Small) -> int:
    """Write the pieces of these edges reached from the junctions, in their order, and how sure each is; give how many.

    `pieces` are edge, from and to, at most two for each edge.
    """
    found = 0
    for edge in edges:
        forward, against = _cost_into(board, rules, cost, 2 * edge), _cost_into(board, rules, cost, 2 * edge + 1)
        length = board.length_mm[edge]
        if (forward == NO_WAY and against == NO_WAY) or length == 0 or board.gone[edge]:
            continue
        far = far_back = 0
        if forward != NO_WAY:
            far = how_far(board, rules, 2 * edge, 0, True, forward, limit)
        bare = board.standing_first[edge] == board.standing_first[edge + 1]
        # Where nothing stands, a road driven to its end in one direction has no more to give in the other.
        if against != NO_WAY and not (bare and far == length):
            far_back = how_far(board, rules, 2 * edge + 1, length, True, against, limit)
        if far > 0:
            pieces[found, 0], pieces[found, 1], pieces[found, 2] = edge, 0, far
            level[found] = _sure(board, rules, 2 * edge, 0, far, forward, bare)
            found += 1
        if far_back > 0:
            pieces[found, 0], pieces[found, 1], pieces[found, 2] = edge, length - far_back, length
            level[found] = _sure(board, rules, 2 * edge + 1, length - far_back, length, against, bare)
            found += 1
    return found


@kernel
def _sure(board: Board, rules: Rules, arc: int, low: int, high: int, enter_ms: int, bare: bool) -> int:
    if bare:
        return road_level(board, rules, arc >> 1)
    return stretch_level(board, rules, arc, low, high, arc & 1 == 0, arc & 1 == 1, enter_ms)


@kernel
def _cost_into(board: Board, rules: Rules, cost: Longs, arc: int) -> int:
    """What it costs to be where an arc begins and to turn into it."""
    node = board.arc_head[arc ^ 1]
    least: int = cost[node] - 1
    if rules.legal:
        for position in range(board.arc_first[node], board.arc_first[node + 1]):
            label = label_of(board, rules, board.arcs[position] ^ 1)
            if cost[label] != 0 and (least == NO_WAY or cost[label] - 1 < least) and not is_banned(board, label, arc):
                least = cost[label] - 1
    return least


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
    edges = np.arange(len(settled.table.board.length_mm), dtype=np.int32)
    return Reached(_node_ms(settled), *_pieces(settled, limit_ms, edges))


def asked_again(was: Settled, now: Settled, edited: Ints) -> Flags:
    """Tell on which edges another piece may be reached than in the search that `now` goes on from, (m,).

    Those are the edited ones, those with a start, and those into which one turns at another time.
    """
    board = now.table.board
    moved = was.labels.cost[: len(board.arc_first) - 1] != now.labels.cost[: len(board.arc_first) - 1]
    asked: Flags = moved[board.arc_head[0::2]] | moved[board.arc_head[1::2]]
    asked[edited] = asked[now.starts.edge] = True
    return asked


def reached_after(before: Reached, now: Settled, asked: Flags) -> Reached:
    """Give the same as `what_is_reached`, only the edges of `asked_again` looked at; `before` is of the search before.

    Both searches spread in an emergency: in legal mode one turns into an edge by arcs elsewhere too.
    """
    kept = np.flatnonzero(~asked[before.edge])
    edge, low, high, level = _pieces(now, now.limit, np.flatnonzero(asked).astype(np.int32))
    at = np.searchsorted(before.edge[kept], edge)
    return Reached(
        _node_ms(now),
        np.insert(before.edge[kept], at, edge),
        np.insert(before.from_mm[kept], at, low),
        np.insert(before.to_mm[kept], at, high),
        np.insert(before.level[kept], at, level),
    )


def _pieces(settled: Settled, limit_ms: int, edges: Ints) -> tuple[Ints, Ints, Ints, Small]:
    """Give the pieces reached of these edges, which hold all edges with a start."""
    board, rules, starts = settled.table.board, settled.rules, settled.starts
    pieces, level = np.empty((2 * len(edges), 3), np.int64), np.empty(2 * len(edges), np.int8)
    found = reach_edges(board, rules, settled.labels.cost, limit_ms, fixed(edges, np.int32), pieces, level)
    begun_far, begun_level = np.zeros(2 * len(starts.edge), np.int32), np.zeros(2 * len(starts.edge), np.int8)
    reach_from_starts(board, rules, starts, limit_ms, begun_far, begun_level)
    begun = np.flatnonzero(begun_far)
    edge, at, side = starts.edge[begun >> 1], starts.at_mm[begun >> 1], begun & 1
    begun_pieces = (edge, at - side * begun_far[begun], at + (1 - side) * begun_far[begun])
    edge, low, high = np.concatenate([pieces[:found], np.column_stack(begun_pieces)]).T
    return _joined(edge, low, high, np.concatenate([level[:found], begun_level[begun]]))


def _node_ms(settled: Settled) -> Longs:
    board, cost = settled.table.board, settled.labels.cost
    count = len(board.arc_first) - 1
    nodes: Longs = cost[:count] - 1
    arcs = np.flatnonzero(cost[count:])
    if len(arcs):
        nodes[nodes < 0] = NO_LIMIT
        np.minimum.at(nodes, board.arc_head[arcs], cost[count + arcs] - 1)
        nodes[nodes == NO_LIMIT] = -1
    return nodes


def _joined(edge: Longs, low: Longs, high: Longs, level: Small) -> tuple[Ints, Ints, Ints, Small]:
    """Join pieces of an edge that touch; the joined one is as sure as the least sure of them."""
    # Nearly sorted already: only what the starts began with comes last.
    order = np.argsort((edge << 32) + low, kind="stable")
    edge, low, high, level = edge[order], low[order], high[order], level[order]
    # The farthest end so far on the same edge: lengths stay below 2^32, so edges can be told apart in one number.
    farthest = np.maximum.accumulate((edge << 32) + high)
    begins = np.ones(len(edge), bool)
    begins[1:] = (edge[1:] != edge[:-1]) | (((edge[1:] << 32) + low[1:]) > farthest[:-1])
    first = np.flatnonzero(begins)
    if not len(first):
        return edge.astype(np.int32), low.astype(np.int32), high.astype(np.int32), level
    return (
        edge[first].astype(np.int32),
        low[first].astype(np.int32),
        np.maximum.reduceat(high, first).astype(np.int32),
        np.minimum.reduceat(level, first),
    )
