"""Is what stands in the record of a source still known to be true, or only recorded: pure.

A source counts as *verified* for a period after somebody looked at it; after that it counts as *recorded*. Both stay
visible, and neither ranking nor usability changes by it: a dispatcher decides, and sees the word.

No instrument that we hold sets a period for sources of water; NĐ 347/2026 (articles 17 and 18) has inspections of
facilities only, yearly for group 1. So the table below is ours, by kind and owner, each period with its reason.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Protocol


class Verification(StrEnum):
    """What a record rests on."""

    VERIFIED = "verified"
    RECORDED = "recorded"


class OwnerKind(StrEnum):
    """Who keeps a source, as far as its inspection goes."""

    UTILITY = "utility"
    """A water company."""
    OWN = "own"
    """Somebody else: an agency, a facility, a quarter."""
    UNKNOWN = "unknown"
    """Nobody noted it."""


class Because(StrEnum):
    """Why a period is as long as it is."""

    REPORTS = "reports"
    """The rhythm of the half-yearly reports on water (plan 42/KH-UBND 2025)."""
    WITH_ITS_FACILITY = "with_its_facility"
    """Seen when its facility is inspected, yearly (NĐ 347/2026, article 17)."""
    SEASONS = "seasons"
    """The dry and the rainy season are each seen once."""
    OWNER_UNKNOWN = "owner_unknown"
    """The shortest, because nobody noted whose it is."""


class DueBecause(StrEnum):
    """Why a source is due for a look."""

    NEVER = "never"
    """Nobody ever looked."""
    PERIOD_OVER = "period_over"
    DATED_AHEAD = "dated_ahead"
    """The last look is dated in the future, and verifies nothing."""
    MARKED = "marked"
    """It is still verified, but somebody on the spot reported on it."""


@dataclass(frozen=True, slots=True)
class Period:
    """How long a look at a source counts, and why so long."""

    days: int
    reason: Because


_HALF_A_YEAR: Final = Period(182, Because.REPORTS)
_WITH_THE_FACILITY: Final = Period(365, Because.WITH_ITS_FACILITY)
_SEASONS: Final = Period(182, Because.SEASONS)
_CAUTION: Final = Period(182, Because.OWNER_UNKNOWN)

PERIODS: Final = {
    ("hydrants", OwnerKind.UTILITY): _HALF_A_YEAR,
    ("hydrants", OwnerKind.OWN): _WITH_THE_FACILITY,
    ("hydrants", OwnerKind.UNKNOWN): _CAUTION,
    ("intake-points", OwnerKind.UTILITY): _SEASONS,
    ("intake-points", OwnerKind.OWN): _SEASONS,
    ("intake-points", OwnerKind.UNKNOWN): _SEASONS,
    ("water-tanks", OwnerKind.UTILITY): _HALF_A_YEAR,
    ("water-tanks", OwnerKind.OWN): _WITH_THE_FACILITY,
    ("water-tanks", OwnerKind.UNKNOWN): _CAUTION,
}

UTILITIES: Final = ("nước sạch", "cấp nước", "viwaco")
"""What a water company's name begins with or contains (Nước sạch Hà Nội, Nước sạch số 2, Cấp nước Sơn Tây, Viwaco)."""


class Seen(Protocol):
    """What must be known of a source."""

    layer: str
    owner: str
    verified_on: date | None


def owner_kind(owner: str) -> OwnerKind:
    """Tell whose a source is by what its record says.

    >>> [str(owner_kind(name)) for name in ("Công ty Nước sạch số 2", "Trường THCS Khương Đình", " ")]
    ['utility', 'own', 'unknown']
    """
    folded = owner.strip().casefold()
    if not folded:
        return OwnerKind.UNKNOWN
    return OwnerKind.UTILITY if any(name in folded for name in UTILITIES) else OwnerKind.OWN


def period_of(source: Seen) -> Period:
    """Give how long a look at this source counts."""
    return PERIODS[source.layer, owner_kind(source.owner)]


def due_on(source: Seen) -> date | None:
    """Give the first day on which it is no longer verified; None where nobody ever looked: it is due already."""
    if source.verified_on is None:
        return None
    try:
        return source.verified_on + timedelta(days=period_of(source).days)
    except OverflowError:  # the last year there is
        return date.max


def due_because(source: Seen, at: date) -> DueBecause:
    """Say why a source that is due for a look on a day is due; what is still verified was marked."""
    if source.verified_on is None:
        return DueBecause.NEVER
    if source.verified_on > at:
        return DueBecause.DATED_AHEAD
    over = verification_of(source, at) is Verification.RECORDED
    return DueBecause.PERIOD_OVER if over else DueBecause.MARKED


def verification_of(source: Seen, at: date) -> Verification:
    """Say what the record rests on, on a day; a look that is still to come verifies nothing."""
    due = due_on(source)
    seen = source.verified_on is not None and source.verified_on <= at
    return Verification.VERIFIED if seen and due is not None and at < due else Verification.RECORDED
