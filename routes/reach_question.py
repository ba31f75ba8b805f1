"""What can be asked at `GET /api/reach`, read from its parameters into values that cannot be wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from django.http import QueryDict

from gis_core.values import InvalidPosition, LonLat
from routes import models
from routes.approach_question import start_in
from routes.asking import Parameters
from routes.pieces import Json

KNOWN: Final = ("from", "minutes", "vehicle", "at")
DEFAULT_MINUTES: Final = 10.0
MOST_MINUTES: Final = 60.0


@dataclass(frozen=True, slots=True)
class ReachQuestion:
    """A place or a station to start from, minutes, a stored vehicle, and when."""

    start: LonLat | None
    station: str
    minutes: float
    vehicle: models.Vehicle
    at: datetime

    @classmethod
    def from_query(cls, query: QueryDict, *, now: datetime) -> Self:
        """Read the parameters.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        asked = Parameters.of(query, KNOWN)
        if not asked.has("from"):
            raise InvalidPosition(
                "from is missing: give the reference of a fire station, or longitude, comma, latitude."
            )
        start, station = start_in(asked)
        minutes = asked.number("minutes", DEFAULT_MINUTES, least=0.5, most=MOST_MINUTES)
        at = asked.moment(now)
        return cls(start, station, minutes, asked.vehicle(), at)

    def as_json(self) -> Json:
        """Every parameter as it was understood."""
        return {
            "from": [self.start.lon, self.start.lat] if self.start else self.station,
            "minutes": self.minutes,
            "vehicle": self.vehicle.code,
            "at": self.at.isoformat(),
        }
