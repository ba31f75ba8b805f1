"""What questions and answers about ways are made of, as JSON Schema in the dialect of OpenAPI 3.0."""

from enum import StrEnum
from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.values import Evidence, Verdict
from hydrants.openapi import SOURCE_PROPERTIES
from routes.encounters import Dimension, Mode, Reason

METRES: Final[js.Schema] = {"type": "number", "minimum": 0, "description": "Along the way, rounded to 0.1 m"}
SIZES: Final[js.Schema] = {
    "width_m": js.POSITIVE,
    "height_m": js.POSITIVE,
    "length_m": js.POSITIVE,
    "gross_weight_t": js.POSITIVE,
}
MARGINS: Final[js.Schema] = {
    "width_margin_m": {**js.NUMBER, "minimum": 0, "description": "Both sides together"},
    "height_margin_m": {**js.NUMBER, "minimum": 0},
}

FINDING: Final = js.closed(
    {
        "order": {"type": "integer", "minimum": 1},
        "from_m": METRES,
        "to_m": METRES,
        "verdict": js.codes(Verdict),
        "subject": js.one_of("road", "restriction", "network"),
        "layer": js.nullable(js.TEXT) | {"description": "The collection that has the feature; null for the network"},
        "ref": js.nullable(js.TEXT) | {"description": "Of a finding on several segments of a road, the first"},
        "roads": js.array_of(js.TEXT, description="All road segments that it is about; none for a restriction"),
        "name": js.TEXT,
        "kind": js.TEXT,
        "kind_label": js.TEXT,
        "dimension": js.codes(Dimension),
        "reason": js.codes(Reason),
        "required": js.nullable(js.NUMBER),
        "available": js.nullable(js.NUMBER) | {"description": "null: nobody knows"},
        "margin": js.nullable(js.NUMBER) | {"description": "available less required"},
        "unit": js.nullable(js.one_of("m", "t")),
        "evidence": js.codes(Evidence),
        "observed_on": js.DAY,
        "observed_by": js.TEXT | {"description": "Only for readers who may see names"},
        "sentence": js.TEXT | {"description": "In the language of Accept-Language: vi or en"},
    }
)
STRETCH: Final = js.closed(
    {
        "from_m": METRES,
        "to_m": METRES,
        "verdict": js.codes(Verdict),
        "road": js.nullable(js.TEXT) | {"description": "The first of `roads`; null where no road is known"},
        "roads": js.array_of(js.TEXT, description="The road segments in driving order"),
        "name": js.TEXT,
    }
)
BY_EVIDENCE: Final = js.closed({evidence.value: METRES for evidence in Evidence})
BY_VERDICT: Final = js.closed({verdict.value: METRES for verdict in Verdict})


SPOTS: Final = js.array_of(
    js.closed(
        {
            "distance_m": METRES | {"description": "Straight, from the place asked for; no road is known there"},
            "road": js.TEXT,
            "name": js.TEXT,
            "lon": js.NUMBER,
            "lat": js.NUMBER,
        }
    ),
    description="The nearest places on roads; the first is where the way begins or ends, whatever stands there",
)
_STRAIGHT_ONLY: Final = ("distance_m", "distance_kind", "hose_count")
SOURCE: Final[js.Schema] = {
    **{name: schema for name, schema in SOURCE_PROPERTIES.items() if name not in _STRAIGHT_ONLY},
    "straight_m": js.NUMBER | {"minimum": 0, "description": "On the WGS 84 spheroid; nothing is ranked by it"},
}
"""A source of water beside metres of hose or road (`routes.water_sources`)."""
NOT_CHECKED: Final = js.array_of(js.one_of("turning"))


def role_of(role: str, **properties: js.Schema) -> js.Schema:
    """The properties of the features of one role, and no others."""
    return js.closed({"role": js.one_of(role), **properties})


START: Final = js.feature_of(js.POINT, role_of("start", station=js.nullable(js.TEXT), name=js.TEXT))
"""Where a vehicle starts: a station, or a place."""


def trip_features(*ways: str) -> list[js.Schema]:
    """The features that a trip is drawn with: the way, its stretches, its findings (`route_answer.features_of`)."""
    way = {"way": js.one_of(*ways)}
    told = {
        "sentence": js.TEXT | {"description": "In the language of Accept-Language: vi or en"},
        "time_s": js.SECONDS,
        "length_m": METRES,
        "blocked_at_m": js.nullable(METRES),
        "metres_by_evidence": BY_EVIDENCE,
        "metres_by_verdict": BY_VERDICT,
        "findings": js.COUNT | {"description": "How many there are, listed or not"},
        "legal_used": js.array_of(LEGAL_USED),
    }
    return [
        js.feature_of(js.LINE, role_of("way", **way, verdict=js.codes(Verdict), **told)),
        js.feature_of(js.LINE, role_of("stretch", **way, **STRETCH["properties"])),
        js.feature_of(js.POINT_OR_LINE, role_of("finding", **way, **FINDING["properties"])),
    ]


LEGAL_USED: Final = js.closed(
    {
        "reason": js.one_of(Reason.ONE_WAY, Reason.REVERSIBLE, Reason.ACCESS, Reason.SIGN, Reason.TURN),
        "ref": js.nullable(js.TEXT),
        "roads": js.array_of(js.TEXT),
        "name": js.TEXT,
        "from_m": METRES,
        "to_m": METRES,
        "sentence": js.TEXT,
    }
)


def envelope_of(outcomes: type[StrEnum], features: list[js.Schema], **more: js.Schema) -> js.Schema:
    """The answer that `routes.envelope.envelope` makes."""
    return js.closed(
        {
            "type": js.one_of("FeatureCollection"),
            "outcome": js.codes(outcomes),
            "stale": js.YES_OR_NO | {"description": "The latest edits may be missing: nothing is called passable"},
            "stale_reason": js.TEXT,
            "rebuilding": js.YES_OR_NO
            | {"description": "Roads were drawn since and are not driven on yet: ask again in a second or two"},
            "sentence": js.TEXT,
            "question": {"type": "object", "description": "Every parameter as it was understood"},
            "data_version": js.TEXT,
            "network_version": {"type": "integer"},
            **more,
            "features": js.array_of({"oneOf": features}),
        }
    )


# Parameters ----------------------------------------------------------------------------------------------------------


def place_parameter(name: str, description: str) -> OpenApiParameter:
    """A place as ``lon,lat``."""
    return OpenApiParameter(
        name, OpenApiTypes.STR, required=True, description=f"{description}: longitude, comma, latitude; WGS 84"
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
