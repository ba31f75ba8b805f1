"""Houses and sources as coverage sees them: read whole from the tables, or some of them, and placed on the ways.

People walk where trucks do not drive: a house lies on the nearest way of any kind. What lies between it and a way
farther than `AT_ROAD_M`, or across water or rails, nobody recorded: it is reached through the unknown at best.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.models import Building, Facility
from routes.barriers import Barrier, barriers_now
from routes.coverage.classes import BY_SECTOR, BY_USE, CoverRules, Demanding, need_of
from routes.engine.arrays import Flags, Floats, Ints, Longs, Network, Small, first_of
from routes.engine.covering import Places
from routes.engine.locating import locate
from routes.network.projecting import metres_of
from routes.network.reading import Columns, read_columns
from routes.snapping import AT_ROAD_M

WAY_WITHIN_M: Final = 200.0
"""Farther from every way a house or a source is on none."""
LAYERS: Final = ("buildings", "facilities")
_TABLES: Final = (Building._meta.db_table, Facility._meta.db_table)
_KINDS: Final = (Demanding.UNKNOWN, Demanding.HOMES, Demanding.PUBLIC, Demanding.INDUSTRY)
_WALL_STEP_M: Final = 4.0
_POINT_BYTES: Final = 21


@dataclass(frozen=True, slots=True)
class Houses:
    """Buildings and facilities, n of them; -1 stands for what nobody counted, and for no unit."""

    layer: Small  # index into `LAYERS`
    id: Longs
    unit: Longs
    lon_lat: Floats  # (n, 2) a point of it
    edge: Ints
    at_mm: Ints
    offset_mm: Ints
    sure: Flags
    least_lps: Floats
    most_lps: Floats
    households: Longs
    people: Longs
    synthetic: Flags

    def __len__(self) -> int:
        return len(self.id)

    @property
    def places(self) -> Places:
        """Where they lie on the ways."""
        return Places(self.edge, self.at_mm, self.offset_mm, self.sure)

    @property
    def keys(self) -> list[tuple[int, int]]:
        """Layer and number of each."""
        return list(zip(self.layer.tolist(), self.id.tolist(), strict=True))

    def some(self, which: Any) -> Self:
        """Take some of them."""
        return type(self)(*(getattr(self, column.name)[which] for column in fields(self)))

    def and_also(self, more: Self) -> Self:
        """Put others behind them."""
        names = (column.name for column in fields(self))
        return type(self)(*(np.concatenate([getattr(self, name), getattr(more, name)]) for name in names))


def read_houses(network: Network, rules: CoverRules, ids: Sequence[Sequence[int] | None] = (None, None)) -> Houses:
    """Read the buildings and facilities, by layer and number: one query each; `ids` of each layer, None all."""
    parts = [_read(network, rules, layer, wanted) for layer, wanted in enumerate(ids) if wanted is None or wanted]
    houses = parts[0] if parts else _read(network, rules, 0, [])
    for more in parts[1:]:
        houses = houses.and_also(more)
    return houses


def _read(network: Network, rules: CoverRules, layer: int, ids: Sequence[int] | None) -> Houses:
    facility = layer == 1
    kinds = BY_SECTOR if facility else BY_USE
    codes = [code for kind in _KINDS[1:] for code in kinds if kinds[code] is kind]
    known = f"array_position(ARRAY{codes!r}::text[], {'sector' if facility else 'use'}::text)"
    columns = read_columns(
        _TABLES[layer],
        numbers={
            "id": ("id", "int8"),
            "unit": ("coalesce(administrative_unit_id, -1)", "int8"),
            "kind": (f"coalesce({known}, 0)", "int4"),
            "storeys": ("coalesce(storeys, 0)", "int4"),
            "households": ("-1" if facility else "coalesce(households, -1)", "int8"),
            "people": ("coalesce(people_max, -1)" if facility else "coalesce(people, -1)", "int8"),
            "synthetic": ("synthetic", "bool"),
            "size": ("octet_length(ST_AsBinary(ST_Force2D(geom)))", "int4"),
        },
        blobs={"wkb": "ST_AsBinary(ST_Force2D(geom), 'NDR')"},
        ids=ids,
    )
    first, xy, lon_lat = _shapes(columns.blobs["wkb"], columns.arrays["size"])
    edge, at_mm, offset_mm, sure = on_ways(network, first, xy)
    least, most = _needs(columns, [kinds[code] for code in codes], rules)
    a = columns.arrays
    return Houses(
        np.full(len(a["id"]), layer, np.int8), a["id"], a["unit"], lon_lat, edge, at_mm, offset_mm, sure, least, most,
        a["households"], a["people"], a["synthetic"],
    )  # fmt: skip


def _needs(columns: Columns, kinds: Sequence[Demanding], rules: CoverRules) -> tuple[Floats, Floats]:
    """Ask the rules once for each kind and number of storeys."""
    of_kind = (Demanding.UNKNOWN, *kinds)
    asked = np.stack([columns.arrays["kind"], columns.arrays["storeys"]], axis=1)
    distinct, which = np.unique(asked, axis=0, return_inverse=True)
    needs = [need_of(of_kind[kind], storeys or None, rules.on) for kind, storeys in distinct.tolist()]
    ends = np.array([(need.least_lps, need.most_lps) for need in needs], np.float64).reshape(-1, 2)[which.ravel()]
    return ends[:, 0].copy(), ends[:, 1].copy()


def _shapes(wkb: NDArray[np.uint8], size: NDArray[np.int32]) -> tuple[Longs, Floats, Floats]:
    """Give the points of each place in metres, where they begin, and a point of each in degrees."""
    if (size == _POINT_BYTES).all():
        lon_lat = wkb.reshape(-1, _POINT_BYTES)[:, 5:].copy().view("<f8").astype(np.float64)
        return np.arange(len(size) + 1), metres_of(lon_lat), lon_lat
    ends = first_of(size)
    raw = wkb.tobytes()
    shapes = shapely.from_wkb([raw[a:b] for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)])
    lon_lat = shapely.get_coordinates(shapely.point_on_surface(shapes))
    metric = shapely.segmentize(shapely.transform(shapes, metres_of), _WALL_STEP_M)
    xy, index = shapely.get_coordinates(metric, return_index=True)
    return first_of(np.bincount(index, minlength=len(size))), xy, lon_lat


def on_ways(network: Network, first: Longs, xy: Floats, *, at_water: bool = False) -> tuple[Ints, Ints, Ints, Flags]:
    """Place what has these points: edge, millimetres along it, straight millimetres from it, whether that is sure.

    Parameters
    ----------
    at_water
        Whether it may stand in or at water itself, as an intake point does.
    """
    located = locate(network, first, xy, within_m=WAY_WITHIN_M)
    on = located.edge >= 0
    apart = np.where(on, located.apart_m, 0.0)
    sure = on & (apart <= AT_ROAD_M)
    if on.any():
        which = np.flatnonzero(sure)
        sure[which] &= ~across_barriers(
            network, located.edge[which], located.at_mm[which], xy[located.vertex[which]], at_water=at_water
        )
    return located.edge, located.at_mm, np.rint(apart * 1000).astype(np.int32), sure


def across_barriers(network: Network, edge: Ints, at_mm: Ints, xy: Floats, *, at_water: bool) -> Flags:
    """Tell between which places and their ways recorded water or rails lie."""
    barriers = barriers_now()
    across = _across(network, edge, at_mm, xy, barriers.waters, own_m=5.0 if at_water else 0.0)
    # Whatever stands on rails is across them too.
    across |= _across(network, edge, at_mm, xy, barriers.rails, own_m=-1.0)
    return across


def _across(network: Network, edge: Ints, at_mm: Ints, xy: Floats, barrier: Barrier, *, own_m: float) -> Flags:
    """Tell between which places and their ways a barrier lies that is not within `own_m` of the place itself."""
    across = np.zeros(len(edge), np.bool_)
    if not len(barrier.shapes) or not len(edge):
        return across
    tree = barrier.tree
    points = np.asarray(shapely.points(xy))
    # Only few are near one: the others need no line to their way.
    near = np.unique(tree.query(points, predicate="dwithin", distance=AT_ROAD_M)[0])
    if not len(near):
        return across
    lines = shapely.linestrings(np.stack([xy[near], _on_edges(network, edge[near], at_mm[near])], axis=1))
    line, crossed = tree.query(lines, predicate="intersects")
    own = shapely.distance(points[near[line]], barrier.shapes[crossed]) <= own_m
    across[near[line[~own]]] = True
    return across


def _on_edges(network: Network, edge: Ints, at_mm: Ints) -> Floats:
    topology = network.topology
    first = topology.vertex_first
    lines = [shapely.LineString(topology.vertex_xy[first[e] : first[e + 1]]) for e in edge.tolist()]
    return shapely.get_coordinates(shapely.line_interpolate_point(lines, at_mm / 1000))
