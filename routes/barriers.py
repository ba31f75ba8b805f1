"""What hose does not cross: recorded water, and railways at level on which trains run or may run.

Beside the ways both are met by the straight metres between a place and its way. On the ways water has bridges, and is
in nobody's way; rails are met wherever a way crosses them at level. Hose laid there holds until the next train, and
nobody records whether trains are stopped: so people pass there through the unknown at best.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np
import shapely

from gis_core.kept import Kept
from hydrants.models import WaterBody
from routes.encounters import RailCrossing
from routes.engine.arrays import FREE, Flags, Ints, Network, StandingRecord, Standings, Topology, first_of
from routes.network.projecting import metres_of
from routes.railway_models import Railway

_NOBODY_KNOWS: Final = 2
"""Of `Standings.foot`."""
_NO_RECORD: Final = -1
"""The number of what is no access restriction."""

XY = tuple[float, float]


class Barrier(NamedTuple):
    """Shapes of one kind in metres of EPSG:5897, and the same in a tree that finds them."""

    shapes: Any
    tree: shapely.STRtree


class Barriers(NamedTuple):
    """What is recorded; a line of rail has a record of its own that tells who passes it what it is."""

    waters: Barrier  # areas
    rails: Barrier  # lines
    lines: tuple[StandingRecord, ...]

    def between(self, one_xy: XY, other_xy: XY) -> bool:
        """Tell whether the straight line between two places (metres) crosses water or rails."""
        line = shapely.LineString([one_xy, other_xy])
        return any(len(barrier.tree.query(line, predicate="intersects")) for barrier in (self.waters, self.rails))


@dataclass(frozen=True, slots=True)
class _Crossings:
    """Where lines of rail and edges meet on the drawing, whatever is a bridge; c stretches, of no length as a rule."""

    edge: Ints
    from_mm: Ints
    to_mm: Ints
    rail: Ints

    def some(self, which: Flags) -> "_Crossings":
        return _Crossings(self.edge[which], self.from_mm[which], self.to_mm[which], self.rail[which])


def barriers_now() -> Barriers:
    """Read what is recorded; kept until somebody edits it."""
    return _BARRIERS.get()


def _read() -> Barriers:
    at_level = Railway.objects.filter(bridge=False, tunnel=False).exclude(in_use="no").order_by("id")
    rails = list(at_level.values_list("geom", "ref", "name"))
    lines = tuple(
        StandingRecord(_NO_RECORD, RailCrossing(from_m=0.0, to_m=0.0, ref=ref, name=name, kind="level_crossing"), None)
        for _, ref, name in rails
    )
    waters = WaterBody.objects.order_by("id").values_list("geom", flat=True)
    return Barriers(_barrier(waters), _barrier(geom for geom, *_ in rails), lines)


def _barrier(geoms: Iterable[Any]) -> Barrier:
    shapes = shapely.from_wkb([bytes(geom.wkb) for geom in geoms])
    shapes = shapely.transform(shapes, metres_of) if len(shapes) else np.zeros(0, object)
    return Barrier(shapes, shapely.STRtree(shapes))


_BARRIERS: Final = Kept([WaterBody._meta.db_table, Railway._meta.db_table], _read)


# Ways across rails ----------------------------------------------------------------------------------------------------


def with_rails(network: Network, barriers: Barriers | None = None) -> Network:
    """Give the network as hose is laid on it: wherever rails cross at level, nobody knows whether people pass.

    For hose only: trucks are not stopped there. Without rails it is the same one.
    """
    barriers = barriers or barriers_now()
    if not len(barriers.lines):
        return network
    crossings = _crossings_of(network.topology, barriers.rails)
    roads = network.roads
    met = crossings.some(~(roads.bridge | roads.tunnel | roads.gone)[crossings.edge])
    if not len(met.edge):
        return network
    return replace(network, standings=_and_also(network.standings, met, barriers.lines))


_hose: tuple[Network, Barriers, Network] | None = None


def hose_network(network: Network, barriers: Barriers) -> Network:
    """Give the same, or what was made before of the same network: questions come by the hundred between two edits."""
    global _hose  # noqa: PLW0603 - one a process; threads that come at once make the same twice
    last = _hose
    if last is None or last[0] is not network or last[1] is not barriers:
        last = _hose = network, barriers, with_rails(network, barriers)
    return last[2]


_last: tuple[Topology, Any, _Crossings] | None = None


def _crossings_of(topology: Topology, rails: Barrier) -> _Crossings:
    """Find them, or take those found before: roads and rails are drawn seldom, and both are asked for in every edit."""
    global _last  # noqa: PLW0603 - one a process; threads that come at once find the same twice
    last = _last
    if last is None or last[0] is not topology or last[1] is not rails:
        last = _last = topology, rails, _found(topology, rails)
    return last[2]


def _found(topology: Topology, rails: Barrier) -> _Crossings:
    vertices = np.diff(topology.vertex_first)
    of_edge = np.repeat(np.arange(len(vertices)), vertices)
    lines = np.asarray(shapely.linestrings(topology.vertex_xy, indices=of_edge))
    edge, rail = rails.tree.query(lines, predicate="intersects")
    parts, of_pair = shapely.get_parts(shapely.intersection(lines[edge], rails.shapes[rail]), return_index=True)
    xy, of_part = shapely.get_coordinates(parts, return_index=True)
    at_m = shapely.line_locate_point(lines[edge[of_pair[of_part]]], shapely.points(xy))
    ends = first_of(np.bincount(of_part, minlength=len(parts)))[:-1]
    own = edge[of_pair].astype(np.int32)
    stretch = (end.reduceat(at_m, ends) if len(parts) else np.zeros(0) for end in (np.minimum, np.maximum))
    from_mm, to_mm = (np.minimum(np.rint(m * 1000), topology.length_mm[own]).astype(np.int32) for m in stretch)
    return _Crossings(own, from_mm, to_mm, rail[of_pair].astype(np.int32))


def _and_also(standings: Standings, met: _Crossings, lines: tuple[StandingRecord, ...]) -> Standings:
    """Put crossings among what stands on the ways, each behind what stands at the same place."""
    edges, new = len(standings.first) - 1, len(met.edge)
    edge = np.concatenate([np.repeat(np.arange(edges, dtype=np.int32), np.diff(standings.first)), met.edge])
    columns = {
        "from_mm": met.from_mm,
        "to_mm": met.to_mm,
        "limits": np.full((new, *standings.limits.shape[1:]), FREE, np.int32),
        "legal": np.zeros(new, np.bool_),
        "solid_sign": np.zeros(new, np.bool_),
        "timetable": np.full(new, -1, np.int32),
        "foot": np.full(new, _NOBODY_KNOWS, np.int8),
        "in_doubt": np.zeros(new, np.bool_),
        "record": met.rail + np.int32(len(standings.records)),
    }
    both: dict[str, Any] = {name: np.concatenate([getattr(standings, name), more]) for name, more in columns.items()}
    order = np.lexsort((both["to_mm"], both["from_mm"], edge))
    first = first_of(np.bincount(edge, minlength=edges)).astype(np.int32)
    ordered = {name: column[order] for name, column in both.items()}
    return replace(standings, first=first, records=(*standings.records, *lines), **ordered)
