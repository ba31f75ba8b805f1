"""Whom to call: the station driven from, the facility, who keeps the water, the tools and the keys.

People and their numbers are named to those only who may see them where the record stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from gis_core.values import LonLat
from hydrants.models import Hydrant, IntakePoint, WaterTank
from layers.models import Facility, FireStation, PublicFirefightingPoint
from routes.briefing.beside import nearest_within
from routes.pieces import Json
from routes.way import MaySee

FIRE_CALL: Final = "114"
_FACILITY_WITHIN_M: Final = 15.0
_SOURCES: Final[dict[str, Any]] = {"hydrants": Hydrant, "intake-points": IntakePoint, "water-tanks": WaterTank}


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call; `withheld` where there may be a name or number that the reader may not see."""

    role: str
    who: str
    name: str = ""
    phone: str = ""
    withheld: bool = False


def contacts_of(target: LonLat, approach: Json, water: Json, may_see: MaySee) -> tuple[Contact, ...]:
    """Collect the contacts of a sheet: at most one query for each kind.

    Parameters
    ----------
    approach, water
        The answers on the sheet; only what stands in them is named.
    """
    named = _Namer(may_see)
    return (
        Contact(gettext("Fire call"), gettext("Fire brigade"), phone=FIRE_CALL),
        *named.station(approach),
        *named.facility(target),
        *named.sources(approach, water),
        *named.point(approach),
        *_keys(approach),
    )


@dataclass(frozen=True, slots=True)
class _Namer:
    may_see: MaySee

    def station(self, approach: Json) -> Iterator[Contact]:
        for ref in _props(approach, "start", "station"):
            for row in FireStation.objects.filter(ref=ref):
                # The channel stands beside the number: both are for the same readers.
                yield self._contact(gettext("Fire station"), row, row.name, row.radio_channel, row.phone)

    def facility(self, target: LonLat) -> Iterator[Contact]:
        found = nearest_within(Facility.objects.all(), target, within_m=_FACILITY_WITHIN_M)
        if found is not None:
            row = found.row
            yield self._contact(gettext("Facility"), row, row.name, row.head_name, row.head_phone)
            if row.team_leader or row.team_phone:
                yield self._contact(
                    gettext("Fire team of the facility"), row, row.name, row.team_leader, row.team_phone
                )

    def sources(self, approach: Json, water: Json) -> Iterator[Contact]:
        told = [f for f in approach["features"] if f["properties"]["role"] == "water"]
        told += [f for f in water["features"] if f["properties"]["role"] == "source"]
        for layer, model in _SOURCES.items():
            refs = {f["properties"]["ref"] for f in told if f["properties"].get("layer") == layer}
            for row in model.objects.filter(ref__in=refs).order_by("id") if refs else ():
                if row.operator or row.owner or row.contact_name or row.contact_phone:
                    who = " – ".join(filter(None, (row.name or row.ref, row.operator or row.owner)))
                    yield self._contact(gettext("Water"), row, who, row.contact_name, row.contact_phone)

    def point(self, approach: Json) -> Iterator[Contact]:
        for ref in _props(approach, "firefighting_point", "ref"):
            for row in PublicFirefightingPoint.objects.filter(ref=ref):
                who = " – ".join(filter(None, (row.name, row.managed_by)))
                role = gettext("Public firefighting point")
                yield self._contact(role, row, who, row.contact_name, row.contact_phone)

    def _contact(self, role: str, row: Any, who: str, name: str, phone: str) -> Contact:
        if self.may_see(row.administrative_unit_id):
            return Contact(role, who, name, phone)
        return Contact(role, who, withheld=bool(name or phone))


def _keys(approach: Json) -> Iterator[Contact]:
    """Name who holds the key of what stands in the way; the answer names nobody to those who may not see it."""
    for feature in approach["features"]:
        told = feature["properties"]
        if told["role"] == "blocker" and told.get("key"):
            yield Contact(gettext("Key"), told["name"], told["key"])


def _props(answer: Json, role: str, name: str) -> list[Any]:
    features = [f["properties"] for f in answer["features"] if f["properties"]["role"] == role]
    return [told[name] for told in features if told.get(name)]
