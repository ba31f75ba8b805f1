"""What `/api/schema` says of tours."""

from typing import Final

from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from hydrants.checklist import Outcome
from hydrants.flow_openapi import SOURCE_KEY
from hydrants.models import Status
from hydrants.tours import MAX_STOPS

TOUR_ID: Final = [
    OpenApiParameter("tour_id", {"type": "integer", "minimum": 1}, location=OpenApiParameter.PATH, required=True)
]
_NAME: Final = {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "\\S"}
TOUR_BODY: Final[js.Schema] = js.closed(
    {
        "name": _NAME,
        "sources": js.array_of(SOURCE_KEY, minItems=1, maxItems=MAX_STOPS, uniqueItems=True)
        | {"description": "In the order in which they are to be visited"},
    }
)
TEAM_BODY: Final[js.Schema] = js.closed({"team": _NAME})
_HEAD: Final = {
    "id": js.COUNT,
    "name": js.TEXT,
    "made_on": {"type": "string", "format": "date"},
    "team": js.nullable(js.TEXT) | {"description": "Who reserved it; null: it is free"},
    "done": js.COUNT,
    "of": js.COUNT,
}
TOUR: Final = js.closed(
    {
        **_HEAD,
        "next": js.nullable(js.TEXT) | {"description": "The first source that nobody visited"},
        "stops": js.array_of(
            js.closed(
                {
                    "position": js.COUNT,
                    "source": js.TEXT,
                    "name": js.TEXT,
                    "address": js.TEXT,
                    "lon": js.NUMBER,
                    "lat": js.NUMBER,
                    "status": js.one_of(*Status.values),
                    "visited_on": js.DAY,
                    "outcome": {"type": "string", "enum": [*(code.value for code in Outcome), None], "nullable": True},
                }
            )
        ),
    }
)
TOURS_ANSWER: Final = js.closed({"tours": js.array_of(js.closed(_HEAD))})
