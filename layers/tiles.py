"""Vector tiles (MVT 2.1) of one or several layers, written by PostGIS, remembered until the data changes."""

import gzip
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.cache import caches

from gis_core.registry import Layer
from gis_core.statements import fetch_row
from gis_core.versions import read_versions
from layers.audience import Audience
from layers.tile_grid import Tile
from layers.tile_rules import Sight, is_counted, sight_of, tile_fields, tile_rules
from layers.tile_sql import statement_of

Params = dict[str, Any]

_GZIP = b"\x1f\x8b"
"""How gzip begins; a tile begins with 0x1a, the mark of its first layer."""


@dataclass(frozen=True, slots=True)
class TilePart:
    """One layer's share of a tile, not yet read; `key` names what is asked and the state of the data."""

    statement: str
    params: Params
    key: str
    prepared: bool

    def read(self, *, packed: bool) -> bytes:
        """Return the share, from the cache where it is known; empty without features, `packed` with gzip."""
        if (known := self.known()) is None:
            row = fetch_row(self.statement, self.params, prepared=self.prepared, binary=self.prepared)
            return self.kept(bytes(row[0]), packed=packed)
        wanted = _in_form(known, packed=packed)
        # Packing takes a fifth as long as making the tile, so it is done for whoever takes it, and then kept.
        return wanted if wanted is known or not packed else self.kept(wanted, packed=packed)

    def known(self) -> bytes | None:
        """Return the share if the cache has it, packed or not."""
        known: bytes | None = caches["tiles"].get(self.key)
        return known

    def kept(self, content: bytes, *, packed: bool) -> bytes:
        """Put the share into the cache as it is wanted, and return it so."""
        wanted = _in_form(content, packed=packed)
        caches["tiles"].set(self.key, wanted, timeout=None)
        return wanted


def tile_parts(layers: Iterable[Layer], tile: Tile, audience: Audience, *, drawing: bool = False) -> list[TilePart]:
    """Prepare the shares of several layers in one tile: one query, for the versions of their tables.

    `drawing` leaves out what only a reader of attributes needs.

    The versions are read before the data. A write between the two makes a tile newer than its key says, never older,
    and the next question has the next key.
    """
    drawn = [layer for layer in layers if is_drawn(layer, tile)]
    versions = (
        read_versions({table for layer in drawn for table in tile_tables(layer, tile, audience, drawing=drawing)})
        if drawn
        else {}
    )
    return [tile_part(layer, tile, audience, versions, drawing=drawing) for layer in drawn]


def is_drawn(layer: Layer, tile: Tile) -> bool:
    """Tell whether a layer has a share in a tile at all."""
    return tile.z >= tile_rules(layer).min_zoom


def tile_tables(layer: Layer, tile: Tile, audience: Audience, *, drawing: bool = False) -> Sequence[str]:
    """Name the tables that a layer's share in a tile is made of, in order."""
    return _tables(layer, tile.z, _sight(layer, tile, audience, drawing=drawing))


def read_tile(parts: Sequence[TilePart], *, packed: bool) -> bytes:
    """Join the shares; empty where no layer has a feature, `packed` with gzip."""
    if len(parts) == 1:
        return parts[0].read(packed=packed)
    return _in_form(b"".join(part.read(packed=False) for part in parts), packed=packed)


def tile_etag(parts: Sequence[TilePart]) -> str:
    """Name a tile; weak, because PostgreSQL may write its features in another order."""
    return f'W/"{_digest(*(part.key for part in parts))}"'


def tile_statement(layer: Layer, tile: Tile, audience: Audience, *, drawing: bool = False) -> tuple[str, Params]:
    """Return the SQL of one layer in one tile and its parameters; public, so that its plan can be looked at."""
    west, south, east, north = tile.box
    width, height = tile.pixel
    params: Params = {"layer": layer.id, "z": tile.z, "x": tile.x, "y": tile.y}
    params |= {"west": west, "south": south, "east": east, "north": north}
    params |= {"pixel_width": width, "pixel_height": height, "half_pixel": height / 2}
    params["units"] = sorted(audience.units)
    if is_counted(layer, tile.z):
        params |= {"columns": tile.cell_longitudes, "rows": tile.cell_latitudes}
    return statement_of(layer, tile.z, _sight(layer, tile, audience, drawing=drawing)), params


def tile_part(
    layer: Layer, tile: Tile, audience: Audience, versions: Mapping[str, int], *, drawing: bool = False
) -> TilePart:
    """Prepare the share of a layer in a tile, of data in the state that the versions of its tables tell."""
    state = [(table, versions.get(table, 0)) for table in tile_tables(layer, tile, audience, drawing=drawing)]
    statement, params = tile_statement(layer, tile, audience, drawing=drawing)
    # The statement names the columns; readers who may see the same share what is cached.
    units = params["units"] if _sight(layer, tile, audience, drawing=drawing) == "by-unit" else None
    key = _digest(statement, *map(repr, (layer.id, tile, units, state)))
    # From near, all tiles are read alike, and to plan that takes a tenth of the time. From afar it depends on the tile
    # how many features there are, and a plan for all tiles would reckon with few.
    return TilePart(statement, params, key, prepared=tile.z >= tile_rules(layer).whole_from)


def _sight(layer: Layer, tile: Tile, audience: Audience, *, drawing: bool) -> Sight:
    return "drawing" if drawing else sight_of(audience, layer, tile.z)


@lru_cache(maxsize=1024)
def _tables(layer: Layer, z: int, sight: Sight) -> list[str]:
    fields = () if is_counted(layer, z) else tile_fields(layer, z, sight)
    return sorted({layer.table, *(field.reference for field in fields if field.reference)})


def is_packed(content: bytes) -> bool:
    """Tell whether a tile is packed with gzip."""
    return content.startswith(_GZIP)


def _in_form(content: bytes, *, packed: bool) -> bytes:
    if not content or is_packed(content) == packed:
        return content
    return gzip.compress(content, 1, mtime=0) if packed else gzip.decompress(content)


def _digest(*texts: str) -> str:
    return hashlib.blake2b("\0".join(texts).encode(), digest_size=16).hexdigest()
