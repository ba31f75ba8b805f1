"""What the answers about ways draw: GeoJSON features by role, and steps as lines."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from routes.engine.arrays import Network, Step, first_of
from routes.pieces import Json
from routes.trip import vertices_of
from routes.way import METRIC

_DECIMALS_DEG: Final = 7

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
    return next(iter(steps_lines(network, [steps]))) or [here]


def steps_lines(network: Network, ways: Sequence[Sequence[Step]]) -> list[list[LonLat]]:
    """Draw many ways, each by its steps; a way that leads nowhere is empty."""
    moved = [[step for step in steps if step.from_mm != step.to_mm] for steps in ways]
    nothing = np.zeros((0, 2))
    drawn = [vertices_of(network, steps) if steps else nothing for steps in moved]
    # One transformation costs as much as that of a hundred points.
    lon, lat = METRIC.to_wgs84(*np.concatenate([nothing, *drawn]).T)
    positions = list(zip(lon.round(_DECIMALS_DEG).tolist(), lat.round(_DECIMALS_DEG).tolist(), strict=True))
    return [positions[first:after] for first, after in pairwise(first_of([len(way) for way in drawn]).tolist())]
