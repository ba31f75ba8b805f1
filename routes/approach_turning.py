"""Can the truck turn round where it stops, or how far must it reverse? By one rule, with its reason.

The truck leaves forwards where one of these holds, at the stop or at the nearest place behind it on the driven way:

- **drive on** (only at the stop): the road goes on, surely passable, into another road;
- **junction**: besides the two roads that the truck uses there is a third one that it can surely enter with its whole
  length, to turn in three moves;
- **width**: the road is known to be twice the turning radius wide, so that it turns in one move.

Surely means at level `Level.ASSUMED` or better: what nobody measured is no place to turn. Whether a long vehicle gets
round a corner is not checked; nobody recorded kerbs and walls.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from gis_core.values import Evidence
from routes.encounters import Dimension
from routes.engine.arrays import DIMENSIONS, Level, Network, Path, Profile, Step
from routes.engine.searches import Mouths

_WIDTH: Final = DIMENSIONS.index(Dimension.WIDTH)


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
    mouths = Mouths(network, replace(profile, least=Level.ASSUMED), round(1000 * length_m))
    last = path.steps[-1]
    if last.from_mm != last.to_mm and mouths.goes_on(last):
        return WayOut(Turning.CAN_TURN, By.DRIVE_ON)
    back: list[Step] = []
    for i, step in reversed(list(enumerate(path.steps))):
        if _is_on(network, step) and _is_wide(network, step.edge, turning_radius_m):
            return _out(By.WIDTH, back)
        back.append(step._replace(from_mm=step.to_mm, to_mm=step.from_mm))
        used = frozenset({path.steps[i - 1].edge, step.edge})
        if i > 0 and mouths.leads_on(_node_at(network, step), used, step.enter_ms):
            return _out(By.JUNCTION, back)
    return WayOut(Turning.UNKNOWN)


def _is_on(network: Network, step: Step) -> bool:
    """Tell whether the truck is on the road of a step: a step without length may name any road of its junction."""
    return step.from_mm != step.to_mm or 0 < step.to_mm < int(network.topology.length_mm[step.edge])


def _out(by: By, back: list[Step]) -> WayOut:
    moved = tuple(step for step in back if step.from_mm != step.to_mm)
    return WayOut(Turning.REVERSE if moved else Turning.CAN_TURN, by, moved)


def _is_wide(network: Network, edge: int, turning_radius_m: float | None) -> bool:
    if turning_radius_m is None or network.roads.evidence[edge, _WIDTH] < Evidence.TAGGED.strength:
        return False
    # NaN, which is an unknown width, compares false.
    return bool(network.roads.value[edge, _WIDTH] >= 2 * turning_radius_m)


def _node_at(network: Network, step: Step) -> int:
    """Give the junction where a step begins that is not the first one."""
    ends = network.topology.tail if step.from_mm == 0 else network.topology.head
    return int(ends[step.edge])
