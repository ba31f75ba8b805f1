"""What an import could not take at face value: element, key, the words of the tag, and what became of it."""

from enum import StrEnum
from typing import NamedTuple


class Problem(StrEnum):
    """Why a tag is in the report; the member's comment says what was stored."""

    RANGE = "range"  # the smaller number
    LIST = "list"  # the smallest number that is given
    WORD = "word"  # nothing: the word states no limit (`default`, `none`, …)
    BELOW_DEFAULT = "below_default"  # a limit without number: an access restriction whose value is unknown
    CONDITIONAL = "conditional"  # an access restriction with a schedule
    CONDITION_UNREAD = "condition_unread"  # an access restriction that always holds
    IMPLAUSIBLE = "implausible"  # no number; for a signed limit, an access restriction whose value is unknown
    UNREADABLE = "unreadable"  # the same
    NOT_MAPPED = "not_mapped"  # kept in `tags` only: a limit for other vehicles, or one of no use to a fire engine
    TOO_LONG = "too_long"  # cut to the length of the column; whole in `tags`
    UNKNOWN_VALUE = "unknown_value"  # the value that says least


class Note(NamedTuple):
    """One tag that was not simply taken over.

    `used` is the number that was stored, in the unit of its column; None where none was.
    """

    element: str
    key: str
    value: str
    problem: Problem
    used: float | None = None


class Notebook:
    """Collects the notes on one element (``way/1``, ``node/2``, ``relation/3``) into a list shared by all."""

    __slots__ = ("element", "notes")

    def __init__(self, notes: list[Note], element: str) -> None:
        self.notes = notes
        self.element = element

    def add(self, key: str, value: str, problem: Problem, used: float | None = None) -> None:
        """Note a tag of this element."""
        self.notes.append(Note(self.element, key, value, problem, used))
