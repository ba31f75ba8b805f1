"""The quick way: what programs ask most as nobody is answered in the event loop, by one statement or two.

A quick answer is the answer of the whole way or none: whatever is out of the ordinary (an unknown parameter, a feature
that is not there, a database that does not answer) goes the whole way, which knows what to say; only what the database
broke off for its time is refused here. `settings.QUICK_WAYS` lists them; only a server has any.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from io import BytesIO
from typing import Any, Final, NamedTuple

import psycopg
from django.conf import settings
from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.module_loading import import_string
from psycopg.errors import QueryCanceled

from gis_core.anybody import Frame, asks_as_anybody
from gis_core.desks import Desk, NotAnsweredError
from gis_core.errors import ThuyLoError
from gis_core.lasting import GoOn
from gis_core.problems import problem_for

Headers = Sequence[tuple[bytes, bytes]]

_MATTERING: Final = frozenset({b"host", b"accept", b"accept-language", b"accept-encoding"})
_TOO_MUCH: Final = (b"cookie", b"authorization", b"if-", b"range")
_MOST_BYTES: Final = 4096

logger = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What is sent; with `go_on` the body is what that sends."""

    status: int
    headers: Headers
    body: bytes
    go_on: GoOn | None = None


@dataclass(frozen=True, eq=False)
class Asker:
    """What an answer may depend on beside its address; the same object for the same headers of those that matter."""

    language: str
    meta: Mapping[str, str]
    _scope: Mapping[str, Any]
    _heads: dict[object, Headers] = field(default_factory=dict)

    def request(self, path: str, query: str = "") -> ASGIRequest:
        """Make the request for what this asker would ask at an address."""
        return _request({**self._scope, "path": path, "query_string": query.encode()})

    def head(self, kind: object, make: Callable[[], HttpResponse]) -> Headers:
        """Return the headers of answers of one kind, made once: those of `make()` and those of all answers."""
        if (known := self._heads.get(kind)) is None:
            response: Any = Frame(lambda _: make())(self.request("/"))
            del response.headers["Content-Length"]
            known = self._heads[kind] = _headers(response)
        return known


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a quick way: who asks, the whole address, and the parts that the pattern of the way names."""

    asker: Asker
    path: str
    query: str
    parts: Mapping[str, str]


Way = Callable[[Asked, Desk], Awaitable[Answer | None]]


def quick_way(scope: Mapping[str, Any]) -> Callable[[Desk], Awaitable[Answer | None]] | None:
    """Return what may answer a request quickly, if anything may."""
    if not settings.SERVING or scope["method"] != "GET" or scope.get("root_path"):
        return None
    for pattern, way in _ways():
        if (match := pattern.fullmatch(scope["path"])) and (asker := _asker_of(scope)):
            query = scope["query_string"].decode("ascii", errors="replace")
            return partial(_answer, way, Asked(asker, scope["path"], query, match.groupdict()))
    return None


async def _answer(way: Way, asked: Asked, desk: Desk) -> Answer | None:
    try:
        return await way(asked, desk)
    except (ThuyLoError, SuspiciousOperation, NotAnsweredError, DatabaseError, psycopg.Error) as error:
        if isinstance(error.__cause__, QueryCanceled):
            return _refusal(asked, error)  # to ask again would take as long again, for the same answer
        logger.debug("%s goes the whole way: %s", asked.path, error)
    except Exception:
        logger.exception("%s goes the whole way", asked.path)
    return None


def _refusal(asked: Asked, error: Exception) -> Answer:
    def refuse(_: HttpRequest) -> Any:
        return problem_for(error)  # in the language of the frame

    response: Any = Frame(refuse)(asked.asker.request(asked.path, asked.query))
    return Answer(response.status_code, _headers(response), response.content)


@lru_cache(maxsize=1)
def _ways() -> Sequence[tuple[re.Pattern[str], Way]]:
    ways: Sequence[tuple[re.Pattern[str], Way]] = import_string(settings.QUICK_WAYS)
    return ways


def _asker_of(scope: Mapping[str, Any]) -> Asker | None:
    """Return who asks, by the headers that matter: the others may be as long as they like, and are not kept."""
    given, matter = scope["headers"], _names_that_matter()
    if any(name.startswith(_TOO_MUCH) for name, _ in given):
        return None
    heard = tuple((name, value) for name, value in given if name in matter)
    if sum(len(value) for _, value in heard) > _MOST_BYTES:
        return None
    return _known_asker(scope["scheme"], scope.get("server"), heard)


@lru_cache(maxsize=1)
def _names_that_matter() -> frozenset[bytes]:
    tls = settings.SECURE_PROXY_SSL_HEADER
    return _MATTERING | ({tls[0].removeprefix("HTTP_").replace("_", "-").lower().encode()} if tls else set())


@lru_cache(maxsize=128)
def _known_asker(
    scheme: str, server: tuple[str, int | str] | None, headers: tuple[tuple[bytes, bytes], ...]
) -> Asker | None:
    """Read the headers once for all requests that send the same ones; None for whoever goes the whole way."""
    scope = {"type": "http", "method": "GET", "scheme": scheme, "server": server, "headers": headers}
    request = _request({**scope, "path": "/ogc/", "query_string": b""})
    if not asks_as_anybody(request):
        return None
    try:
        request.get_host()
    except DisallowedHost:
        return None
    return Asker(translation.get_language_from_request(request), request.META, scope)


def _request(scope: Mapping[str, Any]) -> ASGIRequest:
    return ASGIRequest(scope, BytesIO())


def _headers(response: HttpResponse) -> Headers:
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
