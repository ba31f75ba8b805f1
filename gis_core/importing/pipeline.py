"""The way of a file into a layer: read → sanitize → map → validate → compare → report → apply."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

import pghistory
from django.db import DatabaseError, transaction

from gis_core.crs import reconcile
from gis_core.errors import ThuyLoError
from gis_core.importing.compare import compare
from gis_core.importing.geometry import clean_geometries, locate
from gis_core.importing.job import Job, Step, records_of
from gis_core.importing.mapping import FieldMapping, match_columns
from gis_core.importing.reading import Source, open_source
from gis_core.importing.report import ImportReport
from gis_core.importing.rows import Outcome, Row
from gis_core.importing.scope import check_actor, check_reserved, check_scope
from gis_core.importing.store import lock, write
from gis_core.importing.validate import check_values, resolve_references
from gis_core.importing.values import check_reference, value_mapper
from gis_core.policy import Actor
from gis_core.registry import Layer

BLOCK: Final = 2_000
"""Rows in memory at once; a query for the stored ones each."""


class ImportFailed(ThuyLoError):  # noqa: N818 - named as people say it
    """The database refused what the checks let through; nothing was stored."""

    code = "import-failed"
    title = "The import failed"


def import_file(
    layer: Layer,
    path: Path,
    *,
    actor: Actor,
    at: date,
    crs: str | None = None,
    encoding: str | None = None,
    mapping: FieldMapping | None = None,
    apply: bool = False,
    overwrite: bool = False,
    repair: bool = False,
    anywhere: bool = False,
    clear_sensitive: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Import a file into a layer, or say what an import would do.

    Parameters
    ----------
    layer
        Where the rows go; they are known again by `ref`.
    path
        GeoJSON, GeoPackage, shapefile (also zipped) or CSV, in any CRS of `gis_core.crs.CATALOGUE`.
    actor, at
        Who asks, for the policy, and the day on which: nothing may be dated after it.
    crs, encoding
        What the file is in, where it does not say so itself.
    mapping
        How its columns become fields; None matches them by name and title.
    apply
        Store the new and the changed rows, all in one transaction; otherwise nothing is written. Refused rows and
        conflicts are left out.
    overwrite
        Also overwrite what somebody edited since the last import.
    repair
        Make invalid areas valid, instead of refusing them.
    anywhere
        Also take rows outside Hanoi, if they lie in the box around Vietnam; far more often they are a wrong CRS.
    clear_sensitive
        An empty cell empties a sensitive field too. Otherwise what is stored stays, with a warning: an export leaves
        such cells empty where its reader may not see them.
    progress
        Called with the number of rows done after every block.

    Raises
    ------
    BadFile, BadMapping, Forbidden, and the errors of `gis_core.crs`
        The file as a whole cannot be imported. What is wrong with single rows stands in the report.
    ImportFailed
        The database refused the rows; nothing was stored.
    """
    check_actor(actor)
    layer.demand_editable()
    mapping = mapping or FieldMapping()
    with open_source(path, encoding=encoding or mapping.encoding, mapping=mapping) as source:
        job = _job(layer, source, mapping, crs=crs, actor=actor, at=at)
        job.apply, job.overwrite, job.repair, job.anywhere = apply, overwrite, repair, anywhere
        job.clear_sensitive = clear_sensitive
        report = ImportReport(layer.id, path.name, job.crs.code, source.encoding, job.columns, applied=apply)
        todo = steps(job)
        with _storing(job, path) if apply else nullcontext():
            for block in _blocks(source):
                _process(block, job, todo)
                for row in block:
                    report.add(row)
                if progress:
                    progress(report.total)
        report.missing = _missing(job)
    return report


def _job(layer: Layer, source: Source, mapping: FieldMapping, *, crs: str | None, actor: Actor, at: date) -> Job:
    columns = match_columns(layer, source.columns, mapping, truncated=source.truncates_names)
    check_reference(layer, columns, mapping)
    declared = crs or mapping.crs
    stated = source.stated_crs or (None if declared else source.usual_crs)
    return Job(layer, mapping, columns, reconcile(declared, stated), actor, at)


def _process(block: Sequence[Row], job: Job, todo: Sequence[Step]) -> None:
    for step in todo:
        step(block, job)
    for row in block:
        if row.refused:
            row.outcome = Outcome.REFUSED
    if job.apply:
        write(block, job)


def steps(job: Job) -> tuple[Step, ...]:
    """List the steps that a block of rows goes through, in their order."""
    return (
        locate,
        clean_geometries,
        value_mapper(job.layer, job.columns, job.mapping),
        check_values,
        lock,
        compare,
        check_scope,
        check_reserved,
        resolve_references,
    )


@contextmanager
def _storing(job: Job, path: Path) -> Iterator[None]:
    """Open the transaction in which everything is stored or nothing, and name the import in the history."""
    context = pghistory.context(command="import_layer", layer=job.layer.id, file=path.name, actor=job.actor.name)
    try:
        with transaction.atomic(), context:
            yield
    except DatabaseError as error:
        raise ImportFailed(
            "The database refused the rows, and nothing was stored: %(reason)s", reason=str(error).strip()
        ) from error


def _blocks(source: Source) -> Iterator[list[Row]]:
    rows = source.rows()
    while block := list(islice(rows, BLOCK)):
        yield block


def _missing(job: Job) -> tuple[str, ...]:
    stored = records_of(job.layer.model).order_by("ref").values_list("ref", flat=True)
    return tuple(ref for ref in stored.iterator() if ref not in job.seen)
