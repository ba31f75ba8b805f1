"""What `/api/schema` says of inspections."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.sending import MAX_KEY
from hydrants.checklist import MAX_PRESSURE_KPA, MAX_SUCTION_DEPTH_M, Finding, Item, Level, Outcome, Why
from hydrants.flow_openapi import PAST_DAY, SOURCE_KEY
from hydrants.models import Status
from hydrants.verification import Because, DueBecause
from layers.models import TriState

MAX_DUE: Final = 200
DEFAULT_DUE: Final = 20
DEFAULT_DUE_WITHIN_M: Final = 1_000.0
MAX_DUE_WITHIN_M: Final = 20_000.0

INSPECTION_PARAMETERS: Final = [
    OpenApiParameter("source", SOURCE_KEY, required=True, description="A source, such as hydrants/12")
]
DUE_PARAMETERS: Final = [
    OpenApiParameter("lon", OpenApiTypes.DOUBLE, required=True, description="Longitude, degrees of WGS 84"),
    OpenApiParameter("lat", OpenApiTypes.DOUBLE, required=True, description="Latitude, degrees of WGS 84"),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": MAX_DUE}, default=DEFAULT_DUE,
        description="How many sources",
    ),
    OpenApiParameter(
        "max_distance_m",
        {
            "type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": MAX_DUE_WITHIN_M,
            "default": DEFAULT_DUE_WITHIN_M,
        },
        description="How far away, in metres",
    ),
]  # fmt: skip

INSPECTION_HEADER: Final = [
    OpenApiParameter(
        "Idempotency-Key", {"type": "string", "maxLength": MAX_KEY, "pattern": "^[!-~]*$"}, OpenApiParameter.HEADER,
        description="Drawn at random for each inspection: a try sent again with it makes no second one",
    )
]  # fmt: skip

_ANSWER: Final = js.one_of(*TriState.values)
_STATUS: Final = js.one_of(*Status.values)
_NULLABLE_WHY: Final = {"type": "string", "enum": [*(code.value for code in Why), None], "nullable": True}
_NULLABLE_LEVEL: Final = {"type": "string", "enum": [*(code.value for code in Level), None], "nullable": True}
_PRESSURE: Final = js.nullable({"type": "number", "minimum": 0, "maximum": MAX_PRESSURE_KPA})
_DEPTH: Final = js.nullable({"type": "number", "minimum": 0, "maximum": MAX_SUCTION_DEPTH_M})

INSPECTION_BODY: Final[js.Schema] = {
    "type": "object",
    "required": ["source", "inspected_on", "outcome"],
    "additionalProperties": False,
    "properties": {
        "source": SOURCE_KEY,
        "inspected_on": PAST_DAY,
        "outcome": js.codes(Outcome),
        "why": _NULLABLE_WHY | {"description": "With cannot_be_tested, and only then"},
        "accessible": js.nullable({"type": "string", "enum": [*TriState.values, None]}),
        "sign": js.nullable({"type": "string", "enum": [*TriState.values, None]}),
        "leak": js.nullable({"type": "string", "enum": [*TriState.values, None]}),
        "pressure_kpa": _PRESSURE,
        "water_level": _NULLABLE_LEVEL,
        "suction_depth_m": _DEPTH,
        "inspected_by": js.TEXT | {"maxLength": 120},
        "remarks": js.TEXT | {"maxLength": 2000},
    },
}
INSPECTION: Final = js.closed(
    {
        "id": js.COUNT,
        "source": js.TEXT,
        "inspected_on": {"type": "string", "format": "date"},
        "outcome": js.codes(Outcome),
        "outcome_label": js.TEXT,
        "why": _NULLABLE_WHY,
        "why_label": js.nullable(js.TEXT),
        "accessible": _ANSWER,
        "sign": _ANSWER,
        "leak": _ANSWER,
        "pressure_kpa": _PRESSURE,
        "water_level": _NULLABLE_LEVEL,
        "suction_depth_m": _DEPTH,
        "status_before": _STATUS,
        "status_after": _STATUS,
        "findings": js.array_of(js.closed({"finding": js.codes(Finding), "finding_label": js.TEXT})),
        "inspected_by": js.nullable(js.TEXT) | {"description": "Null for whoever may not see people"},
        "remarks": js.nullable(js.TEXT),
        "synthetic": js.YES_OR_NO,
    }
)
INSPECTIONS_ANSWER: Final = js.closed(
    {"source": js.TEXT, "data_version": js.TEXT, "inspections": js.array_of(INSPECTION)}
)
DUE_ANSWER: Final = js.closed(
    {
        "type": js.one_of("FeatureCollection"),
        "at": {"type": "string", "format": "date"},
        "data_version": js.TEXT,
        "features": js.array_of(
            js.feature_of(
                js.POINT,
                js.closed(
                    {
                        "layer": js.TEXT,
                        "ref": js.TEXT,
                        "name": js.TEXT,
                        "kind_label": js.TEXT,
                        "status": _STATUS,
                        "status_label": js.TEXT,
                        "address": js.TEXT,
                        "distance_m": js.NUMBER,
                        "verified_on": js.DAY,
                        "due_on": js.DAY,
                        "due_because": js.codes(DueBecause),
                        "due_because_label": js.TEXT,
                        "period_days": js.COUNT,
                        "period_reason": js.codes(Because),
                        "period_reason_label": js.TEXT,
                        "synthetic": js.YES_OR_NO,
                    }
                ),
                id=js.TEXT,
            )
        ),
    }
)
CHECK_LISTS_ANSWER: Final = js.closed(
    {
        "check_lists": js.array_of(
            js.closed({"layer": js.TEXT, "items": js.array_of(js.closed({"item": js.codes(Item), "label": js.TEXT}))})
        )
    }
)
