"""Flow tests as answers: what was read, what it gives at three pressures, classes, curve, and what to doubt."""

from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gis_core.regulations import foreign_anchors, regulation_at
from gis_core.units import gpm_from_lps, kpa_from_mh2o, mh2o_from_kpa, psi_from_kpa
from gis_core.values import parse_limit
from gis_core.wording import say_day, say_number
from hydrants.flow import (
    MAX_PRESSURE_KPA,
    NFPA_RESIDUAL_KPA,
    Doubt,
    FlowCurve,
    doubts_of,
    nfpa_class,
    vietnamese_band_lps,
)
from hydrants.flow_models import FlowTest
from hydrants.flow_tests import curve_of, flows_of, outlets_of
from hydrants.joint_flow import Basis, JointFlow
from hydrants.sentences import REASON_LABELS

NFPA_20_PSI: Final = "nfpa_20_psi"
VN_FREE_HEAD: Final = "vn_free_head"

Json = dict[str, Any]

DOUBT_LABELS: Final[dict[Doubt, Promise]] = {
    Doubt.SMALL_DROP: _("the pressure fell by less than a tenth, so flows at other pressures are hardly known"),
    Doubt.PITOT_ABOVE_RESIDUAL: _("an outlet had more pressure than the main: one gauge may have been misread"),
}
BASIS_LABELS: Final[dict[Basis, Promise]] = {
    Basis.MEASURED_ALONE: _("measured alone"),
    Basis.MEASURED_TOGETHER: _("measured while all of them ran"),
    Basis.BEST_ALONE: _("never measured together: the best of them stands for all on this main"),
    Basis.MAIN_UNKNOWN: _("nobody noted their water main, so they may share one"),
    Basis.NOT_MEASURED: _("nobody measured it"),
}


def free_head_kpa(at: date) -> float:
    """Give the least free head of a Vietnamese main on a day: 10 m of water since TCVN 2622:1995."""
    return kpa_from_mh2o(regulation_at("hydrant_free_head", at).value)


def residual_kpa_of(text: str, *, at: date) -> float:
    """Read a residual: a name, or kilopascals.

    Raises
    ------
    gis_core.values.InvalidNumber
        Neither.
    """
    if text == NFPA_20_PSI:
        return NFPA_RESIDUAL_KPA
    return free_head_kpa(at) if text == VN_FREE_HEAD else parse_limit("residual", text, maximum=MAX_PRESSURE_KPA)


def flow_test_answer(test: FlowTest, *, residual_kpa: float, at: date, may_see: bool) -> Json:
    """Tell a test; who measured is told only to those who may see people."""
    curve, outlets = curve_of(test), outlets_of(test)
    gave = flows_of(test)
    return {
        "id": test.pk,
        "tested_on": test.tested_on,
        "main_ref": test.main_ref,
        "gauge": None if test.gauge_hydrant_id is None else f"hydrants/{test.gauge_hydrant_id}",
        "static": _pressure(curve.static_kpa),
        "residual": _pressure(curve.residual_kpa),
        "flow": _flow(curve.flow_lps),
        "simultaneous": len(gave) > 1,
        "sources": [{"source": f"hydrants/{pk}", **_flow(lps)} for pk, lps in sorted(gave.items())],
        "readings": [
            {
                "source": f"hydrants/{reading.hydrant_id}",
                "diameter_mm": reading.diameter_mm,
                "coefficient": reading.coefficient,
                "pitot": _pressure(reading.pitot_kpa),
            }
            for reading in test.readings.all()
        ],
        "rated": _rated(curve, residual_kpa),
        "nfpa": _nfpa(curve),
        "vietnam": _vietnam(curve, at),
        "curve": [{**_flow(lps), **_pressure(kpa)} for lps, kpa in curve.points(min(residual_kpa, curve.residual_kpa))],
        "doubts": [{"doubt": doubt, "doubt_label": str(DOUBT_LABELS[doubt])} for doubt in doubts_of(curve, outlets)],
        "tested_by": test.tested_by if may_see else None,
        "remarks": test.remarks if may_see else None,
        "synthetic": test.synthetic,
        "sentence": _sentence(test, curve, residual_kpa),
    }


def joint_flow_answer(answer: JointFlow) -> Json:
    """Tell what sources give together, and what that rests on."""
    return {
        "flow": None if answer.flow_lps is None else _flow(answer.flow_lps),
        "groups": [
            {
                "main_ref": group.main_ref,
                "sources": list(map(str, group.sources)),
                "flow": None if group.flow_lps is None else _flow(group.flow_lps),
                "basis": group.basis,
                "basis_label": str(BASIS_LABELS[group.basis]),
                "tested_on": group.tested_on,
            }
            for group in answer.groups
        ],
        "unusable": [
            {"source": str(key), "reason": reason, "reason_label": str(REASON_LABELS[reason])}
            for key, reason in answer.unusable
        ],
    }


def _flow(flow_lps: float) -> Json:
    return {"flow_lps": round(flow_lps, 2), "flow_gpm": round(gpm_from_lps(flow_lps), 1)}


def _pressure(pressure_kpa: float) -> Json:
    return {
        "pressure_kpa": round(pressure_kpa, 2),
        "pressure_psi": round(psi_from_kpa(pressure_kpa), 2),
        "head_mh2o": round(mh2o_from_kpa(pressure_kpa), 2),
    }


def _rated(curve: FlowCurve, residual_kpa: float) -> Json:
    """Give the flow at a residual, null with the reason where the main has no such pressure even at rest."""
    flow_lps = curve.flow_lps_at(residual_kpa)
    return {
        **_pressure(residual_kpa),
        "flow": None if flow_lps is None else _flow(flow_lps),
        "reason": "" if flow_lps is not None else gettext("At rest the main has no more pressure than this."),
    }


def _nfpa(curve: FlowCurve) -> Json:
    flow_lps = curve.flow_lps_at(NFPA_RESIDUAL_KPA)
    name, colour = (None, None) if flow_lps is None else nfpa_class(flow_lps)
    rule = foreign_anchors("hydrant_residual_pressure")[0]
    return {
        **_rated(curve, NFPA_RESIDUAL_KPA),
        "class": name,
        "colour": colour,
        "instrument": rule.instrument,
        "clause": rule.clause,
    }


def _vietnam(curve: FlowCurve, at: date) -> Json:
    head_kpa = free_head_kpa(at)
    flow_lps = curve.flow_lps_at(head_kpa)
    rule = regulation_at("hydrant_free_head", at)
    return {
        **_rated(curve, head_kpa),
        "band_lps": None if flow_lps is None else vietnamese_band_lps(flow_lps),
        "instrument": rule.instrument,
        "clause": rule.clause,
    }


def _sentence(test: FlowTest, curve: FlowCurve, residual_kpa: float) -> str:
    said = {
        "date": say_day(test.tested_on),
        "flow": say_number(curve.flow_lps),
        "left": say_number(curve.residual_kpa, 0),
        "residual": say_number(residual_kpa, 0),
    }
    rated_lps = curve.flow_lps_at(residual_kpa)
    if rated_lps is None:
        return (
            gettext(
                "On %(date)s it gave %(flow)s L/s with %(left)s kPa left; at %(residual)s kPa the main gives nothing."
            )
            % said
        )
    return gettext(
        "On %(date)s it gave %(flow)s L/s with %(left)s kPa left; at %(residual)s kPa that makes %(rated)s L/s."
    ) % {**said, "rated": say_number(rated_lps)}
