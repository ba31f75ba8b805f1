"""What a tile of ways shows: near, each piece of road with its verdict; from afar, the worst of what is drawn as one.

From afar roads are drawn on a coarse grid. All that falls on the same stretch of it is one stretch with the worst
verdict of all its roads, from end to end with everything that stands on them; and what is too short to be a stretch is
a dot. So nothing blocked or unknown hides behind something passable, and nothing is left out because it is small.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray

from gis_core.values import Verdict
from layers.tile_grid import BUFFER, EXTENT, Tile
from routes.engine.arrays import Flags, Floats, Ints, Level, Longs, Network, Small, Topology, first_of
from routes.network.placing import lines_of_edges
from routes.tiles.judged import Judged
from routes.tiles.mvt import LINE, POINT, Drawn, Value, layer
from routes.way import METRIC

MIN_ZOOM: Final = 9
LANES_FROM: Final = 11
"""Lanes are drawn from this zoom on; before, they would be one surface."""
PIECES_FROM: Final = 14
"""The zoom from which each piece is drawn."""

WAYS: Final = "ways"
STOPS: Final = "stops"
RANKS: Final = ("lane", "through", "main")

_MAIN: Final = frozenset({"motorway", "trunk", "primary"})
_THROUGH: Final = frozenset({"secondary", "tertiary"})
_LANE: Final = RANKS.index("lane")
_CELL: Final = 32
"""Units of a stretch of the coarse grid; a pixel is 8 to 16 of them."""
_SIMPLER: Final = 4.0
"""Units by which a line may be off."""

Shapes = NDArray[np.object_]


def draw_tile(judged: Judged, tile: Tile, *, sure: bool) -> bytes:
    """Draw a tile; empty where no road is, and before `MIN_ZOOM`.

    Parameters
    ----------
    sure
        False where the network may be out of date: then nothing is passable.
    """
    if tile.z < MIN_ZOOM:
        return b""
    verdicts = [level_verdict(level, sure=sure) for level in Level]
    edges = _edges_in(judged.network, tile)
    if tile.z < PIECES_FROM:
        return _from_afar(judged, edges, tile, verdicts)
    return _near(judged, edges, tile, verdicts) + _stops(judged, edges, tile, verdicts)


def level_verdict(level: Level, *, sure: bool) -> Verdict:
    """Give the verdict of a level, where the data is `sure` to be the latest."""
    if level is Level.BLOCKED:
        return Verdict.BLOCKED
    return Verdict.PASSABLE if sure and level >= Level.ASSUMED else Verdict.UNKNOWN


# Near ----------------------------------------------------------------------------------------------------------------


def _near(judged: Judged, edges: Ints, tile: Tile, verdicts: Sequence[Verdict]) -> bytes:
    """Draw the pieces; those of one name, class and verdict are one feature, joined where they meet."""
    roads, pieces = judged.network.roads, _pieces_on(judged, edges)
    lines = _in_tile(_lines(judged.network.topology, pieces), tile, _SIMPLER)
    names = dict(zip(edges.tolist(), roads.name.of(edges.tolist()), strict=True))
    kinds: dict[tuple[str, str, str], int] = {}
    feature = np.array(
        [
            kinds.setdefault(
                (names[edge], roads.classes[road_class], verdicts[level] if judged.cut else ""), len(kinds)
            )
            for edge, road_class, level in zip(
                pieces.edge.tolist(), roads.road_class[pieces.edge].tolist(), pieces.level.tolist(), strict=True
            )
        ],
        np.int64,
    )
    tags = [_known(name=name, highway=highway, verdict=verdict) for name, highway, verdict in kinds]
    return layer(WAYS, _joined(lines, feature), tags, EXTENT)


class _Pieces(NamedTuple):
    edge: Ints
    from_mm: Ints
    to_mm: Ints
    level: Small


def _pieces_on(judged: Judged, edges: Ints) -> _Pieces:
    if judged.cut is None:
        length = judged.network.topology.length_mm[edges]
        return _Pieces(edges, np.zeros_like(length), length, np.zeros(len(edges), np.int8))
    cut = judged.cut
    chosen = np.isin(cut.edge, edges)
    return _Pieces(cut.edge[chosen], cut.from_mm[chosen], cut.to_mm[chosen], cut.level[chosen])


def _lines(topology: Topology, pieces: _Pieces) -> Shapes:
    lines, length_mm = lines_of_edges(topology, pieces.edge), topology.length_mm[pieces.edge]
    for at in np.flatnonzero((pieces.from_mm > 0) | (pieces.to_mm < length_mm)).tolist():
        share = pieces.from_mm[at] / length_mm[at], pieces.to_mm[at] / length_mm[at]
        lines[at] = shapely.ops.substring(lines[at], *share, normalized=True)
    return lines


def _stops(judged: Judged, edges: Ints, tile: Tile, verdicts: Sequence[Verdict]) -> bytes:
    """Draw what stops the vehicle, or may, each with the direction of the road there, to draw a bar across it."""
    if judged.cut is None:
        return b""
    cut, topology, records = judged.cut, judged.network.topology, judged.network.standings.records
    chosen = np.isin(cut.stop_edge, edges)
    edge, at_mm = cut.stop_edge[chosen], cut.stop_mm[chosen]
    lines = _in_tile(lines_of_edges(topology, edge), tile, 0.0)
    share = at_mm / np.maximum(topology.length_mm[edge], 1)
    ends = [
        shapely.line_interpolate_point(lines, np.clip(share + off, 0, 1), normalized=True) for off in (0, -0.01, 0.01)
    ]
    (xy, before, after) = (shapely.get_coordinates(points).reshape(-1, 2) for points in ends)
    angle = np.rint(np.degrees(np.arctan2(*(after - before).T[::-1]))).astype(np.int64) % 180
    inside = _inside(xy)
    kinds = [records[at].obstacle.kind for at in cut.stop_record[chosen].tolist()]
    tags: list[dict[str, Value]] = [
        {"verdict": verdicts[level], "kind": kind, "angle_deg": turn}
        for level, kind, turn in zip(cut.stop_level[chosen].tolist(), kinds, angle.tolist(), strict=True)
    ]
    which = np.flatnonzero(inside)
    return layer(STOPS, Drawn(POINT, which, np.arange(len(which) + 1), xy[which]), tags, EXTENT)


# From afar -----------------------------------------------------------------------------------------------------------


class _Grid(NamedTuple):
    """Roads on the coarse grid of a tile, whoever drives there: k stretches, n pairs of a road and a stretch of it."""

    ends: Longs  # (k, 2, 2) cells
    stretch: Longs  # (n,)
    edge: Ints  # (n,)


def _from_afar(judged: Judged, edges: Ints, tile: Tile, verdicts: Sequence[Verdict]) -> bytes:
    network = judged.network
    grid, ranks = _grid_of(network.topology, edges, tile), _ranks(network)
    drawn = np.isin(grid.edge, edges) & ((ranks[grid.edge] > _LANE) | (tile.z >= LANES_FROM))
    stretch, edge = grid.stretch[drawn], grid.edge[drawn]
    level = np.zeros(len(edge), np.int64) if judged.cut is None else judged.cut.worst[edge].astype(np.int64)
    # Roads of one rank on one stretch are drawn once; a rank of its own, so that lanes do not decide over main roads.
    which, row = np.unique(stretch * len(RANKS) + ranks[edge], return_inverse=True)
    worst = np.full(len(which), max(Level), np.int64)
    np.minimum.at(worst, row, level)
    # The worst of a rank comes last: what is drawn over the rest must not be better than it.
    order = [(rank, verdict) for rank in range(len(RANKS)) for verdict in _WORST_LAST]
    places = np.array([_WORST_LAST.index(verdict) for verdict in verdicts])
    feature = which % len(RANKS) * len(_WORST_LAST) + places[worst]
    counts = np.zeros((len(order), len(Level)), np.int64)
    np.add.at(counts, (feature[row], level), 1)
    tags = [_tags_of(judged, *kind, counts[nth], verdicts) for nth, kind in enumerate(order)]
    ends = grid.ends[which // len(RANKS)]
    shown = ~_said_by_lines(ends, which % len(RANKS), worst)
    return layer(WAYS, _joined(_as_lines(ends[shown]), feature[shown]), tags, EXTENT)


_WORST_LAST: Final = (Verdict.PASSABLE, Verdict.UNKNOWN, Verdict.BLOCKED)


def _tags_of(
    judged: Judged, rank: int, verdict: Verdict, counts: Longs, verdicts: Sequence[Verdict]
) -> dict[str, Value]:
    """Say how much is drawn as one; a road counts on each stretch that it runs over."""
    if judged.cut is None:
        return {"rank": RANKS[rank], "count": int(counts.sum())}
    by_verdict: Counter[str] = Counter()
    for each, count in zip(verdicts, counts.tolist(), strict=True):
        by_verdict[each] += count
    counted = {name: count for name, count in by_verdict.items() if count}
    return {"rank": RANKS[rank], "verdict": verdict, "count": by_verdict.total(), **counted}


def _ranks(network: Network) -> Longs:
    names = [name.removesuffix("_link") for name in network.roads.classes]
    by_class = [(name in _THROUGH) + 2 * (name in _MAIN) for name in names]
    return np.array(by_class, np.int64)[network.roads.road_class]


_grids: dict[tuple[int, Tile], tuple[Topology, _Grid]] = {}
_GRIDS: Final = 200


def make_grid(network: Network, tile: Tile) -> None:
    """Put the roads of a tile on its grid ahead: from afar that is most of what a tile takes, whoever drives there."""
    _grid_of(network.topology, _edges_in(network, tile), tile)


def _grid_of(topology: Topology, edges: Ints, tile: Tile) -> _Grid:
    """Put roads on the grid, or take what was made before: it depends on nothing that is edited without drawing."""
    known = _grids.get((id(topology), tile))
    # A road that was gone then may be there now, but never without a new graph.
    if known is None or known[0] is not topology:
        if len(_grids) >= _GRIDS or any(other is not topology for other, _ in list(_grids.values())):
            _grids.clear()
        lines = _in_tile(lines_of_edges(topology, edges), tile, _CELL / 2)
        known = _grids[id(topology), tile] = (topology, _on_grid(lines, edges))
    return known[1]


def _on_grid(lines: Shapes, edges: Ints) -> _Grid:
    cells = np.floor(shapely.get_coordinates(lines) / _CELL).astype(np.int64).clip(-_FAR, _FAR) + _FAR
    cell = cells[:, 0] << _CELL_BITS | cells[:, 1]
    line = np.repeat(np.arange(len(lines)), shapely.get_num_coordinates(lines))
    follows = line[1:] == line[:-1]
    begin, end, of = cell[:-1][follows], cell[1:][follows], line[1:][follows]
    moves = begin != end
    still = np.bincount(of[moves], minlength=len(lines))[of] == 0  # a line inside one cell is a dot
    kept = moves | still
    key = np.minimum(begin, end)[kept] << 2 * _CELL_BITS | np.maximum(begin, end)[kept]
    keys, stretch = np.unique(key, return_inverse=True)
    pairs = np.unique(stretch * max(len(lines), 1) + of[kept])  # a road counts once on a stretch
    shifts = _CELL_BITS * np.arange(3, -1, -1)
    ends = (keys[:, None] >> shifts & (1 << _CELL_BITS) - 1) - _FAR
    stretch, of = np.divmod(pairs, max(len(lines), 1))
    return _Grid(ends.reshape(-1, 2, 2), stretch, edges[of])


_CELL_BITS: Final = 15
_FAR: Final = 2**14 - 1
"""Cells beyond are far outside of the tile."""


def _said_by_lines(ends: Longs, rank: Longs, worst: Longs) -> Flags:
    """Tell which stretches are dots in a cell where a line of the same rank ends that is no better."""
    keys = ((ends[..., 0] + _FAR) << _CELL_BITS | (ends[..., 1] + _FAR)) * len(RANKS) + rank[:, None]
    dot = keys[:, 0] == keys[:, 1]
    cells, which = np.unique(keys, return_inverse=True)
    which = which.reshape(-1, 2)
    least = np.full(len(cells), len(Level), np.int64)
    np.minimum.at(least, which[~dot].ravel(), np.repeat(worst[~dot], 2))
    no_better = least[which[:, 0]] <= worst
    return np.asarray(dot & no_better, np.bool_)


def _as_lines(ends: Longs) -> Shapes:
    """Make lines between the middles of cells; a dot is a line of one unit."""
    xy = (ends + 0.5) * _CELL
    xy[(ends[:, 0] == ends[:, 1]).all(axis=1), 1, 0] += 1
    return np.asarray(shapely.linestrings(xy), dtype=object).reshape(-1)


# Shapes in units of the tile -----------------------------------------------------------------------------------------


def _joined(lines: Shapes, feature: Longs) -> Drawn:
    """Join the lines of each feature where they meet, and cut them off at the tile's buffer."""
    order = np.argsort(feature, kind="stable")
    lines, feature = lines[order], feature[order]
    used, nth = np.unique(feature, return_inverse=True)
    whole = shapely.line_merge(shapely.multilinestrings(lines, indices=nth)) if len(lines) else lines
    parts, of = shapely.get_parts(shapely.clip_by_rect(whole, *_BUFFERED), return_index=True)
    long = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(parts)
    parts, of = parts[long], of[long]
    counts = shapely.get_num_coordinates(parts)
    return Drawn(LINE, used[of], first_of(counts), shapely.get_coordinates(parts))


_BUFFERED: Final = (-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)


def _inside(xy: Floats) -> Flags:
    return np.asarray(((xy >= -BUFFER) & (xy <= EXTENT + BUFFER)).all(axis=1), np.bool_)


def _in_tile(lines: Shapes, tile: Tile, simpler: float) -> Shapes:
    """Turn lines in metres into lines in units of the tile, simplified first; the ones given are used up."""
    if simpler:
        lines = shapely.simplify(lines, simpler * _unit_m(tile), preserve_topology=False)
    lon, lat = METRIC.to_wgs84(*shapely.get_coordinates(lines).T)
    xy = np.column_stack([np.asarray(lon) / 360 + 0.5, 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)])
    done: Shapes = shapely.set_coordinates(lines, (xy * 2**tile.z - [tile.x, tile.y]) * EXTENT)
    return done


def _unit_m(tile: Tile) -> float:
    west, _, east, _ = _metric_box(tile)
    return (east - west) / (EXTENT + 2 * BUFFER)


# Roads in a tile -----------------------------------------------------------------------------------------------------

_boxes: dict[int, tuple[Topology, Floats, Floats]] = {}


def _edges_in(network: Network, tile: Tile) -> Ints:
    """Give the roads that are there and whose box touches that of the tile."""
    west, south, east, north = _metric_box(tile)
    low, high = _boxes_of(network.topology)
    near = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
    return np.flatnonzero(near & ~network.roads.gone).astype(np.int32)


def _boxes_of(topology: Topology) -> tuple[Floats, Floats]:
    """Give the corners of the boxes of all roads, (m, 2) each, made once for a graph."""
    known = _boxes.get(id(topology))
    if known is None or known[0] is not topology:
        begins = topology.vertex_first[:-1]
        low, high = (_reduced(reduce, topology.vertex_xy, begins) for reduce in (np.minimum, np.maximum))
        _boxes.clear()
        known = _boxes[id(topology)] = (topology, low, high)
    return known[1:]


def _reduced(reduce: np.ufunc, xy: Floats, begins: Longs) -> Floats:
    reduced: Floats = reduce.reduceat(xy, begins) if len(begins) else np.zeros((0, 2))
    return reduced


def _metric_box(tile: Tile) -> tuple[float, float, float, float]:
    west, south, east, north = tile.box
    middle = (west + east) / 2
    x, y = METRIC.from_wgs84(
        np.array([west, west, east, east, middle, middle]), np.array([south, north, south, north, south, north])
    )
    return float(np.min(x)), float(np.min(y)), float(np.max(x)), float(np.max(y))


def _known(**tags: Value) -> dict[str, Value]:
    return {name: value for name, value in tags.items() if value != ""}
