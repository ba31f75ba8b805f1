"""The area of a lane: what lies beside its segments and round its houses."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely

from routes.engine.arrays import Floats, Network
from routes.way import METRIC

BESIDE_M: Final = 8.0
"""From the axis of a lane into the houses beside it: the area is there to be found, not to be measured."""
_GRID_DEG: Final = 1e-7


def area_of(network: Network, edges: Iterable[int], houses_xy: Floats) -> shapely.MultiPolygon:
    """Draw segments and houses (EPSG:5897) as an area in degrees; never empty where there is either."""
    first, xy = network.topology.vertex_first, network.topology.vertex_xy
    lines = [shapely.LineString(xy[first[edge] : first[edge + 1]]) for edge in edges]
    places = [*lines, *map(shapely.Point, houses_xy)]
    metric = shapely.union_all(shapely.buffer(np.array(places, object), BESIDE_M, quad_segs=2))
    degrees = shapely.set_precision(METRIC.geom_to_wgs84(metric), _GRID_DEG)
    return shapely.MultiPolygon([part for part in shapely.get_parts(degrees) if part.geom_type == "Polygon"])
