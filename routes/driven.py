"""The steps of a path with what the network knows of their edges: roads, obstacles, turns, and the line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise, zip_longest
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_core.values import Evidence, Verdict
from routes.encounters import Dimension, Finding, Limit, Limits, Mode, Obstacle, Reason, RoadStretch
from routes.engine.arrays import (
    DIMENSIONS,
    REVERSIBLE,
    Flags,
    Floats,
    Ints,
    Longs,
    Network,
    Profile,
    StandingRecord,
    Step,
    first_of,
)
from routes.linear import MeasuredLine, along_m
from routes.way import METRIC, MaySee, Segments

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
            joined[-1] = before._replace(to_mm=step.to_mm, leave_ms=step.leave_ms)
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
        self._start_mm: list[int] = driven_mm.tolist()
        self.start_m: list[float] = (driven_mm / _MM).tolist()
        # What is said alike is one object, so that it is made, and compared with a vehicle, once.
        self._limits: dict[tuple[object, ...], Limits] = {}

    # Roads -----------------------------------------------------------------------------------------------------------

    @cached_property
    def segments(self) -> Segments:
        """Give the segments driven, one a step."""
        return Segments(self.start_m[:-1], self.network.roads.ref.of(self._edges.tolist()))

    def stretches(self) -> Iterator[RoadStretch]:
        """Give the roads in driving order; neighbouring segments that the rules cannot tell apart are one stretch.

        So a street is compared once and not once a segment. Its reference is that of its first segment.
        """
        names = self.network.roads.name.of(self._edges.tolist())
        accesses = self.network.roads.access.of(self._edges.tolist())
        firsts = self._firsts(names, accesses)
        for first, after in pairwise([*firsts, len(self.steps)]):
            yield self._stretch(first, after, names[first], accesses[first])

    def _stretch(self, first: int, after: int, name: str, access: str) -> RoadStretch:
        roads, edge = self.network.roads, self.steps[first].edge
        return RoadStretch(
            from_m=self.start_m[first],
            to_m=self.start_m[after],
            ref=roads.ref[edge],
            name=name,
            kind=roads.classes[roads.road_class[edge]],
            limits=self._limits_of(edge),
            against_oneway=bool(self._against_oneway[first]),
            reversible=bool(roads.oneway[edge] == REVERSIBLE),
            access=access,
            bridge=bool(roads.bridge[edge]),
            tunnel=bool(roads.tunnel[edge]),
        )

    def _firsts(self, names: Sequence[str], accesses: Sequence[str]) -> list[int]:
        """Tell at which steps begins what is unlike the step before."""
        roads, edges = self.network.roads, self._edges
        unlike = np.ones(len(edges), bool)
        # As bits: no number equals "not a number", and two limits that nobody knows are alike.
        limits = (roads.value[edges].view(np.int64), roads.evidence[edges], roads.observed_on[edges])
        signs = (roads.road_class[edges], roads.oneway[edges] == REVERSIBLE, self._against_oneway)
        kinds = (*signs, roads.bridge[edges], roads.tunnel[edges])
        unlike[1:] = np.any([*(_differ(column) for column in (*limits, *kinds))], axis=0)
        said = list(zip(names, accesses, self._surveyors(), strict=True))
        return [i for i, before in enumerate([None, *said[:-1]]) if unlike[i] or said[i] != before]

    def _surveyors(self) -> list[str]:
        """Say of each step who measured its road, where the reader may know."""
        roads, edges = self.network.roads, self._edges
        surveyed = (roads.evidence[edges] == Evidence.SURVEYED.strength).any(axis=1).tolist()
        units = roads.unit_id[edges].tolist()
        may_see = {unit: self.may_see(None if unit == _UNIT_NONE else unit) for unit in set(units)}
        return [
            roads.surveyed_by[edge] if measured and may_see[unit] else ""
            for edge, unit, measured in zip(edges.tolist(), units, surveyed, strict=True)
        ]

    @cached_property
    def _edges(self) -> Ints:
        return np.array([step.edge for step in self.steps], np.int32)

    @cached_property
    def _against_oneway(self) -> Flags:
        against: Flags = self.network.roads.oneway[self._edges] == np.where(self._forward, -1, 1)
        return against

    @cached_property
    def _forward(self) -> Flags:
        """Tell which steps go along the line of their edge; one without length by what it leads to."""
        return np.array([self._is_forward(i, step) for i, step in enumerate(self.steps)], bool)

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
        unit = int(roads.unit_id[edge])
        by = roads.surveyed_by[edge] if self.may_see(None if unit == _UNIT_NONE else unit) else ""
        columns = (roads.value[edge], roads.evidence[edge], roads.observed_on[edge])
        said = (*(column.tobytes() for column in columns), by)
        if said not in self._limits:
            rows = zip(DIMENSIONS, *(column.tolist() for column in columns), strict=True)
            self._limits[said] = {dimension: _limit(size, rests, day, by) for dimension, size, rests, day in rows}
        return self._limits[said]

    # Obstacles -------------------------------------------------------------------------------------------------------

    def obstacles(self, profile: Profile) -> Iterator[tuple[Obstacle, timedelta]]:
        """Give what stands in the way, with how long after departure it is reached, in driving order."""
        first, standings = self.network.standings.first, self.network.standings
        for i in np.flatnonzero(first[self._edges + 1] > first[self._edges]).tolist():
            step = self.steps[i]
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
            # Added in millimetres: the end of an edge is where the next one begins, to the bit.
            from_m=(self._start_mm[i] + along_mm[0]) / _MM,
            to_m=(self._start_mm[i] + along_mm[1]) / _MM,
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

    def forbidden_turns(self, mode: Mode) -> Iterator[Finding]:
        """Find the turns of the path that a sign forbids, each at the mouth of the road turned into.

        A legal search takes no turn that is forbidden from one road into the next. Bans over a road between are not
        known to it, so that a way which meets one is no more than unknown.
        """
        driven, bans = 2 * self._edges + ~self._forward, self.network.topology
        first, after = bans.ban_first[driven[:-1]], bans.ban_first[driven[:-1] + 1]
        arcs = driven.tolist()
        at_once = {
            i + 1 for i in np.flatnonzero(first < after).tolist() if arcs[i + 1] in bans.ban_to[first[i] : after[i]]
        }
        verdict = Verdict.PASSABLE if mode is Mode.EMERGENCY else Verdict.UNKNOWN
        for i in sorted(at_once | set(_over_ways(arcs, bans.via_bans.tolist()))):
            yield Finding(self._mouth(i), verdict, Dimension.LEGAL, Reason.TURN, evidence=Evidence.TAGGED)

    def _mouth(self, i: int) -> RoadStretch:
        roads, edge = self.network.roads, self.steps[i].edge
        return replace(self._stretch(i, i, roads.name[edge], roads.access[edge]), limits={})

    # The line --------------------------------------------------------------------------------------------------------

    def line(self) -> MeasuredLine:
        """Draw the path in degrees, its metres as the steps count them."""
        xy, first = self._drawn()
        at_m = along_m(xy)
        # Lengths of edges are whole millimetres: the vertices at the joints stand where the steps say.
        drawn_m = np.append(at_m[first], at_m[-1])
        rising = np.concatenate([[True], np.diff(drawn_m) > 0])
        counted_m = np.interp(at_m, drawn_m[rising], np.asarray(self.start_m)[rising])
        return MeasuredLine(np.column_stack(METRIC.to_wgs84(*xy.T)), counted_m)

    @property
    def vertices(self) -> Floats:
        """The vertices in driving order, EPSG:5897."""
        return self._drawn()[0]

    def _drawn(self) -> tuple[Floats, Longs]:
        """Give the vertices of all steps in driving order, and the position of the first one of each step."""
        topology = self.network.topology
        first = topology.vertex_first[self._edges]
        counts = topology.vertex_first[self._edges + 1] - first
        place = first_of(counts)
        along = np.arange(place[-1]) - np.repeat(place[:-1], counts)
        forward = np.repeat(self._forward, counts)
        vertices = np.repeat(first, counts) + np.where(forward, along, np.repeat(counts, counts) - 1 - along)
        return self._cut(topology.vertex_xy[vertices], place)

    def _cut(self, xy: Floats, place: Longs) -> tuple[Floats, Longs]:
        """Cut the steps that leave out a part of their edge: the first and the last one."""
        length_mm = self.network.topology.length_mm[self._edges].tolist()
        parts = {
            i: _part(xy[place[i] : place[i + 1]], step, length)
            for i, (step, length) in enumerate(zip(self.steps, length_mm, strict=True))
            if abs(step.to_mm - step.from_mm) != length or not length
        }
        joints = [0, *(joint for i in parts for joint in (int(place[i]), int(place[i + 1]))), len(xy)]
        whole = [xy[start:end] for start, end in zip(joints[::2], joints[1::2], strict=True)]
        pieces = [piece for pair in zip_longest(whole, parts.values()) for piece in pair if piece is not None]
        counts = np.diff(place)
        counts[list(parts)] = [len(part) for part in parts.values()]
        return np.concatenate(pieces), first_of(counts)[:-1]


def _part(xy: Floats, step: Step, length_mm: int) -> Floats:
    """Cut the vertices of a whole edge, in driving order, to what the step drives of it."""
    line = MeasuredLine(xy, along_m(xy))
    scale = line.at_m[-1] / length_mm if length_mm else 0.0
    begin = step.from_mm if step.from_mm <= step.to_mm else length_mm - step.from_mm
    return line.coordinates_between(begin * scale, (begin + abs(step.to_mm - step.from_mm)) * scale)


def _differ(column: NDArray[Any]) -> Flags:
    """Tell which rows differ from the one before, (n - 1,)."""
    differ = column[1:] != column[:-1]
    rows: Flags = differ.reshape(len(differ), -1).any(axis=1) if differ.size else np.zeros(len(differ), bool)
    return rows


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
