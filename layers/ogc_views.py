"""OGC API – Features, Part 1: Core, over whatever layers are registered. Parse, ask, render."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from gis_core.problems import method_not_allowed
from gis_core.registry import Layer, layer_registry
from layers.audience import Audience, audience_for
from layers.compression import compressed
from layers.cql2 import FILTER_CONFORMANCE
from layers.crs_params import CRS84, SERVED_CRS, read_crs
from layers.etags import item_etag
from layers.exports.formats import FORMATS as EXPORT_FORMATS
from layers.items import FeatureSource, ItemsQuery, Page, StoredFeature, UnknownFeature, parse_feature_id, single_values
from layers.links import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    QGS,
    QML,
    QUERYABLES_RELATION,
    SCHEMA,
    SCHEMA_RELATION,
    SLD,
    TILE_GRIDS_REL,
    TILE_SETS_REL,
    Link,
    Linker,
)
from layers.ogc_html import page_of, prefers_page
from layers.openapi import describe_api
from layers.postgis import PostgisSource

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    *FILTER_CONFORMANCE,
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
)
"""What tests show, and nothing else."""

_CONDITIONS = frozenset({"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"})


class OgcView(View):
    """What all resources share: reading only, known parameters only, an answer that is checked before it is reused."""

    http_method_names = ["get", "head", "options"]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """Make the view, exempt from the check of forms: PUT is 405 here, not a missing form token."""
        return csrf_exempt(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, with the headers that hold for every answer."""
        answer = partial(super().dispatch, *args, **kwargs)
        response = page_of(request, answer) if prefers_page(request) else answer(request)
        return with_common_headers(response)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse in the one shape of all problems."""
        return method_not_allowed(request, map(str.upper, self.http_method_names))


def with_common_headers(response: HttpResponseBase) -> HttpResponseBase:
    """Say of an answer what holds for all of them."""
    patch_vary_headers(response, ["Accept"])
    # What a reader may see depends on who it is: keep it if you like, but ask before using it again.
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


class JsonView(OgcView):
    """A resource that is a small JSON document and takes no parameter but `f`."""

    media_type: ClassVar[str] = JSON

    def get(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        """Render the document."""
        single_values(request.GET, known=("f",))
        document = self.document(request, Linker(request), **kwargs)
        return HttpResponse(orjson.dumps(document, default=str), content_type=self.media_type)

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        """Return what the resource says."""
        raise NotImplementedError


class LandingPage(JsonView):
    """`/ogc`: where a client begins."""

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        return {
            "title": "Thủy Lộ",
            "description": _("Water and ways for Hanoi's fire brigade."),
            "links": [
                linker.to_self(JSON, _("This page")),
                linker.link("service-desc", OPENAPI, _("Description of the API"), "ogc-api"),
                linker.link("conformance", JSON, _("Conformance classes"), "ogc-conformance"),
                linker.link("data", JSON, _("All layers"), "ogc-collections"),
                linker.to_page(),
                linker.link("related", QGS, _("Project for QGIS"), "style-project"),
                linker.link(TILE_GRIDS_REL, JSON, _("Tile matrix sets"), "ogc-tile-matrix-sets"),
            ],
        }


class Conformance(JsonView):
    """`/ogc/conformance`: what of the standard is met."""

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        return {"conformsTo": CONFORMANCE}


class ApiDescription(JsonView):
    """`/ogc/api`: the OpenAPI document."""

    media_type = OPENAPI

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        return describe_api(layer_registry, server=linker.address("ogc"))


class _SourceMixin:
    source: Callable[[Layer, Audience], FeatureSource] = PostgisSource
    """Who answers for a layer; tests put a fake here."""

    def source_for(self, request: HttpRequest, layer: Layer) -> tuple[FeatureSource, Audience]:
        """Return the source of a layer for whoever asks."""
        audience = audience_for(request)
        return self.source(layer, audience), audience


class Collections(_SourceMixin, JsonView):
    """`/ogc/collections`: all layers."""

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        described = [describe_collection(layer, self.source_for(request, layer)[0], linker) for layer in layer_registry]
        return {"links": [linker.to_self(JSON, _("All layers")), linker.to_page()], "collections": described}


class Collection(_SourceMixin, JsonView):
    """`/ogc/collections/{layer}`: one layer."""

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        layer = layer_registry.get(kwargs["layer_id"])
        return describe_collection(layer, self.source_for(request, layer)[0], linker)


class Items(_SourceMixin, OgcView):
    """`/ogc/collections/{layer}/items`: features, page by page."""

    @compressed
    def get(self, request: HttpRequest, layer_id: str) -> HttpResponseBase:
        layer = layer_registry.get(layer_id)
        source, audience = self.source_for(request, layer)
        query = ItemsQuery.from_request(request, layer, audience)
        # Only a reader who has an answer already gains from a look at the version before the data.
        if "HTTP_IF_NONE_MATCH" in request.META:
            etag = items_etag(layer, request, audience, source.data_version())
            if unchanged := _unchanged(request, etag):
                return unchanged
        page = source.page(query)
        return HttpResponse(
            render_page(layer, query, page, Linker(request)),
            content_type=GEOJSON,
            headers={
                "ETag": items_etag(layer, request, audience, page.data_version),
                "Content-Crs": f"<{query.crs.uri}>",
            },
        )


class Item(_SourceMixin, OgcView):
    """`/ogc/collections/{layer}/items/{id}`: one feature."""

    def get(self, request: HttpRequest, layer_id: str, feature_id: str) -> HttpResponseBase:
        layer = layer_registry.get(layer_id)
        given = single_values(request.GET, known=("crs", "f"))
        crs = read_crs("crs", given["crs"]) if "crs" in given else CRS84
        number = parse_feature_id(feature_id)
        feature = None if number is None else self.source_for(request, layer)[0].feature(number, crs)
        if number is None or feature is None:
            raise UnknownFeature("Layer %(layer)s has no feature %(id)s.", layer=layer.id, id=feature_id[:60])
        body = render_feature(feature, feature_links(layer, Linker(request)))
        etag = item_etag(number, feature.version, body)
        headers = {"ETag": etag, "Content-Crs": f"<{crs.uri}>"}
        return _unchanged(request, etag) or HttpResponse(body, content_type=GEOJSON, headers=headers)


def describe_collection(layer: Layer, source: FeatureSource, linker: Linker) -> dict[str, Any]:
    """Describe a layer as a collection, with its extent where it has features."""
    extent: dict[str, Any] = {}
    if box := source.extent():
        extent["spatial"] = {"bbox": [box], "crs": CRS84.uri}
    if layer.valid_time:
        extent["temporal"] = {"interval": [[None, None]]}
    return {
        "id": layer.id,
        "title": str(layer.title),
        "description": str(layer.description),
        "itemType": "feature",
        "crs": SERVED_CRS,
        "storageCrs": CRS84.uri,
        **({"extent": extent} if extent else {}),
        "links": [
            linker.link("self", JSON, layer.title, "ogc-collection", layer.id),
            linker.link("items", GEOJSON, layer.title, "ogc-items", layer.id),
            linker.link(QUERYABLES_RELATION, SCHEMA, layer.title, "ogc-queryables", layer.id),
            linker.link(SCHEMA_RELATION, SCHEMA, layer.title, "ogc-schema", layer.id),
            linker.link("alternate", HTML, layer.title, "ogc-collection", layer.id, params={"f": "html"}),
            linker.link("stylesheet", QML, _("Symbols for QGIS"), "style-qml", layer.id),
            linker.link("stylesheet", SLD, _("Symbols for other programs"), "style-sld", layer.id),
            linker.link(TILE_SETS_REL, JSON, _("Vector tiles"), "ogc-tile-sets", layer.id),
            *(
                linker.link("enclosure", each.media_type, f"{layer.title} ({suffix})", "export", f"{layer.id}.{suffix}")
                for suffix, each in EXPORT_FORMATS.items()
            ),
        ],
    }


def feature_links(layer: Layer, linker: Linker) -> bytes:
    """Write the links of one feature."""
    return orjson.dumps([linker.to_self(GEOJSON, _("This feature")), linker.to_page(), _to_collection(layer, linker)])


def render_feature(feature: StoredFeature, links: bytes) -> bytes:
    """Put the links into the feature; it is not looked at again."""
    return feature.content[:-1] + b',"links":' + links + b"}"


def render_page(layer: Layer, query: ItemsQuery, page: Page, linker: Linker) -> bytes:
    """Put the envelope around the features; they are not looked at again."""
    envelope = {
        "type": "FeatureCollection",
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "timeStamp": timezone.now(),
        "dataVersion": page.data_version,
        "synthetic": page.synthetic,
        "links": _page_links(layer, query, page, linker),
    }
    head = orjson.dumps(envelope, option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS)
    # Joined at once: to add them up copies a megabyte several times.
    return b"".join([head[:-1], b',"features":[', b",".join(page.features), b"]}"])


def items_etag(layer: Layer, request: HttpRequest, audience: Audience, version: str) -> str:
    """Name an answer by everything it depends on; weak, because its time stamp differs each time."""
    # In each language the links are titled otherwise.
    return _weak(orjson.dumps([layer.id, sorted(request.GET.items()), audience.key, version, get_language()]))


def _page_links(layer: Layer, query: ItemsQuery, page: Page, linker: Linker) -> list[Link]:
    links = [linker.to_self(GEOJSON, _("This page")), linker.to_page(), _to_collection(layer, linker)]
    if page.next:
        links.append(linker.to_next(GEOJSON, _("Next page"), page.next.spell(query.sort)))
    return links


def _to_collection(layer: Layer, linker: Linker) -> Link:
    return linker.link("collection", JSON, layer.title, "ogc-collection", layer.id)


def _weak(content: bytes) -> str:
    return f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def _unchanged(request: HttpRequest, etag: str) -> HttpResponseBase | None:
    """Return 304 if the reader holds this answer already."""
    if not _CONDITIONS.intersection(request.META):
        return None
    response = get_conditional_response(request, etag=etag, response=HttpResponse(headers={"ETag": etag}))
    return response if response is not None and response.status_code == 304 else None  # noqa: PLR2004 - Not Modified
