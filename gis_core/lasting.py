"""Answers that go on for as long as their reader likes; they hold no desk (`gis_core.handler`)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from django.http import StreamingHttpResponse

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
SendPiece = Callable[[bytes], Awaitable[None]]
GoOn = Callable[[Receive, SendPiece], Awaitable[None]]


class Lasting(StreamingHttpResponse):
    """An answer whose headers a desk makes and whose body is sent by the event loop.

    Parameters
    ----------
    go_on
        Sends the body; when it returns, the answer is broken off, so that nobody takes it for the whole.
    otherwise
        The body where no event loop is, as under WSGI: it ends, and is made only when it is read.
    """

    def __init__(self, go_on: GoOn, otherwise: Iterable[bytes], **given: Any) -> None:
        super().__init__(otherwise, **given)
        self.go_on = go_on
