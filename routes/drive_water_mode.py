"""`GET /api/nearest-water?mode=drive`: what `hydrants.modes` is told of measuring by road."""

from dataclasses import replace
from typing import Final

from django.utils import timezone
from django.utils.timezone import localdate
from rest_framework.request import Request

from gis_core.versions import data_version
from hydrants.answers import Json
from hydrants.modes import Mode
from hydrants.nearest import TABLES as WATER_TABLES
from hydrants.usability import Demand, demand_at
from layers.models import FireStation
from routes.approach_hose import DEFAULT_SLACK, HoseRules, hose_rules_at
from routes.approach_plan import HOSE_LIMIT_M
from routes.approach_start import nearest_of_all, origins_of, spots_near, starts_of
from routes.drive_water import Begin, Outcome, WaterByRoad, WaterSearch, nearest_by_road
from routes.drive_water_answer import render_drive_water
from routes.drive_water_openapi import DRIVE_WATER_ANSWER, DRIVE_WATER_PARAMETERS
from routes.drive_water_question import DRIVE, DriveWaterQuestion
from routes.drive_water_sources import PlacedWaters, waters_on
from routes.engine.arrays import Level, Network, Profile, Spot
from routes.engine.searches import best_stop, lay_hose
from routes.network.live import live_network
from routes.network.profiles import driver_of, profile_of
from routes.route import CANDIDATES
from routes.route_answer import spot_json
from routes.route_views import TABLES as ROAD_TABLES
from routes.way import METRIC

_TABLES: Final = (*ROAD_TABLES, *WATER_TABLES, FireStation._meta.db_table)


def answer_by_road(request: Request) -> Json:
    """Answer with the nearest usable water by road."""
    question = DriveWaterQuestion.from_query(request.query_params, now=timezone.localtime())
    # The version is read first: data written meanwhile makes the answer newer than it says, never older.
    version = data_version(_TABLES)
    sighting = live_network().current()
    network, place = sighting.network, question.place
    placed = waters_on(network)
    spots = spots_near(network, place.lon, place.lat, count=CANDIDATES)
    demand = demand_at(localdate(question.at), min_flow_lps=question.min_flow_lps)
    found = _search(network, placed, question, spots, demand) if spots else WaterByRoad(Outcome.NOT_NEAR_ROAD)
    if not spots:
        spots = tuple(filter(None, [nearest_of_all(network, place.lon, place.lat)]))
    snapped = [spot_json(network, spot) for spot in spots]
    return render_drive_water(question, found, sighting, placed.waters, placed.stands, version, snapped)


def _search(
    network: Network, placed: PlacedWaters, question: DriveWaterQuestion, spots: tuple[Spot, ...], demand: Demand
) -> WaterByRoad:
    """Search from the place itself; where the truck cannot surely drive from it, from where it stops for it."""
    rules = hose_rules_at(localdate(question.at))
    profile = profile_of(network, driver_of(question.vehicle), at=question.at)
    x, y = METRIC.from_wgs84(question.place.lon, question.place.lat)

    def search_from(spot: Spot) -> WaterSearch:
        return WaterSearch(network, placed, profile, [(spot, 0)], rules.by_hand_s_per_m)

    def answer_from(search: WaterSearch) -> WaterByRoad:
        return nearest_by_road(search, (float(x), float(y)), demand, limit=question.limit)

    usable, here = placed.waters.usable(demand), search_from(spots[0])
    if usable.any() and not here.nearest(usable, 1, Level.ASSUMED):
        begin = _stop_for(network, profile, spots[0], rules)
        if begin and search_from(begin.spot).nearest(usable, 1, Level.ASSUMED):
            return replace(answer_from(search_from(begin.spot)), begin=begin)
    return answer_from(here)


def _stop_for(network: Network, profile: Profile, target: Spot, rules: HoseRules) -> Begin | None:
    """Find where a truck from the nearest station stops for a place, as the approach has it; None: at the place."""
    starts = starts_of(origins_of(network, FireStation.objects.order_by("id")))
    if not starts:
        return None
    hose = lay_hose(network, target, limit_mm=int(HOSE_LIMIT_M * 1000), through_unknown=False)
    sure, lay_ms_per_m = replace(profile, least=Level.ASSUMED), 1000 * rules.by_hand_s_per_m * DEFAULT_SLACK
    stop = best_stop(network, sure, starts, hose, lay_ms_per_m=lay_ms_per_m)
    return None if stop is None or stop.hose_mm == 0 else Begin(stop.spot, stop.hose_mm / 1000 + target.apart_m)


BY_ROAD: Final = Mode(DRIVE, answer_by_road, DRIVE_WATER_PARAMETERS, DRIVE_WATER_ANSWER)
