"""What was read from tables, kept by the process until somebody writes to one of them.

For rows that hardly ever change and are asked for in every question: a short query tells whether they still are the
ones read last, where reading them anew takes ten times as long. A question that asks for several such things looks
once for all of them (`one_look`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from gis_core.statements import fetch_row

T = TypeVar("T")

# With the transaction that counted: after a roll-back, or in a restored backup, the numbers come again.
_STATE: Final = """
    SELECT coalesce(json_object_agg(table_name, json_build_array(version, xmin::text)), '{}') FROM gis_core_dataversion
"""

State = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The state of all tables at one moment."""

    states: Mapping[str, tuple[int, str]]
    """By table: how many writes it counted, and the transaction that made the last; without those never written to."""

    def of(self, tables: Iterable[str]) -> State:
        """Give the state of some tables; another one after every write."""
        return tuple((name, *self.states[name]) for name in sorted(set(tables)) if name in self.states)

    def version(self, tables: Iterable[str]) -> str:
        """Name their state as `gis_core.versions.data_version` does."""
        return "-".join(f"{name}.{self.states.get(name, (0, ''))[0]}" for name in sorted(tables))


_looked: ContextVar[Look | None] = ContextVar("looked", default=None)


def read_look() -> Look:
    """Look at all tables: one query. Own writes of an open transaction are seen."""
    states = fetch_row(_STATE, {})[0]
    return Look({name: (version, xmin) for name, (version, xmin) in states.items()})


@contextmanager
def one_look(look: Look | None = None) -> Iterator[Look]:
    """Let everything kept that is asked for inside be as new as one look, taken now unless it is given.

    For questions, which write nothing: what is written meanwhile may be missed inside, and never afterwards.
    """
    taken = look or read_look()
    token = _looked.set(taken)
    try:
        yield taken
    finally:
        _looked.reset(token)


def state_of(tables: Sequence[str]) -> State:
    """Name the state of tables: one query, none inside `one_look`."""
    return (_looked.get() or read_look()).of(tables)


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
        """Give it as it is now: one query where nobody wrote since, none inside `one_look`."""
        # The state is read first: what is written meanwhile is read again next time, and never missed.
        state, last = state_of(self._tables), self._last
        if last is None or last[0] != state:
            last = self._last = state, self._read()
        return last[1]
