"""OGC API – Features, Part 4: create, replace, update and delete features. Parse, ask, render.

Reading stays with `layers.ogc_views`; these views add the writing methods to the same addresses.
"""

from copy import copy
from typing import Any, cast

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from gis_core.api import StrictJsonParser
from gis_core.crs import CatalogueEntry
from gis_core.errors import WrongMediaType
from gis_core.policy import Actor, actor_for, decide, writer_for
from gis_core.registry import Layer, layer_registry
from gis_core.roles import Action
from layers.crs_params import CRS84, read_crs
from layers.drafts import Draft
from layers.editing import Written, create_feature, delete_feature, write_feature
from layers.etags import Precondition
from layers.items import UnknownFeature, parse_feature_id, single_values
from layers.links import GEOJSON, JSON, MERGE_PATCH, Linker
from layers.ogc_views import Item, Items, OgcView


class _Editing(OgcView):
    """Says who may write, and takes care that it is really they who do.

    Like all of them exempt from Django's check of forms, which answers a page before anybody is asked who they are;
    `_writer` repeats it for those who are known by a cookie.
    """

    writes: dict[str, Action]
    """Methods beyond reading, and what they do."""

    def options(self, request: HttpRequest, *args: Any, **kwargs: str) -> HttpResponse:
        """Name the methods; QGIS asks it of one feature, or of none, and takes the answer for the whole layer.

        So they are those that the reader may use anywhere in the layer.
        """
        layer_registry.get(kwargs["layer_id"])
        return HttpResponse(status=204, headers=self._allowed(request))

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().http_method_not_allowed(request, *args, **kwargs)
        response.headers["Allow"] = self._allowed(request)["Allow"]
        return response

    def _allowed(self, request: HttpRequest) -> dict[str, str]:
        actor = actor_for(request.user, at=timezone.localdate())
        able = [method for method, action in self.writes.items() if decide(actor, action, anywhere=True)]
        headers = {"Allow": ", ".join(["GET", "HEAD", "OPTIONS", *able])}
        if "POST" in able:
            headers["Accept-Post"] = f"{GEOJSON}, {JSON}"
        if "PATCH" in able:
            headers["Accept-Patch"] = MERGE_PATCH
        return headers


class EditableItems(_Editing, Items):
    """`/ogc/collections/{layer}/items`: also for new features."""

    http_method_names = ["get", "head", "options", "post"]
    writes = {"POST": Action.CREATE}

    def post(self, request: HttpRequest, layer_id: str) -> HttpResponseBase:
        """Store a new feature, and give it back as it is stored."""
        layer, actor = _writer(request, layer_id)
        written = create_feature(layer, _draft(request), actor=actor, at=timezone.localdate())
        response = _stored(request, layer, written)
        response.status_code = 201
        response.headers["Location"] = Linker(request).address("ogc-item", layer.id, written.feature_id)
        return response


class EditableItem(_Editing, Item):
    """`/ogc/collections/{layer}/items/{id}`: also to replace, change and delete one feature."""

    http_method_names = ["get", "head", "options", "put", "patch", "delete"]
    writes = {"PUT": Action.UPDATE, "PATCH": Action.UPDATE, "DELETE": Action.DELETE}

    def put(self, request: HttpRequest, layer_id: str, feature_id: str) -> HttpResponseBase:
        """Replace the feature, and give it back as it is stored."""
        return self._write(request, layer_id, feature_id, partial=False)

    def patch(self, request: HttpRequest, layer_id: str, feature_id: str) -> HttpResponseBase:
        """Change what the merge patch names, and give the feature back as it is stored."""
        return self._write(request, layer_id, feature_id, partial=True)

    def delete(self, request: HttpRequest, layer_id: str, feature_id: str) -> HttpResponseBase:
        """Delete the feature."""
        layer, actor = _writer(request, layer_id)
        number = _number(layer, feature_id)
        delete_feature(layer, number, expected=Precondition.from_request(request), actor=actor)
        return HttpResponse(status=204)

    def _write(self, request: HttpRequest, layer_id: str, feature_id: str, *, partial: bool) -> HttpResponseBase:
        layer, actor = _writer(request, layer_id)
        number = _number(layer, feature_id)
        expected = Precondition.from_request(request)
        draft = _draft(request, partial=partial)
        written = write_feature(layer, number, draft, expected=expected, actor=actor, at=timezone.localdate())
        return _stored(request, layer, written)


def _writer(request: HttpRequest, layer_id: str) -> tuple[Layer, Actor]:
    """Find the layer, and who writes to it.

    Raises
    ------
    NotSignedIn, rest_framework.exceptions.PermissionDenied
        Nobody known; or a page of another site may have made the browser send this.
    """
    layer = layer_registry.get(layer_id)
    actor = writer_for(request.user, at=timezone.localdate())
    SessionAuthentication().enforce_csrf(Request(request))
    single_values(request.GET, known=())
    return layer, actor


def _number(layer: Layer, feature_id: str) -> int:
    number = parse_feature_id(feature_id)
    if number is None:
        raise UnknownFeature("Layer %(layer)s has no feature %(id)s.", layer=layer.id, id=feature_id[:60])
    return number


def _draft(request: HttpRequest, *, partial: bool = False) -> Draft:
    known = (MERGE_PATCH,) if partial else (GEOJSON, JSON)
    if request.content_type not in known:
        raise WrongMediaType(
            "Send the feature as %(known)s, not as “%(given)s”.",
            known=" or ".join(known),
            given=(request.content_type or "")[:60],
        )
    return Draft.from_json(StrictJsonParser().parse(request), crs=_crs(request), partial=partial)


def _crs(request: HttpRequest) -> CatalogueEntry:
    """Read `Content-Crs`; the standard puts the URI in angle brackets, QGIS does not."""
    given = request.headers.get("Content-Crs", "").strip().removeprefix("<").removesuffix(">")
    return read_crs("Content-Crs", given) if given else CRS84


def _stored(request: HttpRequest, layer: Layer, written: Written) -> HttpResponse:
    """Answer as a GET of the feature does, with its ETag, and with what the writer should look at again."""
    address = reverse("layers:ogc-item", args=(layer.id, written.feature_id))
    read = _as_reader(request, address)
    response = cast(HttpResponse, Item.as_view()(read, layer_id=layer.id, feature_id=str(written.feature_id)))
    response.headers["Content-Location"] = read.build_absolute_uri()
    if written.warnings:
        listed = [{"field": warning.field, "detail": warning.detail} for warning in written.warnings]
        response.content = response.content[:-1] + b',"warnings":' + orjson.dumps(listed) + b"}"
    return response


def _as_reader(request: HttpRequest, path: str) -> HttpRequest:
    """Give the request with which the same person would read `path`, without conditions and without choices."""
    read = copy(request)
    for remembered in ("headers", "GET"):
        read.__dict__.pop(remembered, None)
    dropped = {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_ACCEPT", "QUERY_STRING"}
    read.META = {name: value for name, value in request.META.items() if name not in dropped}
    read.method, read.path, read.path_info, read.GET = "GET", path, path, QueryDict()
    return read
