"""A drawn line matched to road segments: which roads it runs along, from where to where, and where along none.

The line is sampled every 4 m. The candidates of a sample are the pieces of road within 12 m; the most likely sequence
of them (Viterbi) pays for distance, for lying across the road, for metres on the road that differ from the metres
drawn, and for jumping between roads that do not meet. Leaving the roads is a candidate too, so that a line through a
yard is not pulled onto a lane. Knows no store: numpy and shapely in metres of a projected CRS.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import shapely

from routes.candidates import INDEPENDENT_M, Floats, Ints, Network, Samples, States
from routes.rivals import OFF, Rival, doubts_of, rivals_of

MEETING_M: Final = 1.0
"""Ends of segments this near to each other are one junction."""
OVERSHOOT_M: Final = 5.0
"""A line this much longer than the road it ends on runs on where no road is."""

_METRES_COST: Final = 2.5
_CHANGE_COST: Final = 0.1
_TURN_BACK_COST: Final = 1.5
_JUMP_COST: Final = 8.0
_LEAVE_COST: Final = 6.0
_AWAY_COST: Final = 5.0
_SPUR_M: Final = 15.0
_SAME_PLACE_M: Final = 0.05


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the drawn line along one road, `from_m` to `to_m` on the line.

    `forward` is the direction of the road's own line. `line_m` and `road_m` tie metres on the drawn line to metres on
    the road; `road_m` descends where the road is driven against its line.
    """

    road: int
    forward: bool
    from_m: float
    to_m: float
    line_m: Floats
    road_m: Floats

    @property
    def span_m(self) -> tuple[float, float]:
        """The part of the road that is driven, in metres along the road, low before high."""
        return float(self.road_m.min()), float(self.road_m.max())

    def on_line(self, road_m: float) -> float:
        """Metres along the drawn line at which the road stands at `road_m`, cut at the ends of the section."""
        sign = 1.0 if self.forward else -1.0
        return float(np.interp(sign * road_m, sign * self.road_m, self.line_m))


@dataclass(frozen=True, slots=True)
class Matching:
    """The line from start to end: sections along roads; `gaps` along none; `doubts`, where two could be meant.

    `rivals` are roads beside the matched one which the line could mean as well: doubt only for what fits the one and
    not the other.
    """

    length_m: float
    sections: tuple[Section, ...]
    gaps: tuple[tuple[float, float], ...]
    doubts: tuple[tuple[float, float], ...]
    rivals: tuple[Rival, ...] = ()


def match(line: shapely.LineString, network: Network) -> Matching:
    """Match `line` to `network`.

    Parameters
    ----------
    line
        The drawn line in metres, longer than nothing.
    network
        All roads within `TOLERANCE_M` of the line, in the same CRS.

    Returns
    -------
    Sections and gaps cover the line. No road near: one gap. The first and last section end where the line does, not
    where the road does.
    """
    if not len(network.lines):
        return Matching(line.length, (), ((0.0, line.length),), ())
    samples = Samples.along(line)
    states = States.near(samples, network)
    path = _trim_overshoot(_most_likely(samples, states), samples, states)
    sections, gaps = _sections(path, samples, states)
    return Matching(
        line.length,
        _with_slivers(sections, network),
        gaps,
        doubts_of(path, samples, states, network),
        tuple(rivals_of(path, samples, states, network)),
    )


# The most likely sequence --------------------------------------------------------------------------------------------


def _most_likely(samples: Samples, states: States) -> Ints:
    """Viterbi: the state of each sample, `OFF` where the line leaves the roads."""
    away = _AWAY_COST * samples.step_m / INDEPENDENT_M
    came_from: list[Ints] = []
    # The last entry of each array of costs is the state off the roads.
    cost = np.append(states.cost[states.of(0)], away)
    for i in range(1, len(samples.at_m)):
        before, now = states.of(i - 1), states.of(i)
        step = np.full((len(cost), now.stop - now.start + 1), _LEAVE_COST)
        step[:-1, :-1] = _moves(states, before, now, samples.step_m)
        step[-1, -1] = 0.0
        total = cost[:, None] + step
        came_from.append(total.argmin(axis=0))
        cost = total.min(axis=0) + np.append(states.cost[now], away)
    return _walk_back(int(cost.argmin()), came_from, states)


def _walk_back(last: int, came_from: Sequence[Ints], states: States) -> Ints:
    path = np.empty(len(came_from) + 1, np.int64)
    for i in range(len(path) - 1, -1, -1):
        here = states.of(i)
        path[i] = here.start + last if last < here.stop - here.start else OFF
        last = int(came_from[i - 1][last]) if i else last
    return path


def _moves(states: States, before: slice, now: slice, drawn_m: float) -> Floats:
    """The cost of each move from a state of one sample to a state of the next."""
    along_m, over_m, gap_m = _ways(states, before, now)
    same_road = states.road[before][:, None] == states.road[now][None, :]
    same_way = states.forward[before][:, None] == states.forward[now][None, :]
    along = np.abs(along_m - drawn_m) / _METRES_COST
    over = np.abs(over_m - drawn_m) / _METRES_COST + _CHANGE_COST
    over = over + (gap_m > MEETING_M) * (_JUMP_COST + gap_m / _METRES_COST)
    back = np.abs(np.abs(along_m) - drawn_m) / _METRES_COST + _TURN_BACK_COST
    moves: Floats = np.where(same_road, np.minimum(np.where(same_way, along, back), over), over)
    return moves


def _ways(states: States, before: slice, now: slice) -> tuple[Floats, Floats, Floats]:
    """Metres straight along one road, metres over the end of one into the other, and the gap between these ends."""
    sign = np.where(states.forward[before], 1.0, -1.0)[:, None]
    along_m = sign * (states.road_m[now][None, :] - states.road_m[before][:, None])
    gap = states.exit_xy[before][:, None] - states.entry_xy[now][None, :]
    gap_m = np.hypot(gap[..., 0], gap[..., 1])
    return along_m, states.left_m[before][:, None] + gap_m + states.driven_m[now][None, :], gap_m


def _trim_overshoot(path: Ints, samples: Samples, states: States) -> Ints:
    """Take the line off the road where it runs on beyond a road's end."""
    trimmed = path.copy()
    for order in (slice(None), slice(None, None, -1)):
        inwards, at_m = trimmed[order], samples.at_m[order]
        if inwards[0] == OFF:
            continue
        end = (states.road[inwards[0]], states.road_m[inwards[0]])
        beyond = 1
        while beyond < len(inwards) and inwards[beyond] != OFF:
            if (states.road[inwards[beyond]], states.road_m[inwards[beyond]]) != end:
                break
            beyond += 1
        if abs(at_m[beyond - 1] - at_m[0]) > OVERSHOOT_M:
            inwards[: beyond - 1] = OFF
    return trimmed


# Sections ------------------------------------------------------------------------------------------------------------


class _Drive:
    """Collects the anchors of one section while the path is walked."""

    def __init__(self, state: int, states: States, line_m: float, road_m: float | None = None) -> None:
        self.road, self.forward = int(states.road[state]), bool(states.forward[state])
        start_m = float(states.road_m[state]) if road_m is None else road_m
        self.anchors: list[tuple[float, float]] = [(line_m, start_m)]

    def pass_by(self, line_m: float, road_m: float) -> None:
        self.anchors.append((line_m, float(road_m)))

    def section(self) -> Section:
        line_m, road_m = np.array(self.anchors).T
        # A shaking hand goes back and forth; the truck does not.
        steady = np.maximum.accumulate(road_m) if self.forward else np.minimum.accumulate(road_m)
        return Section(self.road, self.forward, float(line_m[0]), float(line_m[-1]), line_m, steady)


def _sections(
    path: Ints, samples: Samples, states: States
) -> tuple[tuple[Section, ...], tuple[tuple[float, float], ...]]:
    """Cut the path where the road, the direction or the contact with any road changes."""
    drives: list[_Drive] = []
    for i, state in enumerate(path):
        here_m = float(samples.at_m[i])
        if state == OFF:
            continue
        if i == 0 or path[i - 1] == OFF:
            drives.append(_Drive(state, states, here_m))
        else:
            _go_on(drives, states, int(path[i - 1]), int(state), float(samples.at_m[i - 1]), here_m)
        drives[-1].pass_by(here_m, states.road_m[state])
    sections = _without_spurs([s for s in (drive.section() for drive in drives) if s.to_m > s.from_m])
    return sections, _gaps(sections, float(samples.at_m[-1]))


def _go_on(drives: list[_Drive], states: States, was: int, now: int, was_m: float, now_m: float) -> None:
    """Go from one sample to the next: along the road, back on it, over its end into another, or by a jump."""
    along_m, over_m, gap_m = (float(m[0, 0]) for m in _ways(states, slice(was, was + 1), slice(now, now + 1)))
    if states.road[was] == states.road[now]:
        if states.forward[was] != states.forward[now]:
            drives.append(_Drive(now, states, was_m, float(states.road_m[was])))
            return
        if abs(along_m - (now_m - was_m)) <= abs(over_m - (now_m - was_m)):
            return
    if gap_m > MEETING_M:
        drives.append(_Drive(now, states, now_m))
        return
    left_m, entered_m = float(states.left_m[was]), float(states.driven_m[now])
    share = left_m / (left_m + entered_m) if left_m + entered_m > 0 else 0.0
    over_at_m = was_m + share * (now_m - was_m)
    drives[-1].pass_by(over_at_m, states.length_m[was] if states.forward[was] else 0.0)
    drives.append(_Drive(now, states, over_at_m, 0.0 if states.forward[now] else float(states.length_m[now])))


def _with_slivers(sections: Sequence[Section], network: Network) -> tuple[Section, ...]:
    """Add the segments shorter than `MEETING_M` that were stepped over as if they were part of a junction.

    One may be the weak cover over a drain. Each stands at one place of the line, with no length of its own.
    """
    slivers = np.flatnonzero(shapely.length(network.lines) < MEETING_M)
    if not len(slivers):
        return tuple(sections)
    joints = [_slivers_between(before, after, slivers, network) for before, after in pairwise(sections)]
    return tuple(part for section, joint in zip(sections, [*joints, ()], strict=False) for part in (section, *joint))


def _slivers_between(before: Section, after: Section, slivers: Ints, network: Network) -> Iterator[Section]:
    if before.to_m != after.from_m:
        return
    here, goal = _end(network, before.road, -before.forward), _end(network, after.road, after.forward - 1)
    while (left_m := here.distance(goal)) > _SAME_PLACE_M:
        steps = [
            (_end(network, road, -forward).distance(goal), int(road), bool(forward))
            for road in slivers
            for forward in (1, 0)
            if _end(network, road, forward - 1).distance(here) <= _SAME_PLACE_M
        ]
        if not steps or min(steps)[0] >= left_m:
            return
        _, road, forward = min(steps)
        along_m = np.array([0.0, network.lines[road].length])
        at_m = np.full(2, before.to_m)
        yield Section(road, forward, before.to_m, before.to_m, at_m, along_m if forward else along_m[::-1])
        here = _end(network, road, -forward)


def _end(network: Network, road: int, which: int) -> shapely.Point:
    """Give the first vertex of a road (0) or the last (-1)."""
    end: shapely.Point = shapely.get_point(network.lines[road], which)
    return end


def _without_spurs(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Drop where a corner drawn too wide enters a side road for a few metres and comes back: no truck drives there."""
    kept: list[Section] = []
    ahead = list(reversed(sections))
    while ahead:
        section = ahead.pop()
        if kept and len(ahead) > 1 and _is_spur(kept[-1], section, ahead[-1], ahead[-2]):
            kept[-1] = _waiting_until(kept[-1], ahead.pop().to_m)
        else:
            kept.append(section)
    return tuple(kept)


def _is_spur(before: Section, there: Section, back: Section, after: Section) -> bool:
    same = there.road == back.road and there.forward != back.forward
    unbroken = before.to_m == there.from_m and there.to_m == back.from_m and back.to_m == after.from_m
    return same and unbroken and back.to_m - there.from_m <= _SPUR_M


def _waiting_until(section: Section, to_m: float) -> Section:
    line_m, road_m = np.append(section.line_m, to_m), np.append(section.road_m, section.road_m[-1])
    return replace(section, to_m=to_m, line_m=line_m, road_m=road_m)


def _gaps(sections: Sequence[Section], length_m: float) -> tuple[tuple[float, float], ...]:
    starts = [0.0, *(section.to_m for section in sections)]
    ends = [*(section.from_m for section in sections), length_m]
    return tuple((start, end) for start, end in zip(starts, ends, strict=True) if end - start > 1e-6)  # noqa: PLR2004
