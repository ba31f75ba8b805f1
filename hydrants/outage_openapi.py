"""What `/api/schema` says of outages."""

from typing import Final

from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.roles import Role
from hydrants.flow_openapi import SOURCE_KEY

_TOLD: Final = js.one_of(*(role.value for role in Role if role is not Role.PUBLIC))
_TIMES: Final = {"from": js.MOMENT, "until": js.MOMENT, "cause": js.TEXT}

OUTAGE_ID: Final = [
    OpenApiParameter("outage_id", {"type": "integer", "minimum": 1}, location=OpenApiParameter.PATH, required=True)
]
OUTAGE_TIMES: Final = js.closed(_TIMES)
OUTAGE_BODY: Final[js.Schema] = {
    "type": "object",
    "required": ["from", "until"],
    "additionalProperties": False,
    "properties": {
        "source": js.nullable(SOURCE_KEY),
        "main_ref": js.TEXT
        | {"maxLength": 60, "description": "Instead of a source: all hydrants whose record names this main"},
        "from": js.MOMENT | {"description": "Without an offset Hanoi's time"},
        "until": js.MOMENT | {"description": "The first moment at which there is water again"},
        "cause": js.TEXT | {"maxLength": 200},
        "told": js.array_of(_TOLD, minItems=1, maxItems=4)
        | {"nullable": True, "description": "Roles whose holders see it as theirs; nothing is sent"},
        "announced_by": js.TEXT | {"maxLength": 120},
    },
}
OUTAGE: Final = js.closed(
    {
        "id": js.COUNT,
        "source": js.nullable(js.TEXT),
        "main_ref": js.nullable(js.TEXT),
        **_TIMES,
        "running": js.YES_OR_NO,
        "told": js.array_of(_TOLD),
        "for_you": js.YES_OR_NO | {"description": "The reader holds a role that is told"},
        "announced_by": js.nullable(js.TEXT) | {"description": "Null for whoever may not see people"},
        "synthetic": js.YES_OR_NO,
    }
)
OUTAGES_ANSWER: Final = js.closed({"at": js.MOMENT, "data_version": js.TEXT, "outages": js.array_of(OUTAGE)})
