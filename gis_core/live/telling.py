"""What an entry of the history says of a record of a layer, in one sentence that everybody may read."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext, ngettext

from gis_core.fields import LayerField
from gis_core.registry import Layer
from gis_core.wording import say_day, say_number, sentence_case

_MOST: Final = 2
"""So many differences are told one by one."""
_LONGEST: Final = 60
_UNTOLD: Final = frozenset({"version", "created_at", "updated_at", "administrative_unit"})
"""Set by the database itself, or beside what else is told."""
_BY_THEMSELVES: Final = frozenset({"status"})
"""Fields whose values need no title: a hydrant that is faulty."""


def tell_record(layer: Layer) -> Callable[[Any, Any], str | None]:
    """Make what tells of the records of a layer; sensitive and hidden fields are not looked at."""

    def tell(before: Any, entry: Any) -> str | None:
        name = _name_of(layer, entry)
        if entry.pgh_label == "delete":
            return gettext("%(record)s: removed") % {"record": name}
        if before is None:
            return gettext("%(record)s: new") % {"record": name}
        told = list(_differences(layer, before, entry))
        return f"{name}: {_joined(told)}" if told else None

    return tell


def _name_of(layer: Layer, entry: Any) -> str:
    """Call a record by its kind and name: no "Trụ nước Trụ nước 145"."""
    noun = sentence_case(layer.model._meta.verbose_name)
    public = {field.name for field in layer.fields if not field.sensitive}
    name = (str(getattr(entry, layer.title_field, "") or "") if layer.title_field in public else "") or str(entry.ref)
    kind = " ".join(noun.split()[:2]).casefold()
    return name if name.casefold().startswith(kind) else f"{noun} {_short(name)}"


def _differences(layer: Layer, before: Any, entry: Any) -> Iterator[str]:
    fields = [field for field in layer.fields if not field.sensitive and field.name not in _UNTOLD]
    for field in sorted(fields, key=lambda field: field.name not in _BY_THEMSELVES):
        old, new = getattr(before, field.column), getattr(entry, field.column)
        if old != new:
            yield _difference(field, old, new)
    if before.geom != entry.geom:
        yield gettext("moved") if layer.geometry_type == "Point" else gettext("drawn anew")


def _difference(field: LayerField, old: Any, new: Any) -> str:
    if field.type in {"object", "array"}:
        return str(field.title)
    said = {"new": _said(field, new), "old": _said(field, old), "title": str(field.title)}
    if field.name in _BY_THEMSELVES:
        return gettext("%(new)s (before: %(old)s)") % said
    return gettext("%(title)s %(new)s (before: %(old)s)") % said


def _said(field: LayerField, value: Any) -> str:
    words = dict(field.choices)
    if value in words:
        return str(words[value])
    match value:
        case None | "":
            said = gettext("not noted")
        case bool():
            said = gettext("yes") if value else gettext("no")
        case int() | float():
            said = f"{say_number(value, 2)} {field.unit}".rstrip()
        case datetime():
            said = value.isoformat(timespec="minutes")
        case date():
            said = say_day(value)
        case _:
            said = _short(str(value))
    return said


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _joined(told: list[str]) -> str:
    more = len(told) - _MOST
    if more <= 0:
        return "; ".join(told)
    rest = ngettext("%(count)d more difference", "%(count)d more differences", more) % {"count": more}
    return "; ".join([*told[:_MOST], rest])
