"""Who drives, how and when, as the searches want it."""

from datetime import datetime
from typing import NamedTuple

import numpy as np

from routes import encounters
from routes.encounters import Mode
from routes.engine.arrays import Level, Longs, Network, Profile
from routes.engine.limits import need_of
from routes.models import Vehicle
from routes.vehicle_profiles import sizes_of, stored_vehicle


class Driver(NamedTuple):
    """A vehicle as the rules want it, and how fast it is beside a fire engine."""

    vehicle: encounters.Vehicle
    speed_factor: float = 1.0


def driver_of(stored: Vehicle) -> Driver:
    """Give a stored vehicle as a driver."""
    return Driver(sizes_of(stored), stored.speed_factor)


def vehicle_of(code: str) -> Driver:
    """Read a vehicle by its code: one query; it may be edited at any time.

    Raises
    ------
    routes.vehicle_profiles.UnknownVehicle
        Naming the codes there are.
    """
    return driver_of(stored_vehicle(code))


def profile_of(
    network: Network, driver: Driver, *, at: datetime, mode: Mode = Mode.EMERGENCY, least: Level = Level.UNKNOWN
) -> Profile:
    """Give what a search needs to know.

    Parameters
    ----------
    at
        Departure; aware, any zone.
    least
        The worst that may be driven.
    """
    return Profile(
        need=need_of(driver.vehicle),
        pace=pace_of(network, driver.speed_factor),
        emergency=mode is Mode.EMERGENCY,
        depart_s=int(at.timestamp()),
        least=least,
    )


def pace_of(network: Network, speed_factor: float = 1.0) -> Longs:
    """Microseconds a metre by class of road; whole, so that equal ways take equally long, and never 0."""
    return np.maximum(np.rint(network.roads.pace / speed_factor), 1).astype(np.int64)
