"""What a resource says as JSON, as a page that a person likes to read (OGC API – Features Part 1, class `html`).

A page is made from the JSON answer itself, so that it can show neither more nor less than programs get.
"""

import copy
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language

from gis_core.errors import ThuyLoError
from gis_core.problems import problem_for
from gis_core.registry import layer_registry
from layers.links import GEOJSON, HTML, JSON, OPENAPI
from layers.map_config import page_config
from layers.ogc_tables import attributes_of, members_of, properties_of, table_of, title_of

Document = dict[str, Any]
Respond = Callable[[HttpRequest], HttpResponseBase]

_OFFERED = [JSON, GEOJSON, OPENAPI, "application/schema+json", HTML]
"""Without a wish, or with one for anything, the first of these is given."""

_NOT_FOR_THE_MAP = ("f", "crs", "properties")
"""The map wants longitude and latitude, and the attribute that chooses the symbol."""
_PLACE = ("bbox", "bbox-crs", "after")


def prefers_page(request: HttpRequest) -> bool:
    """Whether the reader wants HTML: says so with `f`, or, without `f`, by what it accepts."""
    if request.method not in {"GET", "HEAD"}:
        return False
    if "f" in request.GET:
        return request.GET["f"] == "html"
    # Programs rarely name any text: spare them the weighing.
    return "text/" in request.META.get("HTTP_ACCEPT", "") and request.get_preferred_type(_OFFERED) == HTML


def page_of(request: HttpRequest, respond: Respond) -> HttpResponseBase:
    """Ask `respond` as a program would, and make a page of its answer; what is not JSON goes through as it is."""
    asked = _as_program(request)
    try:
        response = respond(asked)
    except ThuyLoError as error:
        explained = problem_for(error)
        if explained is None:
            raise
        response = explained
    kind = response.headers.get("Content-Type", "")
    if not isinstance(response, HttpResponse) or "json" not in kind:
        return response
    document = orjson.loads(response.content)
    refused = response.status_code >= HTTPStatus.BAD_REQUEST
    template, context = _content(asked, {"problem": document} if refused else document)
    page = render(request, f"layers/ogc/{template}.html", _frame(request, asked, document) | context)
    page.status_code = response.status_code
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response.headers:
            page.headers[name] = response.headers[name]
    return page


def _as_program(request: HttpRequest) -> HttpRequest:
    """Copy the request without the wish for HTML, and without the conditions that hold for the page only."""
    asked = copy.copy(request)
    params = request.GET.copy()
    params.pop("f", None)
    spared = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT", "QUERY_STRING"}
    asked.META = {name: value for name, value in request.META.items() if name not in spared}
    asked.META["QUERY_STRING"] = params.urlencode()
    asked.GET = params  # type: ignore[assignment]  # a copy may be changed, nobody does
    asked.__dict__.pop("headers", None)  # remembered from the request that it was copied from
    return asked


def _frame(request: HttpRequest, asked: HttpRequest, document: Document) -> Document:
    """Say what stands on every page."""
    params = asked.GET.copy()
    params["f"] = "json"
    return {
        "language": get_language(),
        "languages": settings.LANGUAGES,
        "here": request.get_full_path(),
        "json_href": f"{asked.path}?{params.urlencode()}",
        "links": [link for link in document.get("links", ()) if link.get("rel") not in {"self", "next", "alternate"}],
    }


def _content(asked: HttpRequest, document: Document) -> tuple[str, Document]:
    """Choose the template, and say what it shows."""
    match = asked.resolver_match
    makers: dict[str | None, Callable[[HttpRequest, Document, dict[str, Any]], Document]] = {
        "ogc": _landing,
        "ogc-collections": _landing,
        "ogc-collection": _collection,
        "ogc-items": _items,
        "ogc-item": _item,
    }
    if "problem" in document:
        return "problem", document
    if match and (make := makers.get(match.url_name)):
        return (match.url_name or "").removeprefix("ogc-"), make(asked, document, match.kwargs)
    if "properties" in document and "$schema" in document:
        return "properties", {"title": document.get("title", ""), "properties": properties_of(document)}
    shown = {name: part for name, part in document.items() if name != "links"}
    return "document", {"members": members_of(shown)}


def _landing(asked: HttpRequest, document: Document, kwargs: Document) -> Document:
    layers = list(layer_registry)
    return {"document": document, "layers": layers, "config": _map_config({})}


def _collection(asked: HttpRequest, document: Document, kwargs: Document) -> Document:
    layer = layer_registry.get(kwargs["layer_id"])
    boxes = document.get("extent", {}).get("spatial", {}).get("bbox", [None])
    config = _map_config({"layer": layer.id, "bounds": boxes[0]})
    return {"document": document, "layer": layer, "bounds": boxes[0], "config": config}


def _items(asked: HttpRequest, document: Document, kwargs: Document) -> Document:
    layer = layer_registry.get(kwargs["layer_id"])
    following = [link["href"] for link in document["links"] if link["rel"] == "next"]
    given = asked.GET
    return {
        "document": document,
        "layer": layer,
        "table": table_of(layer, document["features"]),
        "next_href": following[0] if following else "",
        "first_href": _address(asked.path, given, ("after",)) if "after" in given else "",
        "everywhere_href": _address(asked.path, given, _PLACE) if "bbox" in given else "",
        "config": _map_config({"layer": layer.id, "features": _address(asked.path, given, _NOT_FOR_THE_MAP)}),
    }


def _item(asked: HttpRequest, document: Document, kwargs: Document) -> Document:
    layer = layer_registry.get(kwargs["layer_id"])
    return {
        "document": document,
        "layer": layer,
        "title": title_of(layer, document),
        "attributes": attributes_of(layer, document),
        "config": _map_config({"layer": layer.id, "features": _address(asked.path, asked.GET, _NOT_FOR_THE_MAP)}),
    }


def _address(path: str, params: QueryDict, without: tuple[str, ...]) -> str:
    kept = [(name, value) for name in params for value in params.getlist(name) if name not in without]
    return f"{path}?{urlencode(kept)}" if kept else path


def _map_config(shown: Document) -> Document:
    """Tell the scripts what they draw; only the layer that is shown needs its attributes described."""
    config = page_config(layer_registry, map=shown)
    for layer in config["layers"]:
        if layer["id"] != shown.get("layer"):
            layer["fields"] = []
    return config
