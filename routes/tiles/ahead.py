"""What tiles from afar rest on, made before anybody asks: a tile of the whole city looks at each of its roads."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from layers.tile_grid import Tile, tile_at
from routes.engine.arrays import Network
from routes.tiles.drawing import MIN_ZOOM, make_grid
from routes.way import METRIC

UP_TO_ZOOM: Final = 12
"""Nearer ones hold so few roads that nobody waits for their grid."""
_MOST: Final = 100


def make_overview(network: Network) -> None:
    """Make the grids of the tiles that show the city from afar, the farthest first."""
    for tile, _ in zip(tiles_from_afar(network), range(_MOST), strict=False):
        make_grid(network, tile)


def tiles_from_afar(network: Network) -> Iterator[Tile]:
    """Give the tiles over the box of all roads; none without roads."""
    xy = network.topology.vertex_xy
    if not len(xy):
        return
    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    lon, lat = METRIC.to_wgs84(np.array([west, west, east, east]), np.array([south, north, south, north]))
    for z in range(MIN_ZOOM, UP_TO_ZOOM + 1):
        first, last = tile_at(min(lon), max(lat), z), tile_at(max(lon), min(lat), z)
        for x in range(first.x, last.x + 1):
            yield from (Tile(z, x, y) for y in range(first.y, last.y + 1))
