"""Where a trip to a fire begins: at a place on the map, or at the fire station that is nearest by road."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from gis_core.errors import NotFound
from gis_core.kept import Kept
from gis_core.values import LonLat
from layers.models import FireStation
from routes.engine.arrays import Flags, Network, Spot, Topology
from routes.engine.searches import Stop
from routes.route_answer import lon_lat_of, street_of
from routes.route_sentences import start_apart_sentence, station_apart_sentence
from routes.snapping import AT_ROAD_M, spots_near

YARD_M: Final = 30.0
"""The yard of a station opens to every road this near, not only to the nearest."""
STATION_AT_ROAD_M: Final = 50.0
"""Engines get out of every station; farther from its road than this the station or the road is drawn elsewhere."""
_GATES: Final = 4


class UnknownStation(NotFound):
    """No fire station has this reference."""

    code = "unknown-station"
    title = "There is no such fire station"


class NoStation(NotFound):
    """Nobody has entered any fire station."""

    code = "no-station"
    title = "No fire station is recorded"


@dataclass(frozen=True, slots=True)
class Origin:
    """A place to start from, with the spots on the roads from which a vehicle can leave it.

    `station` is None for a place on the map; `spots` are empty far from every road.
    """

    lon: float
    lat: float
    station: FireStation | None
    spots: tuple[Spot, ...]

    @property
    def apart_m(self) -> float:
        """Straight metres to the nearest road; 0 where none is near."""
        return self.spots[0].apart_m if self.spots else 0.0

    @property
    def leaves_surely(self) -> bool:
        """Whether a vehicle gets from here onto the road: from every station, and from a place at the road."""
        return self.station is not None or self.apart_m <= AT_ROAD_M


def origin_at(network: Network, place: LonLat) -> Origin:
    """Start from a place: on the road nearest to it, whatever that road is."""
    return Origin(place.lon, place.lat, None, spots_near(network, place.lon, place.lat, count=1))


def origins_of(network: Network, stations: Iterable[FireStation]) -> tuple[Origin, ...]:
    """Start from stations, each from every road at its yard; where they stand on the roads is kept by the process."""
    global _last  # noqa: PLW0603 - one a process; threads that come at once make the same twice
    last, roads = _last, (network.topology, network.roads.gone)
    if last is None or last.roads[0] is not roads[0] or last.roads[1] is not roads[1]:
        last = _last = _Placed(roads, {})
    return tuple(_origin_of(network, station, last.known) for station in stations)


def _origin_of(network: Network, station: FireStation, known: dict[FireStation, Origin]) -> Origin:
    # Stations are the same objects until somebody edits one.
    before = known.get(station)
    if before is not None and before.station is station:
        return before
    lon, lat = station.geom.x, station.geom.y
    at_yard = spots_near(network, lon, lat, count=_GATES, within_m=YARD_M)
    known[station] = Origin(lon, lat, station, at_yard or spots_near(network, lon, lat, count=1))
    return known[station]


class _Placed(NamedTuple):
    roads: tuple[Topology, Flags]
    known: dict[FireStation, Origin]


_last: _Placed | None = None


def start_sentence(network: Network, origin: Origin) -> str:
    """Say that an origin lies off the road on which the drive begins; empty where it lies at it."""
    if origin.apart_m <= (STATION_AT_ROAD_M if origin.station else AT_ROAD_M):
        return ""
    street = street_of(network, origin.spots[0])
    if origin.station is None:
        return start_apart_sentence(street, origin.apart_m)
    return station_apart_sentence(origin.station.name or origin.station.ref, street, origin.apart_m)


def starts_of(origins: Sequence[Origin]) -> list[tuple[Spot, int]]:
    """Give all spots as starts of a search, at time 0."""
    return [(spot, 0) for origin in origins for spot in origin.spots]


def origin_of(network: Network, origins: Sequence[Origin], stop: Stop) -> Origin:
    """Find the origin that the way to a stop begins at."""
    if len(origins) == 1:
        return origins[0]
    first = stop.path.steps[0] if stop.path.steps else None
    begin = stop.spot if first is None else Spot(first.edge, first.from_mm)
    lon, lat = lon_lat_of(network, begin)
    # A way from a spot at a junction begins on another edge, at the same place.
    return min(origins, key=lambda origin: min((_apart(network, spot, lon, lat) for spot in origin.spots), default=9.0))


def _apart(network: Network, spot: Spot, lon: float, lat: float) -> float:
    other_lon, other_lat = lon_lat_of(network, spot)
    return abs(other_lon - lon) + abs(other_lat - lat)


# Stations ------------------------------------------------------------------------------------------------------------


_STATIONS: Final = Kept([FireStation._meta.db_table], lambda: tuple(FireStation.objects.order_by("id")))


def all_stations() -> tuple[FireStation, ...]:
    """Give all fire stations, by id: one query where nobody edited one since.

    Raises
    ------
    NoStation
        There is none.
    """
    stations = _STATIONS.get()
    if not stations:
        raise NoStation("No fire station is recorded: give from as longitude, comma, latitude.")
    return stations


def stations_for(code: str, home_id: int | None) -> Sequence[FireStation]:
    """Choose the stations to start from.

    Parameters
    ----------
    code
        Reference of a station, or its number where no reference reads so; empty for none named.
    home_id
        The station of the vehicle, if it has one; where neither is given, any station.

    Raises
    ------
    UnknownStation, NoStation
    """
    stations = all_stations()
    if code:
        # A reference may look like the number of another station: it comes first.
        named = [s for s in stations if s.ref == code] or [s for s in stations if str(s.pk) == code]
        if not named:
            raise UnknownStation(
                "There is no fire station “%(station)s”; there are: %(known)s. Or give longitude, comma, latitude.",
                station=code[:60],
                known=", ".join(s.ref for s in stations[:50]),
            )
        return named
    return [s for s in stations if s.pk == home_id] or stations
