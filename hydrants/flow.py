"""Flow tests of hydrants after NFPA 291: what came out, what the main gives at another pressure, and in which class.

Pure arithmetic, pressures in kilopascals on the gauge, flows in litres a second. The formulas are those of NFPA 291,
turned into SI by exact factors, so that a case worked in gallons and pounds comes out to the digit:

- what leaves an outlet (NFPA 291, discharge by pitot): ``Q[gpm] = 29.83 · c · d[in]² · √p[psi]``, which is
  ``Q[L/min] = 0.06666 · c · d[mm]² · √p[kPa]``;
- what the main gives at another residual (NFPA 291, rated capacity):
  ``QR = QF · ((Ps − PR) / (Ps − Pr)) ^ 0.54``.

Our copy of NFPA 291 is second hand and names no clause numbers (`gis_core.regulation_records`), so none are given.

What cannot be is refused with its reason; what can be but rests on thin ice is answered with a `Doubt`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gis_core.errors import Unprocessable
from gis_core.units import kpa_from_psi, lps_from_gpm

HAZEN_WILLIAMS_EXPONENT: Final = 0.54
NFPA_RESIDUAL_KPA: Final = kpa_from_psi(20)
"""20 psi, 137.9 kPa, 14.06 m of water: what NFPA 291 rates hydrants at."""

_INCH_MM: Final = 25.4
_ORIFICE: Final = lps_from_gpm(29.83) / (_INCH_MM**2 * math.sqrt(kpa_from_psi(1)))
"""Litres a second for each mm² and √kPa."""

MIN_COEFFICIENT: Final = 0.5
MAX_COEFFICIENT: Final = 1.0
"""NFPA 291 has 0.9 for a smooth, 0.8 for a square, 0.7 for a protruding outlet; tubes and nozzles reach a little on."""
MIN_OUTLET_MM: Final = 20.0
MAX_OUTLET_MM: Final = 250.0
MAX_PRESSURE_KPA: Final = 2_500.0
"""Beyond PN16 and its test pressure no main is run; a larger number is another unit."""
MIN_DROP_SHARE: Final = 0.1
"""A main that hardly feels the test says little of what it could give: an editable default, recalled from NFPA 291."""

VN_BANDS_LPS: Final = (10, 15, 20, 25, 30)
"""Flows that Vietnamese buildings ask for (QCVN 10:2025 annex H: 10 to 35 L/s), as lower ends of bands."""


class ContradictoryTest(Unprocessable):
    """Figures that cannot have been read in one test."""

    code = "contradictory-test"
    title = "These figures cannot be of one flow test"


class HydrantClass(StrEnum):
    """Classes of NFPA 291 by flow at 20 psi."""

    AA = "AA"
    A = "A"
    B = "B"
    C = "C"


NFPA_CLASSES: Final = (
    (HydrantClass.AA, lps_from_gpm(1500), "blue"),
    (HydrantClass.A, lps_from_gpm(1000), "green"),
    (HydrantClass.B, lps_from_gpm(500), "orange"),
    (HydrantClass.C, 0.0, "red"),
)
"""Class, flow from which it begins, colour of bonnet and caps."""


class Doubt(StrEnum):
    """What makes a test say less than its figures look like."""

    SMALL_DROP = "small_drop"
    """The pressure fell by less than a tenth: the flow at another residual is reckoned from next to nothing."""
    PITOT_ABOVE_RESIDUAL = "pitot_above_residual"
    """More pressure at an outlet than the main had left: the gauge stood higher, or one of them was misread."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One open outlet: its inner diameter, its coefficient, and the pressure that a pitot read in the stream."""

    diameter_mm: float
    coefficient: float
    pitot_kpa: float


@dataclass(frozen=True, slots=True)
class FlowCurve:
    """What a main gave: pressure at rest, pressure left while `flow_lps` ran in all; made by `flow_curve`."""

    static_kpa: float
    residual_kpa: float
    flow_lps: float

    def flow_lps_at(self, pressure_kpa: float) -> float | None:
        """Give the flow that leaves `pressure_kpa` on the main; None where the main has no such pressure to spare.

        At the pressure of rest itself the flow is zero, which is true and no use: None too.

        >>> from gis_core.units import gpm_from_lps, kpa_from_psi, lps_from_gpm
        >>> curve = flow_curve(kpa_from_psi(65), kpa_from_psi(50), lps_from_gpm(800))
        >>> round(gpm_from_lps(curve.flow_lps_at(kpa_from_psi(20))), 1)
        1447.9
        """
        if not 0 <= pressure_kpa < self.static_kpa:
            return None
        share = (self.static_kpa - pressure_kpa) / (self.static_kpa - self.residual_kpa)
        return float(self.flow_lps * share**HAZEN_WILLIAMS_EXPONENT)

    def pressure_kpa_at(self, flow_lps: float) -> float | None:
        """Give the pressure left while `flow_lps` runs; None where not that much can run at all."""
        share = (flow_lps / self.flow_lps) ** (1 / HAZEN_WILLIAMS_EXPONENT)
        left_kpa = float(self.static_kpa - (self.static_kpa - self.residual_kpa) * share)
        return left_kpa if left_kpa >= 0 else None

    def points(self, down_to_kpa: float, count: int = 12) -> tuple[tuple[float, float], ...]:
        """Give (flow, pressure) from rest down to a pressure, in equal steps of pressure; for drawing."""
        steps = (self.static_kpa - (self.static_kpa - down_to_kpa) * step / (count - 1) for step in range(1, count))
        below = ((self.flow_lps_at(pressure_kpa) or 0.0, pressure_kpa) for pressure_kpa in steps)
        return ((0.0, self.static_kpa), *below)


def discharge_lps(outlet: Outlet) -> float:
    """Give what leaves an outlet.

    Raises
    ------
    ContradictoryTest
        A coefficient, diameter or pressure that no outlet has.

    >>> from gis_core.units import gpm_from_lps, kpa_from_psi
    >>> round(gpm_from_lps(discharge_lps(Outlet(63.5, 0.9, kpa_from_psi(25)))))  # 2½ in; without 29.83 it would be 28
    839
    """
    if not MIN_OUTLET_MM <= outlet.diameter_mm <= MAX_OUTLET_MM:
        raise ContradictoryTest(
            "An outlet of %(value)g mm: give its inner diameter, from %(least)g to %(most)g mm.",
            value=outlet.diameter_mm, least=MIN_OUTLET_MM, most=MAX_OUTLET_MM,
        )  # fmt: skip
    if not MIN_COEFFICIENT <= outlet.coefficient <= MAX_COEFFICIENT:
        raise ContradictoryTest(
            "The coefficient %(value)g is none of an outlet: 0.9 smooth, 0.8 square, 0.7 protruding.",
            value=outlet.coefficient,
        )
    if not 0 < outlet.pitot_kpa <= MAX_PRESSURE_KPA:
        raise ContradictoryTest(
            "A pitot pressure of %(value)g kPa: where nothing flows there is no test; write a fault instead.",
            value=outlet.pitot_kpa,
        )
    return _ORIFICE * outlet.coefficient * outlet.diameter_mm**2 * math.sqrt(outlet.pitot_kpa)


def flow_curve(static_kpa: float, residual_kpa: float, flow_lps: float) -> FlowCurve:
    """Make the curve of a test, or say why the figures make none.

    Raises
    ------
    ContradictoryTest
        No flow; no pressure at rest, or none left; no less pressure while it flows than at rest.
    """
    if not 0 < static_kpa <= MAX_PRESSURE_KPA:
        raise ContradictoryTest(
            "The static pressure is %(value)g kPa: give what the gauge showed at rest, above 0, at most %(most)g kPa.",
            value=static_kpa, most=MAX_PRESSURE_KPA,
        )  # fmt: skip
    if not residual_kpa > 0:
        raise ContradictoryTest(
            "The residual pressure is %(value)g kPa: a gauge at zero does not tell how far the main fell. "
            "Close an outlet until it shows something, and test again.",
            value=residual_kpa,
        )
    if not residual_kpa < static_kpa:
        raise ContradictoryTest(
            "The residual pressure %(residual)g kPa is not below the static pressure %(static)g kPa: "
            "either they were swapped, or no water came from this main.",
            residual=residual_kpa, static=static_kpa,
        )  # fmt: skip
    if not 0 < flow_lps < math.inf:
        raise ContradictoryTest("The flow is %(value)g L/s: a test needs water that flows.", value=flow_lps)
    return FlowCurve(static_kpa, residual_kpa, flow_lps)


def curve_of_outlets(static_kpa: float, residual_kpa: float, outlets: Iterable[Outlet]) -> FlowCurve:
    """Make the curve of a test from all outlets that were open at the same time.

    Raises
    ------
    ContradictoryTest
        As `flow_curve` and `discharge_lps`; or an outlet under more pressure than the main had at rest.
    """
    opened = tuple(outlets)
    curve = flow_curve(static_kpa, residual_kpa, sum(map(discharge_lps, opened)))
    for outlet in opened:
        if outlet.pitot_kpa >= static_kpa:
            raise ContradictoryTest(
                "A pitot pressure of %(pitot)g kPa is not below the static pressure %(static)g kPa: "
                "no stream has more than the main had at rest.",
                pitot=outlet.pitot_kpa, static=static_kpa,
            )  # fmt: skip
    return curve


def doubts_of(curve: FlowCurve, outlets: Iterable[Outlet]) -> tuple[Doubt, ...]:
    """Name what makes the test say less than it seems."""
    doubts = []
    if curve.static_kpa - curve.residual_kpa < MIN_DROP_SHARE * curve.static_kpa:
        doubts.append(Doubt.SMALL_DROP)
    if any(outlet.pitot_kpa > curve.residual_kpa for outlet in outlets):
        doubts.append(Doubt.PITOT_ABOVE_RESIDUAL)
    return tuple(doubts)


def nfpa_class(flow_at_20_psi_lps: float) -> tuple[HydrantClass, str]:
    """Give class and colour for a flow at 20 psi.

    >>> [str(nfpa_class(lps_from_gpm(gpm))[0]) for gpm in (1500, 1499.9, 1000, 999, 500, 499)]
    ['AA', 'A', 'A', 'B', 'B', 'C']
    """
    return next((name, colour) for name, least_lps, colour in NFPA_CLASSES if flow_at_20_psi_lps >= least_lps)


def vietnamese_band_lps(flow_lps: float) -> int | None:
    """Give the lower end of the highest Vietnamese band that a flow reaches; None below all of them.

    >>> [vietnamese_band_lps(flow) for flow in (9.99, 10, 24.9, 30, 80)]
    [None, 10, 20, 30, 30]
    """
    return max((band for band in VN_BANDS_LPS if flow_lps >= band), default=None)
