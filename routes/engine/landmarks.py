"""Landmarks: what the way from everywhere to a few far places takes at least, so that a search knows where it heads.

The difference of two such times is the least that lies between two junctions, whatever is blocked. To hold for a faster
driver too (a share of it, down to a half) in spite of rounding, an edge counts a millisecond less than it takes: with
share f, ``f * (t - 1)`` is at most ``f * t - 1/2``, which is the least that the rounded time of the edge can be.
"""

import numpy as np

from routes.engine.arrays import Bytes, Ints, Longs
from routes.engine.compiled import fixed, kernel
from routes.engine.heap import Queue, pop, push, queue_for


def landmark_times(arc_first: Ints, arcs: Ints, arc_head: Ints, length_mm: Ints, pace: Longs, count: int) -> Ints:
    """Choose landmarks far from each other and give the times to them, (n, k), -1 where no way leads.

    Parameters
    ----------
    pace
        (m,) microseconds a metre on each edge.
    """
    nodes = len(arc_first) - 1
    least_ms = fixed(np.maximum(length_mm.astype(np.int64) * pace // 1_000_000 - 1, 0), np.int64)
    network = (fixed(arc_first, np.int32), fixed(arcs, np.int32), fixed(arc_head, np.int32), least_ms)
    queue = queue_for(len(arcs) + 1)
    # Begin from the junction in the middle of the numbers: the farthest from it lies at a border.
    nearest = np.full(nodes, -1, np.int64)
    spread(*network, nodes // 2, queue, nearest, np.zeros(nodes, np.uint8))
    nearest[nearest < 0] = 0
    columns: list[Ints] = []
    while len(columns) < count:
        landmark = int(np.argmax(nearest))
        times = np.full(nodes, -1, np.int64)
        spread(*network, landmark, queue, times, np.zeros(nodes, np.uint8))
        nearest = (
            np.where(times < 0, nearest, times)
            if not columns
            else np.where(times < 0, nearest, np.minimum(nearest, times))
        )
        columns.append(times.astype(np.int32))
        if not nearest.any():
            break
    return np.ascontiguousarray(np.column_stack(columns))


@kernel
def spread(
    arc_first: Ints, arcs: Ints, arc_head: Ints, least_ms: Longs, start: int, queue: Queue, times: Longs, done: Bytes
) -> None:
    """Write the least time from a junction to every other; what no way leads to stays -1."""
    times[start] = 0
    push(queue, 0, start)
    while queue.size[0] > 0:
        node = pop(queue)
        if done[node]:
            continue
        done[node] = 1
        for position in range(arc_first[node], arc_first[node + 1]):
            arc = arcs[position]
            there = arc_head[arc]
            time = times[node] + least_ms[arc >> 1]
            if times[there] < 0 or time < times[there]:
                times[there] = time
                push(queue, time, there)
