"""For whom lanes are surveyed: one vehicle from its stations, at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from gis_core.errors import NotFound
from routes import models
from routes.approach_start import origins_of, starts_of, stations_for
from routes.encounters import Mode
from routes.engine.arrays import Network
from routes.lanes.grouping import kept_lanes
from routes.lanes.survey import LaneSurvey, survey_lanes
from routes.network.profiles import driver_of, profile_of
from routes.route import Driver
from routes.vehicle_profiles import kept_vehicles, sizes_of
from routes.way import MaySee


class NoVehicle(NotFound):
    """No vehicle is in service."""

    code = "no-vehicle"
    title = "No vehicle is in service"


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A survey and whoever it was made for."""

    vehicle: models.Vehicle
    driver: Driver
    survey: LaneSurvey


def usual_vehicle() -> models.Vehicle:
    """Give the vehicle that lanes are judged for where none is named: the first engine in service, else the first one.

    Raises
    ------
    NoVehicle
    """
    vehicles = kept_vehicles()
    if not vehicles:
        raise NoVehicle("No vehicle is in service: enter one, or name one that is out of service.")
    return next((v for v in vehicles if v.kind == models.Vehicle.Kind.ENGINE), vehicles[0])


def survey_for(network: Network, vehicle: models.Vehicle, *, at: datetime, may_see: MaySee) -> Surveyed:
    """Survey all lanes for one vehicle, which starts at its station, or at any where it has none.

    Raises
    ------
    routes.approach_start.NoStation
        Nobody has entered any.
    """
    profile = profile_of(network, driver_of(vehicle), at=at)
    driver = Driver(sizes_of(vehicle), profile, Mode.EMERGENCY, may_see, network.roads.assumptions)
    starts = starts_of(origins_of(network, stations_for("", vehicle.station_id)))
    return Surveyed(vehicle, driver, survey_lanes(network, kept_lanes(network), profile, starts))


class _Alike(NamedTuple):
    need: bytes
    pace: bytes
    station: int | None


def surveys_for(
    network: Network, vehicles: Iterable[models.Vehicle], *, at: datetime, may_see: MaySee
) -> dict[str, LaneSurvey]:
    """Survey the lanes for several vehicles, by code; those that are alike share one."""
    made: dict[_Alike, LaneSurvey] = {}
    found = {}
    for vehicle in vehicles:
        profile = profile_of(network, driver_of(vehicle), at=at)
        alike = _Alike(profile.need.tobytes(), profile.pace.tobytes(), vehicle.station_id)
        if alike not in made:
            made[alike] = survey_for(network, vehicle, at=at, may_see=may_see).survey
        found[vehicle.code] = made[alike]
    return found
