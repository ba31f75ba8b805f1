"""The search the other way: from goals back to where somebody starts.

A place that cannot be reached mostly lies in a small pocket behind something in the way. Seen from there that is proven
at once, where a search from the start would go over the whole city. Nobody knows yet when the driver will be where, so
whatever stands there only at times is taken for open: what is found is the least that it can cost.
"""

from typing import Final, NamedTuple

from routes.engine.arrays import Bytes, Ints, Longs
from routes.engine.compiled import kernel
from routes.engine.heap import Queue, pop, push
from routes.engine.passing import NO_WAY, Board, Rules, stretch_cost
from routes.engine.settling import Bound, Goals, Starts, least_rest, way_along, way_in, way_out

WHENEVER: Final = -(2**62) - 2**61
"""A moment before every window of every timetable."""
GOING: Final = 0
MET: Final = 1
NONE_LEFT: Final = 2


class Back(NamedTuple):
    """What the search back writes; all zero at first. Labels are junctions, then the starts."""

    cost: Longs  # 1 more than the cost, 0 not reached
    came: Ints  # the arc driven from there; -1 - 2 * goal - arc & 1 for those of the goal's edge
    done: Bytes
    seeded: Ints  # (1,) goals begun from
    last: Longs  # (1,) key of the label settled last


@kernel
def search_back(
    board: Board,
    rules: Rules,
    starts: Starts,
    goals: Goals,
    bound: Bound,
    queue: Queue,
    back: Back,
    parts: int,
    budget: int,
) -> int:
    """Settle junctions by what it costs from them to the cheapest goal, heading for the starts.

    Parameters
    ----------
    goals
        `extra` ascends.
    bound
        To the starts, with what they cost.
    parts
        Bits of a cost that count: all, or only what must be removed; then it goes straight for the starts.

    Returns
    -------
    `MET` a start, the label settled last (`Back.came` leads from it to the goal); `NONE_LEFT` no start gets to a goal;
    `GOING` where `budget` labels were settled before.
    """
    nodes = board.arc_first.shape[0] - 1
    while True:
        while back.seeded[0] < goals.edge.shape[0] and (
            queue.size[0] == 0 or goals.extra[back.seeded[0]] <= queue.keys[0]
        ):
            _begin_at(board, rules, starts, goals, bound, queue, back, back.seeded[0], parts)
            back.seeded[0] += 1
        if queue.size[0] == 0:
            return NONE_LEFT
        if budget == 0:
            return GOING
        back.last[0] = queue.keys[0]
        label = pop(queue)
        if back.done[label]:
            continue
        budget -= 1
        back.done[label] = 1
        if label >= nodes:
            return MET
        _come_to(board, rules, starts, bound, queue, back, label, parts)


@kernel
def _begin_at(
    board: Board,
    rules: Rules,
    starts: Starts,
    goals: Goals,
    bound: Bound,
    queue: Queue,
    back: Back,
    goal: int,
    parts: int,
) -> None:
    edge, at, extra = goals.edge[goal], goals.at_mm[goal], goals.extra[goal]
    if board.gone[edge]:
        return
    for arc in range(2 * edge, 2 * edge + 2):
        step = way_in(board, rules, arc, at, WHENEVER)
        if step != NO_WAY:
            _offer(bound, queue, back, board.arc_head[arc ^ 1], extra + (step & parts), -1 - 2 * goal - (arc & 1))
    nodes = board.arc_first.shape[0] - 1
    for start in range(starts.edge.shape[0]):
        if starts.edge[start] == edge:
            step = way_along(board, rules, edge, starts.at_mm[start], at, WHENEVER)
            if step != NO_WAY:
                _offer_start(queue, back, nodes + start, extra + (step & parts) + starts.cost[start], -1 - 2 * goal)


@kernel
def _come_to(
    board: Board, rules: Rules, starts: Starts, bound: Bound, queue: Queue, back: Back, node: int, parts: int
) -> None:
    cost = back.cost[node] - 1
    for position in range(board.arc_first[node], board.arc_first[node + 1]):
        arc = board.arcs[position] ^ 1
        before = board.arc_head[arc ^ 1]
        if back.done[before]:
            continue
        step = stretch_cost(board, rules, arc, 0, board.length_mm[arc >> 1], True, True, WHENEVER)
        if step != NO_WAY:
            _offer(bound, queue, back, before, cost + (step & parts), arc)
    for start in range(starts.edge.shape[0]):
        for arc in range(2 * starts.edge[start], 2 * starts.edge[start] + 2):
            if board.arc_head[arc] == node and not board.gone[arc >> 1]:
                step = way_out(board, rules, arc, starts.at_mm[start], WHENEVER)
                if step != NO_WAY:
                    label = board.arc_first.shape[0] - 1 + start
                    _offer_start(queue, back, label, cost + (step & parts) + starts.cost[start], arc)


@kernel
def _offer(bound: Bound, queue: Queue, back: Back, node: int, cost: int, came: int) -> None:
    known = back.cost[node]
    if back.done[node] or (known != 0 and known - 1 <= cost):
        return
    back.cost[node] = cost + 1
    back.came[node] = came
    push(queue, cost + least_rest(bound, node), node)


@kernel
def _offer_start(queue: Queue, back: Back, label: int, cost: int, came: int) -> None:
    known = back.cost[label]
    if known == 0 or cost < known - 1:
        back.cost[label] = cost + 1
        back.came[label] = came
        push(queue, cost, label)
