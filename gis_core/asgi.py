"""The door for the server: `granian --interface asginl gis_core.asgi:application`."""

import gc
import os
from io import BytesIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
os.environ.setdefault("THUYLO_SERVING", "1")
django.setup(set_prefix=False)

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.utils import translation
from django.utils.translation import gettext

from gis_core.handler import ThreadHandler
from gis_core.lasting import Message, Receive, Send
from gis_core.problems import problem

handler = ThreadHandler()
gc.freeze()  # what is loaded by now is never garbage; to look through it now and then takes longer than an answer
_LENGTH, _IN_CHUNKS = b"content-length", b"transfer-encoding"
_SAYS_WHETHER = ("1.0", "1.1")
"""The versions of HTTP in which a request without these headers has no body (RFC 9112, 6.3)."""


class _TooLarge(Exception):  # noqa: N818 - caught a few lines below
    pass


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Read the body, refuse one that is too large before it fills the memory, and hand both to Django."""
    try:
        body = await _read_body(scope, receive)
    except _TooLarge:
        await _refuse(scope, send)
        return
    if body is None:
        return  # the reader left
    if body and _LENGTH not in dict(scope["headers"]):
        # Django's parsers take a body that does not announce its length for none.
        scope = {**scope, "headers": [*scope["headers"], (_LENGTH, str(len(body)).encode())]}
    await handler.answer(scope, body, receive, send)


async def _read_body(scope: Message, receive: Receive) -> bytes | None:
    headers = dict(scope["headers"])
    announced = headers.get(_LENGTH, b"")
    if not announced and _IN_CHUNKS not in headers and scope.get("http_version") in _SAYS_WHETHER:
        return b""  # to ask for what is not there costs as much as to read a feature
    if announced.isdigit() and int(announced) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise _TooLarge
    pieces, length, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces.append(message.get("body", b""))
        length += len(pieces[-1])
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise _TooLarge
        more = message.get("more_body", False)
    return b"".join(pieces)


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
