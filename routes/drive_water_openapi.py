"""The answer of mode=drive as JSON Schema, for `/api/schema`; a test holds real answers against it."""

from typing import Final

from drf_spectacular.utils import OpenApiParameter

from gis_core.values import Verdict
from hydrants.openapi import SOURCE_PROPERTIES
from hydrants.usability import Reason
from routes.drive_water import MAX_PASSED_OVER, NotChosen, Outcome
from routes.schemas import (
    AT,
    LINE,
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

_WITHOUT: Final = ("distance_m", "distance_kind", "hose_count")
_SECONDS: Final[Schema] = {"type": "number", "minimum": 0}
_BY_ROAD: Final[Schema] = {
    **{name: schema for name, schema in SOURCE_PROPERTIES.items() if name not in _WITHOUT},
    "straight_m": NUMBER | {"minimum": 0, "description": "On the WGS 84 spheroid; nothing is ranked by it"},
    "drive_m": nullable(METRES),
    "drive_s": nullable(_SECONDS),
    "time_s": nullable(_SECONDS) | {"description": "Drive, and laying hose from where the truck stands; ranked by it"},
    "verdict": nullable(codes(Verdict)) | {"description": "Of the way to it; null where none is known"},
    "stand_m": nullable(METRES) | {"description": "From where the truck stands to the source"},
    "stand_road": nullable(TEXT),
    "stand": nullable(POSITION),
    "hose_count": nullable({"type": "integer", "minimum": 0}) | {"description": "Hoses of 20 m over stand_m"},
    "main": nullable(TEXT) | {"description": "The water main of a hydrant; null: none, or nobody noted it"},
    "flow_asked_lps": nullable(NUMBER),
}
SPOT: Final = object_of({"distance_m": METRES, "road": TEXT, "name": TEXT, "lon": NUMBER, "lat": NUMBER})


def _source(**first: Schema) -> Schema:
    properties = object_of({**first, **_BY_ROAD}, additionalProperties=False)
    feature = feature_of(POINT, properties)
    return {**feature, "properties": {**feature["properties"], "id": TEXT}}


_WAY: Final = object_of(
    {
        "role": one_of("way", "backup_way"),
        "rank": {"type": "integer", "minimum": 0},
        "source": TEXT,
        "verdict": codes(Verdict),
        "drive_m": METRES,
        "drive_s": _SECONDS,
    },
    additionalProperties=False,
)
_REASONS: Final = one_of(*(reason.value for reason in (*Reason, *NotChosen)))

DRIVE_WATER_PARAMETERS: Final = (
    OpenApiParameter(VEHICLE.name, VEHICLE.type, description=f"{VEHICLE.description}; required by mode=drive"),
    AT,
)
DRIVE_WATER_ANSWER: Final = envelope_of(
    Outcome,
    [_source(role=one_of("source"), rank={"type": "integer", "minimum": 1}), feature_of(LINE, _WAY)],
    snapped=object_of({"from": array_of(SPOT)}),
    begin=nullable(
        object_of({"lon": NUMBER, "lat": NUMBER, "road": TEXT, "name": TEXT, "hose_m": METRES, "sentence": TEXT})
    )
    | {"description": "Where the truck stands for a place that it cannot surely drive from; null: at the place"},
    backup=nullable(_source(role=one_of("backup"))),
    passed_over=array_of(
        _source(role=one_of("passed_over"), reason=_REASONS, reason_label=TEXT), maxItems=MAX_PASSED_OVER
    ),
    passed_over_count={"type": "integer", "minimum": 0},
    passed_over_within_m=METRES,
    not_checked=array_of(one_of("turning")),
)
