"""Numbers read and numbers made: limits from a question, compass points, hoses."""

import math
import re
import sys
from fractions import Fraction
from typing import Final, Literal

from gis_core.errors import BadRequest

# Plain decimal digits: float() alone would also take "nan", "1_0" and the digits of other scripts.
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")


class InvalidNumber(BadRequest):
    """Not a finite number, or not one in the range that makes sense."""

    code = "invalid-number"
    title = "The number is not valid"


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
    gis_core.values.numbers.InvalidNumber: lon is "105,85": write one number with a decimal point, such as 12.5.
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
    gis_core.values.numbers.InvalidNumber: width_m is 0: give a number above zero, or leave it out if it is unknown.
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
