"""The answer of `/api/siting` as JSON Schema, for `/api/schema`; a test holds real answers against it."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.values import Verdict
from routes import schemas
from routes.rules_told import RULE
from routes.siting.candidates import Along, Kind
from routes.siting.rules import Because, Standing
from routes.siting.scenario_drafts import MOST_FLOW_LPS
from routes.siting.sites import Outcome
from routes.siting.sites_question import COSTS, DEFAULT_SPACING_M, MOST_SOURCES

AREA_PARAMETERS: Final = [
    OpenApiParameter("ward", OpenApiTypes.STR, description="Code of an administrative unit, all below it included"),
    OpenApiParameter("bbox", OpenApiTypes.STR, description="west,south,east,north in degrees; WGS 84; or `ward`"),
]
_COST: Final = {"type": "number", "minimum": 0, "exclusiveMinimum": True}
SITES_PARAMETERS: Final = [
    OpenApiParameter(
        "k", {"type": "integer", "minimum": 1, "maximum": MOST_SOURCES}, required=True,
        description="How many sources may be built",
    ),
    OpenApiParameter(
        "flow_lps", {"type": "number", "minimum": 0.1, "maximum": MOST_FLOW_LPS},
        description="What each of them gives: then homes count by the flow they need, as in coverage",
    ),
    OpenApiParameter("budget", _COST, description="Money, in any unit; then each kind needs its cost"),
    *(OpenApiParameter(name, _COST, description=f"Of one {kind}, as budget") for kind, name in COSTS.items()),
    OpenApiParameter(
        "candidates", OpenApiTypes.STR, default="roads",
        description=f"Where they could stand: one or more of {', '.join(Along)}, with commas",
    ),
    OpenApiParameter(
        "kind", OpenApiTypes.STR, enum=[Kind.HYDRANT.value, Kind.TANK.value], default=Kind.HYDRANT.value,
        description="What would be built along roads; at banks it is an intake point",
    ),
    OpenApiParameter(
        "spacing_m", {"type": "number", "minimum": 10, "maximum": 500}, default=DEFAULT_SPACING_M,
        description="At most so far apart along roads and banks",
    ),
    OpenApiParameter(
        "apart_m", {"type": "number", "minimum": 0, "maximum": 1000}, default=0,
        description="No two new sources nearer to each other than this, straight",
    ),
    OpenApiParameter(
        "scenario", {"type": "integer", "minimum": 1}, description="Whose planned sources are candidates"
    ),
    OpenApiParameter("vehicle", OpenApiTypes.STR, description="A code of /api/vehicles: it must get to the sources"),
    OpenApiParameter(
        "certificate", OpenApiTypes.STR, enum=["no", "yes"], default="no",
        description="Also let HiGHS solve it, where it is small enough",
    ),
    schemas.AT,
    *AREA_PARAMETERS,
]  # fmt: skip

CHECK: Final = js.closed(
    {
        **RULE,
        "standing": js.codes(Standing),
        "standing_label": js.TEXT,
        "because": js.codes(Because),
        "because_label": js.TEXT,
        "found": js.nullable(js.NUMBER),
    }
)
_SITE: Final = js.feature_of(
    js.POINT,
    schemas.role_of(
        "site",
        order=js.COUNT,
        kind=js.codes(Kind),
        along=js.codes(Along),
        about=js.TEXT | {"description": "The body of water, or the name of the planned source"},
        adds_households=js.COUNT | {"description": "To those that the ones before it cover"},
        households_within=js.COUNT | {"description": "Of those not covered today"},
        cost=js.nullable(js.NUMBER),
        road=js.nullable(js.TEXT),
        street=js.TEXT,
        from_road_m=js.NUMBER,
        truck=js.nullable(js.codes(Verdict)) | {"description": "Null: no vehicle was named"},
        flow_lps=js.nullable(js.NUMBER) | {"description": "As asked"},
        holds_m3=js.nullable(js.NUMBER) | {"description": "What a tank must hold to give `flow_lps` so long"},
        checks=js.array_of(CHECK),
    ),
)
HOUSEHOLDS: Final = js.closed(
    {
        "homes": js.COUNT,
        "all": js.COUNT,
        "homes_uncounted": js.COUNT | {"description": "Nobody counted their households; each counts as one"},
        "covered_today": js.COUNT,
        "perhaps_today": js.COUNT | {"description": "Only if what nobody knows turns out well; counted as not covered"},
        "beyond_one": js.COUNT | {"description": "Whom one more source of `flow_lps` does not cover; 0 without it"},
        "newly_covered": js.COUNT,
        "coverable": js.COUNT | {"description": "By all candidates together"},
        "still_not_covered": js.COUNT,
    }
)
SITES_ANSWER: Final = schemas.envelope_of(
    Outcome,
    [_SITE],
    households=HOUSEHOLDS,
    bound=js.closed(
        {
            "newly_covered_at_most": js.COUNT | {"description": "No choice among these candidates reaches more"},
            "gap": js.COUNT,
            "share_of_bound_pct": js.nullable(js.NUMBER),
            "proven_best": js.YES_OR_NO,
            "time_was_up": js.YES_OR_NO,
        }
    ),
    rests_on=js.closed(
        {
            "candidates": js.COUNT,
            "candidates_excluded": js.COUNT,
            "sources_counted": js.COUNT,
            "sources_truck_unknown": js.COUNT,
            "rules": js.array_of(js.closed(RULE)),
        }
    ),
    notes=js.array_of(js.TEXT),
)
