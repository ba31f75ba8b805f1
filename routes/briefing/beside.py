"""What is recorded nearest to a place, by metres."""

from typing import Generic, NamedTuple, TypeVar

import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet

from gis_core.features import AnyFeature
from gis_core.values import LonLat
from routes.way import METRIC

RowT = TypeVar("RowT", bound=AnyFeature)


class Beside(NamedTuple, Generic[RowT]):
    """A record and the metres from the place to it; 0 inside a footprint."""

    row: RowT
    apart_m: float


def nearest_within(rows: QuerySet[RowT], target: LonLat, *, within_m: float) -> Beside[RowT] | None:
    """Find the record nearest to a place, by metres of VN-2000; of equally near ones the first recorded.

    One query, by the GiST index: a box around the place is read, and measured here.
    """
    x, y = (float(metres) for metres in METRIC.from_wgs84(target.lon, target.lat))
    (west, east), (south, north) = METRIC.to_wgs84([x - within_m, x + within_m], [y - within_m, y + within_m])
    box = Polygon.from_bbox((float(west), float(south), float(east), float(north)))
    box.srid = 4326
    here = shapely.Point(x, y)
    found = [
        Beside(row, float(here.distance(METRIC.geom_from_wgs84(shapely.from_wkb(bytes(row.geom.wkb))))))
        for row in rows.filter(geom__bboverlaps=box).order_by("id")
    ]
    return min((one for one in found if one.apart_m <= within_m), key=lambda one: one.apart_m, default=None)
