"""A scenario beside today: the same computation of coverage twice, once on the network and the sources as planned.

Nothing is stored, and the live network stays as it is. What is planned is taken to be built as it says: a planned
source works, and gives what was written down, or nobody knows it; a tank what it holds, as those that stand there.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np
from django.contrib.gis.geos import Point

from gis_core.values import LonLat
from hydrants.sources import AnyWaterSource
from routes.coverage.classes import CoverRules, rules_at
from routes.coverage.places import Houses, on_ways, read_houses
from routes.coverage.sources import Sources, flows_for, joined, read_sources
from routes.coverage.state import CoverState, assemble
from routes.coverage.trucks import levels_at_sources, truck_reach
from routes.drive_water_sources import place
from routes.engine.arrays import Flags, Longs, Network
from routes.engine.covering import Places
from routes.engine.weighing import VERIFIED
from routes.models import AccessRestriction, Road
from routes.siting.candidates import LAYER_OF, Kind
from routes.siting.models import PlannedSource, Scenario
from routes.siting.planned import network_without
from routes.siting.scenario_drafts import (
    ImpossibleScenario,
    check_places,
    edges_called,
    missing,
    named,
    records_called,
)
from routes.siting.scenarios import ScenarioOutOfDate
from routes.way import METRIC

LAYER: Final = "planned"


class Outcome(StrEnum):
    """Answers that are not each other."""

    COMPARED = "compared"
    NOTHING_CHANGES = "nothing_changes"
    NO_HOUSES = "no_houses"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Today and the plan; houses and their order are the same in both."""

    scenario: Scenario
    today: CoverState
    plan: CoverState
    changed: Longs  # houses whose class or reason differs, the largest first
    truck_changed: Flags

    @property
    def outcome(self) -> Outcome:
        """What kind of answer this is."""
        if not len(self.today.houses):
            return Outcome.NO_HOUSES
        return Outcome.COMPARED if len(self.changed) or self.truck_changed.any() else Outcome.NOTHING_CHANGES


def compare(scenario: Scenario, network: Network, out: frozenset[str], *, on: date, vehicle: str) -> Comparison:
    """Compute both.

    Raises
    ------
    ScenarioOutOfDate
        An obstacle or a road of the scenario is not there any more.
    ImpossibleScenario
        Nothing is left to compute with: every road closed, a source on no road.
    gis_core.regulations.NoRuleInForce, routes.vehicle_profiles.UnknownVehicle
    """
    planned = planned_network(scenario, network)
    rules = rules_at(on)
    houses, sources = read_houses(network, rules), read_sources(network, rules, out)
    today = _computed(network, rules, out, houses, sources, vehicle)
    more = _planned_sources(scenario, planned, rules)
    plan = _computed(planned, rules, out, houses, joined(sources, more) if len(more) else sources, vehicle)
    other = (today.weighed.level != plan.weighed.level) | (today.weighed.reason != plan.weighed.reason)
    changed = np.flatnonzero(other)
    households = np.maximum(houses.households[changed], 1)
    return Comparison(scenario, today, plan, changed[np.lexsort((changed, -households))], today.truck != plan.truck)


def planned_network(scenario: Scenario, network: Network) -> Network:
    """Give the network as the scenario has it.

    Raises
    ------
    ScenarioOutOfDate, ImpossibleScenario
    """
    remove = sorted(part.restriction_ref for part in scenario.removals.all())
    close = sorted(part.road_ref for part in scenario.closures.all())
    if gone := [*missing(AccessRestriction, remove), *missing(Road, close)]:
        raise ScenarioOutOfDate(
            "%(refs)s of this scenario is not there any more: there is nothing to remove or close. Edit the scenario.",
            refs=named(gone),
        )
    edges = edges_called(network, close)
    if len(edges) and len(edges) >= int((~network.roads.gone).sum()):
        raise ImpossibleScenario("Every road is closed: nobody gets anywhere, and no hose lies on anything.")
    planned = network_without(network, records=records_called(network, remove), edges=edges)
    check_places(planned, [LonLat(one.geom.x, one.geom.y) for one in scenario.sources.all()])
    return planned


def _computed(
    network: Network, rules: CoverRules, out: frozenset[str], houses: Houses, sources: Sources, vehicle: str
) -> CoverState:
    reached = truck_reach(network, rules, vehicle)
    with_trucks = _with_truck(sources, levels_at_sources(reached, sources))
    return assemble(network, rules, out, houses, with_trucks, reached, vehicle)


def _with_truck(sources: Sources, levels: np.ndarray[tuple[int], np.dtype[np.int8]]) -> Sources:
    return replace(sources, truck=levels)


def _planned_sources(scenario: Scenario, network: Network, rules: CoverRules) -> Sources:
    planned = sorted(scenario.sources.all(), key=lambda one: one.pk)
    rows = tuple(_as_source(one) for one in planned)
    lon_lat = np.array([(one.geom.x, one.geom.y) for one in planned], float).reshape(-1, 2)
    xy = np.column_stack(METRIC.from_wgs84(*lon_lat.T))
    flow, long = (flows_for(rows, rule.value) for rule in (rules.duration_small, rules.duration))
    return Sources(
        rows,
        # Each on a main of its own: on which it would hang nobody wrote down, and the answer says so.
        tuple(f"{LAYER} {one.pk}" if one.kind == Kind.HYDRANT else "" for one in planned),
        Places(*on_ways(network, np.arange(len(rows) + 1), xy, at_water=True)),
        place(network, xy, np.arange(len(rows))),
        np.full(len(rows), VERIFIED, np.int8),
        np.zeros(len(rows), np.int8),
        np.full(len(rows), -1, np.int64),
        *flow,
        *long,
        np.array([rules.limit_m(row.layer, row.access) * 1000 for row in rows], np.int32),
        tests={},
    )


def _as_source(one: PlannedSource) -> AnyWaterSource:
    return AnyWaterSource(
        key=f"{LAYER}/{one.pk}",
        layer=LAYER_OF[Kind(one.kind)],
        id=one.pk,
        ref=one.name,
        name=one.name,
        geom=Point(one.geom.x, one.geom.y, srid=4326),
        status="working",
        kind=one.kind,
        access="truck",
        reachable_by_truck="yes",
        flow_lps=one.flow_lps,
        volume_m3=one.volume_m3,
        refill_lps=one.refill_lps,
    )
