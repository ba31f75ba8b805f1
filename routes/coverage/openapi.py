"""What `/api/schema` says of coverage."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from hydrants.usability import Reason
from hydrants.verification import Verification
from routes.coverage.areas import FiguresState
from routes.coverage.classes import Against, Cause, Coverage, Why
from routes.coverage.figures import COUNTED
from routes.coverage.models import ReachChoice
from routes.rules_told import RULE

_NUMBER: Final = {"type": "integer", "minimum": 1}
PARAMETERS: Final = [
    OpenApiParameter("building", _NUMBER, description="Number of a building"),
    OpenApiParameter("facility", _NUMBER, description="Number of a facility"),
    OpenApiParameter("place", OpenApiTypes.STR, description="Longitude, comma, latitude: the nearest building, 50 m"),
    OpenApiParameter(
        "lane", OpenApiTypes.STR, description="Longitude, comma, latitude: houses along the way nearest to it, 200 m"
    ),
    OpenApiParameter("ward", OpenApiTypes.STR, description="Code of a ward in force"),
    OpenApiParameter("bbox", OpenApiTypes.STR, description="West, south, east, north; WGS 84"),
    OpenApiParameter("from", OpenApiTypes.DATE, description="With `to`, of a ward: what changed since this day"),
    OpenApiParameter("to", OpenApiTypes.DATE, description="The later day"),
]
_RULE: Final = js.closed(RULE)
_METRES: Final = js.nullable(js.NUMBER | {"minimum": 0})
OVERRIDE: Final = js.closed(
    {"coverage": js.codes(Coverage), "comment": js.TEXT, "author": js.nullable(js.TEXT), "at": js.MOMENT}
)
_HOUSE: Final = js.closed(
    {
        "layer": js.one_of("buildings", "facilities"),
        "id": js.COUNT,
        "ref": js.TEXT,
        "point": js.POSITION,
        "synthetic": js.YES_OR_NO,
        "coverage": js.codes(Coverage) | {"description": "What a planner said, else what was computed"},
        "coverage_label": js.TEXT,
        "computed": js.codes(Coverage),
        "override": js.nullable(OVERRIDE),
        "reason": js.codes(Why),
        "reason_label": js.TEXT,
        "demand_least_lps": js.NUMBER,
        "demand_most_lps": js.NUMBER,
        "sources_needed": js.nullable(_NUMBER) | {"description": "Null where the demand is not known well enough"},
        "working_hose_m": _METRES,
        "apart_m": _METRES | {"description": "Straight from the nearest way; null where none is near"},
        "truck": js.one_of(*ReachChoice.values),
        "truck_label": js.TEXT,
    }
)
_SOURCE: Final = js.closed(
    {
        "key": js.TEXT,
        "ref": js.TEXT,
        "name": js.TEXT,
        "hose_m": _METRES | {"description": "Along ways, also where nobody knows whether people pass"},
        "sure_hose_m": _METRES | {"description": "Only where people surely pass; null where there is no such way"},
        "limit_m": js.NUMBER,
        "flow_lps": js.nullable(js.NUMBER),
        "counts": js.YES_OR_NO,
        "against": js.nullable(js.codes(Against, Reason)),
        "against_label": js.nullable(js.TEXT),
        "verification": js.codes(Verification),
        "verification_label": js.TEXT,
        "synthetic": js.YES_OR_NO,
        "sentence": js.TEXT,
    }
)
_FIGURES: Final = js.closed(dict.fromkeys(COUNTED, js.COUNT))
_FRAME: Final = {
    "question": {"type": "object"},
    "data_version": js.TEXT,
    "network_version": js.COUNT,
    "stale": js.YES_OR_NO,
    "sentence": js.TEXT,
}
_HOUSE_ANSWER: Final = js.closed(
    {
        **_FRAME,
        "outcome": js.one_of("house"),
        "house": _HOUSE,
        "sources": js.array_of(_SOURCE, maxItems=50),
        "sources_count": js.COUNT,
        "tested_together": js.array_of(
            js.closed(
                {
                    "sources": js.array_of(js.TEXT, minItems=2, maxItems=2),
                    "main_ref": js.TEXT,
                    "tested_on": js.DAY,
                    "flow_lps": js.NUMBER,
                    "sentence": js.TEXT,
                }
            ),
            description="Two that count both and ran in one test, the most water first; only where two may be needed",
        ),
        "rules": js.array_of(_RULE),
        "rules_also": js.array_of(_RULE, description="What older instruments in force say differently"),
        "not_checked": js.array_of(js.TEXT),
    }
)
_AREA_ANSWER: Final = js.closed(
    {
        **_FRAME,
        "outcome": js.one_of("area"),
        "name": js.TEXT,
        "figures": _FIGURES,
        "figures_state": js.codes(FiguresState) | {"description": "Whether every edit before the question is counted"},
        "figures_state_label": js.TEXT,
        "computed_at": js.MOMENT | {"description": "When everything was computed last"},
        "followed_at": js.nullable(js.MOMENT) | {"description": "When edits were counted last"},
        "rules_on": js.DAY,
        "rules": js.array_of(_RULE),
    }
)
_DAY: Final = js.closed({"computed_at": js.MOMENT, "figures": _FIGURES})
_CHANGE: Final = js.closed(
    {
        "before": js.nullable(js.codes(Coverage)),
        "after": js.nullable(js.codes(Coverage)),
        "cause": js.codes(Cause),
        "cause_label": js.TEXT,
        "buildings": js.COUNT,
    }
)
_TREND_ANSWER: Final = js.closed(
    {
        **_FRAME,
        "outcome": js.one_of("trend"),
        "name": js.TEXT,
        "from": _DAY,
        "to": _DAY,
        "changes": js.array_of(_CHANGE),
    }
)
ANSWER: Final[js.Schema] = {"oneOf": [_HOUSE_ANSWER, _AREA_ANSWER, _TREND_ANSWER]}
OVERRIDE_BODY: Final[js.Schema] = {
    "type": "object",
    "required": ["coverage", "comment"],
    "additionalProperties": False,
    "properties": {
        "building": js.nullable(_NUMBER),
        "facility": js.nullable(_NUMBER),
        "coverage": js.nullable(js.codes(Coverage)) | {"description": "Null takes the decision back"},
        "comment": js.TEXT | {"minLength": 1, "maxLength": 500},
    },
}
OVERRIDE_ANSWER: Final = js.closed(
    {"layer": js.one_of("buildings", "facilities"), "id": js.COUNT, "override": js.nullable(OVERRIDE)}
)
