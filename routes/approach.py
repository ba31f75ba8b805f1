"""The approach to a fire, put together: the plan, what stops the truck, how it gets away, the water, every vehicle."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.timezone import localdate

from gis_core.values import LonLat, Verdict
from hydrants.outages import demand_during, out_at
from routes import drawing, models
from routes.approach_hose import HoseNeed, HoseRules, hose_rules_at
from routes.approach_plan import Blocker, Ground, Plan, blocker_of, plan_approach
from routes.approach_question import ApproachQuestion
from routes.approach_start import Origin, origin_at, origins_of, starts_of, stations_for
from routes.approach_turning import WayOut, way_out
from routes.approach_water import WaterChain, water_for
from routes.barriers import Barriers, barriers_now, hose_network
from routes.drive_water import WaterSearch
from routes.drive_water_sources import PlacedWaters, waters_on
from routes.encounters import Mode
from routes.engine.arrays import Network, Profile, Spot
from routes.engine.searches import Stop
from routes.firefighting_points import NearPoint, nearest_point
from routes.network.profiles import driver_of, profile_of
from routes.route import Driver
from routes.route_answer import lon_lat_of, xy_of
from routes.snapping import AT_ROAD_M, CANDIDATES, spots_near
from routes.trip import Trip
from routes.vehicle_profiles import kept_vehicles, sizes_of
from routes.way import METRIC, MaySee


@dataclass(frozen=True, slots=True)
class VehiclePlan:
    """How one vehicle gets at the target, and what stops it: on the possible way where no stop is sure."""

    stored: models.Vehicle
    driver: Driver
    plan: Plan
    blocker: Blocker | None
    need: HoseNeed | None
    """Hose from the sure stop to the target itself."""
    possible_need: HoseNeed | None


@dataclass(frozen=True, slots=True)
class Approach:
    """The whole answer; what hangs on a stop is None where there is none.

    `targets` and the spots of `origins` are empty far from every road: then there is no plan at all.
    """

    question: ApproachQuestion
    network: Network
    hose: Network
    """As hose is laid on it."""
    rules: HoseRules
    targets: tuple[Spot, ...]
    origins: tuple[Origin, ...]
    main: VehiclePlan | None = None
    trip: Trip | None = None
    """To the sure stop, judged."""
    possible_trip: Trip | None = None
    matrix: tuple[VehiclePlan, ...] = ()
    out: WayOut | None = None
    water: WaterChain | None = None
    placed: PlacedWaters | None = None
    point: NearPoint | None = None


def find_approach(question: ApproachQuestion, network: Network, may_see: MaySee) -> Approach:
    """Plan the approach to a place.

    Parameters
    ----------
    may_see
        Decides per administrative unit whether the holders of keys are named.

    Raises
    ------
    gis_core.errors.NotFound
        No such station, no station at all, or no rule in force on that day.

    Notes
    -----
    Reads stations, vehicles, public firefighting points and what became of the water since the last question: a fixed
    number of queries. Roads and what stands on them come from `network`.
    """
    rules = hose_rules_at(localdate(question.at))
    targets = spots_near(network, question.target.lon, question.target.lat, count=CANDIDATES)
    origins = _origins(question, network)
    starts = starts_of(origins)
    barriers = barriers_now()
    hose = hose_network(network, barriers)
    bare = Approach(question, network, hose, rules, targets, origins)
    if not targets or not starts:
        return bare
    lay_ms_per_m = 1000 * rules.by_hand_s_per_m * question.slack
    ground = Ground.around(
        network, targets[0], starts, hose=hose, lay_ms_per_m=lay_ms_per_m, apart_sure=_is_beside(bare, barriers)
    )
    planner = _Planner(question, network, rules, may_see, ground)
    main = planner.plan(question.vehicle)
    others = [v for v in _vehicles_beside(question.vehicle, origins) if v.pk != question.vehicle.pk]
    # The slimmest first: where it stops is known to the larger ones that can drive the same way.
    others.sort(key=lambda v: (v.width_m, v.height_m, v.gross_weight_t))
    matrix = sorted([main, *map(planner.plan, others)], key=lambda p: (p.stored.sort_order, p.stored.name))
    return _with_stop(replace(bare, main=main, matrix=tuple(matrix)))


def _is_beside(approach: Approach, barriers: Barriers) -> bool:
    """Tell whether hose surely gets from the road to the target: near it, and neither water nor rails between."""
    target, place = approach.targets[0], approach.question.target
    if target.apart_m > AT_ROAD_M:
        return False
    x, y = METRIC.from_wgs84(place.lon, place.lat)
    return not barriers.between((float(x), float(y)), xy_of(approach.network, target))


def _origins(question: ApproachQuestion, network: Network) -> tuple[Origin, ...]:
    if question.start is not None:
        return (origin_at(network, question.start),)
    return origins_of(network, stations_for(question.station, question.vehicle.station_id))


def _vehicles_beside(vehicle: models.Vehicle, origins: Sequence[Origin]) -> Iterable[models.Vehicle]:
    """The vehicles of its own station where that is driven from, else all in service: one query either way."""
    everywhere = kept_vehicles()
    home = vehicle.station_id
    if home is None or any(origin.station is None or origin.station.pk != home for origin in origins):
        return everywhere
    return [other for other in everywhere if other.station_id == home]


@dataclass(frozen=True, slots=True)
class _Planner:
    """Plans for one vehicle after the other; the hose is the same for all."""

    question: ApproachQuestion
    network: Network
    rules: HoseRules
    may_see: MaySee
    ground: Ground
    plans: dict[tuple[bytes, bytes], Plan] = field(default_factory=dict)
    """By size and pace: many vehicles are alike."""

    def plan(self, stored: models.Vehicle) -> VehiclePlan:
        driver = self._driver(stored)
        plan = self._planned(driver.profile)
        blocker = None
        if plan.stop is not None:
            blocker = blocker_of(self.network, driver, plan.stop)
        elif plan.possible is not None:
            blocker = blocker_of(self.network, driver, plan.possible, stopped_by=frozenset({Verdict.BLOCKED}))
        return VehiclePlan(stored, driver, plan, blocker, self._need(plan, plan.stop), self._need(plan, plan.possible))

    def _planned(self, profile: Profile) -> Plan:
        key = profile.need.tobytes(), profile.pace.tobytes()
        if key not in self.plans:
            self.plans[key] = plan_approach(self.network, profile, self.ground)
        return self.plans[key]

    def _driver(self, stored: models.Vehicle) -> Driver:
        profile = profile_of(self.network, driver_of(stored), at=self.question.at)
        assumptions = self.network.roads.assumptions
        return Driver(sizes_of(stored), profile, Mode.EMERGENCY, self.may_see, assumptions)

    def _need(self, plan: Plan, stop: Stop | None) -> HoseNeed | None:
        return None if stop is None else HoseNeed(plan.hose_m(stop), self.question.slack, self.rules)


def _with_stop(approach: Approach) -> Approach:
    """Add what hangs on the stop: the line of the hose, the way out, the water, the public firefighting point."""
    main, network, question = approach.main, approach.network, approach.question
    stop = main.plan.stop or main.plan.possible if main else None
    if main is None or stop is None:
        return approach
    hose_line = hose_line_of(network, stop, question.target)
    demand = demand_during(question.at, out_at(question.at))
    placed = waters_on(network)
    search = WaterSearch(
        network, placed, main.driver.profile, [stop.spot], approach.rules.by_hand_s_per_m, stop.path.time_ms
    )
    return replace(
        approach,
        trip=_trip(network, main.driver, main.plan.stop),
        possible_trip=_trip(network, main.driver, main.plan.possible),
        out=way_out(
            network,
            main.driver.profile,
            stop.path,
            length_m=main.stored.length_m,
            turning_radius_m=main.stored.turning_radius_m,
        ),
        placed=placed,
        water=water_for(
            search, stop.spot, xy_of(network, stop.spot), demand, localdate(question.at), hose=approach.hose
        ),
        point=nearest_point(hose_line),
    )


def _trip(network: Network, driver: Driver, stop: Stop | None) -> Trip | None:
    return None if stop is None else driver.trip(network, stop.path)


def hose_line_of(network: Network, stop: Stop, target: LonLat) -> list[drawing.LonLat]:
    """Draw the hose from the stop along the lanes, and straight to the target; at least two positions."""
    along = drawing.steps_line(network, stop.hose_path.path.steps, lon_lat_of(network, stop.spot))
    return [*along, (target.lon, target.lat)]
