"""From what a search wrote to a way with its steps and times."""

from collections.abc import Iterator
from typing import NamedTuple

from routes.engine.arrays import Network, Path, Spot, Step
from routes.engine.passing import TIME, Rules, ms_of
from routes.engine.settling import Goals, Labels, Starts


def path_to(network: Network, rules: Rules, starts: Starts, goals: Goals, labels: Labels, goal: int) -> Path:
    """Unfold the way to a goal that was settled."""
    label, last = int(labels.came[len(labels.done) - len(goals.edge) + goal]), int(labels.goal_arc[goal])
    spot = Spot(int(goals.edge[goal]), int(goals.at_mm[goal]))
    if last < 0:
        start = (-1 - label) // 2
        return timed(network, rules, [(spot.edge, int(starts.at_mm[start]), spot.at_mm)], int(starts.cost[start]))
    arcs, seed = arcs_to(network, rules, labels, label)
    start, end = divmod(-1 - seed, 2)
    edge = int(starts.edge[start])
    length = int(network.topology.length_mm[edge])
    stretches = [(edge, int(starts.at_mm[start]), length if end else 0)]
    stretches += [whole(network, arc) for arc in arcs]
    stretches.append((spot.edge, whole(network, last)[1], spot.at_mm))
    return timed(network, rules, stretches, int(starts.cost[start]))


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


def arcs_to(network: Network, rules: Rules, labels: Labels, label: int) -> tuple[list[int], int]:
    """Give the arcs driven to a label, and what it all began with (`Labels.came`)."""
    came, arc_head = labels.came, network.topology.arc_head
    arcs: list[int] = []
    before = int(came[label])
    while before >= 0:
        arcs.append(label if rules.legal else before)
        label = before if rules.legal else int(arc_head[before ^ 1])
        before = int(came[label])
    arcs.reverse()
    return arcs, before


def whole(network: Network, arc: int) -> tuple[int, int, int]:
    """Give the stretch of a whole arc."""
    edge, length = arc >> 1, int(network.topology.length_mm[arc >> 1])
    return (edge, length, 0) if arc & 1 else (edge, 0, length)


def timed(network: Network, rules: Rules, stretches: list[tuple[int, int, int]], begin_ms: int) -> Path:
    """Give the way over stretches, each from a place to a place of an edge."""
    steps, now, length = [], begin_ms & TIME, 0
    for edge, start, end in stretches:
        then = now + ms_of(abs(end - start), int(rules.pace[network.roads.road_class[edge]]))
        steps.append(Step(edge, start, end, now, then))
        now, length = then, length + abs(end - start)
    return Path(tuple(steps), now, length)
