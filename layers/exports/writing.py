"""An export on its way out: to a reader who may leave at any time, or to a file that is whole or not there."""

from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from gis_core.versions import data_version
from layers.exports import selection
from layers.exports.copying import BLOCK_BYTES, Progress, long_snapshot
from layers.exports.formats import Format, check_crs
from layers.exports.metadata import describe
from layers.exports.question import ExportQuery

Chunks = Generator[bytes, None, None]


def export_version(query: ExportQuery) -> str:
    """Name the state of the data that an export would be made of."""
    return data_version(selection.tables_of(query))


def export_chunks(query: ExportQuery, chosen: Format, *, at: datetime, progress: Progress | None = None) -> Chunks:
    """Give the file in pieces. What can go wrong has gone wrong when this returns, but for the reading of the rows.

    Close the pieces when they are not wanted any more: that ends the query, or deletes the temporary file.
    """
    check_crs(query, chosen)
    chunks = _text(query, chosen, at, progress) if chosen.chunks else _pieces(_built(query, chosen, at, progress))
    # A generator that has not begun would not clean up when it is closed; its first piece is empty.
    next(chunks)
    return chunks


def export_to(
    path: Path, query: ExportQuery, chosen: Format, *, at: datetime, progress: Progress | None = None
) -> None:
    """Write the file, and put it into its place when it is whole; a file that was there is replaced."""
    check_crs(query, chosen)
    with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
        whole = Path(folder) / path.name
        if chosen.write:
            _build(query, chosen, whole, at, progress)
        else:
            with whole.open("wb") as file:
                file.writelines(_text(query, chosen, at, progress))
        whole.replace(path)


def _text(query: ExportQuery, chosen: Format, at: datetime, progress: Progress | None) -> Chunks:
    assert chosen.chunks  # noqa: S101 - for the type checker
    with long_snapshot():
        metadata = describe(query, at=at)
        yield b""
        yield from chosen.chunks(query, metadata, progress)


def _build(query: ExportQuery, chosen: Format, path: Path, at: datetime, progress: Progress | None) -> None:
    assert chosen.write  # noqa: S101 - for the type checker
    with long_snapshot():
        chosen.write(query, describe(query, at=at), path, progress)


def _built(query: ExportQuery, chosen: Format, at: datetime, progress: Progress | None) -> BinaryIO:
    """Build the file where nobody sees it; it is gone from the disk as soon as it is closed, whatever happens."""
    with TemporaryDirectory(prefix="thuy-lo-export-") as folder:
        path = Path(folder) / f"{query.layer.id}.{chosen.suffix}"
        _build(query, chosen, path, at, progress)
        return path.open("rb")


def _pieces(file: BinaryIO) -> Chunks:
    with file:
        yield b""
        while piece := file.read(BLOCK_BYTES):
            yield piece
