"""How sure a fire engine gets from any fire station to many places at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from routes.approach_start import NoStation, all_stations, origins_of, starts_of
from routes.coverage.classes import CoverRules
from routes.coverage.sources import Sources, is_carried, moment_of
from routes.engine.arrays import Flags, Ints, Level, Network, Small, Spot
from routes.engine.searches import Reached, Settled, edited_edges, flood, mended, reached_by
from routes.engine.weighing import NOT_USABLE, PERHAPS, VERIFIED
from routes.network.profiles import profile_of, vehicle_of

VEHICLE: Final = "engine-large"
"""What is said of trucks holds for this one: where it gets to, every smaller one does too."""
_LIMIT_MS: Final = 3_600_000
_LEAST: Final = (Level.ASSUMED, Level.UNKNOWN)
_PLACE_BITS: Final = 32


@dataclass(frozen=True, slots=True)
class TruckReach:
    """Where the vehicle gets to within an hour, surely and perhaps; None: no station is recorded."""

    network: Network
    surely: Reached | None
    perhaps: Reached | None
    starts: tuple[tuple[Spot, int], ...] = ()
    floods: tuple[Settled, ...] = ()
    """The searches behind both, to go on from after an edit."""

    def levels(self, edge: Ints, at_mm: Ints) -> Small:
        """Say how sure it is at places on edges: VERIFIED, PERHAPS, or NOT_USABLE where it surely does not get to."""
        if self.surely is None or self.perhaps is None:
            return np.full(len(edge), PERHAPS, np.int8)
        levels = np.where(self._at(self.perhaps, edge, at_mm), PERHAPS, NOT_USABLE).astype(np.int8)
        levels[self._at(self.surely, edge, at_mm)] = VERIFIED
        # Of a place on no road nobody knows how a truck gets there.
        levels[edge < 0] = PERHAPS
        return levels

    def other_than(self, before: "TruckReach") -> Flags | None:
        """Tell on which edges something else stands or is reached than before, by edge; None: perhaps on all."""
        pairs = [(before.surely, self.surely), (before.perhaps, self.perhaps)]
        edited = edited_edges(before.network, self.network)
        if edited is None or any(None in pair for pair in pairs):
            return None
        other = np.zeros(len(self.network.topology.edge_id), np.bool_)
        other[edited] = True
        for was, now in pairs:
            if was is not None and now is not None:
                other |= _differ(self.network, was, now)
        return other

    def _at(self, reached: Reached, edge: Ints, at_mm: Ints) -> Flags:
        topology = self.network.topology
        if not len(topology.edge_id):
            return np.zeros(len(edge), np.bool_)
        low = np.minimum(reached.from_mm, reached.to_mm).astype(np.int64)
        high = np.maximum(reached.from_mm, reached.to_mm)
        begins = (reached.edge.astype(np.int64) << _PLACE_BITS) + low
        piece = np.searchsorted(begins, (edge.astype(np.int64) << _PLACE_BITS) + at_mm, "right") - 1
        inside = np.zeros(len(edge), np.bool_)
        some = piece >= 0
        inside[some] = (reached.edge[piece[some]] == edge[some]) & (at_mm[some] <= high[piece[some]])
        at_tail = (at_mm == 0) & (reached.node_ms[topology.tail[edge]] >= 0)
        at_head = (at_mm == topology.length_mm[edge]) & (reached.node_ms[topology.head[edge]] >= 0)
        there: Flags = inside | at_tail | at_head
        return there


def _differ(network: Network, was: Reached, now: Reached) -> Flags:
    topology = network.topology
    edges = len(topology.edge_id)
    nodes = (was.node_ms >= 0) != (now.node_ms >= 0)
    pieces = [np.bincount(each.edge, minlength=edges) for each in (was, now)]
    alike = pieces[0] == pieces[1]
    other: Flags = ~alike | nodes[topology.tail] | nodes[topology.head]
    # Pieces are in order of their edges: where an edge has as many as before, they stand side by side.
    (edge, *before), (_, *after) = (
        [column[alike[each.edge]] for column in (each.edge, each.from_mm, each.to_mm)] for each in (was, now)
    )
    other[edge[(before[0] != after[0]) | (before[1] != after[1])]] = True
    return other


def truck_reach(
    network: Network, rules: CoverRules, vehicle: str = VEHICLE, before: TruckReach | None = None
) -> TruckReach:
    """Search from all stations, once for what is sure and once for what nobody knows.

    Parameters
    ----------
    before
        The same for the same day and vehicle before an edit: where nothing became better, only what was reached over
        the edit is searched again. The result is the same.

    Raises
    ------
    routes.vehicle_profiles.UnknownVehicle
    """
    try:
        starts = tuple(starts_of(origins_of(network, all_stations())))
    except NoStation:
        return TruckReach(network, None, None)
    profile = profile_of(network, vehicle_of(vehicle), at=moment_of(rules))
    known = before.floods if before is not None and before.starts == starts else ()
    edges = edited_edges(before.network, network) if before is not None and known else None

    def found(i: int) -> Settled:
        asked = replace(profile, least=_LEAST[i])
        again = mended(known[i], network, asked, edges) if edges is not None else None
        return again or flood(network, asked, starts, limit_ms=_LIMIT_MS)

    # Side by side: kernels leave the other threads alone.
    with ThreadPoolExecutor(len(_LEAST)) as pool:
        floods = tuple(pool.map(found, range(len(_LEAST))))
        surely, perhaps = pool.map(reached_by, floods)
    return TruckReach(network, surely, perhaps, starts, floods)


def levels_at_sources(reached: TruckReach, sources: Sources) -> Small:
    """Say how sure a truck gets to where one of its places is to take water from each source; the best place counts."""
    stands = sources.stands
    of_stand = reached.levels(stands.edge, stands.at_mm)
    doubtful = ~(stands.at_road & stands.open_to_hose(reached.network))
    of_stand[doubtful] = np.minimum(of_stand[doubtful], PERHAPS)
    levels = np.full(len(sources), NOT_USABLE, np.int8)
    np.maximum.at(levels, stands.source, of_stand)
    placed = np.zeros(len(sources), np.bool_)
    placed[stands.source] = True
    levels[~placed] = PERHAPS
    levels[[is_carried(row) for row in sources.rows]] = VERIFIED
    return levels
