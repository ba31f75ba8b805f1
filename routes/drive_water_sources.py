"""The sources of water as a search by road sees them: where an engine can stand to use each one.

Read once for each state of the water tables, placed once for each topology, and kept in the process.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_core.kept import State, state_of
from gis_core.versions import one_snapshot
from hydrants.models import Hydrant
from hydrants.nearest import SOURCE_TABLES
from hydrants.sources import AnyWaterSource
from hydrants.usability import Demand, is_measured, reason_against
from routes.barriers import Barriers, barriers_now
from routes.coverage.places import across_barriers
from routes.engine.arrays import Flags, Floats, Ints, Longs, Network, RoadState, Spot, Standings, Topology
from routes.engine.searches import Targets, nearest_spots
from routes.passability import UNFINISHED
from routes.snapping import AT_ROAD_M
from routes.way import METRIC

ROAD_WITHIN_M: Final = 200.0
"""A source farther from every road than this is none that an engine uses by road."""
ONE_HOSE_M: Final = 20.0
"""One hose bridges this: from the kerb, or from the mouth of the lane in which the source stands."""


@dataclass(frozen=True)
class Waters:
    """All sources of one state of the water tables: n of them, with their places in EPSG:5897."""

    version: State
    sources: tuple[AnyWaterSource, ...]
    is_hydrant: Flags  # (n,)
    mains: NDArray[np.str_]  # (n,) of hydrants; "" where nobody noted it, and for what hangs on no main
    lon_lat: Floats  # (n, 2) degrees
    xy: Floats  # (n, 2)
    flow_lps: Floats  # (n,) NaN where nobody measured it
    _known: dict[float, Flags] = field(default_factory=dict, repr=False, compare=False)

    def usable(self, demand: Demand) -> Flags:
        """Tell which sources meet the demand, (n,): `hydrants.usability.reason_against` for all of them."""
        depth_m = demand.max_suction_depth_m
        if depth_m not in self._known:
            at_any_flow = Demand(depth_m)
            self._known[depth_m] = np.array([reason_against(s, at_any_flow) is None for s in self.sources], bool)
        fit = self._known[depth_m]
        if demand.min_flow_lps is not None:
            fit = fit & (self.flow_lps >= demand.min_flow_lps)  # NaN compares false: what nobody measured meets none
        if of_the_moment := [self._index[key] for key in demand.out.union(demand.marked) if key in self._index]:
            fit = fit.copy()
            fit[of_the_moment] = [reason_against(self.sources[i], demand) is None for i in of_the_moment]
        return fit

    @cached_property
    def _index(self) -> dict[str, int]:
        return {source.key: i for i, source in enumerate(self.sources)}


@dataclass(frozen=True)
class Stands:
    """Where an engine can stand for a source, k places; a source has one, several, or none.

    The first is the nearest road. Others are the roads that meet it at a junction one hose away, so that nobody drives
    into a lane for a hydrant at its mouth.
    """

    source: Ints  # (k,) index into `Waters`
    edge: Ints
    at_mm: Ints
    apart_m: Floats  # straight from the nearest road to the source
    lane: Ints  # edge along which the hose lies from the junction, -1 for a stand at the source
    lane_from_mm: Ints
    lane_to_mm: Ints

    @property
    def at_road(self) -> Flags:
        """Tell which stand at a source that is on its road; what lies between a road and a farther one nobody knows."""
        return self.apart_m <= AT_ROAD_M

    @property
    def lane_m(self) -> Floats:
        """Metres of lane from the stand to the source."""
        return (self.lane_to_mm - self.lane_from_mm) / 1000

    def spot(self, stand: int) -> Spot:
        """Give where the truck stands, with the metres of hose to the source: along the lane, and from the road."""
        lane_mm = int(self.lane_to_mm[stand]) - int(self.lane_from_mm[stand])
        hose_m = lane_mm / 1000 + float(self.apart_m[stand])
        return Spot(int(self.edge[stand]), int(self.at_mm[stand]), hose_m)

    def open_to_hose(self, network: Network) -> Flags:
        """Tell to which stands a hose surely comes.

        What people may not pass, or nobody knows, lets none through; nor does a lane that may not be there.
        """
        standings, roads = network.standings, network.roads
        not_there = np.isin(roads.classes, list(UNFINISHED))[roads.road_class[self.lane]]
        is_open = (self.lane < 0) | ~not_there
        for i in np.flatnonzero((self.lane >= 0) & (standings.first[self.lane + 1] > standings.first[self.lane])):
            here = slice(*standings.first[self.lane[i] : self.lane[i] + 2])
            met = (standings.from_mm[here] <= self.lane_to_mm[i]) & (standings.to_mm[here] >= self.lane_from_mm[i])
            is_open[i] &= not np.any(met & (standings.foot[here] != 1))
        return is_open


def place(network: Network, xy: Floats, which: Longs) -> Stands:
    """Find where an engine can stand for some of n places (EPSG:5897, shape (n, 2))."""
    rows = [(i, *row) for i in which.tolist() for row in _stands(network, *xy[i].tolist())]
    columns: Sequence[Sequence[float]] = list(zip(*rows, strict=True)) or [()] * 7
    kinds = (np.int32, np.int32, np.int32, np.float64, np.int32, np.int32, np.int32)
    return Stands(*(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))


def _stands(network: Network, x: float, y: float) -> Iterator[tuple[int, int, float, int, int, int]]:
    for nearest in nearest_spots(network, (x, y), count=1, within_m=ROAD_WITHIN_M):
        yield nearest.edge, nearest.at_mm, nearest.apart_m, -1, 0, 0
        yield from _at_junctions(network, nearest)


def _at_junctions(network: Network, nearest: Spot) -> Iterator[tuple[int, int, float, int, int, int]]:
    topology = network.topology
    end_mm = int(topology.length_mm[nearest.edge])
    for node, at_mm in ((topology.tail[nearest.edge], 0), (topology.head[nearest.edge], end_mm)):
        from_mm, to_mm = sorted((nearest.at_mm, at_mm))
        if nearest.apart_m + (to_mm - from_mm) / 1000 > ONE_HOSE_M:
            continue
        for arc in topology.arcs[topology.arc_first[node] : topology.arc_first[node + 1]].tolist():
            edge = arc >> 1
            if edge != nearest.edge and not network.roads.gone[edge]:
                starts_here = arc % 2 == 0
                place_mm = 0 if starts_here else int(topology.length_mm[edge])
                yield edge, place_mm, nearest.apart_m, nearest.edge, from_mm, to_mm


@dataclass(frozen=True)
class PlacedWaters:
    """The sources and their stands on one topology; `clear`: neither water nor rails lie between source and road."""

    waters: Waters
    stands: Stands
    topology: Topology
    clear: Flags | None = None  # of each stand; None: nothing is recorded that could lie there
    # What follows from it, made when it is first asked for: by threads that come at once twice, and both the same.
    _targets: dict[float, Targets] = field(default_factory=dict, init=False, repr=False, compare=False)
    _open: list[tuple[Standings, RoadState, Flags]] = field(default_factory=list, init=False, repr=False, compare=False)

    def targets(self, by_hand_s_per_m: float) -> Targets:
        """Give the stands as targets; from a junction or a kerb far away it takes longer, by hose laid by hand."""
        if by_hand_s_per_m not in self._targets:
            far_m = self.stands.lane_m + np.maximum(self.stands.apart_m - ONE_HOSE_M, 0.0)
            laying_ms = np.rint(far_m * by_hand_s_per_m * 1000).astype(np.int64)
            some = Targets.of(self.stands.edge, self.stands.at_mm, np.ones(len(far_m), bool), laying_ms)
            self._targets[by_hand_s_per_m] = some
        return self._targets[by_hand_s_per_m]

    @property
    def at_road(self) -> Flags:
        """Tell which stand at a source that is on its road, with nothing recorded between them."""
        return self.stands.at_road if self.clear is None else self.stands.at_road & self.clear

    def open_to_hose(self, network: Network) -> Flags:
        """Tell to which stands a hose surely comes: `Stands.open_to_hose`."""
        last = self._open[-1] if self._open else None
        if last is None or last[0] is not network.standings or last[1] is not network.roads:
            last = network.standings, network.roads, self.stands.open_to_hose(network)
            self._open[:] = [last]
        return last[2]


class _Kept:
    """What the process keeps: the last state read and placed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: PlacedWaters | None = None
        self._barriers: Barriers | None = None

    def at(self, network: Network) -> PlacedWaters:
        version, barriers = state_of(SOURCE_TABLES), barriers_now()
        with self._lock:
            last = self._last
            waters = last.waters if last is not None and last.waters.version == version else _read()
            if last is None or self._barriers is not barriers or not _still_stands(last, waters, network):
                last = self._last = _placed(network, waters, last)
                self._barriers = barriers
            return last


_KEPT: Final = _Kept()


def waters_on(network: Network) -> PlacedWaters:
    """Give all sources of water as they are now, placed on the network; two queries where nothing changed."""
    return _KEPT.at(network)


def _still_stands(last: PlacedWaters, waters: Waters, network: Network) -> bool:
    same = last.waters is waters and last.topology is network.topology
    return same and not network.roads.gone[last.stands.edge].any()


def _placed(network: Network, waters: Waters, last: PlacedWaters | None) -> PlacedWaters:
    kept = _unmoved(network, waters, last) if last is not None and last.topology is network.topology else None
    anew = np.ones(len(waters.sources), bool)
    if kept is not None:
        anew[kept.source] = False
    placed = place(network, waters.xy, np.flatnonzero(anew))
    stands = placed if kept is None else _joined(kept, placed)
    return PlacedWaters(waters, stands, network.topology, _clear(network, waters, stands))


def _clear(network: Network, waters: Waters, stands: Stands) -> Flags:
    """Tell which stands have neither water nor rails between the source and its road, by the nearest place on it."""
    nearest = np.flatnonzero(stands.lane < 0)
    source, across = stands.source[nearest], np.zeros(len(waters.sources), bool)
    across[source] = across_barriers(
        network, stands.edge[nearest], stands.at_mm[nearest], waters.xy[source], at_water=True
    )
    return ~across[stands.source]


def _unmoved(network: Network, waters: Waters, last: PlacedWaters) -> Stands:
    """Keep the stands of sources that are where they were, unless a road of theirs is gone."""
    before = {source.key: i for i, source in enumerate(last.waters.sources)}
    index = np.full(len(before), -1, np.int32)
    for i, source in enumerate(waters.sources):
        was = before.get(source.key, -1)
        if was >= 0 and (last.waters.xy[was] == waters.xy[i]).all():
            index[was] = i
    index[last.stands.source[network.roads.gone[last.stands.edge]]] = -1
    here = index[last.stands.source] >= 0
    kept = Stands(*(getattr(last.stands, column.name)[here] for column in fields(Stands)))
    return replace(kept, source=index[kept.source])


def _joined(one: Stands, other: Stands) -> Stands:
    """Put them in the order in which they would stand had all been placed at once: ties go to the first."""
    order = np.argsort(np.concatenate([one.source, other.source]), kind="stable")
    return Stands(*(np.concatenate([getattr(one, c.name), getattr(other, c.name)])[order] for c in fields(Stands)))


def _read() -> Waters:
    with one_snapshot():
        version = state_of(SOURCE_TABLES)
        sources = tuple(AnyWaterSource.objects.order_by("layer", "id"))
        mains = dict(Hydrant.objects.exclude(main_ref="").values_list("id", "main_ref"))
    lon_lat = np.array([(s.geom.x, s.geom.y) for s in sources]).reshape(-1, 2)
    return Waters(
        version=version,
        sources=sources,
        is_hydrant=np.array([s.layer == "hydrants" for s in sources], bool),
        mains=np.array([mains.get(s.id, "") if s.layer == "hydrants" else "" for s in sources], np.str_),
        lon_lat=lon_lat,
        xy=np.column_stack(METRIC.from_wgs84(*lon_lat.T)),
        flow_lps=np.array([s.flow_lps if is_measured(s.flow_lps) else np.nan for s in sources], np.float64),
    )
