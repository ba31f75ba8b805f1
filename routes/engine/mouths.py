"""Which roads at a junction take a vehicle in with its whole length, at the moment when it is there."""

from collections.abc import Set as AbstractSet

from routes.engine.arrays import Network, Profile, Step
from routes.engine.boards import rules_of, table_of
from routes.engine.passing import NO_WAY, TIME, how_far, stretch_cost


class Mouths:
    """The mouths of roads as one vehicle finds them: what stands in them is met, from this side.

    Parameters
    ----------
    profile
        Its `least` says how sure a road must be.
    length_mm
        Of the vehicle.
    """

    def __init__(self, network: Network, profile: Profile, length_mm: int) -> None:
        self._board, self._rules = table_of(network).board, rules_of(network, profile)
        self._length_mm = length_mm

    def leads_on(self, node: int, without: AbstractSet[int], at_ms: int) -> bool:
        """Tell whether a road other than these edges takes the whole vehicle in from a junction."""
        for arc in self._leaving(node, without):
            if self._far_mm(arc, at_ms) >= self._length_mm:
                return True
            took_ms = self._cost(arc, 0, int(self._board.length_mm[arc >> 1]), at_ms)
            if took_ms == NO_WAY:
                continue
            # Between the halves of a wide street lie stubs shorter than a truck; they lead on into another road.
            onwards = self._leaving(int(self._board.arc_head[arc]), without | {arc >> 1})
            if any(self._far_mm(onward, at_ms + took_ms) > 0 for onward in onwards):
                return True
        return False

    def goes_on(self, step: Step) -> bool:
        """Tell whether the road ahead of the end of a step, which has a length, leads into another one."""
        forward = step.to_mm > step.from_mm
        arc, end_mm = 2 * step.edge + (not forward), int(self._board.length_mm[step.edge])
        # From a millimetre before the end, so that what stopped the vehicle there is met.
        low, high = (step.to_mm - 1, end_mm) if forward else (0, step.to_mm + 1)
        took_ms = self._cost(arc, low, high, step.leave_ms, begins_inside=True)
        if took_ms == NO_WAY:
            return False
        return self.leads_on(int(self._board.arc_head[arc]), frozenset({step.edge}), step.leave_ms + took_ms)

    def _leaving(self, node: int, without: AbstractSet[int]) -> list[int]:
        first, after = self._board.arc_first[node], self._board.arc_first[node + 1]
        return [arc for arc in self._board.arcs[first:after].tolist() if arc >> 1 not in without]

    def _far_mm(self, arc: int, at_ms: int) -> int:
        begin = 0 if arc & 1 == 0 else int(self._board.length_mm[arc >> 1])
        return int(how_far(self._board, self._rules, arc, begin, True, at_ms, TIME))

    def _cost(self, arc: int, low: int, high: int, at_ms: int, *, begins_inside: bool = False) -> int:
        """What it takes along the arc and over its end, `NO_WAY` where something is in the way."""
        over_begin, forward = not begins_inside, arc & 1 == 0
        over_low, over_high = (over_begin, True) if forward else (True, over_begin)
        return int(stretch_cost(self._board, self._rules, arc, low, high, over_low, over_high, at_ms))
