"""JSON Schema in the dialect of OpenAPI 3.0: the small words that the descriptions of all answers are made of."""

from enum import StrEnum
from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "number"}
YES_OR_NO: Final[Schema] = {"type": "boolean"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
POSITIVE: Final[Schema] = {"type": "number", "minimum": 0, "exclusiveMinimum": True}
SECONDS: Final[Schema] = {"type": "number", "minimum": 0}
DAY: Final[Schema] = {"type": "string", "format": "date", "nullable": True}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}


def nullable(schema: Schema) -> Schema:
    """Allow null: nobody knows."""
    return {**schema, "nullable": True}


def one_of(*values: str) -> Schema:
    """One of these texts."""
    return {"type": "string", "enum": list(values)}


def codes(*enumerations: type[StrEnum]) -> Schema:
    """One of the codes of enumerations."""
    return one_of(*dict.fromkeys(code.value for codes in enumerations for code in codes))


def object_of(properties: Schema, **more: Any) -> Schema:
    """An object with all of these properties."""
    return {"type": "object", "required": list(properties), "properties": properties, **more}


def closed(properties: Schema) -> Schema:
    """An object with all of these properties and no others."""
    return object_of(properties, additionalProperties=False)


def array_of(items: Schema, **more: Any) -> Schema:
    """An array of these."""
    return {"type": "array", "items": items, **more}


# GeoJSON -------------------------------------------------------------------------------------------------------------

POSITION: Final = array_of(NUMBER, minItems=2, maxItems=2)
POINT: Final = object_of({"type": one_of("Point"), "coordinates": POSITION})
LINE: Final = object_of({"type": one_of("LineString"), "coordinates": array_of(POSITION, minItems=2)})
POINT_OR_LINE: Final[Schema] = {"oneOf": [POINT, LINE]}


def feature_of(geometry: Schema, properties: Schema, **more: Schema) -> Schema:
    """A GeoJSON feature; `more` are its own members."""
    return object_of({"type": one_of("Feature"), **more, "geometry": geometry, "properties": properties})
