"""Scenarios read from requests, checked, stored and read: services and selectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Self

import numpy as np
import pghistory
from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import QuerySet

from gis_core.errors import Conflict, NotFound, Unprocessable
from gis_core.models import AdministrativeUnit
from gis_core.policy import Actor, demand
from gis_core.roles import Action
from gis_core.values import InvalidNumber, LonLat
from hydrants.recording import InvalidBody, read_number, read_object, read_text
from routes.coverage.places import WAY_WITHIN_M
from routes.engine.arrays import Floats, Ints, Network
from routes.models import AccessRestriction, Road
from routes.siting.asking import UnknownWard
from routes.siting.candidates import Kind
from routes.siting.ground import places_of
from routes.siting.models import PlannedClosure, PlannedRemoval, PlannedSource, Scenario

MOST_SOURCES: Final = 1_000
MOST_REFS: Final = 1_000
MOST_FLOW_LPS: Final = 1_000.0
_KEYS: Final = ("name", "note", "ward", "sources", "remove", "close_roads", "version")
_SOURCE_KEYS: Final = ("kind", "name", "place", "flow_lps")


class UnknownScenario(NotFound):
    """No scenario has this number."""

    code = "unknown-scenario"
    title = "There is no such scenario"


class ImpossibleScenario(Unprocessable):
    """A plan from which no figure could be right."""

    code = "impossible-scenario"
    title = "Nothing can be computed of this scenario"


class ScenarioOutOfDate(Unprocessable):
    """What it takes away is not there any more."""

    code = "scenario-out-of-date"
    title = "The scenario is out of date"


class ScenarioChanged(Conflict):
    """Somebody edited it since it was read, or another has its name."""

    code = "scenario-changed"
    title = "The scenario is another one by now"


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A planned source as somebody sends it."""

    kind: Kind
    name: str
    place: LonLat
    flow_lps: float | None

    @classmethod
    def parse(cls, given: object) -> Self:
        """Read one.

        Raises
        ------
        InvalidBody, InvalidNumber, gis_core.values.InvalidPosition
        """
        one = read_object(given, needed=("kind", "place"), known=_SOURCE_KEYS)
        if one["kind"] not in list(Kind):
            raise InvalidBody(
                "“kind” is “%(kind)s”; there are: %(known)s.", kind=str(one["kind"])[:60], known=", ".join(Kind)
            )
        place = one["place"]
        if not isinstance(place, list) or len(place) != 2:  # noqa: PLR2004 - longitude and latitude
            raise InvalidBody("“place” must be longitude and latitude, such as [105.8523, 21.0285].")
        lon, lat = (read_number("place", axis) for axis in place)
        flow_lps = None if one.get("flow_lps") is None else read_number("flow_lps", one["flow_lps"])
        if flow_lps is not None and not 0 < flow_lps <= MOST_FLOW_LPS:
            raise InvalidNumber(
                "flow_lps is %(value)g: give litres a second above 0 and up to %(most)g, or null where nobody knows.",
                value=flow_lps, most=MOST_FLOW_LPS,
            )  # fmt: skip
        return cls(Kind(one["kind"]), read_text("name", one.get("name"), most=120), LonLat(lon, lat), flow_lps)


@dataclass(frozen=True, slots=True)
class ScenarioDraft:
    """A scenario as somebody sends it; `version` is the one that was read, None for a new one."""

    name: str
    note: str
    ward: str
    sources: tuple[SourceDraft, ...]
    remove: tuple[str, ...]
    close_roads: tuple[str, ...]
    version: int | None

    @classmethod
    def from_body(cls, body: object) -> Self:
        """Read the body of a request.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        given = read_object(body, needed=("name",), known=_KEYS)
        name = read_text("name", given["name"], most=120)
        if not name:
            raise InvalidBody("“name” is empty: a scenario needs one.")
        version = given.get("version")
        if version is not None and (isinstance(version, bool) or not isinstance(version, int) or version < 1):
            raise InvalidBody("“version” must be the number that was read with the scenario.")
        return cls(
            name=name,
            note=read_text("note", given.get("note")),
            ward=read_text("ward", given.get("ward"), most=10),
            sources=tuple(SourceDraft.parse(one) for one in _list("sources", given.get("sources"), MOST_SOURCES)),
            remove=_refs("remove", given.get("remove")),
            close_roads=_refs("close_roads", given.get("close_roads")),
            version=version,
        )

    def check(self, network: Network) -> None:
        """Refuse what no figure could be right of.

        Raises
        ------
        ImpossibleScenario
            Nothing in it, a source on no road, an obstacle or a road that is not there, every road closed.
        """
        if not (self.sources or self.remove or self.close_roads):
            raise ImpossibleScenario("Nothing is built, removed or closed: there is nothing to compare with today.")
        if gone := missing(AccessRestriction, self.remove):
            raise ImpossibleScenario("No access restriction is called %(refs)s.", refs=named(gone))
        if gone := missing(Road, self.close_roads):
            raise ImpossibleScenario("No road is called %(refs)s.", refs=named(gone))
        edges = edges_called(network, self.close_roads)
        if len(self.close_roads) and len(edges) >= int((~network.roads.gone).sum()):
            raise ImpossibleScenario("Every road is closed: nobody gets anywhere, and no hose lies on anything.")
        check_places(network, [one.place for one in self.sources])


def check_places(network: Network, places: Sequence[LonLat]) -> None:
    """Refuse sources that stand on no road.

    Raises
    ------
    ImpossibleScenario
    """
    lon_lat = np.array([(place.lon, place.lat) for place in places], float).reshape(-1, 2)
    for place, edge in zip(places, places_of(network, lon_lat).edge, strict=True):
        if edge < 0:
            raise ImpossibleScenario(
                "The source at %(lon)g, %(lat)g stands on no road: none lies within %(within)d m.",
                lon=place.lon, lat=place.lat, within=WAY_WITHIN_M,
            )  # fmt: skip


def missing(model: type[AccessRestriction] | type[Road], refs: Sequence[str]) -> list[str]:
    """Give the references that no record has, in order: one query, none for no references."""
    if not refs:
        return []
    there = set(model.objects.filter(ref__in=refs).values_list("ref", flat=True))
    return [ref for ref in refs if ref not in there]


def edges_called(network: Network, refs: Sequence[str]) -> Ints:
    """Give the edges of roads that are in the network: one query, none for no references."""
    if not refs:
        return np.zeros(0, np.int32)
    ids = np.array(sorted(Road.objects.filter(ref__in=refs).values_list("pk", flat=True)), np.int64)
    edges = np.flatnonzero(np.isin(network.topology.edge_id, ids) & ~network.roads.gone)
    return edges.astype(np.int32)


def records_called(network: Network, refs: Sequence[str]) -> Ints:
    """Give the indices of access restrictions in `Standings.records`: one query, none for no references."""
    ids = set(AccessRestriction.objects.filter(ref__in=refs).values_list("pk", flat=True)) if refs else set()
    found = [n for n, record in enumerate(network.standings.records) if record.restriction_id in ids] if ids else []
    return np.array(found, np.int32)


def named(refs: Sequence[str]) -> str:
    """Write the first few references."""
    return ", ".join(f"“{ref[:60]}”" for ref in refs[:5]) + (" …" if len(refs) > 5 else "")  # noqa: PLR2004 - enough


def _list(name: str, given: object, most: int) -> list[Any]:
    listed = [] if given is None else given
    if not isinstance(listed, list) or len(listed) > most:
        raise InvalidBody("“%(member)s” must be a list of at most %(most)d.", member=name, most=most)
    return listed


def _refs(name: str, given: object) -> tuple[str, ...]:
    refs = [read_text(name, one, most=120) for one in _list(name, given, MOST_REFS)]
    if "" in refs:
        raise InvalidBody("“%(member)s” holds an empty reference.", member=name)
    if len(set(refs)) < len(refs):
        raise InvalidBody("“%(member)s” names the same thing twice.", member=name)
    return tuple(refs)


# Services -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_scenario(draft: ScenarioDraft, *, network: Network, actor: Actor, on: date) -> Scenario:
    """Store a new scenario.

    Raises
    ------
    gis_core.errors.Forbidden, ImpossibleScenario, ScenarioChanged, UnknownWard
    """
    demand(actor, Action.PLAN, anywhere=True)
    unit = _unit_called(draft.ward, on)
    demand(actor, Action.PLAN, unit_id=unit.pk if unit else None)
    draft.check(network)
    _check_name(draft.name, None)
    with pghistory.context(way="scenario", user=actor.name):
        scenario = Scenario.objects.create(
            name=draft.name, note=draft.note, author=actor.name, administrative_unit=unit
        )
        _store_parts(scenario, draft)
    return scenario_called(scenario.pk)


@transaction.atomic
def change_scenario(
    number: int, draft: ScenarioDraft, *, network: Network, actor: Actor, at: datetime, on: date
) -> Scenario:
    """Put a scenario in the place of what is stored under a number.

    Raises
    ------
    gis_core.errors.Forbidden, ImpossibleScenario, ScenarioChanged, UnknownScenario, UnknownWard
    """
    scenario = _locked(number, actor)
    if draft.version is None:
        raise InvalidBody("“version” is missing: send the number that was read with the scenario.")
    if draft.version != scenario.version:
        raise ScenarioChanged(
            "The scenario has version %(now)d by now, not %(read)d: read it again.",
            now=scenario.version, read=draft.version,
        )  # fmt: skip
    unit = _unit_called(draft.ward, on)
    demand(actor, Action.PLAN, unit_id=unit.pk if unit else None)
    draft.check(network)
    _check_name(draft.name, number)
    with pghistory.context(way="scenario", user=actor.name):
        scenario.name, scenario.note, scenario.administrative_unit = draft.name, draft.note, unit
        scenario.updated_at = at  # the version moves on with the parts too
        scenario.save()
        for parts in (scenario.sources, scenario.removals, scenario.closures):
            parts.all().delete()
        _store_parts(scenario, draft)
    return scenario_called(number)


@transaction.atomic
def delete_scenario(number: int, *, actor: Actor) -> None:
    """Delete a scenario; the history keeps it.

    Raises
    ------
    gis_core.errors.Forbidden, UnknownScenario
    """
    scenario = _locked(number, actor)
    with pghistory.context(way="scenario", user=actor.name):
        scenario.delete()


def _locked(number: int, actor: Actor) -> Scenario:
    demand(actor, Action.PLAN, anywhere=True)
    scenario = Scenario.objects.select_for_update().filter(pk=number).first()
    if scenario is None:
        raise UnknownScenario("There is no scenario %(number)d.", number=number)
    demand(actor, Action.PLAN, unit_id=scenario.administrative_unit_id)
    return scenario


def _check_name(name: str, number: int | None) -> None:
    called = Scenario.objects.filter(name=name)
    if (called if number is None else called.exclude(pk=number)).exists():
        raise ScenarioChanged("Another scenario is called “%(name)s”.", name=name)


def _unit_called(code: str, on: date) -> AdministrativeUnit | None:
    if not code:
        return None
    unit = AdministrativeUnit.objects.at(on).filter(code=code).order_by("-level").first()
    if unit is None:
        raise UnknownWard("No administrative unit has the code “%(ward)s”.", ward=code)
    return unit


def _store_parts(scenario: Scenario, draft: ScenarioDraft) -> None:
    PlannedSource.objects.bulk_create(
        PlannedSource(
            scenario=scenario, kind=one.kind.value, name=one.name, flow_lps=one.flow_lps,
            geom=Point(one.place.lon, one.place.lat, srid=4326),
        )
        for one in draft.sources
    )  # fmt: skip
    PlannedRemoval.objects.bulk_create(PlannedRemoval(scenario=scenario, restriction_ref=ref) for ref in draft.remove)
    PlannedClosure.objects.bulk_create(PlannedClosure(scenario=scenario, road_ref=ref) for ref in draft.close_roads)


# Selectors ------------------------------------------------------------------------------------------------------------


def all_scenarios(*, most: int = 200) -> list[Scenario]:
    """Read the scenarios edited last, with their parts: four queries and one for their units."""
    return list(_with_parts().order_by("-updated_at", "-pk")[:most])


def scenario_called(number: int) -> Scenario:
    """Read one with its parts.

    Raises
    ------
    UnknownScenario
    """
    scenario = _with_parts().filter(pk=number).first()
    if scenario is None:
        raise UnknownScenario("There is no scenario %(number)d.", number=number)
    return scenario


def _with_parts() -> QuerySet[Scenario]:
    return Scenario.objects.select_related("administrative_unit").prefetch_related("sources", "removals", "closures")


def planned_sources(number: int) -> tuple[list[Kind], list[str], Floats]:
    """Give kind, name and place (degrees) of the sources of a scenario.

    Raises
    ------
    UnknownScenario
    """
    sources = sorted(scenario_called(number).sources.all(), key=lambda source: source.pk)
    lon_lat = np.array([(one.geom.x, one.geom.y) for one in sources], float).reshape(-1, 2)
    return [Kind(one.kind) for one in sources], [one.name for one in sources], lon_lat
