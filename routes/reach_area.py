"""Pieces of roads become areas: the squares of a grid that a reached piece runs through, joined."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from routes.engine.arrays import Floats, Longs, Network

CELLS_M: Final = (25.0, 50.0, 100.0, 200.0)
"""Sides of the squares, from fine to coarse."""
_FEW: Final = 8_000
"""With more squares than this the next coarser grid is taken: an area is looked at, not measured."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """k pieces of edges: `from_mm` <= `to_mm` along the line of the edge."""

    edge: Longs
    from_mm: Longs
    to_mm: Longs

    @property
    def length_m(self) -> float:
        """Metres of road, each place counted as often as pieces cover it."""
        return float((self.to_mm - self.from_mm).sum()) / 1000


def cell_side_m(length_m: float) -> float:
    """Choose the side of the squares by the metres of road to draw.

    >>> cell_side_m(20_000), cell_side_m(3_000_000)
    (25.0, 200.0)
    """
    return next((side for side in CELLS_M if length_m / side <= _FEW), CELLS_M[-1])


def area_of(network: Network, pieces: Pieces, *, cell_m: float) -> shapely.Geometry:
    """Join the squares that the pieces run through.

    Returns
    -------
    Polygon or MultiPolygon in EPSG:5897, empty for no pieces. A place in it is at most a diagonal of a square from a
    reached road.
    """
    cells = np.floor(_points_along(network, pieces, cell_m / 2) / cell_m).astype(np.int64)
    if not len(cells):
        return shapely.MultiPolygon()
    # One number for both (neither is negative in Vietnam): ten times as fast to make unique as pairs.
    keys = np.unique((cells[:, 1] << _BITS) | cells[:, 0])
    west, south = (keys & _MASK) * cell_m, (keys >> _BITS) * cell_m
    # Squares of a grid share whole sides: the union for coverages is exact, and several times as fast as the other.
    return shapely.coverage_union_all(shapely.box(west, south, west + cell_m, south + cell_m))


_BITS: Final = 32
_MASK: Final = (1 << _BITS) - 1


def _points_along(network: Network, pieces: Pieces, every_m: float) -> Floats:
    """Points on the pieces, at most `every_m` metres apart, both ends among them; shape (p, 2)."""
    length_m = (pieces.to_mm - pieces.from_mm) / 1000
    count = np.ceil(length_m / every_m).astype(np.int64) + 1
    piece = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    share = nth / np.maximum(count - 1, 1)[piece]
    at_m = pieces.from_mm[piece] / 1000 + share * length_m[piece]
    return places_on(network, pieces.edge[piece], at_m)


def places_on(network: Network, edge: Longs, at_m: Floats) -> Floats:
    """Give the places at these metres along these edges, EPSG:5897, shape (p, 2); beyond an end is the end."""
    topology = network.topology
    some, line = np.unique(edge, return_inverse=True)
    xy, first = _lines_of(network, some)
    last = first[1:] - 1
    first = first[:-1]
    # Metres along all lines put end to end: one search finds the segment of every place.
    step_m = np.hypot(*np.diff(xy, axis=0).T)
    step_m[last[:-1]] = 0.0  # from the end of one line to the start of the next
    along_m = np.concatenate([[0.0], np.cumsum(step_m)])
    drawn_m, stated_m = along_m[last] - along_m[first], topology.length_mm[some] / 1000
    scale = np.divide(drawn_m, stated_m, out=np.zeros_like(drawn_m), where=stated_m > 0)
    wanted = along_m[first[line]] + np.clip(at_m * scale[line], 0.0, drawn_m[line])
    segment = np.clip(np.searchsorted(along_m, wanted, side="right") - 1, first[line], last[line] - 1)
    rest = np.divide(wanted - along_m[segment], step_m[segment], out=np.zeros_like(wanted), where=step_m[segment] > 0)
    places: Floats = xy[segment] + np.clip(rest, 0.0, 1.0)[:, None] * (xy[segment + 1] - xy[segment])
    return places


def _lines_of(network: Network, edges: Longs) -> tuple[Floats, Longs]:
    """The vertices of some edges one after the other, and where each edge begins among them, with the end."""
    begin, end = network.topology.vertex_first[edges], network.topology.vertex_first[edges + 1]
    first = np.concatenate([[0], np.cumsum(end - begin)])
    index = np.arange(first[-1]) + np.repeat(begin - first[:-1], end - begin)
    return network.topology.vertex_xy[index], first
