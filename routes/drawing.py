"""What the answers about ways draw: GeoJSON features by role, and steps as lines."""

from collections.abc import Sequence
from typing import Any

from routes.engine.arrays import Network, Step
from routes.pieces import Json
from routes.trip import line_of

LonLat = tuple[float, float]
"""Longitude and latitude in degrees."""


def feature(geometry: Json, role: str, **properties: Any) -> Json:
    """Make a feature of a role."""
    return {"type": "Feature", "geometry": geometry, "properties": {"role": role, **properties}}


def point(lon: float, lat: float) -> Json:
    """Make a Point."""
    return {"type": "Point", "coordinates": [lon, lat]}


def line(positions: Sequence[LonLat]) -> Json:
    """Make a LineString; of one position twice that, for where nothing has to be bridged."""
    twice = positions if len(positions) > 1 else [*positions, *positions]
    return {"type": "LineString", "coordinates": [list(position) for position in twice]}


def steps_line(network: Network, steps: Sequence[Step], here: LonLat) -> list[LonLat]:
    """Draw steps; where they lead nowhere it is the one place `here`."""
    moved = [step for step in steps if step.from_mm != step.to_mm]
    if not moved:
        return [here]
    return [(round(lon, 7), round(lat, 7)) for lon, lat in line_of(network, moved).xy.tolist()]
