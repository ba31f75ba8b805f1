"""Public firefighting points on the roads, and the one that is nearest on foot."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from gis_core.kept import Kept
from layers.models import PublicFirefightingPoint
from routes.barriers import Barriers, barriers_now, hose_network
from routes.engine.arrays import Network, Spot
from routes.engine.searches import Walk, nearest_spots, walk_from
from routes.snapping import SNAP_M
from routes.way import METRIC


class PlacedPoint(NamedTuple):
    """A point and where it stands on the roads."""

    ref: str
    name: str
    spot: Spot


class PointOnFoot(NamedTuple):
    """A point, and the metres on foot to it along ways where people surely pass."""

    point: PlacedPoint
    walk_m: float


@dataclass(frozen=True, slots=True)
class PointsOnFoot:
    """All points of a network, and the way on foot from each place to the nearest one."""

    points: tuple[PlacedPoint, ...]
    walk: Walk

    def nearest(self, spot: Spot) -> PointOnFoot | None:
        """Give the nearest on foot; None: there is no way to any."""
        mm = int(self.walk.mm_at(np.array([spot.edge], np.int32), np.array([spot.at_mm], np.int32))[0][0])
        if mm < 0:
            return None
        path = self.walk.path_to(spot)
        begin = (spot.edge, spot.at_mm) if path is None else (path.steps[0].edge, path.steps[0].from_mm)
        return PointOnFoot(next(p for p in self.points if (p.spot.edge, p.spot.at_mm) == begin), mm / 1000)

    def on_edges(self) -> set[int]:
        """Give the edges on which points stand."""
        return {point.spot.edge for point in self.points}


def _read() -> tuple[tuple[str, str, float, float], ...]:
    rows = PublicFirefightingPoint.objects.order_by("id")
    return tuple((row.ref, row.name, row.geom.x, row.geom.y) for row in rows)


_POINTS: Final = Kept([PublicFirefightingPoint._meta.db_table], _read)
_last: tuple[Network, object, Barriers, PointsOnFoot] | None = None


def points_on(network: Network) -> PointsOnFoot:
    """Give the points on the roads of a network: two queries where nobody edited one, water or rails since."""
    global _last  # noqa: PLW0603 - one a process; threads that come at once make the same twice
    rows, barriers, known = _POINTS.get(), barriers_now(), _last
    if known is not None and known[0] is network and known[1] is rows and known[2] is barriers:
        return known[3]
    placed = tuple(PlacedPoint(ref, name, spot) for ref, name, lon, lat in rows for spot in _spots(network, lon, lat))
    hose = hose_network(network, barriers)
    found = PointsOnFoot(placed, walk_from(hose, [point.spot for point in placed], through_unknown=False))
    _last = network, rows, barriers, found
    return found


def _spots(network: Network, lon: float, lat: float) -> list[Spot]:
    x, y = METRIC.from_wgs84(lon, lat)
    return nearest_spots(network, (float(x), float(y)), count=1, within_m=SNAP_M)
