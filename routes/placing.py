"""Where on a matched line an obstacle stands, if it stands on it at all.

An obstacle belongs to the road it was recorded for (`road_ref`), else to the nearest road within 10 m. It is on the
way when it stands on the part of that road that is driven, ends included: a gate in the mouth of a side lane is not on
the street, a gate behind the truck is not before it. What spreads over other roads, what stands on the driven axis
though recorded for another road, and what stands where the line runs along no road is found by distance.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from routes.linear import MeasuredLine, span_on
from routes.matching import Matching, Section

NEAR_M: Final = 10.0
"""An obstacle without a road this near to one belongs to it, and this near to a line without roads stands on it."""
ON_AXIS_M: Final = 3.0
END_TOLERANCE_M: Final = 1.0
"""What stands this little beyond the end of the line, or before its start, counts: the truck is longer than that."""
CROSSING_M: Final = 8.0
_NOWHERE: Final = -1


@dataclass(frozen=True, slots=True)
class Standing:
    """An obstacle to place: its geometry in metres, and what was recorded of where it stands."""

    geom: BaseGeometry
    road_ref: str = ""
    road_fraction: float | None = None
    extent_m: float | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Metres along the drawn line; `in_doubt` for what stands on the way but was recorded for another road."""

    from_m: float
    to_m: float
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """Metres along the drawn line of what stands beside it, how far off, and the road it belongs to ("": to none)."""

    from_m: float
    to_m: float
    apart_m: float
    road_ref: str


@dataclass(frozen=True)
class MatchedLine:
    """The drawn line, the roads around it in metres, by ref, and what the matching found."""

    line: shapely.LineString
    roads: NDArray[np.object_]
    refs: Mapping[str, int]
    matching: Matching

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.roads)

    @cached_property
    def _driven(self) -> list[shapely.LineString]:
        return [MeasuredLine.of(self.roads[s.road]).between(*s.span_m) for s in self.matching.sections]

    @cached_property
    def _off_road(self) -> list[shapely.LineString]:
        return [MeasuredLine.of(self.line).between(start, end) for start, end in self.matching.gaps]

    def positions_of(self, standing: Standing) -> list[Position]:
        """Where the obstacle stands on the line: nowhere, once, or each time the line comes by."""
        home = self._home_of(standing)
        found = [*self._on_home(standing, home), *self._spread(standing, home)]
        if not found and home != _NOWHERE:
            found = list(self._on_axis(standing, home))
        return found or list(self._where_no_road_is(standing, home))

    def beside(self, standing: Standing) -> "Beside | None":
        """Tell how far from the line an obstacle stands that is not on it, and on which road; None beyond 10 m."""
        apart_m = float(self.line.distance(standing.geom))
        if apart_m > NEAR_M:
            return None
        home = self._home_of(standing)
        named = next((ref for ref, road in self.refs.items() if road == home), "")
        return Beside(*span_on(self.line, standing.geom), apart_m, named or standing.road_ref)

    def _home_of(self, standing: Standing) -> int:
        """Find the road the obstacle belongs to; of two equally near ones the driven one."""
        if standing.road_ref in self.refs:
            return self.refs[standing.road_ref]
        near = self._tree.query(standing.geom, predicate="dwithin", distance=NEAR_M)
        if not len(near):
            return _NOWHERE
        driven = {section.road for section in self.matching.sections}
        apart_m = shapely.distance(self.roads[near], standing.geom)
        # On the axis of a driven road means on it, however the junction is drawn.
        apart_m[np.isin(near, list(driven)) & (apart_m <= ON_AXIS_M)] = 0.0
        return int(min(near, key=lambda road: (apart_m[near == road].min(), road not in driven, road)))

    def _on_home(self, standing: Standing, home: int) -> Iterator[Position]:
        for section in self.matching.sections:
            if section.road == home:
                start, end = self._along(standing, home)
                low, high = section.span_m
                if start <= high + END_TOLERANCE_M and end >= low - END_TOLERANCE_M:
                    yield _position(section, start, end)

    def _along(self, standing: Standing, home: int) -> tuple[float, float]:
        """The part of its road that the obstacle takes up, in metres along the road."""
        road = self.roads[home]
        fraction = standing.road_fraction
        if fraction is not None and 0 <= fraction <= 1 and road.distance(standing.geom) > NEAR_M:
            start = end = fraction * road.length
        else:
            taken = road.intersection(standing.geom) if shapely.area(standing.geom) else standing.geom
            start, end = span_on(road, standing.geom if taken.is_empty else taken)
        half_m = _known_extent_m(standing.extent_m) / 2 if start == end else 0.0
        return start - half_m, end + half_m

    def _spread(self, standing: Standing, home: int) -> Iterator[Position]:
        """A market or a fence along more than its own road: more than the width of a crossing lies on the way."""
        if standing.geom.geom_type == "Point":
            return
        around = standing.geom.buffer(ON_AXIS_M)
        for section, driven in zip(self.matching.sections, self._driven, strict=True):
            if section.road != home and driven.intersection(around).length > CROSSING_M:
                beside = standing.geom.intersection(driven.buffer(ON_AXIS_M))
                yield _position(section, *span_on(self.roads[section.road], beside))

    def _on_axis(self, standing: Standing, home: int) -> Iterator[Position]:
        """Recorded for another road, but standing in the middle of this one, at the junction: nobody knows."""
        if standing.geom.geom_type != "Point":
            return
        for section, driven in zip(self.matching.sections, self._driven, strict=True):
            if section.road != home and driven.distance(standing.geom) <= END_TOLERANCE_M:
                along = float(self.roads[section.road].project(standing.geom))
                yield Position(*_span(section, along, along), in_doubt=True)
                return

    def _where_no_road_is(self, standing: Standing, home: int) -> Iterator[Position]:
        own_m = NEAR_M if home == _NOWHERE else self.roads[home].distance(standing.geom)
        for (start, _), stretch in zip(self.matching.gaps, self._off_road, strict=True):
            if stretch.distance(standing.geom) <= min(own_m, NEAR_M):
                first, last = span_on(stretch, standing.geom)
                yield Position(start + first, start + last)


def _known_extent_m(extent_m: float | None) -> float:
    # NaN would compare false with both ends of the road, and the obstacle would stand nowhere.
    return extent_m if extent_m is not None and extent_m > 0 else 0.0


def _position(section: Section, start_m: float, end_m: float) -> Position:
    return Position(*_span(section, start_m, end_m))


def _span(section: Section, start_m: float, end_m: float) -> tuple[float, float]:
    first, last = sorted((section.on_line(start_m), section.on_line(end_m)))
    return first, last
