"""Which candidate covers which homes, as arrays: homes that the same candidates cover are one group.

In a city ten homes of a lane have the same sources within reach. To count them as one loses nothing, and leaves a
tenth of the work. Pure.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from routes.engine.arrays import Ints, Longs, first_of
from routes.engine.compiled import fixed, kernel

_SEED: Final = 20_261_129
NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Cover:
    """Who covers whom: c candidates, g groups of homes, n pairs of them, in both orders.

    All arrays are as the kernels of `routes.siting` take them (`routes.engine.compiled.fixed`).
    """

    weight: Longs  # (g,) what the homes of a group count together, above 0
    first: Longs  # (c + 1,) groups that candidate i covers: group[first[i]:first[i + 1]], ascending
    group: Ints  # (n,)
    group_first: Longs  # (g + 1,)
    candidate: Ints  # (n,) candidates of each group, ascending
    of_house: Ints  # (houses,) the group of each house, `NOBODY` where no candidate covers it, or it counts nothing

    @property
    def candidates(self) -> int:
        """How many candidates there are, those that cover nobody included."""
        return len(self.first) - 1

    @property
    def reachable(self) -> int:
        """What all candidates together cover."""
        return int(self.weight.sum())

    def covered_by(self, chosen: Ints) -> int:
        """What these candidates cover together, counted afresh."""
        covered = np.zeros(len(self.weight), bool)
        for one in chosen:
            covered[self.group[self.first[one] : self.first[one + 1]]] = True
        return int(self.weight[covered].sum())


def cover_of(house: Ints, candidate: Ints, *, weight: Longs, candidates: int) -> Cover:
    """Group homes by the candidates that cover them.

    Parameters
    ----------
    house, candidate
        (n,) who covers whom, in any order; a pair may stand there twice.
    weight
        (houses,) what each house counts, such as its households; one of 0 is left out.

    Raises
    ------
    ValueError
        A weight below 0, or a pair with an index that is none.
    """
    _check(house, candidate, weight, candidates)
    owner, covering = sorted_once(house, candidate, len(weight), candidates)
    counts = weight[owner] > 0
    owner, covering = owner[counts], covering[counts]
    begins = np.flatnonzero(np.diff(owner, prepend=NOBODY))
    houses, lengths = owner[begins], np.diff(begins, append=len(owner))
    group, examples = _same_sets(covering, begins, lengths)
    of_house = np.full(len(weight), NOBODY, np.int32)
    of_house[houses] = group
    kept = np.repeat(np.isin(np.arange(len(houses)), examples), lengths)
    by_group = np.argsort(np.repeat(group, lengths)[kept], kind="stable")
    groups, candidate_of = np.repeat(group, lengths)[kept][by_group], covering[kept][by_group]
    by_candidate = np.argsort(candidate_of, kind="stable")
    return Cover(
        weight=fixed(np.bincount(group, weight[houses], len(examples)), np.int64),
        first=fixed(first_of(np.bincount(candidate_of, minlength=candidates)), np.int64),
        group=fixed(groups[by_candidate], np.int32),
        group_first=fixed(first_of(np.bincount(groups, minlength=len(examples))), np.int64),
        candidate=fixed(candidate_of, np.int32),
        of_house=of_house,
    )


def sorted_once(house: Ints, candidate: Ints, houses: int, candidates: int) -> tuple[Ints, Ints]:
    """Sort pairs by house, then candidate, each pair once: by counting, for there are millions of them."""
    pairs = fixed(house, np.int32), fixed(candidate, np.int32)
    sorted_pairs = np.empty_like(pairs[0]), np.empty_like(pairs[1])
    by_counting(*pairs[::-1], np.zeros(candidates + 1, np.int64), *sorted_pairs[::-1])
    owner, covering = np.empty_like(pairs[0]), np.empty_like(pairs[1])
    by_counting(
        fixed(sorted_pairs[0], np.int32),
        fixed(sorted_pairs[1], np.int32),
        np.zeros(houses + 1, np.int64),
        owner,
        covering,
    )
    fresh = np.ones(len(owner), bool)
    fresh[1:] = (owner[1:] != owner[:-1]) | (covering[1:] != covering[:-1])
    return owner[fresh], covering[fresh]


@kernel
def by_counting(key: Ints, other: Ints, room: Longs, sorted_key: Ints, sorted_other: Ints) -> None:
    """Sort pairs by their key, those of one key as they came; `room` has a place for each key and one more, all 0."""
    for at in range(key.shape[0]):
        room[key[at] + 1] += 1
    for one in range(room.shape[0] - 1):
        room[one + 1] += room[one]
    for at in range(key.shape[0]):
        place = room[key[at]]
        sorted_key[place], sorted_other[place] = key[at], other[at]
        room[key[at]] += 1


def _check(house: Ints, candidate: Ints, weight: Longs, candidates: int) -> None:
    if weight.size and weight.min() < 0:
        raise ValueError("a house counts 0 or more")
    if house.size and not (house.min() >= 0 and house.max() < len(weight)):
        raise ValueError("a pair names a house that is none")
    if candidate.size and not (candidate.min() >= 0 and candidate.max() < candidates):
        raise ValueError("a pair names a candidate that is none")


def _same_sets(member: Ints, begins: Longs, lengths: Longs) -> tuple[Ints, Longs]:
    """Number equal sets alike, in the order in which each first appears; give the numbers and the first of each.

    Sets are told apart by sums of random numbers, and those called equal are compared, so that no chance is left.
    """
    if not len(begins):
        return np.zeros(0, np.int32), np.zeros(0, np.int64)
    words = np.random.default_rng(_SEED).integers(0, 2**63, int(member.max()) + 1, np.uint64)
    sums = np.add.reduceat(words[member], begins)
    order = np.lexsort((lengths, sums))
    fresh = np.ones(len(order), bool)
    fresh[1:] = (sums[order][1:] != sums[order][:-1]) | (lengths[order][1:] != lengths[order][:-1])
    leader = np.empty(len(order), np.int64)
    leader[order] = order[np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))]
    apart = _differing(member, begins, lengths, leader)
    leader[apart] = apart  # never seen: two sets with one sum; each stays for itself
    examples, group = np.unique(leader, return_inverse=True)
    return group.astype(np.int32), examples


def _differing(member: Ints, begins: Longs, lengths: Longs, leader: Longs) -> Longs:
    """Give the sets that are not what their leader is."""
    within = np.arange(len(member)) - np.repeat(begins, lengths)
    other = member[np.repeat(begins[leader], lengths) + within]
    return np.flatnonzero(np.logical_or.reduceat(member != other, begins))
