"""What can be asked at `GET /api/approach`, read from its parameters into values that cannot be wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from django.http import QueryDict

from gis_core.values import LonLat
from routes import models
from routes.approach_hose import DEFAULT_SLACK, MOST_SLACK
from routes.asking import Parameters
from routes.pieces import Json

KNOWN: Final = ("to", "vehicle", "from", "at", "slack", "hose_m")
_MOST_HOSE_M: Final = 5_000.0


@dataclass(frozen=True, slots=True)
class ApproachQuestion:
    """A target, a stored vehicle, where it comes from, when, and the hose it has.

    `start` is a place; where it is None, `station` names a station, and empty means the vehicle's own or any.
    """

    target: LonLat
    vehicle: models.Vehicle
    start: LonLat | None
    station: str
    at: datetime
    slack: float
    hose_m: float | None
    """Metres of hose that the vehicle carries; None: nobody noted it."""

    @classmethod
    def from_query(cls, query: QueryDict, *, now: datetime) -> Self:
        """Read the parameters.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        asked = Parameters.of(query, KNOWN)
        target, (start, station) = asked.place("to"), start_in(asked)
        slack = asked.number("slack", DEFAULT_SLACK, least=1.0, most=MOST_SLACK)
        hose_m = asked.number("hose_m", 0.0, least=0.0, most=_MOST_HOSE_M) if asked.has("hose_m") else None
        at, vehicle = asked.moment(now), asked.vehicle()
        return cls(target, vehicle, start, station, at, slack, vehicle.hose_m if hose_m is None else hose_m)

    def as_json(self) -> Json:
        """Every parameter as it was understood."""
        return {
            "to": [self.target.lon, self.target.lat],
            "vehicle": self.vehicle.code,
            "from": [self.start.lon, self.start.lat] if self.start else self.station or None,
            "at": self.at.isoformat(),
            "slack": self.slack,
            "hose_m": self.hose_m,
        }


def start_in(asked: Parameters) -> tuple[LonLat | None, str]:
    """Read `from`: a place, or the reference of a station; a comma tells them apart."""
    text = asked.text("from")
    return (LonLat.from_text(text), "") if "," in text else (None, text)
