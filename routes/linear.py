"""A line with its metres: the place at a distance along it, and the part between two distances."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_DECIMALS_DEG: Final = 7


@dataclass(frozen=True)
class MeasuredLine:
    """Vertices and how many metres along the line each stands.

    The vertices may be in another CRS than the metres: that is how a line in degrees is cut by metres.
    """

    xy: NDArray[np.float64]
    at_m: NDArray[np.float64]

    @classmethod
    def of(cls, line: shapely.LineString) -> Self:
        """Measure a line in its own unit."""
        xy = shapely.get_coordinates(line)
        return cls(xy, along_m(xy))

    def coordinates_between(self, start_m: float, end_m: float) -> NDArray[np.float64]:
        """The vertices from `start_m` to `end_m`, cut at the ends of the line; two equal ones for no length."""
        first, after = np.searchsorted(self.at_m, start_m, "right"), np.searchsorted(self.at_m, end_m, "left")
        inner = self.xy[first:after]
        ends = np.column_stack([np.interp([start_m, end_m], self.at_m, column) for column in self.xy.T])
        return np.concatenate([ends[:1], inner, ends[1:]])

    def positions_between(self, start_m: float, end_m: float) -> list[list[float]]:
        """The same as lists, to 7 decimals (1 cm in degrees): an answer cuts one line into hundreds of parts."""
        xy, at_m = self._lists
        first, after = bisect_right(at_m, start_m), bisect_left(at_m, end_m)
        return [self._position(start_m, first), *xy[first:after], self._position(end_m, after)]

    @cached_property
    def _lists(self) -> tuple[list[list[float]], list[float]]:
        return np.round(self.xy, _DECIMALS_DEG).tolist(), self.at_m.tolist()

    def _position(self, place_m: float, after: int) -> list[float]:
        """The place at `place_m`, before the vertex `after`; cut at the ends of the line."""
        xy, at_m = self._lists
        if after in {0, len(at_m)} or at_m[after] == place_m:
            return xy[min(after, len(at_m) - 1)]
        share = (place_m - at_m[after - 1]) / (at_m[after] - at_m[after - 1])
        return [round(a + share * (b - a), _DECIMALS_DEG) for a, b in zip(xy[after - 1], xy[after], strict=True)]

    def between(self, start_m: float, end_m: float) -> shapely.LineString:
        """The part of the line as a geometry."""
        return shapely.LineString(self.coordinates_between(start_m, end_m))


def along_m(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres from the first vertex to each, shape (n,).

    >>> along_m(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 5.0]])).tolist()
    [0.0, 5.0, 6.0]
    """
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])


def span_on(line: BaseGeometry, geom: BaseGeometry) -> tuple[float, float]:
    """The part of `line` beside the vertices of `geom`, from the first to the last of them, in the unit of both.

    >>> span_on(shapely.LineString([(0, 0), (10, 0)]), shapely.LineString([(7, 1), (2, -1)]))
    (2.0, 7.0)
    """
    corners = np.atleast_1d(np.asarray(shapely.points(shapely.get_coordinates(geom))))
    along = np.asarray(shapely.line_locate_point(np.full(len(corners), line, dtype=object), corners))
    return float(along.min()), float(along.max())
