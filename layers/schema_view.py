"""`/ogc/collections/{layer}/schema`: what a feature of a layer says and takes (OGC API – Features Part 5: Schemas)."""

from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gis_core.fields import LayerField
from gis_core.registry import Layer, layer_registry
from layers.audience import Audience, audience_for
from layers.editing import writable_fields_for
from layers.links import SCHEMA, Linker
from layers.ogc_views import JsonView
from layers.property_values import shown_fields

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final[dict[str, dict[str, Any]]] = {
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
}
_GEOMETRIES: Final = {
    "Point": "geometry-point",
    "LineString": "geometry-linestring",
    "MultiPolygon": "geometry-multipolygon",
    "Geometry": "geometry-any",
}
_UCUM: Final = {"m²": "m2", "m³": "m3", "°": "deg"}


class SchemaView(JsonView):
    """The schema, as far as the reader may see the layer."""

    media_type = SCHEMA

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        layer = layer_registry.get(kwargs["layer_id"])
        audience = audience_for(request)
        return describe_schema(layer, audience, address=linker.address("ogc-schema", layer.id))


def describe_schema(layer: Layer, audience: Audience, *, address: str) -> dict[str, Any]:
    """Describe the features of a layer as JSON Schema 2020-12.

    `readOnly` marks what the service keeps by itself; nothing is taken that is not given back, so there is no
    `writeOnly`. Types are plain, because QGIS reads no others: any attribute that is not required may be null.
    """
    writable = writable_fields_for(layer, sensitive=True)
    shown = shown_fields(layer, audience)
    described: dict[str, dict[str, Any]] = {
        "id": {"type": "integer", "title": _("Number"), "x-ogc-role": "id", "readOnly": True},
        "geom": {
            "title": _("Geometry"),
            "format": _GEOMETRIES[layer.geometry_type],
            "x-ogc-role": "primary-geometry",
        },
        **{field.name: describe_field(layer, field, writable=field.name in writable) for field in shown},
    }
    return {
        "$schema": _DIALECT,
        "$id": address,
        "type": "object",
        "title": str(layer.title),
        "description": str(layer.description),
        # JSON objects have no order, and QGIS shows attributes in this one.
        "properties": {
            name: {**told, "x-ogc-propertySeq": place} for place, (name, told) in enumerate(described.items(), 1)
        },
        "required": ["geom", *(field.name for field in shown if field.required and field.name in writable)],
        "additionalProperties": False,
    }


def describe_field(layer: Layer, field: LayerField, *, writable: bool) -> dict[str, Any]:
    """Describe one attribute: type, title, code list with labels, unit (UCUM), and whether it is written."""
    told: dict[str, Any] = {"title": str(field.title), **_type(layer, field)}
    if field.description:
        told["description"] = str(field.description)
    if field.choices:
        told["enum"] = [code for code, _label in field.choices]
        told["oneOf"] = [{"const": code, "title": str(label)} for code, label in field.choices]
    if field.unit:
        told |= {"x-ogc-unit": _UCUM.get(field.unit, field.unit), "x-ogc-unitLang": "UCUM"}
    if layer.valid_time and field.name in layer.valid_time:
        told["x-ogc-role"] = f"primary-interval-{('start', 'end')[layer.valid_time.index(field.name)]}"
    return told if writable else told | {"readOnly": True}


def _type(layer: Layer, field: LayerField) -> dict[str, Any]:
    column: Any = layer.model._meta.get_field(field.name)
    if field.type == "array":
        return {"type": "array", "items": {"type": "integer"}}
    if field.type == "string" and not field.choices and not field.reference and column.max_length:
        return {"type": "string", "maxLength": column.max_length}
    return dict(_TYPES.get(field.type, {"type": field.type}))
