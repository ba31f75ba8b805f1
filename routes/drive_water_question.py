"""What can be asked at `GET /api/nearest-water?mode=drive`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from django.http import QueryDict

from gis_core.values import LonLat, parse_limit
from hydrants.nearest import DEFAULT_LIMIT, MAX_LIMIT
from routes import models
from routes.asking import Parameters
from routes.pieces import Json

DRIVE: Final = "drive"
KNOWN: Final = ("lon", "lat", "mode", "vehicle", "limit", "min_flow_lps", "at")


@dataclass(frozen=True, slots=True)
class DriveWaterQuestion:
    """A place to drive from, a stored vehicle, how many sources, the flow they must give, and when."""

    place: LonLat
    vehicle: models.Vehicle
    limit: int
    min_flow_lps: float | None
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
        place = LonLat.from_params(asked.given.get("lon"), asked.given.get("lat"))
        limit = asked.count("limit", DEFAULT_LIMIT, most=MAX_LIMIT)
        flow = parse_limit("min_flow_lps", asked.given["min_flow_lps"]) if "min_flow_lps" in asked.given else None
        at = asked.moment(now)
        return cls(place, asked.vehicle(), limit, flow, at)

    def as_json(self) -> Json:
        """Every parameter as it was understood."""
        return {
            "lon": self.place.lon,
            "lat": self.place.lat,
            "mode": DRIVE,
            "vehicle": self.vehicle.code,
            "limit": self.limit,
            "min_flow_lps": self.min_flow_lps,
            "at": self.at.isoformat(),
        }
