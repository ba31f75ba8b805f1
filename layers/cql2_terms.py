"""What the parts of a filter are once they are known to make sense, and the error when they do not."""

from dataclasses import dataclass
from typing import Any, Literal, NoReturn, TypeAlias

from psycopg import sql

from gis_core.errors import BadRequest

Kind: TypeAlias = Literal[
    "boolean", "number", "string", "date", "timestamp", "interval", "geometry", "array", "open start", "open end"
]

KINDS: dict[str, Kind] = {
    "boolean": "boolean",
    "integer": "number",
    "number": "number",
    "string": "string",
    "date": "date",
    "date-time": "timestamp",
    "array": "array",
}
"""The types of layer fields that a filter can read; an object is not among them."""


class InvalidFilter(BadRequest):
    """A filter that says nothing this layer could answer."""

    code = "invalid-filter"
    title = "The filter is not valid"


@dataclass(frozen=True, slots=True)
class SqlFilter:
    """A condition on the alias `t` of a layer's table, and its parameters, named `f0`, `f1` and so on.

    Nothing that a caller wrote stands in `sql`; it is all in `params`.
    """

    sql: sql.Composable
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a filter: its SQL and what kind of value that gives.

    Parameters
    ----------
    name
        The property, where the term is one and nothing else.
    codes
        The only values a code list allows; empty where everything is allowed.
    literal
        The value, where the caller wrote one.
    pattern
        The text that the caller wrote, also where it is folded.
    ends
        First and last moment of an interval.
    """

    sql: sql.Composable
    kind: Kind
    name: str = ""
    codes: tuple[Any, ...] = ()
    literal: Any = None
    pattern: str | None = None
    ends: "tuple[Term, Term] | None" = None


def refuse_kind(op: str, expected: str, term: Term, place: str) -> NoReturn:
    """Refuse a part of a kind that the operation cannot take."""
    raise InvalidFilter(
        "%(op)s takes %(expected)s, not %(found)s (at %(place)s). Days are written DATE('2025-07-01').", place=place,
        op=op, expected=expected, found=f"{term.kind} {term.name}".strip(),
    )  # fmt: skip


def shorten(value: object) -> str:
    """Quote what a caller wrote, but not at any length."""
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"  # noqa: PLR2004 - one line of a message
