"""Questions and answers of `routes.route_views` as JSON Schema; a test holds real answers against them."""

from typing import Final

from gis_core import json_schema as js
from gis_core.values import Verdict
from routes import schemas
from routes.route import Kind, Outcome

ROUTE_PARAMETERS: Final = [
    schemas.place_parameter("from", "Start"),
    schemas.place_parameter("to", "Goal"),
    schemas.VEHICLE,
    schemas.AT,
    schemas.MODE,
    schemas.FINDINGS,
]

OPENING: Final = schemas.role_of(
    "to_open",
    way=js.one_of(Kind.TO_OPEN),
    **schemas.FINDING["properties"],
    removable=js.YES_OR_NO | {"description": "An obstacle; false: the road itself is too narrow, low, weak"},
    openable=js.nullable(js.one_of("yes", "no", "unknown")),
    key=js.TEXT | {"description": "Who holds it; only for readers who may see names"},
)

ROUTE_ANSWER: Final = schemas.envelope_of(
    Outcome,
    schemas.trip_features(*Kind),
    snapped=js.closed({"from": schemas.SPOTS, "to": schemas.SPOTS}),
    to_open=js.array_of(
        js.feature_of(js.POINT_OR_LINE, OPENING),
        description="Where there is no way: what would have to go, in driving order",
    ),
    when_open=js.nullable(js.codes(Verdict)) | {"description": "The verdict if all of `to_open` were out of the way"},
    not_checked=schemas.NOT_CHECKED,
)

NETWORK_ANSWER: Final = js.closed(
    {
        "network_version": {"type": "integer"},
        "data_version": js.TEXT | {"description": "Of all tables that an approach rests on, water and vehicles too"},
        "rebuilding": js.YES_OR_NO | {"description": "Roads were drawn since and are not driven on yet"},
        "stale": js.YES_OR_NO | {"description": "The latest edits may be missing"},
    }
)
