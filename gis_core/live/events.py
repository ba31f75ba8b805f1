"""Events as they are sent: the lines of `text/event-stream`, and the ids by which a reader goes on: pure but for JSON.

An id is the number of writes to each followed table, in the order of their names, behind a mark of what those names
are. Writes to a table are numbered in the order in which they become visible, so the id says exactly what its reader
has heard, whichever process sent it.
"""

from collections.abc import Mapping
from typing import Any, Final
from zlib import crc32

import orjson

from gis_core.live.reading import Counters, News, State

RETRY: Final = b"retry: 2000\n\n"
"""A browser whose stream ends comes back after two seconds."""
KEEP_ALIVE: Final = b": still here\n\n"
_MOST_ID: Final = 4_000

Json = dict[str, Any]


def event(name: str, data: Json, id_: str = "") -> bytes:
    """Write one event."""
    head = f"id: {id_}\n" if id_ else ""
    return f"{head}event: {name}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"


def hello(state: State, *, missed: bool) -> bytes:
    """Greet a reader; `missed` where nobody can say what changed since the last event that it had."""
    return event("hello", {**_of(state), "missed": missed}, id_of(state.counters))


def stale() -> bytes:
    """Tell that the database does not answer: until the next `hello` nobody knows what changes."""
    return event("stale", {})


def change(news: News, language: str) -> bytes:
    """Tell what changed, in a language."""
    if news.broken:
        return hello(news.after, missed=True)
    changes = [
        {"layer": one.layer, "id": one.id, "ref": one.ref, "action": one.action, "sentence": one.sentences[language]}
        for one in news.changes
    ]
    told = {**_of(news.after), "layers": list(news.layers), "changes": changes, "more": news.more}
    return event("change", told, id_of(news.after.counters))


def id_of(counters: Counters) -> str:
    """Write an id.

    >>> id_of({"b": 4, "a": 12})
    '806c5cd3:12.4'
    """
    return f"{_mark(counters)}:{'.'.join(str(counters[table]) for table in sorted(counters))}"


def heard_by(id_: str, counters: Counters) -> Counters | None:
    """Read an id as counters of the same tables; None where it is none, or of other tables.

    >>> heard_by("806c5cd3:12.4", {"b": 9, "a": 9})
    {'a': 12, 'b': 4}
    >>> heard_by("806c5cd3:12", {"b": 9, "a": 9}) is heard_by("x", {}) is None
    True
    """
    mark, _, numbers = id_.partition(":")
    texts = numbers.split(".")
    if len(id_) > _MOST_ID or mark != _mark(counters) or len(texts) != len(counters):
        return None
    if not all(text.isascii() and text.isdigit() for text in texts):
        return None
    return dict(zip(sorted(counters), map(int, texts), strict=True))


def _mark(counters: Mapping[str, int]) -> str:
    return f"{crc32(' '.join(sorted(counters)).encode()):08x}"


def _of(state: State) -> Json:
    return {
        "time": state.at.isoformat(timespec="milliseconds"),
        "data_version": state.data_version,
        **state.versions,
    }
