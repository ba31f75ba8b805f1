"""Where a place lies on the roads, and how sure it is that a vehicle stands there."""

from typing import Final

from routes.engine.arrays import Network, Profile, Spot
from routes.engine.searches import nearest_spots, reach
from routes.way import METRIC

SNAP_M: Final = 300.0
"""Farther from every road nobody drives to or from a place."""
AT_ROAD_M: Final = 15.0
"""A place nearer to its road than this is on it; what lies between the road and a place farther away nobody knows."""
CANDIDATES: Final = 5
"""So many places on roads are told for a place; the first is the one that is driven to."""
_SEARCHED_M: Final = 20_000.0
_A_MOMENT_MS: Final = 1_000


def spots_near(network: Network, lon: float, lat: float, *, count: int, within_m: float = SNAP_M) -> tuple[Spot, ...]:
    """Give the places on the roads nearest to a place (degrees), none farther than `within_m`; nearest first."""
    x, y = METRIC.from_wgs84(lon, lat)
    return tuple(nearest_spots(network, (float(x), float(y)), count=count, within_m=within_m))


def nearest_of_all(network: Network, lon: float, lat: float) -> tuple[Spot, ...]:
    """Give the nearest place on a road however far, to say how far it is; empty where none is within 20 km."""
    return spots_near(network, lon, lat, count=1, within_m=_SEARCHED_M)


def gets_away(network: Network, profile: Profile, spot: Spot) -> bool:
    """Tell whether the vehicle can move where it stands, over ways at the level of the profile.

    A search asks nothing of the road on which somebody stands who goes nowhere. Who cannot move a step there is on no
    road that takes it: nothing is passable because nobody moves. At a junction one of its roads suffices.
    """
    reached = reach(network, profile, [(spot, 0)], limit_ms=_A_MOMENT_MS)
    return bool((reached.from_mm != reached.to_mm).any())
