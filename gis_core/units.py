"""Exact conversions, and quantities read from text; metres, tonnes, kilopascals and litres a second inside.

Every factor is the legal definition, not a rounded one. A name says both units: `kpa_from_psi`. Text that is not one
plain quantity is refused with the reason; whoever reads OpenStreetMap handles lists, ranges and conditions itself.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

from gis_core.errors import BadRequest

_D = Decimal
_INCH_M: Final = _D("0.0254")
_FOOT_M: Final = 12 * _INCH_M
_POUND_T: Final = _D("0.00045359237")
_SHORT_TON_T: Final = 2000 * _POUND_T
_LONG_TON_T: Final = 2240 * _POUND_T
_G0: Final = _D("9.80665")
_MH2O_KPA: Final = _G0  # 1,000 kg/m³ at standard gravity
_PSI_KPA: Final = _POUND_T * _G0 / _INCH_M**2  # tonnes, hence kilopascals
_GALLON_L: Final = _D("3.785411784")
_GPM_LPS: Final = _GALLON_L / 60


class UnparsedQuantity(BadRequest):
    """The text is not one plain quantity."""

    code = "unparsed-quantity"
    title = "The quantity cannot be read"


class AmbiguousNumber(UnparsedQuantity):
    """The text means two numbers that differ a thousandfold."""

    code = "ambiguous-number"
    title = "The number can be read in two ways"


def m_from_ft(length_ft: float) -> float:
    """Feet to metres.

    >>> m_from_ft(20)
    6.096
    """
    return length_ft * float(_FOOT_M)


def mm_from_m(length_m: float) -> float:
    """Metres to millimetres."""
    return length_m * 1000


def kpa_from_psi(pressure_psi: float) -> float:
    """Pounds per square inch to kilopascals.

    >>> round(kpa_from_psi(20), 1)  # NFPA 291 residual
    137.9
    """
    return pressure_psi * float(_PSI_KPA)


def psi_from_kpa(pressure_kpa: float) -> float:
    """Kilopascals to pounds per square inch."""
    return pressure_kpa / float(_PSI_KPA)


def kpa_from_bar(pressure_bar: float) -> float:
    """Bar to kilopascals."""
    return pressure_bar * 100


def bar_from_kpa(pressure_kpa: float) -> float:
    """Kilopascals to bar."""
    return pressure_kpa / 100


def kpa_from_mh2o(head_mh2o: float) -> float:
    """Metres of water column to kilopascals.

    >>> round(kpa_from_mh2o(10), 2)  # least free head of a hydrant in Vietnam
    98.07
    """
    return head_mh2o * float(_MH2O_KPA)


def mh2o_from_kpa(pressure_kpa: float) -> float:
    """Kilopascals to metres of water column."""
    return pressure_kpa / float(_MH2O_KPA)


def lps_from_gpm(flow_gpm: float) -> float:
    """US gallons a minute to litres a second.

    >>> round(lps_from_gpm(1500), 1)
    94.6
    """
    return flow_gpm * float(_GPM_LPS)


def gpm_from_lps(flow_lps: float) -> float:
    """Litres a second to US gallons a minute."""
    return flow_lps / float(_GPM_LPS)


_LENGTH_M: Final[Mapping[str, Decimal]] = {
    **dict.fromkeys(("m", "mét", "metre", "metres", "meter", "meters"), _D(1)),
    "cm": _D("0.01"),
    "mm": _D("0.001"),
    "km": _D(1000),
    **dict.fromkeys(("ft", "'", "feet", "foot"), _FOOT_M),
    **dict.fromkeys(("in", '"', "inch", "inches"), _INCH_M),
}
# OpenStreetMap writes st, lt and cwt for short ton, long ton and hundredweight (112 lb).
_WEIGHT_T: Final[Mapping[str, Decimal]] = {
    **dict.fromkeys(("t", "tấn", "tonne", "tonnes"), _D(1)),
    "kg": _D("0.001"),
    **dict.fromkeys(("lb", "lbs"), _POUND_T),
    "st": _SHORT_TON_T,
    "short ton": _SHORT_TON_T,
    "lt": _LONG_TON_T,
    "long ton": _LONG_TON_T,
    "cwt": 112 * _POUND_T,
}
_PRESSURE_KPA: Final[Mapping[str, Decimal]] = {
    "kpa": _D(1),
    "mpa": _D(1000),
    "bar": _D(100),
    "psi": _PSI_KPA,
    **dict.fromkeys(("mh2o", "m", "mcn", "mét cột nước", "m cột nước"), _MH2O_KPA),
    **dict.fromkeys(("kgf/cm2", "kg/cm2", "at"), 10 * _MH2O_KPA),
}
_FLOW_LPS: Final[Mapping[str, Decimal]] = {
    **dict.fromkeys(("l/s", "lít/s", "lps"), _D(1)),
    **dict.fromkeys(("l/min", "l/phút", "lít/phút", "lpm"), 1 / _D(60)),
    **dict.fromkeys(("m3/h", "m3/giờ"), 1 / _D("3.6")),
    "gpm": _GPM_LPS,
}

DecimalMark = Literal[".", ","]

_QUANTITY: Final = re.compile(r"([0-9]|[0-9][0-9., ]*[0-9]) ?([^0-9., ].*)?")
_FEET_INCHES: Final = re.compile(r"([0-9]+) ?(?:'|ft) ?([0-9]+(?:\.[0-9]+)?) ?(?:\"|in|'')")
_PLAIN: Final = re.compile(r"([0-9]+)(?:([.,])([0-9]+))?")
_GROUPED: Final = re.compile(r"([1-9][0-9]{0,2}([., ])[0-9]{3}(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]+))?")
_COULD_BE_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")

# Before NFKC, which would split ″ into two of ′.
_PRIMES: Final = str.maketrans("′’‘″”“", "'''\"\"\"")

# Tried in this order; the first that fits names what is wrong.
_REASONS: Final = (
    (r"[+-]?(nan|inf|infinity|∞)", '"%(text)s" is not a finite number; leave the value empty if it is unknown.'),
    (r".*@.*", '"%(text)s" holds only at times; give the value alone and the condition in its own field.'),
    (r".*[|;].*", '"%(text)s" is a list; give one value, such as %(example)s.'),
    (r".*[0-9].*(-|–|~|\.\.).*[0-9].*", '"%(text)s" is a range; give the one value that binds, such as %(example)s.'),
    (r"[-−].*", '"%(text)s" is negative; give zero or more, such as %(example)s.'),
    (r"[^0-9]*", '"%(text)s" is a word, not a quantity; give a number, such as %(example)s, or leave it empty.'),
    (r".*", '"%(text)s" cannot be read; write one number and, if need be, a unit, such as %(example)s.'),
)  # fmt: skip


def parse_length_m(text: str | float, *, unit: str = "m", decimal: DecimalMark | None = None) -> float:
    r"""Read a length in metres.

    Parameters
    ----------
    text
        A number with or without unit (m, cm, mm, km, ft, in, feet with inches), zero or more.
    unit
        What a number without unit is in: "mm" for a pipe's diameter.
    decimal
        The decimal mark of the source, needed only where a number such as 1.200 means two things.

    Raises
    ------
    AmbiguousNumber
        One mark before exactly three digits, and no `decimal`.
    UnparsedQuantity
        No plain quantity: a word, a range, a list, a condition, negative, NaN, infinite, an unknown unit.

    >>> [parse_length_m(text) for text in ("3,5", "3 m", "3.5", "350 cm")], parse_length_m("12'6\"")
    ([3.5, 3.0, 3.5, 3.5], 3.81)
    >>> parse_length_m("1.200", decimal=",")
    1200.0
    """
    feet_inches = _FEET_INCHES.fullmatch(_folded(text)) if isinstance(text, str) else None
    if feet_inches:
        feet, inches = map(_D, feet_inches.groups())
        return _finite(feet * _FOOT_M + inches * _INCH_M, text, "3.5 m")
    return _parse(text, _LENGTH_M, unit, decimal, "3.5 m")


def parse_weight_t(text: str | float, *, unit: str = "t", decimal: DecimalMark | None = None) -> float:
    """Read a mass in tonnes (t, tấn, kg, lbs, st, lt, cwt); otherwise as `parse_length_m`.

    >>> parse_weight_t("13"), parse_weight_t("3490 kg"), parse_weight_t("2,5 tấn")
    (13.0, 3.49, 2.5)
    """
    return _parse(text, _WEIGHT_T, unit, decimal, "2.5 t")


def parse_pressure_kpa(text: str | float, *, unit: str | None = None, decimal: DecimalMark | None = None) -> float:
    """Read a pressure in kilopascals (kPa, MPa, bar, psi, mH2O, kgf/cm²); otherwise as `parse_length_m`.

    A number without unit is refused unless `unit` says what it is in: sources use bar, metres of water and kPa
    alike, up to a hundredfold apart.

    >>> parse_pressure_kpa("2,5 bar"), parse_pressure_kpa("10 mH₂O"), parse_pressure_kpa(3, unit="bar")
    (250.0, 98.0665, 300.0)
    """
    return _parse(text, _PRESSURE_KPA, unit, decimal, "2.5 bar")


def parse_flow_lps(text: str | float, *, unit: str | None = None, decimal: DecimalMark | None = None) -> float:
    """Read a flow in litres a second (L/s, L/min, m³/h, gpm); a bare number is refused as for pressure.

    >>> parse_flow_lps("10 L/s"), parse_flow_lps("36 m³/h"), parse_flow_lps("600 lít/phút")
    (10.0, 10.0, 10.0)
    """
    return _parse(text, _FLOW_LPS, unit, decimal, "10 L/s")


def parse_decimal(text: str, *, decimal: DecimalMark | None = None) -> Decimal | None:
    """Read a number with point or comma, or give None where the text is none.

    Two different marks, or a repeated one, show which is the decimal mark. A single mark before exactly three
    digits does not: 1.200 is one thousand two hundred in Vietnam and one point two in England.

    Raises
    ------
    AmbiguousNumber
        In that last case, unless `decimal` says which mark the source uses.

    >>> [float(parse_decimal(text)) for text in ("3,5", "1.200,5", "1 200", "1.200.000", "0.125")]
    [3.5, 1200.5, 1200.0, 1200000.0, 0.125]
    """
    if plain := _PLAIN.fullmatch(text):
        whole, mark, fraction = plain[1], plain[2], plain[3] or "0"
        if not _COULD_BE_GROUPED.fullmatch(text) or mark == decimal:
            return _D(f"{whole}.{fraction}")
        if decimal:
            return _D(whole + fraction)
        raise AmbiguousNumber(
            '"%(text)s" can mean %(thousands)s or %(fraction)s; write it without a thousands separator, '
            "or say which mark is the decimal one.",
            text=text,
            thousands=whole + fraction,
            fraction=f"{whole}.{fraction}",
        )
    if grouped := _GROUPED.fullmatch(text):
        return _D(f"{grouped[1].replace(grouped[2], '')}.{grouped[3] or 0}")
    return None


def _parse(
    text: str | float,
    factors: Mapping[str, Decimal],
    unit: str | None,
    decimal: DecimalMark | None,
    example: str,
) -> float:
    if not isinstance(text, str):
        text, decimal = _as_text(text), "."
    found = _QUANTITY.fullmatch(_folded(text))
    number = parse_decimal(found[1], decimal=decimal) if found else None
    name = (found[2] or unit or "").lower() if found else ""
    if number is not None and not name:
        raise UnparsedQuantity(
            '"%(text)s" has no unit; write it, such as %(example)s.', text=text[:60], example=example
        )
    if number is None or name not in factors:
        raise _refusal(text, example)
    return _finite(number * factors[name], text, example)


def _as_text(number: float) -> str:
    if isinstance(number, bool):
        return str(number)
    # The shortest decimal of a float is what its author wrote; integers may be longer than any float.
    return format(_D(number if isinstance(number, int) else repr(float(number))), "f")


def _folded(text: str) -> str:
    """Fold what people type for the same sign: compatibility forms such as ³, runs of blanks, primes."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_PRIMES)).split())


def _finite(quantity: Decimal, text: str | float, example: str) -> float:
    result = float(quantity)
    if not math.isfinite(result):  # more than 308 digits
        raise _refusal(str(text), example)
    return result


def _refusal(text: str, example: str) -> UnparsedQuantity:
    folded = _folded(text).lower()
    message = next(message for pattern, message in _REASONS if re.fullmatch(pattern, folded, re.DOTALL))
    return UnparsedQuantity(message, text=text[:60], example=example)
