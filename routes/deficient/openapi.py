"""Questions and answers about the list as JSON Schema, for `/api/schema`."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from routes.deficient.listing import LANGUAGES, STATES

_UNIT: Final = OpenApiParameter("unit", OpenApiTypes.STR, description="Code of the only administrative unit")
LIST_PARAMETERS: Final = [
    OpenApiParameter(
        "state", {"type": "string", "enum": list(STATES)}, default=STATES[0],
        description="What is approved, or what is proposed and edited and waits for a decision",
    ),
    _UNIT,
    OpenApiParameter("at", OpenApiTypes.DATETIME, description="The approved list as it stood then; now where left out"),
    OpenApiParameter("since", OpenApiTypes.DATETIME, description="Tell what changed on the approved list since then"),
    OpenApiParameter("lang", {"type": "string", "enum": list(LANGUAGES)}, default=LANGUAGES[0]),
]  # fmt: skip
TREND_PARAMETERS: Final = [
    OpenApiParameter("from", OpenApiTypes.DATETIME, required=True, description="The earlier moment"),
    OpenApiParameter("to", OpenApiTypes.DATETIME, description="The later moment; now where left out"),
    _UNIT,
]

_ANYTHING: Final[js.Schema] = {"nullable": True, "description": "A value of the attribute"}
_DIFFERENCE: Final = js.closed({"attribute": js.TEXT, "title": js.TEXT, "before": _ANYTHING, "after": _ANYTHING})
_FIGURES: Final = js.closed({"areas": js.COUNT, "houses": js.COUNT})
TREND_ANSWER: Final = js.closed(
    {
        "from": js.MOMENT,
        "to": js.MOMENT,
        "unit": js.nullable(js.TEXT),
        "data_version": js.TEXT,
        "before": _FIGURES,
        "after": _FIGURES,
        "moved": js.array_of(
            js.closed(
                {
                    "happened": js.one_of("added", "removed", "changed"),
                    "reason": js.one_of("new_area", "no_longer_deficient", "withdrawn", "another_version"),
                    "area_code": js.TEXT,
                    "before": js.nullable(js.TEXT) | {"description": "The reference of the version"},
                    "after": js.nullable(js.TEXT),
                    "unit": js.nullable(js.TEXT),
                    "lane_name": js.TEXT,
                    "differences": js.array_of(_DIFFERENCE),
                    "computed_from": js.array_of(js.TEXT, description="States of the data of the versions, old first"),
                    "sentence": js.TEXT,
                }
            )
        ),
    }
)
