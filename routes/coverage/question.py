"""What can be asked at `GET /api/coverage`, read from its parameters into values that cannot be wrong."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from django.http import QueryDict

from gis_core.errors import BadRequest
from gis_core.parameters import whole_number
from gis_core.values import Bbox, LonLat
from routes.asking import Parameters
from routes.pieces import Json

SUBJECTS: Final = ("building", "facility", "place", "lane", "ward", "bbox")
KNOWN: Final = (*SUBJECTS, "from", "to")
_DAY: Final = "2026-11-22"


class InvalidQuestion(BadRequest):
    """Nothing, or more than one thing, is asked about."""

    code = "invalid-question"
    title = "The question is not clear"


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """One of a house by number, a place, the lane at a place, a ward by code, or a box; for a ward two days."""

    house: tuple[int, int] | None = None
    place: LonLat | None = None
    lane: LonLat | None = None
    ward: str = ""
    box: Bbox | None = None
    since: date | None = None
    until: date | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Read the parameters.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        asked = Parameters.of(query, KNOWN)
        given = [name for name in SUBJECTS if asked.has(name)]
        if len(given) != 1:
            raise InvalidQuestion("Give exactly one of: %(known)s.", known=", ".join(SUBJECTS))
        subject, days = given[0], (_day(asked, "from"), _day(asked, "to"))
        if any(days) and (subject != "ward" or not all(days)):
            raise InvalidQuestion("from and to are two days, both given, of a ward.")
        text = asked.text(subject)
        return cls(
            house=_house(subject, text) if subject in {"building", "facility"} else None,
            place=asked.place("place") if subject == "place" else None,
            lane=asked.place("lane") if subject == "lane" else None,
            ward=text if subject == "ward" else "",
            box=Bbox.from_text(text) if subject == "bbox" else None,
            since=days[0],
            until=days[1],
        )

    def as_json(self) -> Json:
        """Every parameter as it was understood."""
        layer = {0: "building", 1: "facility"}
        return {
            **({layer[self.house[0]]: self.house[1]} if self.house else {}),
            **({"place": [self.place.lon, self.place.lat]} if self.place else {}),
            **({"lane": [self.lane.lon, self.lane.lat]} if self.lane else {}),
            **({"ward": self.ward} if self.ward else {}),
            **({"bbox": [self.box.min_x, self.box.min_y, self.box.max_x, self.box.max_y]} if self.box else {}),
            **({"from": self.since, "to": self.until} if self.since else {}),
        }


def _house(name: str, text: str) -> tuple[int, int]:
    number = whole_number(text, least=1)
    if number is None:
        raise InvalidQuestion("%(name)s is “%(text)s”: give its number.", name=name, text=text[:60])
    return (0 if name == "building" else 1), number


def _day(asked: Parameters, name: str) -> date | None:
    text = asked.text(name)
    try:
        day = date.fromisoformat(text) if len(text) == len(_DAY) else None
    except ValueError:
        day = None
    if text and (day is None or not 2000 <= day.year < 2200):  # noqa: PLR2004 - days of which figures can be kept
        raise InvalidQuestion("%(name)s is “%(text)s”: give a day such as 2026-11-22.", name=name, text=text[:60])
    return day
