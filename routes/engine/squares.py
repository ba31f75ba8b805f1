"""The area that pieces of roads cover on a grid: the squares that they run through, joined."""

from typing import cast

import numpy as np
import shapely

from routes.engine.arrays import Bytes, Floats, Longs, Network
from routes.engine.compiled import fixed
from routes.engine.tracing import mark, number_parts, trace


def area_of_squares(network: Network, edge: Longs, from_mm: Longs, to_mm: Longs, cell_m: float) -> shapely.MultiPolygon:
    """Join the squares that some pieces of edges run through, in EPSG:5897; empty for no pieces."""
    if not len(edge):
        return shapely.MultiPolygon()
    topology = network.topology
    low, high = _box_of(network, edge)
    # A square of margin on each side: the outlines go round every square that is marked.
    origin = np.floor(low / cell_m) - 1
    columns, rows = (np.floor(high / cell_m) - origin + 2).astype(int).tolist()
    grid = np.zeros((rows, columns), np.uint8)
    left, bottom = (origin * cell_m).tolist()
    mark(
        fixed(topology.vertex_xy, np.float64),
        fixed(topology.vertex_first, np.int32),
        fixed(topology.length_mm, np.int32),
        fixed(edge, np.int64),
        fixed(from_mm, np.int64),
        fixed(to_mm, np.int64),
        left,
        bottom,
        cell_m,
        grid,
    )
    return outlined(grid, origin, cell_m)


def _box_of(network: Network, edges: Longs) -> tuple[Floats, Floats]:
    first, last = network.topology.vertex_first[edges], network.topology.vertex_first[edges + 1]
    # One column after the other: over both at once numpy takes ten times as long.
    columns = network.topology.vertex_xy[_ranges(first, last)].T
    return np.array([column.min() for column in columns]), np.array([column.max() for column in columns])


def _ranges(first: Longs, after: Longs) -> Longs:
    """Put the numbers from each `first` up to each `after` one after the other."""
    counts = after - first
    begin = np.cumsum(counts) - counts
    numbers: Longs = np.arange(counts.sum()) + np.repeat(first - begin, counts)
    return numbers


def outlined(grid: Bytes, origin: Floats, cell_m: float) -> shapely.MultiPolygon:
    """Make the marked squares polygons, one for all that hang together over sides."""
    marked = int(grid.sum())
    part, place = np.zeros(grid.shape, np.int32), np.zeros((grid.shape[0] + 1) * (grid.shape[1] + 1), np.int32)
    number_parts(grid, part, np.empty(marked, np.int32))
    corners, rings = np.empty((4 * marked, 2), np.int32), np.empty((marked + 1, 3), np.int64)
    found = trace(grid, part, np.zeros_like(grid), place, np.empty(4 * marked, np.int32), corners, rings)
    # By part, the outer outline of each before its holes.
    order = np.lexsort((rings[:found, 2] < 0, rings[:found, 1]))
    first, after = rings[order, 0], rings[order + 1, 0]
    count = after - first + 1
    closed = _ranges(first, after + 1)
    ends = np.cumsum(count)
    closed[ends - 1] = first
    xy = (corners[closed] + origin) * cell_m
    outlines = shapely.linearrings(xy, indices=np.repeat(np.arange(found), count))
    parts = np.asarray(shapely.polygons(outlines, indices=rings[order, 1] - 1))
    # One of all parts, not an array of several: no indices are given.
    return cast("shapely.MultiPolygon", shapely.multipolygons(parts))
