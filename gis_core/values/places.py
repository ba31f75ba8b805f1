"""Places and boxes. Longitude comes before latitude, always."""

import math
from dataclasses import dataclass
from typing import Final, Self

from gis_core.errors import BadRequest
from gis_core.values.numbers import parse_number

CRS84: Final = "OGC:CRS84"
"""WGS 84 in degrees, longitude first: what every position means unless another CRS is named."""

# Mainland and islands (Hoàng Sa, Trường Sa).
_WEST, _SOUTH, _EAST, _NORTH = 102.0, 6.5, 117.9, 23.5


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
    gis_core.values.places.SwappedAxes: Longitude and latitude look swapped: did you mean 105.8523,21.0285?
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
