"""From many places at once to the edge nearest to each: points, or walls given by points along them."""

import math
from typing import Final, NamedTuple

import numpy as np

from routes.engine.arrays import CELL_M, Bytes, Floats, Ints, Longs, Network
from routes.engine.compiled import fixed, kernel
from routes.engine.snapping import nearest_on

_FIRST_LOOK_M: Final = 25.0


class Located(NamedTuple):
    """Where n places lie on edges; `edge` -1 where none is near."""

    edge: Ints
    at_mm: Ints
    apart_m: Floats
    vertex: Longs  # the point of the place from which the edge is nearest


def locate(network: Network, first: Longs, xy: Floats, *, within_m: float) -> Located:
    """Find the nearest edge that is there, the lowest of equally near ones.

    Parameters
    ----------
    first
        (n + 1,) place i has the points ``xy[first[i]:first[i + 1]]``.
    xy
        Metres in EPSG:5897, (points, 2).
    """
    topology, n = network.topology, len(first) - 1
    found = Located(np.full(n, -1, np.int32), np.zeros(n, np.int32), np.full(n, np.inf), np.full(n, -1, np.int64))
    locate_each(
        fixed(topology.cell_first, np.int32),
        fixed(topology.cell_edges, np.int32),
        fixed(topology.grid, np.float64),
        fixed(topology.vertex_first, np.int64),
        fixed(topology.vertex_xy, np.float64),
        fixed(topology.length_mm, np.int32),
        fixed(network.roads.gone, np.bool_),
        fixed(first, np.int64),
        fixed(xy, np.float64),
        within_m,
        *found,
    )
    return found


@kernel
def locate_each(
    cell_first: Ints,
    cell_edges: Ints,
    grid: Floats,
    vertex_first: Longs,
    vertex_xy: Floats,
    length_mm: Ints,
    gone: Bytes,
    first: Longs,
    xy: Floats,
    within: float,
    edges: Ints,
    places: Ints,
    aparts: Floats,
    vertices: Longs,
) -> None:
    """Write the nearest edge of each place, the place on it, how far it is and from which point."""
    columns, rows = int(grid[2]), int(grid[3])
    for place in range(first.shape[0] - 1):
        look = min(_FIRST_LOOK_M, within)
        while True:
            for point in range(first[place], first[place + 1]):
                x, y = xy[point, 0], xy[point, 1]
                west = max(math.floor((x - look - grid[0]) / CELL_M), 0)
                east = min(math.floor((x + look - grid[0]) / CELL_M), columns - 1)
                south = max(math.floor((y - look - grid[1]) / CELL_M), 0)
                north = min(math.floor((y + look - grid[1]) / CELL_M), rows - 1)
                for row in range(south, north + 1):
                    for column in range(west, east + 1):
                        cell = row * columns + column
                        for position in range(cell_first[cell], cell_first[cell + 1]):
                            edge = cell_edges[position]
                            if gone[edge]:
                                continue
                            far, along = nearest_on(vertex_first, vertex_xy, edge, x, y)
                            nearer = far < aparts[place] or (far == aparts[place] and edge < edges[place])
                            if far <= within and nearer:
                                edges[place], aparts[place], vertices[place] = edge, far, point
                                places[place] = min(round(along * 1000), length_mm[edge])
            # What was found within the look is the nearest; else look twice as far.
            if aparts[place] <= look or look >= within:
                break
            look = min(2 * look, within)
