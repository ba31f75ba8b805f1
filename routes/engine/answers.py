"""What the searches of `routes.engine.searches` are asked with and answer. Values only."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from routes.engine.arrays import Bytes, Flags, Ints, Longs, Small


@dataclass(frozen=True, slots=True)
class Targets:
    """Places to look for, in any order; make one with `of` and keep it as long as the places stay.

    `by_edge` sorts them by edge and place.
    """

    edge: Ints  # (t,)
    at_mm: Ints
    usable: Flags
    extra_ms: Longs  # what it takes from there on
    by_edge: Ints
    _marks: dict[int, tuple[Ints, Bytes]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, edge: ArrayLike, at_mm: ArrayLike, usable: ArrayLike, extra_ms: ArrayLike | None = None) -> Self:
        """Take the columns; no `extra_ms`: nothing. A place on no edge (edge < 0) is never found."""
        edges = np.asarray(edge, np.int32)
        places = np.asarray(at_mm, np.int32)
        extra = np.zeros(len(edges), np.int64) if extra_ms is None else np.asarray(extra_ms, np.int64)
        return cls(edges, places, np.asarray(usable, np.bool_), extra, np.lexsort((places, edges)).astype(np.int32))

    def on_edges(self, edges: int) -> tuple[Ints, Bytes]:
        """Give those of `by_edge` that are on any of so many edges, and a mark for each edge that has one; kept."""
        if edges not in self._marks:
            marked = np.zeros(edges, np.uint8)
            found = self.by_edge[np.searchsorted(self.edge[self.by_edge], 0) :]
            marked[self.edge[found]] = 1
            self._marks[edges] = found, marked
        return self._marks[edges]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A target reached: `target` counts in the order in which the targets were given."""

    target: int
    time_ms: int  # with the target's `extra_ms`
    length_mm: int  # of the way, which `Spread.path` gives
    came_by: int  # the edge driven last; at a junction not the one on which the target was put


@dataclass(frozen=True, slots=True)
class Reached:
    """What is reached within the limit."""

    node_ms: Longs  # (n,) -1 not reached
    edge: Ints  # (p,) pieces, by edge and place; the pieces of an edge do not overlap
    from_mm: Ints
    to_mm: Ints
    level: Small  # of the piece itself, not of the way to it: search again with a higher `Profile.least` for that


@dataclass(frozen=True, slots=True)
class Opening:
    """What must be removed: the record standing there, or the road itself (record -1)."""

    edge: int
    record: int
    at_mm: int  # where it is met
