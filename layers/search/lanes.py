"""Where a lane leaves its street, and how far in a house lies: lines of degrees in, metres out."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import Any, Final

import shapely
from shapely import LineString, Point
from shapely.ops import linemerge

M_PER_DEGREE: Final = 111_195.0
TOUCHES_M: Final = 20.0
"""A lane is drawn from the axis of its street, or from its kerb: so far may they lie apart and still meet."""
BESIDE_M: Final = 60.0
"""Farther from its lane a house is not measured along it."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """The mouth of the outermost lane on its street (lon, lat), and the metres from there; None: cannot be told.

    `along` says that the metres follow the lanes as they are drawn; otherwise they are a straight line.
    """

    mouth: tuple[float, float]
    metres: float | None
    along: bool


def flat(geometry: Any, latitude: float) -> Any:
    """Turn degrees into metres on a plane, for a few kilometres round a latitude, to about 0.3 %."""
    factors = (M_PER_DEGREE * cos(radians(latitude)), M_PER_DEGREE)
    return shapely.transform(geometry, lambda places: places * factors)


def mouth_of(lane: Any, parent: Any) -> Point | None:
    """Find the end of a lane that lies on its parent, in the plane of metres; None where none does."""
    ends = [Point(place) for line in _parts(lane) for place in (line.coords[0], line.coords[-1])]
    nearest = min(ends, key=parent.distance, default=None)
    return nearest if nearest is not None and parent.distance(nearest) <= TOUCHES_M else None


def mouth_in_degrees(lane: Any, parent: Any) -> tuple[float, float] | None:
    """Find the mouth as `mouth_of` does, of lines in degrees: longitude and latitude."""
    latitude = parent.centroid.y
    mouth = mouth_of(flat(lane, latitude), flat(parent, latitude))
    return None if mouth is None else _degrees(mouth, latitude)


def way_in(lines: Sequence[Any], place: tuple[float, float] | None) -> WayIn | None:
    """Find the way from the street to a place in a chain of lanes, or to the mouth of the innermost.

    Parameters
    ----------
    lines
        The street first, then each lane of the chain, as (multi)lines in degrees.
    place
        Longitude and latitude of the house; None for the mouth of the innermost lane itself.

    Returns
    -------
    None where the outermost lane does not meet the street.
    """
    latitude = lines[0].centroid.y
    plane = [flat(line, latitude) for line in lines]
    mouths = [mouth_of(lane, parent) for parent, lane in pairwise(plane)]
    if not mouths or mouths[0] is None:
        return None
    goal = flat(Point(place), latitude) if place else mouths[-1]
    ends = [*mouths[1:], goal] if place else mouths[1:]
    metres = _along(plane[1:], mouths, ends)
    straight = None if goal is None else float(mouths[0].distance(goal))
    return WayIn(_degrees(mouths[0], latitude), straight if metres is None else metres, metres is not None)


def _degrees(place: Point, latitude: float) -> tuple[float, float]:
    return round(place.x / (M_PER_DEGREE * cos(radians(latitude))), 7), round(place.y / M_PER_DEGREE, 7)


def _along(lanes: Sequence[Any], mouths: Sequence[Point | None], ends: Sequence[Point | None]) -> float | None:
    """Add up the metres along each lane, from its mouth to its end; None where a lane forks or is broken."""
    total = 0.0
    for lane, start, end in zip(lanes, mouths, ends, strict=False):
        merged = linemerge(lane) if lane.geom_type != "LineString" else lane
        if start is None or end is None or not isinstance(merged, LineString) or merged.distance(end) > BESIDE_M:
            return None
        total += abs(merged.project(start) - merged.project(end))
    return total


def _parts(line: Any) -> list[LineString]:
    merged = linemerge(line) if line.geom_type != "LineString" else line
    return list(getattr(merged, "geoms", [merged]))
