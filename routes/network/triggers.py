"""What the database writes down of every edit that the network in memory must follow, whoever makes it.

Each writing statement leaves one row of `NetworkChange`, without a version. When the transaction commits, a deferred
trigger moves the one row of `NetworkVersion` on by one and gives the number to the changes of the transaction. That
row stays locked until the commit is done, so versions are numbered in the order in which they become visible: whoever
sees version 7 can see all changes up to 7. A sequence can't promise that, and a follower of one loses edits.
"""

from typing import Final

import pgtrigger

MANY: Final = 5_000
"""More rows than this in one statement are not listed: reading everything anew is quicker."""
KEPT: Final = 10_000
"""So many versions stay listed; a process that is farther behind reads everything anew."""

TOPOLOGY, TURN, ROAD, RESTRICTION, ASSUMPTION = "topology", "turn", "road", "restriction", "assumption"
"""Kinds of change. `TOPOLOGY` is a road drawn, drawn anew or removed; after it and `TURN` the graph is built anew."""

_DRAWN: Final = ("ref", "osm_way_id", "start_node", "end_node", "layer", "geom")
"""Columns of a road that make the graph, or that say which road an obstacle or a ban on turning is meant for."""

COUNT_VERSION = pgtrigger.Trigger(
    name="count_version",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    declare=[("now_at", "bigint")],
    func=f"""
        SELECT version INTO now_at FROM routes_networkversion WHERE last_tx = txid_current();
        IF NOT FOUND THEN
            INSERT INTO routes_networkversion AS seen (id, version, oldest_kept, last_tx)
            VALUES (1, 1, 0, txid_current())
            ON CONFLICT (id) DO UPDATE SET version = seen.version + 1, last_tx = txid_current()
            RETURNING version INTO now_at;
            IF now_at % 100 = 0 THEN
                DELETE FROM routes_networkchange WHERE version < now_at - {KEPT};
                UPDATE routes_networkversion SET oldest_kept = greatest(oldest_kept, now_at - {KEPT});
            END IF;
        END IF;
        UPDATE routes_networkchange SET version = now_at WHERE id = NEW.id;
        RETURN NULL;
    """,  # noqa: S608 - of names in this file only
)
"""Numbers the changes of a transaction when it commits; the lock it takes is held no longer than the commit lasts."""


def _noted(kind: str, rows: str) -> str:
    """Write one change of the ids that `rows` gives, none for no rows."""
    return f"""
        INSERT INTO routes_networkchange (kind, ids)
        SELECT '{kind}', CASE WHEN count(*) <= {MANY} THEN array_agg(id) END FROM ({rows}) AS touched
        HAVING count(*) > 0;
    """  # noqa: S608 - of names in this file only


def _followed(operation: pgtrigger.Operation, func: str, *, old: bool = False, new: bool = False) -> pgtrigger.Trigger:
    seen = {name: f"{name}_rows" for name, wanted in (("old", old), ("new", new)) if wanted}
    return pgtrigger.Trigger(
        name=f"follow_{str(operation).lower()}",
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        operation=operation,
        referencing=pgtrigger.Referencing(**seen) if seen else None,  # type: ignore[no-untyped-call]  # pgtrigger ships half its types
        func=f"{func} RETURN NULL;",
    )


def _follow(kind: str, *, created: str, changed: str) -> list[pgtrigger.Trigger]:
    return [
        _followed(pgtrigger.Insert, _noted(created, "SELECT id FROM new_rows"), new=True),
        _followed(pgtrigger.Update, changed, old=True, new=True),
        _followed(pgtrigger.Delete, _noted(created, "SELECT id FROM old_rows"), old=True),
        _followed(pgtrigger.Truncate, f"INSERT INTO routes_networkchange (kind, ids) VALUES ('{kind}', NULL);"),  # noqa: S608
    ]


def _follow_rows(kind: str) -> list[pgtrigger.Trigger]:
    either = "SELECT id FROM old_rows UNION SELECT id FROM new_rows"
    return _follow(kind, created=kind, changed=_noted(kind, either))


def _any_differs(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{side}.{column}" for column in columns) for side in ("old_rows", "new_rows"))
    return f"({old}) IS DISTINCT FROM ({new})"


_BOTH: Final = "SELECT id FROM old_rows FULL JOIN new_rows USING (id)"
FOLLOW_ROADS = _follow(
    TOPOLOGY,
    created=TOPOLOGY,
    changed=_noted(TOPOLOGY, f"{_BOTH} WHERE {_any_differs(_DRAWN)}")
    + _noted(ROAD, f"{_BOTH} WHERE NOT {_any_differs(_DRAWN)}"),
)
FOLLOW_RESTRICTIONS = _follow_rows(RESTRICTION)
FOLLOW_TURNS = _follow_rows(TURN)
FOLLOW_ASSUMPTIONS = _follow_rows(ASSUMPTION)
