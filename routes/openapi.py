"""Questions and answers of `routes.views` as JSON Schema, for `/api/schema`; a test holds real answers against them."""

from typing import Final

from gis_core.values import Verdict
from routes.encounters import Mode
from routes.schemas import (
    BY_EVIDENCE,
    BY_VERDICT,
    FINDING,
    LINE,
    MARGINS,
    METRES,
    NUMBER,
    POINT,
    SIZE,
    SIZES,
    STRETCH,
    TEXT,
    array_of,
    codes,
    feature_of,
    nullable,
    object_of,
    one_of,
)

PASSABILITY_BODY: Final = {
    **object_of(
        {
            "geometry": {
                "type": "object",
                "description": "A GeoJSON LineString or a Feature that has one: 2 to 10,000 positions, 1 m to 50 km",
            },
            "vehicle": {
                "oneOf": [
                    {**TEXT, "description": "A code of /api/vehicles"},
                    {
                        "type": "object",
                        "required": list(SIZES),
                        "properties": {**SIZES, "axle_load_t": nullable(SIZE), **MARGINS, "name": TEXT},
                        "additionalProperties": False,
                    },
                ]
            },
            "at": {"type": "string", "format": "date-time", "description": "Now where it is left out"},
            "mode": {**codes(Mode), "default": Mode.EMERGENCY.value},
        },
        additionalProperties=False,
    ),
    "required": ["geometry", "vehicle"],
    "example": {
        "geometry": {"type": "LineString", "coordinates": [[105.8151, 21.0031], [105.8163, 21.0034]]},
        "vehicle": "engine-large",
    },
}

NEAR_UNMATCHED: Final = object_of(
    {
        **{name: schema for name, schema in FINDING["properties"].items() if name != "order"},
        "distance_m": METRES | {"description": "From the line"},
        "road": nullable(TEXT) | {"description": "The road it belongs to; null: to none that is known"},
        "doubt": {"type": "boolean", "description": "It may stand in the way: the answer is at best unknown"},
    },
    additionalProperties=False,
)

PASSABILITY_ANSWER: Final = object_of(
    {
        "type": one_of("FeatureCollection"),
        "verdict": codes(Verdict),
        "sentence": TEXT,
        "vehicle": {"type": "object"},
        "mode": codes(Mode),
        "at": {"type": "string", "format": "date-time"},
        "data_version": TEXT,
        "length_m": METRES,
        "matched_m": METRES,
        "unmatched_m": METRES,
        "blocked_at_m": nullable(METRES),
        "metres_by_evidence": BY_EVIDENCE,
        "metres_by_verdict": BY_VERDICT,
        "not_checked": array_of(one_of("turning")),
        "features": array_of(feature_of({"oneOf": [POINT, LINE]}, FINDING)),
        "stretches": array_of(feature_of(LINE, STRETCH)),
        "near_unmatched": array_of(
            feature_of({"oneOf": [POINT, LINE]}, NEAR_UNMATCHED),
            description="What stands within 10 m of the line and matched no road of it, in the order of the line",
        ),
    },
    additionalProperties=False,
)

VEHICLES_ANSWER: Final = object_of(
    {
        "vehicles": array_of(
            object_of(
                {
                    "code": TEXT,
                    "name": TEXT,
                    "kind": TEXT,
                    "kind_label": TEXT,
                    **SIZES,
                    "axle_load_t": nullable(SIZE),
                    "turning_radius_m": nullable(SIZE),
                    **MARGINS,
                    "water_m3": nullable(NUMBER),
                    "pump_lps": nullable(NUMBER),
                    "hose_m": nullable(NUMBER),
                    "dimensions_source": TEXT,
                },
                additionalProperties=False,
            )
        )
    },
    additionalProperties=False,
)
