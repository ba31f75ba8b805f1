"""What questions and answers about ways are made of, as JSON Schema in the dialect of OpenAPI 3.0."""

from enum import StrEnum
from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core.values import Evidence, Verdict
from routes.encounters import Dimension, Mode, Reason

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "number"}
METRES: Final[Schema] = {"type": "number", "minimum": 0, "description": "Along the way, rounded to 0.1 m"}
SIZE: Final[Schema] = {"type": "number", "minimum": 0, "exclusiveMinimum": True}
DAY: Final[Schema] = {"type": "string", "format": "date", "nullable": True}


def nullable(schema: Schema) -> Schema:
    """Allow null: nobody knows."""
    return {**schema, "nullable": True}


def one_of(*values: str) -> Schema:
    """One of these texts."""
    return {"type": "string", "enum": list(values)}


def codes(codes: type[StrEnum]) -> Schema:
    """One of the codes of an enumeration."""
    return one_of(*(code.value for code in codes))


def object_of(properties: Schema, **more: Any) -> Schema:
    """An object with all of these properties."""
    return {"type": "object", "required": list(properties), "properties": properties, **more}


def array_of(items: Schema, **more: Any) -> Schema:
    """An array of these."""
    return {"type": "array", "items": items, **more}


POSITION: Final = array_of(NUMBER, minItems=2, maxItems=2)
POINT: Final = object_of({"type": one_of("Point"), "coordinates": POSITION})
LINE: Final = object_of({"type": one_of("LineString"), "coordinates": array_of(POSITION, minItems=2)})
SIZES: Final[Schema] = {"width_m": SIZE, "height_m": SIZE, "length_m": SIZE, "gross_weight_t": SIZE}
MARGINS: Final[Schema] = {
    "width_margin_m": {**NUMBER, "minimum": 0, "description": "Both sides together"},
    "height_margin_m": {**NUMBER, "minimum": 0},
}

FINDING: Final = object_of(
    {
        "order": {"type": "integer", "minimum": 1},
        "from_m": METRES,
        "to_m": METRES,
        "verdict": codes(Verdict),
        "subject": one_of("road", "restriction", "network"),
        "layer": nullable(TEXT) | {"description": "The collection that has the feature; null for the network"},
        "ref": nullable(TEXT) | {"description": "Of a finding on several segments of a road, the first"},
        "name": TEXT,
        "kind": TEXT,
        "kind_label": TEXT,
        "dimension": codes(Dimension),
        "reason": codes(Reason),
        "required": nullable(NUMBER),
        "available": nullable(NUMBER) | {"description": "null: nobody knows"},
        "margin": nullable(NUMBER) | {"description": "available less required"},
        "unit": nullable(one_of("m", "t")),
        "evidence": codes(Evidence),
        "observed_on": DAY,
        "observed_by": TEXT | {"description": "Only for readers who may see names"},
        "sentence": TEXT | {"description": "In the language of Accept-Language: vi or en"},
    },
    additionalProperties=False,
)
STRETCH: Final = object_of(
    {"from_m": METRES, "to_m": METRES, "verdict": codes(Verdict), "road": nullable(TEXT), "name": TEXT},
    additionalProperties=False,
)


def feature_of(geometry: Schema, properties: Schema) -> Schema:
    """A GeoJSON feature."""
    return object_of({"type": one_of("Feature"), "geometry": geometry, "properties": properties})


def role(name: str) -> Schema:
    """The property by which the features of one answer are told apart."""
    return one_of(name)


BY_EVIDENCE: Final = object_of({evidence.value: METRES for evidence in Evidence}, additionalProperties=False)
BY_VERDICT: Final = object_of({verdict.value: METRES for verdict in Verdict}, additionalProperties=False)


def trip_features(*ways: str) -> list[Schema]:
    """The features that a trip is drawn with: the way, its stretches, its findings (`route_answer.features_of`)."""
    way = {"way": one_of(*ways)}
    told = {
        "sentence": TEXT | {"description": "In the language of Accept-Language: vi or en"},
        "time_s": NUMBER | {"minimum": 0},
        "length_m": METRES,
        "blocked_at_m": nullable(METRES),
        "metres_by_evidence": BY_EVIDENCE,
        "metres_by_verdict": BY_VERDICT,
        "findings": {"type": "integer", "minimum": 0, "description": "How many there are, listed or not"},
        "legal_used": array_of(LEGAL_USED),
    }
    return [
        feature_of(LINE, _closed({"role": role("way"), **way, "verdict": codes(Verdict), **told})),
        feature_of(LINE, _closed({"role": role("stretch"), **way, **STRETCH["properties"]})),
        feature_of({"oneOf": [POINT, LINE]}, _closed({"role": role("finding"), **way, **FINDING["properties"]})),
    ]


def _closed(properties: Schema) -> Schema:
    return object_of(properties, additionalProperties=False)


LEGAL_USED: Final = _closed(
    {
        "reason": one_of(Reason.ONE_WAY, Reason.REVERSIBLE, Reason.ACCESS, Reason.SIGN, Reason.TURN),
        "ref": nullable(TEXT),
        "name": TEXT,
        "from_m": METRES,
        "to_m": METRES,
        "sentence": TEXT,
    }
)


def envelope_of(outcomes: type[StrEnum], features: list[Schema], **more: Schema) -> Schema:
    """The answer that `routes.envelope.envelope` makes."""
    return _closed(
        {
            "type": one_of("FeatureCollection"),
            "outcome": codes(outcomes),
            "stale": {"type": "boolean", "description": "The latest edits may be missing: nothing is called passable"},
            "stale_reason": TEXT,
            "rebuilding": {
                "type": "boolean",
                "description": "Roads were drawn since and are not driven on yet: ask again in a second or two",
            },
            "sentence": TEXT,
            "question": {"type": "object", "description": "Every parameter as it was understood"},
            "data_version": TEXT,
            "network_version": {"type": "integer"},
            **more,
            "features": array_of({"oneOf": features}),
        }
    )


# Parameters ----------------------------------------------------------------------------------------------------------


def place_parameter(name: str, description: str, *, required: bool = True) -> OpenApiParameter:
    """A place as ``lon,lat``."""
    return OpenApiParameter(
        name, OpenApiTypes.STR, required=required, description=f"{description}: longitude, comma, latitude; WGS 84"
    )


VEHICLE: Final = OpenApiParameter("vehicle", OpenApiTypes.STR, required=True, description="A code of /api/vehicles")
AT: Final = OpenApiParameter(
    "at", OpenApiTypes.DATETIME, description="Of departure; without an offset Hanoi's time; now where it is left out"
)
MODE: Final = OpenApiParameter(
    "mode",
    OpenApiTypes.STR,
    enum=[mode.value for mode in Mode],
    default=Mode.EMERGENCY.value,
    description="Whether legal limits yield, and are listed, or bind",
)

FINDINGS: Final = OpenApiParameter(
    "findings",
    OpenApiTypes.STR,
    enum=["telling", "all"],
    default="telling",
    description="Which findings to list: what stops, raises doubt or stands at one place, or all",
)
