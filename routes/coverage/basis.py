"""What coverage rests on: tables with history and without, the network, outages and the day."""

from datetime import date, datetime
from hashlib import sha256
from typing import Final, NamedTuple

from django.utils import timezone

from gis_core.kept import State, state_of
from hydrants.outages import out_at
from routes.coverage.models import CoverageOverride
from routes.engine.arrays import Network

EVENTS: Final = {
    "buildings": "layers_buildingevent",
    "facilities": "layers_facilityevent",
    "hydrants": "hydrants_hydrantevent",
    "intake-points": "hydrants_intakepointevent",
    "water-tanks": "hydrants_watertankevent",
}
EVENTS_OF_ALL: Final = {
    "water-bodies": "hydrants_waterbodyevent",
    "railways": "routes_railwayevent",
    "fire-stations": "layers_firestationevent",
    "vehicles": "routes_vehicleevent",
    "administrative-units": "gis_core_administrativeunitevent",
}
"""An edit of one of these can touch every house."""
HISTORY: Final = EVENTS | EVENTS_OF_ALL
WATCHED: Final = tuple(name.removesuffix("event") for name in HISTORY.values())
TESTS: Final = ("hydrants_flowtest", "hydrants_flowreading")
_ALSO: Final = (
    CoverageOverride._meta.db_table,
    "hydrants_outage",
    *TESTS,
)
TABLES: Final = (*WATCHED, *_ALSO)
"""Everything that coverage rests on beside the network."""


def basis_at(network: Network, at: datetime) -> str:
    """Name all that coverage would be computed of at a moment; another name after every edit: two short queries."""
    return Basis.at(network, at).name()


class Basis(NamedTuple):
    """All that coverage at a moment is computed of."""

    network: Network
    counted: State
    out: frozenset[str]
    day: date

    @classmethod
    def at(cls, network: Network, at: datetime) -> "Basis":
        return cls(network, state_of(TABLES), frozenset(out_at(at)), timezone.localdate(at))

    def same(self, other: "Basis") -> bool:
        return self.network is other.network and self[1:] == other[1:]

    def name(self) -> str:
        network = self.network.version, self.network.rebuilding
        told = network, self.counted, sorted(self.out), self.day.isoformat()
        return sha256(repr(told).encode()).hexdigest()[:32]
