"""Writing: a block of rows is one JSON text and one statement, inside the one transaction of the import.

PostgreSQL itself reads the JSON into the types of the table. Model instances would cost ten times as much.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson
import shapely
from django.contrib.gis.db.models import GeometryField
from django.db import connection
from django.db.models import Field

from gis_core.importing.job import Job, records_of
from gis_core.importing.rows import Outcome, Row

_INSERT: Final = "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"
_UPDATE: Final = (
    "UPDATE {table} AS stored SET {assignments} FROM jsonb_populate_recordset(NULL::{table}, %s) AS given "
    "WHERE stored.ref = given.ref"
)


def lock(rows: Sequence[Row], job: Job) -> None:
    """Hold the stored rows still while they are compared and overwritten; a dry run only reads."""
    if not job.apply:
        return
    refs = [row.ref for row in rows if row.ref]
    list(records_of(job.layer.model).select_for_update().filter(ref__in=refs).order_by("pk").values_list("pk"))


def write(rows: Sequence[Row], job: Job) -> None:
    """Store the new and the changed rows of a block."""
    new = [row for row in rows if row.outcome is Outcome.NEW]
    changed = [row for row in rows if row.outcome is Outcome.CHANGED]
    # Keys are reserved first, so that a row may refer to another one of its block.
    own = dict(zip((row.ref for row in new), _reserve_keys(job, len(new)), strict=True))
    keys = _related_keys([*new, *changed], job, own)
    if new:
        _insert([{"id": own[row.ref], **_defaults(job), **_record(row, job, keys)} for row in new], job)
    if changed:
        names = {name for row in changed for name in row.changes}
        _update([_record(row, job, keys) for row in changed], [_column(job, name) for name in sorted(names)], job)


def _insert(records: Sequence[dict[str, Any]], job: Job) -> None:
    _execute(_INSERT.format(table=_quote(job.layer.table), columns=", ".join(map(_quote, records[0]))), records)


def _update(records: Sequence[dict[str, Any]], columns: Iterable[str], job: Job) -> None:
    assignments = ", ".join(f"{_quote(name)} = given.{_quote(name)}" for name in columns)
    _execute(_UPDATE.format(table=_quote(job.layer.table), assignments=assignments), records)


def _execute(statement: str, records: Sequence[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [orjson.dumps(records).decode()])


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)


def _column(job: Job, name: str) -> str:
    return "geom" if name == "geom" else str(job.column(name).column)


def _record(row: Row, job: Job, keys: dict[str, dict[str, int]]) -> dict[str, Any]:
    """Give the row by columns: references by key, the place as hexadecimal EWKB."""
    values = {name: keys[name].get(row.values[name]) if name in keys else row.values[name] for name in job.targets}
    place = shapely.to_wkb(shapely.set_srid(row.geom, 4326), hex=True, include_srid=True)
    return {_column(job, name): value for name, value in values.items()} | {"geom": place}


def _defaults(job: Job) -> dict[str, Any]:
    """Give the defaults of Django for columns that the database would refuse to leave out."""
    return {
        str(column.column): column.get_default()
        for column in job.layer.model._meta.concrete_fields
        if not column.primary_key and not column.null and not _has_db_default(column)
    }


def _has_db_default(column: "Field[Any, Any]") -> bool:
    return column.has_db_default() or isinstance(column, GeometryField)


def _related_keys(rows: Sequence[Row], job: Job, own: dict[str, int]) -> dict[str, dict[str, int]]:
    """Find the ids of the records that the rows refer to, by field and `ref`."""
    keys: dict[str, dict[str, int]] = {}
    for name in job.references:
        related: Any = job.column(name).related_model
        asked = {row.values[name] for row in rows if row.values.get(name)}
        keys[name] = dict(records_of(related).filter(ref__in=asked).values_list("ref", "pk"))
        if related is job.layer.model:
            keys[name] |= own
    return keys


def _reserve_keys(job: Job, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [job.layer.table, count]
        )
        return [key for (key,) in cursor.fetchall()]
