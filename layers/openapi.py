"""The OpenAPI 3.0 description of OGC API and of all files, made from the registry: a new layer describes itself."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from gis_core.fields import LayerField
from gis_core.registry import Layer
from layers.audience import EVERYBODY
from layers.crs_params import CRS84, SERVED_CRS
from layers.items import DEFAULT_LIMIT, FILTER_LANGUAGES, FORMATS, MAX_LIMIT, PARAMETERS, exact_fields
from layers.links import GEOJSON, JSON, OPENAPI, SCHEMA
from layers.openapi_edit import SECURITY_SCHEMES, editing_operations
from layers.openapi_files import file_paths, project_path
from layers.openapi_parts import (
    SOUGHT,
    TYPES,
    Document,
    feature_id,
    feature_reference,
    feature_schema,
    page_and,
    parameter,
    problem_response,
    reading,
    shared,
)
from layers.openapi_tiles import grid_paths, tile_paths, web_map_paths

_LINKS: Final[Document] = {
    "type": "array",
    "items": {"type": "object", "required": ["href", "rel"], "properties": {"href": {"type": "string"}}},
}
_COUNT: Final[Document] = {"type": "integer", "minimum": 0}


def describe_api(layers: Iterable[Layer], *, server: str) -> Document:
    """Describe every address below `server`, which is the landing page, and the files, which stand beside it."""
    served = list(layers)
    paths = _common_paths() | grid_paths()
    files = project_path()
    for layer in served:
        paths |= _layer_paths(layer) | tile_paths(layer)
        files |= web_map_paths(layer) | file_paths(layer)
        for path, operations in editing_operations(layer).items():
            paths[path] |= operations
    root = [{"url": server.removesuffix("/ogc") or "/"}]
    return {
        "openapi": "3.0.3",
        "info": {"title": "Thủy Lộ", "description": _("Water and ways for Hanoi's fire brigade."), "version": "0.1.0"},
        "servers": [{"url": server}],
        "paths": paths | {path: {"servers": root, **operations} for path, operations in files.items()},
        "components": {
            "parameters": _parameters(),
            "responses": {"Problem": problem_response()},
            "schemas": {layer.id: feature_schema(layer) for layer in served},
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def _common_paths() -> Document:
    conforms: Document = {"conformsTo": {"type": "array", "items": {"type": "string"}}}
    collections = {"links": _LINKS, "collections": {"type": "array", "items": _collection()}}
    return {
        "/": _document("getLandingPage", _("Landing page"), _object({"links": _LINKS})),
        "/api": _document("getApi", _("Description of the API"), {"type": "object"}, OPENAPI),
        "/conformance": _document("getConformance", _("Conformance classes"), _object(conforms)),
        "/collections": _document("getCollections", _("All layers"), _object(collections)),
    }


def _layer_paths(layer: Layer) -> Document:
    base, title = f"/collections/{layer.id}", str(layer.title)
    one = reading(
        f"get.{layer.id}",
        title,
        parameters=[feature_id(), *shared("crs", "f")],
        content=page_and({GEOJSON: feature_reference(layer)}),
        refused=SOUGHT,
    )
    items = reading(
        f"list.{layer.id}",
        title,
        parameters=[*shared(*PARAMETERS), *map(_value_parameter, exact_fields(layer, EVERYBODY).values())],
        content=page_and({GEOJSON: _page(layer)}),
    )
    return {
        base: _document(f"describe.{layer.id}", title, _collection()),
        f"{base}/items": items,
        f"{base}/items/{{featureId}}": one,
        f"{base}/queryables": _document(f"queryables.{layer.id}", title, _object({"properties": {}}), SCHEMA),
        f"{base}/schema": _document(f"schema.{layer.id}", title, _object({"properties": {}}), SCHEMA),
    }


def _document(name: str, summary: str, schema: Document, media_type: str = JSON) -> Document:
    return reading(name, summary, parameters=shared("f"), content=page_and({media_type: schema}))


def _object(properties: Document) -> Document:
    return {"type": "object", "required": list(properties), "properties": properties}


def _collection() -> Document:
    crs: Document = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    text: Document = {"type": "string"}
    return _object({"id": text, "title": text, "itemType": text, "crs": crs, "storageCrs": text, "links": _LINKS})


def _page(layer: Layer) -> Document:
    return _object(
        {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "numberMatched": _COUNT,
            "numberReturned": _COUNT,
            "timeStamp": {"type": "string", "format": "date-time"},
            "links": _LINKS,
            "features": {"type": "array", "items": feature_reference(layer)},
        }
    )


def _parameters() -> Document:
    sides = [{"minItems": count, "maxItems": count} for count in (4, 6)]
    numbers = {"type": "array", "items": {"type": "number"}, "oneOf": sides}
    names = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    system = {"type": "string", "format": "uri", "enum": list(SERVED_CRS), "default": CRS84.uri}
    languages = {"type": "string", "enum": list(FILTER_LANGUAGES), "default": FILTER_LANGUAGES[0]}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    text = {"type": "string"}
    described = [
        parameter("bbox", _("West, south, east, north in degrees; with heights six numbers"), numbers, explode=False),
        parameter("bbox-crs", _("The coordinate system of bbox, in its own order of axes"), system),
        parameter("crs", _("The coordinate system of the answer, in its own order of axes"), system),
        parameter(
            "sortby",
            _("Attributes to sort by, each with + or - before it; unknown values come last"),
            names,
            explode=False,
        ),
        parameter("properties", _("The attributes to answer with"), names, explode=False),
        parameter("filter", _("A condition in CQL2"), text),
        parameter("filter-lang", _("The language of filter"), languages),
        parameter("filter-crs", _("The coordinate system of places in filter"), system),
        parameter("limit", _("Features in a page; more than the maximum gives the maximum"), limit),
        parameter("datetime", _("A day, an instant or an interval; only dated layers heed it"), text),
        parameter("after", _("Where the page before ended; taken from its link “next”"), text),
        parameter("f", _("The format"), {"type": "string", "enum": list(FORMATS), "default": FORMATS[0]}),
    ]
    return {each["name"]: each for each in described}


def _value_parameter(field: LayerField) -> Document:
    schema = dict(TYPES[field.type])
    if field.choices:
        schema["enum"] = [value for value, _label in field.choices]
    told = _("Only features with this value: %(attribute)s") % {"attribute": field.title}
    return parameter(field.name, told, schema)
