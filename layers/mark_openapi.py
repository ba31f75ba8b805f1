"""What `/api/schema` says of marks."""

from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from layers.mark_models import Mark
from layers.mark_photos import MAX_PHOTO_BYTES

MAX_MARKS: Final = 500

_STATES: Final = list(Mark.State.values)
_NULLABLE_MOMENT: Final = js.nullable(js.MOMENT)
_NULLABLE_TEXT: Final = js.nullable(js.TEXT)

MARKS_PARAMETERS: Final = [
    OpenApiParameter(
        "bbox", {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}, explode=False,
        description="west,south,east,north in degrees",
    ),
    OpenApiParameter(
        "state", {"type": "array", "items": {"type": "string", "enum": _STATES}, "minItems": 1}, explode=False,
        description="One or more states; open,confirmed unless given",
    ),
]  # fmt: skip
MARK_HEADER: Final = [
    OpenApiParameter(
        "Idempotency-Key", {"type": "string", "maxLength": 100, "pattern": "^[!-~]*$"}, OpenApiParameter.HEADER,
        description="Made up for each mark: a try sent again with it makes no second mark",
    )
]  # fmt: skip
MARK_ID: Final = [
    OpenApiParameter("mark_id", OpenApiTypes.INT64, OpenApiParameter.PATH, description="Number of a mark")
]
PHOTO_TOKEN: Final = [
    OpenApiParameter("token", OpenApiTypes.STR, OpenApiParameter.PATH, description="As the mark names it")
]

_MEMBERS: Final[js.Schema] = {
    "kind": js.TEXT | {"description": "One of /api/mark-kinds"},
    "place": js.POSITION | {"description": "Where it was seen: longitude, latitude"},
    "about": js.nullable(js.closed({"layer": js.TEXT | {"maxLength": 40}, "ref": js.TEXT | {"maxLength": 120}}))
    | {"description": "What it is about; without it what stands nearby"},
    "obstacle": js.nullable(js.TEXT) | {"description": "With lane_blocked, and only then"},
    "note": js.nullable(js.TEXT | {"maxLength": 2000}),
    "seen_at": js.nullable(js.MOMENT) | {"description": "What the sender's clock says; kept, and believed in nothing"},
}
MARK_BODY: Final[js.Schema] = {
    "type": "object",
    "required": ["kind", "place"],
    "additionalProperties": False,
    "properties": _MEMBERS,
}
MULTIPART_BODY: Final[js.Schema] = {
    "type": "object",
    "required": ["kind", "place"],
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(_MEMBERS, js.TEXT),
        "place": js.TEXT | {"description": "As JSON: [105.81, 21.00]"},
        "about": js.TEXT | {"description": "As JSON"},
        "photo": {
            "type": "string",
            "format": "binary",
            "description": f"JPEG, PNG or WebP of at most {MAX_PHOTO_BYTES:,} bytes",
        },
    },
}
MARK: Final = js.closed(
    {
        "id": js.COUNT,
        "kind": js.TEXT,
        "kind_label": js.TEXT,
        "place": js.POSITION,
        "about": js.closed({"layer": js.TEXT, "id": js.COUNT, "ref": js.TEXT}),
        "obstacle": _NULLABLE_TEXT,
        "obstacle_label": _NULLABLE_TEXT,
        "note": _NULLABLE_TEXT | {"description": "Null for whoever may not see people"},
        "author": _NULLABLE_TEXT | {"description": "Likewise"},
        "photo": _NULLABLE_TEXT | {"description": "Its address; likewise"},
        "at": js.MOMENT | {"description": "When the server heard of it"},
        "client_at": _NULLABLE_MOMENT,
        "state": js.one_of(*_STATES),
        "state_label": js.TEXT,
        "evidence": js.one_of("reported"),
        "expires_at": _NULLABLE_MOMENT | {"description": "When it ends to count by itself"},
        "settled": {"type": "string", "enum": ["person", "inspection", "author", None], "nullable": True},
        "settled_label": _NULLABLE_TEXT,
        "settled_at": _NULLABLE_MOMENT,
        "settled_by": _NULLABLE_TEXT,
        "effect": js.TEXT | {"description": "What it changes of the answers, in the caller's language"},
        "asks": _NULLABLE_TEXT | {"description": "What is wanted of others"},
        "synthetic": js.YES_OR_NO,
    }
)
MARKS_ANSWER: Final = js.closed(
    {"at": js.MOMENT, "data_version": js.TEXT, "marks": js.array_of(MARK, maxItems=MAX_MARKS), "more": js.YES_OR_NO}
)
KINDS_ANSWER: Final[dict[str, Any]] = js.closed(
    {
        "kinds": js.array_of(
            js.closed(
                {
                    "kind": js.TEXT,
                    "label": js.TEXT,
                    "obstacles": js.array_of(js.closed({"obstacle": js.TEXT, "label": js.TEXT})),
                }
            )
        )
    }
)
