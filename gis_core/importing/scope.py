"""Whether the actor may import these rows: asked of the policy for where they stand and where they would stand."""

from collections.abc import Sequence
from typing import Final

import shapely
from django.db import connection

from gis_core.errors import Forbidden
from gis_core.importing.job import Job, records_of
from gis_core.importing.rows import BadValue, Outcome, Row
from gis_core.policy import Actor, Grant, decide
from gis_core.roles import PERMISSIONS, Action, Role
from gis_core.triggers import UNIT_OF

OPERATOR: Final = Actor("operator", (Grant(Role.ADMINISTRATOR),))
"""Whoever may run commands on the machine; the database would let them do anything anyway."""

# As the trigger will file it, for rows that are not stored yet.
_UNITS_OF: Final = f"""
    SELECT {UNIT_OF.format(geom="somewhere")}
    FROM unnest(%s::bytea[]) WITH ORDINALITY AS given (place, number), ST_GeomFromWKB(place, 4326) AS somewhere
    ORDER BY number
"""  # noqa: S608 - no value in it


def check_actor(actor: Actor) -> None:
    """Refuse an actor who may import nowhere.

    Raises
    ------
    Forbidden
        With the reason of the policy.
    """
    decision = decide(actor, Action.IMPORT, anywhere=True)
    if not decision:
        raise Forbidden("You may not import: %(reason)s", reason=str(decision.reason))


def check_scope(rows: Sequence[Row], job: Job) -> None:
    """Refuse rows outside the actor's administrative units; one query, or two, and none for a role held everywhere."""
    if any(grant.units is None and Action.IMPORT in PERMISSIONS[grant.role] for grant in job.actor.grants):
        return
    placed = [row for row in rows if row.located]
    stored = _stored_units(placed, job)
    for row, unit_id in zip(placed, _units_of(placed), strict=True):
        for unit in {unit_id, stored.get(row.ref, unit_id)}:
            decision = decide(job.actor, Action.IMPORT, unit_id=unit)
            if not decision:
                row.complain("", BadValue("You may not import this row: %(reason)s", reason=decision.reason))
                break


def check_reserved(rows: Sequence[Row], job: Job) -> None:
    """Refuse rows that give or take away what the layer reserves, unless the actor may decide on it."""
    if not job.layer.reserved:
        return
    for row in rows:
        before = {name: row.changes[name][0] for name in row.changes}
        changed = row.values if row.outcome is Outcome.NEW else {name: row.changes[name][1] for name in row.changes}
        for action in job.layer.actions_reserved(before, changed):
            decision = decide(job.actor, action, anywhere=True)
            if not decision:
                row.complain("", BadValue("You may not import this row: %(reason)s", reason=decision.reason))


def _units_of(rows: Sequence[Row]) -> list[int | None]:
    with connection.cursor() as cursor:
        cursor.execute(_UNITS_OF, [[shapely.to_wkb(row.geom) for row in rows]])
        return [unit_id for (unit_id,) in cursor.fetchall()]


def _stored_units(rows: Sequence[Row], job: Job) -> dict[str, int | None]:
    found = records_of(job.layer.model).filter(ref__in=[row.ref for row in rows])
    return dict(found.values_list("ref", job.layer.unit_column))
