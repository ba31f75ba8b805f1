"""The edge: every failure becomes one JSON shape, `application/problem+json` (RFC 9457), in the caller's language."""

import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

import orjson
from django.core.exceptions import BadRequest as DjangoBadRequest
from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext, gettext_noop
from django.views import csrf
from django.views.decorators.csrf import csrf_exempt
from psycopg.errors import QueryCanceled
from rest_framework import exceptions as drf

from gis_core.errors import (
    BadRequest,
    Busy,
    Conflict,
    Forbidden,
    NotFound,
    NotSignedIn,
    PreconditionFailed,
    PreconditionRequired,
    ThuyLoError,
    TooManyTries,
    Unavailable,
    Unprocessable,
    WrongMediaType,
)
from gis_core.wording import explain

logger = logging.getLogger(__name__)

STATUS_BY_ERROR: Mapping[type[ThuyLoError], int] = {
    BadRequest: 400,
    NotSignedIn: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    PreconditionFailed: 412,
    WrongMediaType: 415,
    Unprocessable: 422,
    PreconditionRequired: 428,
    TooManyTries: 429,
    Unavailable: 503,
    Busy: 503,
    ThuyLoError: 400,
}
"""The first base class of an error that stands here gives its status."""

PROBLEM_TYPE = "urn:thuy-lo:problem:"


def problem(status: int, code: str, title: str, detail: str = "", **members: Any) -> HttpResponse:
    """Render a problem document; `members` are extensions as RFC 9457 section 3.2 allows."""
    body = {"type": PROBLEM_TYPE + code, "title": title, "status": status, "detail": detail, **members}
    return HttpResponse(
        orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS),
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )


def problem_for(error: BaseException) -> HttpResponse | None:
    """The problem document for an error we know how to explain; None for a bug of ours."""
    if isinstance(error, ThuyLoError):
        return _domain_problem(error)
    if isinstance(error.__cause__, QueryCanceled):
        return problem(503, "took-too-long", gettext("The question takes too long"), gettext(_TOO_LONG))
    if isinstance(error, OperationalError | InterfaceError):
        # Whoever runs the service needs the words that the reader is not told.
        logger.error("the data store failed: %s", error)
    for kinds, status, code, title in _FRAMEWORK_ERRORS:
        if isinstance(error, kinds):
            return problem(status, code, gettext(title), _detail_of(error))
    return None


def handle_exception(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's exception handler; None lets the error rise to `ProblemMiddleware`."""
    return problem_for(error)


class ProblemMiddleware:
    """Turn whatever rises out of a view into a problem document; the traceback goes to the log, never to the client."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Explain `error`; pages of the admin keep Django's own behaviour."""
        if request.path.startswith("/admin"):
            return None
        if explained := problem_for(error):
            return explained
        logger.error("unexpected failure at %s %s", request.method, request.path, exc_info=error)
        return server_error(request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return problem(
        404,
        "not-found",
        gettext("Not found"),
        gettext("There is nothing at %(path)s.") % {"path": request.path},
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return problem_for(exception) or problem(400, "bad-request", gettext("The request is not valid"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return problem(403, "forbidden", gettext("Not allowed"), str(exception))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW; a form of the admin is answered with Django's own page."""
    if request.path.startswith("/admin"):
        return csrf.csrf_failure(request, reason)
    detail = gettext("The form came without its token, or with an old one: load the page again, then send it again.")
    return problem(403, "form-token-missing", gettext("Not allowed"), detail)


def method_not_allowed(request: HttpRequest, known: Iterable[str]) -> HttpResponse:
    """Refuse a method, naming those there are."""
    allowed = ", ".join(known)
    said = {"method": (request.method or "")[:20], "known": allowed}
    detail = gettext("%(method)s is not known here; there are: %(known)s.") % said
    response = problem(405, "method-not-allowed", gettext("This address does not know that method"), detail)
    response.headers["Allow"] = allowed
    return response


def read_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view be asked by GET and HEAD only, and say so instead of asking for a form token."""

    @csrf_exempt
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        known = ("GET", "HEAD")
        return view(request, *args, **kwargs) if request.method in known else method_not_allowed(request, known)

    return asked


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: nothing of the failure is told, unless it is one that we know how to explain.

    What fails between the views, such as reading the session while the store is down, comes only here.
    """
    failure = sys.exc_info()[1]
    if failure is not None and (explained := problem_for(failure)):
        return explained
    return problem(
        500,
        "internal",
        gettext("Something failed on our side"),
        gettext("Nothing was stored. The failure is in the log."),
    )


def _domain_problem(error: ThuyLoError) -> HttpResponse:
    status = next(STATUS_BY_ERROR[kind] for kind in type(error).__mro__ if kind in STATUS_BY_ERROR)
    response = problem(
        status,
        error.code,
        gettext(error.title),
        explain(error),
        **{name: value for name, value in error.params.items() if name not in _RESERVED},
    )
    if isinstance(error, Busy):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _detail_of(error: BaseException) -> str:
    if isinstance(error, drf.APIException):
        return error.detail if isinstance(error.detail, str) else orjson.dumps(error.detail, default=str).decode()
    if isinstance(error, OperationalError | InterfaceError):
        return gettext("Ask again in a moment; if it goes on, tell whoever runs the service.")
    if isinstance(error, DisallowedHost):
        return gettext("Ask for it by a host name that is named in THUYLO_ALLOWED_HOSTS.")
    return str(error)


_TOO_LONG = gettext_noop(
    "It was given up so that it does not hold up others: ask for less, by a smaller bbox or limit or a simpler filter."
)
_RESERVED = frozenset({"type", "title", "status", "detail"})

_FRAMEWORK_ERRORS: tuple[tuple[tuple[type[BaseException], ...], int, str, str], ...] = (
    ((RequestDataTooBig,), 413, "too-large", "The body is too large"),
    ((drf.NotAuthenticated, drf.AuthenticationFailed), 401, "not-signed-in", "Please sign in"),
    ((drf.PermissionDenied, PermissionDenied), 403, "forbidden", "Not allowed"),
    ((drf.NotFound, Http404), 404, "not-found", "Not found"),
    ((drf.MethodNotAllowed,), 405, "method-not-allowed", "This address does not know that method"),
    ((drf.NotAcceptable,), 406, "not-acceptable", "This address does not speak that format"),
    ((drf.UnsupportedMediaType,), 415, "unsupported-media-type", "Send JSON"),
    ((DisallowedHost,), 400, "unknown-host", "This server does not answer to that host name"),
    (
        (drf.ParseError, drf.ValidationError, DjangoBadRequest, SuspiciousOperation),
        400,
        "bad-request",
        "The request is not valid",
    ),
    ((OperationalError, InterfaceError), 503, "store-unavailable", "The data store does not answer"),
)
