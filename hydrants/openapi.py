"""The answers of `hydrants.views` as JSON Schema, for `/api/schema`; a test holds real answers against them."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from hydrants.modes import nearest_water_modes
from hydrants.nearest import (
    DEFAULT_LIMIT,
    DEFAULT_REACH_M,
    MAX_LIMIT,
    MAX_PASSED_OVER,
    MAX_REACH_M,
    Outcome,
)
from hydrants.outage_openapi import OUTAGE_TIMES
from hydrants.usability import Marked, Reason
from hydrants.verification import Verification

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
        "min_flow_lps", js.POSITIVE,
        description="Only sources measured to give at least this many litres a second",
    ),
    OpenApiParameter(
        "max_distance_m",
        {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": MAX_REACH_M, "default": DEFAULT_REACH_M},
        description="How far away a source may be, in metres, to be an answer",
    ),
)  # fmt: skip

SOURCE_PROPERTIES: Final[js.Schema] = {
    "layer": js.one_of("hydrants", "intake-points", "water-tanks"),
    "ref": js.TEXT,
    "name": js.TEXT,
    "kind": js.TEXT,
    "kind_label": js.TEXT,
    "status": js.TEXT,
    "status_label": js.TEXT,
    "status_on": js.DAY,
    "flow_lps": js.nullable(js.NUMBER) | {"description": "Measured; null: nobody measured it"},
    "flow_state": js.one_of("measured", "not_measured"),
    "flow_measured_on": js.DAY,
    "volume_m3": js.nullable(js.NUMBER),
    "distance_m": js.NUMBER | {"minimum": 0, "description": "On the WGS 84 spheroid, rounded to 0.1 m"},
    "distance_kind": js.one_of("straight"),
    "bearing_deg": js.nullable(js.NUMBER) | {"description": "Clockwise from north; null at the very place"},
    "compass": js.nullable(js.TEXT) | {"description": "N, NE, E, SE, S, SW, W or NW"},
    "hose_count": js.COUNT | {"description": "Hoses of 20 m that reach in a straight line"},
    "marked": {"type": "string", "enum": [*(code.value for code in Marked), None], "nullable": True}
    | {"description": "What people on the spot say of it and no inspection has settled"},
    "evidence": js.TEXT,
    "verified_on": js.DAY,
    "verification": js.codes(Verification)
    | {"description": "Whether somebody looked at it within the period of its kind and owner"},
    "verification_label": js.TEXT,
    "address": js.TEXT,
    "synthetic": js.YES_OR_NO,
    "sentence": js.TEXT | {"description": "In the language of Accept-Language: vi or en"},
}


def _feature(**first: js.Schema) -> js.Schema:
    return js.feature_of(js.POINT, js.closed({**first, **SOURCE_PROPERTIES}), id=js.TEXT)


_QUESTION: Final = js.object_of(
    {
        "lon": js.NUMBER,
        "lat": js.NUMBER,
        "mode": js.TEXT,
        "limit": js.COUNT,
        "min_flow_lps": js.nullable(js.NUMBER),
        "max_distance_m": js.NUMBER,
        "at": js.MOMENT,
    }
)

_USELESS: Final = _feature(
    reason=js.codes(Reason),
    reason_label=js.TEXT,
    outage=js.nullable(OUTAGE_TIMES) | {"description": "When it is out, where that is the reason"},
)

NEAREST_WATER_ANSWER: Final = js.closed(
    {
        "type": js.one_of("FeatureCollection"),
        "outcome": js.codes(Outcome),
        "question": _QUESTION,
        "data_version": js.TEXT,
        "features": js.array_of(_feature(rank={"type": "integer", "minimum": 1})),
        "beyond": js.nullable(_feature())
        | {"description": "The nearest usable source farther away than that, where fewer are in reach than asked for"},
        "passed_over": js.array_of(_USELESS, maxItems=MAX_PASSED_OVER),
        "passed_over_count": js.COUNT,
        "passed_over_within_m": js.NUMBER,
    }
)
