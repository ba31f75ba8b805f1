"""What a briefing sheet says: the two answers it is made of, where the place is, and whom to call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.gis.geos import Point
from django.utils import timezone

from gis_core.kept import one_look
from gis_core.models import AdministrativeUnit
from gis_core.values import LonLat
from layers.models import Building
from routes import tables
from routes.approach import find_approach
from routes.approach_answer import render_approach
from routes.approach_question import ApproachQuestion
from routes.briefing.beside import nearest_within
from routes.briefing.contacts import Contact, contacts_of
from routes.drive_water_answer import render_drive_water
from routes.drive_water_begin import find_water
from routes.drive_water_question import DriveWaterQuestion
from routes.drive_water_sources import waters_on
from routes.network.live import Sighting, live_network
from routes.pieces import Json
from routes.snapping import CANDIDATES, spots_near
from routes.way import METRIC, MaySee

WATERS: Final = 3
"""Sources on a sheet; `/api/nearest-water` names more."""
_HOUSE_WITHIN_M: Final = 40.0


@dataclass(frozen=True, slots=True)
class House:
    """The recorded house nearest to the place, and the straight metres to it."""

    address: str
    apart_m: float


@dataclass(frozen=True, slots=True)
class Place:
    """The place of the fire, as it is found on other maps."""

    lon: float
    lat: float
    east_m: float
    north_m: float
    """In VN-2000 / TM-3 105°00' (EPSG:5897)."""
    units: tuple[str, ...]
    """The administrative units around it on that day, the smallest first."""
    house: House | None
    """None: no house is recorded within 40 m."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """A sheet: both answers as their addresses give them, on one state of the roads."""

    question: ApproachQuestion
    made_at: datetime
    place: Place
    approach: Json
    water: Json
    contacts: tuple[Contact, ...]


def make_briefing(question: ApproachQuestion, may_see: MaySee) -> Briefing:
    """Ask everything that stands on a sheet.

    Parameters
    ----------
    may_see
        Decides per administrative unit whether people are named.

    Raises
    ------
    gis_core.errors.NotFound
        No such station, no station at all, or no rule in force on that day.

    Notes
    -----
    A fixed number of queries: those of both answers, the units, the house, and one for each kind of contact.
    """
    # The look comes first: data written meanwhile makes the answers newer than they say, never older.
    with one_look() as look:
        sighting = live_network().current()
        found = find_approach(question, sighting.network, may_see)
        approach = render_approach(found, sighting, look.version(tables.APPROACH))
        water = _water(question, sighting, look.version(tables.DRIVE_WATER))
    return Briefing(
        question=question,
        made_at=timezone.localtime(),
        place=_place(question.target, question.at),
        approach=approach,
        water=water,
        contacts=contacts_of(question.target, approach, water, may_see),
    )


def _water(question: ApproachQuestion, sighting: Sighting, version: str) -> Json:
    asked = DriveWaterQuestion(question.target, question.vehicle, WATERS, None, question.at)
    network, placed = sighting.network, waters_on(sighting.network)
    spots = spots_near(network, question.target.lon, question.target.lat, count=CANDIDATES)
    found = find_water(asked, network, placed, spots)
    return render_drive_water(asked, found, sighting, placed, spots, version)


def _place(target: LonLat, at: datetime) -> Place:
    here = Point(target.lon, target.lat, srid=4326)
    east_m, north_m = METRIC.from_wgs84(target.lon, target.lat)
    units = AdministrativeUnit.objects.at(timezone.localdate(at)).filter(geom__intersects=here).order_by("-level")
    return Place(
        lon=target.lon,
        lat=target.lat,
        east_m=float(east_m),
        north_m=float(north_m),
        units=tuple(unit.name for unit in units),
        house=_house(target),
    )


def _house(target: LonLat) -> House | None:
    found = nearest_within(Building.objects.exclude(address=""), target, within_m=_HOUSE_WITHIN_M)
    return None if found is None else House(found.row.address, found.apart_m)
