"""The steps of a path with what the network knows of their edges: roads, obstacles, turns, and the line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from gis_core.values import Evidence, Verdict
from routes.encounters import Dimension, Finding, Limit, Limits, Mode, Obstacle, Reason, RoadStretch
from routes.engine.arrays import DIMENSIONS, REVERSIBLE, Floats, Network, Profile, StandingRecord, Step
from routes.linear import MeasuredLine, along_m
from routes.way import METRIC, MaySee

_EVIDENCE: Final = tuple(Evidence)
_MM: Final = 1000
_UNIT_NONE: Final = -1


def _driven(network: Network, steps: Sequence[Step]) -> Iterator[tuple[Step, bool, bool]]:
    """Give the steps on which something is driven, each with whether the way comes and goes on over its ends.

    Steps that go on along one edge are one: what stands where they meet is driven through. A step without length, where
    a path begins or ends at a junction, is no driving, but what follows it is driven over that end; an edge without
    length is driven over. A path that goes nowhere keeps its last step: the road on which it stands.
    """
    joined = _joined(steps)
    last = len(joined) - 1
    driven = [
        (step, i > 0, i < last)
        for i, step in enumerate(joined)
        if step.from_mm != step.to_mm or (0 < i < last and not network.topology.length_mm[step.edge])
    ]
    yield from driven or [(joined[-1], False, False)]


def _joined(steps: Sequence[Step]) -> list[Step]:
    joined: list[Step] = []
    for step in steps:
        before = joined[-1] if joined else None
        if before is not None and _goes_on(before, step):
            joined[-1] = replace(before, to_mm=step.to_mm, leave_ms=step.leave_ms)
        else:
            joined.append(step)
    return joined


def _goes_on(before: Step, step: Step) -> bool:
    ways = (before.to_mm - before.from_mm) * (step.to_mm - step.from_mm)
    return before.edge == step.edge and before.to_mm == step.from_mm and ways > 0


class Drive:
    """The steps of a path with what the network knows of their edges."""

    def __init__(self, network: Network, steps: Sequence[Step], may_see: MaySee) -> None:
        self.network, self.may_see = network, may_see
        driven = tuple(_driven(network, steps))
        self.steps = [step for step, _, _ in driven]
        self._over = [(comes, goes_on) for _, comes, goes_on in driven]
        driven_mm = np.cumsum([0, *(abs(step.to_mm - step.from_mm) for step in self.steps)])
        self.start_m: list[float] = (driven_mm / _MM).tolist()
        self._limits: dict[tuple[object, ...], Limits] = {}

    # Roads -----------------------------------------------------------------------------------------------------------

    def stretches(self) -> Iterator[RoadStretch]:
        """Give the road of each step, in order."""
        roads = self.network.roads
        for (i, step), forward in zip(enumerate(self.steps), self._forward(), strict=True):
            edge = step.edge
            yield RoadStretch(
                from_m=self.start_m[i],
                to_m=self.start_m[i + 1],
                ref=roads.ref[edge],
                name=roads.name[edge],
                kind=roads.classes[roads.road_class[edge]],
                limits=self._limits_of(edge),
                against_oneway=bool(roads.oneway[edge] == (-1 if forward else 1)),
                reversible=bool(roads.oneway[edge] == REVERSIBLE),
                access=roads.access[edge],
                bridge=bool(roads.bridge[edge]),
                tunnel=bool(roads.tunnel[edge]),
            )

    def _forward(self) -> list[bool]:
        """Tell which steps go along the line of their edge; one without length by what it leads to."""
        return [self._is_forward(i, step) for i, step in enumerate(self.steps)]

    def _is_forward(self, i: int, step: Step) -> bool:
        if step.from_mm != step.to_mm:
            return step.from_mm < step.to_mm
        tail, head = self._ends(step)
        before = {end for s in self.steps[max(i - 1, 0) : i] for end in self._ends(s)}
        after = {end for s in self.steps[i + 1 : i + 2] for end in self._ends(s)}
        return tail in before or (head in after and head not in before) or not before | after

    def _ends(self, step: Step) -> tuple[int, int]:
        topology = self.network.topology
        return int(topology.tail[step.edge]), int(topology.head[step.edge])

    def _limits_of(self, edge: int) -> Limits:
        roads = self.network.roads
        value, evidence, on = roads.value[edge], roads.evidence[edge], roads.observed_on[edge]
        surveyed = bool((evidence == Evidence.SURVEYED.strength).any())
        unit = int(roads.unit_id[edge])
        by = roads.surveyed_by[edge] if surveyed and self.may_see(None if unit == _UNIT_NONE else unit) else ""
        key = (value.tobytes(), evidence.tobytes(), on.tobytes(), by)
        if key not in self._limits:
            rows = zip(DIMENSIONS, value.tolist(), evidence.tolist(), on.tolist(), strict=True)
            self._limits[key] = {dimension: _limit(size, rests, day, by) for dimension, size, rests, day in rows}
        return self._limits[key]

    # Obstacles -------------------------------------------------------------------------------------------------------

    def obstacles(self, profile: Profile) -> Iterator[tuple[Obstacle, timedelta]]:
        """Give what stands in the way, with how long after departure it is reached, in driving order."""
        first, standings = self.network.standings.first, self.network.standings
        for i, step in enumerate(self.steps):
            entries = range(int(first[step.edge]), int(first[step.edge + 1]))
            met = [entry for entry in entries if self._meets(i, step, entry)]
            backwards = step.from_mm > step.to_mm
            for entry in sorted(met, key=lambda e: standings.from_mm[e], reverse=backwards):
                yield self._met(i, step, entry, profile)

    def _meets(self, i: int, step: Step, entry: int) -> bool:
        """Tell whether a step meets a standing: it drives through it, or over the end of the edge on which it stands.

        The ends of the whole path are not driven over: a truck may stand at a barrier, on either side of it.
        """
        standings, length = self.network.standings, int(self.network.topology.length_mm[step.edge])
        first, last = int(standings.from_mm[entry]), int(standings.to_mm[entry])
        low, high = sorted((step.from_mm, step.to_mm))
        if low < high and first < high and last > low:
            return True
        ends = zip((step.from_mm, step.to_mm), self._over[i], strict=True)
        over = {end for end, driven_over in ends if driven_over and end in {0, length}}
        return (0 in over and first <= 0) or (length in over and last >= length)

    def _met(self, i: int, step: Step, entry: int, profile: Profile) -> tuple[Obstacle, timedelta]:
        standings = self.network.standings
        low, high = sorted((step.from_mm, step.to_mm))
        taken = [min(max(int(end), low), high) for end in (standings.from_mm[entry], standings.to_mm[entry])]
        along_mm = sorted(abs(place - step.from_mm) for place in taken)
        pace = int(profile.pace[self.network.roads.road_class[step.edge]])
        after_ms = step.enter_ms + (along_mm[0] * pace + 500_000) // 1_000_000
        record = standings.records[standings.record[entry]]
        obstacle = replace(
            self._as_seen(record),
            from_m=self.start_m[i] + along_mm[0] / _MM,
            to_m=self.start_m[i] + along_mm[1] / _MM,
            in_doubt=bool(standings.in_doubt[entry]),
        )
        return obstacle, timedelta(milliseconds=after_ms)

    def _as_seen(self, record: StandingRecord) -> Obstacle:
        """Take the names of people out of a record where the reader may not see them."""
        if self.may_see(record.unit_id):
            return record.obstacle
        limits = {dimension: replace(limit, observed_by="") for dimension, limit in record.obstacle.limits.items()}
        return replace(record.obstacle, limits=limits, observed_by="", key_holder="", key_holder_phone="")

    # Turns -----------------------------------------------------------------------------------------------------------

    def forbidden_turns(self, mode: Mode, stretches: Sequence[RoadStretch]) -> Iterator[Finding]:
        """Find the turns of the path that a sign forbids, each at the mouth of the road turned into.

        A legal search takes no turn that is forbidden from one road into the next. Bans over a road between are not
        known to it, so that a way which meets one is no more than unknown.
        """
        arcs = [2 * step.edge + (not forward) for step, forward in zip(self.steps, self._forward(), strict=True)]
        bans = self.network.topology
        at_once = {
            i
            for i, (arc, into) in enumerate(pairwise(arcs), start=1)
            if into in bans.ban_to[bans.ban_first[arc] : bans.ban_first[arc + 1]]
        }
        verdict = Verdict.PASSABLE if mode is Mode.EMERGENCY else Verdict.UNKNOWN
        for i in sorted(at_once | set(_over_ways(arcs, bans.via_bans.tolist()))):
            mouth = replace(stretches[i], to_m=stretches[i].from_m, limits={})
            yield Finding(mouth, verdict, Dimension.LEGAL, Reason.TURN, evidence=Evidence.TAGGED)

    # The line --------------------------------------------------------------------------------------------------------

    def line(self) -> MeasuredLine:
        """Draw the path in degrees, its metres as the steps count them."""
        parts = [self._drawn(step) for step in self.steps]
        xy = np.concatenate(parts)
        at_m = along_m(xy)
        # Lengths of edges are whole millimetres: the vertices at the joints stand where the steps say.
        joints = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
        drawn_m = np.append(at_m[joints[:-1]], at_m[-1])
        rising = np.concatenate([[True], np.diff(drawn_m) > 0])
        counted_m = np.interp(at_m, drawn_m[rising], np.asarray(self.start_m)[rising])
        return MeasuredLine(np.column_stack(METRIC.to_wgs84(*xy.T)), counted_m)

    def _drawn(self, step: Step) -> Floats:
        topology = self.network.topology
        xy = topology.vertex_xy[topology.vertex_first[step.edge] : topology.vertex_first[step.edge + 1]]
        low, high = sorted((step.from_mm, step.to_mm))
        length = int(topology.length_mm[step.edge])
        if (low, high) != (0, length) or not length:
            line = MeasuredLine(xy, along_m(xy))
            scale = line.at_m[-1] / length if length else 0.0
            xy = line.coordinates_between(low * scale, high * scale)
        return xy if step.from_mm <= step.to_mm else xy[::-1]


def _over_ways(arcs: Sequence[int], bans: Iterable[Sequence[int]]) -> Iterator[int]:
    """Give the positions at which a ban over a road between ends; a ban is filled up with -1."""
    driven: dict[int, list[int]] = {}
    for i, arc in enumerate(arcs):
        driven.setdefault(arc, []).append(i)
    for ban in bans:
        forbidden = [arc for arc in ban if arc >= 0]
        for begin in driven.get(ban[0], ()):
            end = begin + len(forbidden)
            if arcs[begin:end] == forbidden:
                yield end - 1


def _limit(value: float, evidence: int, on: int, by: str) -> Limit:
    rests_on = _EVIDENCE[evidence]
    return Limit(
        None if np.isnan(value) else value,
        rests_on,
        date.fromordinal(on) if on else None,
        by if rests_on is Evidence.SURVEYED else "",
    )
