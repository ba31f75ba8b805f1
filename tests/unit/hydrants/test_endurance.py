"""Minutes until dry: what nobody measured never lasts."""

from math import inf, nan

import pytest

from hydrants.endurance import Endurance, Lasts, Supply, chain, endurance, main_endurance

DEMAND = 20.0


def test_a_tank_lasts_its_volume_over_what_is_taken_more_than_flows_in():
    assert endurance(Supply(36.0, 10.0), DEMAND) == Endurance(Lasts.RUNS_DRY, 3600.0)
    assert endurance(Supply(36.0, 0.0), DEMAND) == Endurance(Lasts.RUNS_DRY, 1800.0)


def test_an_unknown_refill_counts_as_none_and_the_time_is_a_lower_bound():
    assert endurance(Supply(36.0), DEMAND) == Endurance(Lasts.RUNS_DRY, 1800.0, at_least=True)


def test_a_refill_that_keeps_up_holds_whatever_the_volume():
    assert endurance(Supply(None, 20.0), DEMAND).lasts is Lasts.HOLDS


@pytest.mark.parametrize("volume", [None, nan, inf, -3.0])
def test_a_volume_that_nobody_knows_is_no_time(volume):
    assert endurance(Supply(volume, 5.0), DEMAND) == Endurance(Lasts.UNKNOWN)


@pytest.mark.parametrize("flow", [None, nan, inf, -1.0])
def test_a_hydrant_that_nobody_measured_is_unknown(flow):
    assert main_endurance(flow, DEMAND).lasts is Lasts.UNKNOWN


def test_a_source_that_gives_less_than_is_asked_for_is_told_so():
    assert main_endurance(12.0, DEMAND).lasts is Lasts.TOO_LITTLE
    assert endurance(Supply(500.0, 0.0, 12.0), DEMAND).lasts is Lasts.TOO_LITTLE


def test_the_next_hose_is_begun_so_that_it_lies_when_the_tank_is_dry():
    truck, tank, main = Endurance(Lasts.RUNS_DRY, 225.0), Endurance(Lasts.RUNS_DRY, 1800.0), Endurance(Lasts.HOLDS)
    first, second, last = chain([truck, tank, main], lead_s=600.0)
    assert (first.begins_s, first.ends_s, first.switch_s, first.too_late) == (0.0, 225.0, 0.0, True)
    assert (second.begins_s, second.ends_s, second.switch_s, second.too_late) == (225.0, 2025.0, 1425.0, False)
    assert (last.begins_s, last.ends_s, last.switch_s) == (2025.0, None, None)


def test_nothing_begins_after_a_source_of_which_nobody_knows_how_long_it_lasts():
    unknown, tank = Endurance(Lasts.UNKNOWN), Endurance(Lasts.RUNS_DRY, 1800.0)
    assert [turn.begins_s for turn in chain([unknown, tank], lead_s=0.0)] == [0.0, None]


def test_a_source_that_gives_too_little_is_passed_over():
    small, tank = Endurance(Lasts.TOO_LITTLE), Endurance(Lasts.RUNS_DRY, 1800.0)
    assert [turn.ends_s for turn in chain([small, tank], lead_s=0.0)] == [None, 1800.0]
