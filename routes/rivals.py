"""Where a drawn line could mean another road than the one it was matched to.

A bridge over the street and a street kept twice cannot be told apart from the line at all. A road beside the matched
one can be meant by a hand that is some metres off; that is a doubt only for what fits the one and not the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from routes.candidates import Ints, Network, Samples, States

OFF: Final = -1
"""The state of a sample where the line runs along no road."""

_PARALLEL: Final = 0.9
_RIVAL_M: Final = 3.0
_BESIDE_M: Final = 4.0
_DOUBT_M: Final = 20.0
_TWIN_M: Final = 0.5
_TWICE_M: Final = 6.0


@dataclass(frozen=True, slots=True)
class Rival:
    """A road that the line could mean between two metres of it, and whether it would be driven along its own line."""

    road: int
    forward: bool
    from_m: float
    to_m: float


def doubts_of(path: Ints, samples: Samples, states: States, network: Network) -> tuple[tuple[float, float], ...]:
    """Find where another road alongside could be meant as well: a bridge over the street, a street kept twice."""
    sample = np.repeat(np.arange(len(path)), np.diff(states.first))
    chosen = path[sample]
    apart_m = np.abs(states.distance_m - states.distance_m[chosen])
    beside, same_level = _beside(chosen, states, network)
    above = beside & ~same_level & (apart_m <= _RIVAL_M)
    twice = np.flatnonzero(beside & same_level & (apart_m <= _TWIN_M))
    twice = twice[
        shapely.distance(_on_road(twice, states, network), _on_road(chosen[twice], states, network)) <= _TWIN_M
    ]
    return (*_runs(sample[above], samples, _DOUBT_M), *_runs(sample[twice], samples, _TWICE_M))


def rivals_of(path: Ints, samples: Samples, states: States, network: Network) -> Iterator[Rival]:
    """Find the roads beside the matched ones that the line runs hardly farther from: a hand is some metres off.

    Driving against a one-way is no rival to driving along one, nor is a footway to a road that is nearer.
    """
    sample = np.repeat(np.arange(len(path)), np.diff(states.first))
    chosen = path[sample]
    farther_m = states.distance_m - states.distance_m[chosen]
    beside, same_level = _beside(chosen, states, network)
    against = network.oneway[states.road] * np.where(states.forward, 1, -1) < 0
    on_foot = network.footway[states.road] & ~network.footway[states.road[chosen]] & (farther_m > 0)
    # What the path drives on itself is judged anyway, such as the next segment of the street.
    beside &= ~np.isin(states.road, states.road[path[path != OFF]])
    rival = beside & same_level & (farther_m <= _BESIDE_M) & (~against | against[chosen]) & ~on_foot
    for start_m, end_m in _runs(sample[rival], samples, _DOUBT_M):
        within = rival & (samples.at_m[sample] >= start_m) & (samples.at_m[sample] <= end_m)
        for road in np.unique(states.road[within]):
            here = within & (states.road == road)
            at_m = samples.at_m[sample[here]]
            yield Rival(int(road), bool(states.forward[here][0]), float(at_m.min()), float(at_m.max()))


def _beside(chosen: Ints, states: States, network: Network) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which states lie along the line on another road than the chosen one, and which on its level."""
    beside = (chosen != OFF) & (states.road != states.road[chosen]) & (states.across < 1 - _PARALLEL)
    return beside, network.level[states.road] == network.level[states.road[chosen]]


def _on_road(which: Ints, states: States, network: Network) -> NDArray[np.object_]:
    points: NDArray[np.object_] = shapely.line_interpolate_point(
        network.lines[states.road[which]], states.road_m[which]
    )
    return points


def _runs(doubtful: Ints, samples: Samples, least_m: float) -> Iterator[tuple[float, float]]:
    """The stretches, at least so long, on which every sample is among the doubtful ones."""
    flags = np.bincount(doubtful, minlength=len(samples.at_m)) > 0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]])))
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        start_m, end_m = float(samples.at_m[first]), float(samples.at_m[after - 1])
        if end_m - start_m >= least_m:
            yield start_m, end_m
