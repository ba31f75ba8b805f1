"""The parameters of an address: all known, each given once. What is not known is refused, never ignored."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Final, NoReturn

from django.http import HttpRequest, HttpResponseBase, QueryDict

from gis_core.errors import BadRequest

MAX_ID: Final = 2**63 - 1
"""The largest number of a row."""

_DIGITS: Final = re.compile(r"[0-9]{1,19}", re.ASCII)


class UnknownParameter(BadRequest):
    """A parameter that means nothing here: most often a misspelt one; ignoring it would answer another question."""

    code = "unknown-parameter"
    title = "There is no such parameter"


class RepeatedParameter(BadRequest):
    """The same parameter twice."""

    code = "repeated-parameter"
    title = "A parameter stands twice"


def read_parameters(query: QueryDict, *, known: Iterable[str] = ()) -> Mapping[str, str]:
    """Return the parameters by name.

    Raises
    ------
    UnknownParameter, RepeatedParameter
        With what would be right.
    """
    names = tuple(known)
    for name, values in query.lists():
        if name not in names:
            _refuse(name, names)
        if len(values) > 1:
            raise RepeatedParameter("The parameter %(parameter)s stands twice: give it once.", parameter=name)
    return {name: values[0] for name, values in query.lists()}


def whole_number(text: str, *, least: int = 0, most: int = MAX_ID) -> int | None:
    """Read a whole number within two bounds, both included; None where the text is none.

    >>> whole_number("12", most=50), whole_number("٥"), whole_number("5.0")
    (12, None, None)
    """
    # int() alone would also take blanks, underscores and the digits of other scripts.
    number = int(text) if _DIGITS.fullmatch(text) else -1
    return number if least <= number <= most else None


def no_parameters(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view be asked without any parameter only."""

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        read_parameters(request.GET)
        return view(request, *args, **kwargs)

    return asked


def _refuse(unknown: str, names: tuple[str, ...]) -> NoReturn:
    if not names:
        raise UnknownParameter(
            "There is no parameter “%(parameter)s” here; this address takes none.", parameter=unknown[:60]
        )
    raise UnknownParameter(
        "There is no parameter “%(parameter)s” here; there are: %(known)s.",
        parameter=unknown[:60],
        known=", ".join(names),
    )
