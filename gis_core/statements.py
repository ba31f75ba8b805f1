"""Statements of our own that PostgreSQL parses and plans once for each connection, not each time they are asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format


class _Utf8Loader(Loader):
    """Hands text on as the bytes it arrives in; to read it as text and write it again costs 2 ms a page."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def fetch_row(statement: str, params: Mapping[str, Any], *, prepared: bool = True, binary: bool = False) -> Any:
    """Return the first row, None if there is none; what the statement casts to `varchar` comes as bytes of UTF-8.

    Django's cursors write the parameters into the text, so that every statement is a new one: to plan one that asks for
    forty attributes takes longer than to read a feature by its id. With `prepared` they are sent beside it, and
    PostgreSQL infers the type of each from where it stands; the statement is kept when it is asked again.
    `binary`: what is prepared can come without being written as text, as which a tile is twice as long.
    """
    with _asked(statement, params, prepared=prepared, binary=binary) as cursor:
        return cursor.fetchone()


def fetch_rows(statement: str, params: Mapping[str, Any], *, prepared: bool = True) -> list[Any]:
    """Return all rows, as `fetch_row` does the first one."""
    with _asked(statement, params, prepared=prepared) as cursor:
        rows: list[Any] = cursor.fetchall()
        return rows


@contextmanager
def _asked(statement: str, params: Mapping[str, Any], *, prepared: bool, binary: bool = False) -> Iterator[Any]:
    with _prepared_cursor(binary=binary) if prepared else connection.cursor() as cursor:
        # It lives as long as the cursor, and nothing else that we ask for is a `varchar`.
        cursor.adapters.register_loader("varchar", _Utf8Loader)
        cursor.execute(statement, params)
        yield cursor


def _prepared_cursor(*, binary: bool) -> Any:
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.format = Format.BINARY if binary else Format.TEXT
    # Wrapped as Django wraps its own: its kinds of errors, its log of queries, the hook of the history.
    wrap: Any = getattr(connection, "_prepare_cursor")  # noqa: B009 - it has no public name
    return wrap(cursor)
