"""Scenarios stored and read: services and selectors."""

from datetime import date, datetime

import numpy as np
import pghistory
from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import QuerySet

from gis_core.errors import Conflict, NotFound, Unprocessable
from gis_core.models import AdministrativeUnit
from gis_core.policy import Actor, demand
from gis_core.roles import Action
from hydrants.recording import InvalidBody
from routes.engine.arrays import Floats, Network
from routes.siting.asking import UnknownWard
from routes.siting.candidates import Kind
from routes.siting.models import PlannedClosure, PlannedRemoval, PlannedSource, Scenario
from routes.siting.scenario_drafts import ScenarioDraft


class UnknownScenario(NotFound):
    """No scenario has this number."""

    code = "unknown-scenario"
    title = "There is no such scenario"


class ScenarioOutOfDate(Unprocessable):
    """What it takes away is not there any more."""

    code = "scenario-out-of-date"
    title = "The scenario is out of date"


class ScenarioChanged(Conflict):
    """Somebody edited it since it was read, or another has its name."""

    code = "scenario-changed"
    title = "The scenario is another one by now"


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
            scenario=scenario, kind=one.kind.value, name=one.name, flow_lps=one.flow_lps, volume_m3=one.volume_m3,
            refill_lps=one.refill_lps, geom=Point(one.place.lon, one.place.lat, srid=4326),
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
