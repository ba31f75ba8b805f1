"""A line with its metres: the place at a distance along it, and the part between two distances."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
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
