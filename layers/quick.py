"""The quick ways to what programs ask most: one feature, a page of them, one vector tile.

They read by the statements of the views, and write by their functions. `gis_core.quick` says when they are taken.
"""

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any, Final

import orjson
from django.http import HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from gis_core.desks import Desk
from gis_core.policy import PUBLIC
from gis_core.quick import Answer, Asked, Asker, Headers, Way
from gis_core.registry import Layer, layer_registry
from gis_core.versions import VERSIONS
from layers.audience import Audience, audience_of
from layers.compression import WORTH_IT, packed, takes_gzip_by
from layers.crs_params import CRS84
from layers.etags import item_etag
from layers.items import ItemsQuery, Page, StoredFeature
from layers.links import GEOJSON, MVT, Linker
from layers.ogc_views import feature_links, items_etag, render_feature, render_page, with_common_headers
from layers.ordering import Place
from layers.postgis import PostgisSource
from layers.tile_grid import Tile
from layers.tiles import TilePart, is_drawn, is_packed, tile_etag, tile_part, tile_tables

_PLAIN: Final = frozenset({"bbox", "limit", "after"})
_STATES: Final[dict[tuple[str, ...], Mapping[str, int]]] = {}
"""The versions of tables as they were last seen here; only to guess by."""
_SOME_ID: Final = str(2**63 - 1)


async def item(asked: Asked, desk: Desk) -> Answer | None:
    """`/ogc/collections/{layer}/items/{id}` without parameters."""
    layer, number = layer_registry.get(asked.parts["layer"]), asked.parts["id"]
    if asked.query:
        return None
    source = PostgisSource(layer, audience_of(PUBLIC))
    content, version = await desk.ask(source.feature_statement(), {"id": int(number)})
    feature = StoredFeature(content, int(version))
    links = _links_of_some(layer, asked.asker).replace(f"/{_SOME_ID}".encode(), f"/{number}".encode())
    body = render_feature(feature, links)
    etag = item_etag(int(number), feature.version, body).encode()
    return Answer(200, [*_head_of_items(asked.asker), (b"ETag", etag), _length(body)], body)


async def page(asked: Asked, desk: Desk) -> Answer | None:
    """`/ogc/collections/{layer}/items`, in its order, of a box or without."""
    layer, audience = layer_registry.get(asked.parts["layer"]), audience_of(PUBLIC)
    request = asked.asker.request(asked.path, asked.query)
    if not _PLAIN.issuperset(request.GET):
        return None
    query, source = ItemsQuery.from_request(request, layer, audience), PostgisSource(layer, audience)
    if not source.one_plan_fits(query):
        return None
    count = source.known_count(query)
    statement, params = source.statement(query, count)
    features, (_, matched, last, synthetic, version) = await desk.ask_list(statement.as_string(), params)
    count.learn(version.decode(), int(matched))
    place = Place(int(last.strip(b"{}"))) if last else None
    read = Page(features, int(matched), place, synthetic == b"t", version.decode())
    with translation.override(asked.asker.language):
        body = render_page(layer, query, read, Linker(request))
        etag = items_etag(layer, request, audience, read.data_version).encode()
    if to_pack := len(body) >= WORTH_IT and takes_gzip_by(asked.asker.meta):
        body = await desk.work(packed, body)
    return Answer(200, [*_head_of_pages(asked.asker, to_pack=to_pack), (b"ETag", etag), _length(body)], body)


async def tile(asked: Asked, desk: Desk) -> Answer | None:
    """`/tiles/{layer}/{z}/{x}/{y}.mvt` of one layer; what is drawn from afar is asked the whole way."""
    layer, audience = layer_registry.get(asked.parts["layer"]), audience_of(PUBLIC)
    place = Tile.from_text(*(asked.parts[name] for name in "zxy"))
    if asked.query or not is_drawn(layer, place):
        return None
    part, content = await _kept_or_drawn(layer, place, audience, desk)
    to_pack = takes_gzip_by(asked.asker.meta)
    if content is None:
        return None
    if content and is_packed(content) != to_pack:  # which takes longer than all else here
        content = await desk.work(partial(part.read, packed=to_pack))
    etag = tile_etag([part]).encode()
    head = _head_of_tiles(asked.asker, to_pack=to_pack and bool(content))
    return Answer(200 if content else 204, [*head, (b"ETag", etag), _length(content)], content)


async def _kept_or_drawn(layer: Layer, place: Tile, audience: Audience, desk: Desk) -> tuple[TilePart, bytes | None]:
    """Return a tile as it is kept, or as it is drawn and then kept; None for one that a thread should draw.

    One that is not kept in the state of the data that was seen last is most likely not kept at all: then it is drawn
    by the statement that asks for the state.
    """
    tables = tuple(tile_tables(layer, place, audience))
    seen = _STATES.get(tables, {})
    part = tile_part(layer, place, audience, seen)
    if part.prepared and part.known() is None:
        both = f"SELECT ({VERSIONS}), ({part.statement})"
        state, drawn = await desk.ask(both, part.params | {"names": list(tables)}, binary=True, large=True)
    else:
        (state,), drawn = await desk.ask(VERSIONS, {"names": list(tables)}), None
    if (now := orjson.loads(state)) != seen:
        _STATES[tables] = now
        part = tile_part(layer, place, audience, now)
    if drawn is None:
        if (known := part.known()) is not None or not part.prepared:
            return part, known
        (drawn,) = await desk.ask(part.statement, part.params, binary=True, large=True)
    return part, part.kept(drawn, packed=False)


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"Content-Length", b"%d" % len(body)


@lru_cache(maxsize=1024)
def _links_of_some(layer: Layer, asker: Asker) -> bytes:
    """Write the links of a feature whose id is to be put in."""
    with translation.override(asker.language):
        return feature_links(layer, Linker(asker.request(f"/ogc/collections/{layer.id}/items/{_SOME_ID}")))


def _head_of_items(asker: Asker) -> Headers:
    def make() -> Any:
        return with_common_headers(HttpResponse(content_type=GEOJSON, headers={"Content-Crs": f"<{CRS84.uri}>"}))

    return asker.head("item", make)


def _head_of_pages(asker: Asker, *, to_pack: bool) -> Headers:
    def make() -> Any:
        headers = {"Content-Crs": f"<{CRS84.uri}>"} | ({"Content-Encoding": "gzip"} if to_pack else {})
        response = HttpResponse(content_type=GEOJSON, headers=headers)
        patch_vary_headers(response, ["Accept-Encoding"])
        return with_common_headers(response)

    return asker.head(("page", to_pack), make)


def _head_of_tiles(asker: Asker, *, to_pack: bool) -> Headers:
    def make() -> Any:
        response = HttpResponse(content_type=MVT, headers={"Content-Encoding": "gzip"} if to_pack else {})
        patch_vary_headers(response, ["Accept-Encoding", "Authorization", "Cookie"])
        return with_common_headers(response)

    return asker.head(("tile", to_pack), make)


_LAYER: Final = "(?P<layer>[a-z-]+)"
_NUMBER: Final = "[1-9][0-9]{0,17}"

WAYS: Final[list[tuple[re.Pattern[str], Way]]] = [
    (re.compile(f"/ogc/collections/{_LAYER}/items/(?P<id>{_NUMBER})"), item),
    (re.compile(f"/ogc/collections/{_LAYER}/items"), page),
    (re.compile(f"/tiles/{_LAYER}/(?P<z>[0-9]+)/(?P<x>[0-9]+)/(?P<y>[0-9]+)\\.mvt"), tile),
]
