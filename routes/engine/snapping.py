"""From a place to the edges near it."""

import math
from typing import Final

import numpy as np

from routes.engine.arrays import CELL_M, Bytes, Floats, Ints, Longs, Network, Spot
from routes.engine.compiled import fixed, kernel

_FIRST_LOOK_M: Final = 25.0


def nearest_spots(
    network: Network,
    xy: tuple[float, float],
    *,
    count: int = 5,
    within_m: float = 300.0,
) -> list[Spot]:
    """Find the nearest edges that are there, and the place on each nearest to the point.

    Parameters
    ----------
    xy
        Metres in EPSG:5897.

    Returns
    -------
    At most `count` spots within `within_m`, by distance, then edge; one for each edge.
    """
    topology = network.topology
    look = min(_FIRST_LOOK_M, within_m)
    while True:
        arrays = (
            fixed(topology.cell_first, np.int32),
            fixed(topology.cell_edges, np.int32),
            fixed(topology.grid, np.float64),
            fixed(topology.vertex_first, np.int64),
            fixed(topology.vertex_xy, np.float64),
            fixed(topology.length_mm, np.int32),
            fixed(network.roads.gone, np.bool_),
        )
        seen = np.zeros(len(topology.edge_id), np.uint8)
        apart, edges, places = np.full(count, np.inf), np.zeros(count, np.int32), np.zeros(count, np.int32)
        found = look_around(*arrays, float(xy[0]), float(xy[1]), look, seen, apart, edges, places)
        # What was found within the look is complete; look twice as far for the rest.
        if found == count or look >= within_m:
            return [Spot(int(edges[n]), int(places[n]), float(apart[n])) for n in range(found)]
        look = min(2 * look, within_m)


@kernel
def look_around(
    cell_first: Ints,
    cell_edges: Ints,
    grid: Floats,
    vertex_first: Longs,
    vertex_xy: Floats,
    length_mm: Ints,
    gone: Bytes,
    x: float,
    y: float,
    look: float,
    seen: Bytes,
    apart: Floats,
    edges: Ints,
    places: Ints,
) -> int:
    """Write the nearest edges within `look` metres, nearest first, and give their number."""
    found = 0
    columns, rows = int(grid[2]), int(grid[3])
    west, east = (
        max(math.floor((x - look - grid[0]) / CELL_M), 0),
        min(math.floor((x + look - grid[0]) / CELL_M), columns - 1),
    )
    south, north = (
        max(math.floor((y - look - grid[1]) / CELL_M), 0),
        min(math.floor((y + look - grid[1]) / CELL_M), rows - 1),
    )
    for row in range(south, north + 1):
        for column in range(west, east + 1):
            cell = row * columns + column
            for position in range(cell_first[cell], cell_first[cell + 1]):
                edge = cell_edges[position]
                if seen[edge] or gone[edge]:
                    continue
                seen[edge] = 1
                far, along = nearest_on(vertex_first, vertex_xy, edge, x, y)
                if far <= look:
                    place = min(round(along * 1000), length_mm[edge])
                    found = _keep_nearest(apart, edges, places, found, far, edge, place)
    return found


@kernel
def nearest_on(vertex_first: Longs, vertex_xy: Floats, edge: int, x: float, y: float) -> tuple[float, float]:
    """How far the line is, and how far along it the nearest place."""
    best, best_along, along = math.inf, 0.0, 0.0
    for vertex in range(vertex_first[edge], vertex_first[edge + 1] - 1):
        from_x, from_y = vertex_xy[vertex, 0], vertex_xy[vertex, 1]
        step_x, step_y = vertex_xy[vertex + 1, 0] - from_x, vertex_xy[vertex + 1, 1] - from_y
        squared = step_x * step_x + step_y * step_y
        share = 0.0
        if squared > 0:
            share = min(max(((x - from_x) * step_x + (y - from_y) * step_y) / squared, 0.0), 1.0)
        far = math.hypot(from_x + share * step_x - x, from_y + share * step_y - y)
        length = math.sqrt(squared)
        if far < best:
            best, best_along = far, along + share * length
        along += length
    return best, best_along


@kernel
def _keep_nearest(apart: Floats, edges: Ints, places: Ints, found: int, far: float, edge: int, place: int) -> int:
    size = apart.shape[0]
    at = min(found, size)
    while at > 0 and (apart[at - 1] > far or (apart[at - 1] == far and edges[at - 1] > edge)):
        if at < size:
            apart[at], edges[at], places[at] = apart[at - 1], edges[at - 1], places[at - 1]
        at -= 1
    if at < size:
        apart[at], edges[at], places[at] = far, edge, place
    kept: int = min(found + 1, size)
    return kept
