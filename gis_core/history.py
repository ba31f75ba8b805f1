"""What happened to a record, as the triggers wrote it down: also an edit made in SQL or QGIS."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Model

_OWN: Final = frozenset({"pgh_id", "pgh_created_at", "pgh_label", "pgh_obj", "pgh_context", "version", "updated_at"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a record.

    `by` names the person, or the command and its file; empty where the change came from outside of this service.
    `changes` holds (title, old, new) of each field that differs from the entry before.
    """

    at: datetime
    kind: str
    by: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def read_history(model: type[Model], pk: int) -> list[Entry]:
    """Read the history of one record, the latest first; empty for a record that never was."""
    events: Any = model.pgh_event_models["update"]  # type: ignore[attr-defined]  # set by track_history
    found = list(events.objects.filter(pgh_obj_id=pk).select_related("pgh_context").order_by("pgh_id"))
    names = _names_of(event.pgh_context.metadata.get("user") for event in found if event.pgh_context)
    return [
        Entry(
            event.pgh_created_at,
            event.pgh_label,
            _author(event.pgh_context, names),
            list(_differences(before, event)),
        )
        for before, event in zip([None, *found], found, strict=False)
    ][::-1]


def _names_of(ids: "Iterator[Any]") -> dict[Any, str]:
    users = get_user_model().objects.in_bulk([pk for pk in ids if pk])
    return {pk: user.get_username() for pk, user in users.items()}


def _author(context: Any, names: dict[Any, str]) -> str:
    said = context.metadata if context else {}
    if "user" in said:
        return names.get(said["user"], "")
    return " ".join(str(said[name]) for name in ("command", "file") if said.get(name))


def _differences(before: Any, event: Any) -> Iterator[tuple[str, str, str]]:
    if before is None or event.pgh_label == "delete":
        return
    for column in event._meta.concrete_fields:
        old, new = getattr(before, column.attname), getattr(event, column.attname)
        if column.name not in _OWN and old != new:
            yield str(column.verbose_name), _shown(old), _shown(new)


def _shown(value: Any) -> str:
    text = value.wkt if isinstance(value, GEOSGeometry) else "" if value is None else str(value)
    return text if len(text) <= 120 else text[:119] + "…"  # noqa: PLR2004 - a line of a table
