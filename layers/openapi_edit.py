"""The part of the OpenAPI description that is about writing: methods, bodies, headers, and how to sign in."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from gis_core.registry import Layer
from layers.links import GEOJSON, MERGE_PATCH
from layers.openapi_parts import Document, answer, feature_id, feature_reference, refusals

SECURITY_SCHEMES: Final[Document] = {
    "token": {"type": "http", "scheme": "bearer"},
    "password": {"type": "http", "scheme": "basic"},
}
_SIGNED_IN: Final[list[dict[str, list[str]]]] = [{"token": []}, {"password": []}]
_ANY: Final = (400, 401, 403, 409, 429, 503)
_WITH_BODY: Final = (*_ANY, 413, 415, 422)
_OF_ONE: Final = (404, 412, 428)


def editing_operations(layer: Layer) -> dict[str, Document]:
    """Give the writing operations of a layer by path, below the landing page."""
    base, whole = f"/collections/{layer.id}/items", feature_reference(layer)
    of_one = [feature_id(), _if_match()]
    stored = answer(_("The feature as it is stored"), {GEOJSON: whole})
    # A merge patch names only what changes, which the schema of a whole feature would not let pass.
    part: Document = {"type": "object"}
    refused = (*_WITH_BODY, *_OF_ONE)
    return {
        base: {"post": _writing("create", layer, {"201": stored}, _WITH_BODY, [_content_crs()], {GEOJSON: whole})},
        f"{base}/{{featureId}}": {
            "put": _writing("replace", layer, {"200": stored}, refused, [*of_one, _content_crs()], {GEOJSON: whole}),
            "patch": _writing(
                "update", layer, {"200": stored}, refused, [*of_one, _content_crs()], {MERGE_PATCH: part}
            ),
            "delete": _writing("delete", layer, {"204": {"description": _("Deleted")}}, (*_ANY, *_OF_ONE), of_one),
        },
    }


def _writing(
    verb: str,
    layer: Layer,
    responses: Document,
    refused: Iterable[int],
    parameters: list[Document],
    body: Document | None = None,
) -> Document:
    content = {kind: {"schema": schema} for kind, schema in (body or {}).items()}
    return {
        "operationId": f"{verb}.{layer.id}",
        "summary": str(layer.title),
        "security": _SIGNED_IN,
        "parameters": parameters,
        **({"requestBody": {"required": True, "content": content}} if body else {}),
        "responses": responses | refusals(refused),
    }


def _if_match() -> Document:
    told = _("The ETag that you got for the feature, or “*” to overwrite whatever is there")
    return {"name": "If-Match", "in": "header", "required": True, "description": told, "schema": {"type": "string"}}


def _content_crs() -> Document:
    told = _("URI of the system that the geometry is in, with its axis order; CRS84 if it is left out")
    return {"name": "Content-Crs", "in": "header", "required": False, "description": told, "schema": {"type": "string"}}
