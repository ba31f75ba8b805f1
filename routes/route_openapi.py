"""Questions and answers of `routes.route_views` as JSON Schema; a test holds real answers against them."""

from typing import Final

from gis_core.values import Verdict
from routes.route import Kind, Outcome
from routes.schemas import (
    AT,
    FINDING,
    FINDINGS,
    LINE,
    METRES,
    MODE,
    NUMBER,
    POINT,
    TEXT,
    VEHICLE,
    array_of,
    codes,
    envelope_of,
    feature_of,
    nullable,
    object_of,
    one_of,
    place_parameter,
    role,
    trip_features,
)

ROUTE_PARAMETERS: Final = [place_parameter("from", "Start"), place_parameter("to", "Goal"), VEHICLE, AT, MODE, FINDINGS]

SNAPPED: Final = array_of(
    object_of(
        {
            "distance_m": METRES | {"description": "Straight, from the place asked for; no road is known there"},
            "road": TEXT,
            "name": TEXT,
            "lon": NUMBER,
            "lat": NUMBER,
        },
        additionalProperties=False,
    ),
    description="The nearest places on roads; the first is where the way begins or ends, whatever stands there",
)

OPENING: Final = object_of(
    {
        "role": role("to_open"),
        "way": one_of(Kind.TO_OPEN),
        **FINDING["properties"],
        "removable": {"type": "boolean", "description": "An obstacle; false: the road itself is too narrow, low, weak"},
        "openable": nullable(one_of("yes", "no", "unknown")),
        "key": TEXT | {"description": "Who holds it; only for readers who may see names"},
    },
    additionalProperties=False,
)

ROUTE_ANSWER: Final = envelope_of(
    Outcome,
    trip_features(*Kind),
    snapped=object_of({"from": SNAPPED, "to": SNAPPED}, additionalProperties=False),
    to_open=array_of(
        feature_of({"oneOf": [POINT, LINE]}, OPENING),
        description="Where there is no way: what would have to go, in driving order",
    ),
    when_open=nullable(codes(Verdict)) | {"description": "The verdict if all of `to_open` were out of the way"},
    not_checked=array_of(one_of("turning")),
)

NETWORK_ANSWER: Final = object_of(
    {
        "network_version": {"type": "integer"},
        "data_version": TEXT | {"description": "Of all tables that an approach rests on, water and vehicles too"},
        "rebuilding": {"type": "boolean", "description": "Roads were drawn since and are not driven on yet"},
        "stale": {"type": "boolean", "description": "The latest edits may be missing"},
    },
    additionalProperties=False,
)
