"""A slow witness for the road engine: the same questions by networkx, judged by `routes.passability.assess`.

It shares no code with the searches. What it shares is the contract: costs are rounded per stretch, and what stands at
an end of a stretch is met only where the way goes on over that end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import networkx as nx

from gis_core.values import Evidence, Verdict
from routes.comparing import combine
from routes.encounters import UNITS, Dimension, Limit, Mode, RoadStretch, Vehicle
from routes.engine.arrays import REVERSIBLE, Level, Spot
from routes.passability import UNFINISHED, assess
from tests.networks import ASSUMPTIONS, ENGINE, NOON, PACE, Edge, Standing

START, END = "start", "end"


@dataclass(frozen=True)
class Witness:
    """One network and one driver. `bans`: (from way, junction, to way, only)."""

    edges: tuple[Edge, ...]
    standings: tuple[Standing, ...]
    mode: Mode = Mode.EMERGENCY
    least: Level = Level.UNKNOWN
    vehicle: Vehicle = ENGINE
    bans: tuple[tuple[int, int, int, bool], ...] = ()
    factor: float = 1.0

    # Stretches ------------------------------------------------------------------------------------------------------

    def ms(self, edge: int, mm: int) -> int:
        pace = int(PACE.get(self.edges[edge].kind, 300_000) * self.factor)
        return (mm * pace + 500_000) // 1_000_000

    def road_level(self, edge: int, *, forward: bool) -> Level:
        road = self.edges[edge]
        stated = {
            Dimension.WIDTH: road.width_m,
            Dimension.HEIGHT: road.height_m,
            Dimension.WEIGHT: road.weight_t,
            Dimension.AXLE_LOAD: road.axle_load_t,
        }
        limits = {d: Limit(value, road.evidence) for d, value in stated.items()}
        against = (road.oneway == 1 and not forward) or (road.oneway == -1 and forward)
        stretch = RoadStretch(
            from_m=0,
            to_m=1,
            kind=road.kind,
            limits=limits,
            against_oneway=against,
            reversible=road.oneway == REVERSIBLE,
            access=road.access,
            bridge=road.bridge,
            tunnel=road.tunnel,
        )
        return self._level(stretch, 0)

    def _level(self, place: Any, ms: int) -> Level:
        at = NOON + timedelta(milliseconds=ms)
        findings = assess(self.vehicle, [place], at=at, mode=self.mode, assumptions=ASSUMPTIONS)
        return level_of(findings)

    def met(self, edge: int, start: int, end: int, before: bool, after: bool) -> Iterator[Standing]:
        """What is met from `start` to `end`, coming over the start and going on over the end or not."""
        low, high = sorted((start, end))
        over_low, over_high = (before, after) if start <= end else (after, before)
        for standing in self.standings:
            first, last = standing.from_mm, standing.from_mm if standing.to_mm is None else standing.to_mm
            inside = low < high and first < high and last > low
            at_end = (over_low and first <= low) or (over_high and last >= high)
            if standing.edge == edge and (inside or at_end):
                yield standing

    def stretch(
        self, edge: int, start: int, end: int, before: bool, after: bool, enter_ms: int = 0, forward: bool | None = None
    ):
        """(blocked roads, blocked standings, ms)."""
        forward = start <= end if forward is None else forward
        roads = int(self.road_level(edge, forward=forward) < self.least)
        blocked = 0
        for standing in self.met(edge, start, end, before, after):
            last = standing.from_mm if standing.to_mm is None else standing.to_mm
            ahead = max(standing.from_mm - start if forward else start - last, 0)
            level = self._level(standing.obstacle, enter_ms + self.ms(edge, ahead))
            blocked += level < self.least
        return roads, blocked, self.ms(edge, abs(end - start))

    # Ways -----------------------------------------------------------------------------------------------------------

    def graph(  # noqa: C901 - one place for the whole definition of a way
        self, starts: Sequence[tuple[Spot, int]], end: Spot, cost=None
    ) -> nx.DiGraph:
        """States are arcs with turns, junctions without; parallel arcs are reduced to the least."""
        cost = cost or self.open_cost
        graph = nx.DiGraph()
        graph.add_nodes_from([START, END])
        legal = self.mode is Mode.LEGAL

        def join(u, v, price):
            if price is not None and (not graph.has_edge(u, v) or price < graph[u][v]["weight"]):
                graph.add_edge(u, v, weight=price)

        for spot, ms in starts:
            edge, length = spot.edge, self.length(spot.edge)
            if self.edges[edge].gone:
                continue
            for arc, there in ((2 * edge, length), (2 * edge + 1, 0)):
                price = 0 if there == spot.at_mm else cost(edge, spot.at_mm, there, False, True)
                state = arc if legal else self.head(arc)
                join(START, state, None if price is None else ms + price)
            if spot.edge == end.edge:
                price = 0 if spot.at_mm == end.at_mm else cost(edge, spot.at_mm, end.at_mm, False, False)
                join(START, END, None if price is None else ms + price)
        arcs = [arc for edge, road in enumerate(self.edges) if not road.gone for arc in (2 * edge, 2 * edge + 1)]
        for arc in arcs:
            edge, length = arc >> 1, self.length(arc >> 1)
            ends = (0, length) if arc & 1 == 0 else (length, 0)
            full = cost(edge, *ends, True, True, forward=arc & 1 == 0)
            states = [b for b in arcs if self.head(b) == self.tail(arc)] if legal else [self.tail(arc)]
            for state in states:
                banned = legal and self.is_banned(state, arc)
                if not banned:
                    join(state, arc if legal else self.head(arc), full)
                if edge == end.edge:
                    if end.at_mm == ends[0]:
                        join(state, END, 0)
                    elif not banned:
                        join(state, END, cost(edge, ends[0], end.at_mm, True, False))
        return graph

    def open_cost(self, edge, start, end, before, after, forward=None):
        roads, blocked, ms = self.stretch(edge, start, end, before, after, forward=forward)
        return None if roads or blocked else ms

    def removing_cost(self, edge, start, end, before, after, forward=None):
        roads, blocked, ms = self.stretch(edge, start, end, before, after, forward=forward)
        return (roads << 60) + (blocked << 40) + ms

    def hose_cost(self, edge, start, end, before, after, forward=None):
        if self.edges[edge].kind in UNFINISHED and self.least > Level.UNKNOWN:
            return None
        blocked = any(s.foot == 0 and not s.obstacle.in_doubt for s in self.met(edge, start, end, before, after))
        return None if blocked else abs(end - start)

    def time(self, starts: Sequence[tuple[Spot, int]], end: Spot, cost=None) -> int | None:
        try:
            return nx.dijkstra_path_length(self.graph(starts, end, cost), START, END)
        except nx.NetworkXNoPath:
            return None

    def length(self, edge: int) -> int:
        return self.edges[edge].length_mm or 0

    def head(self, arc: int) -> int:
        return self.edges[arc >> 1].ends[1 - (arc & 1)]

    def tail(self, arc: int) -> int:
        return self.head(arc ^ 1)

    def is_banned(self, arc: int, onto: int) -> bool:
        node, way, to = self.head(arc), self.edges[arc >> 1].way, self.edges[onto >> 1].way
        for from_way, at, to_way, only in self.bans:
            if (from_way, at) != (way, node):
                continue
            if only:
                possible = any(
                    self.tail(2 * e + s) == node for e, r in enumerate(self.edges) for s in (0, 1) if r.way == to_way
                )
                if possible and to != to_way:
                    return True
            elif to == to_way and (from_way != to_way or onto == arc ^ 1):
                return True
        return False


def level_of(findings) -> Level:
    """How sure the findings let a vehicle through."""
    verdict = combine(findings)
    if verdict is not Verdict.PASSABLE:
        return Level.BLOCKED if verdict is Verdict.BLOCKED else Level.UNKNOWN
    # Only a size can rest on an assumption; a sign that yields says nothing of sizes.
    assumed = any(finding.evidence is Evidence.ASSUMED and finding.dimension in UNITS for finding in findings)
    return Level.ASSUMED if assumed else Level.RECORDED
