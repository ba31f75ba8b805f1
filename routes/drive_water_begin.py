"""From where the truck drives to water: from the place asked about, else from where it stops for that place."""

from dataclasses import replace

from django.utils.timezone import localdate

from hydrants.outages import demand_during, out_at
from hydrants.usability import Demand
from routes.approach_hose import DEFAULT_SLACK, HoseRules, hose_rules_at
from routes.approach_plan import Ground, plan_approach
from routes.approach_start import NoStation, origins_of, starts_of, stations_for
from routes.barriers import barriers_now, hose_network
from routes.drive_water import Begin, Outcome, WaterByRoad, WaterSearch, nearest_by_road
from routes.drive_water_question import DriveWaterQuestion
from routes.drive_water_sources import PlacedWaters
from routes.engine.arrays import Level, Network, Profile, Spot
from routes.network.profiles import driver_of, profile_of
from routes.way import METRIC


def find_water(
    question: DriveWaterQuestion, network: Network, placed: PlacedWaters, spots: tuple[Spot, ...]
) -> WaterByRoad:
    """Find water for the place asked about, which lies on the first of `spots`; far from every road there are none.

    Where the truck surely drives from the place to no usable water, the hose begins there and the truck drives from
    where the approach to the place stops.
    """
    if not spots:
        return WaterByRoad(Outcome.NOT_NEAR_ROAD)
    rules = hose_rules_at(localdate(question.at))
    profile = profile_of(network, driver_of(question.vehicle), at=question.at)
    demand = demand_during(question.at, out_at(question.at), min_flow_lps=question.min_flow_lps)
    here = WaterSearch(network, placed, profile, [spots[0]], rules.by_hand_s_per_m)
    if placed.waters.usable(demand).any() and not _reaches(here, demand):
        begin = _stop_for(question, network, profile, spots[0], rules)
        there = replace(here, starts=[begin.spot]) if begin else here
        if begin and _reaches(there, demand):
            return replace(_nearest(question, there, demand), begin=begin)
    return _nearest(question, here, demand)


def _reaches(search: WaterSearch, demand: Demand) -> bool:
    return bool(search.nearest(search.placed.waters.usable(demand), 1, Level.ASSUMED))


def _nearest(question: DriveWaterQuestion, search: WaterSearch, demand: Demand) -> WaterByRoad:
    x, y = METRIC.from_wgs84(question.place.lon, question.place.lat)
    return nearest_by_road(search, (float(x), float(y)), demand, limit=question.limit)


def _stop_for(
    question: DriveWaterQuestion, network: Network, profile: Profile, target: Spot, rules: HoseRules
) -> Begin | None:
    """Find where the truck surely stops for a place; None: at the place, or nobody knows.

    Also for a place off its road: the straight metres are part of the hose, and are said.
    """
    try:
        starts = starts_of(origins_of(network, stations_for("", question.vehicle.station_id)))
    except NoStation:
        return None
    lay_ms_per_m = 1000 * rules.by_hand_s_per_m * DEFAULT_SLACK
    hose = hose_network(network, barriers_now())
    plan = plan_approach(network, profile, Ground.around(network, target, starts, lay_ms_per_m=lay_ms_per_m, hose=hose))
    if plan.stop is None or plan.stop.hose_mm == 0 or plan.stop.hose_path.unknown:
        return None
    return Begin(plan.stop.spot, plan.hose_m(plan.stop))
