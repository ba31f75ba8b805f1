"""Which roads a drawn line could mean, sample by sample: the candidates that `routes.matching` chooses from."""

from dataclasses import dataclass, field
from typing import Final, Self, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from routes.linear import MeasuredLine

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

TOLERANCE_M: Final = 12.0
"""A hand draws 5 m off the axis of a lane; farther than this nobody knows which road is meant."""
SAMPLE_M: Final = 4.0

_SIGMA_M: Final = 4.0
INDEPENDENT_M: Final = 15.0  # a hand that is off stays off: one misfit counts once in these metres
_ACROSS_COST: Final = 4.0
_AGAINST_COST: Final = 0.3


@dataclass(frozen=True, slots=True)
class Network:
    """Roads to match against, arrays of one length.

    Parameters
    ----------
    lines
        LineStrings in metres.
    oneway
        1 along the line, -1 against it, 0 both ways: parallel carriageways are told apart by it.
    level
        OSM layer=*; roads above each other differ in it.
    footway
        For people: whoever draws a drive means the road beside it. Left out: none is.
    """

    lines: NDArray[np.object_]
    oneway: Ints
    level: Ints
    footway: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    def __post_init__(self) -> None:
        if len(self.footway) != len(self.lines):
            object.__setattr__(self, "footway", np.zeros(len(self.lines), np.bool_))


@dataclass(frozen=True, slots=True)
class Samples:
    """Positions along the drawn line, evenly spaced, with the direction of drawing."""

    at_m: Floats
    xy: Floats
    heading: Floats

    @classmethod
    def along(cls, line: shapely.LineString) -> Self:
        """Sample `line`, both ends included."""
        at_m = np.linspace(0.0, line.length, max(int(np.ceil(line.length / SAMPLE_M)), 1) + 1)
        # Not line_interpolate_point, which walks along the whole line for every sample.
        drawn = MeasuredLine.of(line)
        xy = np.column_stack([np.interp(at_m, drawn.at_m, axis) for axis in drawn.xy.T])
        before, after = np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0)
        before[0], after[-1] = xy[0], xy[-1]
        return cls(at_m, xy, _unit(after - before))

    @property
    def step_m(self) -> float:
        """Metres from one sample to the next."""
        return float(self.at_m[1])


@dataclass(frozen=True, slots=True)
class States:
    """The candidates of all samples, sorted by sample: which road, where on it, which way."""

    first: Ints  # states of sample i: first[i] to first[i + 1]
    road: Ints
    road_m: Floats
    forward: NDArray[np.bool_]
    distance_m: Floats
    across: Floats
    length_m: Floats  # of the road
    driven_m: Floats  # from where the road is entered, driving this way
    left_m: Floats  # to where it is left
    exit_xy: Floats  # where the road is left and entered, driving this way
    entry_xy: Floats
    cost: Floats

    @classmethod
    def near(cls, samples: Samples, network: Network) -> Self:
        """Find all candidates; a sample may have none."""
        edges = _Edges.of(network.lines)
        sample, edge = edges.near(samples.xy)
        road_m, distance_m = edges.project(samples.xy[sample], edge)
        keep = _one_a_visit(sample, edge, edges.road, distance_m)
        sample, edge, road_m, distance_m = sample[keep], edge[keep], road_m[keep], distance_m[keep]
        along = (samples.heading[sample] * edges.heading[edge]).sum(axis=1)
        road, forward = edges.road[edge], along >= 0
        against = network.oneway[road] * np.where(forward, 1, -1) < 0
        misfit = (distance_m / _SIGMA_M) ** 2 / 2 + _ACROSS_COST * (1 - np.abs(along)) + _AGAINST_COST * against
        length_m = shapely.length(network.lines)[road]
        start = shapely.get_coordinates(shapely.get_point(network.lines, 0))[road]
        end = shapely.get_coordinates(shapely.get_point(network.lines, -1))[road]
        driven_m = np.where(forward, road_m, length_m - road_m)
        return cls(
            first=np.searchsorted(sample, np.arange(len(samples.at_m) + 1)),
            road=road,
            road_m=road_m,
            forward=forward,
            distance_m=distance_m,
            across=1 - np.abs(along),
            length_m=length_m,
            driven_m=driven_m,
            left_m=length_m - driven_m,
            exit_xy=np.where(forward[:, None], end, start),
            entry_xy=np.where(forward[:, None], start, end),
            cost=misfit * samples.step_m / INDEPENDENT_M,
        )

    def of(self, sample: int) -> slice:
        """Where the states of one sample stand."""
        return slice(int(self.first[sample]), int(self.first[sample + 1]))


@dataclass(frozen=True, slots=True)
class _Edges:
    """The straight pieces of all roads, those of one road in a row."""

    road: Ints
    start: Floats
    vector: Floats
    length_m: Floats
    at_m: Floats  # of the start, along the road
    heading: Floats

    @classmethod
    def of(cls, lines: NDArray[np.object_]) -> Self:
        xy, owner = shapely.get_coordinates(lines, return_index=True)
        inner = np.flatnonzero(owner[1:] == owner[:-1])
        vector = xy[inner + 1] - xy[inner]
        length_m = np.hypot(*vector.T)
        road = owner[inner].astype(np.int64)
        walked = np.concatenate([[0.0], np.cumsum(length_m)])[:-1]
        at_m = walked - walked[np.searchsorted(road, road)]
        return cls(road, xy[inner], vector, length_m, at_m, _unit(vector))

    def near(self, xy: Floats) -> tuple[Ints, Ints]:
        """Give the pairs (point, edge) within the tolerance, sorted by point, then edge."""
        ends = np.stack([self.start, self.start + self.vector], axis=1)
        tree = shapely.STRtree(np.atleast_1d(np.asarray(shapely.linestrings(ends))))
        point, edge = tree.query(shapely.points(xy), predicate="dwithin", distance=TOLERANCE_M)
        order = np.lexsort((edge, point))
        return point[order], edge[order]

    def project(self, xy: Floats, edge: Ints) -> tuple[Floats, Floats]:
        """Give metres along the road of the nearest place on each edge, and the distance to it."""
        offset, vector = xy - self.start[edge], self.vector[edge]
        squared = np.maximum((vector**2).sum(axis=1), 1e-12)
        share = np.clip((offset * vector).sum(axis=1) / squared, 0.0, 1.0)
        distance_m = np.hypot(*(offset - share[:, None] * vector).T)
        return self.at_m[edge] + share * self.length_m[edge], distance_m


def _one_a_visit(sample: Ints, edge: Ints, road_of_edge: Ints, distance_m: Floats) -> Ints:
    """Keep the nearest edge of each run of neighbouring edges: both legs of a hairpin, not its every vertex."""
    if not len(sample):
        return np.empty(0, np.int64)
    road = road_of_edge[edge]
    new_run = (np.diff(sample) != 0) | (np.diff(edge) != 1) | (np.diff(road) != 0)
    run = np.concatenate([[0], np.cumsum(new_run)])
    order = np.lexsort((edge, distance_m, run))
    return np.sort(order[np.concatenate([[True], np.diff(run[order]) != 0])])


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.maximum(np.hypot(*vectors.T), 1e-9)[:, None]
    return unit
