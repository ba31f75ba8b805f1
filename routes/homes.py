"""Which roads an obstacle belongs to, and what it takes up of one: the same with a drawn line and without.

An obstacle belongs to the road it was recorded for. One without a road belongs to the nearest within 10 m, and to every
road whose axis it stands on: nobody said that it leaves one of them free.
"""

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from routes.linear import span_on

NEAR_M: Final = 10.0
"""An obstacle without a road this near to one belongs to it, and this near to a line without roads stands on it."""
ON_AXIS_M: Final = 3.0
END_TOLERANCE_M: Final = 1.0
"""What stands this little beyond the end of the line, or before its start, counts: the truck is longer than that."""
CROSSING_M: Final = 8.0
_SAME_M: Final = 0.001
_CITY_M: Final = 100_000


def could_be_home(apart_m: NDArray[np.float64], nearest_m: Any) -> NDArray[np.bool_]:
    """Tell which roads an obstacle without one belongs to, by how far it is from each and from the nearest of them."""
    homes: NDArray[np.bool_] = (apart_m <= ON_AXIS_M) | (apart_m <= nearest_m + _SAME_M)
    return homes


def places_of(lines: Any, points: Any, fraction: Any) -> NDArray[np.float64]:
    """Metres along each line at which its point stands; far from it the recorded fraction says (NaN: none)."""
    places: NDArray[np.float64] = np.where(
        _elsewhere(lines, points, fraction),
        fraction * shapely.length(lines),
        shapely.line_locate_point(lines, points),
    )
    return places


def span_of(line: BaseGeometry, geom: BaseGeometry, fraction: float, extent_m: float) -> tuple[float, float]:
    """The part of its road that an obstacle of any shape takes up, in metres along the road; NaN: not recorded."""
    if _elsewhere(line, geom, fraction):
        start = end = fraction * line.length
    else:
        taken = line.intersection(geom) if shapely.area(geom) else geom
        start, end = span_on(line, geom if taken.is_empty else taken)
    half_m = float(known_extent_m(extent_m)) / 2 if start == end else 0.0
    return start - half_m, end + half_m


def span_beside(line: BaseGeometry, geom: BaseGeometry) -> tuple[float, float]:
    """The part of another road beside what of an obstacle is near to its axis."""
    near = geom.intersection(line.buffer(ON_AXIS_M))
    return span_on(line, geom if near.is_empty else near)


def is_on_axis(line: BaseGeometry, geom: BaseGeometry) -> bool:
    """Tell whether an obstacle recorded for another road stands on the axis of this one, so that nobody knows.

    A line that only ends there does not: a market in a side lane is drawn from the axis of its street.
    """
    if line.distance(geom) > END_TOLERANCE_M:
        return False
    if geom.geom_type not in {"LineString", "MultiLineString"}:
        return True
    ends = geom.boundary.intersection(line.buffer(END_TOLERANCE_M))
    crossing = geom.difference(ends.buffer(ON_AXIS_M))
    return bool(crossing.is_empty or line.distance(crossing) <= END_TOLERANCE_M)


def known_extent_m(extent_m: Any) -> Any:
    """Metres along the road, 0 where none are known."""
    # NaN compares false; what claims to be longer than the city is no extent either.
    return np.where((extent_m > 0) & (extent_m < _CITY_M), extent_m, 0.0)


def _elsewhere(lines: Any, geoms: Any, fraction: Any) -> Any:
    return (shapely.distance(lines, geoms) > NEAR_M) & (fraction >= 0) & (fraction <= 1)
