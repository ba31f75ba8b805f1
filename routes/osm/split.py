"""Ways to segments between junctions. Pure: node ids and places in, node ids and places out."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

from routes.osm.reader import LonLatPair, OsmWay


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a way with a junction or an end of the way at each end and none between.

    `nodes` and `places` run in the direction of the way and are of one length, two or more. Start and end are the same
    node in a closed loop that only one junction touches.
    """

    way: OsmWay
    index: int
    nodes: tuple[int, ...]
    places: tuple[LonLatPair, ...]

    @property
    def ref(self) -> str:
        """Key of the road made from it."""
        return f"way/{self.way.id}/{self.index}"


@dataclass(frozen=True, slots=True)
class Split:
    """All segments of a file, and what could not become one.

    `incomplete` are ids of ways with nodes that the file does not hold (an extract cut at its edge): they are cut at
    the gap. `pointlike` are refs of segments without length. Segments keep the index they would have had.
    """

    segments: list[Segment]
    junctions: set[int]
    incomplete: set[int]
    pointlike: list[str]


def split_ways(
    ways: Iterable[OsmWay], places: Mapping[int, LonLatPair], known_junctions: Collection[int] = frozenset()
) -> Split:
    """Split ways wherever a vehicle can change from one to another.

    That is at every node used by two ways or twice by one (a loop, a way that crosses itself at a node), at the ends,
    and at `known_junctions`: where stored roads meet. Those keep an extract without alleys from joining what the
    alleys of an earlier, fuller one hang on, and keep the refs of segments, which surveys point at, from shifting.
    """
    ways = list(ways)
    paths = {way.id: _without_repeats(way.nodes) for way in ways}
    junctions = _junctions(paths.values()) | (set(known_junctions) & places.keys())
    split = Split([], junctions, set(), [])
    for way in ways:
        index = 0
        for run in _runs(paths[way.id], places):
            for nodes in _pieces(run, junctions):
                _add(split, way, index, nodes, places)
                index += 1
        if any(node not in places for node in way.nodes):
            split.incomplete.add(way.id)
    return split


def _add(split: Split, way: OsmWay, index: int, nodes: tuple[int, ...], places: Mapping[int, LonLatPair]) -> None:
    line = tuple(places[node] for node in nodes)
    segment = Segment(way, index, nodes, line)
    if len(set(line)) > 1:
        split.segments.append(segment)
    else:
        split.pointlike.append(segment.ref)


def _without_repeats(nodes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(node for node, _ in groupby(nodes))


def _junctions(paths: Iterable[tuple[int, ...]]) -> set[int]:
    uses: Counter[int] = Counter()
    ends: set[int] = set()
    for path in paths:
        uses.update(path)
        ends.update((path[0], path[-1]) if path else ())
    return ends | {node for node, count in uses.items() if count > 1}


def _runs(path: tuple[int, ...], places: Mapping[int, LonLatPair]) -> list[tuple[int, ...]]:
    """Cut a path at nodes that the file does not hold."""
    return [tuple(run) for known, run in groupby(path, places.__contains__) if known]


def _pieces(run: tuple[int, ...], junctions: set[int]) -> list[tuple[int, ...]]:
    cuts = [at for at, node in enumerate(run) if node in junctions or at in {0, len(run) - 1}]
    return [run[start : end + 1] for start, end in pairwise(cuts)]
