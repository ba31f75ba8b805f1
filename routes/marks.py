"""Marks on lanes: "blocked by …", "clear again", as obstacles of the kind that surveys and imports record too.

A blocked lane is an `AccessRestriction` on the road that the mark is about, so every question about ways meets it at
once, with its history. A mark knows which rows are its own and takes back those, unless somebody has edited them since.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gis_core.importing.job import records_of
from gis_core.values import LonLat
from layers.mark_kinds import About, Aim, NothingThere, mark_kinds
from layers.mark_models import COUNTS, Mark, stands
from routes.models import AccessRestriction, Road

LANE_BLOCKED: Final = "lane_blocked"
LANE_CLEAR: Final = "lane_clear"
WITHIN_M: Final = 25.0
"""A road must lie so near to a mark: half a wide street and what a telephone is wrong by between houses."""
NAMED_WITHIN_M: Final = 60.0
SAME_WITHIN_M: Final = 30.0
"""Nearer to each other two marks on one road are about the same thing."""
SOURCE: Final = "mark"

_K: Final = AccessRestriction.Kind
SOLID: Final = frozenset({_K.FENCE, _K.STAIRS, _K.CONSTRUCTION, _K.OTHER})
"""Kinds of which "it blocks the lane" is believed of every vehicle. The others may be opened, moved or driven past by a
narrower one, which the mark does not say: they make the way unknown."""
PASSING: Final = frozenset({_K.PARKED_VEHICLES, _K.MARKET})
"""Kinds that are gone by themselves: they count to the end of the next day."""
_OBSTACLES: Final = tuple((kind.value, kind.label) for kind in _K if kind is not _K.WEIGHT_LIMIT)

_NEAREST: Final = """
    SELECT id, ST_Distance(geom::geography, place::geography) AS metres
    FROM routes_road, ST_SetSRID(ST_MakePoint(%s, %s), 4326) AS place
    ORDER BY geom <-> place LIMIT 8
"""
# Degrees of longitude are shorter than those of latitude: the place on the line is found in metres.
_FOOT: Final = """
    SELECT fraction, ST_X(foot), ST_Y(foot), ST_Distance(foot::geography, place::geography)
    FROM routes_road, ST_SetSRID(ST_MakePoint(%s, %s), 4326) AS place,
      ST_LineLocatePoint(ST_Transform(geom, 5897), ST_Transform(place, 5897)) AS fraction,
      ST_LineInterpolatePoint(geom, fraction) AS foot
    WHERE id = %s
"""


class _Foot(NamedTuple):
    fraction: float
    lon: float
    lat: float
    metres: float


@dataclass(frozen=True, slots=True)
class LaneMark:
    """A kind of mark on a lane: a `layers.mark_kinds.MarkKind`."""

    code: str
    label: Promise
    contradicts: str
    obstacles: tuple[tuple[str, Any], ...] = ()
    same_within_m: float | None = SAME_WITHIN_M

    def aim(self, place: LonLat, about: About | None) -> Aim:
        """Find the road, and lock it."""
        pk = _road_named(place, about) if about else _road_near(place)
        road = records_of(Road).select_for_update(of=("self",)).get(pk=pk)
        return Aim("roads", road.pk, road.ref, road.administrative_unit_id, road.synthetic)

    def expires_at(self, mark: Mark, now: datetime) -> datetime | None:
        """Say when it ends to count by itself: what is gone by itself at the end of the next day."""
        if mark.obstacle not in PASSING:
            return None
        return (localtime(now) + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)

    def applied(self, mark: Mark) -> None:
        """Let the obstacles of all marks near this one say what the marks together say."""
        near = _near(mark)
        clear = [other for other in near if other.kind == LANE_CLEAR]
        for blocked in (other for other in near if other.kind == LANE_BLOCKED):
            doubted = any(other.author_id != blocked.author_id or other.author_id is None for other in clear)
            _show(blocked, doubted=doubted)
        for other in clear:
            _doubt_what_is_recorded(other)

    def undone(self, mark: Mark) -> None:
        """Take its own obstacle away, and give others back what they said; not those that somebody edited since."""
        if own := mark.undo.pop("own", None):
            AccessRestriction.objects.filter(pk=own[0], version=own[1]).delete()
        for pk, version in mark.undo.pop("doubted", []):
            AccessRestriction.objects.filter(pk=pk, version=version).update(blocks_vehicles="yes")

    def effects(self, marks: Sequence[Mark], now: datetime) -> list[str]:
        """Say what marks change now: one query."""
        own = {mark.undo["own"][0] for mark in marks if "own" in mark.undo}
        blocks = dict(AccessRestriction.objects.filter(pk__in=own).values_list("pk", "blocks_vehicles"))
        return [_effect(mark, blocks) if stands(mark, now) else str(_SAYS_NOTHING) for mark in marks]


def _effect(mark: Mark, blocks: dict[int, str]) -> str:
    if mark.kind == LANE_CLEAR:
        if doubted := len(mark.undo.get("doubted", [])):
            return gettext("%(count)d obstacle recorded here is in doubt from now on; none is taken away.") % {
                "count": doubted
            }
        return str(_SAYS_CLEAR)
    match blocks.get(mark.undo.get("own", [0])[0]):
        case "yes":
            return str(_SAYS_BLOCKED)
        case None:
            return str(_SAYS_EDITED)
        case _:
            return str(_SAYS_UNKNOWN)


_SAYS_NOTHING: Final = _("Nothing is changed by it any more.")
_SAYS_BLOCKED: Final = _("No way of a vehicle leads through here from now on.")
_SAYS_UNKNOWN: Final = _("Whether a vehicle gets through here is unknown from now on; no way counts it as passable.")
_SAYS_EDITED: Final = _("Somebody has recorded the obstacle anew since, or taken it away; that record counts.")
_SAYS_CLEAR: Final = _(
    "What other people marked here is in doubt from now on; how wide the lane is, nobody knows better than before."
)


def _show(mark: Mark, *, doubted: bool) -> None:
    """Make the obstacle of a mark, or bring it in line."""
    values = {
        "blocks_vehicles": "yes" if mark.obstacle in SOLID and not doubted else "unknown",
        # Two people saw it: that is who, when and how. One person's word is no survey.
        "evidence": "surveyed" if mark.state == Mark.State.CONFIRMED and not doubted else "none",
    }
    if "own" not in mark.undo:
        if not _made(mark):
            _make(mark, values)
        return
    pk, version = mark.undo["own"]
    row = AccessRestriction.objects.select_for_update(of=("self",)).filter(pk=pk, version=version).first()
    if row is not None and any(getattr(row, name) != value for name, value in values.items()):
        AccessRestriction.objects.filter(pk=pk).update(**values)
        _remember(mark, "own", [pk, version + 1])


def _made(mark: Mark) -> bool:
    return AccessRestriction.objects.filter(ref=_ref(mark)).exists()


def _make(mark: Mark, values: dict[str, str]) -> None:
    foot = _foot(mark.geom.x, mark.geom.y, mark.record)
    ends = localdate(mark.expires_at) if mark.expires_at else None
    row = AccessRestriction.objects.create(
        ref=_ref(mark),
        source=SOURCE,
        kind=mark.obstacle,
        geom=Point(foot.lon, foot.lat, srid=4326),
        road_ref=mark.ref,
        road_fraction=foot.fraction,
        observed_on=localdate(mark.at),
        survey_method=SOURCE,
        valid_from=localdate(mark.at),
        valid_to=ends,
        synthetic=mark.synthetic,
        **values,
    )
    _remember(mark, "own", [row.pk, row.version])


def _ref(mark: Mark) -> str:
    return f"mark/{mark.pk}"


def _doubt_what_is_recorded(mark: Mark) -> None:
    """Put in doubt what surveys and imports say blocks this place; measured widths stay: they are no opinion."""
    if "doubted" in mark.undo:
        return
    today = localdate(mark.at)
    here = Q(road_ref=mark.ref) | Q(road_ref="")
    rows = (
        AccessRestriction.objects.filter(here, blocks_vehicles="yes", legal_only=False)
        .filter(Q(valid_to=None) | Q(valid_to__gt=today))
        .exclude(source=SOURCE)
        .filter(geom__dwithin=(mark.geom, _DEGREES))
    )
    near = [row.pk for row in rows if _metres(row, mark) <= SAME_WITHIN_M]
    for row in AccessRestriction.objects.filter(pk__in=near).select_for_update(of=("self",)):
        AccessRestriction.objects.filter(pk=row.pk).update(blocks_vehicles="unknown")
        mark.undo.setdefault("doubted", []).append([row.pk, row.version + 1])
    _remember(mark, "doubted", mark.undo.get("doubted", []))


_DEGREES: Final = 0.0005
"""More than `SAME_WITHIN_M` anywhere in Vietnam; what is nearer is measured."""


def _metres(row: AccessRestriction, mark: Mark) -> float:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance(%s::geometry::geography, %s::geometry::geography)", [row.geom.ewkt, mark.geom.ewkt]
        )
        return float(cursor.fetchone()[0])


def _remember(mark: Mark, name: str, rows: list[Any]) -> None:
    mark.undo[name] = rows
    Mark.objects.filter(pk=mark.pk).update(undo=mark.undo)


def _near(mark: Mark) -> Iterable[Mark]:
    """Give the marks that stand on this road near this one, itself among them if it does; locked, oldest first."""
    same = Mark.objects.filter(
        COUNTS, layer=mark.layer, record=mark.record, geom__dwithin=(mark.geom, D(m=SAME_WITHIN_M))
    )
    now = localtime()
    found = same.select_for_update(of=("self",)).order_by("pk")
    # The one in hand, not a second copy of it: what it remembers must not differ.
    return [mark if other.pk == mark.pk else other for other in found if stands(other, now)]


def _foot(lon: float, lat: float, pk: int) -> _Foot:
    with connection.cursor() as cursor:
        cursor.execute(_FOOT, [lon, lat, pk])
        return _Foot(*cursor.fetchone())


def _road_near(place: LonLat) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [place.lon, place.lat])
        found: list[tuple[int, float]] = cursor.fetchall()
    pk, metres = min(found, key=lambda one: (one[1], one[0]), default=(0, float("inf")))
    if metres > WITHIN_M:
        raise NothingThere("No road is known within %(metres)d m of this place.", metres=WITHIN_M)
    return pk


def _road_named(place: LonLat, about: About) -> int:
    refs = [about.ref]
    if about.layer == "access-restrictions":
        refs = list(AccessRestriction.objects.filter(ref=about.ref).values_list("road_ref", flat=True))
        if refs == [""]:
            return _road_near(place)
    elif about.layer != "roads":
        raise NothingThere(
            "“%(layer)s” is no layer of lanes; there are: roads, access-restrictions.", layer=about.layer
        )
    pk = Road.objects.filter(ref__in=refs).values_list("pk", flat=True).first()
    if pk is None:
        raise NothingThere("There is no %(ref)s in %(layer)s.", ref=about.ref, layer=about.layer)
    if (metres := _foot(place.lon, place.lat, pk).metres) > NAMED_WITHIN_M:
        raise NothingThere(
            "%(ref)s lies %(distance)d m from the place of the mark; at most %(most)d m are believed.",
            ref=about.ref, distance=round(metres), most=NAMED_WITHIN_M,
        )  # fmt: skip
    return pk


mark_kinds.register(LaneMark(LANE_BLOCKED, _("lane blocked"), LANE_CLEAR, _OBSTACLES))
mark_kinds.register(LaneMark(LANE_CLEAR, _("lane clear"), LANE_BLOCKED))
