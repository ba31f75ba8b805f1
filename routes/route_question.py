"""What can be asked at `GET /api/route`, read from its parameters into values that cannot be wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from django.http import QueryDict

from gis_core.values import LonLat
from routes import encounters, models
from routes.asking import Parameters
from routes.encounters import Mode
from routes.pieces import Json
from routes.vehicle_profiles import sizes_of

KNOWN: Final = ("from", "to", "vehicle", "at", "mode", "findings")
_FINDINGS: Final = ("telling", "all")


@dataclass(frozen=True, slots=True)
class RouteQuestion:
    """Two places, a vehicle as it is stored, the moment of departure and whether legal limits yield."""

    start: LonLat
    goal: LonLat
    vehicle: models.Vehicle
    at: datetime
    mode: Mode
    all_findings: bool = False

    @classmethod
    def from_query(cls, query: QueryDict, *, now: datetime) -> Self:
        """Read the parameters.

        Parameters
        ----------
        now
            Stands in for `at` where the question names no time.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        asked = Parameters.of(query, KNOWN)
        start, goal = asked.place("from"), asked.place("to")
        at, mode = asked.moment(now), asked.mode()
        return cls(start, goal, asked.vehicle(), at, mode, asked.choice("findings", _FINDINGS) == "all")

    @property
    def sizes(self) -> encounters.Vehicle:
        """The vehicle as the rules want it."""
        return sizes_of(self.vehicle)

    def as_json(self) -> Json:
        """Every parameter as it was understood."""
        return {
            "from": [self.start.lon, self.start.lat],
            "to": [self.goal.lon, self.goal.lat],
            "vehicle": self.vehicle.code,
            "at": self.at.isoformat(timespec="seconds"),
            "mode": self.mode,
            "findings": _FINDINGS[self.all_findings],
        }
