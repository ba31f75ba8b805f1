"""A mark in the sentence of a live event: never who made it, nor the note."""

from typing import Any

from django.utils.translation import gettext

from gis_core.errors import NotFound
from gis_core.registry import layer_registry
from gis_core.wording import sentence_case
from layers.mark_kinds import MarkKind, mark_kinds
from layers.mark_models import COUNTS, Mark


def tell_mark(before: Any, entry: Any) -> str | None:
    """Say that somebody marked something, and what became of it; None for what changes nothing of that."""
    kind = mark_kinds.get(entry.kind)
    said = {"record": _record(entry), "mark": _mark(kind, entry)}
    if entry.pgh_label == "delete":
        return gettext("%(record)s: the mark “%(mark)s” was removed") % said
    if before is None:
        if kind is not None and _is_contradicted(kind, entry):
            return gettext("%(record)s: somebody marked “%(mark)s”; others say otherwise, somebody must look") % said
        return gettext("%(record)s: somebody marked “%(mark)s”; not confirmed") % said
    if before.state == entry.state:
        return None
    said["state"] = str(Mark.State(entry.state).label)
    return gettext("%(record)s: the mark “%(mark)s” is %(state)s") % said


def _record(entry: Any) -> str:
    try:
        noun = sentence_case(layer_registry.get(entry.layer).model._meta.verbose_name)
    except NotFound:
        noun = entry.layer
    return f"{noun} {entry.ref}"


def _mark(kind: MarkKind | None, entry: Any) -> str:
    if kind is None:
        return str(entry.kind)
    obstacle = dict(kind.obstacles).get(entry.obstacle)
    return str(kind.label) if obstacle is None else f"{kind.label}: {obstacle}"


def _is_contradicted(kind: MarkKind, entry: Any) -> bool:
    """Tell whether a mark of the contrary counts by now, wherever on the record it was made."""
    against = Mark.objects.filter(COUNTS, layer=entry.layer, record=entry.record, kind=kind.contradicts)
    return against.exclude(pk=entry.pgh_obj_id).exists()
