"""On which edges restrictions stand, and where: the rules of `routes.placing` without a drawn line.

An obstacle stands on the roads it belongs to (`routes.homes`). What was recorded for another road but stands on the
axis of this one is in doubt, and what spreads over other roads for more than the width of a crossing stands on them
too. Nothing stands on a road that is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from routes.engine.arrays import CELL_M, Flags, Floats, Ints, Longs, Topology
from routes.homes import (
    CROSSING_M,
    END_TOLERANCE_M,
    NEAR_M,
    ON_AXIS_M,
    could_be_home,
    is_on_axis,
    known_extent_m,
    places_of,
    span_beside,
    span_of,
)

NOWHERE: Final = -1
"""The home of an obstacle that was recorded for no road that there is."""
NOT_THERE_YET: Final = -2
"""The home of an obstacle whose road is stored, but not in the graph: it stands there and nowhere else."""

_CHUNK: Final = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Obstacles to place: geometry in metres, edge they were recorded for, and what was recorded of where. All (s,)."""

    geom: NDArray[np.object_]
    home: Ints
    fraction: Floats  # NaN: not recorded
    extent_m: Floats


@dataclass(frozen=True, slots=True)
class Placed:
    """Which obstacle stands where; an obstacle has none, one or several rows."""

    obstacle: Longs
    edge: Ints
    from_m: Floats
    to_m: Floats
    in_doubt: Flags


def place(topology: Topology, wanted: Wanted, gone: Flags) -> Placed:
    """Find the edges that each obstacle stands on, and the metres from the start of the edge's line.

    Parameters
    ----------
    gone
        (m,) edges that are not there any more; what was recorded for one stands on a road that is not there yet.
    """
    on_gone = np.isin(wanted.home, np.flatnonzero(gone))
    wanted = replace(wanted, home=np.where(on_gone, NOT_THERE_YET, wanted.home).astype(np.int32))
    points = shapely.get_type_id(wanted.geom) == shapely.GeometryType.POINT
    parts = [
        _place_points(topology, wanted, gone, chunk)
        for chunk in np.split(np.flatnonzero(points), range(_CHUNK, int(points.sum()), _CHUNK))
    ]
    parts += [_rows(_place_shape(topology, wanted, gone, int(i))) for i in np.flatnonzero(~points)]
    return Placed(*(np.concatenate(columns) for columns in zip(*map(_columns, parts), strict=True)))


def _columns(part: Placed) -> tuple[NDArray[Any], ...]:
    return part.obstacle, part.edge, part.from_m, part.to_m, part.in_doubt


# Points --------------------------------------------------------------------------------------------------------------


def _place_points(topology: Topology, wanted: Wanted, gone: Flags, which: Longs) -> Placed:
    geom, home = wanted.geom[which], wanted.home[which]
    point, edge, apart_m = _near(topology, geom, NEAR_M, gone)
    homeless = home[point] == NOWHERE
    taken = homeless & _could_be_home(point, apart_m, len(which))
    doubted = ~homeless & (apart_m <= END_TOLERANCE_M) & (edge != home[point])
    at_home = np.flatnonzero(home >= 0)
    point = np.concatenate([at_home, point[taken], point[doubted]])
    edge = np.concatenate([home[at_home], edge[taken], edge[doubted]]).astype(np.int32)
    in_doubt = np.arange(len(point)) >= len(point) - int(doubted.sum())
    at_m = places_of(lines_of_edges(topology, edge), geom[point], wanted.fraction[which][point])
    half_m = np.where(in_doubt, 0.0, known_extent_m(wanted.extent_m[which][point]) / 2)
    return Placed(which[point], edge, at_m - half_m, at_m + half_m, in_doubt)


def _could_be_home(point: Longs, apart_m: Floats, count: int) -> Flags:
    nearest = np.full(count, np.inf)
    np.minimum.at(nearest, point, apart_m)
    return could_be_home(apart_m, nearest[point])


# Lines and areas -----------------------------------------------------------------------------------------------------

Row = tuple[int, int, float, float, bool]


def _place_shape(topology: Topology, wanted: Wanted, gone: Flags, which: int) -> Iterator[Row]:
    geom, home = wanted.geom[which], int(wanted.home[which])
    _, edge, apart_m = _near(topology, wanted.geom[[which]], NEAR_M, gone)
    if home == NOWHERE:
        homes = edge[could_be_home(apart_m, apart_m.min(initial=np.inf))]
    else:
        homes = np.array([home] if home >= 0 else [], np.int32)
    recorded = float(wanted.fraction[which]), float(wanted.extent_m[which])
    for at, line in zip(homes.tolist(), lines_of_edges(topology, homes), strict=True):
        yield which, at, *span_of(line, geom, *recorded), False
    around = geom.buffer(ON_AXIS_M)
    others = edge[~np.isin(edge, homes)]
    for at, line in zip(others.tolist(), lines_of_edges(topology, others), strict=True):
        spreads = line.intersection(around).length > CROSSING_M
        if spreads or (home != NOWHERE and is_on_axis(line, geom)):
            yield which, at, *span_beside(line, geom), not spreads


def _rows(rows: Iterator[Row]) -> Placed:
    obstacle, edge, from_m, to_m, in_doubt = np.array(list(rows), np.float64).reshape(-1, 5).T
    return Placed(obstacle.astype(np.int64), edge.astype(np.int32), from_m, to_m, in_doubt.astype(np.bool_))


# Edges near something ------------------------------------------------------------------------------------------------


def lines_of_edges(topology: Topology, edge: Ints) -> NDArray[np.object_]:
    """Make the lines of these edges, in metres; only of the few that are asked for, since all would fill the memory."""
    counts = topology.vertex_first[edge + 1] - topology.vertex_first[edge]
    vertices = _ranges(topology.vertex_first[edge], counts)
    which = np.repeat(np.arange(len(edge)), counts)
    return np.asarray(shapely.linestrings(topology.vertex_xy[vertices], indices=which), dtype=object)


def _near(topology: Topology, geom: NDArray[np.object_], within_m: float, gone: Flags) -> tuple[Longs, Ints, Floats]:
    """Pair geometries with the edges within a distance of them, by geometry, then edge."""
    which, edge = _in_same_cells(topology, shapely.bounds(geom) + within_m * np.array([-1.0, -1.0, 1.0, 1.0]))
    used, line = np.unique(edge, return_inverse=True)
    lines = lines_of_edges(topology, used.astype(np.int32))
    boxes, wanted = shapely.bounds(lines)[line], shapely.bounds(geom)[which]
    touching = np.all(boxes[:, :2] - within_m <= wanted[:, 2:], axis=1)
    touching &= np.all(boxes[:, 2:] + within_m >= wanted[:, :2], axis=1)
    which, edge, line = which[touching], edge[touching], line[touching]
    apart_m = shapely.distance(lines[line], geom[which])
    near = (apart_m <= within_m) & ~gone[edge]
    return which[near], edge[near], apart_m[near]


def _in_same_cells(topology: Topology, boxes: Floats) -> tuple[Longs, Ints]:
    """Pair boxes with the edges listed in the cells they touch, each pair once."""
    west, south, columns, rows = topology.grid
    cells = np.floor((boxes - [west, south, west, south]) / CELL_M).astype(np.int64)
    last = np.array([columns, rows], np.int64) - 1
    low, high = np.maximum(cells[:, :2], 0), np.minimum(cells[:, 2:], last)
    wide, tall = np.maximum(high - low + 1, 0).T
    which = np.repeat(np.arange(len(boxes)), wide * tall)
    nth = _ranges(np.zeros(len(boxes), np.int64), wide * tall)
    cell = (low[which, 1] + nth // wide[which]) * int(columns) + low[which, 0] + nth % wide[which]
    counts = (topology.cell_first[cell + 1] - topology.cell_first[cell]).astype(np.int64)
    edge = topology.cell_edges[_ranges(topology.cell_first[cell].astype(np.int64), counts)].astype(np.int64)
    pairs = np.unique(np.repeat(which, counts) * np.int64(len(topology.edge_id)) + edge)
    found, edges = np.divmod(pairs, max(len(topology.edge_id), 1))
    return found, edges.astype(np.int32)


def _ranges(starts: Longs, counts: Longs) -> Longs:
    """Join the ranges that begin at `starts` and are `counts` long.

    >>> _ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    every: Longs = np.arange(total) + np.repeat(starts - (ends - counts), counts)
    return every
