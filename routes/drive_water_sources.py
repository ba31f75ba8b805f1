"""The sources of water as a search by road sees them: where an engine can stand to use each one.

Read once for each state of the water tables, placed once for each topology, and kept in the process.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_core.versions import data_version, one_snapshot
from hydrants.models import Hydrant
from hydrants.nearest import TABLES
from hydrants.sources import AnyWaterSource
from hydrants.usability import Demand, is_measured, reason_against
from routes.engine.arrays import Flags, Floats, Ints, Longs, Network, Spot, Standings, Topology
from routes.engine.searches import nearest_spots
from routes.way import METRIC

ROAD_WITHIN_M: Final = 200.0
"""A source farther from every road than this is none that an engine uses by road."""
ONE_HOSE_M: Final = 20.0
"""One hose bridges this: from the kerb, or from the mouth of the lane in which the source stands."""


@dataclass(frozen=True)
class Waters:
    """All sources of one state of the water tables: n of them, with their places in EPSG:5897."""

    version: str
    sources: tuple[AnyWaterSource, ...]
    is_hydrant: Flags  # (n,)
    mains: NDArray[np.str_]  # (n,) of hydrants; "" where nobody noted it, and for what hangs on no main
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
        # NaN compares false: what nobody measured meets no demand.
        return fit if demand.min_flow_lps is None else fit & (self.flow_lps >= demand.min_flow_lps)


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
    def lane_m(self) -> Floats:
        """Metres of lane from the stand to the source."""
        return (self.lane_to_mm - self.lane_from_mm) / 1000

    def open_to_hose(self, standings: Standings) -> Flags:
        """Tell to which stands a hose surely comes; what people may not pass, or nobody knows, lets none through."""
        has_some = np.diff(standings.first) > 0
        is_open = np.ones(len(self.edge), bool)
        for i in np.flatnonzero((self.lane >= 0) & has_some[self.lane]):
            here = slice(*standings.first[self.lane[i] : self.lane[i] + 2])
            met = (standings.from_mm[here] <= self.lane_to_mm[i]) & (standings.to_mm[here] >= self.lane_from_mm[i])
            is_open[i] = not np.any(met & (standings.foot[here] != 1))
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
    """The sources and their stands on one topology."""

    waters: Waters
    stands: Stands
    topology: Topology


class _Kept:
    """What the process keeps: the last state read and placed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: PlacedWaters | None = None

    def forget(self) -> None:
        with self._lock:
            self._last = None

    def at(self, network: Network) -> PlacedWaters:
        version = data_version(TABLES)
        with self._lock:
            last = self._last
            waters = last.waters if last is not None and last.waters.version == version else _read()
            if last is None or not _still_stands(last, waters, network):
                last = self._last = _placed(network, waters, last)
            return last


_KEPT: Final = _Kept()


def waters_on(network: Network) -> PlacedWaters:
    """Give all sources of water as they are now, placed on the network; one query where nothing changed."""
    return _KEPT.at(network)


def forget_waters() -> None:
    """Read anew next time: a test was rolled back and its version numbers come again."""
    _KEPT.forget()


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
    return PlacedWaters(waters, stands, network.topology)


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
    return Stands(*(np.concatenate([getattr(one, c.name), getattr(other, c.name)]) for c in fields(Stands)))


def _read() -> Waters:
    with one_snapshot():
        version = data_version(TABLES)
        sources = tuple(AnyWaterSource.objects.order_by("layer", "id"))
        mains = dict(Hydrant.objects.exclude(main_ref="").values_list("id", "main_ref"))
    lon_lat = np.array([(s.geom.x, s.geom.y) for s in sources]).reshape(-1, 2)
    return Waters(
        version=version,
        sources=sources,
        is_hydrant=np.array([s.layer == "hydrants" for s in sources], bool),
        mains=np.array([mains.get(s.id, "") if s.layer == "hydrants" else "" for s in sources], np.str_),
        xy=np.column_stack(METRIC.from_wgs84(*lon_lat.T)),
        flow_lps=np.array([s.flow_lps if is_measured(s.flow_lps) else np.nan for s in sources], np.float64),
    )
