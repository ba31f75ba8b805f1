"""Questions and answers of `routes.views` as JSON Schema, for `/api/schema`; a test holds real answers against them."""

from typing import Final

from gis_core import json_schema as js
from gis_core.values import Verdict
from routes import schemas
from routes.encounters import Mode

PASSABILITY_BODY: Final = {
    **js.closed(
        {
            "geometry": {
                "type": "object",
                "description": "A GeoJSON LineString or a Feature that has one: 2 to 10,000 positions, 1 m to 50 km",
            },
            "vehicle": {
                "oneOf": [
                    {**js.TEXT, "description": "A code of /api/vehicles"},
                    {
                        "type": "object",
                        "required": list(schemas.SIZES),
                        "properties": {
                            **schemas.SIZES,
                            "axle_load_t": js.nullable(js.POSITIVE),
                            **schemas.MARGINS,
                            "name": js.TEXT,
                        },
                        "additionalProperties": False,
                    },
                ]
            },
            "at": js.MOMENT | {"description": "Now where it is left out"},
            "mode": {**js.codes(Mode), "default": Mode.EMERGENCY.value},
        }
    ),
    "required": ["geometry", "vehicle"],
    "example": {
        "geometry": {"type": "LineString", "coordinates": [[105.8151, 21.0031], [105.8163, 21.0034]]},
        "vehicle": "engine-large",
    },
}

NEAR_UNMATCHED: Final = js.closed(
    {
        **{name: schema for name, schema in schemas.FINDING["properties"].items() if name != "order"},
        "distance_m": schemas.METRES | {"description": "From the line"},
        "road": js.nullable(js.TEXT) | {"description": "The road it belongs to; null: to none that is known"},
        "doubt": js.YES_OR_NO | {"description": "It may stand in the way: the answer is at best unknown"},
    }
)

PASSABILITY_ANSWER: Final = js.closed(
    {
        "type": js.one_of("FeatureCollection"),
        "verdict": js.codes(Verdict),
        "sentence": js.TEXT,
        "vehicle": {"type": "object"},
        "mode": js.codes(Mode),
        "at": js.MOMENT,
        "data_version": js.TEXT,
        "length_m": schemas.METRES,
        "matched_m": schemas.METRES,
        "unmatched_m": schemas.METRES,
        "blocked_at_m": js.nullable(schemas.METRES),
        "metres_by_evidence": schemas.BY_EVIDENCE,
        "metres_by_verdict": schemas.BY_VERDICT,
        "not_checked": schemas.NOT_CHECKED,
        "features": js.array_of(js.feature_of(js.POINT_OR_LINE, schemas.FINDING)),
        "stretches": js.array_of(js.feature_of(js.LINE, schemas.STRETCH)),
        "near_unmatched": js.array_of(
            js.feature_of(js.POINT_OR_LINE, NEAR_UNMATCHED),
            description="What stands within 10 m of the line and matched no road of it, in the order of the line",
        ),
    }
)

VEHICLES_ANSWER: Final = js.closed(
    {
        "vehicles": js.array_of(
            js.closed(
                {
                    "code": js.TEXT,
                    "name": js.TEXT,
                    "kind": js.TEXT,
                    "kind_label": js.TEXT,
                    **schemas.SIZES,
                    "axle_load_t": js.nullable(js.POSITIVE),
                    "turning_radius_m": js.nullable(js.POSITIVE),
                    **schemas.MARGINS,
                    "water_m3": js.nullable(js.NUMBER),
                    "pump_lps": js.nullable(js.NUMBER),
                    "hose_m": js.nullable(js.NUMBER),
                    "dimensions_source": js.TEXT,
                }
            )
        )
    }
)
