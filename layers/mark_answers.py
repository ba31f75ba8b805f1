"""Marks as answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop

from gis_core.policy import Actor
from layers.mark_kinds import mark_kinds
from layers.mark_models import Mark
from layers.marks import may_see, state_at

Json = dict[str, Any]
EVIDENCE = "reported"
"""What a mark rests on: somebody on the spot says so. No record is given this evidence."""
_TO_CONFIRM = gettext_noop("Nobody else has looked yet: confirm or refute it on the spot.")


def mark_answers(marks: Sequence[Mark], *, actor: Actor, now: datetime) -> list[Json]:
    """Tell marks; who made them, their notes and photos only to whom may see people in that place."""
    effects: dict[int, str] = {}
    for kind in mark_kinds:
        of_kind = [mark for mark in marks if mark.kind == kind.code]
        if of_kind:
            effects |= dict(zip((mark.pk for mark in of_kind), kind.effects(of_kind, now), strict=True))
    return [_answer(mark, effects.get(mark.pk, ""), sees=may_see(mark, actor), now=now) for mark in marks]


def _answer(mark: Mark, effect: str, *, sees: bool, now: datetime) -> Json:
    kind, state = mark_kinds.get(mark.kind), state_at(mark, now)
    obstacles = dict(kind.obstacles) if kind else {}
    photo = getattr(mark, "photo", None)
    return {
        "id": mark.pk,
        "kind": mark.kind,
        "kind_label": str(kind.label) if kind else mark.kind,
        "place": [mark.geom.x, mark.geom.y],
        "about": {"layer": mark.layer, "id": mark.record, "ref": mark.ref},
        "obstacle": mark.obstacle or None,
        "obstacle_label": str(obstacles.get(mark.obstacle, mark.obstacle)) or None,
        "note": mark.note if sees else None,
        "author": mark.author_name if sees else None,
        "photo": f"/api/marks/photos/{photo.token}" if sees and photo else None,
        "at": _said(mark.at),
        "client_at": _said(mark.client_at),
        "state": state,
        "state_label": str(Mark.State(state).label),
        "evidence": EVIDENCE,
        "expires_at": _said(mark.expires_at),
        "settled": mark.settled or None,
        "settled_label": str(Mark.Settled(mark.settled).label) if mark.settled else None,
        "settled_at": _said(mark.settled_at),
        "settled_by": mark.settled_by if sees and mark.settled else None,
        "effect": effect,
        "asks": gettext(_TO_CONFIRM) if state == Mark.State.OPEN else None,
        "synthetic": mark.synthetic,
    }


def _said(at: datetime | None) -> str | None:
    return None if at is None else localtime(at).isoformat(timespec="seconds")
