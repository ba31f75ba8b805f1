"""The contract by which rooms bring the kinds of marks: what each is about, does at once, and undoes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise

from gis_core.errors import Unprocessable
from gis_core.values import LonLat
from layers.mark_models import Mark

Text = str | Promise


class NothingThere(Unprocessable):
    """Nothing stands at the place that the mark could be about, or too much."""

    code = "nothing-to-mark"
    title = "There is nothing that this mark could be about"


@dataclass(frozen=True, slots=True)
class About:
    """What a mark is about as somebody names it: a layer and the reference of a record."""

    layer: str
    ref: str


@dataclass(frozen=True, slots=True)
class Aim:
    """The record that a mark is about."""

    layer: str
    record: int
    ref: str
    unit_id: int | None
    synthetic: bool


class MarkKind(Protocol):
    """One kind of mark; all but `effects` is called in the transaction that writes the mark."""

    @property
    def code(self) -> str:
        """What programs call it."""

    @property
    def label(self) -> Text:
        """What people call it."""

    @property
    def contradicts(self) -> str:
        """The code of the kind that says the opposite."""

    @property
    def obstacles(self) -> Sequence[tuple[str, Text]]:
        """What must be named with it, with its label; empty where nothing is."""

    @property
    def same_within_m(self) -> float | None:
        """So near to each other two marks on one record mean the same thing; None: wherever they were made."""

    def aim(self, place: LonLat, about: About | None) -> Aim:
        """Find the record and lock it; raise `NothingThere` with what would be right."""

    def expires_at(self, mark: Mark, now: datetime) -> datetime | None:
        """Say when it ends to count by itself; None: when somebody has looked."""

    def applied(self, mark: Mark) -> None:
        """Let the data show the marks on this record as they stand: after a new one, and after one was settled."""

    def undone(self, mark: Mark) -> None:
        """Take back what this mark did, and nothing else."""

    def effects(self, marks: Sequence[Mark], now: datetime) -> list[str]:
        """Say what each of them changed, in the language in force; a fixed number of queries."""


class MarkKinds:
    """The kinds by code, in the order in which they were registered."""

    def __init__(self) -> None:
        self._kinds: dict[str, MarkKind] = {}

    def register(self, kind: MarkKind) -> None:
        """Add a kind; a code is given once."""
        if kind.code in self._kinds:
            msg = f"the kind of mark {kind.code!r} is registered twice"
            raise ValueError(msg)
        self._kinds[kind.code] = kind

    def get(self, code: str) -> MarkKind | None:
        """Give a kind; None for a code that nobody brought."""
        return self._kinds.get(code)

    def __iter__(self) -> Iterator[MarkKind]:
        return iter(self._kinds.values())

    @property
    def codes(self) -> list[str]:
        """All codes."""
        return list(self._kinds)


mark_kinds = MarkKinds()
