"""The door for the server: `granian --interface asginl gis_core.asgi:application`."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
os.environ.setdefault("THUYLO_SERVING", "1")
django_application = get_asgi_application()

# Django may only be imported from once it is set up.
from django.conf import settings  # noqa: E402
from django.core.handlers.asgi import ASGIRequest  # noqa: E402
from django.utils import translation  # noqa: E402
from django.utils.translation import gettext  # noqa: E402

from gis_core.problems import problem  # noqa: E402

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_LENGTH = b"content-length"


class _TooLarge(Exception):  # noqa: N818 - caught a few lines below
    pass


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Refuse a body that is too large before it fills the disk; hand everything else to Django.

    Django's own ASGI handler writes the whole body to a temporary file first, however large it is, and its parsers take
    a body that does not announce its length for none. So such a body is read here, up to the limit, and announced.
    """
    if scope["type"] == "http":
        try:
            scope, receive = await _measured(scope, receive)
        except _TooLarge:
            await _refuse(scope, send)
            return
    await django_application(scope, receive, send)  # type: ignore[arg-type]  # Django types the scope more narrowly


async def _measured(scope: Message, receive: Receive) -> tuple[Message, Receive]:
    headers = dict(scope["headers"])
    if _LENGTH in headers:
        announced = headers[_LENGTH]
        if announced.isdigit() and int(announced) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise _TooLarge
        return scope, receive
    messages = await _read_all(receive)
    if not (length := sum(len(message.get("body", b"")) for message in messages)):
        return scope, _replay(messages, receive)
    announced_headers = [*scope["headers"], (_LENGTH, str(length).encode())]
    return {**scope, "headers": announced_headers}, _replay(messages, receive)


async def _read_all(receive: Receive) -> list[Message]:
    messages, length = [await receive()], 0
    while True:
        length += len(messages[-1].get("body", b""))
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise _TooLarge
        if not messages[-1].get("more_body"):
            return messages
        messages.append(await receive())


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def again() -> Message:
        for message in waiting:
            return message
        return await receive()

    return again


async def _refuse(scope: Message, send: Send) -> None:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    request = ASGIRequest(scope, BytesIO())
    with translation.override(translation.get_language_from_request(request)):
        detail = gettext("The body is larger than %(limit)s bytes; nothing of it was stored.") % {"limit": f"{limit:,}"}
        response = problem(413, "too-large", gettext("The body is too large"), detail)
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    # The rest of the body would be taken for the next request on this connection.
    headers += [(b"connection", b"close"), (_LENGTH, str(len(response.content)).encode())]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
