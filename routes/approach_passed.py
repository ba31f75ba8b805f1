"""What hose goes through on its way, and whether people surely pass there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gis_core.values import Verdict
from routes.encounters import Obstacle, RoadStretch
from routes.engine.arrays import Longs, Network, Path, Step
from routes.passability import UNFINISHED

PASS_ON_FOOT: Final = 1
"""Of `Standings.foot`."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that hose goes through, or a road of which nobody knows whether it is there.

    `verdict` says whether people surely pass.
    """

    place: Obstacle | RoadStretch
    verdict: Verdict


def passed_by_hose(network: Network, path: Path) -> list[Passed]:
    """List what stands where the hose lies, and the roads that perhaps are not there, in order from the truck.

    Each thing once, a road by its name. The hose is unknown (`HosePath.unknown`) exactly where one of them is.
    """
    found: dict[tuple[object, ...], Passed] = {}
    for passed in _passed(network, path.steps):
        place = passed.place
        key = (RoadStretch, place.name or place.ref) if isinstance(place, RoadStretch) else (Obstacle, place.ref)
        found.setdefault(key, passed)
    return list(found.values())


def unfinished_roads(network: Network) -> Longs:
    """Give the edges of which nobody knows whether there is a road: under construction, planned, razed."""
    unfinished = np.array([name in UNFINISHED for name in network.roads.classes], np.bool_)
    return np.flatnonzero(unfinished[network.roads.road_class] & ~network.roads.gone)


def _passed(network: Network, steps: Sequence[Step]) -> Iterator[Passed]:
    roads, standings = network.roads, network.standings
    last = len(steps) - 1
    for i, step in enumerate(steps):
        # Where the hose begins or ends at a junction it has a step without length, on which it meets nothing.
        if step.from_mm == step.to_mm and not 0 < i < last:
            continue
        kind = roads.classes[roads.road_class[step.edge]]
        if kind in UNFINISHED:
            road = RoadStretch(from_m=0.0, to_m=0.0, ref=roads.ref[step.edge], name=roads.name[step.edge], kind=kind)
            yield Passed(road, Verdict.UNKNOWN)
        for entry in _met(network, step, over_from=i > 0, over_to=i < last):
            obstacle = standings.records[standings.record[entry]].obstacle
            yield Passed(obstacle, Verdict.PASSABLE if standings.foot[entry] == PASS_ON_FOOT else Verdict.UNKNOWN)


def _met(network: Network, step: Step, *, over_from: bool, over_to: bool) -> Iterable[int]:
    """Give what a step goes through, as the searches meet it: at an end only where the hose goes on over that end.

    A sign is nothing to go through, unless it is said to be something solid too.
    """
    standings, forward = network.standings, step.from_mm <= step.to_mm
    (low, over_low), (high, over_high) = [(step.from_mm, over_from), (step.to_mm, over_to)][:: 1 if forward else -1]
    entries = np.arange(standings.first[step.edge], standings.first[step.edge + 1])
    first, last = standings.from_mm[entries], standings.to_mm[entries]
    met = (low < high) & (first < high) & (last > low)
    met |= (over_low & (first <= low)) | (over_high & (last >= high))
    met &= ~standings.legal[entries] | standings.solid_sign[entries]
    there: list[int] = entries[met].tolist()
    return there if forward else reversed(there)
