"""The pieces that the OpenAPI description is put together from."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from gis_core.api_docs import PROBLEM, READING
from gis_core.fields import LayerField
from gis_core.registry import Layer
from layers.links import HTML, JSON

Document = dict[str, Any]

TYPES: Final[Mapping[str, Document]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    "array": {"type": "array", "items": {}},
    "object": {"type": "object"},
}
"""How a value of each kind of attribute is written."""

SOUGHT: Final = (*READING, 404)
"""How a question for something that may not be there can be refused."""

_BINARY: Final[Document] = {"type": "string", "format": "binary"}
# A point is one position, everything else is made of lists of them.
_DEPTHS: Final = {"Point": 0, "LineString": 1, "MultiPolygon": 3}


def reading(
    name: str,
    summary: str,
    *,
    parameters: Iterable[Document] = (),
    content: Mapping[str, Document] | None = None,
    refused: Iterable[int] = READING,
    besides: Document | None = None,
) -> Document:
    """Describe how a resource is read; without `content` it is a JSON object, and a page for people.

    `besides` are further answers by status.
    """
    answers = content or page_and({JSON: {"type": "object"}})
    responses: Document = {
        "200": answer(summary, answers),
        "304": {"description": _("What you have is still right")},
        **(besides or {}),
        **refusals(refused),
    }
    return {"get": {"operationId": name, "summary": summary, "parameters": [*parameters], "responses": responses}}


def page_and(content: Mapping[str, Document]) -> dict[str, Document]:
    """Add the page for people, which every resource of OGC API has."""
    return {**content, HTML: {"type": "string"}}


def answer(description: str, content: Mapping[str, Document]) -> Document:
    """Describe an answer: schemas by media type."""
    return {"description": description, "content": {kind: {"schema": schema} for kind, schema in content.items()}}


def file_of(*media_types: str) -> dict[str, Document]:
    """Describe files; only what is JSON is not taken for a row of bytes."""
    return {kind: {"type": "object"} if "json" in kind else _BINARY for kind in media_types}


def refusals(statuses: Iterable[int]) -> Document:
    """Refer to the one shape of every refusal."""
    return {str(status): {"$ref": "#/components/responses/Problem"} for status in sorted(statuses)}


def problem_response() -> Document:
    """Describe that shape; a problem is a page too, for whoever asked for one."""
    told = _("What was wrong, and what would be right")
    return answer(told, page_and({"application/problem+json": dict(PROBLEM)}))


def shared(*names: str) -> list[Document]:
    """Refer to parameters that several addresses have."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def parameter(name: str, description: str, schema: Document, **extra: Any) -> Document:
    """Describe a parameter of the query."""
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **extra}


def path_parameter(name: str, description: str, schema: Document) -> Document:
    """Describe a part of the path."""
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def feature_id() -> Document:
    """Describe the number of a feature in its address."""
    return path_parameter("featureId", _("Number"), {"type": "integer", "format": "int64", "minimum": 0})


def feature_reference(layer: Layer) -> Document:
    """Refer to the schema of a feature of the layer."""
    return {"$ref": f"#/components/schemas/{layer.id}"}


def feature_schema(layer: Layer) -> Document:
    """Describe a feature of the layer."""
    return {
        "type": "object",
        "description": str(layer.description),
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer", "format": "int64", "readOnly": True},
            "geometry": _geometry(layer.geometry_type),
            "properties": {
                "type": "object",
                "properties": {field.name: property_schema(field) for field in layer.fields},
            },
        },
    }


def property_schema(field: LayerField) -> Document:
    """Describe one attribute: its type, title, unit, code list, and whether everybody may see it."""
    notes = [str(field.description), field.unit, _("Not shown to the public.") if field.sensitive else ""]
    schema: Document = {**TYPES[field.type], "title": str(field.title), "nullable": True}
    if description := "; ".join(note for note in notes if note):
        schema["description"] = description
    if field.choices:
        schema["enum"] = [value for value, _label in field.choices] + [None]
    if not field.editable or field.name == "synthetic":
        schema["readOnly"] = True
    return schema


def _geometry(kind: str) -> Document:
    """Describe a GeoJSON geometry; a layer of mixed ones says only that it is one."""
    if kind not in _DEPTHS:
        return {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}}
    coordinates: Document = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 4}
    for _level in range(_DEPTHS[kind]):
        coordinates = {"type": "array", "items": coordinates, "minItems": 1}
    return {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"type": "string", "enum": [kind]}, "coordinates": coordinates},
    }
