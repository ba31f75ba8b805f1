"""Houses weighed against a witness in plain Python that tries every two sources."""

from itertools import combinations
from math import inf, isnan

import numpy as np
import pytest

from routes.engine.covering import CoverPairs
from routes.engine.weighing import (
    FLOW_UNKNOWN,
    LONG_FROM_LPS,
    MAIN_UNKNOWN,
    NO,
    NOBODY_KNOWS,
    ON_NO_MAIN,
    PERHAPS,
    RECORDED,
    VERIFIED,
    YES,
    Needs,
    Together,
    Waters,
    weigh,
)
from tests.cities import town, whole_of

TWO_LPS = 30.0


def counting(whole, pairs, house, level):
    """The sources that count for a house at a level, with what each gives."""
    least, most = whole.needs.least_lps[house], whole.needs.most_lps[house]
    need = most if level >= RECORDED else least
    waters, found = whole.waters, {}
    for pair in np.flatnonzero(pairs.house == house):
        one = pairs.source[pair]
        mm = pairs.sure_mm[pair] if level >= RECORDED else pairs.distance_mm[pair]
        if waters.state[one] < level or not 0 <= mm <= waters.limit_mm[one]:
            continue
        long = need > LONG_FROM_LPS
        surely = (waters.long_lps if long else waters.flow_lps)[one]
        at_most = (waters.long_most_lps if long else waters.most_lps)[one]
        flow = surely if level >= RECORDED else at_most
        if not isnan(flow) and flow > 0:
            found[int(one)] = float(flow)
    return found, need


def share(waters, one, other, flows, level):
    """What two sources give at the same time, as far as anybody knows."""
    first, last = waters.together.first[one], waters.together.first[one + 1]
    tested = {
        int(o): lps for o, lps in zip(waters.together.other[first:last], waters.together.lps[first:last], strict=True)
    }
    mains = [int(waters.main[i]) for i in (one, other)]
    if level < RECORDED:
        mains = [ON_NO_MAIN if main == MAIN_UNKNOWN else main for main in mains]
    apart = MAIN_UNKNOWN not in mains and (mains[0] != mains[1] or mains[0] == ON_NO_MAIN)
    alone = flows[one] + flows[other] if apart else max(flows[one], flows[other])
    return max(alone, tested.get(other, 0.0))


def level_of(whole, pairs, house):
    for level in (VERIFIED, RECORDED, PERHAPS):
        flows, need = counting(whole, pairs, house, level)
        kind = whole.needs.two[house]
        two = kind == YES or (kind == NOBODY_KNOWS and level >= RECORDED)
        if two and any(share(whole.waters, *each, flows, level) >= need for each in combinations(flows, 2)):
            return level
        if not two and any(flow >= need for flow in flows.values()):
            return level
    return 0


@pytest.mark.parametrize("seed", range(6))
def test_classes_are_those_of_a_witness_that_tries_every_two_sources(seed):
    whole = whole_of(town(seed), seed, houses=600, sources=120)
    pairs = whole.walk.pairs(whole.houses, whole.sources, limit_mm=whole.limit_mm)
    weighed = weigh(pairs, pairs.first_of_house(len(whole.houses)), whole.needs, whole.waters)
    near = np.flatnonzero(whole.needs.near)
    assert [int(weighed.level[house]) for house in near] == [level_of(whole, pairs, house) for house in near]
    assert len(set(weighed.level.tolist())) == 4
    alone = whole.waters._replace(together=Together.none(len(whole.sources)))
    without = weigh(pairs, pairs.first_of_house(len(whole.houses)), whole.needs, alone)
    assert (weighed.level > without.level).any(), "tests together make no difference"
    assert (weighed.level >= without.level).all()


def one_house(flows, *, most=None, two=YES, together=()):
    """The level and reason of a house with these sources beside it, all on one main."""
    count = len(flows)
    surely = np.array(flows)
    at_most = np.where(np.isnan(surely), inf, surely) if most is None else np.array(most)
    pairs_of = np.array(together).reshape(-1, 3)
    waters = Waters(
        np.full(count, VERIFIED, np.int8), surely, at_most, surely, at_most, np.zeros(count, np.int32),
        np.full(count, 200_000, np.int32),
        Together.of(count, pairs_of[:, 0].astype(int), pairs_of[:, 1].astype(int), pairs_of[:, 2]),
    )  # fmt: skip
    needs = Needs(np.array([TWO_LPS]), np.array([TWO_LPS]), np.array([two], np.int8), np.ones(1, np.uint8))
    near = np.full(count, 50_000, np.int32)
    pairs = CoverPairs(np.zeros(count, np.int32), np.arange(count, dtype=np.int32), near, near)
    weighed = weigh(pairs, pairs.first_of_house(1), needs, waters)
    return int(weighed.level[0]), int(weighed.reason[0])


def test_two_of_one_main_give_what_they_gave_together_and_not_what_each_gave_alone():
    assert one_house([20.0, 20.0])[0] == 0
    assert one_house([20.0, 20.0], together=[(0, 1, 31.0)])[0] == VERIFIED
    assert one_house([20.0, 20.0], together=[(0, 1, 29.0)])[0] == 0
    assert one_house([20.0, 20.0, 20.0], together=[(0, 2, 31.0)])[0] == VERIFIED
    assert one_house([31.0, 0.0], together=[(0, 1, 31.0)])[0] == 0, "one that gives nothing is no second source"


def test_what_may_give_more_than_it_surely_does_leaves_open_whether_it_is_enough():
    assert one_house([5.0], two=NO)[0] == 0
    assert one_house([5.0], most=[inf], two=NO) == (PERHAPS, FLOW_UNKNOWN)
    assert one_house([5.0], most=[29.0], two=NO)[0] == 0
    assert one_house([30.0], most=[inf], two=NO)[0] == VERIFIED


def test_some_of_what_was_tested_together_keeps_the_pairs_of_which_both_are_there():
    all_of_it = Together.of(5, np.array([0, 1, 3]), np.array([4, 3, 4]), np.array([1.0, 2.0, 3.0]))
    some = all_of_it.some(np.array([1, 3, 4]))
    assert (some.first.tolist(), some.other.tolist(), some.lps.tolist()) == (
        [0, 1, 3, 4],
        [1, 0, 2, 1],
        [2.0, 2.0, 3.0, 3.0],
    )
