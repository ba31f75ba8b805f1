"""The answers of `hydrants.views` as JSON Schema, for `/api/schema`; a test holds real answers against them."""

from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from hydrants.modes import nearest_water_modes
from hydrants.nearest import (
    DEFAULT_LIMIT,
    DEFAULT_REACH_M,
    MAX_LIMIT,
    MAX_PASSED_OVER,
    MAX_REACH_M,
    Outcome,
)
from hydrants.usability import Reason

Schema = dict[str, Any]


def _nullable(schema: Schema) -> Schema:
    return {**schema, "nullable": True}


_TEXT: Final[Schema] = {"type": "string"}
_NUMBER: Final[Schema] = {"type": "number"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_DAY: Final[Schema] = {"type": "string", "format": "date", "nullable": True}

NEAREST_WATER_PARAMETERS: Final = (
    OpenApiParameter("lon", OpenApiTypes.DOUBLE, required=True, description="Longitude, degrees of WGS 84"),
    OpenApiParameter("lat", OpenApiTypes.DOUBLE, required=True, description="Latitude, degrees of WGS 84"),
    OpenApiParameter("mode", {"type": "string", "enum": nearest_water_modes.names, "default": "straight"},
                     description="How to measure: in a straight line or by road"),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}, default=DEFAULT_LIMIT,
        description="How many usable sources",
    ),
    OpenApiParameter(
        "min_flow_lps", {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        description="Only sources measured to give at least this many litres a second",
    ),
    OpenApiParameter(
        "max_distance_m",
        {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": MAX_REACH_M, "default": DEFAULT_REACH_M},
        description="How far away a source may be, in metres, to be an answer",
    ),
)  # fmt: skip

SOURCE_PROPERTIES: Final[Schema] = {
    "layer": {"type": "string", "enum": ["hydrants", "intake-points", "water-tanks"]},
    "ref": _TEXT,
    "name": _TEXT,
    "kind": _TEXT,
    "kind_label": _TEXT,
    "status": _TEXT,
    "status_label": _TEXT,
    "status_on": _DAY,
    "flow_lps": _nullable(_NUMBER) | {"description": "Measured; null: nobody measured it"},
    "flow_state": {"type": "string", "enum": ["measured", "not_measured"]},
    "flow_measured_on": _DAY,
    "volume_m3": _nullable(_NUMBER),
    "distance_m": _NUMBER | {"minimum": 0, "description": "On the WGS 84 spheroid, rounded to 0.1 m"},
    "distance_kind": {"type": "string", "enum": ["straight"]},
    "bearing_deg": _nullable(_NUMBER) | {"description": "Clockwise from north; null at the very place"},
    "compass": _nullable(_TEXT) | {"description": "N, NE, E, SE, S, SW, W or NW"},
    "hose_count": _COUNT | {"description": "Hoses of 20 m that reach in a straight line"},
    "evidence": _TEXT,
    "verified_on": _DAY,
    "address": _TEXT,
    "synthetic": {"type": "boolean"},
    "sentence": _TEXT | {"description": "In the language of Accept-Language: vi or en"},
}


def _object(properties: Schema, **more: Any) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties, **more}


def _feature(first: Schema) -> Schema:
    point = {
        "type": {"type": "string", "enum": ["Point"]},
        "coordinates": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
    }
    return _object(
        {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": _TEXT,
            "geometry": _object(point),
            "properties": _object({**first, **SOURCE_PROPERTIES}, additionalProperties=False),
        }
    )


NEAREST_WATER_ANSWER: Final = _object(
    {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "outcome": {"type": "string", "enum": [outcome.value for outcome in Outcome]},
        "question": _object(
            {
                "lon": _NUMBER,
                "lat": _NUMBER,
                "mode": _TEXT,
                "limit": _COUNT,
                "min_flow_lps": _nullable(_NUMBER),
                "max_distance_m": _NUMBER,
                "at": {"type": "string", "format": "date-time"},
            }
        ),
        "data_version": _TEXT,
        "features": {"type": "array", "items": _feature({"rank": {"type": "integer", "minimum": 1}})},
        "beyond": _nullable(_feature({}))
        | {"description": "The nearest usable source farther away than that, where fewer are in reach than asked for"},
        "passed_over": {
            "type": "array",
            "maxItems": MAX_PASSED_OVER,
            "items": _feature(
                {"reason": {"type": "string", "enum": [reason.value for reason in Reason]}, "reason_label": _TEXT}
            ),
        },
        "passed_over_count": _COUNT,
        "passed_over_within_m": _NUMBER,
    },
    additionalProperties=False,
)
