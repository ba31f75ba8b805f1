"""A way and everything on it, drawn by hand or found by a search: what the rules assess and the answers draw."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gis_core.crs import CATALOGUE, Transformer
from routes.encounters import NoRoad, Obstacle, OnTheWay, RoadStretch
from routes.linear import MeasuredLine

METRIC: Final = Transformer(CATALOGUE["EPSG:5897"])
"""Hanoi's own zone: lengths are right to 0.1 m in 1 km."""

FOOTWAYS: Final = frozenset({"footway", "path", "steps", "cycleway", "bridleway"})
"""Classes of road (highway=*) made for people; measured wide enough they are driven on all the same."""

MaySee = Callable[[int | None], bool]
"""May the reader see names of people and telephone numbers in this administrative unit?"""


def _begins_at_m(segment: tuple[float, str]) -> float:
    return segment[0]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What stands beside a drawn line, `apart_m` from it, on the road `road_ref`, or on none that is known (empty)."""

    obstacle: Obstacle
    apart_m: float
    road_ref: str


@dataclass(frozen=True, slots=True)
class Way:
    """A line (degrees, with its metres) and everything on it; `stretches` cover it in driving order.

    `beside` is what stands within 10 m of a drawn line without being on it; a way that was searched has none.
    """

    line: MeasuredLine
    stretches: tuple[RoadStretch | NoRoad, ...]
    doubts: tuple[NoRoad, ...]
    obstacles: tuple[Obstacle, ...]
    beside: tuple[Neighbour, ...] = ()
    segments: tuple[tuple[float, str], ...] = ()
    """Where each road segment begins and its reference, where a stretch is of several; none where each is of one."""

    @property
    def length_m(self) -> float:
        """Metres of the line."""
        return float(self.line.at_m[-1])

    def refs_between(self, from_m: float, to_m: float) -> list[str]:
        """Give the road segments between two distances, in driving order."""
        segments = self.segments or [(stretch.from_m, stretch.ref) for stretch in self.stretches]
        # The last one that begins there: of those before it nothing is left to drive.
        first = bisect_right(segments, from_m, key=_begins_at_m) - 1
        after = bisect_left(segments, to_m, key=_begins_at_m)
        return [ref for _, ref in segments[max(first, 0) : max(after, first + 1)] if ref]

    @property
    def everything(self) -> tuple[OnTheWay, ...]:
        """All of it, for `routes.passability.assess`."""
        return (*self.stretches, *self.doubts, *self.obstacles)
