"""The arithmetic of flow tests: worked cases to the digit, laws on drawn figures, and what is refused."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gis_core.units import gpm_from_lps, kpa_from_mh2o, kpa_from_psi, lps_from_gpm
from hydrants.flow import (
    NFPA_RESIDUAL_KPA,
    ContradictoryTest,
    Doubt,
    Outlet,
    curve_of_outlets,
    discharge_lps,
    doubts_of,
    flow_curve,
)

PRESSURE = st.floats(1, 2_000)
FLOW = st.floats(0.1, 300)


@st.composite
def curves(draw):
    static, residual = draw(PRESSURE), draw(PRESSURE)
    assume(static - residual > 1)
    return flow_curve(static, residual, draw(FLOW))


def test_the_worked_case_of_the_domain_facts_comes_out_to_the_digit():
    """800 gpm, 65 to 50 psi: three times the drop is 3^0.54 = 1.810 times the flow; 1.78 is a known misprint."""
    curve = flow_curve(kpa_from_psi(65), kpa_from_psi(50), lps_from_gpm(800))
    assert round(gpm_from_lps(curve.flow_lps_at(NFPA_RESIDUAL_KPA)), 1) == 1447.9
    assert round(curve.flow_lps_at(NFPA_RESIDUAL_KPA) / curve.flow_lps, 3) == 1.810
    # The Vietnamese 10 m of head is less pressure, hence more flow.
    assert round(curve.flow_lps_at(kpa_from_mh2o(10)), 2) == 97.50


def test_what_leaves_an_outlet_is_the_same_in_both_systems_of_units():
    in_inches = 29.83 * 0.9 * 2.5**2 * math.sqrt(25)
    lps = discharge_lps(Outlet(2.5 * 25.4, 0.9, kpa_from_psi(25)))
    assert gpm_from_lps(lps) == pytest.approx(in_inches, rel=1e-12)
    assert lps * 60 == pytest.approx(0.06666 * 0.9 * 63.5**2 * math.sqrt(kpa_from_psi(25)), rel=1e-4)


def test_20_psi_and_10_m_of_head_are_two_pressures():
    assert (round(NFPA_RESIDUAL_KPA, 1), round(kpa_from_mh2o(10), 1)) == (137.9, 98.1)


@given(curves())
def test_the_curve_passes_through_what_was_measured(curve):
    assert curve.flow_lps_at(curve.residual_kpa) == pytest.approx(curve.flow_lps)
    assert curve.pressure_kpa_at(curve.flow_lps) == pytest.approx(curve.residual_kpa)


@given(curves(), st.floats(0, 0.99), st.floats(0, 0.99))
def test_less_pressure_left_is_never_less_flow(curve, one, other):
    low, high = sorted((one, other))
    assert curve.flow_lps_at(low * curve.static_kpa) >= curve.flow_lps_at(high * curve.static_kpa)


@given(curves(), st.floats(0.01, 0.99))
def test_pressure_and_flow_lead_back_to_each_other(curve, share):
    pressure_kpa = share * curve.static_kpa
    back = curve.pressure_kpa_at(curve.flow_lps_at(pressure_kpa))
    assert back == pytest.approx(pressure_kpa, rel=1e-6, abs=1e-6)


@given(st.lists(st.builds(Outlet, st.floats(20, 250), st.floats(0.5, 1), st.floats(1, 900)), min_size=1, max_size=4))
def test_outlets_that_are_open_together_add_up(outlets):
    curve = curve_of_outlets(1_000, 500, outlets)
    assert curve.flow_lps == pytest.approx(sum(discharge_lps(outlet) for outlet in outlets))


@given(curves())
def test_a_main_gives_nothing_at_a_pressure_it_does_not_have(curve):
    assert curve.flow_lps_at(curve.static_kpa) is None
    assert curve.flow_lps_at(curve.static_kpa + 1) is None
    assert curve.flow_lps_at(-1) is None
    assert curve.flow_lps_at(math.nan) is None


@given(curves())
def test_the_points_of_a_curve_lie_on_it_and_fall(curve):
    points = curve.points(curve.residual_kpa)
    assert points[0] == (0.0, curve.static_kpa)
    assert points[-1] == pytest.approx((curve.flow_lps, curve.residual_kpa))
    assert all(flow <= more and pressure >= less for (flow, pressure), (more, less) in pairwise(points))


@pytest.mark.parametrize(
    ("static", "residual", "flow", "reason"),
    [
        (300, 300, 20, "not below"),
        (300, 301, 20, "swapped"),
        (300, 0, 20, "gauge at zero"),
        (300, -5, 20, "gauge at zero"),
        (300, math.nan, 20, "gauge at zero"),
        (0, 0, 20, "at rest"),
        (-300, -350, 20, "at rest"),
        (math.nan, 100, 20, "at rest"),
        (math.inf, 100, 20, "at rest"),
        (2_501, 100, 20, "at most 2500"),
        (300, 200, 0, "water that flows"),
        (300, 200, -1, "water that flows"),
        (300, 200, math.nan, "water that flows"),
        (300, 200, math.inf, "water that flows"),
    ],
)
def test_a_test_that_cannot_be_is_refused_with_the_reason(static, residual, flow, reason):
    with pytest.raises(ContradictoryTest, match=reason):
        flow_curve(static, residual, flow)


@pytest.mark.parametrize(
    ("outlet", "reason"),
    [
        (Outlet(65, 0.9, 0), "nothing flows"),
        (Outlet(65, 0.9, -3), "nothing flows"),
        (Outlet(65, 0.9, math.nan), "nothing flows"),
        (Outlet(65, 0, 100), "coefficient"),
        (Outlet(65, 1.2, 100), "coefficient"),
        (Outlet(2.5, 0.9, 100), "inner diameter"),
        (Outlet(math.nan, 0.9, 100), "inner diameter"),
    ],
)
def test_an_outlet_that_cannot_be_is_refused_with_the_reason(outlet, reason):
    with pytest.raises(ContradictoryTest, match=reason):
        discharge_lps(outlet)


def test_a_stream_under_more_pressure_than_the_main_at_rest_is_contradictory():
    with pytest.raises(ContradictoryTest, match="no stream has more"):
        curve_of_outlets(300, 200, [Outlet(65, 0.9, 300)])


def test_no_open_outlet_is_no_test():
    with pytest.raises(ContradictoryTest, match="water that flows"):
        curve_of_outlets(300, 200, [])


def test_a_main_that_hardly_felt_the_test_is_doubted_and_so_is_a_stream_above_the_residual():
    assert doubts_of(flow_curve(300, 271, 9), [Outlet(65, 0.9, 200)]) == (Doubt.SMALL_DROP,)
    assert doubts_of(flow_curve(300, 270, 9), [Outlet(65, 0.9, 280)]) == (Doubt.PITOT_ABOVE_RESIDUAL,)
    assert doubts_of(flow_curve(300, 200, 9), [Outlet(65, 0.9, 200)]) == ()
