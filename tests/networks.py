"""Road networks in memory, built as the engine gets them from the database, so that a search is tested without one.

    sketch = Sketch('''
        A....G....B
    ''')
    network = network_of([Edge("AGB", width_m=3.5)], [Standing(0, 50_000, obstacle(width_m=2.2))], sketch=sketch)
    fastest(network, profile(), Spot(0, 0), Spot(0, 100_000))

Without a sketch an edge names two letters or numbers and its length.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from gis_core.values import Evidence
from routes.encounters import Assumption, Dimension, Limit, Obstacle, Vehicle
from routes.engine.arrays import (
    DIMENSIONS,
    Level,
    Network,
    Profile,
    RoadState,
    StandingRecord,
    Standings,
    Texts,
    Timetable,
)
from routes.engine.build import build_topology
from routes.engine.limits import doubted, is_closed, need_of, obstacle_limits, road_limits
from routes.engine.turns import Turns
from routes.obstacles import is_solid_sign
from routes.schedule import HANOI_TIME
from tests.sketch import Sketch

CLASSES = ("residential", "service", "primary", "footway", "steps", "construction")
ASSUMPTIONS = {
    "primary": Assumption({Dimension.WIDTH: 3.5, Dimension.HEIGHT: 4.25, Dimension.WEIGHT: 30.0}),
    "residential": Assumption({Dimension.HEIGHT: 4.0, Dimension.WEIGHT: 20.0}, needs_survey=True),
    "service": Assumption({Dimension.HEIGHT: 3.6, Dimension.WEIGHT: 10.0}, needs_survey=True),
}
PACE = {"residential": 120_000, "service": 180_000, "primary": 72_000, "footway": 720_000, "steps": 1_500_000}
NOON = datetime(2026, 11, 22, 12, tzinfo=HANOI_TIME)
ENGINE = Vehicle(width_m=2.5, height_m=3.4, length_m=8.5, gross_weight_t=16)


@dataclass(frozen=True, kw_only=True)
class _Road:
    kind: str = "residential"
    width_m: float | None = 6.0
    height_m: float | None = 4.5
    weight_t: float | None = 25.0
    axle_load_t: float | None = None
    evidence: Evidence = Evidence.SURVEYED
    oneway: int = 0
    access: str = ""
    bridge: bool = False
    tunnel: bool = False
    gone: bool = False
    level: int = 0
    way: int = -1


@dataclass(frozen=True)
class Edge(_Road):
    """A road: the places of a sketch that it goes over, or two junctions and a length. Wide, unless said otherwise."""

    over: str | tuple[int, int]
    length_mm: int | None = None

    @property
    def ends(self) -> tuple[int, int]:
        """The numbers of its junctions."""
        first, last = self.over[0], self.over[-1]
        return (ord(first), ord(last)) if isinstance(first, str) and isinstance(last, str) else (first, last)


@dataclass(frozen=True)
class Standing:
    """Something at a place of an edge, or from one place to another; `foot` 2: nobody knows."""

    edge: int
    from_mm: int
    obstacle: Obstacle
    to_mm: int | None = None
    foot: int = 1
    record: int | None = None


def obstacle(
    *,
    width_m: float | None = None,
    height_m: float | None = None,
    weight_t: float | None = None,
    evidence: Evidence = Evidence.SURVEYED,
    kind: str = "gate",
    **columns: Any,
) -> Obstacle:
    """Something in the way; what is not stated is unknown."""
    stated = {Dimension.WIDTH: width_m, Dimension.HEIGHT: height_m, Dimension.WEIGHT: weight_t}
    limits = {dimension: Limit(value, evidence) for dimension, value in stated.items() if value is not None}
    return Obstacle(from_m=0, to_m=0, kind=kind, limits=limits, evidence=evidence, **columns)


def wall(**columns: Any) -> Obstacle:
    """Something that no vehicle passes."""
    return obstacle(blocks_vehicles="yes", **columns)


def profile(
    vehicle: Vehicle = ENGINE,
    *,
    emergency: bool = True,
    least: Level = Level.UNKNOWN,
    at: datetime = NOON,
    pace: Mapping[str, int] = PACE,
    classes: Sequence[str] = CLASSES,
) -> Profile:
    """The profile of a vehicle."""
    paces = np.array([pace.get(name, 300_000) for name in classes], np.int64)
    return Profile(need_of(vehicle), paces, emergency, int(at.timestamp()), least)


def network_of(
    edges: Sequence[Edge],
    obstacles: Iterable[Standing] = (),
    *,
    sketch: Sketch | None = None,
    turns: Turns | None = None,
    landmarks: int = 0,
    assumptions: Mapping[str, Assumption] = ASSUMPTIONS,
) -> Network:
    """Build the network; edge i has the id 100 + i."""
    topology = topology_of(edges, sketch=sketch, turns=turns, landmarks=landmarks)
    return Network(topology, roads_of(edges, assumptions), standings_of(len(edges), obstacles), topology.version)


def topology_of(edges: Sequence[Edge], *, sketch: Sketch | None, turns: Turns | None, landmarks: int) -> Any:
    """Build its topology; an edge with a length and no sketch lies on the x axis."""
    lines = [_line(edge, sketch) for edge in edges]
    first = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    return build_topology(
        version=1,
        edge_id=100 + np.arange(len(edges)),
        start_node=[edge.ends[0] for edge in edges],
        end_node=[edge.ends[1] for edge in edges],
        level=[edge.level for edge in edges],
        vertex_first=first,
        vertex_xy=np.concatenate(lines) if lines else np.zeros((0, 2)),
        way_id=[edge.way for edge in edges],
        turns=turns,
        road_class=np.array([CLASSES.index(edge.kind) for edge in edges], np.int16),
        landmark_pace=np.array([PACE.get(name, 300_000) for name in CLASSES]) if landmarks else None,
        landmarks=landmarks,
    )


def _line(edge: Edge, sketch: Sketch | None) -> np.ndarray:
    if edge.length_mm is None and sketch is not None:
        return np.array(sketch.metres(str(edge.over)).coords)
    return np.array([[0.0, 0.0], [(edge.length_mm or 0) / 1000, 0.0]])


def roads_of(edges: Sequence[Edge], assumptions: Mapping[str, Assumption]) -> RoadState:
    """What is known of the edges."""
    stated = [(edge.width_m, edge.height_m, edge.weight_t, edge.axle_load_t) for edge in edges]
    value = np.array([[np.nan if v is None else v for v in row] for row in stated], float).reshape(-1, 4)
    evidence = np.array([[edge.evidence.strength] * 4 for edge in edges], np.int8).reshape(-1, 4)
    road_class = np.array([CLASSES.index(edge.kind) for edge in edges], np.int16)
    bridge, tunnel = (np.array([getattr(edge, name) for edge in edges], bool) for name in ("bridge", "tunnel"))
    empty = Texts(np.zeros(0, np.uint8), np.zeros(len(edges) + 1, np.int64))
    return RoadState(
        limits=road_limits(road_class, CLASSES, value, evidence, bridge, tunnel, assumptions),
        road_class=road_class,
        classes=CLASSES,
        oneway=np.array([edge.oneway for edge in edges], np.int8),
        closed=np.array([is_closed(edge.access) for edge in edges], bool),
        gone=np.array([edge.gone for edge in edges], bool),
        value=value,
        evidence=evidence,
        observed_on=np.zeros((len(edges), 4), np.int32),
        bridge=bridge,
        tunnel=tunnel,
        unit_id=np.full(len(edges), -1, np.int64),
        ref=replace(empty, changed={n: str(edge.over) for n, edge in enumerate(edges)}),
        name=empty,
        access=replace(empty, changed={n: edge.access for n, edge in enumerate(edges)}),
        surveyed_by=empty,
    )


def standings_of(edges: int, obstacles: Iterable[Standing]) -> Standings:
    """What stands where; each its own record unless said otherwise."""
    ordered = sorted(obstacles, key=lambda standing: (standing.edge, standing.from_mm))
    timetables: dict[Timetable, int] = {}
    numbers = [
        timetables.setdefault(table, len(timetables)) if (table := _timetable(standing.obstacle)) else -1
        for standing in ordered
    ]
    edge = np.array([standing.edge for standing in ordered], np.int64)
    to_mm = [standing.from_mm if standing.to_mm is None else standing.to_mm for standing in ordered]
    limits = [obstacle_limits(standing.obstacle) for standing in ordered]
    legal, in_doubt = (
        np.array([getattr(standing.obstacle, name) for standing in ordered], bool)
        for name in ("legal_only", "in_doubt")
    )
    return Standings(
        first=np.searchsorted(edge, np.arange(edges + 1)).astype(np.int32),
        from_mm=np.array([standing.from_mm for standing in ordered], np.int32),
        to_mm=np.array(to_mm, np.int32),
        limits=doubted(np.array(limits, np.int32).reshape(-1, len(DIMENSIONS), 3), in_doubt & ~legal),
        legal=legal,
        solid_sign=np.array([is_solid_sign(standing.obstacle) for standing in ordered], bool),
        timetable=np.array(numbers, np.int32),
        foot=np.array([standing.foot for standing in ordered], np.int8),
        in_doubt=in_doubt,
        record=np.array([n if s.record is None else s.record for n, s in enumerate(ordered)], np.int32),
        records=tuple(StandingRecord(n, standing.obstacle, None) for n, standing in enumerate(ordered)),
        timetables=tuple(timetables),
    )


def _timetable(standing: Obstacle) -> Timetable | None:
    first, last = (day.toordinal() if day else 0 for day in (standing.valid_from, standing.valid_to))
    return Timetable(standing.schedule, first, last) if standing.schedule or first or last else None


def turn(from_way: int, via_node: str | int, to_way: int, *, only: bool = False, via_way: int = -1) -> Turns:
    """One ban, or order."""
    node = ord(via_node) if isinstance(via_node, str) else via_node
    columns = [np.array([number], np.int64) for number in (from_way, node, via_way, to_way)]
    return Turns(*columns, np.array([only]))
