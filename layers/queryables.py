"""What a filter may ask about a layer, as JSON Schema (OGC API – Features Part 3, queryables)."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from gis_core.registry import Layer, layer_registry
from layers.audience import Audience, audience_for
from layers.cql2 import GEOMETRY, queryable_fields
from layers.etags import unless_known
from layers.items import single_values
from layers.links import SCHEMA, Linker
from layers.ogc_views import OgcView
from layers.schema_view import describe_schema


class Queryables(OgcView):
    """`/ogc/collections/{layer}/queryables`: what a filter may ask, for whoever reads it."""

    def get(self, request: HttpRequest, layer_id: str) -> HttpResponseBase:
        single_values(request.GET, known=("f",))
        layer = layer_registry.get(layer_id)
        audience = audience_for(request)
        address = Linker(request).address("ogc-queryables", layer.id)
        body = orjson.dumps(describe_queryables(layer, audience, address=address))
        return unless_known(request, HttpResponse(body, content_type=SCHEMA))


def describe_queryables(layer: Layer, audience: Audience, *, address: str) -> dict[str, Any]:
    """Return the schema of what `audience` may ask; `address` is where it stands.

    An attribute is described as in the schema of the layer, but nothing is required of a question, or read-only.
    """
    schema = describe_schema(layer, audience, address=address)
    del schema["required"]
    schema["properties"] = {
        name: {key: value for key, value in schema["properties"][name].items() if key != "readOnly"}
        for name in (GEOMETRY, *queryable_fields(layer, audience))
    }
    return schema
