"""What changed on the list, in words."""

from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gis_core.wording import say_number
from routes.deficient.trend import Moved
from routes.deficient_models import DeficientArea
from routes.pieces import Json

_SENTENCES: Final = {
    "new_area": _("%(lane)s came onto the list: %(cause)s."),
    "no_longer_deficient": _("%(lane)s left the list: it is no longer deficient."),
    "withdrawn": _("%(lane)s was withdrawn from the list by decision."),
    "another_version": _("%(lane)s was decided anew: %(differences)s."),
}


def moved_json(moved: Moved) -> Json:
    """Say what became of one area."""
    area = moved.area
    versions = [each.computed_from for each in (moved.before, moved.after) if each is not None]
    differences = [
        {"attribute": name, "title": _title(name), "before": pair[0], "after": pair[1]}
        for name, pair in moved.differences.items()
    ]
    return {
        "happened": moved.happened,
        "reason": moved.reason,
        "area_code": area.area_code,
        "before": moved.before.ref if moved.before else None,
        "after": moved.after.ref if moved.after else None,
        "unit": area.administrative_unit.code if area.administrative_unit else None,
        "lane_name": area.lane_name,
        "differences": differences,
        "computed_from": [version for version in versions if version],
        "sentence": str(_SENTENCES[moved.reason])
        % {
            "lane": area.lane_name or area.ref,
            "cause": area.get_cause_display(),
            "differences": "; ".join(_difference(name, *pair) for name, pair in moved.differences.items())
            or gettext("nothing that is compared"),
        },
    }


def _title(name: str) -> str:
    if name == "stopped_by":
        return gettext("what stops the vehicle")
    return str(DeficientArea._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column


def _difference(name: str, before: Any, after: Any) -> str:
    return f"{_title(name)}: {_value(name, before)} → {_value(name, after)}"


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return gettext("unknown")
    if isinstance(value, float | int):
        return say_number(value, 0)
    choices = {} if name == "stopped_by" else dict(DeficientArea._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value))
