"""What is asked of a layer and what comes back, whatever store is behind it (OGC API – Features Part 1, 7.15)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict

from gis_core.errors import BadRequest
from gis_core.values import Bbox

DEFAULT_LIMIT = 100
MAX_LIMIT = 10_000
FORMATS = ("json", "geojson")

HANOI_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
"""An instant falls on the day that Hanoi's calendar shows."""

_MAX_ID = 2**63 - 1
_DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = re.compile(rf"{_DAY}([Tt][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,9}})?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}}))?")


class UnknownParameter(BadRequest):
    """A parameter that this address does not know; ignoring it would answer another question."""

    code = "unknown-parameter"
    title = "There is no such parameter"


class InvalidParameter(BadRequest):
    """A parameter whose value makes no sense."""

    code = "invalid-parameter"
    title = "The value of a parameter is not valid"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; None is open."""

    first: date | None
    last: date | None

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a day, an RFC 3339 instant, or an interval of them that is open at one side at most.

        >>> Period.from_text("2025-06-30T18:00:00Z")  # already the next day in Hanoi
        Period(first=datetime.date(2025, 7, 1), last=datetime.date(2025, 7, 1))
        >>> Period.from_text("../2025-06-30").first is None
        True
        """
        ends = text.split("/")
        if len(ends) == 1:
            day = _day(text)
            return cls(day, day)
        first, last = (None if end in {"", ".."} else _day(end) for end in (ends[0], ends[-1]))
        if len(ends) != 2 or first is last is None or (first and last and first > last):  # noqa: PLR2004 - two ends
            raise InvalidParameter(
                "datetime is “%(value)s”: write an interval as start/end, start/.. or ../end, start first.",
                value=text[:80],
            )
        return cls(first, last)

    def __str__(self) -> str:
        return f"{self.first or '..'}/{self.last or '..'}"


@dataclass(frozen=True, slots=True)
class ItemsQuery:
    """A question for features of one layer, every part of it valid.

    Parameters
    ----------
    bbox
        Only features that touch this box, longitude and latitude of WGS 84; None means everywhere.
    limit
        Features in one page.
    period
        Only features in force at some time of it, where the layer is dated; None means at any time.
    after
        Only features whose id is greater: the place where the page before ended.
    """

    bbox: Bbox | None = None
    limit: int = DEFAULT_LIMIT
    period: Period | None = None
    after: int = 0

    @classmethod
    def from_request(cls, request: HttpRequest) -> Self:
        """Read the parameters of an ``/items`` address.

        Raises
        ------
        UnknownParameter, InvalidParameter, InvalidBbox, InvalidNumber, SwappedAxes
            With what would be right; nothing is ignored in silence.
        """
        given = single_values(request.GET, known=("bbox", "limit", "datetime", "after", "f"))
        return cls(
            bbox=Bbox.from_text(given["bbox"]) if "bbox" in given else None,
            limit=min(_whole("limit", given["limit"], least=1), MAX_LIMIT) if "limit" in given else DEFAULT_LIMIT,
            period=Period.from_text(given["datetime"]) if "datetime" in given else None,
            after=_whole("after", given["after"], least=0) if "after" in given else 0,
        )

    def following(self, last_id: int) -> Self:
        """Ask for the page after the one that ended with `last_id`."""
        return replace(self, after=last_id)

    def as_params(self) -> dict[str, str]:
        """Spell the question as parameters, each question in one way only."""
        spelt = {"bbox": self.bbox, "datetime": self.period, "limit": self.limit, "after": self.after}
        return {name: str(value) for name, value in spelt.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """Features as the store wrote them: `features` are GeoJSON Features joined by commas, without brackets.

    `matched` counts all features that the question asks for, on every page. `last_id` is None where nothing follows.
    `synthetic` tells whether any feature of the page was invented for demonstration.
    """

    features: bytes
    returned: int
    matched: int
    last_id: int | None
    synthetic: bool
    data_version: str


class FeatureSource(Protocol):
    """Where the features of one layer come from, for one audience."""

    def data_version(self) -> str:
        """Name the state of the data; it changes with every write."""

    def page(self, query: ItemsQuery) -> Page:
        """Answer a question."""

    def feature(self, feature_id: int) -> bytes | None:
        """Return one feature as GeoJSON, None if there is none with this id."""

    def extent(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east, north of all features in degrees, None of no feature."""


def single_values(params: QueryDict, *, known: Iterable[str]) -> Mapping[str, str]:
    """Return the parameters, each given once, all known, `f` one of the formats; or say what is wrong with them."""
    names = tuple(known)
    if unknown := [name for name in params if name not in names]:
        raise UnknownParameter(
            "There is no parameter “%(parameter)s” here; there are: %(known)s.",
            parameter=unknown[0][:60],
            known=", ".join(names),
        )
    if repeated := [name for name in params if len(params.getlist(name)) > 1]:
        raise InvalidParameter("%(parameter)s is given more than once: give it once.", parameter=repeated[0])
    given = {name: params.getlist(name)[0] for name in params}
    if given.get("f", FORMATS[0]) not in FORMATS:
        raise InvalidParameter(
            "There is no format “%(value)s” here; there are: %(known)s.",
            value=given["f"][:60],
            known=", ".join(FORMATS),
        )
    return given


def parse_feature_id(text: str) -> int | None:
    """Read the id of a feature; None where no feature can have it."""
    return int(text) if _DIGITS.fullmatch(text) and int(text) <= _MAX_ID else None


def _whole(name: str, text: str, *, least: int) -> int:
    number = parse_feature_id(text)
    if number is None or number < least:
        raise InvalidParameter(
            "%(parameter)s is “%(value)s”: give a whole number of at least %(least)d.",
            parameter=name,
            value=text[:60],
            least=least,
        )
    return number


def _day(text: str) -> date:
    # fromisoformat alone would also take weeks, and times of no stated zone.
    try:
        if match := _MOMENT.fullmatch(text):
            return (
                datetime.fromisoformat(text.upper()).astimezone(HANOI_TIME).date()
                if match[1]
                else date.fromisoformat(text)
            )
    except (ValueError, OverflowError):
        pass  # the thirtieth of February
    raise InvalidParameter(
        "datetime is “%(value)s”: write a day such as 2025-07-01, or an instant with its zone such as "
        "2025-07-01T08:30:00Z (a plus sign is written %%2B in an address).",
        value=text[:80],
    )
