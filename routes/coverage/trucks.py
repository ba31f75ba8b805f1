"""How sure a fire engine gets from any fire station to many places at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from routes.approach_start import NoStation, all_stations, origins_of, starts_of
from routes.coverage.classes import CoverRules
from routes.coverage.sources import Sources, is_carried, moment_of
from routes.engine.arrays import Flags, Ints, Level, Network, Profile, Small, Spot
from routes.engine.searches import Reached, Settled, asked_again, flood, mended, reached_after, reached_by
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
    asked: Flags | None = None
    """Where it may be another than the one it goes on from, by edge; None: perhaps everywhere."""

    def levels(self, edge: Ints, at_mm: Ints) -> Small:
        """Say how sure it is at places on edges: VERIFIED, PERHAPS, or NOT_USABLE where it surely does not get to."""
        if self.surely is None or self.perhaps is None:
            return np.full(len(edge), PERHAPS, np.int8)
        levels = np.where(self._at(self.perhaps, edge, at_mm), PERHAPS, NOT_USABLE).astype(np.int8)
        levels[self._at(self.surely, edge, at_mm)] = VERIFIED
        # Of a place on no road nobody knows how a truck gets there.
        levels[edge < 0] = PERHAPS
        return levels

    def other_than(self, before: "TruckReach", edited: Ints | None) -> Flags | None:
        """Tell on which edges something else stands or is reached than in the one it goes on from.

        Parameters
        ----------
        edited
            As given to `truck_reach`.

        Returns
        -------
        By edge; None: perhaps on all.
        """
        pairs = [(before.surely, self.surely), (before.perhaps, self.perhaps)]
        if edited is None or any(None in pair for pair in pairs):
            return None
        other = np.zeros(len(self.network.topology.edge_id), np.bool_)
        other[edited] = True
        for was, now in pairs:
            if was is not None and now is not None:
                other |= _differ(self.network, was, now, self.asked)
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


def _differ(network: Network, was: Reached, now: Reached, asked: Flags | None) -> Flags:
    topology = network.topology
    nodes = (was.node_ms >= 0) != (now.node_ms >= 0)
    rows = [_rows_of(each, asked) for each in (was, now)]
    pieces = [np.bincount(each[0], minlength=len(topology.edge_id)) for each in rows]
    alike = pieces[0] == pieces[1]
    other: Flags = ~alike | nodes[topology.tail] | nodes[topology.head]
    # Pieces are in order of their edges: where an edge has as many as before, they stand side by side.
    (edge, *before), (_, *after) = ([column[alike[each[0]]] for column in each] for each in rows)
    other[edge[(before[0] != after[0]) | (before[1] != after[1])]] = True
    return other


def _rows_of(reached: Reached, asked: Flags | None) -> tuple[Ints, Ints, Ints]:
    rows = slice(None) if asked is None else np.flatnonzero(asked[reached.edge])
    return reached.edge[rows], reached.from_mm[rows], reached.to_mm[rows]


def truck_reach(
    network: Network,
    rules: CoverRules,
    vehicle: str = VEHICLE,
    before: TruckReach | None = None,
    edited: Ints | None = None,
) -> TruckReach:
    """Search from all stations, once for what is sure and once for what nobody knows.

    Parameters
    ----------
    before
        The same for the same day and vehicle before an edit: where nothing became better, only what was reached over
        the edit is searched again. The result is the same.
    edited
        All edges on which something else stands than then; None: perhaps on every one.

    Raises
    ------
    routes.vehicle_profiles.UnknownVehicle
    """
    try:
        starts = tuple(starts_of(origins_of(network, all_stations())))
    except NoStation:
        return TruckReach(network, None, None)
    profile = profile_of(network, vehicle_of(vehicle), at=moment_of(rules))
    known = None if edited is None or before is None or before.starts != starts else _both(before)

    def found(i: int) -> _Search:
        driver = replace(profile, least=_LEAST[i])
        again = None if known is None or edited is None else _gone_on(known[i], network, driver, edited)
        if again is not None:
            return again
        fresh = flood(network, driver, starts, limit_ms=_LIMIT_MS)
        return fresh, reached_by(fresh), None

    # Side by side: kernels leave the other threads alone.
    with ThreadPoolExecutor(len(_LEAST)) as pool:
        floods, (surely, perhaps), asked = zip(*pool.map(found, range(len(_LEAST))), strict=True)
    anywhere = None if asked[0] is None or asked[1] is None else asked[0] | asked[1]
    return TruckReach(network, surely, perhaps, starts, floods, anywhere)


_Search = tuple[Settled, Reached, Flags | None]
"""A search, what it reached, and where that may be another than before."""


def _both(reach: TruckReach) -> tuple[tuple[Settled, Reached], ...] | None:
    if reach.surely is None or reach.perhaps is None:
        return None
    return tuple(zip(reach.floods, (reach.surely, reach.perhaps), strict=True))


def _gone_on(known: tuple[Settled, Reached], network: Network, driver: Profile, edited: Ints) -> _Search | None:
    """Go on from a search before the edit; None where it has to be searched anew."""
    was, reached = known
    now = mended(was, network, driver, edited)
    if now is None:
        return None
    asked = asked_again(was, now, edited)
    return now, reached_after(reached, now, asked), asked


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
