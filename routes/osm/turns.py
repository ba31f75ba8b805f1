"""Relations ``type=restriction`` to turn bans and orders. Pure."""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from routes.osm.notes import Notebook, Problem
from routes.osm.quantities import read_conditional
from routes.osm.reader import OsmRelation
from routes.osm.rows import TurnRow

_KIND: Final = re.compile(r"(?:no|only)_[a-z_]+")
# The old way to write a condition. Such a ban is stored as one that always holds, which is the safe reading.
_OLD_TIMES: Final = ("time", "day_on", "day_off", "hour_on", "hour_off", "date_on", "date_off")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A turn restriction that could not be stored, and why."""

    element: str
    reason: str


def read_turn(relation: OsmRelation, ways: Container[int], note: Notebook) -> TurnRow | Refusal:
    """Read one relation: one way to come from, one node or way between, one way to go to, all in the extract."""
    stated = _kind_and_condition(relation, note)
    if stated is None:
        return Refusal(note.element, "states no ban or order for all vehicles")
    members = {
        role: [(kind, id_) for kind, id_, its in relation.members if its == role] for role in ("from", "via", "to")
    }
    if any(len(found) != 1 for found in members.values()):
        return Refusal(note.element, "needs exactly one member from, one via and one to")
    (from_kind, from_id), (via_kind, via_id), (to_kind, to_id) = (members[role][0] for role in ("from", "via", "to"))
    if (from_kind, to_kind) != ("w", "w") or via_kind not in "nw":
        return Refusal(note.element, "has a member of the wrong kind: from and to are ways, via is a node or a way")
    lacking = [
        id_
        for kind, id_ in ((from_kind, from_id), (via_kind, via_id), (to_kind, to_id))
        if kind == "w" and id_ not in ways
    ]
    if lacking:
        return Refusal(note.element, f"names ways that are not in the extract: {', '.join(map(str, lacking))}")
    return TurnRow(
        osm_relation_id=relation.id,
        kind=stated[0],
        from_way_id=from_id,
        via_node=via_id if via_kind == "n" else None,
        via_way_id=via_id if via_kind == "w" else None,
        to_way_id=to_id,
        condition=stated[1],
        tags=relation.tags,
    )


def _kind_and_condition(relation: OsmRelation, note: Notebook) -> tuple[str, str] | None:
    for key in _OLD_TIMES:
        if key in relation.tags:
            note.add(key, relation.tags[key], Problem.CONDITION_UNREAD)
    if text := relation.tags.get("restriction:conditional"):
        parts = read_conditional(text)
        if parts and len(parts) == 1 and _is_kind(parts[0][0]) and len(parts[0][1]) <= 200:  # noqa: PLR2004 - the column
            return parts[0]
        note.add("restriction:conditional", text, Problem.UNREADABLE)
    kind = relation.tags.get("restriction", "")
    return (kind, "") if _is_kind(kind) else None


def _is_kind(text: str) -> bool:
    return bool(_KIND.fullmatch(text)) and len(text) <= 40  # noqa: PLR2004 - the column
