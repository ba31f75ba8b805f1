"""`/exports/{layer}.{format}`: a layer as a file. Parse, ask, render."""

import hashlib
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.generic import View

from gis_core.registry import layer_registry
from layers.audience import audience_for
from layers.exports import (
    PARAMETERS,
    ExportQuery,
    Format,
    check_crs,
    export_chunks,
    export_in_slot,
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
        audience = audience_for(request)
        query = ExportQuery.from_texts(layer, audience, given)
        check_crs(query, chosen)
        headers = _headers(query, chosen)
        # Without a condition, or with one that is met, this is the answer to HEAD: nothing is built for it.
        described = get_conditional_response(request, etag=headers["ETag"], response=HttpResponse(headers=headers))
        if described and (request.method == "HEAD" or described.status_code != HTTPStatus.OK):
            return described
        chunks = export_in_slot(lambda: export_chunks(query, chosen, at=timezone.now()))
        # Read in the thread of the request, piece by piece, and closed there when the reader has it all or has left.
        return StreamingHttpResponse(chunks, headers=headers)


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
