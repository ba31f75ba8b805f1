"""What was read from tables, kept by the process until somebody writes to one of them.

For rows that hardly ever change and are asked for in every question: a short query tells whether they still are the
ones read last, where reading them anew takes ten times as long.
"""

from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from django.db import connection

T = TypeVar("T")

# With the transaction that counted: after a roll-back, or in a restored backup, the numbers come again.
_STATE: Final = "SELECT table_name, version, xmin::text FROM gis_core_dataversion WHERE table_name = ANY(%s) ORDER BY 1"

State = tuple[tuple[str, int, str], ...]


def state_of(tables: Sequence[str]) -> State:
    """Name the state of tables: one query. Another one after every write, own ones of an open transaction included."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [list(tables)])
        return tuple(cursor.fetchall())


class Kept(Generic[T]):
    """What `read` gives of some tables; threads share it, so nobody may change it.

    Parameters
    ----------
    tables
        Every table that `read` reads; each of them counts its writes (`COUNT_CHANGES`).
    """

    def __init__(self, tables: Sequence[str], read: Callable[[], T]) -> None:
        self._tables, self._read = tables, read
        self._last: tuple[State, T] | None = None

    def get(self) -> T:
        """Give it as it is now: one query where nobody wrote since."""
        # The state is read first: what is written meanwhile is read again next time, and never missed.
        state, last = state_of(self._tables), self._last
        if last is None or last[0] != state:
            last = self._last = state, self._read()
        return last[1]
