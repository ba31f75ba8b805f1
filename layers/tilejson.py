"""What clients read about tiles before they ask for one: TileJSON 3.0, and the documents of OGC API – Tiles."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from gis_core.crs import CATALOGUE
from gis_core.fields import LayerField
from gis_core.registry import Layer
from layers.audience import Audience
from layers.crs_params import CRS84
from layers.extents import Box
from layers.tile_grid import GRID_ID, MAX_ZOOM, tile_at
from layers.tile_rules import count_names, is_counted, sight_of, tile_fields, tile_rules

Document = dict[str, Any]

GRID_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{GRID_ID}"
WEB_MERCATOR = CATALOGUE["EPSG:3857"].uri

_HALF_WORLD_M = 20037508.342789244
_PIXELS = 256
_PIXEL_M = 0.00028
"""OGC's pixel on a screen, by which scales are reckoned."""

_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean"}
_DIMENSIONS = {"Point": 0, "LineString": 1, "MultiPolygon": 2}


def tile_json(layers: Sequence[Layer], audience: Audience, *, address: str, box: Box | None) -> Document:
    """Write the TileJSON of one or several layers in one tile.

    `address` is the template with ``{z}/{x}/{y}``; `box` west, south, east, north in degrees, None without features.
    """
    return {
        "tilejson": "3.0.0",
        "name": ", ".join(str(layer.title) for layer in layers),
        "description": "\n".join(str(layer.description) for layer in layers),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [address],
        "minzoom": min(tile_rules(layer).min_zoom for layer in layers),
        "maxzoom": MAX_ZOOM,
        **({"bounds": box} if box else {}),
        "vector_layers": [
            {
                "id": layer.id,
                "description": str(layer.description),
                "minzoom": tile_rules(layer).min_zoom,
                "maxzoom": MAX_ZOOM,
                "fields": {name: description for name, _kind, description in _attributes(layer, audience)},
            }
            for layer in layers
        ],
    }


def tile_set(layer: Layer, audience: Audience, *, box: Box | None, links: list[Any]) -> Document:
    """Describe the tiles of a layer as OGC's Tile Set Metadata: the grid, its limits, the attributes."""
    low = tile_rules(layer).min_zoom
    described = {
        "id": layer.id,
        "title": str(layer.title),
        "description": str(layer.description),
        "dataType": "vector",
        "geometryDimension": _DIMENSIONS.get(layer.geometry_type),
        "minTileMatrix": str(low),
        "maxTileMatrix": str(MAX_ZOOM),
        "boundingBox": _bounding_box(box),
        "propertiesSchema": {
            "type": "object",
            "properties": {
                name: {"type": kind, "description": description}
                for name, kind, description in _attributes(layer, audience)
            },
        },
    }
    return {
        **tile_set_item(layer, links=links),
        "tileMatrixSetLimits": [_limits(box, z) for z in range(low, MAX_ZOOM + 1)] if box else [],
        **({"boundingBox": _bounding_box(box)} if box else {}),
        "layers": [{name: value for name, value in described.items() if value is not None}],
    }


def tile_set_item(layer: Layer, *, links: list[Any]) -> Document:
    """Describe the tiles of a layer in a list of tile sets."""
    return {
        "title": str(layer.title),
        "dataType": "vector",
        "crs": WEB_MERCATOR,
        "tileMatrixSetURI": GRID_URI,
        "links": links,
    }


def tile_grid() -> Document:
    """Describe the grid as OGC's Tile Matrix Set 2.0."""
    return {
        "id": GRID_ID,
        "title": "Google Maps Compatible for the World",
        "uri": GRID_URI,
        "crs": WEB_MERCATOR,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_tile_matrix(z) for z in range(MAX_ZOOM + 1)],
    }


def _tile_matrix(z: int) -> Document:
    cell_m = 2 * _HALF_WORLD_M / _PIXELS / 2**z
    return {
        "id": str(z),
        "scaleDenominator": cell_m / _PIXEL_M,
        "cellSize": cell_m,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-_HALF_WORLD_M, _HALF_WORLD_M],
        "tileWidth": _PIXELS,
        "tileHeight": _PIXELS,
        "matrixWidth": 2**z,
        "matrixHeight": 2**z,
    }


def _limits(box: Box, z: int) -> Document:
    west, south, east, north = box
    first, last = tile_at(west, north, z), tile_at(east, south, z)
    return {
        "tileMatrix": str(z),
        "minTileRow": first.y,
        "maxTileRow": last.y,
        "minTileCol": first.x,
        "maxTileCol": last.x,
    }


def _bounding_box(box: Box | None) -> Document | None:
    return {"lowerLeft": box[:2], "upperRight": box[2:], "crs": CRS84.uri} if box else None


def _attributes(layer: Layer, audience: Audience) -> Iterator[tuple[str, str, str]]:
    """Yield name, JSON type and description of every attribute that a tile of the layer may carry."""
    for field in tile_fields(layer, MAX_ZOOM, sight_of(audience, layer, MAX_ZOOM)):
        yield field.name, _TYPES.get(field.type, "string"), _describe(field)
    if is_counted(layer, 0):
        yield "count", "integer", _("How many features are drawn as one here")
        for value, name in count_names(layer).items():
            label = layer.style.classes[value].label or value
            yield name, "integer", _("How many of them: %(class)s") % {"class": label}


def _describe(field: LayerField) -> str:
    title = f"{field.title} ({field.unit})" if field.unit else str(field.title)
    return f"{title}. {field.description}" if field.description else title
