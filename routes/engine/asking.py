"""A search from question to settled labels: what the public questions have in common."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from routes.engine.answers import Targets
from routes.engine.arrays import Network, Path, Spot
from routes.engine.boards import Table, bound_to, goals_of, no_bound, room_for, starts_of, table_of
from routes.engine.passing import Rules, ms_of
from routes.engine.settling import Bound, Goals, Labels, Starts, search
from routes.engine.unfolding import path_to


class Settled(NamedTuple):
    """A search that has ended."""

    table: Table
    rules: Rules
    starts: Starts
    goals: Goals
    labels: Labels
    found: int

    def path(self, goal: int) -> Path:
        """Give the way to a goal that was settled."""
        return path_to(self.table.network, self.rules, self.starts, self.goals, self.labels, goal)

    def cost(self, goal: int) -> int:
        """Give what it costs to get to such a goal, with its extra."""
        return int(self.labels.cost[len(self.labels.done) - len(self.goals.edge) + goal]) - 1


def settle(
    network: Network,
    rules: Rules,
    starts: Sequence[tuple[Spot, int]],
    targets: Targets,
    *,
    wanted: int,
    limit: int,
    bound: Bound | None = None,
) -> Settled:
    """Search from all starts until `wanted` usable targets are settled or all that costs up to `limit` is."""
    table = table_of(network)
    begun, goals = starts_of(starts), goals_of(network, targets)
    queue, labels = room_for(table, rules, begun, goals)
    found = search(table.board, rules, begun, goals, bound or no_bound(), queue, labels, wanted, limit)
    return Settled(table, rules, begun, goals, labels, int(found))


def settle_one(network: Network, rules: Rules, start: Spot, end: Spot, *, limit: int) -> Settled:
    """Search the way from one spot to another, heading for it."""
    length = int(network.topology.length_mm[end.edge])
    pace = int(rules.pace[network.roads.road_class[end.edge]])
    bound = bound_to(network, rules.pace, end.edge, (ms_of(end.at_mm, pace), ms_of(length - end.at_mm, pace)))
    targets = Targets.of([end.edge], [end.at_mm], [True])
    return settle(network, rules, [(start, 0)], targets, wanted=1, limit=limit, bound=bound)


NOWHERE = Targets.of(np.zeros(0), np.zeros(0), np.zeros(0))
"""Targets of a search that only spreads."""
