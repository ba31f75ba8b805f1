"""What is closed in: targets from which nobody gets back to where the search has been.

A spreading search that waits for a target behind a wall goes over the whole city for nothing. Seen from the target that
is proven at once: nearly always it lies in a pocket of a few junctions.
"""

from typing import Final

from routes.engine.arrays import Bytes, Ints
from routes.engine.backing import WHENEVER
from routes.engine.compiled import kernel
from routes.engine.passing import NO_WAY, Board, Rules, stretch_cost
from routes.engine.settling import Goals, Labels, way_in

LARGEST: Final = 20_000
"""Junctions of a pocket: a larger one is left to the search."""
OUTSIDE: Final = -1


@kernel
def find_closed_in(
    board: Board, rules: Rules, goals: Goals, labels: Labels, which: Ints, closed: Bytes, seen: Ints, queue: Ints
) -> None:
    """Mark in `closed` those of the goals `which` that no search gets to, however long it goes on.

    Parameters
    ----------
    labels
        Of a search in which signs do not bind; it has begun.
    seen, queue
        Room: a zero for each junction, and any for as many.

    Notes
    -----
    What stands somewhere only at times is taken for open, so that nothing is closed in that might be reached.
    """
    first_goal = labels.done.shape[0] - labels.settled.shape[0]
    for position in range(which.shape[0]):
        goal = which[position]
        if labels.cost[first_goal + goal] == 0:
            closed[position] = not _gets_out(board, rules, goals, labels, goal, position + 1, closed, seen, queue)


@kernel
def _gets_out(
    board: Board,
    rules: Rules,
    goals: Goals,
    labels: Labels,
    goal: int,
    mark: int,
    closed: Bytes,
    seen: Ints,
    queue: Ints,
) -> bool:
    """Tell whether somebody might get to the goal from where the search was, or it is too much to find out.

    The nearest junctions first: where there is a way out it is found soon.
    """
    size = _ends_of(board, rules, goals, labels, goal, mark, closed, seen, queue)
    visited = 0
    while visited < size < LARGEST:
        visited += 1
        size = _come_to(board, rules, labels, queue[visited - 1], size, mark, closed, seen, queue)
    return size != visited


@kernel
def _ends_of(
    board: Board,
    rules: Rules,
    goals: Goals,
    labels: Labels,
    goal: int,
    mark: int,
    closed: Bytes,
    seen: Ints,
    queue: Ints,
) -> int:
    """Put the ends of the goal's edge from which one gets to it into the empty queue; its size, or `OUTSIDE`."""
    size, edge = 0, goals.edge[goal]
    if edge < 0:
        return size
    for arc in range(2 * edge, 2 * edge + 2):
        node = board.arc_head[arc ^ 1]
        if way_in(board, rules, arc, goals.at_mm[goal], WHENEVER) == NO_WAY or seen[node] == mark:
            continue
        if _is_outside(labels, closed, seen, node, mark):
            return OUTSIDE
        seen[node], queue[size] = mark, node
        size += 1
    return size


@kernel
def _come_to(
    board: Board, rules: Rules, labels: Labels, node: int, size: int, mark: int, closed: Bytes, seen: Ints, queue: Ints
) -> int:
    """Put the junctions from which one gets to this one into the queue; its size, or `OUTSIDE`."""
    for position in range(board.arc_first[node], board.arc_first[node + 1]):
        arc = board.arcs[position] ^ 1
        before = board.arc_head[arc ^ 1]
        known = seen[before]
        if known == mark or (known != 0 and closed[known - 1] != 0):
            continue
        if stretch_cost(board, rules, arc, 0, board.length_mm[arc >> 1], True, True, WHENEVER) == NO_WAY:
            continue
        if _is_outside(labels, closed, seen, before, mark):
            return OUTSIDE
        seen[before], queue[size] = mark, before
        size += 1
    return size


@kernel
def _is_outside(labels: Labels, closed: Bytes, seen: Ints, node: int, mark: int) -> bool:
    """Tell whether the search was there, or whoever was there before has got out."""
    if labels.cost[node] != 0:
        return True
    known = seen[node]
    got_out: bool = known != 0 and known != mark and closed[known - 1] == 0  # noqa: PLR1714 - numba has no such sets
    return got_out
