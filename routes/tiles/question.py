"""What is asked of the tiles of ways."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Self

from django.http import QueryDict

from layers.tile_grid import Tile
from routes.asking import Parameters
from routes.network.profiles import Driver, driver_of
from routes.remembered import read_or_last

KNOWN: Final[Collection[str]] = ("vehicle",)


@dataclass(frozen=True, slots=True)
class TileQuestion:
    """A place in the grid, and who would drive there; without a vehicle the roads have no verdict."""

    tile: Tile
    driver: Driver | None

    @classmethod
    def of(cls, query: QueryDict, z: str, x: str, y: str) -> Self:
        """Read the address: one query where a vehicle is named.

        Raises
        ------
        gis_core.errors.BadRequest, layers.tile_grid.UnknownTile
            One of its kinds for each thing that can be wrong.
        """
        return cls(Tile.from_text(z, x, y), read_driver(query))


def read_driver(query: QueryDict) -> Driver | None:
    """Read the vehicle, the only parameter there is; while the store is silent, as it was read last."""
    asked = Parameters.of(query, KNOWN)
    if not asked.has("vehicle"):
        return None
    return driver_of(read_or_last(("vehicle", asked.text("vehicle")), asked.vehicle))
