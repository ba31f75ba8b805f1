"""What the searches run on: plain arrays, so that they can be mapped into every worker and read without the GIL.

An *edge* is a road segment between two *junctions*. It gives two *arcs*: ``2 * edge`` along its line, ``2 * edge + 1``
against it; both always exist, because an engine may drive against a one-way sign and hose knows no direction. Places
on an edge are millimetres from the start of its line, times are milliseconds, sizes are millionths of a metre or tonne:
whole numbers, so that equal answers are equal to the last bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routes.encounters import Assumption, Dimension, Obstacle

Bytes: TypeAlias = NDArray[np.uint8]
Small: TypeAlias = NDArray[np.int8]
Short: TypeAlias = NDArray[np.int16]
Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

DIMENSIONS: Final = (Dimension.WIDTH, Dimension.HEIGHT, Dimension.WEIGHT, Dimension.AXLE_LOAD)
"""The order of the sizes in every array of limits and needs."""
MICRO: Final = 1_000_000
FREE: Final = 2**31 - 1
"""A limit that stops nothing."""
NOTHING: Final = -1
"""A limit that lets nothing through."""
NEED_UNKNOWN: Final = -2
"""A size of the vehicle that nobody knows: it can only be where nothing is asked of it."""

REVERSIBLE: Final = 2
"""One-way, in a direction that changes."""

BLOCK: Final = 0
ASSUMED_UP_TO: Final = 1
RECORDED_UP_TO: Final = 2
"""Columns of a limit: needs above `BLOCK` are blocked, up to `ASSUMED_UP_TO` pass at least by assumption, up to
`RECORDED_UP_TO` on what was surveyed or tagged; between, nobody knows."""


class Level(IntEnum):
    """How sure a vehicle gets through, worst first; a search takes the worst one it may use."""

    BLOCKED = 0
    UNKNOWN = 1
    ASSUMED = 2
    RECORDED = 3


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts in one blob, with the changed ones beside it."""

    blob: Bytes
    first: Longs  # text i is blob[first[i]:first[i + 1]], UTF-8
    changed: Mapping[int, str] = field(default_factory=dict)

    def __getitem__(self, index: int) -> str:
        if index in self.changed:
            return self.changed[index]
        return self.blob[self.first[index] : self.first[index + 1]].tobytes().decode()

    def of(self, indices: Sequence[int]) -> list[str]:
        """Give many of them; most columns are empty nearly everywhere."""
        starts, ends = self.first[indices], self.first[np.asarray(indices, np.int64) + 1]
        texts = [self.blob[a:b].tobytes().decode() if a < b else "" for a, b in zip(starts, ends, strict=True)]
        if self.changed:
            texts = [self.changed.get(i, text) for i, text in zip(indices, texts, strict=True)]
        return texts


@dataclass(frozen=True, slots=True)
class Topology:
    """What changes only when roads are drawn anew; n junctions, m edges, 2 m arcs. Can be a read-only memory map.

    Metres are of EPSG:5897 everywhere.
    """

    version: int  # of the network at which it was read
    node_id: Longs  # (n,) ascending, `Road.start_node` and `end_node`
    edge_id: Longs  # (m,) ascending, `Road.id`
    tail: Ints  # (m,) junction at the start of the line
    head: Ints  # (m,)
    length_mm: Ints  # (m,) may be 0
    level: Small  # (m,) OSM layer=*
    vertex_first: Longs  # (m + 1,)
    vertex_xy: Floats  # (v, 2)
    arc_first: Ints  # (n + 1,) arcs that leave junction i: arcs[arc_first[i]:arc_first[i + 1]]
    arcs: Ints  # (2 m,)
    arc_head: Ints  # (2 m,) the junction where arc a ends
    cell_first: Ints  # grid of `cell_m` squares, row by row: edges whose box touches cell c
    cell_edges: Ints
    grid: Floats  # (4,) west, south, columns, rows
    landmark_ms: Ints  # (n, k) a little less than the time to k landmarks, all ways open; -1 no way; k may be 0
    landmark_pace: Longs  # (classes,) pace the landmarks were made with
    ban_first: Ints  # (2 m + 1,) turns forbidden by sign: from arc a into ban_to[ban_first[a]:ban_first[a + 1]]
    ban_to: Ints
    via_bans: Ints  # (b, 3 + …) not used by the searches yet: bans over a via way, as rows (from arc, via arc, to arc)


CELL_M: Final = 100.0


def first_of(counts: ArrayLike) -> Longs:
    """Turn counts into where each begins, with the end behind them, shape (n + 1,).

    >>> first_of([2, 0, 3]).tolist()
    [0, 2, 2, 5]
    """
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


@dataclass(frozen=True, slots=True)
class RoadState:
    """What is known of each edge now; replaced as a whole by every edit, never changed in place. All (m,) unless said.

    `limits` and `closed` follow from the other columns (`routes.engine.limits`); the others make the findings.
    """

    limits: Ints  # (m, 4, 3): need against BLOCK, ASSUMED_UP_TO, RECORDED_UP_TO in each of `DIMENSIONS`
    road_class: Short  # index into `classes`
    classes: tuple[str, ...]  # OSM highway=*; grows, never reordered
    oneway: Small  # 1 along the line, -1 against it, 0 both ways, `REVERSIBLE`
    closed: Flags  # closed to traffic by its sign (access=*): legal, yields in an emergency
    gone: Flags  # deleted or drawn anew since the topology was read: not there for anybody
    value: Floats  # (m, 4) metres or tonnes in each of `DIMENSIONS`, NaN unknown
    evidence: Small  # (m, 4) `gis_core.values.Evidence` as its number
    observed_on: Ints  # (m, 4) ordinal day, 0 unknown
    bridge: Flags
    tunnel: Flags
    unit_id: Longs  # administrative unit, -1 none
    ref: Texts
    name: Texts
    access: Texts
    surveyed_by: Texts
    pace: Longs = field(default_factory=lambda: np.zeros(0, np.int64))
    """(classes,) microseconds a metre for a vehicle with the speed factor 1."""
    assumptions: Mapping[str, Assumption] = field(default_factory=dict)
    """By class, those that `limits` were made with."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """When an obstacle stands there: `schedule` as in `AccessRestriction`, and the days it is there at all (ordinals).

    0 leaves a side open; the last day is the first one without it.
    """

    schedule: str
    valid_from: int
    valid_to: int


@dataclass(frozen=True, slots=True)
class StandingRecord:
    """A restriction as the rules see it; `obstacle` is at 0 m, people are named: ask `unit_id` who may read."""

    restriction_id: int
    obstacle: Obstacle
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class Standings:
    """What stands in the way on which edge, sorted by edge and place; s entries. Replaced as a whole by every edit."""

    first: Ints  # (m + 1,)
    from_mm: Ints  # (s,) millimetres from the start of the edge's line, may lie a little beyond its ends
    to_mm: Ints
    limits: Ints  # (s, 4, 3)
    legal: Flags  # a sign: binds in legal mode only
    solid_sign: Flags  # a sign that is said to block vehicles too: in an emergency nobody knows
    timetable: Ints  # index into `timetables`, -1 always there
    foot: Small  # people with hose pass: 0 no, 1 yes, 2 nobody knows
    in_doubt: Flags  # stands at the junction, recorded for another road
    record: Ints  # index into `records`
    records: tuple[StandingRecord, ...]
    timetables: tuple[Timetable, ...]
    restriction_id: Longs = field(default_factory=lambda: np.zeros(0, np.int64))
    """Of each record, ascending; empty where nobody follows edits."""


@dataclass(frozen=True, slots=True)
class Network:
    """One state of everything, as of `version`; immutable, so that a question can keep it while edits go on."""

    topology: Topology
    roads: RoadState
    standings: Standings
    version: int
    rebuilding: bool = False
    """Roads were drawn since, and are not in the topology yet: new ones are missing, changed ones are `gone`."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on an edge; `apart_m` straight metres from what was asked for."""

    edge: int
    at_mm: int
    apart_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a search needs to know of who drives, how and when."""

    need: Ints  # (4,) millionths, `NEED_UNKNOWN` where the vehicle's own figure is unknown
    pace: Longs  # (classes,) microseconds a metre by road class
    emergency: bool  # legal limits yield
    depart_s: int  # seconds since 1970
    least: Level = Level.UNKNOWN  # the worst level it may use; BLOCKED is never driven


class Step(NamedTuple):
    """A stretch of one edge as it is driven; `from_mm` > `to_mm` against the line. Times since departure."""

    edge: int
    from_mm: int
    to_mm: int
    enter_ms: int
    leave_ms: int


@dataclass(frozen=True)
class Path:
    """A way from one spot to another, in order."""

    steps: tuple[Step, ...]
    time_ms: int
    length_mm: int

    @cached_property
    def columns(self) -> Longs:
        """The steps as columns, (5, s): edge, from, to, enter, leave."""
        rows = [(s.edge, s.from_mm, s.to_mm, s.enter_ms, s.leave_ms) for s in self.steps]
        return np.array(rows, np.int64).reshape(-1, 5).T
