"""The one follower of a process: a thread and a connection, which read for all readers of its streams.

PostgreSQL's notice only wakes it; what it tells is what the counters say, which it also reads without a notice. While
nobody listens it holds no connection and asks nothing; it goes on from where it stopped.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from psycopg import Error as PsycopgError

from gis_core.live.reading import News, Reader
from gis_core.live.waking import listen, wait_for_commit

POLL_S: Final = 1.0
"""Longest time until a change without a notice is seen."""
APART_S: Final = 0.02
"""Shortest time between two readings: a burst of edits is told together."""
RETRY_S: Final = 0.5
"""Between two tries to reach a database that does not answer."""
_PATIENCE_S: Final = 3
"""So long may PostgreSQL be silent to a question before it counts as gone."""

logger = logging.getLogger(__name__)


class Follower:
    """Tells of news from a thread of its own, from `follow` to `rest`.

    Parameters
    ----------
    told
        Called in the thread after each reading, with the news or None; also with None before the first news after a
        pause or a loss.
    lost
        Called in the thread when the database stops to answer.
    """

    def __init__(self, reader: Reader, told: Callable[[News | None], None], lost: Callable[[], None]) -> None:
        self.reader = reader
        self._told, self._lost = told, lost
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None
        self._ended = False

    @property
    def follows(self) -> bool:
        """Whether it reads."""
        return self._wanted.is_set()

    def follow(self) -> None:
        """Begin, or go on."""
        self._wanted.set()
        if self._thread is None:
            # A daemon: nothing of it has to be finished when the process ends.
            self._thread = threading.Thread(target=self._run, name="live", daemon=True)
            self._thread.start()

    def rest(self) -> None:
        """Stop reading and give the connection back, soon."""
        self._wanted.clear()

    def end(self) -> None:
        """Stop for good, and wait until the connection is given back: for tests; a process just ends."""
        self._ended = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while self._wanted.wait() and not self._ended:
            try:
                self._follow()
            except (DatabaseError, InterfaceError, PsycopgError) as error:
                logger.warning("live changes cannot be read for now: %s", error)
                self._fail()
            except Exception:
                logger.exception("live changes cannot be read")
                self._fail()
            finally:
                connection.close()

    def _fail(self) -> None:
        self._lost()
        time.sleep(RETRY_S)

    def _follow(self) -> None:
        listen()
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = '{_PATIENCE_S}s'")
        news = self.reader.read()
        self._told(None)
        if news is not None:
            self._told(news)
        while self._wanted.is_set() and not self._ended:
            not_before = time.monotonic() + APART_S
            wait_for_commit(at_most_s=POLL_S)
            time.sleep(max(0.0, not_before - time.monotonic()))  # a lone edit does not wait
            self._told(self.reader.read())
