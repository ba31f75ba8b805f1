"""Figures of wards out of the classes of their buildings: pure. Facilities stand in buildings, and are not counted."""

from typing import Final

import numpy as np

from routes.coverage.classes import BY_LEVEL
from routes.engine.arrays import Flags, Longs, Small
from routes.engine.weighing import Weighed

BEYOND_M: Final = (100, 200, 400)
COUNTED: Final = (
    "buildings",
    *(f"{what}_{each}" for what in ("buildings", "households", "people") for each in reversed(BY_LEVEL)),
    "buildings_households_unknown",
    "buildings_people_unknown",
    *(
        f"{what}_{beyond}_{metres}m"
        for what in ("households", "people")
        for beyond in ("beyond", "perhaps_beyond")
        for metres in BEYOND_M
    ),
)
"""The names of all figures, as `routes.coverage.models.WardCoverage` has them."""


def figures(
    group: Longs, groups: int, weighed: Weighed, level: Small, near: Flags, households: Longs, people: Longs
) -> dict[str, Longs]:
    """Count buildings by group.

    Parameters
    ----------
    group
        (n,) from 0 to `groups` - 1.
    level
        (n,) the level of the class that counts: what a planner said, or what was computed.
    near
        (n,) whether a way is near: of other houses nobody knows how far the hose is.
    households, people
        (n,) -1 where nobody counted: such a building is counted as that, and adds nothing.

    Returns
    -------
    For each of `COUNTED` one number a group.
    """

    def count(chosen: Flags, weight: Longs | None = None) -> Longs:
        if weight is not None:
            chosen = chosen & (weight >= 0)
        weights = None if weight is None else weight[chosen].astype(np.float64)
        counted: Longs = np.bincount(group[chosen], weights, minlength=groups).astype(np.int64)
        return counted

    every = np.ones(len(group), np.bool_)
    told = {"buildings": count(every)}
    for number, each in enumerate(BY_LEVEL):
        told[f"buildings_{each}"] = count(level == number)
        told[f"households_{each}"] = count(level == number, households)
        told[f"people_{each}"] = count(level == number, people)
    told["buildings_households_unknown"] = count(households < 0)
    told["buildings_people_unknown"] = count(people < 0)
    for metres in BEYOND_M:
        within = (weighed.working_mm >= 0) & (weighed.working_mm <= metres * 1000)
        perhaps = ~within & (((weighed.perhaps_mm >= 0) & (weighed.perhaps_mm <= metres * 1000)) | ~near)
        for what, weight in (("households", households), ("people", people)):
            told[f"{what}_beyond_{metres}m"] = count(~within & ~perhaps, weight)
            told[f"{what}_perhaps_beyond_{metres}m"] = count(perhaps, weight)
    return {name: told[name] for name in COUNTED}


def band_of(buildings: int, covered: int) -> str:
    """Name how much is covered, for the map.

    >>> [band_of(4, covered) for covered in (4, 3, 2, 1, 0)], band_of(0, 0)
    (['full', 'most', 'half', 'some', 'few'], 'unknown')
    """
    if not buildings:
        return "unknown"
    bands = ((1.0, "full"), (0.75, "most"), (0.5, "half"), (0.25, "some"))
    return next((band for share, band in bands if covered >= share * buildings), "few")
