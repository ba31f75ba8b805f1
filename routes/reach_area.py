"""Pieces of roads become areas: the squares of a grid that a reached piece runs through, joined."""

from dataclasses import dataclass
from typing import Final

import shapely

from routes.engine.arrays import Longs, Network
from routes.engine.squares import area_of_squares

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


def area_of(network: Network, pieces: Pieces, *, cell_m: float) -> shapely.MultiPolygon:
    """Join the squares that the pieces run through.

    Returns
    -------
    In EPSG:5897, empty for no pieces. A place in it is at most a diagonal of a square from a reached road.
    """
    return area_of_squares(network, pieces.edge, pieces.from_mm, pieces.to_mm, cell_m)
