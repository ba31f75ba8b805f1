"""The question and answer of `/api/lanes` as JSON Schema, for `/api/schema`; a test holds real answers against them."""

from enum import StrEnum
from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.values import Evidence, Verdict
from routes import schemas
from routes.encounters import Dimension, Reason
from routes.lanes.question import DEFAULT_LANES, MOST_LANES, VEHICLES, WHICH
from routes.lanes.survey import THRESHOLDS_M


class Outcome(StrEnum):
    """Whether there is such a lane."""

    FOUND = "found"
    NONE = "none"


_METRES = [str(metres) for metres in THRESHOLDS_M]

LANES_PARAMETERS: Final = [
    OpenApiParameter(
        "vehicle", OpenApiTypes.STR, description="Code of /api/vehicles; the first engine in service where left out"
    ),
    OpenApiParameter("unit", OpenApiTypes.STR, description="Code of the only administrative unit to look at"),
    OpenApiParameter("deeper_m", {"type": "string", "enum": _METRES}, default=_METRES[0], description="The threshold"),
    OpenApiParameter(
        "which", {"type": "string", "enum": list(WHICH)}, default=WHICH[0],
        description="Lanes that surely lie deeper, of which nobody knows, or all",
    ),
    OpenApiParameter(
        "vehicles", {"type": "string", "enum": list(VEHICLES)}, default=VEHICLES[0],
        description="All: beside each lane how deep it lies for every vehicle in service",
    ),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": MOST_LANES}, default=DEFAULT_LANES,
        description="Lanes that are told of; `counted` says how many there are",
    ),
    schemas.AT,
]  # fmt: skip

_ANSWER: Final = js.one_of("yes", "no", "unknown")
_DEPTH: Final[js.Schema] = {
    "depth_least_m": js.nullable(schemas.METRES) | {"description": "null: no way on foot is recorded"},
    "depth_most_m": js.nullable(schemas.METRES) | {"description": "null: it may be any depth"},
}
_SHOWN_TO_SERVICE: Final = ("households", "houses_without_households", "people", "houses_without_people")
STOP: Final = js.closed(
    {
        "layer": js.one_of("roads", "access-restrictions"),
        "ref": js.TEXT,
        "name": js.TEXT,
        "kind": js.TEXT,
        "verdict": js.codes(Verdict),
        "dimension": js.codes(Dimension),
        "reason": js.codes(Reason),
        "required": js.nullable(js.NUMBER),
        "available": js.nullable(js.NUMBER) | {"description": "null: nobody knows"},
        "evidence": js.codes(Evidence),
        "observed_on": js.DAY,
        "sentence": js.TEXT,
    }
)


def _with_people(properties: js.Schema) -> js.Schema:
    """Allow the figures on people, which are left out where the reader may not know them."""
    schema = js.closed(properties)
    return {**schema, "properties": {**properties, **dict.fromkeys(_SHOWN_TO_SERVICE, js.COUNT)}}


_HOUSES: Final = _with_people({"houses": js.COUNT})
_UNIT: Final = js.closed(
    {
        "unit": js.nullable(js.TEXT) | {"description": "null: outside all units"},
        "name": js.TEXT,
        "lanes": js.COUNT,
        "by_depth": js.array_of(
            js.closed(
                {
                    "deeper_m": js.COUNT,
                    "yes": js.COUNT,
                    "no": js.COUNT,
                    "unknown": js.COUNT,
                    "without_point": js.COUNT | {"description": "Of those that are deeper"},
                    "houses_yes": _HOUSES,
                    "houses_unknown": _HOUSES,
                }
            )
        ),
    }
)
_LINES: Final = js.object_of(
    {"type": js.one_of("MultiLineString"), "coordinates": js.array_of(js.array_of(js.POSITION, minItems=2))}
)
_LANE: Final = js.feature_of(
    _LINES,
    _with_people(
        {
            "role": js.one_of("lane"),
            "key": js.TEXT | {"description": "The same as in the code of a deficient area"},
            "name": js.TEXT,
            "unit": js.nullable(js.TEXT),
            "roads": js.array_of(js.TEXT),
            "length_m": schemas.METRES,
            "surely_driven_m": schemas.METRES,
            "verdict": js.codes(Verdict) | {"description": "Whether the vehicle gets to its end"},
            **_DEPTH,
            "deeper_than": js.closed(dict.fromkeys(_METRES, _ANSWER)),
            "houses": js.COUNT,
            "point_in_lane": js.YES_OR_NO,
            "nearest_point": js.nullable(js.closed({"ref": js.TEXT, "name": js.TEXT, "walk_m": schemas.METRES}))
            | {"description": "On foot from the deepest place; null: there is no sure way to any"},
            "stops": js.array_of(
                STOP, description="What stops the vehicle beyond where it surely gets; the first three"
            ),
            "by_vehicle": js.array_of(js.closed({"vehicle": js.TEXT, "verdict": js.codes(Verdict), **_DEPTH})),
            "sentence": js.TEXT,
        }
    ),
)

LANES_ANSWER: Final = schemas.envelope_of(
    Outcome,
    [_LANE],
    counted=js.COUNT,
    listed=js.COUNT,
    by_unit=js.array_of(_UNIT),
    not_checked=schemas.NOT_CHECKED,
)
