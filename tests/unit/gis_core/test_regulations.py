from datetime import date, timedelta
from itertools import combinations

import pytest

from gis_core import regulations
from gis_core.regulations import (
    REGULATIONS,
    AmbiguousRule,
    Bound,
    Confidence,
    NoRuleInForce,
    UnknownRule,
    all_at,
    area_demand,
    foreign_anchors,
    instruments_in_force,
    regulation_at,
    regulations_in_force,
)
from gis_core.values import InvalidNumber


@pytest.mark.parametrize(
    ("key", "at", "value"),
    [
        ("hydrant_service_radius", date(2023, 6, 1), 200),
        ("hydrant_service_radius", date(2024, 1, 1), 400),
        ("hydrant_service_radius", date(2026, 9, 20), 400),
        ("road_clear_width", date(2024, 1, 1), 3.5),
        ("road_clear_height", date(2022, 12, 31), 4.25),
        ("road_clear_height", date(2023, 1, 16), 4.5),
        ("turnaround_needed", date(2024, 1, 1), 46),
        ("hydrant_spacing", date(2024, 1, 1), 150),
        ("hydrant_free_head", date(2024, 1, 1), 10),
        ("station_radius_centre", date(2024, 1, 1), 3),
        ("station_radius", date(2024, 1, 1), 5),
        ("suction_depth", date(2026, 1, 1), 7),
        ("portable_pump_radius", date(2023, 12, 1), 300),
        ("lane_depth_for_outlets", date(2025, 1, 1), 200),
        ("lane_depth_for_public_point", date(2026, 1, 1), 50),
        ("hose_length", date(2026, 1, 1), 20),
    ],
)
def test_a_rule_is_asked_at_a_date(key, at, value):
    assert regulation_at(key, at).value == value


def test_the_new_value_begins_on_its_first_day_and_the_old_one_ends_before_it():
    first_day = date(2023, 12, 1)
    assert regulation_at("hydrant_service_radius", first_day).value == 400
    assert regulation_at("hydrant_service_radius", first_day - timedelta(days=1)).value == 200
    assert len(all_at("hydrant_service_radius", first_day)) == 1


def test_instruments_that_agree_are_answered_by_the_newest():
    assert len(all_at("hydrant_service_radius", date(2026, 1, 1))) == 2
    assert regulation_at("hydrant_service_radius", date(2026, 1, 1)).instrument == "QCVN 10:2025/BCA"


def test_conflicting_instruments_are_listed_not_chosen_from():
    with pytest.raises(AmbiguousRule) as error:
        regulation_at("two_hydrants_flow", date(2026, 1, 1))
    assert "QCVN 06:2022/BXD (5.1.4.7): 15 L/s" in str(error.value)
    assert "QCVN 10:2025/BCA (Annex H): 25 L/s" in str(error.value)


def test_a_named_instrument_settles_a_conflict():
    assert regulation_at("two_hydrants_flow", date(2026, 1, 1), "QCVN 06:2022/BXD").value == 15
    assert regulation_at("two_hydrants_flow", date(2026, 1, 1), "QCVN 10:2025/BCA").value == 25


def test_values_are_compared_all_with_all_not_with_the_newest_only():
    assert [rule.value for rule in all_at("hydrant_to_wall", date(2026, 1, 1))] == [1, 1, 5, 5]
    with pytest.raises(AmbiguousRule):
        regulation_at("hydrant_to_wall", date(2026, 1, 1))


def test_before_its_first_instrument_a_rule_is_not_in_force_and_says_when_it_is():
    with pytest.raises(NoRuleInForce, match=r"2022-01-01 .*QCVN 06:2022/BXD \(2023-01-16/2023-12-01\)"):
        regulation_at("hydrant_service_radius", date(2022, 1, 1))


def test_an_instrument_that_does_not_say_it_is_no_answer():
    with pytest.raises(NoRuleInForce, match="QCVN 01:2021/BXD"):
        regulation_at("hydrant_service_radius", date(2024, 1, 1), "QCVN 01:2021/BXD")


def test_a_misspelt_key_is_told_from_a_rule_not_in_force():
    with pytest.raises(UnknownRule, match="hydrant_servce_radius"):
        regulation_at("hydrant_servce_radius", date(2024, 1, 1))


def test_foreign_anchors_are_kept_and_never_in_force():
    residual = {rule.key: rule for rule in foreign_anchors()}["hydrant_residual_pressure"]
    assert residual.value == pytest.approx(137.9, abs=0.05)
    assert not [rule for rule in regulations_in_force(date(2026, 1, 1)) if rule in foreign_anchors()]
    assert foreign_anchors("road_clear_width")[0].value == 6.096
    with pytest.raises(NoRuleInForce, match="abroad"):
        regulation_at("hydrant_residual_pressure", date(2026, 1, 1))


def test_the_size_of_a_turnaround_ends_with_the_amendment_while_the_need_for_one_stays():
    before, after = date(2023, 11, 30), date(2023, 12, 1)
    assert regulation_at("turnaround_circle_diameter", before).value == 10
    with pytest.raises(NoRuleInForce):
        regulation_at("turnaround_circle_diameter", after)
    assert regulation_at("turnaround_needed", after).bound is Bound.ABOVE


@pytest.mark.parametrize(
    ("population", "fires", "low_rise_lps", "high_rise_lps"),
    [
        (0, 1, 5, 10),
        (1_000, 1, 5, 10),
        (1_001, 1, 10, 10),
        (5_001, 1, 10, 15),
        (25_000, 2, 10, 15),
        (25_001, 2, 20, 25),
        (100_000, 2, 25, 35),
        (800_001, 3, 100, 100),
        (1_000_000, 3, 100, 100),
        (8_000_000, 5, 110, 110),
    ],
)
def test_area_demand_grows_with_population_and_a_bound_belongs_to_the_row_below(
    population, fires, low_rise_lps, high_rise_lps
):
    row = area_demand(population, date(2024, 1, 1))
    assert (row.fires, row.low_rise_lps, row.high_rise_lps) == (fires, low_rise_lps, high_rise_lps)


def test_area_demand_is_not_answered_for_a_time_whose_table_is_not_recorded():
    with pytest.raises(NoRuleInForce):
        area_demand(1_000, date(2020, 1, 1))


def test_a_negative_population_is_refused():
    with pytest.raises(InvalidNumber, match="-1"):
        area_demand(-1, date(2024, 1, 1))


def test_instruments_without_values_are_on_the_time_line_too():
    names = {one.name for one in instruments_in_force(date(2026, 9, 15))}
    assert {"Law 55/2024/QH15", "Decree 347/2026/NĐ-CP", "QCVN 10:2025/BCA"} <= names
    assert "Decree 347/2026/NĐ-CP" not in {one.name for one in instruments_in_force(date(2026, 9, 14))}
    assert "QCVN 06:2010/BXD" not in names


def test_every_record_names_its_clause_title_unit_and_confidence():
    for rule in REGULATIONS:
        assert rule.clause, rule
        assert rule.title, rule
        assert rule.unit in {"m", "mm", "km", "m/m", "mH2O", "kPa", "L/s", "m3", "t", "h", "s/m", "1"}, rule
        assert rule.confidence in Confidence
        assert rule.value > 0
        assert rule.valid_to is None or (rule.valid_from is not None and rule.valid_from < rule.valid_to)


def test_no_instrument_says_two_things_of_one_matter_on_one_day():
    for one, other in combinations(REGULATIONS, 2):
        if (one.key, one.instrument) == (other.key, other.instrument):
            days = {day for day in (one.valid_from, other.valid_from) if day}
            assert not any(one.in_force(day) and other.in_force(day) for day in days), (one, other)
            assert days, f"foreign rule twice: {one.key}"


def test_a_day_known_only_by_its_year_says_so():
    dated = [rule for rule in REGULATIONS if rule.valid_from and (rule.valid_from.month, rule.valid_from.day) == (1, 1)]
    assert dated
    assert all("only the year is known" in rule.note for rule in dated)


def test_everything_public_is_listed():
    assert all(hasattr(regulations, name) for name in regulations.__all__)
