"""Where on a matched line an obstacle stands, if it stands on it at all.

An obstacle belongs to roads (`routes.homes`). It is on the way when it stands on the part of one of them that is
driven, ends included: a gate in the mouth of a side lane is not on the street, a gate behind the truck is not before
it. What spreads over other roads, what stands on the driven axis though recorded for another road, and what stands
where the line runs along no road is found by distance.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from routes.homes import CROSSING_M, END_TOLERANCE_M, NEAR_M, ON_AXIS_M, could_be_home, is_on_axis, span_beside, span_of
from routes.linear import MeasuredLine, span_on
from routes.matching import Matching, Section


@dataclass(frozen=True, slots=True)
class Standing:
    """An obstacle to place: its geometry in metres, and what was recorded of where it stands.

    `road_ref` is that of a road there is, whether or not it is near to the line; "" for none.
    """

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
    """The drawn line, the roads around it in metres, by ref, and what the matching found.

    `farther` are roads beyond, which may be nearer to an obstacle than those around the line: see `may_be_farther`.
    """

    line: shapely.LineString
    roads: NDArray[np.object_]
    refs: Mapping[str, int]
    matching: Matching
    farther: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, dtype=object))

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
        homes = self._homes_of(standing)
        found: list[tuple[int, Position]] = []
        for road, position in self._candidates(standing, homes):
            # What stands where two roads meet is one thing.
            if not any(other != road and _within(position, known) for other, known in found):
                found.append((road, position))
        return [position for _, position in found] or list(self._where_no_road_is(standing, homes))

    def beside(self, standing: Standing) -> "Beside | None":
        """Tell how far from the line an obstacle stands that is not on it, and on which road; None beyond 10 m."""
        apart_m = float(self.line.distance(standing.geom))
        if apart_m > NEAR_M:
            return None
        home = next(iter(self._homes_of(standing)), None)
        named = next((ref for ref, road in self.refs.items() if road == home), "")
        return Beside(*span_on(self.line, standing.geom), apart_m, named or standing.road_ref)

    def may_be_farther(self, geom: BaseGeometry, around_m: float) -> bool:
        """Tell whether an obstacle's nearest road may be none of those within `around_m` of the line."""
        apart_m = float(shapely.distance(self.roads, geom).min(initial=np.inf))
        return ON_AXIS_M < apart_m <= NEAR_M and apart_m > around_m - self.line.distance(geom)

    def _homes_of(self, standing: Standing) -> list[int]:
        """Find the roads the obstacle belongs to, the nearest first; none for one recorded for a road far away."""
        if standing.road_ref:
            return [self.refs[standing.road_ref]] if standing.road_ref in self.refs else []
        near = np.sort(self._tree.query(standing.geom, predicate="dwithin", distance=NEAR_M))
        apart_m = shapely.distance(self.roads[near], standing.geom)
        nearest_m = min(apart_m.min(initial=np.inf), shapely.distance(self.farther, standing.geom).min(initial=np.inf))
        homes = could_be_home(apart_m, nearest_m)
        return [int(road) for road in near[np.argsort(apart_m, kind="stable")] if homes[near == road].any()]

    def _candidates(self, standing: Standing, homes: Sequence[int]) -> Iterator[tuple[int, Position]]:
        """Give each road on which the obstacle stands or may stand with the place, the surest first."""
        yield from self._on_homes(standing, homes)
        others = [
            (section, driven)
            for section, driven in zip(self.matching.sections, self._driven, strict=True)
            if section.road not in homes
        ]
        around = standing.geom.buffer(ON_AXIS_M)
        doubtful = []
        for section, driven in others:
            # A market or a fence along more than its own road: more than the width of a crossing lies on the way.
            if standing.geom.geom_type != "Point" and driven.intersection(around).length > CROSSING_M:
                beside = standing.geom.intersection(driven.buffer(ON_AXIS_M))
                yield section.road, Position(*_span(section, *span_on(self.roads[section.road], beside)))
            # Recorded for another road, but standing in the middle of this one, at the junction: nobody knows.
            elif standing.road_ref and is_on_axis(driven, standing.geom):
                doubtful.append(section)
        for section in doubtful:
            span = _span(section, *span_beside(self.roads[section.road], standing.geom))
            yield section.road, Position(*span, in_doubt=True)

    def _on_homes(self, standing: Standing, homes: Sequence[int]) -> Iterator[tuple[int, Position]]:
        fraction = math.nan if standing.road_fraction is None else standing.road_fraction
        extent_m = math.nan if standing.extent_m is None else standing.extent_m
        for home in homes:
            start, end = span_of(self.roads[home], standing.geom, fraction, extent_m)
            for section in self.matching.sections:
                low, high = section.span_m
                if section.road == home and start <= high + END_TOLERANCE_M and end >= low - END_TOLERANCE_M:
                    yield home, Position(*_span(section, start, end))

    def _where_no_road_is(self, standing: Standing, homes: Sequence[int]) -> Iterator[Position]:
        own_m = min((self.roads[home].distance(standing.geom) for home in homes), default=NEAR_M)
        for (start, _), stretch in zip(self.matching.gaps, self._off_road, strict=True):
            if stretch.distance(standing.geom) <= min(own_m, NEAR_M):
                first, last = span_on(stretch, standing.geom)
                yield Position(start + first, start + last)


def _within(position: Position, other: Position) -> bool:
    return position.from_m >= other.from_m - ON_AXIS_M and position.to_m <= other.to_m + ON_AXIS_M


def _span(section: Section, start_m: float, end_m: float) -> tuple[float, float]:
    first, last = sorted((section.on_line(start_m), section.on_line(end_m)))
    return first, last
