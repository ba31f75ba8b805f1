"""What coverage is computed of once everything is read, and the plain way to do it: pure."""

from collections.abc import Callable
from dataclasses import dataclass

from routes.engine.arrays import Network
from routes.engine.covering import CoverPairs, Places, Walk
from routes.engine.weighing import Needs, Waters, Weighed, weigh


@dataclass(frozen=True, slots=True)
class Whole:
    """Every house and every source of the network, whether a truck gets to each source included."""

    network: Network
    walk: Walk
    houses: Places
    needs: Needs
    sources: Places
    waters: Waters
    limit_mm: int


Computing = Callable[[Whole], tuple[CoverPairs | None, Weighed]]
"""Finds the pairs and weighs every house; None: the pairs were left where they were found."""


def at_once(whole: Whole) -> tuple[CoverPairs, Weighed]:
    """Compute it here, in one piece."""
    pairs = whole.walk.pairs(whole.houses, whole.sources, limit_mm=whole.limit_mm)
    return pairs, weigh(pairs, pairs.first_of_house(len(whole.houses)), whole.needs, whole.waters)
