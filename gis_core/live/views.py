"""`GET /live`: parse, and hand on to the streams."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from gis_core import json_schema as js
from gis_core.api_docs import READING, refusals
from gis_core.errors import BadRequest
from gis_core.lasting import Lasting, Receive, SendPiece
from gis_core.live import events
from gis_core.live.feeds import feed_registry
from gis_core.live.reading import LANGUAGES, Reader
from gis_core.live.streams import Listener, make_room, streams_of
from gis_core.parameters import read_parameters

_TAB: Final = r"[A-Za-z0-9_-]{1,64}"
_PARAMETERS: Final = [
    OpenApiParameter("lang", {"type": "string", "enum": list(LANGUAGES)}, description="The language of the sentences"),
    OpenApiParameter(
        "tab", {"type": "string", "pattern": f"^{_TAB}$"},
        description="A name that a page makes up for itself: a new stream of that name ends the one before",
    ),
    OpenApiParameter(
        "Last-Event-ID", OpenApiTypes.STR, OpenApiParameter.HEADER,
        description="The id of the last event heard: what came after it is sent first",
    ),
]  # fmt: skip


class InvalidLanguage(BadRequest):
    """A language that the service does not speak."""

    code = "invalid-language"
    title = "That language is not spoken here"


class InvalidTab(BadRequest):
    """Not the name of a tab."""

    code = "invalid-tab"
    title = "That is no name of a tab"


_EVENT: Final[js.Schema] = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {"event": js.one_of("hello", "change", "stale"), "data": js.TEXT, "id": js.TEXT},
}
"""One event of the stream; `data` is JSON as docs/reference/live.md has it."""


class EventStreamRenderer(BaseRenderer):
    """Lets `Accept: text/event-stream` be asked for; what is sent is written by `gis_core.live.events`."""

    media_type = "text/event-stream"
    format = "events"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Not used: the view gives no data."""
        raise NotImplementedError


class LiveView(APIView):
    """`GET /live`: nothing in it is kept from the public, so nobody is asked who they are."""

    authentication_classes = ()
    renderer_classes = (EventStreamRenderer,)

    @extend_schema(
        operation_id="live",
        summary="What changes, as it happens",
        description="Server-sent events: “hello” with the state of the data, “change” for each edit that everybody may "
        "see, with a sentence for each record, and “stale” while the database does not answer.",
        parameters=_PARAMETERS,
        responses={(200, "text/event-stream"): _EVENT, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Open a stream, or refuse one too many."""
        given = read_parameters(request.query_params, known=("lang", "tab"))
        listener = Listener(
            _language(given.get("lang")), _tab(given.get("tab", "")), request.headers.get("Last-Event-ID", "")
        )
        make_room()

        async def go_on(receive: Receive, send: SendPiece) -> None:
            await streams_of(asyncio.get_running_loop()).serve(listener, receive, send)

        if request.method == "HEAD":
            return HttpResponse(content_type=EventStreamRenderer.media_type)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # a proxy hands each event on at once
        return Lasting(go_on, _greeting(), content_type="text/event-stream", headers=headers)


def _greeting() -> Iterator[bytes]:
    """Give what a server without an event loop can: the state, and when to ask again."""
    reader = Reader(feed_registry)
    with suppress(OperationalError, InterfaceError):  # whoever hears nothing asks again
        reader.read()
    if reader.state is None:
        yield events.RETRY
    else:
        yield events.RETRY + events.hello(reader.state, missed=False)


def _language(given: str | None) -> str:
    if given is None:
        spoken = get_language()
        return spoken if spoken in LANGUAGES else LANGUAGES[0]
    if given not in LANGUAGES:
        raise InvalidLanguage(
            "lang is “%(given)s”: give one of %(known)s.", given=given[:60], known=", ".join(LANGUAGES)
        )
    return given


def _tab(given: str) -> str:
    if given and not re.fullmatch(_TAB, given, re.ASCII):
        raise InvalidTab("tab is “%(given)s”: give 1 to 64 letters, digits, - and _.", given=given[:60])
    return given
