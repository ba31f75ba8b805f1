"""Tours made, reserved by one team, and how far they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

import pghistory
from django.db import transaction
from django.db.models import Count, F, Q

from gis_core.errors import Conflict, NotFound
from gis_core.policy import Actor, demand
from gis_core.roles import Action
from hydrants.inspection_models import COLUMNS
from hydrants.recording import InvalidBody, SourceKey, UnknownSource, read_list, read_object, read_text
from hydrants.sources import AnyWaterSource
from hydrants.tour_models import Tour, TourStop

MAX_STOPS: Final = 100
MAX_TOURS: Final = 200


class UnknownTour(NotFound):
    """No tour has this number."""

    code = "unknown-tour"
    title = "There is no such tour"


class TourReserved(Conflict):
    """Another team has it."""

    code = "tour-reserved"
    title = "Another team has this tour"


@dataclass(frozen=True, slots=True)
class TourDraft:
    """A tour as somebody sends it, in the order in which it is to be driven."""

    name: str
    sources: tuple[SourceKey, ...]

    @classmethod
    def from_body(cls, body: object) -> Self:
        """Read the body of a request.

        Raises
        ------
        gis_core.errors.BadRequest
            Also for a source that stands twice.
        """
        given = read_object(body, needed=("name", "sources"), known=("name", "sources"))
        keys = tuple(map(SourceKey.parse, read_list("sources", given["sources"], most=MAX_STOPS)))
        if twice := [key for i, key in enumerate(keys) if key in keys[:i]]:
            raise InvalidBody("%(source)s stands twice in the tour.", source=str(twice[0]))
        return cls(_named("name", given["name"]), keys)


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop with its source, and what the visit found; `outcome` empty before it."""

    stop: TourStop
    source: AnyWaterSource
    outcome: str


@transaction.atomic
def make_tour(draft: TourDraft, *, actor: Actor, on: date) -> Tour:
    """Store a tour.

    Raises
    ------
    UnknownSource, Forbidden
    """
    demand(actor, Action.RECORD, anywhere=True)
    units = _units_of(draft.sources)
    for key in draft.sources:
        if str(key) not in units:
            raise UnknownSource("There is no source %(source)s.", source=str(key))
        demand(actor, Action.RECORD, unit_id=units[str(key)])
    with pghistory.context(way="tour"):
        tour = Tour.objects.create(name=draft.name, made_on=on)
        TourStop.objects.bulk_create(
            TourStop(tour=tour, position=position, **{f"{COLUMNS[key.layer]}_id": key.id})
            for position, key in enumerate(draft.sources, start=1)
        )
    return tour


@transaction.atomic
def reserve_tour(tour_id: int, team: str, *, actor: Actor) -> None:
    """Give a tour to one team; the one that has it may ask again.

    Raises
    ------
    UnknownTour, Forbidden
    TourReserved
        Another team has it; of two that ask at the same moment, one gets it.
    """
    tour = _locked(tour_id, actor)
    if tour.team not in {"", team}:
        raise TourReserved("The tour is reserved by %(team)s: ask them to give it back.", team=tour.team)
    _give(tour, team)


@transaction.atomic
def release_tour(tour_id: int, *, actor: Actor) -> None:
    """Take a tour back from its team; what was visited stays visited.

    Raises
    ------
    UnknownTour, Forbidden
    """
    _give(_locked(tour_id, actor), "")


@transaction.atomic
def delete_tour(tour_id: int, *, actor: Actor) -> None:
    """Delete a tour; its inspections and its history stay.

    Raises
    ------
    UnknownTour, Forbidden
    """
    tour = _locked(tour_id, actor, Action.DELETE)
    with pghistory.context(way="tour"):
        tour.delete()


def open_tours() -> Sequence[Any]:
    """Read the tours with a stop that nobody visited, each with `done` and `of`, the oldest first: one query."""
    done = Count("stops", filter=Q(stops__inspection__isnull=False))
    rows = Tour.objects.annotate(done=done, of=Count("stops")).filter(done__lt=F("of"))
    return list(rows.order_by("made_on", "pk")[:MAX_TOURS])


def read_tour(tour_id: int) -> tuple[Tour, Sequence[Stop]]:
    """Read a tour with its stops in order: three queries.

    Raises
    ------
    UnknownTour
    """
    tour = Tour.objects.filter(pk=tour_id).first()
    if tour is None:
        raise _unknown(tour_id)
    stops = list(TourStop.objects.filter(tour=tour).select_related("inspection").order_by("position"))
    sources = {s.key: s for s in AnyWaterSource.objects.filter(key__in=[stop.source_key for stop in stops])}
    return tour, [
        Stop(stop, sources[stop.source_key], stop.inspection.outcome if stop.inspection else "") for stop in stops
    ]


def _units_of(keys: Sequence[SourceKey]) -> Mapping[str, int | None]:
    """Read in which administrative unit each source stands; a source that is not there is left out."""
    found: dict[str, int | None] = {}
    for layer, column in COLUMNS.items():
        model: Any = TourStop._meta.get_field(column).related_model
        ids = [key.id for key in keys if key.layer == layer]
        for pk, unit_id in model.objects.filter(pk__in=ids).values_list("pk", "administrative_unit_id"):
            found[f"{layer}/{pk}"] = unit_id
    return found


def _locked(tour_id: int, actor: Actor, action: Action = Action.RECORD) -> Tour:
    """Hold a tour still, for somebody who may act wherever it leads."""
    demand(actor, action, anywhere=True)
    tour = Tour.objects.select_for_update().filter(pk=tour_id).first()
    if tour is None:
        raise _unknown(tour_id)
    keys = [SourceKey.parse(stop.source_key) for stop in TourStop.objects.filter(tour=tour)]
    for unit_id in set(_units_of(keys).values()):
        demand(actor, action, unit_id=unit_id)
    return tour


def _give(tour: Tour, team: str) -> None:
    tour.team = team
    with pghistory.context(way="tour"):
        tour.save(update_fields=["team"])


def _unknown(tour_id: int) -> UnknownTour:
    return UnknownTour("There is no tour %(tour)s.", tour=tour_id)


def team_of(body: object) -> str:
    """Read who reserves.

    Raises
    ------
    gis_core.errors.BadRequest
    """
    return _named("team", read_object(body, needed=("team",), known=("team",))["team"])


def _named(member: str, given: object) -> str:
    name = read_text(member, given, most=120)
    if not name:
        raise InvalidBody("“%(member)s” is missing.", member=member)
    return name
