"""Sign-in for programs: a token or a name and password in the `Authorization` header, for every address but the admin.

Whoever comes with such a header is known for this one request; no session is begun or read.
"""

import base64
import binascii
import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from gis_core.errors import Forbidden, NotSignedIn, ThuyLoError, TooManyTries
from gis_core.models import ApiToken
from gis_core.problems import problem_for
from gis_core.throttle import WAIT, count_try, forget_tries, key_of, must_wait

TOKEN_PREFIX: Final = "thuylo_"  # noqa: S105 - what makes a token known as one of ours, no secret
# Basic is read but not asked for: a browser that was asked would send the password along from any other site.
CHALLENGE: Final = 'Bearer realm="thuy-lo"'

_PASSWORD_KEPT_S: Final = 300
_WAIT_S: Final = round(WAIT.total_seconds())
_LOCKS: Final = [Lock() for _ in range(64)]
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})


class WrongCredentials(NotSignedIn):
    """Nobody is known by these credentials; it is not told which part of them is wrong."""

    code = "wrong-credentials"
    title = "The credentials are not right"


def make_token(*, user: Any, name: str, expires_at: datetime) -> str:
    """Make a token and return it; this is the only time that anybody can read it."""
    token, digest = new_token()
    ApiToken.objects.create(user=user, name=name, expires_at=expires_at, digest=digest)
    return token


def new_token() -> tuple[str, str]:
    """Draw a token; give it and the hash by which it is known again."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    return token, _digest_of(token)


def _digest_of(token: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return sha256(token.encode()).hexdigest()


class HeaderAuthenticationMiddleware:
    """Give `request.user` to whoever comes with an `Authorization` header; wrong ones are 401, never the public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._refusal(request) or self.get_response(request)
        if response.status_code == 401:  # noqa: PLR2004 - Unauthorized
            response.headers.setdefault("WWW-Authenticate", CHALLENGE)
        if response.status_code == 429:  # noqa: PLR2004 - Too Many Requests
            response.headers.setdefault("Retry-After", str(_WAIT_S))
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        header = request.headers.get("Authorization")
        # The administration is for people who sign in: a stolen token must not be able to make another one.
        if not header or request.path.startswith("/admin"):
            return None
        try:
            sign_in(request, header)
        except ThuyLoError as error:
            return problem_for(error)
        return None


def sign_in(request: HttpRequest, header: str) -> None:
    """Set `request.user` by an `Authorization` header.

    Raises
    ------
    WrongCredentials, TooManyTries
        Nobody is known by them, or too many wrong ones came from this address.
    Forbidden
        They came over a line on which others can read them.
    """
    scheme, _, given = header.partition(" ")
    readers: dict[str, Callable[[HttpRequest, str], Any]] = {"bearer": _user_of_token, "basic": _user_of_password}
    read = readers.get(scheme.lower())
    if read is None:
        raise WrongCredentials("Send “Authorization: Bearer TOKEN”, or Basic with name and password.")
    if not _is_private(request):
        raise Forbidden("Credentials are read over HTTPS only: change http:// to https:// and renew them.")
    request.user = read(request, given.strip())
    # Other sites cannot make a browser send a token. A password they can, where the browser remembers it; browsers
    # name the site they write for, programs do not.
    if scheme.lower() == "bearer" or "Origin" not in request.headers:
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own switch


def _is_private(request: HttpRequest) -> bool:
    """Whether nobody can listen: TLS, or a server on loopback, as THUYLO_HTTPS=0 says."""
    return request.is_secure() or (not settings.SESSION_COOKIE_SECURE and _address(request) in _LOOPBACK)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _user_of_token(request: HttpRequest, token: str) -> Any:
    valid = ApiToken.objects.filter(expires_at__gt=timezone.now(), user__is_active=True).select_related("user")
    found = valid.filter(digest=_digest_of(token)).first()
    if found is None:
        raise WrongCredentials("The token is not known or no longer valid: ask for a new one.")
    return found.user


def _user_of_password(request: HttpRequest, given: str) -> Any:
    username, password = _name_and_password(given)
    key, at = key_of(request, username), timezone.now()
    if must_wait(key, at=at):
        raise _too_many()
    # A map asks for 50 tiles at once: one of these questions checks the password, the others find that it did.
    with _LOCKS[int(key[:2], 16) % len(_LOCKS)]:
        user = _remembered(username, password)
        return user if user is not None else _checked(request, username, password, key)


def _checked(request: HttpRequest, username: str, password: str, key: str) -> Any:
    if not count_try(key, at=timezone.now()):
        raise _too_many()
    user = authenticate(request, username=username, password=password)
    if user is None:
        raise WrongCredentials("Name or password is not right.")
    forget_tries(key)
    cache.set(_proof(user, password), value=True, timeout=_PASSWORD_KEPT_S)
    return user


def _too_many() -> TooManyTries:
    return TooManyTries("Too many wrong passwords: wait %(seconds)d seconds.", seconds=_WAIT_S)


def _name_and_password(given: str) -> tuple[str, str]:
    try:
        username, colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        colon = username = password = ""
    if not colon or "\0" in username:
        raise WrongCredentials("Basic credentials are base64 of “name:password” in UTF-8.")
    return username, password


def _remembered(username: str, password: str) -> Any:
    """Find somebody whose password was right a moment ago: checking costs 0.3 s, and a map asks for 50 tiles."""
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    return user if user is not None and cache.get(_proof(user, password)) else None


def _proof(user: Any, password: str) -> str:
    # Made of the stored hash too, so that it ends with the password.
    return salted_hmac(
        "gis_core.authentication", f"{user.pk}:{user.password}:{password}", algorithm="sha256"
    ).hexdigest()
