"""Scenarios and their comparison as JSON Schema, for `/api/schema`; a test holds real answers against it."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.values import Verdict
from routes import schemas
from routes.coverage.classes import Coverage, Why
from routes.coverage.figures import COUNTED
from routes.coverage.places import LAYERS
from routes.rules_told import RULE
from routes.siting.candidates import Kind
from routes.siting.comparing import Outcome
from routes.siting.scenario_drafts import MOST_FLOW_LPS, MOST_REFS, MOST_SOURCES, MOST_VOLUME_M3

SCENARIO_ID: Final = [
    OpenApiParameter("scenario_id", {"type": "integer", "minimum": 1}, location=OpenApiParameter.PATH, required=True)
]
COMPARE_PARAMETERS: Final = [
    OpenApiParameter("vehicle", OpenApiTypes.STR, description="A code of /api/vehicles; the large engine if left out"),
    schemas.AT,
]

_FLOW: Final = js.nullable(js.POSITIVE | {"maximum": MOST_FLOW_LPS}) | {"description": "Null: nobody knows"}
_OF_TANK: Final = {
    "volume_m3": js.nullable(js.POSITIVE | {"maximum": MOST_VOLUME_M3}) | {"description": "What a tank holds"},
    "refill_lps": js.nullable(js.NUMBER | {"minimum": 0, "maximum": MOST_FLOW_LPS}) | {"description": "What flows in"},
}
_GIVES: Final = {"flow_lps": _FLOW, **_OF_TANK}
_SOURCE: Final = {"kind": js.codes(Kind), "name": js.TEXT | {"maxLength": 120}, "place": js.POSITION, **_GIVES}
_REFS: Final = js.array_of(js.TEXT | {"maxLength": 120}, maxItems=MOST_REFS)
_BODY: Final = {
    "name": js.TEXT | {"minLength": 1, "maxLength": 120},
    "note": js.TEXT | {"maxLength": 2000},
    "ward": js.TEXT | {"maxLength": 10, "description": "Whose planners edit it; left out: those of the whole city"},
    "sources": js.array_of(
        {"type": "object", "required": ["kind", "place"], "properties": _SOURCE, "additionalProperties": False},
        maxItems=MOST_SOURCES,
    ),
    "remove": _REFS | {"description": "References of access restrictions that would be gone"},
    "close_roads": _REFS | {"description": "References of roads that would be closed to everybody"},
}
SCENARIO_BODY: Final[js.Schema] = {
    "type": "object", "required": ["name"], "additionalProperties": False, "properties": _BODY,
    "example": {
        "name": "Ngõ 29", "sources": [{"kind": "tank", "place": [105.8151, 21.0031], "volume_m3": 54}],
        "remove": ["demo/restriction/005"],
    },
}  # fmt: skip
SCENARIO_CHANGE_BODY: Final[js.Schema] = {
    "type": "object", "required": ["name", "version"], "additionalProperties": False,
    "properties": {**_BODY, "version": {"type": "integer", "minimum": 1}},
}  # fmt: skip

SCENARIO: Final = js.closed(
    {
        "id": js.COUNT,
        "name": js.TEXT,
        "note": js.TEXT,
        "author": js.TEXT,
        "ward": js.nullable(js.TEXT),
        "version": js.COUNT,
        "created_at": js.MOMENT,
        "updated_at": js.MOMENT,
        "sources": js.array_of(js.closed(_SOURCE)),
        "remove": js.array_of(js.TEXT),
        "close_roads": js.array_of(js.TEXT),
    }
)
SCENARIOS: Final = js.closed({"scenarios": js.array_of(SCENARIO)})
_ANY_GEOMETRY: Final[js.Schema] = {"type": "object", "nullable": True, "description": "Null where it is not there"}
_DRAWN: Final = [
    js.feature_of(js.POINT, schemas.role_of("planned_source", kind=js.codes(Kind), name=js.TEXT, **_GIVES)),
    *(
        js.feature_of(_ANY_GEOMETRY, schemas.role_of(role, ref=js.TEXT, there=js.YES_OR_NO))
        for role in ("removed_obstacle", "closed_road")
    ),
]
SCENARIO_DRAWN: Final = js.closed(
    {"type": js.one_of("FeatureCollection"), "scenario": SCENARIO, "features": js.array_of({"oneOf": _DRAWN})}
)

_CLASS: Final = js.closed(
    {
        "coverage": js.codes(Coverage),
        "coverage_label": js.TEXT,
        "reason": js.codes(Why),
        "reason_label": js.TEXT,
        "source": js.nullable(js.TEXT) | {"description": "The nearest that counts; planned/… is one of the plan"},
        "hose_m": js.nullable(js.NUMBER),
        "truck": js.codes(Verdict),
    }
)
_FIGURES: Final = js.closed(dict.fromkeys(COUNTED, js.COUNT))
_TRUCKS: Final = js.closed({verdict.value: js.COUNT for verdict in Verdict})
COMPARISON: Final = schemas.envelope_of(
    Outcome,
    [
        *_DRAWN,
        js.feature_of(
            js.POINT,
            schemas.role_of(
                "house",
                layer=js.one_of(*LAYERS),
                feature_id=js.COUNT,
                households=js.nullable(js.COUNT),
                synthetic=js.YES_OR_NO,
                today=_CLASS,
                plan=_CLASS,
            ),
        ),
    ],
    scenario=SCENARIO,
    today=_FIGURES,
    plan=_FIGURES,
    trucks=js.closed({"today": _TRUCKS, "plan": _TRUCKS}),
    wards=js.array_of(
        js.closed(
            {
                "ward": js.nullable(js.TEXT) | {"description": "Null: buildings that stand in no recorded ward"},
                "name": js.TEXT,
                "differs": js.YES_OR_NO,
                "today": _FIGURES,
                "plan": _FIGURES,
            }
        ),
        description="Every one in which a building stands; `differs`: any figure does",
    ),
    changed=js.closed({"houses": js.COUNT, "listed": js.COUNT}),
    rules=js.array_of(js.closed(RULE)),
    notes=js.array_of(js.TEXT),
)
