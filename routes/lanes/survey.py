"""How deep each lane and each house lies for one vehicle: three-valued, since nobody measured most lanes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np

from gis_core.values import Verdict
from routes.engine.arrays import Ints, Longs, Network, Profile, Spot
from routes.engine.searches import Depths, depths_of
from routes.lanes.grouping import Lanes

Answer = Literal["yes", "no", "unknown"]
THRESHOLDS_M: Final = (50, 100, 200)
"""Lanes from 50 m get a public firefighting point, above 200 m outlets (`gis_core.regulations`); 100 lies between."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How deep something lies, in metres.

    Parameters
    ----------
    least_m
        None: no way on foot is recorded.
    most_m
        None: it may be any depth.

    >>> Depth(0.0, 80.0).deeper_than(50), Depth(60.0, 80.0).deeper_than(50), Depth(60.0, None).deeper_than(100)
    ('unknown', 'yes', 'unknown')
    >>> Depth(None, None).verdict, Depth(0.0, 0.0).verdict, Depth(0.0, 12.5).verdict, Depth(3.0, 12.5).verdict
    (<Verdict.UNKNOWN: 'unknown'>, <Verdict.PASSABLE: 'passable'>, <Verdict.UNKNOWN: 'unknown'>,
    <Verdict.BLOCKED: 'blocked'>)
    """

    least_m: float | None
    most_m: float | None

    def deeper_than(self, metres: float) -> Answer:
        """Tell whether it lies deeper, as far as anybody knows."""
        if self.least_m is not None and self.least_m > metres:
            return "yes"
        return "no" if self.most_m is not None and self.most_m <= metres else "unknown"

    @property
    def verdict(self) -> Verdict:
        """Whether the vehicle gets all the way."""
        if self.least_m is not None and self.least_m > 0:
            return Verdict.BLOCKED
        return Verdict.PASSABLE if self.most_m == 0 else Verdict.UNKNOWN


@dataclass(frozen=True)
class LaneSurvey:
    """The lanes of a network for one vehicle; everything by the numbers of `Lanes`."""

    network: Network
    lanes: Lanes
    depths: Depths

    @cached_property
    def _of_junctions(self) -> tuple[Longs, Longs]:
        return self.depths.perhaps.node_mm, self.depths.surely.node_mm

    @cached_property
    def length_mm(self) -> Longs:
        """Give the length of each lane, (k,)."""
        return self._summed(self.network.topology.length_mm.astype(np.int64))

    @cached_property
    def surely_mm(self) -> Longs:
        """Give how much of each lane the vehicle surely drives, (k,)."""
        return self._summed(self.depths.surely.reached_mm())

    def _summed(self, of_edge: Longs) -> Longs:
        there = self.lanes.of_edge >= 0
        total = np.zeros(len(self.lanes), np.int64)
        np.add.at(total, self.lanes.of_edge[there], of_edge[there])
        return total

    @cached_property
    def depth(self) -> tuple[Depth, ...]:
        """Give the depth of the deepest junction of each lane: of its end, where it has one."""
        least, most = self._of_junctions
        lowest = self._farthest(self.depths.perhaps.reached_mm(), least)
        highest = self._farthest(self.depths.surely.reached_mm(), most)
        nobody = self._nobody_walks(self.depths.surely.reached_mm(), most)
        return tuple(
            Depth(low / 1000 if low >= 0 else None, None if lost or high < 0 else high / 1000)
            for low, high, lost in zip(lowest.tolist(), highest.tolist(), nobody.tolist(), strict=True)
        )

    def _farthest(self, reached_mm: Longs, node_mm: Longs) -> Longs:
        """Give the depth of the farthest end of each lane; an edge that is reached as a whole lies 0 deep."""
        topology, there = self.network.topology, self.lanes.of_edge >= 0
        far = np.maximum(node_mm[topology.tail], node_mm[topology.head])
        far = np.where(reached_mm == topology.length_mm, 0, far)
        farthest = np.full(len(self.lanes), -1, np.int64)
        np.maximum.at(farthest, self.lanes.of_edge[there], far[there])
        return farthest

    def _nobody_walks(self, reached_mm: Longs, node_mm: Longs) -> Longs:
        topology, there = self.network.topology, self.lanes.of_edge >= 0
        lost = (np.minimum(node_mm[topology.tail], node_mm[topology.head]) < 0) & (reached_mm != topology.length_mm)
        any_lost = np.zeros(len(self.lanes), np.int64)
        np.maximum.at(any_lost, self.lanes.of_edge[there], lost[there])
        return any_lost

    def deepest(self, lane: int) -> Spot:
        """Give the place of the lane that lies deepest: by the most it may, else by the least."""
        topology, (least, most) = self.network.topology, self._of_junctions
        spots = [
            (int(node), Spot(edge, at_mm))
            for edge in self.lanes.edges[lane].tolist()
            for node, at_mm in ((topology.tail[edge], 0), (topology.head[edge], int(topology.length_mm[edge])))
        ]
        return max(spots, key=lambda spot: (least[spot[0]] > 0, most[spot[0]], least[spot[0]], -spot[0]))[1]

    def depths_at(self, edges: Ints, places: Ints) -> list[Depth]:
        """Give the depth of many places; a place on no road (edge -1) may be any depth."""
        on = np.flatnonzero(edges >= 0)
        least, most = np.full((2, len(edges)), -1, np.int64)
        least[on], most[on] = self.depths.at(edges[on], places[on])
        return [
            Depth(low / 1000 if low >= 0 else None, high / 1000 if high >= 0 else None)
            for low, high in zip(least.tolist(), most.tolist(), strict=True)
        ]


def survey_lanes(network: Network, lanes: Lanes, profile: Profile, starts: Sequence[tuple[Spot, int]]) -> LaneSurvey:
    """Find how deep the lanes lie for a vehicle that starts at some places."""
    return LaneSurvey(network, lanes, depths_of(network, profile, starts))
