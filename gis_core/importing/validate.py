"""What no row may say: values out of range, days to come, one key twice, records that do not exist."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import models

from gis_core.fields import unit_of
from gis_core.importing.job import Job, records_of
from gis_core.importing.rows import BadValue, DoubtfulValue, Row

# Zero in these is how files write "unknown": nothing is 0 m wide and carries a name.
_NEVER_ZERO: Final = re.compile(
    r"(diameter|width|height|length|weight|load|volume|area)\w*_(mm|m|t|m2|m3)$|^(storeys|lanes|in_use_since)$"
)
PERIOD: Final = frozenset({"valid_from", "valid_to"})
"""The days that may lie ahead, and are checked together."""

# Pattern of the name → the most that can be true; above it stands a wrong unit or a slip of the hand.
_AT_MOST: Final[tuple[tuple[re.Pattern[str], float], ...]] = tuple(
    (re.compile(pattern), most)
    for pattern, most in (
        (r"diameter\w*_mm$", 3_000),
        (r"pressure_kpa$", 2_500),
        (r"_lps$", 5_000),
        (r"(width|height|depth)_m$", 1_000),
        (r"weight_t$|load_t$", 500),
        (r"^storeys$|^basements$", 150),
        (r"_fraction$", 1),
        (r"^lanes$", 20),
    )
)
_EARLIEST_YEAR: Final = 1010  # Thăng Long


def check_values(rows: Sequence[Row], job: Job) -> None:
    """Check every number, day and period, and that each natural key comes once."""
    for row in rows:
        check_ranges(row, job.layer.model, at=job.at)
        _check_reference(row, job)


def check_ranges(row: Row, model: type[models.Model], *, at: date) -> None:
    """Check every number, day and period of a row of `model`, whichever way it comes; nothing is dated after `at`."""
    for name, value in row.values.items():
        column: Any = model._meta.get_field(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and not column.choices:
            _check_number(row, name, value, may_be_empty=column.null)
        elif isinstance(value, date):
            _check_day(row, name, value, at)
    _check_year(row, at)
    _check_period(row)


def _check_number(row: Row, name: str, value: float, *, may_be_empty: bool) -> None:
    if value == 0 and may_be_empty and _NEVER_ZERO.search(name):
        row.warn(name, DoubtfulValue("0 means unknown here and is stored as empty."))
        row.values[name] = None
    elif value < 0 and (unit_of(name) or name.endswith("_fraction")):
        row.complain(name, BadValue("%(value)s is negative: give zero or more, or leave it empty.", value=value))
    elif most := next((most for pattern, most in _AT_MOST if pattern.search(name) and value > most), None):
        row.complain(
            name,
            BadValue(
                "%(value)s is more than can be true (%(most)s): is it in the right unit?", value=value, most=f"{most:g}"
            ),
        )


def _check_day(row: Row, name: str, day: date, at: date) -> None:
    if day.year < _EARLIEST_YEAR:
        row.complain(name, BadValue("%(day)s is too long ago.", day=day.isoformat()))
    elif type(day) is date and day > at and name not in PERIOD:
        row.complain(
            name,
            BadValue("%(day)s lies in the future (today is %(today)s).", day=day.isoformat(), today=at.isoformat()),
        )


def _check_year(row: Row, at: date) -> None:
    year = row.values.get("in_use_since")
    if year is not None and not _EARLIEST_YEAR <= year <= at.year:
        row.complain("in_use_since", BadValue("%(year)d is no year of the past.", year=year))


def _check_period(row: Row) -> None:
    start, end = row.values.get("valid_from"), row.values.get("valid_to")
    if start and end and end <= start:
        row.complain(
            "valid_to",
            BadValue(
                "%(end)s is not after %(start)s: give the first day on which it is no longer in force.",
                start=start.isoformat(),
                end=end.isoformat(),
            ),
        )


def _check_reference(row: Row, job: Job) -> None:
    if not row.ref:
        if not any(complaint.field == "ref" for complaint in row.complaints):
            row.complain("ref", BadValue("The row has no reference."))
    elif (first := job.seen.setdefault(row.ref, row.number)) != row.number:
        row.complain("ref", BadValue('"%(ref)s" stands in row %(first)d already.', ref=row.ref, first=first))


def resolve_references(rows: Sequence[Row], job: Job) -> None:
    """Check that the records that rows refer to exist, or come earlier in the file: one query a column."""
    for name in job.references:
        related: Any = job.column(name).related_model
        asked = {row.values[name] for row in rows if row.values.get(name)}
        known = set(records_of(related).filter(ref__in=asked).values_list("ref", flat=True))
        own = related is job.layer.model
        for row in rows:
            ref = row.values.get(name)
            if ref and ref not in known and not (own and ref in job.accepted):
                row.complain(
                    name,
                    BadValue(
                        'There is no %(kind)s "%(ref)s": import it first, or put it before this row.',
                        kind=str(related._meta.verbose_name),
                        ref=ref,
                    ),
                )
            elif own and not row.refused:
                job.accepted.add(row.ref)
