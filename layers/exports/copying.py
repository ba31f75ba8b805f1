"""Rows out of the database by COPY: as blocks of text, or as Arrow batches."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from psycopg import sql
from pyarrow import csv

from gis_core.fields import LayerField
from gis_core.versions import one_snapshot
from layers.exports import selection
from layers.exports.question import ExportQuery

Progress = Callable[[int], None]

BLOCK_BYTES: Final = 2**18
"""How much text is handed on at once; a browser or a disk takes no more anyway."""
BATCH_BYTES: Final = 2**22
"""How much text becomes one Arrow batch: about 10,000 rows."""
TIMEOUT_S: Final = 600
"""An export may take longer than a page, but not for ever."""

_CSV: Final = sql.SQL("COPY (SELECT {}) TO STDOUT (FORMAT csv)")
_TYPES: Final = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "date-time": pa.timestamp("us", "UTC"),
}
_AS_POSTGRES_WRITES: Final = {
    "null_values": [""],
    "strings_can_be_null": True,
    "quoted_strings_can_be_null": False,  # NULL is nothing at all, an empty text is ""
    "true_values": ["t"],
    "false_values": ["f"],
}


@contextmanager
def long_snapshot() -> Iterator[None]:
    """Let everything asked inside see one state of the data, so that the version in the file is true."""
    with one_snapshot(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{TIMEOUT_S}s'")
        yield


def copied(
    statement: sql.Composed, params: selection.Params, *, size: int = BLOCK_BYTES, progress: Progress | None = None
) -> Generator[bytes, None, None]:
    """Run a COPY and give its text in blocks of whole rows; `progress` is told the number of rows so far."""
    rows = 0
    with connection.cursor() as cursor, cursor.copy(statement, params) as copy:
        block: list[Any] = []
        held = 0
        for row in copy:
            block.append(row)
            held += len(row)
            if held >= size:
                yield b"".join(block)
                rows, block, held = rows + len(block), [], 0
                if progress:
                    progress(rows)
        yield b"".join(block)
        if progress:
            progress(rows + len(block))


def arrow_schema(fields: Sequence[LayerField]) -> pa.Schema:
    """Describe the batches of `arrow_batches`: the attributes, then `geom` as WKB."""
    return pa.schema([*((f.name, _TYPES.get(f.type, pa.string())) for f in fields), ("geom", pa.binary())])


@contextmanager
def arrow_batches(
    query: ExportQuery, fields: Sequence[LayerField], *, only: sql.Composable | None = None,
    progress: Progress | None = None,
) -> Iterator[pa.RecordBatchReader]:  # fmt: skip
    """Read the rows as Arrow batches, one in memory at a time.

    Parameters
    ----------
    query, fields
        What is asked, and the attributes wanted.
    only
        A further condition on the rows.
    progress
        Told the number of rows so far.
    """
    schema = arrow_schema(fields)
    wkb = sql.SQL("encode(ST_AsBinary({}), 'hex')").format(selection.geom_in_crs(query))
    listed = [selection.columns(query, fields, selection.plain_value)] if fields else []
    rows = selection.rows_of(query, fields) + (sql.SQL(" AND {}").format(only) if only else sql.SQL(""))
    statement = _CSV.format(sql.SQL(", ").join([*listed, wkb]) + sql.SQL(" ") + rows)
    blocks = copied(statement, selection.params_of(query), size=BATCH_BYTES, progress=progress)
    # Whoever fails in the middle must not leave the connection waiting for a COPY that nobody reads.
    with closing(blocks):
        yield pa.RecordBatchReader.from_batches(schema, (_batch(block, schema) for block in blocks if block))


def _batch(block: bytes, schema: pa.Schema) -> pa.RecordBatch:
    texts = {**dict(zip(schema.names, schema.types, strict=True)), "geom": pa.string()}
    table = csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(column_names=schema.names, block_size=len(block) + 1, use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=texts, **_AS_POSTGRES_WRITES),
    ).combine_chunks()
    columns = [table.column(name).combine_chunks() for name in schema.names[:-1]]
    return pa.record_batch([*columns, _binary(table.column("geom").combine_chunks())], schema=schema)


def _binary(texts: pa.StringArray) -> pa.BinaryArray:
    """Turn a column of hexadecimal text into bytes, all rows in one go."""
    _, offsets, letters = texts.buffers()
    ends = pa.Int32Array.from_buffers(pa.int32(), len(texts) + 1, [None, offsets])
    halved = pc.divide(ends, pa.scalar(2, pa.int32()))
    data = bytes.fromhex(letters.to_pybytes()[: ends[-1].as_py()].decode("ascii"))
    return pa.BinaryArray.from_buffers(pa.binary(), len(texts), [None, halved.buffers()[1], pa.py_buffer(data)])
