"""Cleaning of texts: one step a function, in a declared order. Whatever a cell holds, it means the same afterwards."""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from gis_core.importing.rows import DoubtfulValue, Row

NULL_TEXTS: Final = frozenset({"", "-", "--", "null", "<null>", "(null)", "none", "nan", "n/a", "#n/a", "nat"})
"""What files write for a value that nobody knows, in small letters."""

_INVISIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff\ud800-\udfff]")
_BLANKS: Final = re.compile(r"[^\S\n]+")


def unescape_entities(text: str) -> str:
    """``&lt;Null&gt;`` → ``<Null>``: some tools write HTML into tables."""
    return html.unescape(text) if "&" in text else text


def compose_letters(text: str) -> str:
    """Make letters with separate tone marks one character each (NFC), as everybody else compares them."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def drop_invisible(text: str) -> str:
    """Take out what nobody sees and PostgreSQL refuses: control characters, zero-width blanks, half characters."""
    return _INVISIBLE.sub("", text)


def fold_blanks(text: str) -> str:
    """Make runs of blanks one, and cut them off at the ends; line breaks stay."""
    return _BLANKS.sub(" ", text.replace("\r\n", "\n")).strip()


def empty_null_texts(text: str) -> str:
    """Make texts that stand for nothing, such as ``<Null>``, empty."""
    return "" if text.lower() in NULL_TEXTS else text


TEXT_STEPS: Final[tuple[Callable[[str], str], ...]] = (
    unescape_entities,
    compose_letters,
    drop_invisible,
    fold_blanks,
    empty_null_texts,
)
"""The order matters: an entity may hide a blank, and a null text is only known once it is trimmed."""


@lru_cache(maxsize=65_536)
def clean_text(text: str) -> str:
    """Run all steps; columns repeat themselves, so that most calls are answered from memory.

    >>> clean_text(" &lt;Null&gt; "), clean_text("Tru\u0323  nước")
    ('', 'Trụ nước')
    """
    for step in TEXT_STEPS:
        text = step(text)
    return text


def clean_cell(value: Any) -> Any:
    """Clean a text; give None for an empty one. Other values stay."""
    return clean_text(value) or None if isinstance(value, str) else value


def storable(value: Any) -> Any:
    """Give the value word for word, but for characters that PostgreSQL cannot hold."""
    match value:
        case str():
            return drop_invisible(value)
        case dict():
            return {storable(key): storable(inner) for key, inner in value.items()}
        case list():
            return [storable(inner) for inner in value]
        case bytes():
            return value.hex()
    return value


def name_lost_letters(row: Row) -> None:
    """Warn of letters that an earlier tool already destroyed; nobody can bring them back, so they are kept."""
    for name, value in row.raw.items():
        if isinstance(value, str) and ("\ufffd" in value or "???" in value):
            row.warn(name, DoubtfulValue("Letters were lost before the file came here (%(text)s).", text=value[:40]))
