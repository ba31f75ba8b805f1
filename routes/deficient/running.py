"""One computation from beginning to end, as the command and the demo run it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from gis_core.values import InvalidNumber
from gis_core.versions import data_version
from layers.models import Building
from routes import tables
from routes.deficient.computing import Basis, Computed, compute_areas
from routes.deficient.proposing import Change, apply_changes, changes_for, stored_areas
from routes.deficient.water import TABLE as WATER
from routes.lanes.asking import usual_vehicle
from routes.lanes.question import unit_of
from routes.network.live import live_network
from routes.schedule import HANOI_TIME
from routes.vehicle_profiles import stored_vehicle

DEFAULT_DEEPER_M: Final = 50.0
"""`lane_depth_for_public_point` of `gis_core.regulations`; the law itself names no depth."""
_MOST_M: Final = 1_000.0
TABLES: Final = tuple(sorted({*tables.APPROACH, Building._meta.db_table, WATER}))
"""What an area is computed from."""
_HOUR: Final = 12
SOURCE: Final = "propose_deficient_areas"


@dataclass(frozen=True, slots=True)
class Run:
    """What was computed, and what it changes."""

    basis: Basis
    computed: list[Computed]
    changes: list[Change]
    off_road: int


def basis_of(*, vehicle: str = "", deeper_m: float = DEFAULT_DEEPER_M, at: datetime | None = None) -> Basis:
    """Say what is computed.

    Parameters
    ----------
    at
        None: today at noon. Not now: markets come and go, and the list must not change with the hour of its making.

    Raises
    ------
    gis_core.values.InvalidNumber, routes.vehicle_profiles.UnknownVehicle, routes.lanes.asking.NoVehicle
    """
    if not 0 < deeper_m <= _MOST_M:
        raise InvalidNumber(
            "%(name)s is %(value)g: give a number from %(least)g to %(most)g.",
            name="deeper_m", value=deeper_m, least=1, most=_MOST_M,
        )  # fmt: skip
    noon = timezone.localtime(timezone=HANOI_TIME).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    chosen = stored_vehicle(vehicle) if vehicle else usual_vehicle()
    return Basis(chosen, deeper_m, at or noon, data_version(TABLES))


def propose_areas(
    basis: Basis,
    *,
    unit: str = "",
    apply: bool = False,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Run:
    """Compute the areas, compare them with what is stored, and store proposals where `apply` says so.

    Raises
    ------
    routes.lanes.question.UnknownUnit, routes.approach_start.NoStation
    """
    unit_of(unit)
    network = live_network().current().network
    computed, off_road = compute_areas(
        network, basis, unit=unit, progress=lambda done, total: progress("lanes", done, total)
    )
    changes = changes_for(computed, stored_areas(unit))
    if apply:
        apply_changes(changes, source=SOURCE, progress=lambda done, total: progress("proposals", done, total))
    return Run(basis, computed, changes, off_road)
