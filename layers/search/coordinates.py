"""Coordinates as people paste them: degrees of WGS 84 in either order, with minutes and seconds, or VN-2000 metres."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from gis_core.crs import CATALOGUE, Transformer
from gis_core.errors import BadRequest
from gis_core.values import LonLat

_DEGREES: Final = re.compile(
    r"(?P<before>[NSEWBĐTvk]?)\s*(?P<deg>-?\d{1,3}(?:\.\d+)?)\s*[°ºd]?\s*"
    r"(?:(?P<min>\d{1,2}(?:\.\d+)?)\s*['′’m]\s*(?:(?P<sec>\d{1,2}(?:\.\d+)?)\s*(?:\"|″|”|''|s)?)?)?\s*(?P<after>[NSEW]?)",
    re.IGNORECASE,
)
_ONLY: Final = re.compile(r"[\d\s.,;:/°º'′’\"″”+\-NSEWXYnsewxy=()]+")
_SIX: Final = re.compile(r"\s*(\d{1,3})[\s:]+(\d{1,2})[\s:]+(\d{1,2}(?:\.\d+)?)\s*([NSEW]?)[\s,;]*", re.IGNORECASE)
# Hanoi and around in metres: easting and northing cannot be taken for each other.
_EASTINGS, _NORTHINGS = (300_000.0, 700_000.0), (2_200_000.0, 2_450_000.0)
_GRIDS: Final = ("EPSG:5897", "EPSG:3405", "EPSG:32648")


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that the numbers may mean; `system` is an EPSG code or OGC:CRS84, `swapped` latitude came first."""

    place: LonLat
    system: str
    swapped: bool = False


def read_coordinates(text: str) -> tuple[Spot, ...] | None:
    r"""Read a text as coordinates: the places it may mean, the likeliest first.

    None where the text is no pair of numbers; an empty tuple where it is one, but of no place in Vietnam. Metres are
    VN-2000 in the zone of Hanoi first (EPSG:5897), then in UTM (EPSG:3405, 699 m away) and WGS 84 UTM: nothing in the
    numbers tells them apart.

    >>> [str(spot.place) for spot in read_coordinates("21.0285, 105.8523")]
    ['105.8523,21.0285']
    >>> [(spot.system, round(spot.place.lon, 4)) for spot in read_coordinates("2326344 588394")][:1]
    [('EPSG:5897', 105.8523)]
    >>> read_coordinates("21°01'42.6\"N 105°51'08.3\"E")[0].place
    LonLat(lon=105.8523056, lat=21.0285)
    >>> read_coordinates("29/70 Khương Hạ"), read_coordinates("12.5, 3")
    (None, ())
    """
    text = text.strip().replace("−", "-")
    if len(text) > 80 or not _ONLY.fullmatch(text):  # noqa: PLR2004 - no pair is longer
        return None
    if (angles := _angles(text)) is not None:
        return _in_degrees(*angles)
    numbers = _pair(re.sub(r"[NSEWXY=()°º]", " ", text, flags=re.IGNORECASE))
    if numbers is None:
        return None
    letters = re.sub(r"[^NSEW]", "", text.upper())
    if max(map(abs, numbers)) > 1_000:  # noqa: PLR2004 - no degrees
        return _in_metres(*numbers)
    return _in_degrees(*numbers, letters)


def _angles(text: str) -> tuple[float, float, str] | None:
    """Read two angles with minutes; None where there are not exactly two."""
    if "°" in text or "º" in text or "'" in text or "′" in text or "’" in text:
        decimal = re.sub(r"(\d),(\d)", r"\1.\2", text)
        found = list(_DEGREES.finditer(decimal.strip(" ()")))
        rest = _DEGREES.sub("", decimal)
        if len(found) == 2 and not re.search(r"\d", rest):  # noqa: PLR2004 - a pair
            letters = "".join((match["before"] or match["after"]).upper() for match in found)
            return (*(_angle(match["deg"], match["min"], match["sec"]) for match in found), letters)  # type: ignore[return-value]
        return None
    one = _SIX.match(text)
    if one and (two := _SIX.fullmatch(text[one.end() :])):
        return _angle(*one.groups()[:3]), _angle(*two.groups()[:3]), (one[4] + two[4]).upper()
    return None


def _angle(degrees: str, minutes: str | None, seconds: str | None) -> float:
    size = abs(float(degrees)) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return round(-size if degrees.startswith("-") else size, 7)


def _pair(text: str) -> tuple[float, float] | None:
    """Split two numbers, whatever stands for the decimal point and between thousands."""
    for pattern in (
        r"(-?\d+(?:\.\d+)?)(?:\s*[,;/]\s*|\s+)(-?\d+(?:\.\d+)?)",  # 21.0285, 105.8523
        r"(-?\d+(?:,\d+)?)(?:\s*[;/]\s*|\s+)(-?\d+(?:,\d+)?)",  # 21,0285 105,8523
        r"(-?\d+,\d{3,}),\s*(-?\d+,\d{3,})",  # 21,0285, 105,8523
        r"(\d{1,3}(?:\.\d{3})+(?:,\d+)?)(?:\s*[;/]\s*|\s+)(\d{1,3}(?:\.\d{3})+(?:,\d+)?)",  # 2.326.344,2 588.394,4
        r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?)(?:\s*[;/]\s*|,?\s+)(\d{1,3}(?:,\d{3})+(?:\.\d+)?)",  # 2,326,344.2 588,394.4
    ):
        if match := re.fullmatch(pattern, text.strip(" ,;")):
            one, two = (_number(number) for number in match.groups())
            return one, two
    return None


def _number(text: str) -> float:
    marks = re.sub(r"[^.,]", "", text)
    if len(marks) > 1:  # the last mark is the decimal one, unless all are the same
        text = text.replace(marks[0], "")
    return float(text.replace(",", "."))


def _in_degrees(one: float, two: float, letters: str = "") -> tuple[Spot, ...]:
    ways = [(one, two, False), (two, one, True)]
    if letters in {"NE", "EN"}:
        ways = [ways[letters == "NE"]]
    return tuple(
        Spot(place, "OGC:CRS84", swapped) for lon, lat, swapped in ways if (place := _place(lon, lat)) is not None
    )


def _in_metres(one: float, two: float) -> tuple[Spot, ...]:
    ways = [(x, y) for x, y in ((one, two), (two, one)) if _within(x, _EASTINGS) and _within(y, _NORTHINGS)]
    spots = []
    for x, y in ways:
        for code in _GRIDS:
            lon, lat = _grid(code).to_wgs84(x, y)
            if place := _place(round(float(lon), 7), round(float(lat), 7)):
                spots.append(Spot(place, code, (x, y) != (one, two)))
    return tuple(spots)


def _within(number: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= number <= bounds[1]


@cache
def _grid(code: str) -> Transformer:
    return Transformer(CATALOGUE[code])


def _place(lon: float, lat: float) -> LonLat | None:
    try:
        return LonLat.from_params(lon, lat)
    except BadRequest:
        return None
