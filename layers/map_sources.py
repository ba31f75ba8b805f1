"""Tiles that the map page draws beside those of the layers; each room brings its own, as it does layers.

`layers` draws what is registered here and knows no road: the page reads of it in `map_config`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class MapSource:
    """Tiles of something that is judged, not stored.

    Parameters
    ----------
    id
        The id in the page: `ways` is drawn as roads, each by its ``verdict`` for the vehicle that the page asks for.
    route
        The name of the address; it takes zoom, column and row, and the parameter ``vehicle``.
    min_zoom, whole_from
        The zooms from which there is anything, and from which nothing is drawn as one with its neighbours.
    instead_of
        The layer that the page does not draw where it draws this.
    vehicles
        Gives those that one can ask for, as ``/api/vehicles`` tells them; the first is asked for at first.
    """

    id: str
    route: str
    min_zoom: int
    whole_from: int
    instead_of: str
    vehicles: Callable[[], list[dict[str, Any]]]

    @property
    def template(self) -> str:
        """The address with ``{z}/{x}/{y}``."""
        return reverse(self.route, args=["0", "0", "0"]).removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt"


class MapSources:
    """The sources by id, each registered once."""

    def __init__(self) -> None:
        self._sources: dict[str, MapSource] = {}

    def register(self, source: MapSource) -> MapSource:
        """Add `source`."""
        if source.id in self._sources:
            msg = f"map source {source.id!r} is registered twice"
            raise ValueError(msg)
        self._sources[source.id] = source
        return source

    def __iter__(self) -> Iterator[MapSource]:
        return iter(self._sources.values())


map_sources = MapSources()
