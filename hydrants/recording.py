"""What every address shares at which somebody writes down what was measured, seen or planned at sources of water."""

from dataclasses import dataclass
from typing import Final, Self

from django.utils import timezone
from rest_framework.request import Request

from gis_core.bodies import (
    InvalidBody,
    read_day,
    read_list,
    read_number,
    read_object,
    read_text,
)
from gis_core.errors import BadRequest, NotFound
from gis_core.parameters import whole_number
from gis_core.policy import Actor, writer_for

__all__ = [
    "InvalidBody",
    "InvalidSourceKey",
    "SourceKey",
    "UnknownSource",
    "read_day",
    "read_list",
    "read_number",
    "read_object",
    "read_text",
    "recorder_of",
]

LAYERS: Final = ("hydrants", "intake-points", "water-tanks")


class InvalidSourceKey(BadRequest):
    """Not the key of a source."""

    code = "invalid-source"
    title = "That is no source of water"


class UnknownSource(NotFound):
    """No source has this key."""

    code = "unknown-source"
    title = "There is no such source of water"


@dataclass(frozen=True, slots=True, order=True)
class SourceKey:
    """A source as the answers call it: ``hydrants/12``."""

    layer: str
    id: int

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read a key.

        Raises
        ------
        InvalidSourceKey
            With what a key looks like.

        >>> str(SourceKey.parse("water-tanks/3"))
        'water-tanks/3'
        """
        layer, _, digits = text.partition("/") if isinstance(text, str) else ("", "", "")
        number = whole_number(digits, least=1)
        if layer not in LAYERS or number is None:
            raise InvalidSourceKey(
                "“%(given)s” is no source: write its layer and number, such as hydrants/12.", given=str(text)[:60]
            )
        return cls(layer, number)

    def __str__(self) -> str:
        return f"{self.layer}/{self.id}"


def recorder_of(request: Request) -> Actor:
    """Know who writes.

    Raises
    ------
    NotSignedIn
        Nobody known.
    """
    return writer_for(request.user, at=timezone.localdate())
