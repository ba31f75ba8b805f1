"""The part of the OpenAPI description that is about a tile: its place in the grid, and what comes back."""

from typing import Any

from django.utils.translation import gettext as _

from gis_core.registry import Layer
from layers.tile_grid import MAX_ZOOM
from layers.tile_rules import tile_rules

Document = dict[str, Any]


def tile_operation(layer: Layer) -> Document:
    """Describe how one tile of a layer is read."""
    low = tile_rules(layer).min_zoom
    return {
        "get": {
            "operationId": f"tile.{layer.id}",
            "summary": str(layer.title),
            "parameters": [
                _place("tileMatrix", _("The zoom"), minimum=low, maximum=MAX_ZOOM),
                _place("tileRow", _("The row, from the north"), minimum=0, maximum=2**MAX_ZOOM - 1),
                _place("tileCol", _("The column, from the west"), minimum=0, maximum=2**MAX_ZOOM - 1),
            ],
            "responses": {
                "200": {
                    "description": _("Vector tiles"),
                    "content": {
                        "application/vnd.mapbox-vector-tile": {"schema": {"type": "string", "format": "binary"}}
                    },
                },
                "204": {"description": _("Nothing of the layer is there")},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
    }


def _place(name: str, description: str, *, minimum: int, maximum: int) -> Document:
    schema = {"type": "integer", "minimum": minimum, "maximum": maximum}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}
