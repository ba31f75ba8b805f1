"""The public firefighting point beside the hose."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_core.kept import Kept
from layers.models import PublicFirefightingPoint
from routes.drawing import LonLat
from routes.way import METRIC

WITHIN_M: Final = 100.0
"""A public firefighting point this near to the hose line is on the way."""


class NearPoint(NamedTuple):
    """A point and how far it is from the line of the hose."""

    point: PublicFirefightingPoint
    apart_m: float


class _Points(NamedTuple):
    rows: tuple[PublicFirefightingPoint, ...]
    places: NDArray[Any]  # points in EPSG:5897


def _read() -> _Points:
    rows = tuple(PublicFirefightingPoint.objects.order_by("id"))
    lon_lat = np.array([(row.geom.x, row.geom.y) for row in rows]).reshape(-1, 2)
    return _Points(rows, np.asarray(shapely.points(np.column_stack(METRIC.from_wgs84(*lon_lat.T)))))


_POINTS: Final = Kept([PublicFirefightingPoint._meta.db_table], _read)


def nearest_point(line: Sequence[LonLat]) -> NearPoint | None:
    """Find the nearest point within `WITHIN_M` of a line in degrees, which may be of one place: one query.

    Of equally near ones the one recorded first.
    """
    points = _POINTS.get()
    if not points.rows:
        return None
    xy = np.column_stack(METRIC.from_wgs84(*np.array(line).T))
    apart_m = shapely.distance(points.places, shapely.LineString(xy) if len(xy) > 1 else shapely.Point(xy[0]))
    nearest = int(np.argmin(apart_m))
    return NearPoint(points.rows[nearest], float(apart_m[nearest])) if apart_m[nearest] <= WITHIN_M else None
