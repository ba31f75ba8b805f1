"""Hose: laid from the target along every road, both ways, through whatever people pass."""

from dataclasses import dataclass

import numpy as np

from routes.engine.arrays import Ints, Level, Longs, Network, Path, Spot
from routes.engine.boards import starts_of, table_of
from routes.engine.passing import Rules, stretch_level
from routes.engine.settling import Starts, costs_at
from routes.engine.unfolding import driven, timed, whole


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
        board = table_of(self.network).board
        unknown = any(stretch_level(board, self.rules, *where, 0) == Level.UNKNOWN for _, where in driven(path))
        return HosePath(path, unknown)

    def _stretches(self, spot: Spot, last: int) -> list[tuple[int, int, int]]:
        if last < 0:
            return [(spot.edge, spot.at_mm, self.target.at_mm)]
        arc_head = self.network.topology.arc_head
        arcs, node = [], int(arc_head[last ^ 1])
        while (came := int(self.came[node])) >= 0:
            arcs.append(came)
            node = int(arc_head[came ^ 1])
        length = int(self.network.topology.length_mm[self.target.edge])
        stretches = [(spot.edge, spot.at_mm, whole(self.network, last)[1])]
        stretches += [whole(self.network, arc ^ 1) for arc in arcs]
        return [*stretches, (self.target.edge, length if (-1 - came) % 2 else 0, self.target.at_mm)]

    @property
    def _starts(self) -> Starts:
        return starts_of([(self.target, 0)])


def _columns(spot: Spot) -> tuple[Ints, Ints]:
    return np.array([spot.edge], np.int32), np.array([spot.at_mm], np.int32)
