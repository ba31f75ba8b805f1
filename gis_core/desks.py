"""The places where a server works: a thread each, and the connection to the database that it keeps.

To hand a question to a thread and its answer back costs more than most statements of ours. So the event loop may ask
over the connection of a desk whose thread has nothing to do; it takes the desk for that time, as for any other work.
"""

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import pq

from gis_core.connections import leave_the_useless

Given = TypeVar("Given")
Row = list[Any]
"""The values of a row: bytes as PostgreSQL writes them, or None."""

_PLACEHOLDER: Final = re.compile(r"%%|%\((\w+)\)s")

logger = logging.getLogger(__name__)


class NotAnsweredError(Exception):
    """The database gave no rows; whoever asks again the usual way is told why."""


class Desk:
    """One thread and its connection; who uses it has taken it from `Desks`."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._wrapper: Any = None
        self._link: Any = None
        self._prepared: dict[str, bytes] = {}

    async def work(self, act: Callable[..., Given], *given: Any) -> Given:
        """Let the thread do something."""
        working = asyncio.get_running_loop().run_in_executor(self._thread, act, *given)
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            await asyncio.wait([working])  # nobody else may have the desk before
            raise

    async def ask(self, statement: str, params: Mapping[str, Any], *, binary: bool = False, large: bool = False) -> Row:
        """Return the first row as PostgreSQL writes it; the statement is prepared.

        Parameters stand as in `fetch_row`; a value that has no plain spelling is a TypeError. What is `large` the
        thread waits for: it comes in a hundred pieces, and libpq puts them together without Python.

        Raises
        ------
        NotAnsweredError
            There is no row, the statement failed, or the database is gone.
        """
        text, names = _numbered(statement)
        values = [_spell(params[name]) for name in names]
        link = self._usable() or await self.work(self._open)
        try:
            if (name := self._prepared.get(statement)) is None:
                name = b"desk_%d" % len(self._prepared)
                link.pgconn.send_prepare(name, text)
                _check(await self._result(link.pgconn))
                self._prepared[statement] = name
            result_format = pq.Format.BINARY if binary else pq.Format.TEXT
            if large:
                result = await self.work(link.pgconn.exec_prepared, name, values, None, result_format)
            else:
                link.pgconn.send_query_prepared(name, values, result_format=result_format)
                result = await self._result(link.pgconn)
        finally:
            if link.pgconn.transaction_status != pq.TransactionStatus.IDLE:
                link.close()  # in the middle of something: the thread opens another one
        _check(result)
        if not result.ntuples:
            raise NotAnsweredError("no row")
        return [result.get_value(0, column) for column in range(result.nfields)]

    async def _result(self, pgconn: Any) -> Any:
        loop = asyncio.get_running_loop()
        arrived: asyncio.Future[Any] = loop.create_future()
        results: list[Any] = []

        def read() -> None:
            try:
                pgconn.consume_input()
                while not pgconn.is_busy():
                    if (result := pgconn.get_result()) is None:
                        arrived.set_result(results[-1])
                        return
                    results.append(result)
            except Exception as error:  # noqa: BLE001 - it is raised where the result is waited for
                arrived.set_exception(error)

        if pgconn.flush():
            raise NotAnsweredError("the database takes no question")
        loop.add_reader(pgconn.socket, read)
        try:
            return await arrived
        finally:
            loop.remove_reader(pgconn.socket)

    def _usable(self) -> Any:
        """Return the connection, None if there is none or the thread should look after it first."""
        wrapper = self._wrapper
        if wrapper is None or wrapper.connection is None or wrapper.connection is not self._link or self._link.closed:
            return None
        return None if wrapper.close_at is not None and time.monotonic() >= wrapper.close_at else self._link

    def _open(self) -> Any:
        leave_the_useless()
        self._wrapper = connections[DEFAULT_DB_ALIAS]
        self._wrapper.ensure_connection()
        if self._wrapper.connection is not self._link:
            self._link, self._prepared = self._wrapper.connection, {}
        return self._link


class Desks:
    """All desks; the one that was left last is taken first, so that few questions meet few connections."""

    def __init__(self, count: int) -> None:
        self._free = [Desk(f"request-{number}") for number in range(count)]
        self._waiting: deque[asyncio.Future[Desk]] = deque()

    async def take(self) -> Desk:
        """Wait for a desk; whoever waits longest is next."""
        if self._free:
            return self._free.pop()
        turn: asyncio.Future[Desk] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(turn.result())
            raise

    def leave(self, desk: Desk) -> None:
        """Give a desk back."""
        while self._waiting:
            if not (turn := self._waiting.popleft()).done():
                turn.set_result(desk)
                return
        self._free.append(desk)


def _check(result: Any) -> None:
    if result.status not in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}:
        raise NotAnsweredError(result.error_message.decode(errors="replace").strip())


@lru_cache(maxsize=4096)
def _numbered(statement: str) -> tuple[bytes, Sequence[str]]:
    """Number the parameters as PostgreSQL does, and list their names in that order."""
    names: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        return f"${names.setdefault(match[1], len(names) + 1)}" if match[1] else "%"

    return _PLACEHOLDER.sub(number, statement).encode(), tuple(names)


def _spell(value: Any) -> bytes | None:
    match value:
        case None:
            return None
        case bool():
            return b"t" if value else b"f"
        case int() | float() | date():
            return str(value).encode()
        case str() if "\0" not in value:
            return value.encode()
        case list() if all(isinstance(each, int) or str(each).replace("_", "").isalnum() for each in value):
            return f"{{{','.join(map(str, value))}}}".encode()  # of ids, or of names of tables
    raise TypeError(type(value))
