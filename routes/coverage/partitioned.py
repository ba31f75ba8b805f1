"""Coverage in parts, each small enough for one process: some houses, and the roads and sources around them. Pure.

A part is its houses, by where they lie, with every road that hose can get to from them: a *halo* around the box of
their own roads, as wide as the longest hose of the day. Whether it was wide enough is not believed: each part proves
that no hose leaves it (`routes.engine.excerpts`), or raises. Then its pairs are those of the whole, to the bit.
"""

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gis_core.errors import Unavailable
from routes.coverage.computing import Whole
from routes.engine.arrays import Flags, Floats, Ints, Longs
from routes.engine.compiled import source_mark
from routes.engine.covering import FAR, CoverPairs, Places, Walk, by_house
from routes.engine.excerpts import Boxes, Excerpt, Reach, reach_of
from routes.engine.weighing import Needs, Waters, Weighed, not_weighed, weigh

HOUSES_A_PART: Final = 50_000
"""A part has no more houses than that, unless they lie on one road."""
_ROUNDED_M: Final = 1.0
"""Lengths of roads are whole millimetres: so much may a way over two thousand of them be short of the straight line."""


class HaloTooSmall(Unavailable):
    """Hose from a house of a part gets to where its roads end; its pairs would not be those of the whole."""

    code = "halo-too-small"
    title = "The halo around a part is too small"


class OtherProgram(Unavailable):
    """The process that computes runs another version than the one that asks; its answer could be another."""

    code = "other-program"
    title = "A worker runs another version of this program"


@dataclass(frozen=True, slots=True)
class Part:
    """What a process needs to compute some houses: arrays only. `house` and `source` say which they are of the whole.

    Places lie on the edges of the excerpt.
    """

    number: int
    excerpt: Excerpt
    house: Ints  # ascending
    houses: Places
    needs: Needs
    source: Ints  # ascending
    sources: Places
    waters: Waters
    limit_mm: int
    halo_m: float
    with_pairs: bool

    def packed(self) -> bytes:
        """Give the part as `compute_packed` takes it."""
        return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)


@dataclass(frozen=True, slots=True)
class PartDone:
    """What became of the houses of a part, houses and sources as in the whole; None: pairs were not asked for."""

    number: int
    house: Ints
    weighed: Weighed
    pairs: CoverPairs | None


@cache
def program_mark() -> str:
    """Name the state of everything that the answer of a part follows from."""
    return f"{source_mark()}-{source_mark(Path(__file__))}"


# Cutting --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a whole; each is cut out when it is asked for, so that only few of them are held at once."""

    whole: Whole
    groups: tuple[Ints, ...]  # houses of each, ascending
    boxes: Boxes
    halo_m: float
    with_pairs: bool = False

    @staticmethod
    def of(
        whole: Whole, *, most: int = HOUSES_A_PART, halo_m: float | None = None, with_pairs: bool = False
    ) -> "Parts":
        """Divide the houses.

        Parameters
        ----------
        most
            No more houses a part than that; those on one road stay together.
        halo_m
            None: as wide as the longest hose needs. For tests.
        with_pairs
            Whether the pairs are to be handed back too, which takes 16 bytes each.
        """
        boxes = Boxes.of(whole.network.topology)
        width_m = halo_of(whole.limit_mm) if halo_m is None else halo_m
        return Parts(whole, tuple(_groups(whole.houses.edge, boxes, most)), boxes, width_m, with_pairs)

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[Part]:
        for number in range(len(self.groups)):
            yield self.cut_out(number)

    def cut_out(self, number: int) -> Part:
        """Take a part with its halo."""
        whole, house = self.whole, self.groups[number]
        edges = self._edges_around(whole.houses.edge[house])
        excerpt = Excerpt.of(whole.network, edges)
        inside = np.zeros(len(whole.network.topology.edge_id) + 1, np.bool_)  # the last one stands for none
        inside[edges] = True
        source = np.flatnonzero(inside[whole.sources.edge]).astype(np.int32)
        return Part(
            number,
            excerpt,
            house,
            excerpt.here(whole.houses.some(house)),
            whole.needs.some(house),
            source,
            excerpt.here(whole.sources.some(source)),
            whole.waters.some(source),
            whole.limit_mm,
            self.halo_m,
            self.with_pairs,
        )

    def _edges_around(self, own: Ints) -> Ints:
        own = np.unique(own[own >= 0])
        return self.boxes.touching(self.boxes.around(own).wider(self.halo_m)) if len(own) else own


def halo_of(limit_mm: int) -> float:
    """Give the metres around the roads of houses within which every road lies that hose of this length gets to.

    The straight metres at both of its ends are part of the hose, and no road is shorter than the straight line.
    """
    return limit_mm / 1000 + _ROUNDED_M


def _groups(edge: Ints, boxes: Boxes, most: int) -> list[Ints]:
    """Divide houses by their edges; those on no edge are put with any."""
    if not len(edge):
        return []
    edges, of_house, counts = np.unique(edge, return_inverse=True, return_counts=True)
    middle = (boxes.low + boxes.high) / 2 if len(boxes.low) else np.zeros((1, 2))
    group_of = np.empty(len(edges), np.int64)
    for number, some in enumerate(halves(middle[np.maximum(edges, 0)], counts, most)):
        group_of[some] = number
    group = group_of[of_house]
    order = np.argsort(group, kind="stable").astype(np.int32)
    return np.split(order, np.cumsum(np.bincount(group))[:-1])


def halves(xy: Floats, weight: Longs, most: int) -> Iterator[Longs]:
    """Halve points across their longer side until none of the groups weighs more than `most`, or it is one point."""
    waiting = [np.arange(len(xy))] if len(xy) else []
    while waiting:
        group = waiting.pop()
        if len(group) == 1 or weight[group].sum() <= most:
            yield group
            continue
        longer = int(np.argmax(np.ptp(xy[group], axis=0)))
        group = group[np.argsort(xy[group, longer], kind="stable")]
        until = np.cumsum(weight[group])
        middle = int(np.clip(np.searchsorted(until, until[-1] / 2), 1, len(group) - 1))
        waiting += [group[middle:], group[:middle]]


# Computing ------------------------------------------------------------------------------------------------------------


def compute_part(part: Part) -> PartDone:
    """Find the pairs of a part and weigh its houses, in whichever process.

    Raises
    ------
    HaloTooSmall
        Hose gets to where roads are missing.
    """
    walk = Walk.of(part.excerpt.network)
    reach = reach_of(part.excerpt, walk, part.houses, limit_mm=part.limit_mm)
    if reach.cut >= 0:
        raise HaloTooSmall(
            "The halo of %(halo_m).0f m around part %(part)d is too small: %(hose_m).1f m of hose lead to junction "
            "%(junction)d, at which roads are missing. Nothing was stored.",
            halo_m=part.halo_m,
            part=part.number,
            hose_m=int(reach.node_mm[reach.cut]) / 1000,
            junction=int(part.excerpt.network.topology.node_id[reach.cut]),
        )
    near = np.flatnonzero(_in_reach(part, reach)).astype(np.int32)
    pairs = walk.pairs(part.houses, part.sources, limit_mm=part.limit_mm, which=near)
    weighed = weigh(pairs, pairs.first_of_house(len(part.houses)), part.needs, part.waters)
    return PartDone(part.number, part.house, _of_whole(part, weighed), _pairs(part, pairs) if part.with_pairs else None)


def compute_packed(program: str, packed: bytes) -> PartDone:
    """Do as `compute_part`, asked by a process whose `program_mark` is `program`.

    Raises
    ------
    OtherProgram
        That of this process is another.
    """
    if program != program_mark():
        raise OtherProgram("A worker runs another version of this program; start it from the same sources.")
    return compute_part(pickle.loads(packed))  # noqa: S301 - from who may run anything here anyway


def _in_reach(part: Part, reach: Reach) -> Flags:
    """Tell which sources may have a pair: a house is on their road, or hose gets to one of its ends."""
    topology, edge = part.excerpt.network.topology, part.sources.edge
    there = reach.node_mm < FAR
    on_edge = np.zeros(len(topology.edge_id), np.bool_)
    on_edge[part.houses.edge[part.houses.edge >= 0]] = True
    found: Flags = on_edge[edge] | there[topology.tail[edge]] | there[topology.head[edge]]
    return found


def _of_whole(part: Part, weighed: Weighed) -> Weighed:
    numbers = np.append(part.source, np.int32(-1))  # -1 stays what it is
    return weighed._replace(source=numbers[weighed.source], nearest=numbers[weighed.nearest])


def _pairs(part: Part, pairs: CoverPairs) -> CoverPairs:
    return CoverPairs(part.house[pairs.house], part.source[pairs.source], pairs.distance_mm, pairs.sure_mm)


# Putting together -----------------------------------------------------------------------------------------------------


def merged(houses: int, parts: Iterable[PartDone]) -> tuple[CoverPairs | None, Weighed]:
    """Put parts together, in whichever order they come; pairs as a whole computation has them, if all parts have."""
    weighed = not_weighed(houses)
    columns: tuple[NDArray[Any], ...] = weighed
    pairs = [CoverPairs(*(np.zeros(0, np.int32) for _ in range(4)))]
    complete = True
    for part in parts:
        for column, fresh in zip(columns, part.weighed, strict=True):
            column[part.house] = fresh
        complete &= part.pairs is not None
        pairs += [part.pairs] if part.pairs is not None else []
    if not complete:
        return None, weighed
    names = ("house", "source", "distance_mm", "sure_mm")
    joined = CoverPairs(*(np.concatenate([getattr(each, name) for each in pairs]) for name in names))
    return by_house(joined, houses), weighed
