"""The part of the OpenAPI description that is about writing: methods, bodies, headers, and how to sign in."""

from typing import Any, Final

from django.utils.translation import gettext as _

from gis_core.registry import Layer
from layers.links import GEOJSON

Document = dict[str, Any]

SECURITY_SCHEMES: Final[Document] = {
    "token": {"type": "http", "scheme": "bearer"},
    "password": {"type": "http", "scheme": "basic"},
}
_SIGNED_IN: Final[list[dict[str, list[str]]]] = [{"token": []}, {"password": []}]
_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}


def editing_operations(layer: Layer) -> dict[str, Document]:
    """Give the writing operations of a layer by path, below the landing page."""
    base = f"/collections/{layer.id}/items"
    return {
        base: {
            "post": _operation("create", layer, {"201": _as_stored(layer)}, parameters=[_content_crs()], body=GEOJSON)
        },
        f"{base}/{{featureId}}": {
            "put": _operation("replace", layer, {"200": _as_stored(layer)}, parameters=_of_one(), body=GEOJSON),
            "patch": _operation(
                "update", layer, {"200": _as_stored(layer)}, parameters=_of_one(), body="application/merge-patch+json"
            ),
            "delete": _operation(
                "delete", layer, {"204": {"description": _("Deleted")}}, parameters=[_feature_id(), _if_match()]
            ),
        },
    }


def _operation(
    verb: str, layer: Layer, responses: Document, *, parameters: list[Document], body: str = ""
) -> Document:  # fmt: skip
    # A merge patch names only what changes, which the schema of a whole feature would not let pass.
    schema = {"type": "object"} if "patch" in body else {"$ref": f"#/components/schemas/{layer.id}"}
    return {
        "operationId": f"{verb}.{layer.id}",
        "summary": str(layer.title),
        "security": _SIGNED_IN,
        "parameters": parameters,
        **({"requestBody": {"required": True, "content": {body: {"schema": schema}}}} if body else {}),
        "responses": responses | {"default": _PROBLEM},
    }


def _as_stored(layer: Layer) -> Document:
    schema = {"$ref": f"#/components/schemas/{layer.id}"}
    return {"description": _("The feature as it is stored"), "content": {GEOJSON: {"schema": schema}}}


def _of_one() -> list[Document]:
    return [_feature_id(), _if_match(), _content_crs()]


def _feature_id() -> Document:
    return {"name": "featureId", "in": "path", "required": True, "schema": {"type": "integer", "format": "int64"}}


def _if_match() -> Document:
    told = _("The ETag that you got for the feature, or “*” to overwrite whatever is there")
    return {"name": "If-Match", "in": "header", "required": True, "description": told, "schema": {"type": "string"}}


def _content_crs() -> Document:
    told = _("URI of the system that the geometry is in, with its axis order; CRS84 if it is left out")
    return {"name": "Content-Crs", "in": "header", "required": False, "description": told, "schema": {"type": "string"}}
