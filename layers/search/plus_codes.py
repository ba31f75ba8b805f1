"""Plus codes (Open Location Code): full ones anywhere, short ones nearest to a place that is near."""

import re
from dataclasses import dataclass
from typing import Final

_DIGITS: Final = "23456789CFGHJMPQRVWX"
_WRITTEN: Final = re.compile(
    rf"\A([{_DIGITS}]{{2}}|[{_DIGITS}]{{4}}|[{_DIGITS}]{{6}}|[{_DIGITS}]{{8}})\+([{_DIGITS}]{{2,7}})?\Z"
)
_WHOLE, _PAIRS, _COLUMNS, _ROWS = 8, 10, 4, 5
HANOI: Final = (105.8523, 21.0285)
"""What a short code is near to unless said otherwise: the check point in Hoàn Kiếm."""


@dataclass(frozen=True, slots=True)
class CodeArea:
    """The rectangle that a code names, degrees of WGS 84, and the code in full."""

    code: str
    west: float
    south: float
    east: float
    north: float

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        return round((self.west + self.east) / 2, 7), round((self.south + self.north) / 2, 7)


def decode_plus_code(text: str, near: tuple[float, float] = HANOI) -> CodeArea | None:
    """Decode a code, full or without its first digits; None where the text is none.

    Words after a short code, such as a town, are left aside: the code is taken nearest to `near` (lon, lat).

    >>> decode_plus_code("7PH72VH2+9W").centre
    (105.8523125, 21.0284375)
    >>> decode_plus_code("2VH2+9W Hà Nội").code, decode_plus_code("29/70+2"), decode_plus_code("hello")
    ('7PH72VH2+9W', None, None)
    """
    word = (text.split() or [""])[0].upper()
    match = _WRITTEN.fullmatch(word)
    if match is None:
        return None
    before, after = match[1], match[2] or ""
    if len(before) == _WHOLE:
        return _area(before, after)
    if not after:
        return None
    return _nearest(before, after, near)


def _nearest(before: str, after: str, near: tuple[float, float]) -> CodeArea:
    """Complete a short code, so that it names the place nearest to `near`."""
    lon, lat = near
    missing = _WHOLE - len(before)
    step = 20.0 ** (2 - missing / 2)  # the size in degrees of what the missing digits name
    found = _area(_encode(lon, lat)[:missing] + before, after)
    east, north = (_nearer(a, b, step) for a, b in zip(found.centre, near, strict=True))
    lon, lat = found.centre[0] + east, found.centre[1] + north
    return _area(_encode(lon, lat), after)


def _nearer(centre: float, wanted: float, step: float) -> float:
    return step if centre + step / 2 < wanted else -step if centre - step / 2 > wanted else 0.0


def _encode(lon: float, lat: float) -> str:
    """Give the first eight digits."""
    code, size = "", 20.0
    rest = [lat + 90, lon + 180]
    for _pair in range(4):
        for axis in (0, 1):
            # A hair to the right: places on an edge belong to what begins there.
            digit = int((rest[axis] + 1e-10) // size)
            rest[axis] -= digit * size
            code += _DIGITS[digit]
        size /= 20
    return code


def _area(before: str, after: str) -> CodeArea:
    digits = [_DIGITS.index(digit) for digit in before + after]
    south, west, height, width = -90.0, -180.0, 400.0, 400.0
    for lat_digit, lon_digit in zip(digits[0:_PAIRS:2], digits[1:_PAIRS:2], strict=True):
        height, width = height / 20, width / 20
        south, west = south + lat_digit * height, west + lon_digit * width
    for digit in digits[_PAIRS:]:
        height, width = height / _ROWS, width / _COLUMNS
        south, west = south + digit // _COLUMNS * height, west + digit % _COLUMNS * width
    return CodeArea(f"{before}+{after}", *(round(each, 10) for each in (west, south, west + width, south + height)))
