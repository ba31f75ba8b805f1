"""A row beside what is stored: new, changed, unchanged, or edited by somebody in the meantime."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import QuerySet
from shapely.geometry.base import BaseGeometry

from gis_core.importing.job import Job, records_of
from gis_core.importing.mapping import writable_fields
from gis_core.importing.rows import BadValue, Complaint, DoubtfulValue, Outcome, Row

TOLERANCE_DEG: Final = 1e-7
"""A move of less than a centimetre is none: files keep seven decimals, and coming back from VN-2000 costs some more."""

_EMPTY: Final[tuple[Any, ...]] = (None, "", {}, [])
_STORED_GEOM: Final = "stored_geom"


def compare(rows: Sequence[Row], job: Job) -> None:
    """Set the outcome of every row, and what would change: two queries a block, however many rows."""
    stored, missing = _read_stored(rows, job), _missing_columns(job)
    withheld = [] if job.clear_sensitive else sorted((job.layer.sensitive & {*job.targets}) - {*job.mapping.constants})
    for row in rows:
        if row.ref in stored:
            _keep_withheld(row, stored[row.ref], withheld)
        _keep_tags(row, stored.get(row.ref, {}), job)
        if row.ref in stored:
            row.changes = _changes(row, stored[row.ref], job)
            row.outcome = Outcome.CHANGED if row.changes else Outcome.UNCHANGED
        else:
            row.outcome = Outcome.NEW
            row.complaints += missing
    if not job.overwrite:
        _mark_conflicts([row for row in rows if row.outcome is Outcome.CHANGED], stored, job)


def _read_stored(rows: Sequence[Row], job: Job) -> dict[str, dict[str, Any]]:
    found: QuerySet[Any] = records_of(job.layer.model).filter(ref__in=[row.ref for row in rows if row.ref])
    return {record["ref"]: record for record in _records(found, job, "pk")}


def _records(found: "QuerySet[Any]", job: Job, *extra: str) -> list[dict[str, Any]]:
    """Read the fields of the import as the file would write them: references by `ref`, places as shapely geometries."""
    references = {name: f"{name}__ref" for name in job.references}
    columns = [references.get(name, name) for name in job.targets]
    records = list(found.annotate(**{_STORED_GEOM: AsWKB("geom")}).values(*columns, *extra, _STORED_GEOM))
    places = shapely.from_wkb([bytes(record.pop(_STORED_GEOM)) for record in records])
    for record, place in zip(records, places, strict=True):
        record["geom"] = place
        for name, path in references.items():
            record[name] = record.pop(path)
    return records


def _keep_withheld(row: Row, stored: dict[str, Any], fields: Iterable[str]) -> None:
    """Take an empty cell of a sensitive field for nothing said: whoever made the file may not have seen what is stored.

    An export leaves these cells empty outside the reader's own administrative units.
    """
    for name in fields:
        if row.values.get(name) in _EMPTY and stored[name] not in _EMPTY:
            row.values[name] = stored[name]
            row.warn(name, DoubtfulValue("Empty in the file, so what is stored stays; --clear-sensitive empties it."))


def _keep_tags(row: Row, stored: dict[str, Any], job: Job) -> None:
    """Add what has no column to the tags there are; an empty cell takes its tag away."""
    if job.columns.unmatched:
        before = row.values.get("tags", stored.get("tags", {}))
        row.values["tags"] = {key: value for key, value in {**before, **row.tags}.items() if value is not None}


def _changes(row: Row, stored: dict[str, Any], job: Job) -> dict[str, tuple[Any, Any]]:
    changes = {
        name: (stored[name], row.values[name])
        for name in job.targets
        if name in row.values and row.values[name] != stored[name]
    }
    if row.geom is not None and row.located and not same_place(row.geom, stored["geom"]):
        changes["geom"] = (stored["geom"], row.geom)
    return changes


def same_place(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two geometries are the same but for less than a centimetre; rings may start anywhere, lines may not."""
    if "Polygon" in one.geom_type:
        one, other = shapely.normalize(one), shapely.normalize(other)
    return bool(shapely.equals_exact(one, other, tolerance=TOLERANCE_DEG))


def _missing_columns(job: Job) -> list[Complaint]:
    """Complain of the fields that a new record must have and the file has no column for."""
    return [
        Complaint.of(name, BadValue("A new record needs it: give it a column, or a constant in the mapping."))
        for name, described in writable_fields(job.layer).items()
        if described.required and name not in job.targets
    ]


def _mark_conflicts(rows: Sequence[Row], stored: dict[str, dict[str, Any]], job: Job) -> None:
    """Find the rows that would overwrite what somebody wrote since the last import.

    History tells: where a field is no longer what the last command wrote, a person changed it, in the admin, in QGIS
    or in SQL. A row that no command ever wrote is somebody's as a whole.
    """
    imported = _last_imported([stored[row.ref]["pk"] for row in rows], job)
    for row in rows:
        record = stored[row.ref]
        base = imported.get(record["pk"])
        contended = [name for name in row.changes if base is None or not _same(base[name], record[name])]
        if contended:
            row.outcome = Outcome.CONFLICT
            row.changes = {name: row.changes[name] for name in contended}


def _last_imported(ids: Iterable[int], job: Job) -> dict[int, dict[str, Any]]:
    events: Any = job.layer.model.pgh_event_models["update"]  # type: ignore[attr-defined]  # set by track_history
    last = (
        events.objects.filter(pgh_obj_id__in=list(ids), pgh_context__metadata__has_key="command")
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    return {record["pgh_obj_id"]: record for record in _records(last, job, "pgh_obj_id")}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, BaseGeometry) and isinstance(other, BaseGeometry):
        return same_place(one, other)
    return bool(one == other)
