"""What is read out of the body of a request: the same words for every address that something is sent to."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from gis_core.errors import BadRequest
from gis_core.values import parse_number

_MAX_TEXT: Final = 2_000


class InvalidBody(BadRequest):
    """Not an object with the members that this address knows."""

    code = "invalid-body"
    title = "The body is not valid"


def read_object(body: object, *, needed: Iterable[str] = (), known: Iterable[str]) -> Mapping[str, Any]:
    """Take a JSON object whose members are all known.

    Raises
    ------
    InvalidBody
        No object, a member that means nothing here, or one that is missing.
    """
    names = tuple(known)
    if not isinstance(body, dict):
        raise InvalidBody("Send a JSON object with %(known)s.", known=", ".join(names))
    if unknown := sorted(set(map(str, body)) - set(names)):
        raise InvalidBody(
            "“%(member)s” is not known here; there are: %(known)s.", member=unknown[0][:60], known=", ".join(names)
        )
    if missing := [name for name in needed if body.get(name) is None]:
        raise InvalidBody("“%(member)s” is missing.", member=missing[0])
    return body


def read_list(name: str, given: object, *, most: int) -> list[Any]:
    """Take a list of at least one and at most so many.

    Raises
    ------
    InvalidBody
    """
    if not isinstance(given, list) or not 1 <= len(given) <= most:
        raise InvalidBody("“%(member)s” must be a list of 1 to %(most)d.", member=name, most=most)
    return given


def read_number(name: str, given: object) -> float:
    """Take a finite number; text that looks like one is none here, where JSON has numbers.

    Raises
    ------
    InvalidBody, gis_core.values.InvalidNumber
    """
    if isinstance(given, str):
        raise InvalidBody("“%(member)s” must be a number, not a text.", member=name)
    return parse_number(name, given)


def read_text(name: str, given: object, *, most: int = _MAX_TEXT) -> str:
    """Take a text, empty where there is none.

    Raises
    ------
    InvalidBody
        No text, too long, or with characters that cannot be stored.
    """
    text = given if given is not None else ""
    if not isinstance(text, str) or len(text) > most or "\0" in text or not _encodable(text):
        raise InvalidBody("“%(member)s” must be a text of at most %(most)d characters.", member=name, most=most)
    return text.strip()


def read_day(name: str, given: object, *, today: date) -> date:
    """Take a day on which something was done: not one to come.

    Raises
    ------
    InvalidBody
    """
    try:
        day = date.fromisoformat(given) if isinstance(given, str) and len(given) == len("2026-11-22") else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidBody("“%(member)s” must be a day such as 2026-11-22.", member=name)
    if day > today:
        raise InvalidBody("“%(member)s” is %(day)s, which is still to come.", member=name, day=day.isoformat())
    return day


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character, as JSON may escape it
        return False
    return True
