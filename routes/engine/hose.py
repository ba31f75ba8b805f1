"""Hose: laid from the target along every road, both ways, through whatever people pass."""

from dataclasses import dataclass

import numpy as np

from routes.engine.arrays import Ints, Level, Longs, Network, Path, Spot
from routes.engine.boards import starts_of, table_of
from routes.engine.compiled import kernel
from routes.engine.judging import levels_on
from routes.engine.passing import NO_WAY, Board, Rules
from routes.engine.settling import Starts, way_along, way_in
from routes.engine.unfolding import timed, whole, wholes


@dataclass(frozen=True, slots=True)
class HosePath:
    """Where hose lies, from the truck to the target; `unknown`: nobody knows whether people pass everywhere.

    The times of the path are its millimetres: how fast hose is laid is not asked here.
    """

    path: Path
    unknown: bool


@dataclass(frozen=True, slots=True)
class HoseField:
    """How far every place is from the target by hose, up to a limit."""

    network: Network
    target: Spot
    limit_mm: int
    node_mm: Longs  # (n,) -1 beyond the limit
    came: Ints  # (n,) the arc by which hose comes from the target, below 0 from the target's own edge
    rules: Rules

    def mm_at(self, edges: Ints, places: Ints) -> tuple[Longs, Ints]:
        """Give the millimetres to many places, -1 beyond the limit, and the last arc, -1 along the target's edge."""
        costs, arcs = np.empty(len(edges), np.int64), np.empty(len(edges), np.int32)
        board = table_of(self.network).board
        costs_at(board, self.rules, self._starts, self.node_mm, edges, places, costs, arcs)
        costs[costs > self.limit_mm] = -1
        return costs, arcs

    def metres_at(self, spot: Spot) -> float | None:
        """Give the metres of hose from a place to the target; None: none is laid, or it is beyond the limit."""
        mm = int(self.mm_at(*_columns(spot))[0][0])
        return None if mm < 0 else mm / 1000

    def path_from(self, spot: Spot) -> HosePath | None:
        """Give where hose lies from a place to the target."""
        costs, arcs = self.mm_at(*_columns(spot))
        if costs[0] < 0:
            return None
        path = timed(self.network, self.rules, self._stretches(spot, int(arcs[0])), 0)
        levels = levels_on(self.network, self.rules, path)
        return HosePath(path, any(level == Level.UNKNOWN for _, _, level in levels))

    def _stretches(self, spot: Spot, last: int) -> list[tuple[int, int, int]]:
        if last < 0:
            return [(spot.edge, spot.at_mm, self.target.at_mm)]
        arc_head = self.network.topology.arc_head
        arcs, node = [], int(arc_head[last ^ 1])
        while (came := int(self.came[node])) >= 0:
            arcs.append(came ^ 1)
            node = int(arc_head[came ^ 1])
        length = int(self.network.topology.length_mm[self.target.edge])
        stretches = [(spot.edge, spot.at_mm, whole(self.network, last)[1])]
        stretches += wholes(self.network, arcs)
        return [*stretches, (self.target.edge, length if (-1 - came) % 2 else 0, self.target.at_mm)]

    @property
    def _starts(self) -> Starts:
        return starts_of([(self.target, 0)])


def _columns(spot: Spot) -> tuple[Ints, Ints]:
    return np.array([spot.edge], np.int32), np.array([spot.at_mm], np.int32)


@kernel
def costs_at(
    board: Board, rules: Rules, starts: Starts, node_cost: Longs, edges: Ints, places: Ints, costs: Longs, arcs: Ints
) -> None:
    """Write what it costs to get to places (-1: no way), and the last arc (-1: along the start's own edge).

    `node_cost` is that of the junctions, -1 where there is no way to one.
    """
    for place in range(edges.shape[0]):
        edge, at = edges[place], places[place]
        costs[place], arcs[place] = NO_WAY, NO_WAY
        if board.gone[edge]:
            continue
        for start in range(starts.edge.shape[0]):
            if starts.edge[start] == edge:
                step = way_along(board, rules, edge, starts.at_mm[start], at, starts.cost[start])
                if step != NO_WAY and (costs[place] == NO_WAY or starts.cost[start] + step < costs[place]):
                    costs[place] = starts.cost[start] + step
        for arc in range(2 * edge, 2 * edge + 2):
            before = node_cost[board.arc_head[arc ^ 1]]
            step = way_in(board, rules, arc, at, before) if before >= 0 else NO_WAY
            if step != NO_WAY and (costs[place] == NO_WAY or before + step < costs[place]):
                costs[place], arcs[place] = before + step, arc
