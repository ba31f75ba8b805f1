"""The version of the network, and what changed since another one; the other side of `routes.network.triggers`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection

from routes.network.triggers import ASSUMPTION, MANY, RESTRICTION, ROAD, TOPOLOGY, TURN


class Stamp(NamedTuple):
    """A version, and the transaction that made it: after a roll-back or a restored backup numbers come again."""

    version: int = 0
    tx: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two versions; sets of ids, each meaning added, edited or removed."""

    drawn: frozenset[int]
    """Roads whose line, junctions or reference changed."""
    roads: frozenset[int]
    restrictions: frozenset[int]
    turns: bool
    assumptions: bool

    @property
    def graph(self) -> bool:
        """Tell whether the graph has to be built anew."""
        return bool(self.drawn) or self.turns


NO_CHANGES: Final = Changes(frozenset(), frozenset(), frozenset(), turns=False, assumptions=False)

_READ: Final = "SELECT version, abs(last_tx) FROM routes_networkversion"
_CHANGES: Final = """
    SELECT now.version, abs(now.last_tx), now.oldest_kept, change.version, change.tx, change.kind, change.ids
    FROM routes_networkversion AS now LEFT JOIN routes_networkchange AS change ON change.version >= %s
    ORDER BY change.version, change.id LIMIT %s
"""
_PENDING: Final = "SELECT FROM routes_networkchange WHERE version IS NULL LIMIT 1"
# The minus lets the next edit of the transaction count again; without it one transaction is one version.
_COUNT_NOW: Final = (
    "SET CONSTRAINTS {0} IMMEDIATE; SET CONSTRAINTS {0} DEFERRED; UPDATE routes_networkversion SET last_tx = -last_tx"
)


def read_stamp() -> Stamp:
    """Read the version: one query, less than 0.2 ms. Inside of a transaction its own edits count too."""
    with connection.cursor() as cursor:
        if connection.in_atomic_block:
            _count_own_edits()
        cursor.execute(_READ)
        found = cursor.fetchone()
    return Stamp(*found) if found else Stamp()


def _count_own_edits() -> None:
    # They are counted at the commit; until then nobody else can see them, and the count goes if they are rolled back.
    from routes.models import NetworkChange  # noqa: PLC0415 - models import the triggers of this package
    from routes.network.triggers import COUNT_VERSION  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(_PENDING)
        if cursor.fetchone() is not None:
            name = COUNT_VERSION.get_pgid(NetworkChange)  # type: ignore[arg-type]  # it takes the class
            cursor.execute(_COUNT_NOW.format(connection.ops.quote_name(name)))


def read_changes(since: Stamp) -> tuple[Stamp, Changes | None]:
    """Read the version, and what changed since another one: one query.

    Returns
    -------
    No changes but None where they are not listed: too long ago, too many, or `since` is of another history.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [since.version, MANY])
        rows = cursor.fetchall()
    if not rows:
        return Stamp(), None if since.version else NO_CHANGES
    version, tx, oldest_kept = rows[0][:3]
    listed = [row[3:] for row in rows if row[3] is not None]
    # The changes that made `since` itself are read too: they show that it is of this history.
    of_since = {change[1] for change in listed if change[0] == since.version} or {0}
    if since.version < oldest_kept or since.version > version or of_since != {since.tx} or len(rows) == MANY:
        return Stamp(version, tx), None
    return Stamp(version, tx), _summed_up(change for change in listed if change[0] > since.version)


def _summed_up(rows: Iterable[tuple[int, int, str, list[int] | None]]) -> Changes | None:
    ids: dict[str, set[int]] = {TOPOLOGY: set(), TURN: set(), ROAD: set(), RESTRICTION: set(), ASSUMPTION: set()}
    touched = set()
    for _, _, kind, listed in rows:
        if listed is None and kind not in {TURN, ASSUMPTION}:
            return None
        touched.add(kind)
        ids[kind].update(listed or ())
    if sum(map(len, ids.values())) > MANY:
        return None
    return Changes(
        drawn=frozenset(ids[TOPOLOGY]),
        roads=frozenset(ids[ROAD]),
        restrictions=frozenset(ids[RESTRICTION]),
        turns=TURN in touched,
        assumptions=ASSUMPTION in touched,
    )
