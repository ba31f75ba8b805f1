"""Where new sources cover most: against every choice there is, against HiGHS, and with rules in the way."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routes.siting.bounding import upper_bound
from routes.siting.certifying import certify
from routes.siting.covering import Limits, cover_most, in_order
from routes.siting.demand import NOBODY, cover_of
from routes.siting.failing import missed


def cover(sets, weight=None):
    """Candidate i covers the houses of sets[i]."""
    pairs = [(house, one) for one, houses in enumerate(sets) for house in houses]
    house, candidate = np.array(pairs, np.int32).reshape(-1, 2).T
    houses = max((max(each, default=-1) for each in sets), default=-1) + 1
    weight = np.ones(houses, np.int64) if weight is None else np.array(weight, np.int64)
    return cover_of(house, candidate, weight=weight, candidates=len(sets))


def best_of_all(demand, limits):
    """Try every choice there is."""
    choices = (c for k in range(limits.most + 1) for c in combinations(range(demand.candidates), k))
    return max(demand.covered_by(np.array(c, np.int32)) for c in choices if limits.allow(np.array(c, np.int32)))


@st.composite
def cases(draw):
    """Small cases with all the rules there are."""
    count, houses = draw(st.integers(1, 8)), draw(st.integers(1, 14))
    sets = draw(st.lists(st.sets(st.integers(0, houses - 1)), min_size=count, max_size=count))
    weight = draw(st.lists(st.integers(0, 9), min_size=houses, max_size=houses))
    cost = np.array(draw(st.lists(st.integers(1, 9), min_size=count, max_size=count)))
    budget = draw(st.none() | st.integers(1, 20))
    near = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=6))
    limits = Limits.of(
        count, draw(st.integers(1, 4)), cost=None if budget is None else cost, budget=budget,
        near=np.array([pair for pair in near if pair[0] != pair[1]], np.int32),
    )  # fmt: skip
    pairs = [(house, one) for one, members in enumerate(sets) for house in members]
    house, candidate = np.array(pairs, np.int32).reshape(-1, 2).T
    return cover_of(house, candidate, weight=np.array(weight), candidates=count), limits


@given(cases())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_choice_is_better_than_the_bound_and_the_answer_keeps_every_limit(case):
    demand, limits = case
    choice, best = cover_most(demand, limits), best_of_all(*case)
    assert limits.allow(choice.chosen)
    assert choice.covered == demand.covered_by(choice.chosen) == choice.adds.sum() <= best
    for steps in (0, 1, 7, 300):  # valid wherever it stops
        assert upper_bound(demand, limits, choice, steps=steps) >= best


@given(cases())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_highs_proves_what_trying_every_choice_finds(case):
    demand, limits = case
    begin, best = cover_most(demand, limits), best_of_all(*case)
    certificate = certify(demand, limits, begin, seconds=20)
    assert certificate.proven
    assert certificate.choice.covered == certificate.bound == best
    assert limits.allow(certificate.choice.chosen)
    assert certify(demand, limits, begin, seconds=20, whole=False).bound >= best


def test_the_answer_is_within_two_per_cent_of_the_bound_in_a_made_up_quarter():
    rng = np.random.default_rng(5)
    homes, places = rng.uniform(0, 2000, (4000, 2)), rng.uniform(0, 2000, (300, 2))
    house, candidate = np.nonzero(np.abs(homes[:, None] - places[None]).sum(2) < 200)
    demand = cover_of(house, candidate, weight=rng.integers(1, 5, 4000), candidates=300)
    limits = Limits.of(300, 25)
    choice = cover_most(demand, limits)
    bound = upper_bound(demand, limits, choice)
    assert choice.covered <= bound
    assert choice.covered >= 0.98 * bound
    # The bound is near to the best there is: the relaxed program's, by another way.
    relaxed = certify(demand, limits, choice, seconds=60, whole=False).bound
    assert relaxed <= bound * 1.005 + 1


def test_an_exchange_finds_what_greed_misses():
    # Greed takes the middle one with 6, and then one of the sides: 8. The two sides cover 10.
    sets = [{0, 1, 2, 3, 4}, {5, 6, 7, 8, 9}, {2, 3, 4, 5, 6, 7}]
    demand, limits = cover(sets), Limits.of(3, 2)
    assert cover_most(demand, limits, exchanges=0).covered == 8
    choice = cover_most(demand, limits)
    assert sorted(choice.chosen.tolist()) == [0, 1]
    assert (choice.covered, choice.exchanges) == (10, 1)


def test_a_budget_buys_two_cheap_sources_instead_of_one_dear():
    sets = [{0, 1, 2, 3, 4}, {0, 1, 2}, {3, 4, 5}]
    demand = cover(sets)
    limits = Limits.of(3, 3, cost=np.array([10, 5, 5]), budget=10)
    assert sorted(cover_most(demand, limits).chosen.tolist()) == [1, 2]


def test_two_that_stand_too_near_are_not_chosen_together():
    demand = cover([{0, 1, 2}, {2, 3}, {4}])
    choice = cover_most(demand, Limits.of(3, 2, near=np.array([[1, 0]])))
    assert sorted(choice.chosen.tolist()) == [0, 2]


def test_the_one_that_rules_out_all_others_does_not_come_first():
    demand = cover([{0, 1, 2}, {0, 1, 3}, {2, 4, 5}])
    choice = cover_most(demand, Limits.of(3, 2, near=np.array([[0, 1], [0, 2]])))
    assert sorted(choice.chosen.tolist()) == [1, 2]


def test_a_source_that_adds_nothing_is_not_chosen():
    assert cover_most(cover([{0, 1}, {0}, set()]), Limits.of(3, 3)).chosen.tolist() == [0]


def test_ties_go_to_the_first_and_equal_questions_have_equal_answers():
    demand, limits = cover([{0}, {1}, {2}]), Limits.of(3, 2)
    assert cover_most(demand, limits).chosen.tolist() == cover_most(demand, limits).chosen.tolist() == [0, 1]


def test_nobody_in_reach_is_covered_by_nobody_and_the_bound_says_so():
    demand = cover([set(), set()])
    choice = cover_most(demand, Limits.of(2, 1))
    assert (choice.chosen.size, choice.covered, upper_bound(demand, Limits.of(2, 1), choice)) == (0, 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"most": 0},
        {"budget": 0, "cost": [1, 1]},
        {"budget": -5, "cost": [1, 1]},
        {"budget": 5},
        {"budget": 5, "cost": [0, 1]},
    ],
)
def test_a_budget_of_nothing_and_free_sources_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must be|costs"):
        Limits.of(2, wrong.pop("most", 1), **{name: np.array(v) if name == "cost" else v for name, v in wrong.items()})


def test_grouping_loses_nothing_and_leaves_out_what_counts_nothing():
    demand = cover([{0, 1, 3}, {0, 1}, {0, 1, 4}], weight=[2, 3, 9, 4, 0])
    assert demand.weight.tolist() == [5, 4]
    assert demand.of_house.tolist() == [0, 0, NOBODY, 1, NOBODY]
    assert [demand.covered_by(np.array([one])) for one in range(3)] == [9, 5, 5]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_houses_are_one_group_exactly_where_the_same_candidates_cover_them(pairs):
    house, candidate = np.array(pairs, np.int32).reshape(-1, 2).T
    demand = cover_of(house, candidate, weight=np.ones(10, np.int64), candidates=6)
    sets = [frozenset(c for h, c in pairs if h == each) for each in range(10)]
    for one in range(10):
        for other in range(10):
            together = demand.of_house[one] == demand.of_house[other] != NOBODY
            assert together == (sets[one] == sets[other] != frozenset())


def test_sets_with_equal_sums_stay_apart(monkeypatch):
    class Blind:
        def integers(self, *_args):
            return np.ones(99, np.uint64)

    monkeypatch.setattr(np.random, "default_rng", lambda _seed: Blind())
    demand = cover([{0}, {1}, {2, 3}])
    assert demand.of_house[0] != demand.of_house[1]
    assert demand.reachable == 4


def test_pairs_that_name_no_house_are_an_error():
    with pytest.raises(ValueError, match="house"):
        cover_of(np.array([3]), np.array([0]), weight=np.ones(2, np.int64), candidates=1)
    with pytest.raises(ValueError, match="candidate"):
        cover_of(np.array([0]), np.array([1]), weight=np.ones(2, np.int64), candidates=1)


def test_chosen_ones_are_told_in_the_order_in_which_they_help():
    order, adds = in_order(cover([{0}, {1, 2, 3}, {3, 4}]), np.array([0, 1, 2]))
    assert (order.tolist(), adds.tolist()) == ([1, 0, 2], [3, 1, 1])


def test_what_only_one_source_covers_is_missed_and_what_two_cover_is_not():
    house, source = np.array([0, 0, 1, 2, 2, 3]), np.array([0, 1, 0, 1, 1, 1])
    what = missed(house, source, weight=np.array([5, 2, 3, 4, 9]), count=3)
    assert what.homes.tolist() == [1, 2, 0]
    assert what.counted.tolist() == [2, 7, 0]
    assert what.only.tolist() == [-1, 0, 1, 1, -1]


def test_hydrants_on_one_main_fail_together():
    house, source = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])
    assert missed(house, source, weight=np.ones(2, np.int64), count=3).homes.tolist() == [0, 0, 0]
    main_of = np.array([0, 0, 1])
    assert missed(house, main_of[source], weight=np.ones(2, np.int64), count=2).homes.tolist() == [1, 0]
