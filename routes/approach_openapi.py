"""The answer of `/api/approach` as JSON Schema, for `/api/schema`; a test holds real answers against it."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.values import Verdict
from hydrants.usability import Reason
from routes import schemas
from routes.approach_hose import DEFAULT_SLACK, MOST_SLACK
from routes.approach_plan import Outcome
from routes.approach_turning import By as TurnsBy
from routes.approach_turning import Turning
from routes.approach_water import By as FedBy

APPROACH_PARAMETERS: Final = [
    schemas.place_parameter("to", "The target"),
    schemas.VEHICLE,
    OpenApiParameter(
        "from", OpenApiTypes.STR,
        description="Reference or number of a fire station, or longitude, comma, latitude; else the vehicle's station, "
        "else the one that is nearest by road",
    ),
    schemas.AT,
    OpenApiParameter(
        "slack", {"type": "number", "minimum": 1, "maximum": MOST_SLACK}, default=DEFAULT_SLACK,
        description="Metres of hose for a metre of way",
    ),
    OpenApiParameter(
        "hose_m", {"type": "number", "minimum": 0}, description="Metres of hose on the vehicle; else what is recorded"
    ),
]  # fmt: skip

_EXCEEDS: Final[js.Schema] = {
    **js.nullable(js.YES_OR_NO),
    "description": "More than the vehicle carries; null: nobody noted how much that is",
}
_VERDICT: Final = js.codes(Verdict)


def _truck(role: str) -> js.Schema:
    return js.feature_of(
        js.LINE,
        schemas.role_of(
            role,
            time_s=js.SECONDS,
            length_m=schemas.METRES,
            verdict=_VERDICT,
            metres_by_evidence=schemas.BY_EVIDENCE,
            legal_used=js.array_of(schemas.LEGAL_USED),
        ),
    )


def _stop(role: str, **more: js.Schema) -> js.Schema:
    return js.feature_of(
        js.POINT,
        schemas.role_of(
            role,
            verdict=_VERDICT | {"description": "Of the truck's way to it"},
            road=js.TEXT,
            name=js.TEXT,
            drive_s=js.SECONDS,
            drive_m=schemas.METRES,
            sentence=js.TEXT,
            **more,
        ),
    )


_PASSED: Final = js.closed(
    {
        "subject": js.one_of("restriction", "road", "railway")
        | {"description": "road: one of which nobody knows whether it is there"},
        "ref": js.TEXT,
        "name": js.TEXT,
        "kind": js.TEXT,
        "kind_label": js.TEXT,
        "on_foot": _VERDICT,
        "sentence": js.TEXT,
    }
)


def _hose(role: str) -> js.Schema:
    return js.feature_of(
        js.LINE,
        schemas.role_of(
            role,
            metres=schemas.METRES | {"description": "From the stop to the target itself"},
            slack=js.NUMBER,
            laid_m=schemas.METRES,
            hoses=js.COUNT,
            lay_by_hand_s=js.COUNT,
            lay_with_cart_s=js.COUNT,
            carried_m=js.nullable(schemas.METRES),
            exceeds=_EXCEEDS,
            source=js.TEXT | {"description": "What the length of a hose and the times rest on"},
            along_m=schemas.METRES | {"description": "Along lanes"},
            straight_m=schemas.METRES | {"description": "From the lane to the target"},
            straight_sure=js.YES_OR_NO | {"description": "Not farther than 15 m, and neither water nor rails between"},
            verdict=_VERDICT,
            passes=js.array_of(_PASSED),
        ),
    )


_BLOCKER: Final = js.feature_of(
    js.POINT_OR_LINE,
    schemas.role_of(
        "blocker",
        **schemas.FINDING["properties"],
        openable=js.nullable(js.TEXT),
        key=js.TEXT | {"description": "Who holds the key; only for readers who may see it"},
    ),
)


def _source(role: str, **more: js.Schema) -> js.Schema:
    return js.feature_of(js.POINT, schemas.role_of(role, **schemas.SOURCE, **more), id=js.TEXT)


_WATER: Final = _source(
    "water",
    by=js.codes(FedBy),
    metres=schemas.METRES | {"description": "Of hose or of road, as `by` says"},
    hoses=js.nullable(js.COUNT),
    lay_by_hand_s=js.nullable(js.COUNT),
    lay_with_cart_s=js.nullable(js.COUNT),
    drive_s=js.nullable(js.SECONDS),
    verdict=_VERDICT,
)
_REVERSE: Final = js.feature_of(
    js.LINE,
    schemas.role_of(
        "reverse",
        turning=js.codes(Turning),
        by=js.nullable(js.codes(TurnsBy)),
        metres=js.nullable(schemas.METRES) | {"description": "To reverse; null: nobody knows"},
        sentence=js.TEXT,
    ),
)
_FIREFIGHTING_POINT: Final = js.feature_of(
    js.POINT,
    schemas.role_of(
        "firefighting_point",
        ref=js.TEXT,
        name=js.TEXT,
        address=js.TEXT,
        equipment={"type": "object"},
        obstructed=js.TEXT,
        apart_m=schemas.METRES,
        synthetic=js.YES_OR_NO,
        sentence=js.TEXT,
    ),
)
_WHO: Final[js.Schema] = {"vehicle": js.TEXT, "name": js.TEXT, "kind": js.TEXT, "kind_label": js.TEXT}
_ROW: Final = js.closed(
    {
        **_WHO,
        "outcome": js.codes(Outcome),
        "verdict": _VERDICT,
        "stop": js.nullable(js.POSITION),
        "drive_s": js.nullable(js.SECONDS),
        "drive_m": js.nullable(schemas.METRES),
        "hose_m": js.nullable(schemas.METRES),
        "hoses": js.nullable(js.COUNT),
        "exceeds": _EXCEEDS,
        "possible_hose_m": js.nullable(schemas.METRES),
        "sentence": js.TEXT,
    }
)

APPROACH_ANSWER: Final = schemas.envelope_of(
    Outcome,
    [
        js.feature_of(js.POINT, schemas.role_of("target")),
        schemas.START,
        _truck("truck"),
        _truck("possible_truck"),
        _stop("stop"),
        _stop("possible_stop", unknown=js.array_of(schemas.FINDING)),
        _hose("hose"),
        _hose("possible_hose"),
        _BLOCKER,
        _WATER,
        _source("water_passed_over", reason=js.codes(Reason), reason_label=js.TEXT),
        js.feature_of(js.LINE, schemas.role_of("water_way", by=js.codes(FedBy), metres=schemas.METRES)),
        _REVERSE,
        _FIREFIGHTING_POINT,
    ],
    verdict=_VERDICT,
    vehicle=js.nullable(js.closed(_WHO)),
    sentences=js.array_of(js.TEXT),
    snapped=js.closed({"to": schemas.SPOTS, "from": schemas.SPOTS}),
    matrix=js.array_of(_ROW),
    not_checked=schemas.NOT_CHECKED,
)
