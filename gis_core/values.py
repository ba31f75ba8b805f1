"""Small values that cannot be wrong once they exist: positions, boxes, verdicts, evidence.

Whatever comes from outside is parsed here into a value that is finite, in range and in the right order, or is
refused with a message that says what would be right. Longitude comes before latitude, always.
"""

import math
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal, Self

from gis_core.errors import BadRequest

CRS84: Final = "OGC:CRS84"
"""WGS 84 in degrees, longitude first: what every position means unless another CRS is named."""

# Mainland and islands (Hoàng Sa, Trường Sa).
_WEST, _SOUTH, _EAST, _NORTH = 102.0, 6.5, 117.9, 23.5

# Plain decimal digits: float() alone would also take "nan", "1_0" and the digits of other scripts.
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")


class InvalidNumber(BadRequest):
    """Not a finite number, or not one in the range that makes sense."""

    code = "invalid-number"
    title = "The number is not valid"


class InvalidPosition(BadRequest):
    """Not a place on Earth."""

    code = "invalid-position"
    title = "The position is not valid"


class SwappedAxes(BadRequest):
    """The two numbers of each position stand in the wrong order."""

    code = "swapped-axes"
    title = "The coordinates look swapped"


class OutsideVietnam(BadRequest):
    """A place on Earth, but none that this service knows."""

    code = "outside-vietnam"
    title = "The position lies outside Vietnam"


class InvalidBbox(BadRequest):
    """Not a box of four or six numbers with minimum before maximum."""

    code = "invalid-bbox"
    title = "The bounding box is not valid"


def parse_number(name: str, value: object) -> float:
    """Read one finite number with a decimal point, as it stands in a query string or a JSON body.

    Parameters
    ----------
    name
        What the number is called in the question, for the message.
    value
        Text, int or float; None and empty text mean that it was not given, and a bool is no number.

    Raises
    ------
    InvalidNumber
        Missing, not a number, NaN or infinite.

    >>> parse_number("lon", " 105.8523 ")
    105.8523
    >>> parse_number("lon", "105,85")
    Traceback (most recent call last):
    gis_core.values.InvalidNumber: lon is "105,85": write one number with a decimal point, such as 12.5.
    """
    if value is None or value == "":
        raise InvalidNumber("%(name)s is missing: give one number, such as 12.5.", name=name)
    number = math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        # An integer in JSON may have any size; one that no float holds is as useless as infinity.
        number = math.inf if abs(value) > sys.float_info.max else float(value)
    elif isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = float(value)
    if not math.isfinite(number):
        raise InvalidNumber(
            '%(name)s is "%(value)s": write one number with a decimal point, such as 12.5.',
            name=name,
            value=str(value)[:60] if isinstance(value, str | float) else type(value).__name__,
        )
    return number


def parse_limit(name: str, value: object, *, maximum: float = math.inf) -> float:
    """Read a limit: a finite number above zero, in the unit that `name` carries.

    Zero is refused: files use it for "unknown", and an unknown limit must not turn into a known one.

    Raises
    ------
    InvalidNumber
        Not a number, not positive, or above `maximum`.

    >>> parse_limit("radius_m", "400")
    400.0
    >>> parse_limit("width_m", 0)
    Traceback (most recent call last):
    gis_core.values.InvalidNumber: width_m is 0: give a number above zero, or leave it out if it is unknown.
    """
    number = parse_number(name, value)
    if number <= 0:
        raise InvalidNumber(
            "%(name)s is %(value)g: give a number above zero, or leave it out if it is unknown.",
            name=name,
            value=number,
        )
    if number > maximum:
        raise InvalidNumber(
            "%(name)s is %(value)g: give at most %(maximum)g.", name=name, value=number, maximum=maximum
        )
    return number


@dataclass(frozen=True, slots=True)
class LonLat:
    """A place on Earth, in degrees of WGS 84.

    Raises
    ------
    SwappedAxes
        The numbers make sense only the other way round.
    InvalidPosition
        A number that is not finite, or out of range.

    >>> LonLat(21.0285, 105.8523)
    Traceback (most recent call last):
    gis_core.values.SwappedAxes: Longitude and latitude look swapped: did you mean 105.8523,21.0285?
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        if _in_vietnam(self.lat, self.lon):
            raise SwappedAxes(
                "Longitude and latitude look swapped: did you mean %(lat)s,%(lon)s?",
                lon=self.lon,
                lat=self.lat,
            )
        if not _on_earth(self.lon, self.lat):
            raise InvalidPosition(
                "%(lon)s,%(lat)s is no place on Earth: longitude comes first and runs from -180 to 180, "
                "latitude from -90 to 90.",
                lon=self.lon,
                lat=self.lat,
            )

    @classmethod
    def from_params(cls, lon: object, lat: object) -> Self:
        """Read a position in Vietnam from two parameters, text or numbers.

        Raises
        ------
        InvalidNumber
            A number is missing, is none, or is not finite.
        SwappedAxes, InvalidPosition
            As the constructor.
        OutsideVietnam
            Outside the mainland and islands of Vietnam (102.0–117.9° E, 6.5–23.5° N).

        >>> LonLat.from_params("105.8523", 21.0285)
        LonLat(lon=105.8523, lat=21.0285)
        """
        place = cls(parse_number("lon", lon), parse_number("lat", lat))
        if not _in_vietnam(place.lon, place.lat):
            raise OutsideVietnam(
                "%(lon)s,%(lat)s lies outside Vietnam: give a longitude from 102.0 to 117.9, "
                "then a latitude from 6.5 to 23.5.",
                lon=place.lon,
                lat=place.lat,
            )
        return place

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read ``lon,lat`` as `from_params` does.

        >>> LonLat.from_text("105.8523, 21.0285")
        LonLat(lon=105.8523, lat=21.0285)
        """
        parts = text.split(",")
        if len(parts) != 2:  # noqa: PLR2004 - a pair
            raise InvalidPosition(
                '"%(text)s" is no position: write longitude, comma, latitude, with decimal points, '
                "such as 105.8523,21.0285.",
                text=text[:60],
            )
        return cls.from_params(*parts)

    def __str__(self) -> str:
        return f"{self.lon!r},{self.lat!r}"


@dataclass(frozen=True, slots=True)
class Bbox:
    """A box, edges included; x is longitude or easting whatever axis order the CRS prescribes.

    Units are those of `crs`: degrees for OGC:CRS84, metres for a projected CRS. A box without area is allowed.

    Raises
    ------
    InvalidBbox
        A minimum above its maximum, a number that is not finite, or degrees out of range.
    SwappedAxes
        Degrees that make sense only as latitude, longitude.

    >>> Bbox(105.8, 21.0, 105.9, 21.1).contains(105.85, 21.1)
    True
    """

    min_x: float
    min_y: float
    max_x: float
    max_y: float
    crs: str = CRS84

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, self.as_tuple())):
            raise InvalidBbox("A bounding box needs finite numbers, not NaN or infinity.")
        if self.crs == CRS84:
            self._check_degrees()
        if self.min_x > self.max_x or self.min_y > self.max_y:
            raise InvalidBbox(
                "The bounding box %(bbox)s has a minimum above its maximum: write minx,miny,maxx,maxy.",
                bbox=str(self),
            )

    def _check_degrees(self) -> None:
        if _in_vietnam(self.min_y, self.min_x) or _in_vietnam(self.max_y, self.max_x):
            raise SwappedAxes(
                "Longitude and latitude look swapped: did you mean the bounding box %(bbox)s?",
                bbox=f"{self.min_y!r},{self.min_x!r},{self.max_y!r},{self.max_x!r}",
            )
        if not (_on_earth(self.min_x, self.min_y) and _on_earth(self.max_x, self.max_y)):
            raise InvalidBbox(
                "The bounding box %(bbox)s reaches beyond the Earth: write west,south,east,north in degrees, "
                "or name the CRS of the numbers.",
                bbox=str(self),
            )
        if self.min_x > self.max_x:
            raise InvalidBbox(
                "The bounding box %(bbox)s would cross the 180° meridian, which is far from Vietnam: "
                "write west before east, or ask with two boxes.",
                bbox=str(self),
            )

    @classmethod
    def from_text(cls, text: str, *, crs: str = CRS84, latitude_first: bool = False) -> Self:
        """Read ``minx,miny,maxx,maxy``, or six numbers with heights, which are left aside.

        Parameters
        ----------
        text
            The value of the `bbox` parameter of OGC API – Features.
        crs
            Code of the CRS of the numbers.
        latitude_first
            True where the CRS prescribes that order, as EPSG:4326 does (`crs.CatalogueEntry.latitude_first`).

        >>> str(Bbox.from_text("105.8,21.0,0,105.9,21.1,50"))
        '105.8,21.0,105.9,21.1'
        """
        numbers = [parse_number("bbox", part) for part in text.split(",")]
        if len(numbers) not in {4, 6}:
            raise InvalidBbox(
                "A bounding box has 4 numbers, west,south,east,north, or 6 with heights, not %(count)d.",
                count=len(numbers),
            )
        half = len(numbers) // 2
        (a, b), (c, d) = numbers[:2], numbers[half : half + 2]
        return cls(b, a, d, c, crs) if latitude_first else cls(a, b, c, d, crs)

    def contains(self, x: float, y: float) -> bool:
        """Tell whether the point, in the CRS of the box, lies in it or on its edge."""
        return self.min_x <= x <= self.max_x and self.min_y <= y <= self.max_y

    def as_tuple(self) -> tuple[float, float, float, float]:
        """Give the four numbers in the order of GeoJSON."""
        return self.min_x, self.min_y, self.max_x, self.max_y

    def __str__(self) -> str:
        return ",".join(map(repr, self.as_tuple()))


def _on_earth(lon: float, lat: float) -> bool:
    # NaN compares false with everything, so it is never on Earth.
    return abs(lon) <= 180 and abs(lat) <= 90  # noqa: PLR2004 - the Earth


def _in_vietnam(lon: float, lat: float) -> bool:
    return _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH


# fmt: off
_COMPASS: Final = (
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW",
)
# fmt: on


def compass_point(azimuth_deg: float, points: Literal[8, 16] = 16) -> str:
    """Name the compass point nearest to an azimuth, clockwise from north; any number of turns is allowed.

    Exactly between two points the clockwise one is taken.

    >>> compass_point(0), compass_point(359.9), compass_point(225, 8), compass_point(-22.5)
    ('N', 'N', 'SW', 'NNW')
    """
    if not math.isfinite(azimuth_deg):
        raise InvalidNumber("An azimuth must be a finite number of degrees; two equal points have none.")
    sector = math.floor(azimuth_deg % 360 / (360 / points) + 0.5) % points
    return _COMPASS[sector * (16 // points)]


def hose_count(distance_m: float, hose_length_m: float = 20.0, slack: float = 0.0) -> int:
    """Count the hoses that reach over a distance.

    Parameters
    ----------
    distance_m
        Metres to bridge; 0 needs no hose.
    hose_length_m
        Length of one hose (10 rolls make 200 m: domain facts, section 3).
    slack
        Share added for bends and stairs: 0.2 lays 120 m of hose over 100 m.

    Notes
    -----
    Counted in fractions, so that neither 20.0 m takes two hoses nor 20.0001 m one.

    >>> hose_count(20.0), hose_count(20.0001), hose_count(0), hose_count(100, slack=0.1)
    (1, 2, 0, 6)
    """
    if not (0 <= distance_m < math.inf and 0 < hose_length_m < math.inf and 0 <= slack < math.inf):
        raise InvalidNumber(
            "Hoses of %(hose_length_m)s m with slack %(slack)s cannot be counted over %(distance_m)s m: "
            "distance and slack must be zero or more, the hose longer than zero, and all finite.",
            distance_m=distance_m,
            hose_length_m=hose_length_m,
            slack=slack,
        )
    distance, share, hose = (Fraction(repr(float(number))) for number in (distance_m, slack, hose_length_m))
    return math.ceil(distance * (1 + share) / hose)


class Evidence(StrEnum):
    """What a stated limit rests on, from nothing to a survey; compares by strength, not by spelling.

    >>> Evidence.NONE < Evidence.ASSUMED < Evidence.TAGGED < Evidence.SURVEYED
    True
    """

    NONE = "none"
    ASSUMED = "assumed"
    """Derived, for example from the class of the road."""
    TAGGED = "tagged"
    """From OpenStreetMap or another source that nobody here verified."""
    SURVEYED = "surveyed"
    """Measured: who, when and how are recorded."""

    @classmethod
    def of(cls, code: str) -> "Evidence":
        """Read a stored code; one that nobody defined rests on nothing.

        >>> Evidence.of("SURVEYED"), Evidence.of("tagged")
        (<Evidence.NONE: 'none'>, <Evidence.TAGGED: 'tagged'>)
        """
        try:
            return cls(code)
        except ValueError:
            return cls.NONE

    @property
    def strength(self) -> int:
        """From 0 for nothing to 3 for surveyed."""
        return list(Evidence).index(self)

    # All four, because str brings its own, by spelling: "none" would beat "assumed".
    def __lt__(self, other: str) -> bool:
        return self.strength < Evidence(other).strength

    def __le__(self, other: str) -> bool:
        return self.strength <= Evidence(other).strength

    def __gt__(self, other: str) -> bool:
        return self.strength > Evidence(other).strength

    def __ge__(self, other: str) -> bool:
        return self.strength >= Evidence(other).strength


class Verdict(StrEnum):
    """Whether something can be used by this vehicle: three values, never a boolean.

    ``if verdict:`` raises TypeError, because a non-empty text is true and would let `blocked` through.
    """

    PASSABLE = "passable"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        message = "A verdict is neither true nor false; compare it with Verdict.PASSABLE, BLOCKED or UNKNOWN."
        raise TypeError(message)

    @staticmethod
    def worst(verdicts: Iterable["Verdict"]) -> "Verdict":
        """Combine the verdicts on the parts of one way.

        Blocked comes before unknown, because one certain obstacle stops the truck whatever the rest turns out
        to be. Unknown comes before passable, because a way is only as sure as its least known part. Nothing
        looked at is nothing known: no verdicts make unknown.

        >>> Verdict.worst([Verdict.PASSABLE, Verdict.UNKNOWN])
        <Verdict.UNKNOWN: 'unknown'>
        >>> Verdict.worst([])
        <Verdict.UNKNOWN: 'unknown'>
        """
        found = {Verdict(verdict) for verdict in verdicts}
        severity = (Verdict.BLOCKED, Verdict.UNKNOWN, Verdict.PASSABLE)
        return next((verdict for verdict in severity if verdict in found), Verdict.UNKNOWN)
