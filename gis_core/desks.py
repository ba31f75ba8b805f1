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
from contextlib import suppress
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import pq
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result

from gis_core.connections import leave_the_useless

Given = TypeVar("Given")
Row = list[Any]
"""The values of a row: bytes as PostgreSQL writes them, or None."""

_GRACE_S: Final = 5
"""So much longer than the database gives itself do we wait for it."""
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
        self._numbers = count()

    async def work(self, act: Callable[..., Given], *given: Any) -> Given:
        """Let the thread do something."""
        working = asyncio.get_running_loop().run_in_executor(self._thread, act, *given)
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            while not working.done():  # nobody else may have the desk before, however often we are told to leave
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([working])
            raise

    async def ask(self, statement: str, params: Mapping[str, Any], *, binary: bool = False, large: bool = False) -> Row:
        """Return the first row as PostgreSQL writes it; the statement is prepared.

        Parameters stand as in `fetch_row`; a value that has no plain spelling is a TypeError. What is `large` the
        thread waits for: it comes in a hundred pieces, and libpq puts them together without Python.

        Raises
        ------
        NotAnsweredError
            There is no row, or the statement failed: then its cause is the error of the database.
        psycopg.OperationalError
            The database is gone.
        """
        result = await self._asked(statement, params, binary=binary, large=large)
        return _row(result, 0)

    async def ask_list(self, statement: str, params: Mapping[str, Any]) -> tuple[Sequence[bytes], Row]:
        """Return the first column of all rows but the last one, which tells of them all; else as `ask`."""
        result = await self._asked(statement, params, binary=False, large=True)
        last = result.ntuples - 1
        return [result.get_value(number, 0) for number in range(last)], _row(result, last)

    async def _asked(self, statement: str, params: Mapping[str, Any], *, binary: bool, large: bool) -> Any:
        text, names = _numbered(statement)
        values = [_spell(params[name]) for name in names]
        link = self._usable() or await self.work(self._open)
        result_format = pq.Format.BINARY if binary else pq.Format.TEXT

        async def answered() -> Any:
            name = await self._name_of(statement, text, link.pgconn)
            if large:
                return await self.work(link.pgconn.exec_prepared, name, values, None, result_format)
            link.pgconn.send_query_prepared(name, values, result_format=result_format)
            return await self._result(link.pgconn)

        try:
            result = await answered()
            if isinstance(_error_of(result), InvalidSqlStatementName):
                self._prepared.clear()  # psycopg has PostgreSQL forget all after a rollback
                result = await answered()
            _check(result)
        except NotAnsweredError as error:
            if isinstance(error.__cause__, InvalidSqlStatementName | FeatureNotSupported):
                # A table has other columns now, perhaps; on a new connection all is prepared anew.
                logger.warning("a prepared statement cannot be asked any more: %s", error)
                link.close()
            raise
        finally:
            if not _is_idle(link):
                link.close()  # in the middle of something: the thread opens another one
        if not result.ntuples:
            raise NotAnsweredError("no row")
        return result

    async def _name_of(self, statement: str, text: bytes, pgconn: Any) -> bytes:
        """Prepare a statement if it is not; no name is given twice, whatever was forgotten."""
        if (name := self._prepared.get(statement)) is None:
            name = b"desk_%d" % next(self._numbers)
            pgconn.send_prepare(name, text)
            _check(await self._result(pgconn))
            self._prepared[statement] = name
        return name

    async def _result(self, pgconn: Any) -> Any:
        loop = asyncio.get_running_loop()
        arrived: asyncio.Future[Any] = loop.create_future()
        results: list[Any] = []

        def read() -> None:
            if arrived.done():
                return  # nobody waits any more
            try:
                pgconn.consume_input()
                while not pgconn.is_busy():
                    if (result := pgconn.get_result()) is None:
                        loop.remove_reader(descriptor)
                        arrived.set_result(results[-1])
                        return
                    results.append(result)
            except Exception as error:  # noqa: BLE001 - it is raised where the result is waited for
                # At once: libpq has closed what is lost, and the next connection anywhere may get the same number.
                loop.remove_reader(descriptor)
                arrived.set_exception(error)

        if pgconn.flush():
            raise NotAnsweredError("the database takes no question")
        descriptor = pgconn.socket  # a connection that is lost does not tell it any more
        loop.add_reader(descriptor, read)
        try:
            async with asyncio.timeout(settings.STATEMENT_TIMEOUT_S + _GRACE_S):
                return await arrived
        except TimeoutError as waited:
            raise NotAnsweredError("the database says nothing") from waited
        finally:
            if arrived.cancelled():  # else it was removed, and the number may be another connection's by now
                loop.remove_reader(descriptor)

    def _usable(self) -> Any:
        """Return the connection, None if there is none or the thread should look after it first."""
        wrapper = self._wrapper
        if wrapper is None or wrapper.connection is None or wrapper.connection is not self._link or self._link.closed:
            return None
        if wrapper.close_at is not None and time.monotonic() >= wrapper.close_at:
            return None
        return self._link if _is_idle(self._link) else None

    def _open(self) -> Any:
        leave_the_useless()
        self._wrapper = connections[DEFAULT_DB_ALIAS]
        self._wrapper.ensure_connection()
        if self._wrapper.connection is not self._link:
            self._link, self._prepared = self._wrapper.connection, {}
        if not _is_idle(self._link):
            raise NotAnsweredError("the connection is in the middle of a transaction")
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


def _is_idle(link: Any) -> bool:
    return bool(link.pgconn.transaction_status == pq.TransactionStatus.IDLE)


def _row(result: Any, number: int) -> Row:
    return [result.get_value(number, column) for column in range(result.nfields)]


def _error_of(result: Any) -> Exception | None:
    return None if result.status in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK} else error_from_result(result)


def _check(result: Any) -> None:
    if error := _error_of(result):
        raise NotAnsweredError(str(error)) from error


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
