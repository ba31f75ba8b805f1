"""Vector tiles and what describes them: `/tiles/…`, TileJSON, OGC API – Tiles. Parse, ask, render."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gis_core.errors import NotFound
from gis_core.registry import Layer, layer_registry
from layers.audience import audience_for
from layers.compression import takes_gzip
from layers.extents import extent_of
from layers.items import InvalidParameter, single_values
from layers.links import JSON, MVT, TILE_GRID_REL, Link, Linker
from layers.ogc_views import JsonView, OgcView
from layers.tile_grid import GRID_ID, Tile
from layers.tile_rules import ATTRIBUTES
from layers.tilejson import tile_grid, tile_json, tile_set, tile_set_item
from layers.tiles import TilePart, read_tile, tile_etag, tile_parts


class UnknownTileMatrixSet(NotFound):
    """Tiles are cut by one grid."""

    code = "unknown-tile-matrix-set"
    title = gettext_noop("There is no such tile matrix set")


class TileView(OgcView):
    """`/tiles/{layer}/{z}/{x}/{y}.mvt`: one tile of one layer, or of several joined by commas.

    OGC spells it `/ogc/collections/{layer}/tiles/WebMercatorQuad/{z}/{y}/{x}`.
    """

    def get(
        self, request: HttpRequest, *, layers: str, z: str, x: str, y: str, grid: str = GRID_ID
    ) -> HttpResponseBase:
        drawing = _drawing_only(single_values(request.GET, known=("attributes",)))
        _check_grid(grid)
        parts = tile_parts(_layers(layers), Tile.from_text(z, x, y), audience_for(request), drawing=drawing)
        etag = tile_etag(parts)
        response = get_conditional_response(request, etag=etag) or _render(parts, packed=takes_gzip(request))
        response.headers["ETag"] = etag
        patch_vary_headers(response, ["Accept-Encoding", "Authorization", "Cookie"])
        return response


class TileJsonView(JsonView):
    """`/tiles/{layer}.json`: what a web map reads first."""

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        layers = _layers(kwargs["layers"])
        address = linker.address("tile", kwargs["layers"], 0, 0, 0).removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt"
        return tile_json(layers, audience_for(request), address=address, box=extent_of(layers))


class TileSets(JsonView):
    """`/ogc/collections/{layer}/tiles`: the tile sets of a layer, of which there is one."""

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        layer = layer_registry.get(kwargs["layer_id"])
        item = tile_set_item(layer, links=[*_tile_set_links("self", layer, linker), _grid_link(linker)])
        return {"links": [linker.to_self(JSON, _("Tile sets"))], "tilesets": [item]}


class TileSet(JsonView):
    """`/ogc/collections/{layer}/tiles/WebMercatorQuad`: where its tiles are, and what is in them."""

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        layer = layer_registry.get(kwargs["layer_id"])
        _check_grid(kwargs["grid"])
        row_first = linker.address("ogc-tile", layer.id, GRID_ID, 0, 0, 0).removesuffix("0/0/0")
        links = [
            linker.to_self(JSON, layer.title),
            _grid_link(linker),
            {
                "href": row_first + "{tileMatrix}/{tileRow}/{tileCol}",
                "rel": "item",
                "type": MVT,
                "title": str(layer.title),
                "templated": True,
            },
            linker.link("describedby", JSON, "TileJSON", "tilejson", layer.id),
            linker.link("geodata", JSON, layer.title, "ogc-collection", layer.id),
        ]
        return tile_set(layer, audience_for(request), box=extent_of([layer]), links=links)


class TileMatrixSets(JsonView):
    """`/ogc/tileMatrixSets`: the grids, of which there is one."""

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        grid = tile_grid()
        links = [linker.link("self", JSON, grid["title"], "ogc-tile-matrix-set", GRID_ID)]
        return {
            "links": [linker.to_self(JSON, _("Tile matrix sets"))],
            "tileMatrixSets": [{**{name: grid[name] for name in ("id", "title", "uri", "crs")}, "links": links}],
        }


class TileMatrixSet(JsonView):
    """`/ogc/tileMatrixSets/WebMercatorQuad`: the grid."""

    def document(self, request: HttpRequest, linker: Linker, **kwargs: str) -> dict[str, Any]:
        _check_grid(kwargs["grid"])
        return tile_grid() | {"links": [linker.to_self(JSON, _("Tile matrix set"))]}


def _drawing_only(given: Mapping[str, str]) -> bool:
    asked = given.get("attributes", ATTRIBUTES[0])
    if asked not in ATTRIBUTES:
        raise InvalidParameter(
            "attributes is “%(value)s”; there are: %(known)s.", value=asked[:60], known=", ".join(ATTRIBUTES)
        )
    return asked == ATTRIBUTES[1]


def _layers(text: str) -> list[Layer]:
    ids = text.split(",")
    if len(set(ids)) < len(ids):
        raise InvalidParameter("%(layers)s names a layer more than once: name each once.", layers=text[:200])
    return [layer_registry.get(layer_id) for layer_id in ids]


def _render(parts: list[TilePart], *, packed: bool) -> HttpResponse:
    """Hand the tile on; maps expect no body where nothing is."""
    content = read_tile(parts, packed=packed)
    response = HttpResponse(content, status=200 if content else 204, content_type=MVT)
    if content and packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _check_grid(grid: str) -> None:
    if grid != GRID_ID:
        raise UnknownTileMatrixSet(
            "There is no tile matrix set “%(given)s”; there is: %(known)s.", given=grid[:60], known=GRID_ID
        )


def _tile_set_links(rel: str, layer: Layer, linker: Linker) -> list[Link]:
    return [linker.link(rel, JSON, layer.title, "ogc-tile-set", layer.id, GRID_ID)]


def _grid_link(linker: Linker) -> Link:
    return linker.link(TILE_GRID_REL, JSON, _("Tile matrix set"), "ogc-tile-matrix-set", GRID_ID)
