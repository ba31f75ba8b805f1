"""In which order features come, and where a page ended: `sortby` and the opaque `after` of `next` links."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import orjson

from gis_core.fields import LayerField
from gis_core.values import InvalidNumber
from layers.property_values import InvalidParameter, named_field, parse_feature_id, typed_value

UNSORTABLE = frozenset({"array", "object"})
"""Types without an order that means anything to a person."""
_MOST_KEYS = 8


@dataclass(frozen=True, slots=True)
class SortKey:
    """One attribute to sort by. What nobody knows comes last, in either direction."""

    field: LayerField
    descending: bool = False

    def __str__(self) -> str:
        return ("-" if self.descending else "+") + self.field.name


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the sort values of its last feature as text (None where unknown), and its id."""

    id: int = 0
    values: tuple[str | None, ...] = ()

    @classmethod
    def from_text(cls, text: str, keys: Sequence[SortKey]) -> Self:
        """Read `after`; it belongs to the `sortby` it was made for, and no value of it reaches the store unread.

        Raises
        ------
        InvalidParameter
            Made up, or made for another order.
        """
        if not keys and (number := parse_feature_id(text)) is not None:
            return cls(number)
        try:
            names, values, number = orjson.loads(base64.urlsafe_b64decode(text.encode() + b"=="))
            if keys and names == [str(key) for key in keys] and parse_feature_id(str(number)) is not None:
                # Spelt anew: Python reads more dates than PostgreSQL does.
                pairs = zip(keys, values, strict=True)
                typed = [value if value is None else str(typed_value(key.field, value)) for key, value in pairs]
                return cls(int(number), tuple(typed))
        except (ValueError, TypeError, InvalidNumber):  # whatever somebody may make up
            pass
        raise InvalidParameter(
            "after is “%(value)s”, which is no place in this order: take it from the link “next” of the page before, "
            "with the same sortby.",
            value=text[:60],
        )

    def spell(self, keys: Sequence[SortKey]) -> str:
        """Write it as `from_text` reads it."""
        if not keys:
            return str(self.id)
        content = orjson.dumps([[str(key) for key in keys], self.values, self.id])
        return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read_sortby(text: str, fields: Sequence[LayerField]) -> tuple[SortKey, ...]:
    """Read ``+name,-flow_lps``; without a sign an attribute rises.

    Raises
    ------
    InvalidParameter
        An attribute that is not among `fields`, has no order, or stands there twice; with those there are.
    """
    sortable = [field for field in fields if field.type not in UNSORTABLE]
    # A plus sign that is not escaped in an address arrives as a space.
    keys = tuple(_key(part, sortable) for part in text.split(","))
    if len({key.field.name for key in keys}) != len(keys) or len(keys) > _MOST_KEYS:
        raise InvalidParameter(
            "sortby is “%(value)s”: name each attribute once, and at most %(most)d.", value=text[:80], most=_MOST_KEYS
        )
    return keys


def _key(part: str, sortable: Sequence[LayerField]) -> SortKey:
    sign, name = (part[0], part[1:]) if part[:1] in {"+", "-", " "} else ("+", part)
    return SortKey(named_field("sortby", name.strip(), sortable), descending=sign == "-")
