"""A search that goes on: its targets are asked for bit by bit, each time as far as is needed.

The nearest sources, a substitute for the first and what became of all the others are one search, which nobody begins
again.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from routes.engine.answers import Arrival, Targets
from routes.engine.arrays import Flags, Ints, Network, Path, Profile, Spot
from routes.engine.asking import begin
from routes.engine.boards import rules_of
from routes.engine.pockets import find_closed_in

_FEW: Final = 500
"""Targets that are worth to be looked at one by one."""


class Spread:
    """A search from some starts to t targets, on one state of the network.

    Parameters
    ----------
    starts
        Spots, each with the milliseconds that it took to be there.
    targets
        Whether they are usable does not matter here.
    limit_ms
        No target is found later than this, its `extra_ms` included.
    """

    def __init__(
        self,
        network: Network,
        profile: Profile,
        starts: Sequence[tuple[Spot, int]],
        targets: Targets,
        *,
        limit_ms: int,
    ) -> None:
        # The kernels read this very array, and count what it marks.
        self._wanted = np.zeros(len(targets.edge), np.bool_)
        rules = rules_of(network, profile)
        self._settled = begin(network, rules, starts, replace(targets, usable=self._wanted), limit=limit_ms)

    def settle(self, wanted: Flags, count: int) -> Ints:
        """Search until at least `count` of the wanted targets, (t,), are settled, or all that ever are.

        Returns
        -------
        All wanted targets settled by now, in the order of the time to them.
        """
        known = self._known(wanted)
        if len(known) >= count or self._settled.queue.size[0] == 0:
            return known
        possible = wanted & ~self._closed_in(wanted)
        self._wanted[:] = possible
        self._settled.labels.tally[1] = len(known)
        self._settled.go_on(min(count, int(possible.sum())))
        return self._known(wanted)

    def arrival(self, target: int) -> Arrival:
        """Tell how far a target is that was settled."""
        settled = self._settled
        return Arrival(target, settled.cost(target), settled.length_mm(target), settled.came_by(target))

    def path(self, target: int) -> Path:
        """Give the way to it, without the target's `extra_ms`; its times include what the start was given."""
        return self._settled.path(target)

    def _order(self) -> Ints:
        return self._settled.labels.settled[: self._settled.found]

    def _known(self, wanted: Flags) -> Ints:
        order = self._order()
        return order[wanted[order]]

    def _closed_in(self, wanted: Flags) -> Flags:
        """Tell which wanted targets are not waited for, because no way leads to them: asked where they are few."""
        closed = np.zeros(len(wanted), np.bool_)
        which = np.flatnonzero(wanted).astype(np.int32)
        rules, labels = self._settled.rules, self._settled.labels
        if len(which) > _FEW or rules.legal:
            return closed
        marks = np.zeros(len(which), np.uint8)
        board = self._settled.table.board
        nodes = len(board.arc_first) - 1
        seen, queue = np.zeros(nodes, np.int32), np.empty(nodes, np.int32)
        find_closed_in(board, rules, self._settled.goals, labels, which, marks, seen, queue)
        closed[which] = marks != 0
        return closed
