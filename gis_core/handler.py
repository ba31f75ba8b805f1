"""Django behind an ASGI server: each request is worked on at one desk (`gis_core.desks`) from begin to end.

What has a quick way (`gis_core.quick`) is answered by the event loop. All else goes the whole way, in the desk's thread
from the first middleware to the last byte: Django's own handler starts a thread for each request and enters it anew for
each middleware and signal, which costs several times what most of our answers cost.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from functools import partial
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from gis_core.anybody import AnybodyHandler, asks_as_anybody
from gis_core.connections import leave_the_useless
from gis_core.desks import Desk, Desks
from gis_core.lasting import Lasting, Message, Receive, Send
from gis_core.quick import Answer, Headers, quick_way

logger = logging.getLogger(__name__)


class ReaderStalledError(Exception):
    """A reader takes nothing more, and leaves neither."""


class ThreadHandler(ASGIHandler):
    """Answer requests whose bodies were read; from then on `receive` only tells that the reader has left."""

    def __init__(self) -> None:
        super().__init__()
        self._for_anybody = AnybodyHandler()
        # Each keeps its connection, so there are as many as there may be connections.
        self._desks = Desks(settings.CONNECTIONS)

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Load the middlewares as a chain of plain calls."""
        super().load_middleware(is_async=False)

    async def answer(self, scope: Message, body: bytes, receive: Receive, send: Send) -> None:
        """Work at a desk; send what is whole from here, and pieces as the thread makes them."""
        desk = await self._desks.take()
        try:
            quick = None if body else quick_way(scope)
            if quick is None or (answer := await quick(desk)) is None:
                answer = await self._by_thread(desk, scope, body, _Line(receive, send))
        finally:
            self._desks.leave(desk)
        if answer:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            if answer.go_on:
                await answer.go_on(receive, partial(_send_piece, send))
            else:
                await send({"type": "http.response.body", "body": answer.body})

    async def _by_thread(self, desk: Desk, scope: Message, body: bytes, line: "_Line") -> Answer | None:
        """Give the answer if it is whole; pieces were sent by then."""
        try:
            response = await desk.work(self._work, scope, body, line)
        except ReaderStalledError:
            # What is left unfinished the server breaks off, so that nobody takes it for the whole.
            logger.warning("%s: nothing was taken for %d s; given up", scope["path"], settings.SEND_TIMEOUT_S)
            return None
        if isinstance(response, Lasting):
            return Answer(response.status_code, _headers(response), b"", response.go_on)
        return None if response.streaming else Answer(response.status_code, _headers(response), response.content)

    def _work(self, scope: Message, body: bytes, line: "_Line") -> Any:
        set_script_prefix(get_script_prefix(scope))
        leave_the_useless()
        request, refusal = self.create_request(scope, BytesIO(body))
        response: Any = refusal if request is None else self._respond(request)
        if isinstance(response, Lasting):
            response.close()
        elif response.streaming:
            _stream(response, line)
        leave_the_useless()  # before the reader has taken the last byte
        return response

    def _respond(self, request: Any) -> HttpResponseBase:
        if asks_as_anybody(request):
            # Without the signals: all who listen look after connections, which is done here, or after what is not used.
            return self._for_anybody.get_response(request)
        signals.request_started.send(sender=type(self), scope=request.scope)
        response = self.get_response(request)
        response._handler_class = type(self)  # type: ignore[attr-defined]  # noqa: SLF001 - whom the end's signal names
        if not response.streaming:
            response.close()
        return response


class _Line:
    """The way to the reader and back, from the thread of a request."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._loop, self._receive, self._send = asyncio.get_running_loop(), receive, send

    def send(self, message: Message) -> None:
        """Send, and wait until it is on its way.

        Raises
        ------
        ReaderStalledError
            After `SEND_TIMEOUT_S`: the thread, its connection and what an export holds are for readers who read.
        """
        sending = self._on_loop(self._send, message)
        try:
            sending.result(settings.SEND_TIMEOUT_S)
        except TimeoutError as waited:
            sending.cancel()
            raise ReaderStalledError from waited

    def leaving(self) -> Future[Message]:
        """Give what is done when the reader leaves; cancel it when it does not matter any more."""
        return self._on_loop(self._until_left)

    async def _until_left(self) -> Message:
        # Nobody has asked yet for a body that there is not; the server says so first.
        while (message := await self._receive())["type"] != "http.disconnect":
            pass
        return message

    def _on_loop(self, act: Callable[..., Awaitable[Any]], *given: Mapping[str, Any]) -> Future[Any]:
        async def acted() -> Any:  # what a server gives may be any awaitable, and a task needs a coroutine
            return await act(*given)

        return asyncio.run_coroutine_threadsafe(acted(), self._loop)


def _stream(response: Any, line: _Line) -> None:
    """Send pieces from the thread that made them: what reads from the database goes on with its connection."""
    left = line.leaving()
    try:
        line.send({"type": "http.response.start", "status": response.status_code, "headers": _headers(response)})
        for piece in response:
            if left.done():
                return
            line.send({"type": "http.response.body", "body": piece, "more_body": True})
        line.send({"type": "http.response.body"})
    finally:
        left.cancel()
        response.close()


async def _send_piece(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})


def _headers(response: HttpResponseBase) -> Headers:
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    return headers + [(b"Set-Cookie", cookie.OutputString().encode("ascii")) for cookie in response.cookies.values()]
