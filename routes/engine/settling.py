"""The one search behind every question: labels settled in the order of what they cost.

A *label* is a junction; where signs bind, an arc after which some turn is forbidden has a label of its own (its number
after those of the junctions); goals come after them. A label keeps the least cost at which it was reached (earliest
arrival, no waiting). With a bound that never sinks by more than a step costs, the search heads for its goal (A*) and
still settles every label once, at its final cost.
"""

from typing import NamedTuple

from routes.engine.arrays import Bytes, Flags, Ints, Longs
from routes.engine.compiled import kernel
from routes.engine.heap import Queue, pop, push
from routes.engine.passing import NO_WAY, TIME, Board, Rules, is_banned, label_of, ms_of, node_of, stretch_cost


class Starts(NamedTuple):
    """Places to start from, and what it took to get there."""

    edge: Ints
    at_mm: Ints
    cost: Longs


class Goals(NamedTuple):
    """Places to look for; `by_edge` sorts them by edge."""

    edge: Ints
    at_mm: Ints
    usable: Flags
    extra: Longs
    by_edge: Ints
    marked: Bytes  # (m,) 1 where an edge has a goal


class Bound(NamedTuple):
    """What the way from a junction to the goal costs at least."""

    landmark: Ints  # (n, k)
    goal: Ints  # (ends of the goal's edge, k); no row: no bound
    rest: Longs  # (ends,) from there to the goal
    blocks: Longs  # (n,) what must be removed from there on at least; empty: nothing
    scale: int  # in 1024ths


class Labels(NamedTuple):
    """What the search writes; all zero at first."""

    cost: Longs  # (labels + goals,) 1 more than the cost, 0 not reached
    came: Ints  # arc it came by; -1 - 2 * start - end for the ends of a start's edge; of a goal the label before it
    before: Ints  # label from which that arc was driven
    done: Bytes
    goal_arc: Ints  # (goals,) the arc a goal was reached by, -1 along the start's own edge
    settled: Ints  # (goals,) in their order
    tally: Longs  # (2,) goals settled, usable goals settled


@kernel
def search(
    board: Board,
    rules: Rules,
    goals: Goals,
    bound: Bound,
    queue: Queue,
    labels: Labels,
    wanted: int,
    limit: int,
    budget: int,
) -> bool:
    """Settle labels until `wanted` usable goals are settled or everything up to `limit` is; begin with `seed`.

    Returns
    -------
    False where `budget` labels were settled before that; the search goes on where it is called again.
    """
    first_goal = labels.done.shape[0] - labels.settled.shape[0]
    while queue.size[0] > 0 and labels.tally[1] < wanted:
        if budget == 0:
            return False
        label = pop(queue)
        if labels.done[label]:
            continue
        budget -= 1
        labels.done[label] = 1
        if label < first_goal:
            _leave(board, rules, goals, bound, queue, labels, label, limit)
            continue
        labels.settled[labels.tally[0]] = label - first_goal
        labels.tally[0] += 1
        if goals.usable[label - first_goal]:
            labels.tally[1] += 1
    return True


@kernel
def _leave(
    board: Board, rules: Rules, goals: Goals, bound: Bound, queue: Queue, labels: Labels, label: int, limit: int
) -> None:
    node = node_of(board, label)
    cost = labels.cost[label] - 1
    for position in range(board.arc_first[node], board.arc_first[node + 1]):
        arc = board.arcs[position]
        edge = arc >> 1
        if board.gone[edge]:
            continue
        banned = is_banned(board, label, arc)
        if goals.marked[edge]:
            _reach_goals(board, rules, goals, queue, labels, label, arc, banned, limit)
        following = label_of(board, rules, arc)
        if banned or labels.done[following]:
            continue
        known = labels.cost[following]
        length = board.length_mm[edge]
        # Most arcs end here, before their limits are read: by its time alone this way is no better than the known one.
        if known != 0 and known - 1 <= cost + ms_of(length, rules.pace[board.road_class[edge]]):
            continue
        step = stretch_cost(board, rules, arc, 0, length, True, True, cost & TIME)
        if step != NO_WAY:
            offer(bound, queue, labels, following, board.arc_head[arc], cost + step, arc, label, limit)


@kernel
def offer(
    bound: Bound,
    queue: Queue,
    labels: Labels,
    label: int,
    node: int,
    cost: int,
    came: int,
    before: int,
    limit: int,
) -> None:
    """Reach a label at a cost, unless it is known at no more, or that is above the limit."""
    known = labels.cost[label]
    if cost > limit or (known != 0 and known - 1 <= cost):
        return
    labels.cost[label] = cost + 1
    labels.came[label] = came
    labels.before[label] = before
    push(queue, cost + least_rest(bound, node), label)


@kernel
def least_rest(bound: Bound, node: int) -> int:
    """What it costs at least from the junction to the goal."""
    least = 0
    for end in range(bound.rest.shape[0]):
        far = 0
        for landmark in range(bound.landmark.shape[1]):
            here, there = bound.landmark[node, landmark], bound.goal[end, landmark]
            if here >= 0 and there >= 0:
                far = max(far, abs(here - there))
        rest = ((far * bound.scale) >> 10) + bound.rest[end]
        least = rest if end == 0 else min(least, rest)
    return least + bound.blocks[node] if bound.blocks.shape[0] else least


@kernel
def seed(
    board: Board, rules: Rules, starts: Starts, goals: Goals, bound: Bound, queue: Queue, labels: Labels, limit: int
) -> None:
    """Begin a search from its starts."""
    for start in range(starts.edge.shape[0]):
        edge, at, cost = starts.edge[start], starts.at_mm[start], starts.cost[start]
        if board.gone[edge]:
            continue
        if goals.marked[edge]:
            _reach_along(board, rules, goals, queue, labels, edge, at, cost, start, limit)
        for end in range(2):
            arc = 2 * edge + 1 - end
            step = way_out(board, rules, arc, at, cost & TIME)
            if step != NO_WAY:
                label = label_of(board, rules, arc)
                offer(bound, queue, labels, label, board.arc_head[arc], cost + step, -1 - 2 * start - end, -1, limit)


@kernel
def way_out(board: Board, rules: Rules, arc: int, at: int, enter_ms: int) -> int:
    """What it costs from a place on the arc to the junction at its end, and on over it; nothing where it is there."""
    forward = arc & 1 == 0
    low, high = (at, board.length_mm[arc >> 1]) if forward else (0, at)
    if low == high:
        return 0
    return stretch_cost(board, rules, arc, low, high, not forward, forward, enter_ms)


@kernel
def way_in(board: Board, rules: Rules, arc: int, at: int, enter_ms: int) -> int:
    """What it costs from the junction where the arc begins to a place on it; nothing where it is there."""
    forward = arc & 1 == 0
    low, high = (0, at) if forward else (at, board.length_mm[arc >> 1])
    if low == high:
        return 0
    return stretch_cost(board, rules, arc, low, high, forward, not forward, enter_ms)


@kernel
def way_along(board: Board, rules: Rules, edge: int, start: int, end: int, enter_ms: int) -> int:
    """What it costs from one place on an edge to another, without leaving it; nothing from a place to itself."""
    if start == end:
        return 0
    arc = 2 * edge + (1 if end < start else 0)
    return stretch_cost(board, rules, arc, min(start, end), max(start, end), False, False, enter_ms)


@kernel
def _first_goal_on(goals: Goals, edge: int) -> int:
    low, high = 0, goals.by_edge.shape[0]
    while low < high:
        middle = (low + high) >> 1
        if goals.edge[goals.by_edge[middle]] < edge:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _reach_goals(
    board: Board,
    rules: Rules,
    goals: Goals,
    queue: Queue,
    labels: Labels,
    label: int,
    arc: int,
    banned: bool,
    limit: int,
) -> None:
    edge = arc >> 1
    cost = labels.cost[label] - 1
    start = 0 if arc & 1 == 0 else board.length_mm[edge]
    position = _first_goal_on(goals, edge)
    while position < goals.by_edge.shape[0] and goals.edge[goals.by_edge[position]] == edge:
        goal = goals.by_edge[position]
        if not banned or goals.at_mm[goal] == start:
            step = way_in(board, rules, arc, goals.at_mm[goal], cost & TIME)
            if step != NO_WAY:
                _offer_goal(goals, queue, labels, goal, cost + step, label, arc, limit)
        position += 1


@kernel
def _reach_along(
    board: Board,
    rules: Rules,
    goals: Goals,
    queue: Queue,
    labels: Labels,
    edge: int,
    at: int,
    cost: int,
    start: int,
    limit: int,
) -> None:
    position = _first_goal_on(goals, edge)
    while position < goals.by_edge.shape[0] and goals.edge[goals.by_edge[position]] == edge:
        goal = goals.by_edge[position]
        step = way_along(board, rules, edge, at, goals.at_mm[goal], cost & TIME)
        if step != NO_WAY:
            _offer_goal(goals, queue, labels, goal, cost + step, -1 - 2 * start, -1, limit)
        position += 1


@kernel
def _offer_goal(
    goals: Goals, queue: Queue, labels: Labels, goal: int, cost: int, came: int, arc: int, limit: int
) -> None:
    label = labels.done.shape[0] - labels.settled.shape[0] + goal
    total = cost + goals.extra[goal]
    known = labels.cost[label]
    if total > limit or (known != 0 and known - 1 <= total):
        return
    labels.cost[label] = total + 1
    labels.came[label] = came
    labels.goal_arc[goal] = arc
    push(queue, total, label)
