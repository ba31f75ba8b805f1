"""The OpenAPI 3.0 description of OGC API – Features, made from the registry: a new layer describes itself."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from gis_core.fields import LayerField
from gis_core.registry import Layer
from layers.audience import EVERYBODY
from layers.crs_params import CRS84, SERVED_CRS
from layers.items import DEFAULT_LIMIT, FILTER_LANGUAGES, FORMATS, MAX_LIMIT, PARAMETERS, exact_fields
from layers.openapi_edit import SECURITY_SCHEMES, editing_operations
from layers.openapi_tiles import tile_operation
from layers.tile_grid import GRID_ID

Document = dict[str, Any]

_SCHEMAS: dict[str, Document] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    "array": {"type": "array", "items": {}},
    "object": {"type": "object"},
}


def describe_api(layers: Iterable[Layer], *, server: str) -> Document:
    """Describe every address below `server`, which is the landing page."""
    served = list(layers)
    paths: Document = {
        "/": _operation("getLandingPage", _("Landing page")),
        "/conformance": _operation("getConformance", _("Conformance classes")),
        "/collections": _operation("getCollections", _("All layers")),
        "/tileMatrixSets": _operation("getTileMatrixSets", _("Tile matrix sets")),
        f"/tileMatrixSets/{GRID_ID}": _operation("getTileMatrixSet", _("Tile matrix set")),
    }
    for layer in served:
        paths |= _layer_paths(layer)
        for path, operations in editing_operations(layer).items():
            paths[path] |= operations
    return {
        "openapi": "3.0.3",
        "info": {"title": "Thủy Lộ", "description": _("Water and ways for Hanoi's fire brigade."), "version": "0.1.0"},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "parameters": _parameters(),
            "responses": {"Problem": _answer("application/problem+json", _("What was wrong, and what would be right"))},
            "schemas": {layer.id: _feature_schema(layer) for layer in served},
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def _layer_paths(layer: Layer) -> Document:
    base, title = f"/collections/{layer.id}", str(layer.title)
    feature_id = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "integer", "format": "int64"}}
    page = {"type": "object", "properties": {"features": {"type": "array", "items": _feature(layer)}}}
    geojson = "application/geo+json"
    one = _operation(f"get.{layer.id}", title, parameters=("crs", "f"), schema=_feature(layer), media_type=geojson)
    one["parameters"] = [feature_id]
    items = _operation(f"list.{layer.id}", title, parameters=PARAMETERS, schema=page, media_type=geojson)
    items["get"]["parameters"] += [_value_parameter(field) for field in exact_fields(layer, EVERYBODY).values()]
    return {
        base: _operation(f"describe.{layer.id}", title),
        f"{base}/items": items,
        f"{base}/items/{{featureId}}": one,
        f"{base}/schema": _operation(f"schema.{layer.id}", title, media_type="application/schema+json"),
        f"{base}/tiles": _operation(f"tilesets.{layer.id}", title),
        f"{base}/tiles/{GRID_ID}": _operation(f"tileset.{layer.id}", title),
        f"{base}/tiles/{GRID_ID}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": tile_operation(layer),
    }


def _operation(
    name: str,
    summary: str,
    *,
    parameters: Iterable[str] = ("f",),
    schema: Document | None = None,
    media_type: str = "application/json",
) -> Document:
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [{"$ref": f"#/components/parameters/{parameter}"} for parameter in parameters],
            "responses": {
                "200": _answer(media_type, summary, schema or {"type": "object"}),
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
    }


def _answer(media_type: str, description: str, schema: Document | None = None) -> Document:
    # Every resource, problems included, is also a page for people.
    content = {media_type: {"schema": schema or {"type": "object"}}, "text/html": {"schema": {"type": "string"}}}
    return {"description": description, "content": content}


def _parameters() -> Document:
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    names = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    system = {"type": "string", "format": "uri", "enum": list(SERVED_CRS), "default": CRS84.uri}
    return {
        "bbox": _parameter(
            "bbox", _("West, south, east, north in degrees; with heights six numbers"), numbers, explode=False
        ),
        "bbox-crs": _parameter("bbox-crs", _("The coordinate system of bbox, in its own order of axes"), system),
        "crs": _parameter("crs", _("The coordinate system of the answer, in its own order of axes"), system),
        "sortby": _parameter(
            "sortby",
            _("Attributes to sort by, each with + or - before it; unknown values come last"),
            names,
            explode=False,
        ),
        "properties": _parameter("properties", _("The attributes to answer with"), names, explode=False),
        "filter": _parameter("filter", _("A condition in CQL2"), {"type": "string"}),
        "filter-lang": _parameter(
            "filter-lang",
            _("The language of filter"),
            {"type": "string", "enum": list(FILTER_LANGUAGES), "default": FILTER_LANGUAGES[0]},
        ),
        "filter-crs": _parameter("filter-crs", _("The coordinate system of places in filter"), system),
        "limit": _parameter(
            "limit",
            _("Features in a page; more than the maximum gives the maximum"),
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        ),
        "datetime": _parameter(
            "datetime", _("A day, an instant or an interval; only dated layers heed it"), {"type": "string"}
        ),
        "after": _parameter("after", _("Where the page before ended; taken from its link “next”"), {"type": "string"}),
        "f": _parameter("f", _("The format"), {"type": "string", "enum": list(FORMATS), "default": FORMATS[0]}),
    }


def _parameter(name: str, description: str, schema: Document, **extra: Any) -> Document:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **extra}


def _value_parameter(field: LayerField) -> Document:
    schema = dict(_SCHEMAS[field.type])
    if field.choices:
        schema["enum"] = [value for value, _label in field.choices]
    return _parameter(
        field.name, _("Only features with this value: %(attribute)s") % {"attribute": field.title}, schema
    )


def _feature(layer: Layer) -> Document:
    return {"$ref": f"#/components/schemas/{layer.id}"}


def _feature_schema(layer: Layer) -> Document:
    return {
        "type": "object",
        "description": str(layer.description),
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer", "format": "int64"},
            "geometry": {"type": "object", "description": layer.geometry_type},
            "properties": {
                "type": "object",
                "properties": {field.name: property_schema(field) for field in layer.fields},
            },
        },
    }


def property_schema(field: LayerField) -> Document:
    """Describe one attribute: its type, title, unit, code list, and whether everybody may see it."""
    notes = [str(field.description), field.unit, _("Not shown to the public.") if field.sensitive else ""]
    schema: Document = {**_SCHEMAS[field.type], "title": str(field.title), "nullable": True}
    if description := "; ".join(note for note in notes if note):
        schema["description"] = description
    if field.choices:
        schema["enum"] = [value for value, _label in field.choices] + [None]
    return schema
