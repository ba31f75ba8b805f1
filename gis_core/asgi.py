"""The door for the server: `granian --interface asginl gis_core.asgi:application`."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
os.environ.setdefault("THUYLO_SERVING", "1")
django_application = get_asgi_application()

# Django may only be imported from once it is set up.
from django.conf import settings  # noqa: E402
from django.utils.translation import gettext  # noqa: E402

from gis_core.problems import problem  # noqa: E402

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Refuse a body that announces itself as too large before a byte of it is read; hand everything else to Django.

    Django's own ASGI handler writes the whole body to a temporary file first, however large it is. A body that does
    not announce its length gets that far and is refused by the parser.
    """
    if scope["type"] == "http" and _announced_length(scope) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        await _refuse(send)
    else:
        await django_application(scope, receive, send)  # type: ignore[arg-type]  # Django types the scope more narrowly


def _announced_length(scope: Message) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _refuse(send: Send) -> None:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    detail = gettext("The body is larger than %(limit)s bytes; nothing of it was read.") % {"limit": f"{limit:,}"}
    response = problem(413, "too-large", gettext("The body is too large"), detail)
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    # The rest of the body would be taken for the next request on this connection.
    headers += [(b"connection", b"close"), (b"content-length", str(len(response.content)).encode())]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
