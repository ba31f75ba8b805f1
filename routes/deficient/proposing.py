"""From what was computed to proposals: nothing that people wrote is touched, and a second run changes nothing.

Rows of one `area_code` are its versions. What was computed goes into the one that is only proposed, or into a new
one beside those that people edited, approved or withdrew.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import pghistory
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from django.db.models import QuerySet

from routes.deficient.computing import Computed, Values
from routes.deficient.governing import COMPUTING
from routes.deficient_models import DeficientArea, Proposes, State

GONE: Final = "gone"
"""The fingerprint of a proposal to take an area off the list."""
_BLOCK: Final = 100


class Kind(StrEnum):
    """What becomes of an area."""

    NEW = "new"
    """Nobody knew of it."""
    VERSION = "version"
    """It changed since people decided on it: a new version beside theirs."""
    UPDATED = "updated"
    """It was only proposed, and is proposed as it is now."""
    UNLIST = "unlist"
    """It is approved and no more deficient: proposed to be taken off."""
    WITHDRAWN = "withdrawn"
    """It was only proposed, and is no more deficient or again as it was approved."""
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """What to do about one area; `row` is the one to write over, None for a new one."""

    kind: Kind
    area_code: str
    row: DeficientArea | None
    values: Values


def changes_for(computed: Iterable[Computed], stored: Iterable[DeficientArea]) -> list[Change]:
    """Compare what was computed with all versions that are stored, by area code."""
    rows: dict[str, list[DeficientArea]] = defaultdict(list)
    for row in stored:
        if row.area_code:
            rows[row.area_code].append(row)
    found = {area.area_code: area for area in computed}
    return [_change(code, found.get(code), rows.get(code, [])) for code in sorted({*found, *rows})]


def _change(code: str, found: Computed | None, rows: Sequence[DeficientArea]) -> Change:
    ordered = sorted(rows, key=lambda row: row.proposal)
    proposed = next((row for row in reversed(ordered) if row.state == State.PROPOSED), None)
    approved = next((row for row in ordered if row.state == State.APPROVED and row.proposes == Proposes.LIST), None)
    decided = [row for row in ordered if row.state != State.PROPOSED]
    number = ordered[-1].proposal + 1 if ordered else 1
    if found is None:
        return _gone(code, proposed, approved, decided, number)
    # What people have before them, and what they decided last, in either direction.
    known = {row.fingerprint for row in (approved, *decided[-1:], *_edited(decided)) if row is not None}
    if found.fingerprint in known:
        return _without(code, proposed)
    values = {**found.values, "fingerprint": found.fingerprint, "proposes": Proposes.LIST.value}
    if proposed is not None:
        same = proposed.fingerprint == found.fingerprint
        return Change(Kind.SAME if same else Kind.UPDATED, code, proposed, {} if same else values)
    return Change(Kind.VERSION if decided else Kind.NEW, code, None, {**values, "proposal": number})


def _edited(rows: Iterable[DeficientArea]) -> list[DeficientArea]:
    return [row for row in rows if row.state == State.EDITED]


def _without(code: str, proposed: DeficientArea | None) -> Change:
    if proposed is None:
        return Change(Kind.SAME, code, None, {})
    return Change(Kind.WITHDRAWN, code, proposed, {"state": State.WITHDRAWN.value})


def _gone(
    code: str,
    proposed: DeficientArea | None,
    approved: DeficientArea | None,
    decided: Sequence[DeficientArea],
    number: int,
) -> Change:
    if proposed is not None and proposed.fingerprint == GONE and approved is not None:
        return Change(Kind.SAME, code, proposed, {})
    if approved is None or any(row.fingerprint == GONE for row in decided[-1:]):
        return _without(code, proposed)
    values = {
        name: getattr(approved, name)
        for name in ("lane_name", "cluster", "cause", "geom", "evidence", "synthetic", "vehicle")
    } | {"fingerprint": GONE, "proposes": Proposes.UNLIST.value}
    if proposed is not None:
        return Change(Kind.UNLIST, code, proposed, values)
    return Change(Kind.UNLIST, code, None, {**values, "proposal": number})


def stored_areas(unit: str = "") -> "QuerySet[DeficientArea]":
    """Give all versions, of one ward or of all."""
    rows = DeficientArea.objects.order_by("area_code", "proposal")
    return rows.filter(area_code__startswith=f"{unit}-") if unit else rows


def apply_changes(changes: Sequence[Change], *, source: str, progress: Callable[[int, int], None]) -> None:
    """Write proposals, a block a transaction: whoever interrupts it loses nothing, and the next run goes on."""
    todo = [change for change in changes if change.kind is not Kind.SAME]
    for first in range(0, len(todo), _BLOCK):
        block = todo[first : first + _BLOCK]
        with transaction.atomic(), pghistory.context(command="propose_deficient_areas"):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config(%s, 'yes', true)", [COMPUTING])
            for change in block:
                _write(change, source)
            with connection.cursor() as cursor:
                # Of this block only: the caller may go on in the same transaction.
                cursor.execute("SELECT set_config(%s, '', true)", [COMPUTING])
        progress(first + len(block), len(todo))


def _write(change: Change, source: str) -> None:
    values = {name: _storable(value) for name, value in change.values.items()}
    if change.row is None:
        ref = f"{change.area_code}/{values['proposal']}"
        DeficientArea.objects.create(ref=ref, area_code=change.area_code, source=source, state=State.PROPOSED, **values)
        return
    # Only while it is still nothing but proposed: somebody may have edited it since it was read.
    DeficientArea.objects.filter(pk=change.row.pk, state=State.PROPOSED).update(**values)


def _storable(value: Any) -> Any:
    return GEOSGeometry(memoryview(shapely.to_wkb(value)), srid=4326) if isinstance(value, shapely.Geometry) else value
