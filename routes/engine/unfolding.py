"""From what a search wrote to a way with its steps and times."""

from collections.abc import Iterator, Sequence
from itertools import starmap
from typing import NamedTuple

import numpy as np

from routes.engine.answers import Targets
from routes.engine.arrays import Ints, Network, Path, Spot, Step
from routes.engine.backing import Back
from routes.engine.compiled import kernel
from routes.engine.passing import TIME, Rules, ms_of_each
from routes.engine.settling import Goals, Labels, Starts


def path_to(network: Network, rules: Rules, starts: Starts, goals: Goals, labels: Labels, goal: int) -> Path:
    """Unfold the way to a goal that was settled."""
    label, last = int(labels.came[len(labels.done) - len(goals.edge) + goal]), int(labels.goal_arc[goal])
    spot = Spot(int(goals.edge[goal]), int(goals.at_mm[goal]))
    if last < 0:
        start = (-1 - label) // 2
        return timed(network, rules, [(spot.edge, int(starts.at_mm[start]), spot.at_mm)], int(starts.cost[start]))
    arcs, seed = arcs_to(labels, label)
    start, end = divmod(-1 - seed, 2)
    edge = int(starts.edge[start])
    length = int(network.topology.length_mm[edge])
    stretches = [(edge, int(starts.at_mm[start]), length if end else 0)]
    stretches += wholes(network, arcs)
    stretches.append((spot.edge, whole(network, last)[1], spot.at_mm))
    return timed(network, rules, stretches, int(starts.cost[start]))


@kernel
def length_to(length_mm: Ints, starts: Starts, goals: Goals, labels: Labels, goal: int) -> int:
    """Give the length of the way to a goal that was settled, without unfolding it."""
    label, last = labels.came[labels.done.shape[0] - goals.edge.shape[0] + goal], labels.goal_arc[goal]
    at = goals.at_mm[goal]
    if last < 0:
        along: int = abs(at - starts.at_mm[(-1 - label) // 2])
        return along
    total: int = at if last & 1 == 0 else length_mm[last >> 1] - at
    came = labels.came[label]
    while came >= 0:
        total += length_mm[came >> 1]
        label = labels.before[label]
        came = labels.came[label]
    start, end = (-1 - came) // 2, (-1 - came) & 1
    total += length_mm[starts.edge[start]] - starts.at_mm[start] if end == 1 else starts.at_mm[start]
    return total


def path_back(
    network: Network, rules: Rules, starts: Sequence[tuple[Spot, int]], targets: Targets, back: Back
) -> tuple[int, Path]:
    """Unfold the way from the best start to the target that a search back found, and give the target with it."""
    topology = network.topology
    arc_head, nodes = topology.arc_head, len(topology.node_id)
    label = nodes + int(np.flatnonzero(back.done[nodes:])[0])
    start, begin_ms = starts[label - nodes]
    came = int(back.came[label])
    here = (start.edge, start.at_mm)
    stretches: list[tuple[int, int, int]] = []
    if came >= 0:
        stretches.append((*here, whole(network, came)[2]))
        arcs, came = arcs_back(arc_head, back.came, came)
        stretches += wholes(network, arcs)
        edge, against = int(targets.edge[(-1 - came) // 2]), (-1 - came) % 2
        here = (edge, against * int(topology.length_mm[edge]))
    goal = (-1 - came) // 2
    return goal, timed(network, rules, [*stretches, (*here, int(targets.at_mm[goal]))], begin_ms)


def arcs_back(arc_head: Ints, came: Ints, arc: int) -> tuple[list[int], int]:
    """Follow the arcs that a search back wrote at the junctions, from the end of an arc on; and what ends them."""
    arcs = []
    while (arc := int(came[arc_head[arc]])) >= 0:
        arcs.append(arc)
    return arcs, arc


class Driven(NamedTuple):
    """A step as the rules of meeting see it."""

    arc: int
    low: int
    high: int
    over_low: bool
    over_high: bool


def driven(path: Path) -> Iterator[tuple[Step, Driven]]:
    """Give the steps of a way on which something can be met.

    Standing at its start or end (a first or last step of no length) is no driving; an edge of no length between others
    is driven over at both ends.
    """
    last = len(path.steps) - 1
    for position, step in enumerate(path.steps):
        before, after = position > 0, position < last
        if step.from_mm == step.to_mm and not (before and after):
            continue
        if step.to_mm >= step.from_mm:
            yield step, Driven(2 * step.edge, step.from_mm, step.to_mm, before, after)
        else:
            yield step, Driven(2 * step.edge + 1, step.to_mm, step.from_mm, after, before)


def arcs_to(labels: Labels, label: int) -> tuple[list[int], int]:
    """Give the arcs driven to a label, and what it all began with (`Labels.came`)."""
    arcs: list[int] = []
    came = int(labels.came[label])
    while came >= 0:
        arcs.append(came)
        label = int(labels.before[label])
        came = int(labels.came[label])
    arcs.reverse()
    return arcs, came


def whole(network: Network, arc: int) -> tuple[int, int, int]:
    """Give the stretch of a whole arc."""
    edge, length = arc >> 1, int(network.topology.length_mm[arc >> 1])
    return (edge, length, 0) if arc & 1 else (edge, 0, length)


def wholes(network: Network, arcs: Sequence[int]) -> list[tuple[int, int, int]]:
    """Do so for many arcs."""
    arc = np.array(arcs, np.int64)
    edge, against = arc >> 1, arc & 1
    length = network.topology.length_mm[edge]
    return list(zip(edge.tolist(), (length * against).tolist(), (length * (1 - against)).tolist(), strict=True))


def timed(network: Network, rules: Rules, stretches: list[tuple[int, int, int]], begin_ms: int) -> Path:
    """Give the way over stretches, each from a place to a place of an edge."""
    edge, start, end = np.array(stretches, np.int64).T
    mm = np.abs(end - start)
    took = ms_of_each(mm, rules.pace[network.roads.road_class[edge]])
    leave = (begin_ms & TIME) + np.cumsum(took)
    columns = (edge, start, end, leave - took, leave)
    steps = tuple(starmap(Step, zip(*(column.tolist() for column in columns), strict=True)))
    return Path(steps, steps[-1].leave_ms, int(mm.sum()))
