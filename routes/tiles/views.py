"""Tiles of ways over HTTP: parse, ask, render."""

import time
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import OrjsonRenderer
from gis_core.api_docs import READING, refusals
from layers.compression import takes_gzip
from layers.links import MVT
from routes.remembered import sight_since
from routes.tiles.drawing import draw_tile
from routes.tiles.judged import Made, judged_for
from routes.tiles.openapi import PARAMETERS, TILE_JSON, TILE_PARAMETERS
from routes.tiles.question import TileQuestion, read_driver
from routes.tiles.tilejson import tile_json

_STATUSES: Final = (*READING, 404, 406)


class TileRenderer(BaseRenderer):
    """A tile as it is; what is refused is written as a problem elsewhere."""

    media_type = MVT
    format = "mvt"
    charset = None

    def render(self, data: Any, *_: Any) -> bytes:
        """Hand on."""
        return bytes(data)


class WaysTileView(APIView):
    """`GET /tiles/ways/{z}/{x}/{y}.mvt`: roads in pieces, each with its verdict for the vehicle."""

    authentication_classes = ()
    renderer_classes = (TileRenderer, OrjsonRenderer)

    @extend_schema(
        operation_id="ways_tile",
        summary="Roads as a vector tile, each piece with its verdict for a vehicle",
        description="By the rules and the state of the network of `/api/route`, in an emergency, at this moment. From "
        "zoom 14 on in pieces; before, what falls together is drawn once with the worst verdict and counts. While the "
        "data may be out of date nothing is passable. Without a vehicle the roads have no verdict.",
        parameters=TILE_PARAMETERS,
        responses={
            (200, MVT): {"type": "string", "format": "binary"},
            204: None,
            304: None,
            **refusals(*_STATUSES),
        },
    )
    def get(self, request: Request, z: str, x: str, y: str) -> HttpResponseBase:
        """Answer with a tile, or 204 where no road is."""
        begun_s = time.monotonic()
        question = TileQuestion.of(request.query_params, z, x, y)
        sighting = sight_since(begun_s)
        judged = judged_for(sighting.network, question.driver, at=timezone.now())
        sure = not sighting.stale
        made = judged.tile((question.tile, sure), lambda: draw_tile(judged, question.tile, sure=sure))
        return _answer(request._request, made)  # noqa: SLF001 - what conditional answers are made of


class WaysTileJsonView(APIView):
    """`GET /tiles/ways.json`: what is in these tiles."""

    authentication_classes = ()
    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="ways_tilejson",
        summary="TileJSON of the tiles of ways",
        parameters=PARAMETERS,
        responses={(200, "application/json"): TILE_JSON, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with TileJSON 3.0."""
        read_driver(request.query_params)
        address = request.build_absolute_uri(request.path).removesuffix(".json") + "/{z}/{x}/{y}.mvt"
        query = request.META["QUERY_STRING"]
        return Response(tile_json(f"{address}?{query}" if query else address))


def _answer(request: HttpRequest, made: Made) -> HttpResponseBase:
    packed = takes_gzip(request) and bool(made.plain)
    response: HttpResponseBase | None = get_conditional_response(request, etag=made.etag)
    if response is None:
        content = made.packed if packed else made.plain
        response = HttpResponse(content, status=200 if content else 204, content_type=MVT)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = made.etag
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
