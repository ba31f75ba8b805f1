"""The one base of every error we raise on purpose.

Errors are raised beside the code that finds them and know no HTTP. `gis_core.problems` turns them into
`application/problem+json` (RFC 9457) at the edge. This module imports no Django, so that the pure modules can use it.
"""

from typing import Any, ClassVar


class ThuyLoError(Exception):
    """A failure whose message is meant for the person who caused it.

    Parameters
    ----------
    message
        English text, also the msgid for gettext, with ``%(name)s`` places for `params`: what was wrong and what would
        be right.
    params
        Values for the places in `message`; also published as members of the problem document.
    """

    code: ClassVar[str] = "error"
    """Stable machine name, last part of the problem's `type`."""
    title: ClassVar[str] = "Something went wrong"
    """Short English summary (msgid), the same for every occurrence."""

    def __init__(self, message: str, **params: Any) -> None:
        self.message = message
        self.params = params
        super().__init__(message % params if params else message)


class BadRequest(ThuyLoError):
    """The question itself is malformed; asking it again unchanged cannot help."""

    code = "bad-request"
    title = "The request is not valid"


class NotFound(ThuyLoError):
    """What was asked for by name does not exist."""

    code = "not-found"
    title = "Not found"


class Forbidden(ThuyLoError):
    """The policy says no, and why."""

    code = "forbidden"
    title = "Not allowed"


class NotSignedIn(ThuyLoError):
    """Only somebody known may ask for this, or the credentials given are not right."""

    code = "not-signed-in"
    title = "Please sign in"


class Conflict(ThuyLoError):
    """What is stored does not allow it: other records stand in the way."""

    code = "conflict"
    title = "What is stored does not allow it"


class PreconditionFailed(ThuyLoError):
    """The thing has changed since the caller looked at it."""

    code = "precondition-failed"
    title = "It has changed in the meantime"


class PreconditionRequired(ThuyLoError):
    """The caller does not say which state of the thing is meant."""

    code = "precondition-required"
    title = "Say which version you mean"


class WrongMediaType(ThuyLoError):
    """The body is of a kind that is not read here."""

    code = "unsupported-media-type"
    title = "The body is of a kind that is not read here"


class Unprocessable(ThuyLoError):
    """The body can be read, but says what cannot be stored."""

    code = "unprocessable"
    title = "The values cannot be stored"


class Unavailable(ThuyLoError):
    """Nothing is wrong with the question; what it needs is not there at the moment."""

    code = "unavailable"
    title = "Not available at the moment"


class TooManyTries(ThuyLoError):
    """Too many failures in a short time."""

    code = "too-many-tries"
    title = "Too many tries"


class Busy(ThuyLoError):
    """More is asked for at once than the server does at once; it can be asked again."""

    code = "busy"
    title = "The server is busy"
    retry_after_s: ClassVar[int] = 10
    """When it is worth asking again."""
