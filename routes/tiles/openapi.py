"""The description of the tiles of ways."""

from typing import Final

from drf_spectacular.utils import OpenApiParameter

from layers.tile_grid import MAX_ZOOM

_LAST: Final = 2**MAX_ZOOM - 1

PARAMETERS: Final = [
    OpenApiParameter("vehicle", str, description="The code of a vehicle from /api/vehicles; none: no verdicts"),
]


def _place(name: str, description: str, last: int) -> OpenApiParameter:
    schema = {"type": "integer", "minimum": 0, "maximum": last}
    return OpenApiParameter(name, schema, OpenApiParameter.PATH, description=description)


TILE_PARAMETERS: Final = [
    _place("z", "The zoom", MAX_ZOOM),
    _place("y", "The row, from the north", _LAST),
    _place("x", "The column, from the west", _LAST),
    *PARAMETERS,
]

TILE_JSON: Final = {
    "type": "object",
    "required": ["tilejson", "tiles", "minzoom", "maxzoom", "vector_layers"],
    "properties": {
        "tilejson": {"type": "string"},
        "tiles": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "minzoom": {"type": "integer"},
        "maxzoom": {"type": "integer"},
        "vector_layers": {"type": "array", "items": {"type": "object", "required": ["id", "fields"]}},
    },
}
