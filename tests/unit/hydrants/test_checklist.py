"""Check lists and periods: what follows from a look, what cannot be true of one, and how long it counts."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from hydrants.checklist import (
    CHECK_LISTS,
    Checks,
    ContradictoryInspection,
    Finding,
    Item,
    Level,
    Outcome,
    Why,
    check,
    findings_of,
    status_after,
    verifies,
)
from hydrants.verification import PERIODS, OwnerKind, due_on, owner_kind, period_of, verification_of

LOOKED = date(2026, 1, 1)
CANNOT = {"outcome": Outcome.CANNOT_BE_TESTED, "why": Why.LOCKED}


@dataclass
class Source:
    layer: str = "hydrants"
    owner: str = ""
    verified_on: date | None = LOOKED


@pytest.mark.parametrize(
    ("before", "checks", "after"),
    [
        ("working", Checks(Outcome.FAULTY), "faulty"),
        ("working", Checks(Outcome.MISSING), "missing"),
        ("unknown", Checks(Outcome.WORKS), "working"),
        ("faulty", Checks(Outcome.WORKS), "working"),
        ("missing", Checks(Outcome.WORKS, accessible="yes"), "working"),
        ("working", Checks(Outcome.WORKS, accessible="no"), "blocked"),
        ("working", Checks(Outcome.FAULTY, accessible="no"), "faulty"),
        ("working", Checks(**CANNOT), "working"),
        ("unknown", Checks(**CANNOT), "unknown"),
        ("working", Checks(**CANNOT, accessible="no"), "blocked"),
    ],
)
def test_the_status_that_follows_from_a_look(before, checks, after):
    assert status_after(before, checks) == after


def test_what_could_not_be_tested_is_not_verified():
    assert not verifies(Checks(**CANNOT))
    assert all(verifies(Checks(outcome)) for outcome in Outcome if outcome is not Outcome.CANNOT_BE_TESTED)


@pytest.mark.parametrize(
    ("layer", "checks", "reason"),
    [
        ("hydrants", Checks(Outcome.WORKS, water_level=Level.ENOUGH), "not on the check list"),
        ("hydrants", Checks(Outcome.WORKS, suction_depth_m=3), "not on the check list"),
        ("intake-points", Checks(Outcome.WORKS, pressure_kpa=100), "not on the check list"),
        ("intake-points", Checks(Outcome.WORKS, leak="no"), "not on the check list"),
        ("hydrants", Checks(Outcome.CANNOT_BE_TESTED), "Say why"),
        ("hydrants", Checks(Outcome.WORKS, why=Why.LOCKED), "only then"),
        ("hydrants", Checks(Outcome.MISSING, leak="yes"), "has no leak"),
        ("water-tanks", Checks(Outcome.WORKS, water_level=Level.EMPTY), "without water"),
        ("hydrants", Checks(Outcome.WORKS, pressure_kpa=0), "without pressure"),
        ("hydrants", Checks(Outcome.FAULTY, pressure_kpa=-1), "pressure of -1"),
        ("hydrants", Checks(Outcome.FAULTY, pressure_kpa=float("nan")), "pressure of nan"),
        ("water-tanks", Checks(Outcome.WORKS, suction_depth_m=-2), "suction depth of -2"),
        ("water-tanks", Checks(Outcome.WORKS, suction_depth_m=51), "0 to 50"),
    ],
)
def test_answers_that_cannot_be_true_together_are_refused(layer, checks, reason):
    with pytest.raises(ContradictoryInspection, match=reason):
        check(layer, checks)


def test_a_faulty_source_may_be_empty_and_a_full_list_is_taken():
    check("water-tanks", Checks(Outcome.FAULTY, water_level=Level.EMPTY))
    full = {
        Item.ACCESSIBLE: "yes", Item.SIGN: "no", Item.LEAK: "yes", Item.PRESSURE_KPA: 250.0,
        Item.WATER_LEVEL: Level.LOW, Item.SUCTION_DEPTH_M: 3.0,
    }  # fmt: skip
    for layer, items in CHECK_LISTS.items():
        check(layer, Checks(Outcome.WORKS, **{item.value: full[item] for item in items}))


def test_findings_rest_on_the_limits_in_force():
    weak = Checks(Outcome.WORKS, pressure_kpa=98.0, sign="no", leak="yes")
    assert findings_of(weak, date(2026, 6, 1)) == (Finding.NO_SIGN, Finding.LEAKS, Finding.LOW_PRESSURE)
    assert findings_of(Checks(Outcome.WORKS, pressure_kpa=98.1), date(2026, 6, 1)) == ()
    deep = Checks(Outcome.WORKS, suction_depth_m=7.1, water_level=Level.LOW)
    assert findings_of(deep, date(2026, 6, 1)) == (Finding.LOW_WATER, Finding.SUCTION_TOO_DEEP)
    assert findings_of(deep, date(2025, 6, 1)) == (Finding.LOW_WATER,), "no limit of suction before QCVN 10:2025"
    assert findings_of(Checks(Outcome.WORKS), date(2026, 6, 1)) == (), "nobody looked, so nothing was found"


def test_every_kind_and_owner_has_a_period_with_its_reason():
    assert set(PERIODS) == {(layer, owner) for layer in CHECK_LISTS for owner in OwnerKind}
    assert all(period.days > 0 and period.reason for period in PERIODS.values())


@pytest.mark.parametrize(
    ("owner", "kind"),
    [
        ("Nước sạch số 2", "utility"), ("CÔNG TY CẤP NƯỚC SƠN TÂY", "utility"), ("Viwaco", "utility"),
        ("Chợ Khương Đình", "own"), ("", "unknown"), ("  ", "unknown"),
    ],
)  # fmt: skip
def test_whose_a_source_is(owner, kind):
    assert owner_kind(owner) == kind


@pytest.mark.parametrize(
    ("source", "days"),
    [(Source(), 182), (Source(owner="Viwaco"), 182), (Source(owner="Chợ"), 365), (Source("intake-points", "Chợ"), 182)],
)
def test_a_look_counts_until_its_period_is_over(source, days):
    assert period_of(source).days == days
    last = LOOKED + timedelta(days=days - 1)
    assert (verification_of(source, LOOKED), verification_of(source, last)) == ("verified", "verified")
    assert verification_of(source, last + timedelta(days=1)) == "recorded"
    assert due_on(source) == last + timedelta(days=1)


def test_never_looked_at_and_looked_at_in_the_future_are_recorded_only():
    assert verification_of(Source(verified_on=None), LOOKED) == "recorded"
    assert due_on(Source(verified_on=None)) is None
    assert verification_of(Source(), LOOKED - timedelta(days=1)) == "recorded"
    assert due_on(Source(verified_on=date.max)) == date.max
