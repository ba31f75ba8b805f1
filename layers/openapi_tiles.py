"""The part of the OpenAPI description that is about tiles: what there is, a place in the grid, and what comes back."""

from django.utils.translation import gettext as _

from gis_core.registry import Layer
from layers.links import JSON, MVT
from layers.openapi_parts import SOUGHT, Document, file_of, page_and, parameter, path_parameter, reading, shared
from layers.tile_grid import GRID_ID, MAX_ZOOM
from layers.tile_rules import ATTRIBUTES, tile_rules

_TEXTS: Document = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_TILE_JSON: Document = {
    "type": "object",
    "required": ["tilejson", "tiles", "minzoom", "maxzoom", "vector_layers"],
    "properties": {
        "tilejson": {"type": "string"},
        "tiles": _TEXTS,
        "minzoom": {"type": "integer"},
        "maxzoom": {"type": "integer"},
        "vector_layers": {"type": "array", "items": {"type": "object", "required": ["id", "fields"]}},
    },
}


def grid_paths() -> Document:
    """Describe the grids."""
    grid = "/tileMatrixSets"
    return {
        grid: reading("getTileMatrixSets", _("Tile matrix sets"), parameters=shared("f")),
        f"{grid}/{GRID_ID}": reading("getTileMatrixSet", _("Tile matrix set"), parameters=shared("f")),
    }


def tile_paths(layer: Layer) -> Document:
    """Describe the tiles of a layer, below the landing page."""
    base, title = f"/collections/{layer.id}/tiles", str(layer.title)
    return {
        base: reading(f"tilesets.{layer.id}", title, parameters=shared("f")),
        f"{base}/{GRID_ID}": reading(f"tileset.{layer.id}", title, parameters=shared("f")),
        f"{base}/{GRID_ID}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _tile(
            f"tile.{layer.id}", layer, ("tileMatrix", "tileRow", "tileCol")
        ),
    }


def web_map_paths(layer: Layer) -> Document:
    """Describe the tiles as web maps ask for them, below the root of the server."""
    described = _("TileJSON; several layers are joined by commas: /tiles/hydrants,roads.json")
    document = reading(
        f"tilejson.{layer.id}", str(layer.title), parameters=shared("f"), content=page_and({JSON: _TILE_JSON})
    )
    document["get"]["description"] = described
    return {
        f"/tiles/{layer.id}.json": document,
        f"/tiles/{layer.id}/{{z}}/{{x}}/{{y}}.mvt": _tile(f"mvt.{layer.id}", layer, ("z", "y", "x")),
    }


def _tile(name: str, layer: Layer, places: tuple[str, str, str]) -> Document:
    zoom, row, column = places
    last = 2**MAX_ZOOM - 1
    parameters = [
        path_parameter(zoom, _("The zoom"), _number(tile_rules(layer).min_zoom, MAX_ZOOM)),
        path_parameter(row, _("The row, from the north"), _number(0, last)),
        path_parameter(column, _("The column, from the west"), _number(0, last)),
        parameter(
            "attributes",
            _("All attributes that a tile has at its zoom, or only what drawing needs"),
            {"type": "string", "enum": [*ATTRIBUTES], "default": ATTRIBUTES[0]},
        ),
    ]
    nothing = {"description": _("Nothing of the layer is there")}
    return reading(
        name, str(layer.title), parameters=parameters, content=file_of(MVT), refused=SOUGHT, besides={"204": nothing}
    )


def _number(low: int, high: int) -> Document:
    return {"type": "integer", "minimum": low, "maximum": high}
