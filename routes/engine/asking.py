"""A search from question to settled labels: what the public questions have in common."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from routes.engine.answers import Targets
from routes.engine.arrays import Network, Path, Spot
from routes.engine.backing import NONE_LEFT, Back, search_back
from routes.engine.boards import Table, bound_to, goals_of, no_bound, room_back, room_for, starts_of, table_of
from routes.engine.compiled import fixed
from routes.engine.heap import Queue
from routes.engine.passing import TIME, Rules
from routes.engine.settling import Bound, Goals, Labels, Starts, search, seed
from routes.engine.unfolding import length_to, path_to

FIRST_LOOK: Final = 2_000
"""Labels settled before it is worth to ask whether there is any way at all."""
_LOOK_BACK: Final = 30_000
"""Labels settled back from the goal: a pocket with more is searched like a city."""
_LOOK_OPEN: Final = 10_000
_TO_THE_END: Final = -1
_WHOLE_COST: Final = -1
_WITHOUT_TIME: Final = ~TIME


class Settled(NamedTuple):
    """A search and what it has settled."""

    table: Table
    rules: Rules
    starts: Starts
    goals: Goals
    bound: Bound
    queue: Queue
    labels: Labels
    limit: int

    @property
    def found(self) -> int:
        """How many goals are settled."""
        return int(self.labels.tally[0])

    def go_on(self, wanted: int, budget: int = _TO_THE_END) -> bool:
        """Search until so many usable goals are settled; tell whether that, or everything, is done."""
        return bool(
            search(
                self.table.board,
                self.rules,
                self.goals,
                self.bound,
                self.queue,
                self.labels,
                wanted,
                self.limit,
                budget,
            )
        )

    def path(self, goal: int) -> Path:
        """Give the way to a goal that was settled."""
        return path_to(self.table.network, self.rules, self.starts, self.goals, self.labels, goal)

    def length_mm(self, goal: int) -> int:
        """Give the length of that way."""
        return int(length_to(self.table.board.length_mm, self.starts, self.goals, self.labels, goal))

    def came_by(self, goal: int) -> int:
        """Give the edge that was driven last on the way to it."""
        labels, edge, last = self.labels, int(self.goals.edge[goal]), int(self.labels.goal_arc[goal])
        begins_mm = 0 if last & 1 == 0 else int(self.table.board.length_mm[edge])
        if last < 0 or int(self.goals.at_mm[goal]) != begins_mm:
            return edge
        came = int(labels.came[labels.came[len(labels.done) - len(self.goals.edge) + goal]])
        return came >> 1 if came >= 0 else int(self.starts.edge[(-1 - came) // 2])

    def cost(self, goal: int) -> int:
        """Give what it costs to get to such a goal, with its extra."""
        return int(self.labels.cost[len(self.labels.done) - len(self.goals.edge) + goal]) - 1


def begin(
    network: Network,
    rules: Rules,
    starts: Sequence[tuple[Spot, int]],
    targets: Targets,
    *,
    limit: int,
    bound: Bound | None = None,
) -> Settled:
    """Begin a search from all starts, for everything that costs up to `limit`."""
    table = table_of(network)
    begun, goals = starts_of(starts), goals_of(network, targets)
    queue, labels = room_for(table, rules, begun, goals)
    settled = Settled(table, rules, begun, goals, bound or no_bound(), queue, labels, limit)
    seed(table.board, rules, begun, goals, settled.bound, queue, labels, limit)
    return settled


def settle(
    network: Network,
    rules: Rules,
    starts: Sequence[tuple[Spot, int]],
    targets: Targets,
    *,
    wanted: int,
    limit: int,
) -> Settled:
    """Search from all starts until `wanted` usable targets are settled or all that costs up to `limit` is."""
    settled = begin(network, rules, starts, targets, limit=limit)
    settled.go_on(wanted)
    return settled


def settle_one(network: Network, rules: Rules, start: Spot, end: Spot, *, limit: int) -> Settled:
    """Search the way from one spot to another, heading for it; where there is none, prove it from its end."""
    bound = bound_to(network, rules.pace, [(end, 0)])
    starts, targets = [(start, 0)], Targets.of([end.edge], [end.at_mm], [True])
    settled = begin(network, rules, starts, targets, limit=limit, bound=bound)
    if settled.go_on(1, FIRST_LOOK):
        return settled
    status, _ = look_back(network, rules, starts, targets, parts=_WITHOUT_TIME, budget=_LOOK_BACK)
    if status != NONE_LEFT:
        settled.go_on(1)
    return settled


def settle_open(network: Network, rules: Rules, start: Spot, end: Spot, *, limit: int) -> Settled:
    """Search the way on which least must be removed; what its end is closed in by is looked for first.

    Otherwise the search would go over the whole city before it removes anything.
    """
    starts, targets = [(start, 0)], Targets.of([end.edge], [end.at_mm], [True])
    status, back = look_back(network, rules, starts, targets, parts=_WITHOUT_TIME, budget=_LOOK_OPEN)
    nodes = len(network.topology.node_id)
    # Whatever is not settled costs at least what was settled last.
    left = np.where(back.done[:nodes], back.cost[:nodes] - 1, back.last[0] & _WITHOUT_TIME)
    bound = bound_to(network, rules.pace, [(end, 0)])._replace(blocks=fixed(left, np.int64))
    settled = begin(network, rules, starts, targets, limit=limit, bound=bound)
    if status != NONE_LEFT:
        settled.go_on(1)
    return settled


def look_back(
    network: Network,
    rules: Rules,
    starts: Sequence[tuple[Spot, int]],
    targets: Targets,
    *,
    parts: int = _WHOLE_COST,
    budget: int = _TO_THE_END,
) -> tuple[int, Back]:
    """Search from the targets, which are given by what they cost, back to the starts: `search_back`."""
    begun, goals = starts_of(starts), goals_of(network, targets)
    queue, back = room_back(network, begun, goals)
    bound = bound_to(network, rules.pace, starts)
    board = table_of(network).board
    return int(search_back(board, rules, begun, goals, bound, queue, back, parts, budget)), back


NOWHERE = Targets.of(np.zeros(0), np.zeros(0), np.zeros(0))
"""Targets of a search that only spreads."""
