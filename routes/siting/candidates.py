"""Where a new source could stand: along the roads, at the banks of water, and where a planner said."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import shapely

from gis_core.errors import Unprocessable
from hydrants.models import WaterBody
from routes.engine.arrays import Floats, Ints, Longs, Network, Spot
from routes.engine.covering import Places
from routes.passability import STEPS, UNFINISHED
from routes.route_answer import lon_lats_of
from routes.siting.asking import Area
from routes.siting.ground import places_of
from routes.way import FOOTWAYS, METRIC

MOST: Final = 20_000
BANK_M: Final = 20.0
"""A pump on a road farther from the bank than this draws nothing; ours, and told with the answer."""
_NOT_BUILT_AT: Final = FOOTWAYS | STEPS | UNFINISHED


class Kind(StrEnum):
    """What would be built."""

    HYDRANT = "hydrant"
    TANK = "tank"
    INTAKE = "intake"


LAYER_OF: Final = {Kind.HYDRANT: "hydrants", Kind.TANK: "water-tanks", Kind.INTAKE: "intake-points"}


class Along(StrEnum):
    """Where candidates come from."""

    ROADS = "roads"
    BANKS = "banks"
    SCENARIO = "scenario"


class TooManyCandidates(Unprocessable):
    """More places than are compared in one question."""

    code = "too-many-candidates"
    title = "Ask about a smaller area or a wider spacing"


@dataclass(frozen=True, slots=True)
class Candidates:
    """c places where a source could stand; `water_depth_m` of the body at a bank, NaN: nobody knows."""

    kind: tuple[Kind, ...]
    along: tuple[Along, ...]
    about: tuple[str, ...]  # the ref of the body of water, or the name of the planned source
    lon_lat: Floats  # (c, 2)
    places: Places
    water_depth_m: Floats

    def __len__(self) -> int:
        return len(self.kind)

    def some(self, which: Longs) -> "Candidates":
        """Take some of them."""
        kind, along, about = (tuple(column[n] for n in which) for column in (self.kind, self.along, self.about))
        return Candidates(kind, along, about, self.lon_lat[which], self.places.some(which), self.water_depth_m[which])


_NOWHERE: Final = Places(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, bool))
NOBODY: Final = Candidates((), (), (), np.zeros((0, 2)), _NOWHERE, np.zeros(0))


def joined(parts: list[Candidates]) -> Candidates:
    """Put several sets of candidates behind one another.

    Raises
    ------
    TooManyCandidates
    """
    count = sum(map(len, parts))
    _check_number(count)
    if not count:
        return NOBODY
    places = [part.places for part in parts]
    return Candidates(
        tuple(kind for part in parts for kind in part.kind),
        tuple(along for part in parts for along in part.along),
        tuple(about for part in parts for about in part.about),
        np.concatenate([part.lon_lat for part in parts]),
        Places(
            np.concatenate([place.edge for place in places]),
            np.concatenate([place.at_mm for place in places]),
            np.concatenate([place.offset_mm for place in places]),
            np.concatenate([place.sure for place in places]),
        ),
        np.concatenate([part.water_depth_m for part in parts]),
    )


def _check_number(count: int) -> None:
    if count > MOST:
        raise TooManyCandidates(
            "There are %(count)d places to compare, and %(most)d at most: name a ward or a bbox, or a wider spacing_m.",
            count=count, most=MOST,
        )  # fmt: skip


def along_roads(network: Network, area: Area, *, kind: Kind, spacing_m: float) -> Candidates:
    """Put candidates on every road that vehicles drive, at most `spacing_m` apart, none at a junction itself.

    Raises
    ------
    TooManyCandidates
    """
    roads, length = network.roads, network.topology.length_mm.astype(np.int64)
    driven = np.array([name not in _NOT_BUILT_AT for name in roads.classes], bool)[roads.road_class]
    edges = np.flatnonzero(driven & ~roads.gone & (length > 0))
    if area.unit is not None:
        edges = edges[np.isin(roads.unit_id[edges], area.unit_ids)]
    if area.bbox is not None:
        edges = edges[_near_box(network, edges, area.bbox)]
    count = np.ceil(length[edges] / (spacing_m * 1000)).astype(np.int64)
    if area.bbox is None:
        _check_number(int(count.sum()))
    edge = np.repeat(edges, count)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    at_mm = (2 * nth + 1) * length[edge] // (2 * np.repeat(count, count))
    lon_lat = np.array(lon_lats_of(network, [Spot(e, a) for e, a in zip(edge.tolist(), at_mm.tolist(), strict=True)]))
    inside = area.holds(lon_lat.reshape(-1, 2), roads.unit_id[edge])
    return _on_the_way(edge[inside], at_mm[inside], lon_lat.reshape(-1, 2)[inside], kind, Along.ROADS)


def _near_box(network: Network, edges: Longs, bbox: tuple[float, float, float, float]) -> Longs:
    """Tell which edges have an end near the box; the exact test follows, place by place."""
    west, south, east, north = bbox
    x, y = METRIC.from_wgs84(np.array([west, east, west, east]), np.array([south, south, north, north]))
    first = network.topology.vertex_first
    xy, length_m = network.topology.vertex_xy, network.topology.length_mm[edges] / 1000
    start = xy[first[edges]]
    inside_x = (start[:, 0] >= x.min() - length_m) & (start[:, 0] <= x.max() + length_m)
    return np.flatnonzero(inside_x & (start[:, 1] >= y.min() - length_m) & (start[:, 1] <= y.max() + length_m))


def _on_the_way(edge: Longs, at_mm: Longs, lon_lat: Floats, kind: Kind, along: Along) -> Candidates:
    count = len(edge)
    places = Places(edge.astype(np.int32), at_mm.astype(np.int32), np.zeros(count, np.int32), np.ones(count, bool))
    return Candidates((kind,) * count, (along,) * count, ("",) * count, lon_lat, places, np.full(count, np.nan))


def at_banks(network: Network, area: Area, *, spacing_m: float) -> Candidates:
    """Put candidates on roads within 20 m of the bank of a body of water, about `spacing_m` apart: one query."""
    bodies = WaterBody.objects.order_by("pk")
    if area.unit is not None:
        bodies = bodies.filter(geom__intersects=area.unit.geom)
    found = [
        (body, bank)
        for body in bodies.only("ref", "geom", "water_depth_m").iterator()
        for bank in _bank_points(body, spacing_m)
    ]
    if not found:
        return NOBODY
    lon_lat = np.column_stack(METRIC.to_wgs84(*np.array([bank for _, bank in found]).T))
    places = places_of(network, lon_lat, at_water=True)
    near = (places.edge >= 0) & (places.offset_mm <= BANK_M * 1000)
    drivable = np.array([name not in _NOT_BUILT_AT for name in network.roads.classes], bool)
    near &= drivable[network.roads.road_class[places.edge]]
    near &= area.holds(lon_lat, network.roads.unit_id[places.edge])
    which = np.flatnonzero(near)
    return Candidates(
        (Kind.INTAKE,) * len(which),
        (Along.BANKS,) * len(which),
        tuple(found[n][0].ref for n in which),
        lon_lat[which],
        places.some(which),
        np.array([_depth(found[n][0].water_depth_m) for n in which], float),
    )


def _depth(depth_m: float | None) -> float:
    return np.nan if depth_m is None or not 0 <= depth_m < np.inf else depth_m


def _bank_points(body: WaterBody, spacing_m: float) -> Floats:
    bank = shapely.boundary(METRIC.geom_from_wgs84(shapely.from_wkb(bytes(body.geom.wkb))))
    return shapely.get_coordinates(
        shapely.line_interpolate_point(bank, np.arange(0.0, shapely.length(bank), spacing_m))
    )


def planned_at(network: Network, kinds: list[Kind], names: list[str], lon_lat: Floats) -> Candidates:
    """Take places that a planner named; one near no road covers nobody."""
    count = len(kinds)
    places = places_of(network, lon_lat, at_water=True)
    return Candidates(
        tuple(kinds), (Along.SCENARIO,) * count, tuple(names), lon_lat.reshape(-1, 2), places, np.full(count, np.nan)
    )


def pairs_too_near(lon_lat: Floats, apart_m: float) -> Ints:
    """Give the pairs of candidates that stand less than `apart_m` straight metres apart, (p, 2)."""
    if apart_m <= 0 or len(lon_lat) < 2:  # noqa: PLR2004 - a pair
        return np.zeros((0, 2), np.int32)
    points = np.asarray(shapely.points(np.column_stack(METRIC.from_wgs84(*lon_lat.T))))
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=apart_m - 1e-6)
    near: Ints = np.column_stack([one, other])[one < other].astype(np.int32)
    return near
