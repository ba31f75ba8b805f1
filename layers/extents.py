"""Boxes around the features that there are."""

from collections.abc import Iterable

from django.db import InterfaceError, OperationalError

from gis_core.registry import Layer, layer_registry
from layers.postgis import PostgisSource

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

HANOI: Box = (105.76, 20.96, 105.90, 21.08)
"""The inner city: where the map opens while it knows no point feature."""


def extent_of(layers: Iterable[Layer]) -> Box | None:
    """Return the box around all features of some layers; None where there is no feature."""
    boxes = [box for layer in layers if (box := PostgisSource(layer).extent())]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def start_bounds() -> Box:
    """Frame the points: stations and sources of water stand where the brigade works, while wards and roads run on."""
    try:
        return extent_of(layer for layer in layer_registry if layer.geometry_type == "Point") or HANOI
    except (OperationalError, InterfaceError):
        return HANOI  # the page opens, and says of each layer that the store does not answer
