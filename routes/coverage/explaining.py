"""Why one house is covered or not: its sources, each with what speaks against it, on the data of this moment.

The same rules as of the stored classes, asked for one house; nothing is read of the rest of the city.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.utils import timezone

from gis_core.errors import NotFound
from gis_core.values import LonLat
from hydrants.outages import out_at
from hydrants.sources import AnyWaterSource
from hydrants.usability import Reason
from hydrants.verification import Verification, verification_of
from layers.models import Building, Facility
from routes.coverage.classes import Against, CoverRules, rules_at
from routes.coverage.models import CoverageOverride
from routes.coverage.places import LAYERS, WAY_WITHIN_M, Houses, read_houses
from routes.coverage.sources import Sources, demand_on, is_carried, read_sources, reason_of
from routes.coverage.state import CoverState, assemble
from routes.coverage.trucks import TruckReach, levels_at_sources, truck_reach
from routes.engine.arrays import Network
from routes.engine.weighing import LONG_FROM_LPS, NOT_USABLE, PERHAPS

HOUSE_WITHIN_M: Final = 50.0
"""A place asked about belongs to the nearest house no farther than this."""
MODELS: Final[tuple[Any, Any]] = (Building, Facility)


class UnknownHouse(NotFound):
    """No building or facility is meant."""

    code = "unknown-house"
    title = "There is no such building"


@dataclass(frozen=True, slots=True)
class SourceSaid:
    """One source and what it is for the house; `against` None where it counts."""

    row: AnyWaterSource
    hose_mm: int
    sure_mm: int
    limit_m: float
    flow_lps: float | None
    """What it gives for as long as the demand is asked for: measured, or what the tank holds."""
    against: Against | Reason | None
    verification: Verification


@dataclass(frozen=True, slots=True)
class TogetherSaid:
    """What two sources of one main gave in one test, as coverage counts it: not more than each gives alone since."""

    one: AnyWaterSource
    other: AnyWaterSource
    main_ref: str
    tested_on: date
    flow_lps: float


@dataclass(frozen=True, slots=True)
class HouseSaid:
    """One house, its class as computed now, what a planner decided, and its sources by hose."""

    record: Any
    layer: int
    state: CoverState
    override: CoverageOverride | None
    sources: tuple[SourceSaid, ...]
    together: tuple[TogetherSaid, ...]
    """Tests of two that count for it both, the most water first; only where its demand may ask for two."""


def nearest_house(place: LonLat) -> tuple[int, int]:
    """Give layer and number of the building nearest to a place, else of the facility.

    Raises
    ------
    UnknownHouse
    """
    point = Point(place.lon, place.lat, srid=4326)
    # A box of degrees first, so that the index is used.
    reach = point.buffer(HOUSE_WITHIN_M / 100_000)
    for layer, model in enumerate(MODELS):
        near = model.objects.filter(geom__intersects=reach).annotate(m=Distance("geom", point)).order_by("m", "pk")
        if found := near.first():
            return layer, found.pk
    raise UnknownHouse("No building is recorded within 50 m of %(place)s.", place=str(place))


def say_house(network: Network, layer: int, pk: int, *, at: datetime) -> HouseSaid:
    """Compute one house and say why; six queries.

    Raises
    ------
    UnknownHouse, gis_core.regulations.NoRuleInForce
    """
    record = MODELS[layer].objects.filter(pk=pk).first()
    if record is None:
        raise UnknownHouse("There is no %(layer)s with the number %(id)d.", layer=LAYERS[layer][:-1], id=pk)
    rules = rules_at(timezone.localdate(at))
    out = frozenset(out_at(at))
    ids: list[list[int]] = [[], []]
    ids[layer].append(pk)
    houses = read_houses(network, rules, ids)
    reached = _reach(network, rules)
    sources = read_sources(network, rules, out, _keys_near(houses, rules))
    sources = replace(sources, truck=levels_at_sources(reached, sources))
    state = assemble(network, rules, out, houses, sources, reached)
    override = CoverageOverride.objects.filter(of_layer=LAYERS[layer], of_id=pk).first()
    said = _said(state, out)
    return HouseSaid(record, layer, state, override, said, _together(state, said))


def _keys_near(houses: Houses, rules: CoverRules) -> list[str]:
    lon, lat = houses.lon_lat[0].tolist()
    within_m = max(400.0, rules.farthest_m) + 2 * WAY_WITHIN_M
    near = AnyWaterSource.objects.filter(geom__dwithin=(Point(lon, lat, srid=4326), within_m))
    return [row.key for row in near.only("key")]


_last: tuple[Network, CoverRules, tuple[Any, ...], TruckReach] | None = None


def _reach(network: Network, rules: CoverRules) -> TruckReach:
    """Give where trucks get to, kept by the process until the network, the stations or the vehicles change."""
    from gis_core.kept import state_of  # noqa: PLC0415 - only here

    global _last  # noqa: PLW0603 - one a process; threads that come at once make the same twice
    counted, last = state_of(("layers_firestation", "routes_vehicle")), _last
    if last is None or last[0] is not network or last[1] != rules or last[2] != counted:
        last = _last = network, rules, counted, truck_reach(network, rules)
    return last[3]


def _said(state: CoverState, out: Collection[str]) -> tuple[SourceSaid, ...]:
    pairs = state.store.base
    order = np.lexsort((pairs.source, pairs.distance_mm)).tolist()
    return tuple(_one(state, out, pair) for pair in order)


def _together(state: CoverState, said: Sequence[SourceSaid]) -> tuple[TogetherSaid, ...]:
    if float(state.houses.most_lps[0]) < state.rules.two.value:
        return ()
    counting = {source.row.key for source in said if source.against in {None, Against.NOT_VERIFIED}}
    sources, found = state.sources, []
    first, other, lps = sources.waters.together
    for i, row in enumerate(sources.rows):
        for entry in range(first[i], first[i + 1]):
            j = int(other[entry])
            test = sources.tests.get((int(sources.hydrant[i]), int(sources.hydrant[j])))  # None: the other way round
            if test is not None and {row.key, sources.rows[j].key} <= counting:
                found.append(TogetherSaid(row, sources.rows[j], test.main_ref, test.tested_on, float(lps[entry])))
    return tuple(sorted(found, key=lambda test: -test.flow_lps))


def _one(state: CoverState, out: Collection[str], pair: int) -> SourceSaid:
    pairs, sources = state.store.base, state.sources
    source = int(pairs.source[pair])
    row = sources.rows[source]
    most = float(state.houses.most_lps[0])
    flow, _ = _flows(sources, source, most)
    return SourceSaid(
        row,
        int(pairs.distance_mm[pair]),
        int(pairs.sure_mm[pair]),
        state.rules.limit_m(row.layer, row.access),
        None if np.isnan(flow) else flow,
        _against(state, sources, source, pair, out),
        verification_of(row, state.rules.on),
    )


def _flows(sources: Sources, source: int, need_lps: float) -> tuple[float, float]:
    """Give what a source surely gives for as long as that is asked for, and the most that it may give."""
    ends = (
        (sources.long_lps, sources.long_most_lps) if need_lps > LONG_FROM_LPS else (sources.flow_lps, sources.most_lps)
    )
    return float(ends[0][source]), float(ends[1][source])


def _against(
    state: CoverState, sources: Sources, source: int, pair: int, out: Collection[str]
) -> Against | Reason | None:
    """Name the first thing that speaks against a source for this house, as `routes.engine.weighing` counts."""
    row, limit_mm = sources.rows[source], int(sources.limit_mm[source])
    pairs, truck = state.store.base, int(sources.truck[source])
    least, most = float(state.houses.least_lps[0]), float(state.houses.most_lps[0])
    two = most >= state.rules.two.value
    flow, at_most = _flows(sources, source, most)
    unknown = np.isnan(flow) or (flow < least and at_most > flow and not two)
    tests: tuple[tuple[bool, Against], ...] = (
        (int(pairs.distance_mm[pair]) > limit_mm, Against.TOO_FAR),
        (not is_carried(row) and truck == NOT_USABLE, Against.TRUCK_BLOCKED),
        (not 0 <= int(pairs.sure_mm[pair]) <= limit_mm, Against.WAY_UNKNOWN),
        (not is_carried(row) and truck == PERHAPS, Against.TRUCK_UNKNOWN),
        (bool(unknown), Against.FLOW_UNKNOWN),
        (flow <= 0 or (flow < least and not two), Against.FLOW_TOO_LOW),
        (flow < most and not two, Against.DEMAND_UNKNOWN),
        (verification_of(row, state.rules.on) is not Verification.VERIFIED, Against.NOT_VERIFIED),
    )
    reason = reason_of(row, demand_on(state.rules, out))
    return reason or next((against for holds, against in tests if holds), None)
