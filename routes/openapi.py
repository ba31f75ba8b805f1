"""Questions and answers of `routes.views` as JSON Schema, for `/api/schema`; a test holds real answers against them."""

from enum import StrEnum
from typing import Any, Final

from gis_core.values import Evidence, Verdict
from routes.encounters import Dimension, Mode, Reason

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_NUMBER: Final[Schema] = {"type": "number"}
_METRES: Final[Schema] = {"type": "number", "minimum": 0, "description": "Along the drawn line, rounded to 0.1 m"}
_SIZE: Final[Schema] = {"type": "number", "minimum": 0, "exclusiveMinimum": True}
_DAY: Final[Schema] = {"type": "string", "format": "date", "nullable": True}


def _nullable(schema: Schema) -> Schema:
    return {**schema, "nullable": True}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _codes(codes: type[StrEnum]) -> Schema:
    return _one_of(*(code.value for code in codes))


def _object(properties: Schema, **more: Any) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties, **more}


def _array(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


_POSITION: Final = _array(_NUMBER, minItems=2, maxItems=2)
_POINT: Final = _object({"type": _one_of("Point"), "coordinates": _POSITION})
_LINE: Final = _object({"type": _one_of("LineString"), "coordinates": _array(_POSITION, minItems=2)})
_SIZES: Final[Schema] = {"width_m": _SIZE, "height_m": _SIZE, "length_m": _SIZE, "gross_weight_t": _SIZE}
_MARGINS: Final[Schema] = {
    "width_margin_m": {**_NUMBER, "minimum": 0, "description": "Both sides together"},
    "height_margin_m": {**_NUMBER, "minimum": 0},
}

PASSABILITY_BODY: Final = {
    **_object(
        {
            "geometry": {
                "type": "object",
                "description": "A GeoJSON LineString or a Feature that has one: 2 to 10,000 positions, 1 m to 50 km",
            },
            "vehicle": {
                "oneOf": [
                    {**_TEXT, "description": "A code of /api/vehicles"},
                    {
                        "type": "object",
                        "required": list(_SIZES),
                        "properties": {**_SIZES, "axle_load_t": _nullable(_SIZE), **_MARGINS, "name": _TEXT},
                        "additionalProperties": False,
                    },
                ]
            },
            "at": {"type": "string", "format": "date-time", "description": "Now where it is left out"},
            "mode": {**_codes(Mode), "default": Mode.EMERGENCY.value},
        },
        additionalProperties=False,
    ),
    "required": ["geometry", "vehicle"],
    "example": {
        "geometry": {"type": "LineString", "coordinates": [[105.8151, 21.0031], [105.8163, 21.0034]]},
        "vehicle": "engine-large",
    },
}

_FINDING: Final = _object(
    {
        "order": {"type": "integer", "minimum": 1},
        "from_m": _METRES,
        "to_m": _METRES,
        "verdict": _codes(Verdict),
        "subject": _one_of("road", "restriction", "network"),
        "layer": _nullable(_TEXT) | {"description": "The collection that has the feature; null for the network"},
        "ref": _nullable(_TEXT) | {"description": "Of a finding on several segments of a road, the first"},
        "name": _TEXT,
        "kind": _TEXT,
        "kind_label": _TEXT,
        "dimension": _codes(Dimension),
        "reason": _codes(Reason),
        "required": _nullable(_NUMBER),
        "available": _nullable(_NUMBER) | {"description": "null: nobody knows"},
        "margin": _nullable(_NUMBER) | {"description": "available less required"},
        "unit": _nullable(_one_of("m", "t")),
        "evidence": _codes(Evidence),
        "observed_on": _DAY,
        "observed_by": _TEXT | {"description": "Only for readers who may see names"},
        "sentence": _TEXT | {"description": "In the language of Accept-Language: vi or en"},
    },
    additionalProperties=False,
)
_STRETCH: Final = _object(
    {"from_m": _METRES, "to_m": _METRES, "verdict": _codes(Verdict), "road": _nullable(_TEXT), "name": _TEXT},
    additionalProperties=False,
)


def _feature(geometry: Schema, properties: Schema) -> Schema:
    return _object({"type": _one_of("Feature"), "geometry": geometry, "properties": properties})


PASSABILITY_ANSWER: Final = _object(
    {
        "type": _one_of("FeatureCollection"),
        "verdict": _codes(Verdict),
        "sentence": _TEXT,
        "vehicle": {"type": "object"},
        "mode": _codes(Mode),
        "at": {"type": "string", "format": "date-time"},
        "data_version": _TEXT,
        "length_m": _METRES,
        "matched_m": _METRES,
        "unmatched_m": _METRES,
        "blocked_at_m": _nullable(_METRES),
        "metres_by_evidence": _object({evidence.value: _METRES for evidence in Evidence}, additionalProperties=False),
        "metres_by_verdict": _object({verdict.value: _METRES for verdict in Verdict}, additionalProperties=False),
        "not_checked": _array(_one_of("turning")),
        "features": _array(_feature({"oneOf": [_POINT, _LINE]}, _FINDING)),
        "stretches": _array(_feature(_LINE, _STRETCH)),
    },
    additionalProperties=False,
)

VEHICLES_ANSWER: Final = _object(
    {
        "vehicles": _array(
            _object(
                {
                    "code": _TEXT,
                    "name": _TEXT,
                    "kind": _TEXT,
                    "kind_label": _TEXT,
                    **_SIZES,
                    "axle_load_t": _nullable(_SIZE),
                    "turning_radius_m": _nullable(_SIZE),
                    **_MARGINS,
                    "water_m3": _nullable(_NUMBER),
                    "pump_lps": _nullable(_NUMBER),
                    "hose_m": _nullable(_NUMBER),
                    "dimensions_source": _TEXT,
                },
                additionalProperties=False,
            )
        )
    },
    additionalProperties=False,
)
