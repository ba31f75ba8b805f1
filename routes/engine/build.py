"""A topology from plain columns: junctions found, arcs sorted, edges put into a grid."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from routes.engine.arrays import CELL_M, Floats, Ints, Longs, Short, Topology, first_of
from routes.engine.landmarks import landmark_times
from routes.engine.turns import Turns, ban_turns

SLOWEST: Final = 300_000
"""Microseconds a metre; landmarks take slower classes for as fast as this, so that no hose is laid faster."""


def build_topology(
    *,
    version: int,
    edge_id: ArrayLike,
    start_node: ArrayLike,
    end_node: ArrayLike,
    level: ArrayLike,
    vertex_first: ArrayLike,
    vertex_xy: ArrayLike,
    way_id: ArrayLike | None = None,
    turns: Turns | None = None,
    road_class: Short | None = None,
    landmark_pace: Longs | None = None,
    landmarks: int = 16,
) -> Topology:
    """Build the topology of m edges.

    Parameters
    ----------
    edge_id
        (m,) ascending.
    start_node, end_node
        (m,) any numbers; equal ones meet.
    vertex_first, vertex_xy
        The line of edge i is ``vertex_xy[vertex_first[i]:vertex_first[i + 1]]``, at least two vertices, metres of
        EPSG:5897.
    way_id, turns
        The OSM way of each edge (-1: none) and the bans that name them.
    road_class, landmark_pace
        Class of each edge and microseconds a metre by class; without them there are no landmarks, and long ways are
        found more slowly.

    Raises
    ------
    ValueError
        The ids do not ascend, or a line has fewer than two vertices.
    """
    ids = np.asarray(edge_id, np.int64)
    first = np.asarray(vertex_first, np.int64)
    xy = np.ascontiguousarray(vertex_xy, np.float64).reshape(-1, 2)  # else each snap to a road would copy it
    if np.any(np.diff(ids) <= 0):
        raise ValueError("Edge ids must ascend.")
    if np.any(np.diff(first) < 2):  # noqa: PLR2004 - a line
        raise ValueError("Every edge needs a line of at least two vertices.")
    node_id, ends = np.unique(np.concatenate([np.asarray(start_node), np.asarray(end_node)]), return_inverse=True)
    tail, head = (side.astype(np.int32) for side in np.split(ends.reshape(-1), 2))
    length_mm = _lengths_mm(first, xy)
    arc_head = np.column_stack([head, tail]).reshape(-1)
    arc_first, arcs = leaving(np.column_stack([tail, head]).reshape(-1), len(node_id))
    cell_first, cell_edges, grid = _grid(first, xy)
    bans = ban_turns(turns, way_id, node_id, arc_first, arcs, arc_head)
    pace = np.zeros(0, np.int64) if landmark_pace is None else np.minimum(landmark_pace, SLOWEST)
    times = np.zeros((len(node_id), 0), np.int32)
    if road_class is not None and len(pace) and len(ids):
        times = landmark_times(arc_first, arcs, arc_head, length_mm, pace[road_class], landmarks)
    return Topology(
        version, node_id.astype(np.int64), ids, tail, head, length_mm, np.asarray(level, np.int8),
        first, xy, arc_first, arcs, arc_head, cell_first, cell_edges, grid, times, pace, *bans,
    )  # fmt: skip


def _lengths_mm(first: Longs, xy: Floats) -> Ints:
    if len(first) == 1:
        return np.zeros(0, np.int32)
    step = np.zeros(len(xy))
    step[:-1] = np.hypot(*np.diff(xy, axis=0).T)
    step[first[1:] - 1] = 0.0  # from the last vertex of a line to the first of the next
    # Each line is summed by itself, so that its length does not depend on the lines before it.
    length_mm: Ints = np.rint(np.add.reduceat(step, first[:-1]) * 1000).astype(np.int32)
    return length_mm


def leaving(arc_tail: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Sort arcs by the junction that they leave: where those of each begin, and the arcs."""
    first = first_of(np.bincount(arc_tail, minlength=nodes))
    return first.astype(np.int32), np.argsort(arc_tail, kind="stable").astype(np.int32)


def _grid(first: Longs, xy: Floats) -> tuple[Ints, Ints, Floats]:
    if len(first) == 1:
        return np.zeros(2, np.int32), np.zeros(0, np.int32), np.array([0.0, 0.0, 1.0, 1.0])
    low, high = np.minimum.reduceat(xy, first[:-1]), np.maximum.reduceat(xy, first[:-1])
    west_south = low.min(axis=0)
    from_cell = ((low - west_south) // CELL_M).astype(np.int64)
    size = ((high - west_south) // CELL_M).astype(np.int64) - from_cell + 1
    columns, rows = (from_cell + size).max(axis=0)
    counts = size[:, 0] * size[:, 1]
    edge = np.repeat(np.arange(len(counts)), counts)
    # The number of a cell within its edge's box, row by row.
    within = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    column = from_cell[edge, 0] + within % size[edge, 0]
    cell = (from_cell[edge, 1] + within // size[edge, 0]) * columns + column
    cell_first = first_of(np.bincount(cell, minlength=columns * rows))
    order = np.argsort(cell, kind="stable")
    return cell_first.astype(np.int32), edge[order].astype(np.int32), np.array([*west_south, columns, rows], float)
