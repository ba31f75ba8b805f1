"""What came onto the approved list between two moments, what left it, what changed, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from gis_core.models import AdministrativeUnit
from routes.deficient.listing import listed_at
from routes.deficient_models import DeficientArea, Proposes

Happened = Literal["added", "removed", "changed"]
_COMPARED: Final = (
    "cause", "lacks_road", "lacks_water", "depth_least_m", "depth_most_m", "houses", "houses_no_road",
    "houses_no_water", "houses_both", "houses_unknown", "point_in_lane", "remedy", "remedy_2", "remedy_3",
)  # fmt: skip
"""What both versions are compared by; figures on people are not for everybody."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One area that is not on both lists alike.

    `reason` is `new_area`, `no_longer_deficient`, `withdrawn` or `another_version`; `differences` are (before, after)
    by attribute.
    """

    happened: Happened
    reason: str
    before: DeficientArea | None
    after: DeficientArea | None
    differences: dict[str, tuple[Any, Any]]

    @property
    def area(self) -> DeficientArea:
        """The area as it is known last."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of them is always there
        return found


def moved_between(before: datetime, after: datetime, unit: AdministrativeUnit | None = None) -> list[Moved]:
    """Compare the lists of two moments: three queries."""
    old = {_key(area): area for area in listed_at(before, unit)}
    new = {_key(area): area for area in listed_at(after, unit)}
    unlisted = set(
        DeficientArea.objects.filter(proposes=Proposes.UNLIST, approved_at__gt=before, approved_at__lte=after)
        .values_list("area_code", flat=True)
    )  # fmt: skip
    return [*_moved(old, new, unlisted)]


def _key(area: DeficientArea) -> str:
    return area.area_code or area.ref


def _moved(old: dict[str, DeficientArea], new: dict[str, DeficientArea], unlisted: set[str]) -> Iterator[Moved]:
    for key in sorted({*old, *new}):
        was, is_now = old.get(key), new.get(key)
        if was is None:
            yield Moved("added", "new_area", None, is_now, {})
        elif is_now is None:
            yield Moved("removed", "no_longer_deficient" if key in unlisted else "withdrawn", was, None, {})
        elif was.pk != is_now.pk:
            yield Moved("changed", "another_version", was, is_now, _differences(was, is_now))


def _differences(was: DeficientArea, is_now: DeficientArea) -> dict[str, tuple[Any, Any]]:
    found = {
        name: (getattr(was, name), getattr(is_now, name))
        for name in _COMPARED
        if getattr(was, name) != getattr(is_now, name)
    }
    stops = [[stop["ref"] for stop in area.findings.get("stops", [])[:1]] for area in (was, is_now)]
    if stops[0] != stops[1]:
        found["stopped_by"] = (next(iter(stops[0]), None), next(iter(stops[1]), None))
    return found
