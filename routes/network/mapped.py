"""The network as files that all processes of this machine map into their memory, so that it is there once.

A directory holds the roads of one version, written once and never changed; edits since come on top of it in each
process. Its name says of which database and history it is, and by which code it was written, because what roads allow
is stored too. Losing the files costs two seconds.
"""

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from routes.engine.arrays import RoadState, Texts, Topology
from routes.engine.compiled import source_mark
from routes.network.counter import Stamp

_KEPT: Final = 2
_KEPT_OF_ALL: Final = 6
"""Of all databases and of older code, which nobody may ask for again; who has mapped one keeps it."""
_ROUTES: Final = Path(__file__).parent.parent
_ABOUT: Final = "about.json"
_NOT_STORED: Final = frozenset({"pace", "assumptions", "classes"})
_log: Final = logging.getLogger(__name__)


class Maps:
    """The directories of one database, held so that no other process builds at the same time."""

    def __init__(self, directory: Path, database: str) -> None:
        self._directory, self._database = directory, database

    def stamps(self) -> list[Stamp]:
        """The versions there are, the latest written first."""
        return [Stamp(*map(int, path.name.split("-")[1:])) for path in _newest(self._all())]

    def save(self, stamp: Stamp, topology: Topology, roads: RoadState) -> None:
        """Write a version in one stroke, and remove all but the last ones; who has mapped those keeps them."""
        coming = Path(mkdtemp(prefix=".coming-", dir=self._directory))
        about = {"version": topology.version, "classes": roads.classes}
        for name, array in _arrays(topology, roads):
            np.save(coming / f"{name}.npy", array)
        (coming / _ABOUT).write_text(json.dumps(about), "utf-8")
        # Else a power cut may leave the name without what is in it.
        for file in coming.iterdir():
            _sync(file)
        coming.chmod(0o755)
        shutil.rmtree(self._path(stamp), ignore_errors=True)  # there only where it could not be opened
        coming.rename(self._path(stamp))
        _sync(self._directory)
        for old in (*_newest(self._all())[_KEPT:], *_newest(self._directory.glob("*-*-*/"))[_KEPT_OF_ALL:]):
            shutil.rmtree(old, ignore_errors=True)
        for broken in set(self._directory.glob(".coming-*")):
            shutil.rmtree(broken, ignore_errors=True)

    def open(self, stamp: Stamp) -> tuple[Topology, RoadState]:
        """Map a version; assumptions and pace are not in it."""
        path = self._path(stamp)
        about = json.loads((path / _ABOUT).read_text("utf-8"))
        topology = {f.name: _mapped(path, f"topology.{f.name}") for f in fields(Topology) if f.name != "version"}
        roads: dict[str, Any] = {}
        for column in fields(RoadState):
            if column.type in {Texts, "Texts"}:
                roads[column.name] = Texts(
                    _mapped(path, f"roads.{column.name}.blob"), _mapped(path, f"roads.{column.name}.first")
                )
            elif column.name not in _NOT_STORED:
                roads[column.name] = _mapped(path, f"roads.{column.name}")
        return Topology(version=about["version"], **topology), RoadState(classes=tuple(about["classes"]), **roads)

    def _all(self) -> Iterator[Path]:
        return self._directory.glob(f"{self._database}-*-*/")

    def _path(self, stamp: Stamp) -> Path:
        return self._directory / f"{self._database}-{stamp.version}-{stamp.tx}"


def _newest(directories: Iterable[Path]) -> list[Path]:
    return sorted(directories, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def maps() -> Iterator[Maps | None]:
    """Hold the directories of this database; None where files cannot be written, or must not.

    Inside of a transaction nothing is written: what it sees may never have been.
    """
    directory = settings.RUN_DIR / "network"
    if connection.in_atomic_block:
        yield None
        return
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / "lock").open("w")
    except OSError as error:
        _log.warning("Each process keeps the roads for itself: %s", error)
        yield None
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield Maps(directory, _database())
        finally:
            # A process forked meanwhile has the file open too, and would hold the lock for its whole life.
            fcntl.flock(lock, fcntl.LOCK_UN)


def _database() -> str:
    """Name the database, whatever it is called and wherever it is reached."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT oid FROM pg_database WHERE datname = current_database()),"
            " has_function_privilege('pg_control_system()', 'execute')"
        )
        oid, may_ask = cursor.fetchone()
        identity: Any = settings.DATABASES["default"]["NAME"]
        if may_ask:
            cursor.execute("SELECT system_identifier FROM pg_control_system()")
            (identity,) = cursor.fetchone()
    return sha256(f"{identity} {oid} {_code()}".encode()).hexdigest()[:16]


@cache
def _code() -> str:
    """Name the code that makes the arrays: the engine, the rules, and what reads them."""
    rules = _ROUTES / "passability.py"
    return source_mark(_ROUTES / "engine") + source_mark(_ROUTES / "network") + source_mark(rules)


def _arrays(topology: Topology, roads: RoadState) -> Iterator[tuple[str, NDArray[Any]]]:
    for part, whole in (("topology", topology), ("roads", roads)):
        for column in fields(whole):
            value = getattr(whole, column.name)
            if isinstance(value, Texts):
                yield f"{part}.{column.name}.blob", value.blob
                yield f"{part}.{column.name}.first", value.first
            elif isinstance(value, np.ndarray):
                yield f"{part}.{column.name}", value


def _mapped(path: Path, name: str) -> NDArray[Any]:
    file = path / f"{name}.npy"
    array: NDArray[Any] = np.load(file, mmap_mode="r")
    return array.view(np.ndarray)
