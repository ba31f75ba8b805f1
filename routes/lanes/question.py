"""What can be asked at `GET /api/lanes`, read from its parameters into values that cannot be wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from django.http import QueryDict

from gis_core.errors import BadRequest
from gis_core.models import AdministrativeUnit
from routes import models
from routes.asking import Parameters
from routes.lanes.asking import usual_vehicle
from routes.lanes.survey import THRESHOLDS_M
from routes.pieces import Json

KNOWN: Final = ("vehicle", "unit", "deeper_m", "which", "vehicles", "limit", "at")
WHICH: Final = ("deeper", "unknown", "all")
VEHICLES: Final = ("one", "all")
DEFAULT_LANES: Final = 50
MOST_LANES: Final = 500


class UnknownUnit(BadRequest):
    """No administrative unit has this code."""

    code = "unknown-unit"
    title = "There is no such administrative unit"


@dataclass(frozen=True, slots=True)
class LanesQuestion:
    """For whom, in which ward (None: all), deeper than what, and which of the answers."""

    vehicle: models.Vehicle
    unit: AdministrativeUnit | None
    deeper_m: int
    which: str
    every_vehicle: bool
    limit: int
    at: datetime

    @classmethod
    def from_query(cls, query: QueryDict, *, now: datetime) -> Self:
        """Read the parameters; vehicle and unit cost a query each.

        Raises
        ------
        gis_core.errors.BadRequest, routes.lanes.asking.NoVehicle
        """
        asked = Parameters.of(query, KNOWN)
        return cls(
            vehicle=asked.vehicle() if asked.has("vehicle") else usual_vehicle(),
            unit=unit_of(asked.text("unit")),
            deeper_m=int(asked.choice("deeper_m", [str(metres) for metres in THRESHOLDS_M])),
            which=asked.choice("which", WHICH),
            every_vehicle=asked.choice("vehicles", VEHICLES) == "all",
            limit=asked.count("limit", DEFAULT_LANES, most=MOST_LANES),
            at=asked.moment(now),
        )

    def as_json(self) -> Json:
        """Every parameter as it was understood."""
        return {
            "vehicle": self.vehicle.code,
            "unit": self.unit.code if self.unit else None,
            "deeper_m": self.deeper_m,
            "which": self.which,
            "vehicles": VEHICLES[self.every_vehicle],
            "limit": self.limit,
            "at": self.at.isoformat(),
        }


def unit_of(code: str) -> AdministrativeUnit | None:
    """Find the unit in force with this code; None where none was named.

    Raises
    ------
    UnknownUnit
    """
    if not code:
        return None
    # PostgreSQL refuses to look for a NUL, which no text of it can hold.
    found = None if "\0" in code else AdministrativeUnit.objects.filter(code=code, valid_to=None).first()
    if found is None:
        raise UnknownUnit("No administrative unit in force has the code “%(unit)s”.", unit=code[:20])
    return found
