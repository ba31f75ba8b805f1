"""What can be asked at `POST /api/passability`, read from JSON into values that cannot be wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from gis_core.errors import BadRequest
from gis_core.values import LonLat, parse_limit, parse_number
from routes.asking import json_type, mode_of, moment_of
from routes.encounters import Mode, Vehicle
from routes.linear import along_m
from routes.vehicle_profiles import InvalidVehicle, vehicle_by_code
from routes.way import METRIC

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MAX_VERTICES: Final = 10_000
MAX_LENGTH_M: Final = 50_000.0
MIN_LENGTH_M: Final = 1.0

_KEYS: Final = ("geometry", "vehicle", "at", "mode")
_SIZES: Final = {"width_m": 20.0, "height_m": 20.0, "length_m": 50.0, "gross_weight_t": 200.0}
"""The sizes a vehicle must have, with the largest that makes sense."""
_OPTIONAL_SIZES: Final = {"axle_load_t": 50.0, "width_margin_m": 5.0, "height_margin_m": 5.0}


class InvalidBody(BadRequest):
    """Not an object with the keys of this question."""

    code = "invalid-body"
    title = "The question is not valid"


class InvalidLine(BadRequest):
    """Not a line that something can drive along."""

    code = "invalid-line"
    title = "The line is not valid"


@dataclass(frozen=True, slots=True)
class PassabilityQuestion:
    """A line (degrees, shape (n, 2)), a vehicle, a moment and whether legal limits yield."""

    lon_lat: NDArray[np.float64]
    vehicle: Vehicle
    at: datetime
    mode: Mode

    @classmethod
    def from_body(cls, body: object, *, now: datetime) -> Self:
        """Read the body of a request; a vehicle given by code costs one query.

        Parameters
        ----------
        now
            Stands in for `at` where the question names no time.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        asked = _object(_("The body"), body, _KEYS)
        line = _line(asked.get("geometry"))
        at, mode = moment_of(asked.get("at"), now), mode_of(asked.get("mode", Mode.EMERGENCY.value))
        return cls(line, _vehicle(asked.get("vehicle")), at, mode)


def _object(what: "StrOrPromise", value: object, keys: Iterable[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidBody("%(what)s is no JSON object: send one with %(known)s.", what=what, known=", ".join(keys))
    if unknown := sorted(value.keys() - set(keys)):
        raise InvalidBody(
            "%(what)s has no “%(unknown)s”; there are: %(known)s.",
            what=what,
            unknown=unknown[0][:60],
            known=", ".join(keys),
        )
    return value


# The line ------------------------------------------------------------------------------------------------------------


def _line(geometry: object) -> NDArray[np.float64]:
    if isinstance(geometry, dict) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    if geometry is None:
        raise InvalidLine("geometry is missing: give a GeoJSON LineString, or a Feature that has one.")
    if not isinstance(geometry, dict) or geometry.get("type") != "LineString":
        raise InvalidLine(
            "geometry is of type “%(found)s”: give a GeoJSON LineString, or a Feature that has one.",
            found=_kind_of(geometry),
        )
    if "crs" in geometry:
        raise InvalidLine("geometry names a crs: GeoJSON is in degrees of WGS 84, longitude first; leave crs out.")
    return _checked_length(_positions(geometry.get("coordinates")))


def _kind_of(value: object) -> str:
    """Name the type a GeoJSON object gives itself, else the type as JSON calls it."""
    named = value.get("type") if isinstance(value, dict) else None
    return named[:40] if isinstance(named, str) else json_type(value)


def _positions(coordinates: object) -> NDArray[np.float64]:
    if not isinstance(coordinates, list) or len(coordinates) < 2:  # noqa: PLR2004 - a line
        raise InvalidLine("A line needs at least two positions.")
    if len(coordinates) > MAX_VERTICES:
        raise InvalidLine(
            "The line has %(count)d positions: give at most %(maximum)d, or ask for parts of it.",
            count=len(coordinates),
            maximum=MAX_VERTICES,
        )
    return np.array([_position(i, position) for i, position in enumerate(coordinates)])


def _position(index: int, position: object) -> tuple[float, float]:
    """Read one position; a height is left aside."""
    numbers = position if isinstance(position, list) and 2 <= len(position) <= 4 else []  # noqa: PLR2004
    if not numbers or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        raise InvalidLine(
            "Position %(index)d of the line is no pair of numbers: write [longitude, latitude].", index=index
        )
    place = LonLat.from_params(*numbers[:2])
    return place.lon, place.lat


def _checked_length(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    # The same place twice in a row has no direction.
    moved = np.concatenate([[True], (np.diff(lon_lat, axis=0) != 0).any(axis=1)])
    length_m = float(along_m(np.column_stack(METRIC.from_wgs84(*lon_lat.T)))[-1])
    if length_m < MIN_LENGTH_M:
        raise InvalidLine(
            "The line is %(length_m).2f m long, its positions are all one place: give at least two that are 1 m apart.",
            length_m=length_m,
        )
    if length_m > MAX_LENGTH_M:
        raise InvalidLine(
            "The line is %(length_m).0f m long: ask for at most %(maximum_m).0f m at once.",
            length_m=length_m,
            maximum_m=MAX_LENGTH_M,
        )
    kept: NDArray[np.float64] = lon_lat[moved]
    return kept


# The vehicle ---------------------------------------------------------------------------------------------------------


def _vehicle(vehicle: object) -> Vehicle:
    if isinstance(vehicle, str) and vehicle:
        return vehicle_by_code(vehicle)
    if not vehicle:
        raise InvalidVehicle(
            "vehicle is missing: give the code of one from /api/vehicles, or an object with %(sizes)s.",
            sizes=", ".join(_SIZES),
        )
    if not isinstance(vehicle, dict):
        raise InvalidVehicle(
            "vehicle is of type “%(found)s”: give the code of one from /api/vehicles, or an object with %(sizes)s.",
            found=_kind_of(vehicle),
            sizes=", ".join(_SIZES),
        )
    given = _object("vehicle", vehicle, (*_SIZES, *_OPTIONAL_SIZES, "name"))
    name = given.get("name", "")
    if not isinstance(name, str):
        raise InvalidVehicle("The name of the vehicle must be text.")
    sizes: dict[str, Any] = {size: _size(size, given.get(size), largest) for size, largest in _SIZES.items()}
    for size, largest in _OPTIONAL_SIZES.items():
        if given.get(size) is not None:
            sizes[size] = _size(size, given[size], largest)
    return Vehicle(**sizes, name=name[:120])


def _size(name: str, value: object, largest: float) -> float:
    if isinstance(value, str):
        raise InvalidVehicle("%(name)s is text: give a JSON number, without quotation marks.", name=name)
    if name.endswith("margin_m") and value == 0 and not isinstance(value, bool):
        return parse_number(name, value)
    return parse_limit(name, value, maximum=largest)
