"""The vehicles: those the service starts with, and the ones that are stored.

The first profiles come from the domain facts, section 3. SEEN-2nd is read on a secondary page, RECALLED is general
knowledge: where a range is given the larger end stands here, because a vehicle drawn too small fits where the real one
sticks. The table is edited in the administration; a profile is only ever added, never overwritten.
"""

from typing import Any, Final

from gis_core.errors import BadRequest
from gis_core.kept import Kept
from routes import encounters
from routes.models import Vehicle

Profile = dict[str, Any]

_ENGINE_RANGE: Final = "RECALLED: 5–8 m³ engines are 7.5–8.5 × 2.5 × 3.2–3.4 m, 15–19 t; larger end"

# fmt: off
FIRST_PROFILES: Final[tuple[Profile, ...]] = (
    {"code": "engine-large", "name": "Xe chữa cháy lớn", "kind": "engine", "width_m": 2.5, "height_m": 3.4,
     "length_m": 8.5, "gross_weight_t": 19.0, "turning_radius_m": 10.0, "water_m3": 4.5,
     "dimensions_source": f"{_ENGINE_RANGE}. Water 4,500 L: SEEN-2nd kienthuc.net.vn 2019"},
    {"code": "engine-small", "name": "Xe chữa cháy nhỏ", "kind": "engine", "width_m": 2.2, "height_m": 2.9,
     "length_m": 6.5, "gross_weight_t": 8.5, "water_m3": 3.0,
     "dimensions_source": "RECALLED: 1.5–3 m³ are 5.5–6.5 × 1.9–2.2 × 2.6–2.9 m, 5–8.5 t; larger end"},
    {"code": "mini-cafs", "name": "Xe CAFS mini 1.500 L", "kind": "mini", "width_m": 1.9, "height_m": 2.6,
     "length_m": 5.5, "gross_weight_t": 5.0, "water_m3": 1.5,
     "dimensions_source": "Water: SEEN-2nd vietnamplus 2014. Size RECALLED: smaller end of 1.5–3 m³; measure it"},
    {"code": "pickup-s100", "name": "Xe bán tải chữa cháy S.100", "kind": "pickup", "width_m": 1.855, "height_m": 2.2,
     "length_m": 5.8, "gross_weight_t": 3.49, "pump_lps": 20.0,
     "dimensions_source": "SEEN-2nd thanhnien, vietnam.vn. Height is our guess; measure it"},
    {"code": "ladder-32", "name": "Xe thang 32 m", "kind": "ladder", "width_m": 2.5, "height_m": 3.5,
     "length_m": 11.0, "gross_weight_t": 18.0,
     "dimensions_source": "RECALLED: 10–11 × 2.5 × 3.5 m, 16–18 t; larger end. Jack spread not considered"},
    {"code": "ladder-56", "name": "Xe thang 56 m", "kind": "ladder", "width_m": 2.5, "height_m": 3.95,
     "length_m": 12.0, "gross_weight_t": 30.0,
     "dimensions_source": "RECALLED: 12 × 2.5 × 3.95 m, 26–30 t; larger end. Jack spread not considered"},
    {"code": "tanker", "name": "Xe tiếp nước", "kind": "tanker", "width_m": 2.5, "height_m": 3.4,
     "length_m": 8.5, "gross_weight_t": 19.0, "turning_radius_m": 10.0, "water_m3": 8.0,
     "dimensions_source": f"{_ENGINE_RANGE}, taken for a tanker too"},
    # A motorcycle passes where an engine waits: 1.2 is RECALLED. The Argo does 30 km/h on the road at best, RECALLED.
    {"code": "motorcycle", "name": "Mô tô chữa cháy", "kind": "motorcycle", "width_m": 0.9, "height_m": 1.8,
     "length_m": 2.2, "gross_weight_t": 0.35, "speed_factor": 1.2,
     "dimensions_source": "Width RECALLED: 0.8–0.9 m, larger end. Height with rider, length, weight are our guess"},
    {"code": "argo-8x8", "name": "Xe lội nước Argo 8×8", "kind": "amphibious", "width_m": 1.65, "height_m": 1.24,
     "length_m": 2.89, "gross_weight_t": 0.79, "speed_factor": 0.7,
     "dimensions_source": "SEEN-2nd vov 2017: 2.89 × 1.65 × 1.24 m, 790 kg, perhaps without crew"},
)
# fmt: on


class UnknownVehicle(BadRequest):
    """No vehicle has this code."""

    code = "unknown-vehicle"
    title = "There is no such vehicle"


class InvalidVehicle(BadRequest):
    """Not a vehicle with a size."""

    code = "invalid-vehicle"
    title = "The vehicle is not valid"


def ensure_profiles(model: type[Vehicle] = Vehicle) -> int:
    """Add the first profiles that are missing, by code; what is there stays as people left it.

    Parameters
    ----------
    model
        The model class, in a migration the one of that time; columns that it lacks are left out.

    Returns
    -------
    How many were added.
    """
    columns = {column.name for column in model._meta.get_fields()}
    added = 0
    for order, profile in enumerate(FIRST_PROFILES, start=1):
        values = {name: value for name, value in profile.items() if name in columns}
        _, created = model.objects.get_or_create(code=values.pop("code"), defaults={**values, "sort_order": 10 * order})
        added += created
    return added


def _by_code() -> dict[str, Vehicle]:
    return {vehicle.code: vehicle for vehicle in Vehicle.objects.order_by("sort_order", "name", "code")}


_ALL: Final = Kept([Vehicle._meta.db_table], _by_code)


def kept_vehicles() -> tuple[Vehicle, ...]:
    """Give the vehicles in service as they are offered, for reading only: one query where nobody edited one since."""
    return tuple(vehicle for vehicle in _ALL.get().values() if vehicle.in_service)


def vehicle_by_code(code: str) -> encounters.Vehicle:
    """Read one vehicle as the rules want it; see `stored_vehicle`."""
    return sizes_of(stored_vehicle(code))


def stored_vehicle(code: str) -> Vehicle:
    """Give one vehicle, for reading only; also one that is out of service, since its size is what it is.

    One query where nobody edited one since, none inside `gis_core.kept.one_look`.

    Raises
    ------
    UnknownVehicle
        Naming the codes there are.
    """
    stored = _ALL.get().get(code)
    if stored is None:
        known = ", ".join(vehicle.code for vehicle in kept_vehicles())
        raise UnknownVehicle(
            "There is no vehicle “%(vehicle)s”; there are: %(known)s. Or give its sizes.",
            vehicle=code[:60],
            known=known,
        )
    return stored


def sizes_of(stored: Vehicle) -> encounters.Vehicle:
    """Give a stored vehicle as the rules want it.

    Raises
    ------
    gis_core.values.InvalidNumber
        A stored size that is no size.
    """
    return encounters.Vehicle(
        width_m=stored.width_m,
        height_m=stored.height_m,
        length_m=stored.length_m,
        gross_weight_t=stored.gross_weight_t,
        axle_load_t=stored.axle_load_t,
        width_margin_m=stored.width_margin_m,
        height_margin_m=stored.height_margin_m,
        code=stored.code,
        name=stored.name,
    )
