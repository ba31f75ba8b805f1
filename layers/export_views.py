"""`/exports/{layer}.{format}`: a layer as a file. Parse, ask, render."""

import hashlib
from collections.abc import Generator
from http import HTTPStatus
from typing import Any, Self

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.generic import View

from gis_core.policy import actor_for
from gis_core.registry import layer_registry
from layers.audience import audience_of
from layers.exports import (
    PARAMETERS,
    ExportQuery,
    Format,
    check_crs,
    export_chunks,
    export_version,
    file_name,
    find_format,
)
from layers.items import single_values
from layers.ogc_views import OgcView


class Export(OgcView):
    """A layer as a file, for whoever asks; never a page, whatever a browser would like to have."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, with the headers that hold for every answer."""
        response = View.dispatch(self, request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        layer_id, _, suffix = name.partition(".")
        layer, chosen = layer_registry.get(layer_id), find_format(suffix)
        given = single_values(request.GET, known=PARAMETERS)
        audience = audience_of(actor_for(request.user, at=timezone.localdate()))
        query = ExportQuery.from_texts(layer, audience, given)
        check_crs(query, chosen)
        headers = _headers(query, chosen)
        # Without a condition, or with one that is met, this is the answer to HEAD: nothing is built for it.
        described = get_conditional_response(request, etag=headers["ETag"], response=HttpResponse(headers=headers))
        if described and (request.method == "HEAD" or described.status_code != HTTPStatus.OK):
            return described
        return streamed(request, export_chunks(query, chosen, at=timezone.now()), headers)


class InThread:
    """The pieces of a generator that blocks, for a server that must not; asked for in the thread of the request.

    Under ASGI, Django would read a plain iterator to its end before it sends the first byte. It calls `close` when the
    answer is over, also when the reader has left.
    """

    def __init__(self, chunks: Generator[bytes, None, None]) -> None:
        self._chunks = chunks
        self.close = chunks.close

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if (chunk := await sync_to_async(self._next)()) is None:
            raise StopAsyncIteration
        return chunk

    def _next(self) -> bytes | None:
        return next(self._chunks, None)


def streamed(
    request: HttpRequest, chunks: Generator[bytes, None, None], headers: dict[str, str]
) -> StreamingHttpResponse:
    """Answer piece by piece, in the way that the server at hand can."""
    return StreamingHttpResponse(InThread(chunks) if isinstance(request, ASGIRequest) else chunks, headers=headers)


def _headers(query: ExportQuery, chosen: Format) -> dict[str, str]:
    question = [chosen.suffix, query.crs.code, query.key, export_version(query), get_language()]
    disposition = content_disposition_header(as_attachment=True, filename=file_name(query, chosen)) or "attachment"
    return {
        "Content-Type": chosen.media_type,
        "Content-Disposition": disposition,
        # Weak: the moment of the export stands in the file.
        "ETag": f'W/"{hashlib.blake2b(repr(question).encode(), digest_size=12).hexdigest()}"',
        "Content-Crs": f"<{query.crs.uri}>",
    }
