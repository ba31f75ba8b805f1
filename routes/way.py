"""A way and everything on it, drawn by hand or found by a search: what the rules assess and the answers draw."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from gis_core.crs import CATALOGUE, Transformer
from routes.encounters import NoRoad, Obstacle, OnTheWay, RoadStretch
from routes.linear import MeasuredLine

METRIC: Final = Transformer(CATALOGUE["EPSG:5897"])
"""Hanoi's own zone: lengths are right to 0.1 m in 1 km."""

FOOTWAYS: Final = frozenset({"footway", "path", "steps", "cycleway", "bridleway"})
"""Classes of road (highway=*) made for people; measured wide enough they are driven on all the same."""

MaySee = Callable[[int | None], bool]
"""May the reader see names of people and telephone numbers in this administrative unit?"""


class Segments(NamedTuple):
    """The road segments of a way in driving order: where each begins, and its reference."""

    begin_m: Sequence[float]
    refs: Sequence[str]

    @classmethod
    def of(cls, stretches: Sequence[RoadStretch | NoRoad]) -> Self:
        """Take stretches of one segment each."""
        return cls([stretch.from_m for stretch in stretches], [stretch.ref for stretch in stretches])


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
    segments: Segments | None = None
    """The road segments, where a stretch is of several; None where each is of one."""

    @property
    def length_m(self) -> float:
        """Metres of the line."""
        return float(self.line.at_m[-1])

    def refs_between(self, from_m: float, to_m: float) -> list[str]:
        """Give the road segments between two distances, in driving order."""
        begin_m, refs = self.segments or Segments.of(self.stretches)
        # The last one that begins there: of those before it nothing is left to drive.
        first = max(bisect_right(begin_m, from_m) - 1, 0)
        return [ref for ref in refs[first : max(bisect_left(begin_m, to_m), first + 1)] if ref]

    @property
    def everything(self) -> tuple[OnTheWay, ...]:
        """All of it, for `routes.passability.assess`."""
        return (*self.stretches, *self.doubts, *self.obstacles)
