"""What is known of a limit, and what follows for a vehicle: never a boolean, never a guess."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Evidence(StrEnum):
    """What a stated limit rests on, from nothing to a survey; compares by strength, not by spelling.

    >>> Evidence.NONE < Evidence.ASSUMED < Evidence.TAGGED < Evidence.SURVEYED
    True
    """

    NONE = "none"
    ASSUMED = "assumed"
    """Derived, for example from the class of the road."""
    TAGGED = "tagged"
    """From OpenStreetMap or another source that nobody here verified."""
    SURVEYED = "surveyed"
    """Measured: who, when and how are recorded."""

    @classmethod
    def of(cls, code: str) -> "Evidence":
        """Read a stored code; one that nobody defined rests on nothing.

        >>> Evidence.of("SURVEYED"), Evidence.of("tagged")
        (<Evidence.NONE: 'none'>, <Evidence.TAGGED: 'tagged'>)
        """
        try:
            return cls(code)
        except ValueError:
            return cls.NONE

    @property
    def strength(self) -> int:
        """From 0 for nothing to 3 for surveyed."""
        return _STRENGTH[self]

    # All four, because str brings its own, by spelling: "none" would beat "assumed".
    def __lt__(self, other: str) -> bool:
        return _STRENGTH[self] < _STRENGTH[Evidence(other)]

    def __le__(self, other: str) -> bool:
        return _STRENGTH[self] <= _STRENGTH[Evidence(other)]

    def __gt__(self, other: str) -> bool:
        return _STRENGTH[self] > _STRENGTH[Evidence(other)]

    def __ge__(self, other: str) -> bool:
        return _STRENGTH[self] >= _STRENGTH[Evidence(other)]


_STRENGTH: Final = {evidence: strength for strength, evidence in enumerate(Evidence)}


class Verdict(StrEnum):
    """Whether something can be used by this vehicle: three values, never a boolean.

    ``if verdict:`` raises TypeError, because a non-empty text is true and would let `blocked` through.
    """

    PASSABLE = "passable"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        message = "A verdict is neither true nor false; compare it with Verdict.PASSABLE, BLOCKED or UNKNOWN."
        raise TypeError(message)

    @staticmethod
    def worst(verdicts: Iterable["Verdict"]) -> "Verdict":
        """Combine the verdicts on the parts of one way.

        Blocked comes before unknown, because one certain obstacle stops the truck whatever the rest turns out
        to be. Unknown comes before passable, because a way is only as sure as its least known part. Nothing
        looked at is nothing known: no verdicts make unknown.

        >>> Verdict.worst([Verdict.PASSABLE, Verdict.UNKNOWN])
        <Verdict.UNKNOWN: 'unknown'>
        >>> Verdict.worst([])
        <Verdict.UNKNOWN: 'unknown'>
        """
        found = set(map(Verdict, set(verdicts)))
        severity = (Verdict.BLOCKED, Verdict.UNKNOWN, Verdict.PASSABLE)
        return next((verdict for verdict in severity if verdict in found), Verdict.UNKNOWN)
