"""A way and everything on it, drawn by hand or found by a search: what the rules assess and the answers draw."""

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

    @property
    def length_m(self) -> float:
        """Metres of the line."""
        return float(self.line.at_m[-1])

    @property
    def everything(self) -> tuple[OnTheWay, ...]:
        """All of it, for `routes.passability.assess`."""
        return (*self.stretches, *self.doubts, *self.obstacles)
