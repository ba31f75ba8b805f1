"""The answer of `layers.search.views` as JSON Schema, for `/api/schema`; a test holds real answers against it."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js

MAX_LENGTH: Final = 300
DEFAULT_LIMIT: Final = 8
MAX_LIMIT: Final = 20

SEARCH_PARAMETERS: Final = (
    OpenApiParameter(
        "q", {"type": "string", "maxLength": MAX_LENGTH}, required=True, description="What was typed, also half of it"
    ),
    OpenApiParameter(
        "near", OpenApiTypes.STR, description="lon,lat in degrees of WGS 84: of equals the nearer comes first"
    ),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}, default=DEFAULT_LIMIT,
        description="How many places at most",
    ),
)  # fmt: skip

_READ_AS: Final = js.closed(
    {"house_number": js.TEXT, "lane_chain": js.TEXT, "street": js.TEXT, "units": js.array_of(js.TEXT)}
)

PRECISIONS: Final = ("exact", "footprint", "lane", "lane_mouth", "street", "unit", "coordinates")

RESULT: Final = js.closed(
    {
        "kind": js.TEXT
        | {"description": "What it is: the layer's, in the singular, or road, lane, coordinates, plus_code"},
        "kind_label": js.TEXT,
        "layer": js.nullable(js.TEXT),
        "feature_id": js.nullable({"type": "integer"})
        | {"description": "null for a street or lane of several segments"},
        "ref": js.nullable(js.TEXT),
        "title": js.TEXT,
        "subtitle": js.TEXT | {"description": "What the point is and what is not recorded, in the caller's language"},
        "point": js.POSITION,
        "bbox": js.nullable(js.array_of(js.NUMBER, minItems=4, maxItems=4)),
        "precision": js.one_of(*PRECISIONS)
        | {"description": "What the point is; only exact and footprint are the thing itself"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "synthetic": js.nullable(js.YES_OR_NO),
        "distance_m": js.nullable(js.COUNT) | {"description": "In a straight line from `near`"},
    }
)

SEARCH_ANSWER: Final = js.closed(
    {
        "query": js.closed(
            {
                "q": js.TEXT,
                "near": js.nullable(js.POSITION),
                "limit": js.COUNT,
                "read_as": js.nullable(_READ_AS) | {"description": "The likeliest reading as an address, folded"},
            }
        ),
        "data_version": js.TEXT,
        "results": js.array_of(RESULT, maxItems=MAX_LIMIT),
        "notes": js.array_of(js.TEXT),
    }
)
