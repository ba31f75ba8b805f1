"""The answer of `/api/reach` as JSON Schema, for `/api/schema`; a test holds real answers against it."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.values import Verdict
from routes import schemas
from routes.reach import Outcome
from routes.reach_question import DEFAULT_MINUTES, MOST_MINUTES

REACH_PARAMETERS: Final = [
    OpenApiParameter(
        "from",
        OpenApiTypes.STR,
        required=True,
        description="Reference or number of a fire station, or longitude, comma, latitude; WGS 84",
    ),
    OpenApiParameter(
        "minutes", {"type": "number", "minimum": 0.5, "maximum": MOST_MINUTES}, default=DEFAULT_MINUTES,
        description="How long it drives",
    ),
    schemas.VEHICLE,
    schemas.AT,
]  # fmt: skip

_AREA: Final = js.object_of(
    {"type": js.one_of("MultiPolygon"), "coordinates": js.array_of(js.array_of(js.array_of(js.POSITION, minItems=4)))}
)


def _reached(role: str) -> js.Schema:
    length_m = schemas.METRES | {"description": "Of reached road"}
    return js.feature_of(_AREA, schemas.role_of(role, verdict=js.codes(Verdict), minutes=js.NUMBER, length_m=length_m))


_RULE: Final = js.feature_of(
    _AREA,
    schemas.role_of(
        "rule",
        key=js.one_of("station_radius_centre", "station_radius"),
        radius_km=js.NUMBER,
        instrument=js.TEXT,
        clause=js.TEXT,
        title=js.TEXT,
        confidence=js.TEXT,
    ),
)

REACH_ANSWER: Final = schemas.envelope_of(
    Outcome,
    [schemas.START, _reached("reached"), _reached("perhaps"), _RULE],
    snapped=js.closed({"from": schemas.SPOTS}),
    cell_m=js.NUMBER | {"minimum": 0, "description": "Side of the squares that the areas are made of"},
    not_checked=schemas.NOT_CHECKED,
)
