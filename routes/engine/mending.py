"""A search brought right after an edit that made nothing better: only what was reached over it is searched again.

A gate that appears leaves most of a city as it was reached before. Labels whose way leads over the edit are forgotten
and settled again from those that stay; what stays was reached at least cost, and nothing costs less than before.
"""

from typing import Final

import numpy as np

from routes.engine.arrays import Ints, Network, Profile, Small
from routes.engine.asking import Settled
from routes.engine.boards import room_for, rules_of, table_of
from routes.engine.compiled import fixed, kernel
from routes.engine.heap import Queue
from routes.engine.passing import NO_WAY, TIME, Board, Rules, stretch_cost
from routes.engine.settling import Bound, Labels, offer, search, seed

_KEPT: Final = 1
_LOST: Final = 2
_EVERYTHING: Final = 1
_TO_THE_END: Final = -1


def edited_edges(before: Network, now: Network) -> Ints | None:
    """Give the edges on which something else stands than before; None where more than that was edited."""
    if before.topology is not now.topology or before.roads is not now.roads:
        return None
    was, there = before.standings, now.standings
    if was is there:
        return np.zeros(0, np.int32)
    counts = [np.diff(each.first) for each in (was, there)]
    other = counts[0] != counts[1]
    # Nothing stands on most edges: only the others are repeated.
    busy = [np.flatnonzero(count) for count in counts]
    rows = [np.repeat(~other[edges], count[edges]) for edges, count in zip(busy, counts, strict=True)]
    edge = np.repeat(busy[0], counts[0][busy[0]])[rows[0]]
    for name in ("from_mm", "to_mm", "limits", "legal", "solid_sign", "foot", "in_doubt"):
        unlike = getattr(was, name)[rows[0]] != getattr(there, name)[rows[1]]
        other[edge[unlike.any(axis=tuple(range(1, unlike.ndim)))]] = True
    # Of what stands at times the hours may be others under the same number.
    at_times = np.concatenate([_with_hours(each.first, each.timetable) for each in (was, there)])
    other[at_times] = True
    return np.flatnonzero(other).astype(np.int32)


def _with_hours(first: Ints, timetable: Ints) -> Ints:
    edges: Ints = np.repeat(np.arange(len(first) - 1, dtype=np.int32), np.diff(first))[timetable >= 0]
    return edges


def mended(before: Settled, network: Network, profile: Profile, edges: Ints) -> Settled | None:
    """Bring a search right that spread everywhere, in an emergency, without goals.

    Parameters
    ----------
    before
        The search on the network before the edit, with the same profile.
    edges
        All on which something else stands now, from `edited_edges`.

    Returns
    -------
    The search as it comes out on `network`, to the last cost; None where something became better, or a start is on an
    edited edge: then it has to be searched anew.
    """
    rules, table = rules_of(network, profile), table_of(network)
    if rules.legal or np.isin(before.starts.edge, edges).any():
        return None
    queue, labels = room_for(table, rules, before.starts, before.goals)
    for column in Labels._fields:
        getattr(labels, column)[:] = getattr(before.labels, column)
    mark = np.zeros(len(labels.done), np.int8)
    if not forget(table.board, rules, labels, fixed(edges, np.int32), before.limit, mark):
        return None
    settled = before._replace(table=table, rules=rules, queue=queue, labels=labels)
    offer_again(table.board, rules, before.bound, queue, labels, mark, before.limit)
    seed(table.board, rules, before.starts, before.goals, before.bound, queue, labels, before.limit)
    search(table.board, rules, before.goals, before.bound, queue, labels, _EVERYTHING, before.limit, _TO_THE_END)
    return settled


@kernel
def forget(board: Board, rules: Rules, labels: Labels, edges: Ints, limit: int, mark: Small) -> bool:
    """Forget the labels that were reached over edges which cost more now, and mark them; False: one costs less."""
    for i in range(edges.shape[0]):
        for side in range(2):
            arc = 2 * edges[i] + side
            head = board.arc_head[arc]
            cost = _cost_over(board, rules, labels, arc)
            known = labels.cost[head] - 1
            if cost != NO_WAY and cost <= limit and (known < 0 or cost < known):
                return False
            if labels.done[head] and labels.came[head] == arc and cost != known:
                mark[head] = _LOST
    for label in range(mark.shape[0]):
        if labels.done[label] and _is_lost(labels, mark, label):
            labels.cost[label] = labels.done[label] = 0
    return True


@kernel
def _cost_over(board: Board, rules: Rules, labels: Labels, arc: int) -> int:
    """What it costs to be behind an arc, over it."""
    tail, edge = board.arc_head[arc ^ 1], arc >> 1
    if board.gone[edge] or not labels.done[tail]:
        return NO_WAY
    cost: int = labels.cost[tail] - 1
    step = stretch_cost(board, rules, arc, 0, board.length_mm[edge], True, True, cost & TIME)
    return NO_WAY if step == NO_WAY else cost + step


@kernel
def _is_lost(labels: Labels, mark: Small, label: int) -> bool:
    """Tell whether the way to a label leads over a lost one; all on it are marked, so that each is asked once."""
    at = label
    while mark[at] == 0 and labels.came[at] >= 0:
        at = labels.before[at]
    said = _LOST if mark[at] == _LOST else _KEPT
    at = label
    while mark[at] == 0:
        mark[at] = said
        if labels.came[at] >= 0:
            at = labels.before[at]
    return said == _LOST


@kernel
def offer_again(
    board: Board, rules: Rules, bound: Bound, queue: Queue, labels: Labels, mark: Small, limit: int
) -> None:
    """Offer the lost labels what leads to them from those that were kept."""
    for node in range(mark.shape[0]):
        if mark[node] == _LOST:
            for position in range(board.arc_first[node], board.arc_first[node + 1]):
                arc = board.arcs[position] ^ 1
                cost = _cost_over(board, rules, labels, arc)
                if cost != NO_WAY:
                    offer(bound, queue, labels, node, node, cost, arc, board.arc_head[arc ^ 1], limit)
