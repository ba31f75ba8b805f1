"""The answer of mode=drive as JSON Schema, for `/api/schema`; a test holds real answers against it."""

from typing import Final

from drf_spectacular.utils import OpenApiParameter

from gis_core import json_schema as js
from gis_core.values import Verdict
from hydrants.usability import Reason
from routes import schemas
from routes.drive_water import MAX_PASSED_OVER, NotChosen, Outcome

_BY_ROAD: Final[js.Schema] = {
    **schemas.SOURCE,
    "drive_m": js.nullable(schemas.METRES),
    "drive_s": js.nullable(js.SECONDS),
    "time_s": js.nullable(js.SECONDS)
    | {"description": "Drive, and laying hose from where the truck stands; ranked by it"},
    "verdict": js.nullable(js.codes(Verdict)) | {"description": "Of the way to it; null where none is known"},
    "stand_m": js.nullable(schemas.METRES) | {"description": "From where the truck stands to the source"},
    "stand_road": js.nullable(js.TEXT),
    "stand": js.nullable(js.POSITION),
    "hose_count": js.nullable(js.COUNT) | {"description": "Hoses of 20 m over stand_m"},
    "main": js.nullable(js.TEXT) | {"description": "The water main of a hydrant; null: none, or nobody noted it"},
    "flow_asked_lps": js.nullable(js.NUMBER),
}


def _source(role: str, **first: js.Schema) -> js.Schema:
    return js.feature_of(js.POINT, schemas.role_of(role, **first, **_BY_ROAD), id=js.TEXT)


_WAY: Final = js.closed(
    {
        "role": js.one_of("way", "backup_way"),
        "rank": js.COUNT,
        "source": js.TEXT,
        "verdict": js.codes(Verdict),
        "drive_m": schemas.METRES,
        "drive_s": js.SECONDS,
    }
)
_BEGIN: Final = js.closed(
    {
        "lon": js.NUMBER,
        "lat": js.NUMBER,
        "road": js.TEXT,
        "name": js.TEXT,
        "hose_m": schemas.METRES | {"description": "To the place itself"},
        "sentence": js.TEXT,
    }
)

DRIVE_WATER_PARAMETERS: Final = (
    OpenApiParameter(
        schemas.VEHICLE.name, schemas.VEHICLE.type, description=f"{schemas.VEHICLE.description}; required by mode=drive"
    ),
    schemas.AT,
)
DRIVE_WATER_ANSWER: Final = schemas.envelope_of(
    Outcome,
    [_source("source", rank={"type": "integer", "minimum": 1}), js.feature_of(js.LINE, _WAY)],
    snapped=js.closed({"from": schemas.SPOTS}),
    begin=js.nullable(_BEGIN)
    | {"description": "Where the truck stands for a place that it cannot surely drive from; null: at the place"},
    backup=js.nullable(_source("backup")),
    passed_over=js.array_of(
        _source("passed_over", reason=js.codes(Reason, NotChosen), reason_label=js.TEXT), maxItems=MAX_PASSED_OVER
    ),
    passed_over_count=js.COUNT,
    passed_over_within_m=schemas.METRES,
    not_checked=schemas.NOT_CHECKED,
)
