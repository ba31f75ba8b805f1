"""Which source is missed most: what only this one covers, N−1. Pure."""

from dataclasses import dataclass

import numpy as np

from routes.engine.arrays import Ints, Longs
from routes.siting.demand import sorted_once


@dataclass(frozen=True, slots=True)
class Missed:
    """What each source, or whatever fails as one, would leave without any; (f,) arrays."""

    homes: Longs  # houses that nothing else covers
    counted: Longs  # what they count together, such as their households
    only: Ints  # (houses,) what alone covers a house; -1 where nothing or several do


def missed(house: Ints, failing: Ints, *, weight: Longs, count: int) -> Missed:
    """Count what is uncovered where one of them fails.

    Parameters
    ----------
    house, failing
        (n,) pairs of a house and what covers it; the same pair may stand there twice. Sources that fail together, as
        all on one main do, have one number.
    weight
        (houses,) what each house counts.
    count
        How many can fail.
    """
    owner, what = sorted_once(house, failing, len(weight), count)
    alone = np.bincount(owner, minlength=len(weight))[owner] == 1
    only = np.full(len(weight), -1, np.int32)
    only[owner[alone]] = what[alone]
    return Missed(
        np.bincount(what[alone], minlength=count).astype(np.int64),
        np.bincount(what[alone], weight[owner[alone]], minlength=count).astype(np.int64),
        only,
    )
