"""Whole columns out of PostgreSQL as arrays: one row of aggregates, in the binary form the database keeps them in.

200,000 roads take half a second this way; as rows of Python objects they would take six.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import Cursor

from routes.engine.arrays import Bytes, Longs, Texts

_ARRAY_HEADER: Final = 20  # dimensions, has nulls, type, length, first index
_ELEMENTS: Final = {
    "int2": np.dtype([("size", ">i4"), ("value", ">i2")]),
    "int4": np.dtype([("size", ">i4"), ("value", ">i4")]),
    "int8": np.dtype([("size", ">i4"), ("value", ">i8")]),
    "float8": np.dtype([("size", ">i4"), ("value", ">f8")]),
    "bool": np.dtype([("size", ">i4"), ("value", "?")]),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of one table in the same order of rows."""

    arrays: Mapping[str, NDArray[Any]]
    texts: Mapping[str, Texts]
    blobs: Mapping[str, Bytes]


def read_columns(
    table: str,
    *,
    numbers: Mapping[str, tuple[str, str]],
    texts: Sequence[str] = (),
    blobs: Mapping[str, str] | None = None,
    ids: Sequence[int] | None = None,
) -> Columns:
    """Read columns of a table, its rows by id.

    Parameters
    ----------
    numbers
        By name, an SQL expression that is never NULL and its type, one of ``int2 int4 int8 float8 bool``.
    texts
        Text columns that are never NULL.
    blobs
        By name, expressions of type bytea, joined without anything between.
    ids
        Only these rows; None all.
    """
    parts = [f"array_agg(({sql})::{kind})" for sql, kind in numbers.values()]
    for name in texts:
        parts += [f"string_agg(convert_to({name}, 'UTF8'), '')", f"array_agg(octet_length({name}))"]
    parts += [f"string_agg({sql}, '')" for sql in (blobs or {}).values()]
    chosen = "" if ids is None else "WHERE id = ANY(%s)"
    # Names and expressions are ours.
    sql = f"SELECT {', '.join(parts)} FROM (SELECT * FROM {table} {chosen} ORDER BY id) AS row_"  # noqa: S608
    values = iter(_one_row(sql, [] if ids is None else [list(ids)]))
    arrays = {name: _array(next(values), kind) for name, (_, kind) in numbers.items()}
    read_texts = {name: _texts(next(values), next(values)) for name in texts}
    return Columns(arrays, read_texts, {name: _bytes(next(values)) for name in blobs or {}})


def _one_row(sql: str, params: list[Any]) -> list[bytes | None]:
    connection.ensure_connection()
    raw: Any = connection.connection
    # Django's own cursors fill in parameters themselves and take text only.
    with connection.wrap_database_errors, Cursor(raw) as cursor:
        cursor.execute(sql, params or None, binary=True)
        result: Any = cursor.pgresult
        return [result.get_value(0, i) for i in range(result.nfields)]


def _array(raw: bytes | None, kind: str) -> NDArray[Any]:
    element = _ELEMENTS[kind]
    if raw is None:
        return np.zeros(0, element["value"].newbyteorder("="))
    values = np.frombuffer(raw, element, offset=_ARRAY_HEADER)["value"]
    return values.astype(values.dtype.newbyteorder("="))


def _bytes(raw: bytes | None) -> Bytes:
    return np.frombuffer(raw or b"", np.uint8)


def _texts(blob: bytes | None, sizes: bytes | None) -> Texts:
    return Texts(_bytes(blob), first_of(_array(sizes, "int4")))


def first_of(counts: NDArray[Any]) -> Longs:
    """Turn counts into where each begins, with the end behind them, shape (n + 1,).

    >>> first_of(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]
    """
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


def lines_of(wkb: Bytes, counts: NDArray[Any]) -> tuple[Longs, NDArray[np.float64]]:
    """Take the vertices out of joined little-endian WKB of flat lines with so many vertices each.

    Returns
    -------
    Where the vertices of each line begin, shape (n + 1,), and the vertices, shape (v, 2).
    """
    header = 9
    begins = first_of(header + 16 * counts.astype(np.int64))[:-1]
    inside = np.ones(len(wkb), np.bool_)
    inside[(begins[:, None] + np.arange(header)).ravel()] = False
    return first_of(counts), wkb[inside].view("<f8").reshape(-1, 2).astype(np.float64, copy=False)
