"""What changed since the last reading. The write counters are the truth; the history says which records they were.

Where the history says nothing (a table emptied, thousands of rows at once), the layer is still named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import override

from gis_core.live.feeds import Feed, FeedRegistry
from gis_core.live.heard import MANY, Heard, Snapshot
from gis_core.versions import one_snapshot

TOLD: Final = 20
"""So many records are named in one event; the others are counted."""
LANGUAGES: Final = tuple(code for code, _ in settings.LANGUAGES)

# xmin and xmax of the snapshot are numbers of 64 bits, which never come again.
_COUNTERS: Final = """
    SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint,
      (SELECT coalesce(json_object_agg(table_name, version), '{}') FROM gis_core_dataversion WHERE table_name = ANY(%s))
    FROM pg_current_snapshot() AS now
"""

Counters = Mapping[str, int]
"""Writes by table; every followed table is in it."""


@dataclass(frozen=True, slots=True)
class State:
    """How far the data is, as a reader is told."""

    counters: Counters
    versions: Mapping[str, str | int]
    at: datetime

    @property
    def data_version(self) -> str:
        """The state of all followed tables that were ever written to, in the words of `gis_core.versions`."""
        return "-".join(f"{table}.{number}" for table, number in sorted(self.counters.items()) if number)


@dataclass(frozen=True, slots=True)
class Told:
    """One record that changed; `sentences` by language."""

    layer: str
    id: int
    ref: str
    action: str
    sentences: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class News:
    """What lies between two states; `more` counts the records that are not named.

    `broken` says that the data is of another history, as after a restored backup: nobody knows what changed.
    """

    before: State
    after: State
    layers: Sequence[str]
    changes: Sequence[Told]
    more: int = 0
    broken: bool = False


@dataclass(slots=True)
class Reader:
    """Reads for one process; used by one thread."""

    registry: FeedRegistry
    state: State | None = None
    _heard: dict[str, Heard] = field(default_factory=dict)

    def read(self) -> News | None:
        """Read what changed: one query where nothing did. The first time nothing did: it is where reading begins."""
        feeds = {feed.table: feed for feed in self.registry}
        tables = sorted({*feeds, *self.registry.quiet_tables})
        if self.state is not None and self._counters(tables)[1] == self.state.counters:
            return None
        with one_snapshot():
            return self._read(feeds, tables)

    def _read(self, feeds: Mapping[str, Feed], tables: Sequence[str]) -> News | None:
        snapshot, counters = self._counters(tables)
        versions = {name: read() for name, read in self.registry.versions.items()}
        before, self.state = self.state, State(counters, versions, timezone.localtime())
        if before is None or any(counters[table] < before.counters.get(table, 0) for table in tables):
            self._heard = {table: _begin(feed) for table, feed in feeds.items()}
            return (
                None
                if before is None
                else News(before, self.state, sorted(feed.name for feed in feeds.values()), (), broken=True)
            )
        written = [feeds[table] for table in tables if table in feeds and counters[table] != before.counters[table]]
        changes: list[Told] = []
        more = 0
        for feed in written:
            named, rest = self._entries(feed, snapshot, TOLD - len(changes))
            changes += named
            more += rest
        return News(before, self.state, sorted({feed.name for feed in written}), changes, more)

    def _counters(self, tables: Sequence[str]) -> tuple[Snapshot, Counters]:
        with connection.cursor() as cursor:
            cursor.execute(_COUNTERS, [list(tables)])
            oldest, not_begun, known = cursor.fetchone()
        return Snapshot(oldest, not_begun), {table: known.get(table, 0) for table in tables}

    def _entries(self, feed: Feed, snapshot: Snapshot, most: int) -> tuple[list[Told], int]:
        """Give the new entries of a feed in words, at most so many, and how many more there are."""
        if feed.entries is None:
            return [], 0
        heard = self._heard[feed.table]
        new = Q(pgh_id__gt=heard.last) | Q(pgh_id__in=list(heard.open))
        numbers = list(feed.entries.objects.filter(new).order_by("pgh_id").values_list("pgh_id", flat=True)[: MANY + 1])
        if len(numbers) > MANY:
            self._heard[feed.table] = _begin(feed)
            return [], feed.entries.objects.filter(new).count()
        self._heard[feed.table] = heard.after(numbers, snapshot)
        entries = _with_those_before(feed, numbers[:most])
        told = [one for entry, before in entries if (one := _told(feed, before, entry))]
        return told, max(len(numbers) - most, 0)


def _begin(feed: Feed) -> Heard:
    if feed.entries is None:
        return Heard()
    last = feed.entries.objects.order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    return Heard(last or 0)


def _with_those_before(feed: Feed, numbers: Sequence[int]) -> list[tuple[Any, Any]]:
    """Read entries, each with the one before it of the same record: two queries."""
    if not numbers:
        return []
    earlier = feed.entries.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    before = Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])
    found = list(feed.entries.objects.filter(pgh_id__in=numbers).annotate(before=before).order_by("pgh_id"))
    known = feed.entries.objects.in_bulk([entry.before for entry in found if entry.before])
    return [(entry, known.get(entry.before)) for entry in found]


def _told(feed: Feed, before: Any, entry: Any) -> Told | None:
    sentences = {}
    for language in LANGUAGES:
        with override(language):
            sentence = feed.tell(before, entry)
        if sentence is None:
            return None  # nothing that everybody may see
        sentences[language] = sentence
    return Told(feed.name, entry.pgh_obj_id, feed.ref(entry), entry.pgh_label, sentences)
