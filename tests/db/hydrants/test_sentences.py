"""The sentence: everything a crew needs to hear, and nothing that nobody knows."""

from datetime import date

import pytest
from django.utils.translation import override

from hydrants.models import Hydrant, IntakePoint, Status
from hydrants.nearest import FoundSource
from hydrants.sentences import DIRECTIONS, REASON_LABELS, kind_label, sentence_for, status_label
from hydrants.sources import AnyWaterSource
from hydrants.usability import Reason
from layers.models import TriState


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def source(layer="hydrants", **facts):
    return AnyWaterSource(
        **{"layer": layer, "ref": "TN-012", "name": "", "status": "working", "kind": "pillar", **facts}
    )


def test_a_measured_flow_comes_with_its_day():
    found = FoundSource(source(flow_lps=18.0, flow_measured_on=date(2026, 5, 4)), 84.3, 41.2)
    assert sentence_for(found) == (
        "Hydrant TN-012, 84 m to the north-east in a straight line, 5 hoses; flow 18 L/s measured on 4 May 2026."
    )


def test_a_measurement_without_a_day_says_so():
    found = FoundSource(source(flow_lps=18.25), 12, 180)
    assert sentence_for(found) == (
        "Hydrant TN-012, 12 m to the south in a straight line, 1 hose; "
        "flow 18.2 L/s, nobody wrote down when it was measured."
    )


@pytest.mark.parametrize("flow_lps", [None, float("nan")])
def test_a_flow_nobody_measured_is_never_a_number(flow_lps):
    found = FoundSource(source("water-tanks", name="Bể 3", kind="tank", flow_lps=flow_lps, volume_m3=60.0), 25, 270)
    assert sentence_for(found) == (
        "Water tank Bể 3, 25 m to the west in a straight line, 2 hoses; nobody measured its flow; 60 m³ of water."
    )


def test_a_source_passed_over_says_why():
    lake = source("intake-points", kind="lake", ref="HT-1")
    assert sentence_for(FoundSource(lake, 40, 90, Reason.PORTABLE_PUMP_ONLY)) == (
        "Intake point HT-1, 40 m to the east in a straight line, 2 hoses; "
        "passed over: only a portable pump reaches it; nobody measured its flow."
    )
    assert sentence_for(FoundSource(lake, 40, 90, Reason.FLOW_NOT_MEASURED)).count("measured") == 1


def test_at_the_very_place_there_is_no_direction():
    assert sentence_for(FoundSource(source(), 0, None)) == "Hydrant TN-012, on the spot; nobody measured its flow."


def test_every_reason_and_direction_has_words():
    assert set(REASON_LABELS) == set(Reason)
    assert list(DIRECTIONS) == ["N", "NE", "E", "SE", "S", "SW", "W", "NW"]


def test_the_policy_knows_every_code_of_the_tables():
    assert set(Status.values) - {"working"} == {r.removeprefix("status_") for r in Reason if r.startswith("status_")}
    assert set(IntakePoint.Access.values) == {"truck", "portable_pump", "aircraft", "unknown"}
    assert "aircraft" in IntakePoint.Kind.values
    assert set(TriState.values) == {"yes", "no", "unknown"}


def test_codes_are_labelled_and_strange_ones_stay_visible():
    assert kind_label(source(kind=Hydrant.Type.PILLAR.value)) == "pillar"
    assert kind_label(source("intake-points", kind="aircraft")) == "for firefighting aircraft"
    assert (kind_label(source(kind="dry")), status_label(source(status="closed"))) == ("dry", "closed")
