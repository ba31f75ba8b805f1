"""The version of the data an answer was computed on, so that the answer can be repeated and a cache can be trusted."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from gis_core.statements import fetch_row

# Asked before every tile and every answer that a reader holds already, so not by way of models.
VERSIONS = """
    SELECT coalesce(json_object_agg(table_name, version), '{}') FROM gis_core_dataversion
    WHERE table_name = ANY(%(names)s::text[])
"""
"""Asks for an object of the numbers by name; a table never written to is not in it."""


def read_versions(tables: Iterable[str]) -> dict[str, int]:
    """Read the number of writes to each table: one query; 0 for a table never written to."""
    names = sorted(tables)
    known = fetch_row(VERSIONS, {"names": names})[0]
    return {name: known.get(name, 0) for name in names}


def data_version(tables: Iterable[str]) -> str:
    """Name the state of several tables in one short text, e.g. ``hydrants_hydrant.12-hydrants_watertank.3``."""
    return "-".join(f"{name}.{version}" for name, version in read_versions(tables).items())


@contextmanager
def one_snapshot() -> Iterator[bool]:
    """Let everything read inside see one state of the data.

    Yields whether it runs in a transaction of the caller, which keeps its own view and sees its own edits.
    """
    if connection.in_atomic_block:
        yield True
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield False
