"""One row through the steps of an import: what a person writes is held to what a file is held to."""

from collections.abc import Collection
from datetime import date

from django.db import DataError, IntegrityError, InternalError

from gis_core.crs import CatalogueEntry
from gis_core.errors import Conflict
from gis_core.importing.compare import compare
from gis_core.importing.geometry import clean_geometries, locate
from gis_core.importing.job import Job, Step
from gis_core.importing.mapping import Columns, FieldMapping
from gis_core.importing.rows import Row
from gis_core.importing.store import write
from gis_core.importing.validate import check_values, resolve_references
from gis_core.importing.values import value_mapper
from gis_core.policy import Actor
from gis_core.registry import Layer


def single_job(layer: Layer, fields: Collection[str], *, crs: CatalogueEntry, actor: Actor, at: date) -> Job:
    """Describe the writing of one row.

    Parameters
    ----------
    fields
        The fields that are written; a value that the row lacks empties its field. Others stay as they are.
    crs
        What the row's geometry is in, easting or longitude first.
    at
        The day after which nothing may be dated.
    """
    columns = Columns({name: name for name in sorted(fields)}, (), ())
    return Job(layer, FieldMapping(), columns, crs, actor, at, apply=True, overwrite=True, clear_sensitive=True)


def check_row(row: Row, job: Job, *, placed: bool) -> None:
    """Convert and check `row`, and compare it with what is stored under its `ref`; complaints stand in the row.

    Parameters
    ----------
    placed
        Whether the geometry is written too; if not, the stored one stays and is not looked at.
    """
    place: tuple[Step, ...] = (locate, clean_geometries) if placed else ()
    for step in (*place, value_mapper(job.layer, job.columns, job.mapping), check_values, compare, resolve_references):
        step([row], job)


def store_row(row: Row, job: Job) -> None:
    """Write a row that nothing is wrong with, inside the caller's transaction.

    Raises
    ------
    Conflict
        A rule between records stands against it, such as a key that somebody else wrote a moment ago.
    """
    try:
        write([row], job)
    except (DataError, IntegrityError, InternalError) as error:
        rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or type(error).__name__
        raise Conflict("The database refuses the feature by its rule %(rule)s.", rule=rule) from error
