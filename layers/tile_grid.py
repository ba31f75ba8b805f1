"""The grid of web map tiles (OGC tile matrix set WebMercatorQuad), in plain arithmetic."""

import math
import re
from dataclasses import dataclass
from typing import Self

from gis_core.errors import NotFound

GRID_ID = "WebMercatorQuad"
MAX_ZOOM = 18
"""A unit of a tile is 4 cm in Hanoi there; nearer views enlarge these tiles."""

EXTENT = 4096
"""Units along a side of a tile."""

CELLS = 32
"""Cells along a side of a tile in which points are counted together at small scales."""

BUFFER = EXTENT // CELLS
"""Units beyond each side. One whole cell, so that a count near a side is the same in both tiles."""

_DIGITS = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


class UnknownTile(NotFound):
    """The grid has no such tile."""

    code = "unknown-tile"
    title = "There is no such tile"


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int

    @classmethod
    def from_text(cls, z: str, x: str, y: str) -> Self:
        """Read a tile's address, each tile spelt in one way only.

        >>> [round(side, 2) for side in Tile.from_text("14", "13009", "7212").box]
        [105.84, 21.02, 105.86, 21.04]

        Raises
        ------
        UnknownTile
            For what is no whole number, and for numbers outside the grid.
        """
        if all(map(_DIGITS.fullmatch, (z, x, y))) and int(z) <= MAX_ZOOM and max(int(x), int(y)) < 2 ** int(z):
            return cls(int(z), int(x), int(y))
        raise UnknownTile(
            "There is no tile %(tile)s: write zoom/column/row in whole numbers, the zoom from 0 to %(max_zoom)d, "
            "column and row from 0 to 2^zoom - 1.",
            tile=f"{z}/{x}/{y}"[:60],
            max_zoom=MAX_ZOOM,
        )

    @property
    def cell_longitudes(self) -> list[float]:
        """Return the borders of the columns of cells in degrees, west to east, with one cell beyond each side."""
        cells = 2**self.z * CELLS
        return [(self.x * CELLS + i) / cells * 360 - 180 for i in range(-1, CELLS + 2)]

    @property
    def cell_latitudes(self) -> list[float]:
        """Return the borders of the rows of cells in degrees, south to north, with one cell beyond each side."""
        cells = 2**self.z * CELLS
        return [_latitude((self.y * CELLS + i) / cells) for i in range(CELLS + 1, -2, -1)]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees, the buffer included."""
        cells, column, row = 2**self.z * CELLS, self.x * CELLS, self.y * CELLS
        west, east = ((column + i) / cells * 360 - 180 for i in (-1, CELLS + 1))
        south, north = (_latitude((row + i) / cells) for i in (CELLS + 1, -1))
        return west, south, east, north

    @property
    def pixel(self) -> tuple[float, float]:
        """Return the size in degrees of a pixel where a tile is 256 pixels wide; the height is that in the middle."""
        width = 360 / 2**self.z / 256
        middle = _latitude((self.y + 0.5) / 2**self.z)
        return width, width * math.cos(math.radians(middle))


def tile_at(lon: float, lat: float, z: int) -> Tile:
    """Return the tile that holds a point; beyond the grid, the nearest one.

    >>> tile_at(105.85, 21.03, 14)
    Tile(z=14, x=13009, y=7212)
    """
    last = 2**z - 1
    sine = math.sin(math.radians(min(max(lat, -89.9), 89.9)))
    column = (lon + 180) / 360
    row = 0.5 - math.atanh(sine) / (2 * math.pi)
    return Tile(z, *(min(max(math.floor(place * 2**z), 0), last) for place in (column, row)))


def _latitude(row: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row))))
