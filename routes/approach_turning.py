"""Can the truck turn round where it stops, or how far must it reverse? By one rule, with its reason.

The truck leaves forwards where one of these holds, at the stop or at the nearest place behind it on the driven way:

- **drive on** (only at the stop): the road goes on, surely passable, into another road;
- **junction**: besides the two roads that the truck uses there is a third one that it can surely enter with its whole
  length, to turn in three moves;
- **width**: the road is known to be twice the turning radius wide, so that it turns in one move.

Surely means at level `Level.ASSUMED` or better: what nobody measured is no place to turn. Whether a long vehicle gets
round a corner is not checked; nobody recorded kerbs and walls.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from gis_core.values import Evidence
from routes.encounters import Dimension
from routes.engine.arrays import DIMENSIONS, Level, Longs, Network, Path, Profile, Spot, Step
from routes.engine.searches import reach

_WIDTH: Final = DIMENSIONS.index(Dimension.WIDTH)
_WALKING_PACE: Final = 1_000_000
"""Microseconds a metre: how far round a junction is looked."""


class Turning(StrEnum):
    """How the truck gets away."""

    CAN_TURN = "can_turn"
    REVERSE = "reverse"
    UNKNOWN = "unknown"


class By(StrEnum):
    """What makes it possible."""

    DRIVE_ON = "drive_on"
    JUNCTION = "junction"
    WIDTH = "width"


@dataclass(frozen=True, slots=True)
class WayOut:
    """How the truck leaves its stop; `back` is the way it reverses, empty where it need not or nobody knows."""

    turning: Turning
    by: By | None = None
    back: tuple[Step, ...] = ()

    @property
    def reverse_m(self) -> float | None:
        """Metres to reverse; None where no sure place to turn is known on the driven way."""
        if self.turning is Turning.UNKNOWN:
            return None
        return sum(abs(step.to_mm - step.from_mm) for step in self.back) / 1000


def way_out(
    network: Network, profile: Profile, path: Path, *, length_m: float, turning_radius_m: float | None
) -> WayOut:
    """Find the nearest place where the vehicle can turn round, from the end of its way backwards.

    Parameters
    ----------
    path
        The way that the vehicle drove, to its stop.
    length_m, turning_radius_m
        Of the vehicle; without the radius no road counts as wide enough.
    """
    profile = replace(profile, least=Level.ASSUMED)
    if _drives_on(network, profile, path.steps[-1], length_m):
        return WayOut(Turning.CAN_TURN, By.DRIVE_ON)
    turns_at = _junctions(network, profile, path, length_m)
    back: list[Step] = []
    for i, step in reversed(list(enumerate(path.steps))):
        if _is_wide(network, step.edge, turning_radius_m):
            return _out(By.WIDTH, back)
        back.append(step._replace(from_mm=step.to_mm, to_mm=step.from_mm))
        if i > 0 and turns_at(i):
            return _out(By.JUNCTION, back)
    return WayOut(Turning.UNKNOWN)


def _out(by: By, back: list[Step]) -> WayOut:
    moved = tuple(step for step in back if step.from_mm != step.to_mm)
    return WayOut(Turning.REVERSE if moved else Turning.CAN_TURN, by, moved)


def _is_wide(network: Network, edge: int, turning_radius_m: float | None) -> bool:
    if turning_radius_m is None or network.roads.evidence[edge, _WIDTH] < Evidence.TAGGED.strength:
        return False
    # NaN, which is an unknown width, compares false.
    return bool(network.roads.value[edge, _WIDTH] >= 2 * turning_radius_m)


def _drives_on(network: Network, profile: Profile, step: Step, length_m: float) -> bool:
    """Tell whether the road ahead of the stop leads into another one."""
    if step.from_mm == step.to_mm:
        return False
    onwards = 1 if step.to_mm > step.from_mm else -1
    ahead_mm = int(network.topology.length_mm[step.edge]) if onwards > 0 else 0
    # From a millimetre before the stop, so that what stopped the truck there is met.
    start = Spot(step.edge, step.to_mm - onwards)
    entered = _entered(network, profile, [start], abs(ahead_mm - step.to_mm) / 1000 + length_m)
    return entered.leads_on(_node_at(network, step.edge, ahead_mm), frozenset({step.edge}), length_m)


def _junctions(network: Network, profile: Profile, path: Path, length_m: float) -> Callable[[int], bool]:
    """Give what tells whether a step of the path begins at a junction with a third road to turn in."""
    steps = path.steps
    starts = [Spot(step.edge, step.from_mm) for step in steps[1:]]
    entered = _entered(network, profile, starts, length_m) if starts else None

    def turns_at(i: int) -> bool:
        node = _node_at(network, steps[i].edge, steps[i].from_mm)
        without = frozenset({steps[i - 1].edge, steps[i].edge})
        return entered is not None and entered.leads_on(node, without, length_m)

    return turns_at


@dataclass(frozen=True, slots=True)
class _Entered:
    """What the vehicle surely gets into from some places; m pieces of edges, in millimetres."""

    network: Network
    edge: Longs  # (m,)
    from_mm: Longs
    to_mm: Longs

    def leads_on(self, node: int, without: frozenset[int], length_m: float) -> bool:
        """Tell whether a road other than these takes the whole vehicle in from a junction."""
        topology = self.network.topology
        for i in self._from(node, without):
            edge, covered_mm = int(self.edge[i]), int(self.to_mm[i] - self.from_mm[i])
            if covered_mm >= 1000 * length_m:
                return True
            far = int(topology.head[edge] if topology.tail[edge] == node else topology.tail[edge])
            # Between the halves of a wide street lie stubs shorter than a truck; they lead on into another road.
            if covered_mm == topology.length_mm[edge] and any(self._from(far, without | {edge})):
                return True
        return False

    def _from(self, node: int, without: frozenset[int]) -> Iterator[int]:
        tail, head = self.network.topology.tail[self.edge], self.network.topology.head[self.edge]
        at_end = self.to_mm == self.network.topology.length_mm[self.edge]
        begins = ((tail == node) & (self.from_mm == 0)) | ((head == node) & at_end)
        for i in np.flatnonzero(begins & (self.to_mm > self.from_mm)):
            if int(self.edge[i]) not in without:
                yield int(i)


def _entered(network: Network, profile: Profile, starts: Sequence[Spot], metres: float) -> _Entered:
    slowest = min(int(profile.pace.max()), _WALKING_PACE)
    limit_ms = int(metres * slowest / 1000) + 1
    reached = reach(network, profile, [(spot, 0) for spot in starts], limit_ms=limit_ms)
    low, high = np.minimum(reached.from_mm, reached.to_mm), np.maximum(reached.from_mm, reached.to_mm)
    return _Entered(network, reached.edge.astype(np.int64), low.astype(np.int64), high.astype(np.int64))


def _node_at(network: Network, edge: int, at_mm: int) -> int:
    ends = network.topology.tail if at_mm == 0 else network.topology.head
    return int(ends[edge])
