"""What houses and areas lack: unknown is neither deficient nor fine."""

from itertools import product

import pytest

from routes.deficient.judging import HouseFound, judge_area
from routes.deficient.remedies import REMEDIES, Need, RemedyCode, propose


@pytest.mark.parametrize(
    ("road", "water", "cause"),
    [
        ("yes", "yes", "both"),
        ("yes", "no", "no_road"),
        ("yes", "unknown", "no_road"),
        ("no", "yes", "no_water"),
        ("unknown", "yes", "no_water"),
        ("no", "no", ""),
        ("unknown", "no", "unknown"),
        ("no", "unknown", "unknown"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_a_house_is_on_the_list_for_what_it_surely_lacks_and_else_for_what_nobody_knows(road, water, cause):
    assert HouseFound(road, water).cause == cause


def test_no_unknown_part_ever_makes_a_house_fine():
    parts = ("yes", "no", "unknown")
    fine = [pair for pair in product(parts, parts) if not HouseFound(*pair).cause]
    assert fine == [("no", "no")]


def test_an_area_of_houses_that_nobody_can_classify_is_unknown_and_not_deficient():
    area = judge_area([HouseFound("unknown", "no"), HouseFound("no", "unknown"), HouseFound("no", "no")])
    assert (area.cause, area.houses, area.by_cause) == ("unknown", 2, {"unknown": 2})


def test_an_area_is_deficient_for_what_its_classified_houses_lack_and_counts_the_others_beside():
    area = judge_area([HouseFound("yes", "no"), HouseFound("unknown", "no"), HouseFound("unknown", "no")])
    assert (area.cause, area.by_cause) == ("no_road", {"no_road": 1, "unknown": 2})


def test_households_that_nobody_recorded_are_counted_and_are_not_zero():
    area = judge_area([HouseFound("yes", "no", households=3, people=0), HouseFound("yes", "no")])
    assert (area.households, area.houses_without_households) == (3, 1)
    assert (area.people, area.houses_without_people) == (0, 1)
    nobody = judge_area([HouseFound("yes", "no")])
    assert (nobody.households, nobody.houses_without_households) == (None, 1)


def test_every_remedy_code_has_its_source_or_says_that_it_has_none():
    assert set(REMEDIES) == set(RemedyCode)
    ours = {code for code, remedy in REMEDIES.items() if not remedy.instrument}
    assert ours == {RemedyCode.NONE, RemedyCode.SURVEY}
    assert all(remedy.clause for remedy in REMEDIES.values() if remedy.instrument)


@pytest.mark.parametrize(
    ("need", "first"),
    [
        (Need("unknown", 300.0, False, False), RemedyCode.SURVEY),
        (Need("no_road", 201.0, False, False), RemedyCode.LANE_OUTLETS),
        (Need("no_road", 200.0, False, False), RemedyCode.FIXED_PIPE),
        (Need("no_road", None, False, False), RemedyCode.FIXED_PIPE),
        (Need("no_road", 300.0, False, True), RemedyCode.REMOVE_OBSTACLE),
        (Need("no_water", 0.0, False, False), RemedyCode.HYDRANT),
    ],
)
def test_the_first_remedy_is_for_the_cause(need, first):
    assert propose(need)[0] is first


def test_a_public_firefighting_point_is_proposed_only_where_the_lane_has_none():
    assert RemedyCode.PUBLIC_POINT in propose(Need("no_road", 80.0, False, False))
    assert RemedyCode.PUBLIC_POINT not in propose(Need("no_road", 80.0, True, False))


def test_what_the_law_asks_of_each_home_is_proposed_for_every_deficient_area():
    for cause in ("no_road", "no_water", "both"):
        assert RemedyCode.HOME_EQUIPMENT in propose(Need(cause, 80.0, False, False))
