"""What hose does not cross: recorded water, and railways at level on which trains run or may run.

Beside the ways both are met by the straight metres between a place and its way. On the ways water has bridges, and is
in nobody's way; rails are met wherever a way crosses them at level. Hose laid there holds until the next train, and
nobody records whether trains are stopped: so people pass there through the unknown at best.
"""

from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from django.db.models import QuerySet

from gis_core.kept import Kept
from hydrants.models import WaterBody
from routes.engine.arrays import FREE, Flags, Ints, Network, Standings, Topology, first_of
from routes.network.projecting import metres_of
from routes.railway_models import Railway

_NOBODY_KNOWS: Final = 2
"""Of `Standings.foot`."""
_NO_RECORD: Final = -1


class Barriers(NamedTuple):
    """Shapes in metres of EPSG:5897."""

    waters: Any  # areas
    rails: Any  # lines


@dataclass(frozen=True, slots=True)
class _Crossings:
    """Where lines of rail and edges meet on the drawing, whatever is a bridge; c stretches, of no length as a rule."""

    edge: Ints
    from_mm: Ints
    to_mm: Ints

    def some(self, which: Flags) -> "_Crossings":
        return _Crossings(self.edge[which], self.from_mm[which], self.to_mm[which])


def barriers_now() -> Barriers:
    """Read what is recorded; kept until somebody edits it."""
    return _BARRIERS.get()


def _read() -> Barriers:
    at_level = Railway.objects.filter(bridge=False, tunnel=False).exclude(in_use="no")
    return Barriers(_shapes(WaterBody.objects.all()), _shapes(at_level))


def _shapes(rows: "QuerySet[Any]") -> Any:
    shapes = shapely.from_wkb([bytes(geom.wkb) for geom in rows.order_by("id").values_list("geom", flat=True)])
    return shapely.transform(shapes, metres_of) if len(shapes) else np.zeros(0, object)


_BARRIERS: Final = Kept([WaterBody._meta.db_table, Railway._meta.db_table], _read)


# Ways across rails ----------------------------------------------------------------------------------------------------


def with_rails(network: Network, barriers: Barriers | None = None) -> Network:
    """Give the network as hose is laid on it: wherever rails cross at level, nobody knows whether people pass.

    For hose only: trucks are not stopped there, and what stands there has no record. Without rails it is the same one.
    """
    rails = (barriers or barriers_now()).rails
    if not len(rails):
        return network
    crossings = _crossings_of(network.topology, rails)
    roads = network.roads
    met = crossings.some(~(roads.bridge | roads.tunnel | roads.gone)[crossings.edge])
    return replace(network, standings=_and_also(network.standings, met)) if len(met.edge) else network


_last: tuple[Topology, Any, _Crossings] | None = None


def _crossings_of(topology: Topology, rails: Any) -> _Crossings:
    """Find them, or take those found before: roads and rails are drawn seldom, and both are asked for in every edit."""
    global _last  # noqa: PLW0603 - one a process; threads that come at once find the same twice
    last = _last
    if last is None or last[0] is not topology or last[1] is not rails:
        last = _last = topology, rails, _found(topology, rails)
    return last[2]


def _found(topology: Topology, rails: Any) -> _Crossings:
    vertices = np.diff(topology.vertex_first)
    of_edge = np.repeat(np.arange(len(vertices)), vertices)
    lines = np.asarray(shapely.linestrings(topology.vertex_xy, indices=of_edge))
    edge, rail = shapely.STRtree(rails).query(lines, predicate="intersects")
    parts, of_pair = shapely.get_parts(shapely.intersection(lines[edge], rails[rail]), return_index=True)
    xy, of_part = shapely.get_coordinates(parts, return_index=True)
    at_m = shapely.line_locate_point(lines[edge[of_pair[of_part]]], shapely.points(xy))
    ends = first_of(np.bincount(of_part, minlength=len(parts)))[:-1]
    own = edge[of_pair].astype(np.int32)
    stretch = (end.reduceat(at_m, ends) if len(parts) else np.zeros(0) for end in (np.minimum, np.maximum))
    from_mm, to_mm = (np.minimum(np.rint(m * 1000), topology.length_mm[own]).astype(np.int32) for m in stretch)
    return _Crossings(own, from_mm, to_mm)


def _and_also(standings: Standings, met: _Crossings) -> Standings:
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
        "record": np.full(new, _NO_RECORD, np.int32),
    }
    both: dict[str, Any] = {name: np.concatenate([getattr(standings, name), more]) for name, more in columns.items()}
    order = np.lexsort((both["to_mm"], both["from_mm"], edge))
    first = first_of(np.bincount(edge, minlength=edges)).astype(np.int32)
    return replace(standings, first=first, **{name: column[order] for name, column in both.items()})
