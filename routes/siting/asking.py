"""What the questions here have in common: the part of the city, and that one long computation runs at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import BoundedSemaphore
from typing import Final, Self

import numpy as np
from django.db.models import Q

from gis_core.errors import BadRequest, Busy, NotFound
from gis_core.models import AdministrativeUnit
from layers.crs_params import read_bbox
from routes.asking import Parameters
from routes.engine.arrays import Flags, Floats, Longs
from routes.pieces import Json

AREA: Final = ("ward", "bbox")


class InvalidArea(BadRequest):
    """Two areas at once."""

    code = "invalid-area"
    title = "The area is not valid"


class UnknownWard(NotFound):
    """No administrative unit has this code on that day."""

    code = "unknown-ward"
    title = "There is no such administrative unit"


class TooMuchAtOnce(Busy):
    """Somebody else's question is being worked on."""

    code = "too-much-at-once"
    title = "Another long computation is running"


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the city: a unit with all below it, a box in degrees, or everything."""

    unit: AdministrativeUnit | None = None
    unit_ids: tuple[int, ...] = ()
    bbox: tuple[float, float, float, float] | None = None

    @classmethod
    def of(cls, asked: Parameters, on: date) -> Self:
        """Read `ward` or `bbox`; at most two queries.

        Raises
        ------
        InvalidArea, UnknownWard, gis_core.errors.BadRequest
        """
        if asked.has("ward") and asked.has("bbox"):
            raise InvalidArea("Give either ward or bbox, not both.")
        if asked.has("bbox"):
            box = read_bbox(asked.text("bbox"))
            return cls(bbox=(box.min_x, box.min_y, box.max_x, box.max_y))
        if not asked.has("ward"):
            return cls()
        code = asked.text("ward")
        units = AdministrativeUnit.objects.at(on).filter(code=code).order_by("-level")
        unit = units.first() if code.isprintable() else None  # the store takes no NUL
        if unit is None:
            raise UnknownWard(
                "No administrative unit has the code “%(ward)s” on %(on)s: codes are texts such as 00082.",
                ward=code[:60], on=on.isoformat(),
            )  # fmt: skip
        below = Q(pk=unit.pk) | Q(parent=unit) | Q(parent__parent=unit)
        return cls(unit, tuple(AdministrativeUnit.objects.filter(below).values_list("pk", flat=True)))

    def holds(self, lon_lat: Floats, unit_id: Longs) -> Flags:
        """Tell which places lie in it, by the unit that each was found in, or by its coordinates."""
        if self.unit is not None:
            return np.isin(unit_id, self.unit_ids)
        if self.bbox is None:
            return np.ones(len(lon_lat), bool)
        west, south, east, north = self.bbox
        lon, lat = lon_lat.T
        inside: Flags = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
        return inside

    def as_json(self) -> Json:
        """Tell how it was understood."""
        return {"ward": self.unit.code if self.unit else None, "bbox": list(self.bbox) if self.bbox else None}


_SLOT: Final = BoundedSemaphore(1)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Compute alone in this process: the other desks go on answering dispatchers.

    Raises
    ------
    TooMuchAtOnce
        Somebody else is computing; it is worth asking again in ten seconds.
    """
    if not _SLOT.acquire(blocking=False):
        raise TooMuchAtOnce("Where to build is being computed for somebody else; ask again in ten seconds.")
    try:
        yield
    finally:
        _SLOT.release()
