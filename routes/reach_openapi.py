"""The answer of `/api/reach` as JSON Schema, for `/api/schema`; a test holds real answers against it."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core.values import Verdict
from routes.drive_water_openapi import SPOT
from routes.reach import Outcome
from routes.reach_question import DEFAULT_MINUTES, MOST_MINUTES
from routes.schemas import (
    AT,
    METRES,
    NUMBER,
    POINT,
    POSITION,
    TEXT,
    VEHICLE,
    Schema,
    array_of,
    codes,
    envelope_of,
    feature_of,
    nullable,
    object_of,
    one_of,
)

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
    VEHICLE,
    AT,
]  # fmt: skip

_AREA: Final = object_of(
    {"type": one_of("MultiPolygon"), "coordinates": array_of(array_of(array_of(POSITION, minItems=4)))}
)


def _closed(role: str, properties: Schema) -> Schema:
    return object_of({"role": one_of(role), **properties}, additionalProperties=False)


def _reached(role: str) -> Schema:
    told = {"verdict": codes(Verdict), "minutes": NUMBER, "length_m": METRES | {"description": "Of reached road"}}
    return feature_of(_AREA, _closed(role, told))


START: Final = feature_of(POINT, _closed("start", {"station": nullable(TEXT), "name": TEXT}))
_RULE: Final = feature_of(
    _AREA,
    _closed(
        "rule",
        {
            "key": one_of("station_radius_centre", "station_radius"),
            "radius_km": NUMBER,
            "instrument": TEXT,
            "clause": TEXT,
            "title": TEXT,
            "confidence": TEXT,
        },
    ),
)

REACH_ANSWER: Final = envelope_of(
    Outcome,
    [START, _reached("reached"), _reached("perhaps"), _RULE],
    snapped=object_of({"from": array_of(SPOT)}),
    cell_m=NUMBER | {"minimum": 0, "description": "Side of the squares that the areas are made of"},
    not_checked=array_of(one_of("turning")),
)
