"""The short way for questions that a program asks as nobody in particular.

There is no session, no form, no message and no history: the whole chain of middlewares finds nothing to do, and takes
longer than the answer. What it would add to the answer is added here, as the same classes write it.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final
from urllib.parse import unquote

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from gis_core.problems import ProblemMiddleware
from gis_core.security import ContentSecurityPolicyMiddleware

_QUESTIONS: Final = (
    "/ogc/",
    "/tiles/",
    "/api/route",
    "/api/approach",
    "/api/nearest-water",
    "/api/reach",
    "/api/network",
)
_VARIES: Final = ("Accept-Language", "Cookie")
Respond = Callable[[HttpRequest], HttpResponseBase]


def asks_as_anybody(request: HttpRequest) -> bool:
    """Whether nothing about the one who asks can matter, and no page with forms will be the answer."""
    meta = request.META
    return (
        request.method in {"GET", "HEAD"}
        and request.path.startswith(_QUESTIONS)
        and "HTTP_COOKIE" not in meta
        and "HTTP_AUTHORIZATION" not in meta
        and "text/" not in meta.get("HTTP_ACCEPT", "")
        and "html" not in unquote(meta["QUERY_STRING"])
        and (request.is_secure() or not settings.SECURE_SSL_REDIRECT)
    )


class AnybodyHandler(BaseHandler):
    """Answers requests that `asks_as_anybody` is true of."""

    def __init__(self) -> None:
        super().__init__()
        asked: Any = convert_exception_to_response(self._from_known_host)
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = [ProblemMiddleware(asked).process_exception]
        self._middleware_chain = convert_exception_to_response(Frame(asked))

    def _from_known_host(self, request: HttpRequest) -> HttpResponseBase:
        request.get_host()  # refuses one that is not ours, in the frame that every answer has
        response: HttpResponseBase = self._get_response(request)  # type: ignore[attr-defined]  # absent from the stubs
        return response


class Frame:
    """What surrounds each answer: who asks, in which language, and the headers that hold for all."""

    def __init__(self, get_response: Respond) -> None:
        self._get_response = get_response
        self._headers = {scheme: _headers_of_all(scheme) for scheme in ("http", "https")}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = AnonymousUser()
        language = translation.get_language_from_request(request)
        translation.activate(language)
        response = self._get_response(request)
        given = self._headers["https" if request.is_secure() else "http"]
        # All at once, and not checked again: one by one they take a tenth of what it takes to answer with a feature.
        response.headers._store = given | response.headers._store  # noqa: SLF001
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, _VARIES)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


def _headers_of_all(scheme: str) -> dict[str, tuple[str, str]]:
    """Let Django's middlewares and ours write what they give to an answer that says nothing itself."""
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "scheme": scheme}
    request, response = ASGIRequest(scope, BytesIO()), HttpResponse()
    del response.headers["Content-Type"]
    ContentSecurityPolicyMiddleware(lambda _: response)(request)
    for middleware in (XFrameOptionsMiddleware, SecurityMiddleware):
        middleware(lambda _: response).process_response(request, response)
    return dict(response.headers._store)  # noqa: SLF001 - by their names in small letters
