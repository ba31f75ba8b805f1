"""The answer of `/api/approach` as JSON Schema, for `/api/schema`; a test holds real answers against it."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core.values import Verdict
from hydrants.openapi import SOURCE_PROPERTIES
from hydrants.usability import Reason
from routes.approach_hose import DEFAULT_SLACK, MOST_SLACK
from routes.approach_plan import Outcome
from routes.approach_turning import By as TurnsBy
from routes.approach_turning import Turning
from routes.approach_water import By as FedBy
from routes.drive_water_openapi import SPOT
from routes.reach_openapi import START
from routes.schemas import (
    AT,
    FINDING,
    LEGAL_USED,
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
    place_parameter,
)

APPROACH_PARAMETERS: Final = [
    place_parameter("to", "The target"),
    VEHICLE,
    OpenApiParameter(
        "from", OpenApiTypes.STR,
        description="Reference or number of a fire station, or longitude, comma, latitude; else the vehicle's station, "
        "else the one that is nearest by road",
    ),
    AT,
    OpenApiParameter(
        "slack", {"type": "number", "minimum": 1, "maximum": MOST_SLACK}, default=DEFAULT_SLACK,
        description="Metres of hose for a metre of way",
    ),
    OpenApiParameter(
        "hose_m", {"type": "number", "minimum": 0}, description="Metres of hose on the vehicle; else what is recorded"
    ),
]  # fmt: skip

_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_SECONDS: Final[Schema] = {"type": "number", "minimum": 0}
_YES_NO_UNKNOWN: Final[Schema] = {"type": "boolean", "nullable": True}
_VERDICT: Final = codes(Verdict)


def _role(role: str, properties: Schema) -> Schema:
    return object_of({"role": one_of(role), **properties}, additionalProperties=False)


def _truck(role: str) -> Schema:
    told = {
        "time_s": _SECONDS,
        "length_m": METRES,
        "verdict": _VERDICT,
        "metres_by_evidence": {"type": "object", "additionalProperties": METRES},
        "legal_used": array_of(LEGAL_USED),
    }
    return feature_of(LINE, _role(role, told))


_STOP: Final[Schema] = {
    "verdict": _VERDICT,
    "road": TEXT,
    "name": TEXT,
    "drive_s": _SECONDS,
    "drive_m": METRES,
    "sentence": TEXT,
}
_PASSED: Final = object_of(
    {"ref": TEXT, "name": TEXT, "kind": TEXT, "kind_label": TEXT, "on_foot": _VERDICT, "sentence": TEXT},
    additionalProperties=False,
)


def _hose(role: str) -> Schema:
    told = {
        "metres": METRES | {"description": "From the stop to the target itself"},
        "slack": NUMBER,
        "laid_m": METRES,
        "hoses": _COUNT,
        "lay_by_hand_s": _COUNT,
        "lay_with_cart_s": _COUNT,
        "carried_m": nullable(METRES),
        "exceeds": _YES_NO_UNKNOWN | {"description": "More than the vehicle carries; null: nobody knows"},
        "source": TEXT | {"description": "What the length of a hose and the times rest on"},
        "along_m": METRES | {"description": "Along lanes"},
        "straight_m": METRES | {"description": "From the lane to the target"},
        "verdict": _VERDICT,
        "passes": array_of(_PASSED),
    }
    return feature_of(LINE, _role(role, told))


_KEY: Final[Schema] = {
    "openable": nullable(TEXT),
    "key": TEXT | {"description": "Who holds the key; only for readers who may see it"},
}
_BLOCKER: Final = feature_of({"oneOf": [POINT, LINE]}, _role("blocker", {**FINDING["properties"], **_KEY}))
_WITHOUT: Final = ("distance_m", "distance_kind", "hose_count")
_SOURCE: Final[Schema] = {
    **{name: schema for name, schema in SOURCE_PROPERTIES.items() if name not in _WITHOUT},
    "straight_m": NUMBER | {"minimum": 0},
}
_WATER: Final[Schema] = {
    **_SOURCE,
    "by": codes(FedBy),
    "metres": METRES | {"description": "Of hose or of road, as `by` says"},
    "hoses": nullable(_COUNT),
    "lay_by_hand_s": nullable(_COUNT),
    "lay_with_cart_s": nullable(_COUNT),
    "drive_s": nullable(_SECONDS),
    "verdict": _VERDICT,
}


def _source_feature(role: str, properties: Schema) -> Schema:
    drawn = feature_of(POINT, _role(role, properties))
    return {**drawn, "properties": {**drawn["properties"], "id": TEXT}}


_REVERSE: Final = feature_of(
    LINE,
    _role(
        "reverse",
        {
            "turning": codes(Turning),
            "by": nullable(codes(TurnsBy)),
            "metres": nullable(METRES) | {"description": "To reverse; null: nobody knows"},
            "sentence": TEXT,
        },
    ),
)
_POINT: Final = feature_of(
    POINT,
    _role(
        "firefighting_point",
        {
            "ref": TEXT,
            "name": TEXT,
            "address": TEXT,
            "equipment": {"type": "object"},
            "obstructed": TEXT,
            "apart_m": METRES,
            "synthetic": {"type": "boolean"},
            "sentence": TEXT,
        },
    ),
)
_WHO: Final[Schema] = {"vehicle": TEXT, "name": TEXT, "kind": TEXT, "kind_label": TEXT}
_ROW: Final = object_of(
    {
        **_WHO,
        "outcome": codes(Outcome),
        "verdict": _VERDICT,
        "stop": nullable(POSITION),
        "drive_s": nullable(_SECONDS),
        "drive_m": nullable(METRES),
        "hose_m": nullable(METRES),
        "hoses": nullable(_COUNT),
        "exceeds": _YES_NO_UNKNOWN,
        "possible_hose_m": nullable(METRES),
        "sentence": TEXT,
    },
    additionalProperties=False,
)

APPROACH_ANSWER: Final = envelope_of(
    Outcome,
    [
        feature_of(POINT, _role("target", {})),
        START,
        _truck("truck"),
        _truck("possible_truck"),
        feature_of(POINT, _role("stop", _STOP)),
        feature_of(POINT, _role("possible_stop", {**_STOP, "unknown": array_of(FINDING)})),
        _hose("hose"),
        _hose("possible_hose"),
        _BLOCKER,
        _source_feature("water", _WATER),
        _source_feature(
            "water_passed_over",
            {**_SOURCE, "reason": one_of(*(reason.value for reason in Reason)), "reason_label": TEXT},
        ),
        feature_of(LINE, _role("water_way", {"by": codes(FedBy), "metres": METRES})),
        _REVERSE,
        _POINT,
    ],
    verdict=_VERDICT,
    vehicle=nullable(object_of(_WHO, additionalProperties=False)),
    sentences=array_of(TEXT),
    snapped=object_of({"to": array_of(SPOT), "from": array_of(SPOT)}),
    matrix=array_of(_ROW),
    not_checked=array_of(one_of("turning")),
)
