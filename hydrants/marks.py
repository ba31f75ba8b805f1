"""Marks on sources of water: "no water in it", "it works"; what they do is asked at the moment of a question.

The record of a source is never changed by a mark: so a mark that is refuted leaves nothing behind. Nothing that
somebody found dry becomes usable by the clock; that somebody saw one work is believed for a month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps as django_apps
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from gis_core.importing.job import records_of
from gis_core.kept import Kept
from gis_core.values import LonLat
from hydrants.inspection_models import COLUMNS
from hydrants.sources import AnyWaterSource
from hydrants.usability import UNKNOWN, WORKING, Marked
from layers.mark_kinds import About, Aim, NothingThere, mark_kinds
from layers.mark_models import COUNTS, Mark, stands

SOURCE_DRY: Final = "source_dry"
SOURCE_WORKS: Final = "source_works"
WORKS_FOR: Final = timedelta(days=30)
"""So long is somebody believed who saw a source work, unless somebody looks sooner."""
WITHIN_M: Final = 30.0
"""A source must stand so near to a mark that does not name it: what a telephone is wrong by between houses."""
NAMED_WITHIN_M: Final = 200.0
"""One that is named: farther away it is more likely the wrong one."""


@dataclass(frozen=True, slots=True)
class SourceMark:
    """A kind of mark on a source: a `layers.mark_kinds.MarkKind`."""

    code: str
    label: Promise
    contradicts: str
    counts_for: timedelta | None
    obstacles: tuple[tuple[str, str], ...] = ()
    same_within_m: float | None = None

    def aim(self, place: LonLat, about: About | None) -> Aim:
        """Find the source named, else the only one nearby."""
        point = Point(place.lon, place.lat, srid=4326)
        row = _nearest_to(point) if about is None else _named(point, about)
        source: Any = records_of(_models()[row.layer]).select_for_update(of=("self",)).get(pk=row.id)
        return Aim(row.layer, row.id, row.ref, source.administrative_unit_id, row.synthetic)

    def expires_at(self, mark: Mark, now: datetime) -> datetime | None:
        """Say when it ends to count by itself."""
        return None if self.counts_for is None else now + self.counts_for

    def applied(self, mark: Mark) -> None:
        """Nothing to do: questions ask for the marks."""

    def undone(self, mark: Mark) -> None:
        """Nothing to do: questions ask for the marks."""

    def effects(self, marks: Sequence[Mark], now: datetime) -> list[str]:
        """Say what marks change now: two queries."""
        keys = [f"{mark.layer}/{mark.record}" for mark in marks]
        status = dict(AnyWaterSource.objects.filter(key__in=keys).values_list("key", "status"))
        marked = marked_at(now)
        return [
            gettext(_effect(marked.get(key), status.get(key, "")) if stands(mark, now) else _SAYS_NOTHING)
            for key, mark in zip(keys, marks, strict=True)
        ]


def marked_at(at: datetime) -> Mapping[str, Marked]:
    """Say what marks that stand at a moment say of sources, by key: one query."""
    said: dict[str, set[str]] = {}
    for key, kind, from_at, expires_at in _STANDING.get():
        if from_at <= at and (expires_at is None or at < expires_at):
            said.setdefault(key, set()).add(kind)
    return {key: _together(kinds) for key, kinds in said.items()}


def _together(kinds: set[str]) -> Marked:
    if len(kinds) > 1:
        return Marked.DISPUTED
    return Marked.DRY if SOURCE_DRY in kinds else Marked.WORKS


def _standing() -> tuple[tuple[str, str, datetime, datetime | None], ...]:
    """Read the marks that stand; whether their time is over is asked at each question."""
    rows = Mark.objects.filter(COUNTS, kind__in=(SOURCE_DRY, SOURCE_WORKS))
    return tuple((f"{m.layer}/{m.record}", m.kind, m.at, m.expires_at) for m in rows)


_STANDING: Final = Kept((Mark._meta.db_table,), _standing)


def _effect(marked: Marked | None, status: str) -> str:
    match marked:
        case Marked.DISPUTED:
            return _SAYS_DISPUTED
        case Marked.DRY:
            return _SAYS_DRY
        case Marked.WORKS if status == WORKING:
            return _SAYS_AS_RECORDED
        case Marked.WORKS if status == UNKNOWN:
            return _SAYS_WORKS
        case Marked.WORKS:
            return _SAYS_STILL_OUT
    return _SAYS_NOTHING


_SAYS_DISPUTED: Final = gettext_noop(
    "People say different things of it: nobody knows whether it works until somebody looks. It is not offered as water."
)
_SAYS_DRY: Final = gettext_noop("It is not offered as water from now on, until somebody has looked.")
_SAYS_AS_RECORDED: Final = gettext_noop("Nothing changes: its record says that it works.")
_SAYS_WORKS: Final = gettext_noop("It is offered as water for 30 days, as seen on the spot; nobody knew of it before.")
_SAYS_STILL_OUT: Final = gettext_noop(
    "Nothing changes yet: its record says that it is out of service, and only an inspection puts it back."
)
_SAYS_NOTHING: Final = gettext_noop("Nothing is changed by it any more; its record counts.")


def _nearest_to(point: Point) -> AnyWaterSource:
    near: Any = (
        AnyWaterSource.objects.filter(geom__dwithin=(point, D(m=WITHIN_M)))
        .annotate(distance=Distance("geom", point))
        .order_by("distance", "key")[:2]
    )
    rows = list(near)
    if not rows:
        raise NothingThere(
            "No source of water is known within %(metres)d m of this place: name it in “about”.", metres=WITHIN_M
        )
    if len(rows) > 1:
        raise NothingThere(
            "Two sources or more stand within %(metres)d m, %(first)s and %(second)s: name one in “about”.",
            metres=WITHIN_M, first=rows[0].ref, second=rows[1].ref,
        )  # fmt: skip
    nearest: AnyWaterSource = rows[0]
    return nearest


def _named(point: Point, about: About) -> AnyWaterSource:
    if about.layer not in COLUMNS:
        raise NothingThere(
            "“%(layer)s” is no layer of sources; there are: %(known)s.", layer=about.layer, known=", ".join(COLUMNS)
        )
    named: Any = AnyWaterSource.objects.filter(layer=about.layer, ref=about.ref)
    row = named.annotate(distance=Distance("geom", point)).first()
    if row is None:
        raise NothingThere("There is no source %(ref)s in %(layer)s.", ref=about.ref, layer=about.layer)
    if row.distance.m > NAMED_WITHIN_M:
        raise NothingThere(
            "%(ref)s stands %(distance)d m from the place of the mark; at most %(most)d m are believed.",
            ref=about.ref, distance=round(row.distance.m), most=NAMED_WITHIN_M,
        )  # fmt: skip
    found: AnyWaterSource = row
    return found


def _models() -> Mapping[str, type[Any]]:
    return {layer: django_apps.get_model("hydrants", column.replace("_", "")) for layer, column in COLUMNS.items()}


mark_kinds.register(SourceMark(SOURCE_DRY, _("no water in it"), SOURCE_WORKS, None))
mark_kinds.register(SourceMark(SOURCE_WORKS, _("it works"), SOURCE_DRY, WORKS_FOR))
