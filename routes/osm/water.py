"""``emergency=fire_hydrant`` and its kin to the columns of `hydrants.models`. Pure.

OpenStreetMap does not know whether water comes: status and flow are never set here, so that a new source is `unknown`
and a known one keeps what the brigade found.
"""

from dataclasses import dataclass
from typing import Final

from gis_core.units import UnparsedQuantity, parse_decimal
from routes.osm.notes import Notebook, Problem
from routes.osm.quantities import DIAMETER_MM, PRESSURE_KPA, Quantity, read_quantity
from routes.osm.tags import Tags, read_text

WATER_TAGS: Final = frozenset({"fire_hydrant", "suction_point", "fire_water_pond", "water_tank"})

_TYPES: Final = {
    **{value: value for value in ("pillar", "underground", "wall", "pipe")},
    **dict.fromkeys(("dry_barrel", "wet_barrel"), "pillar"),
}
_WATERS: Final = {
    **{value: value for value in ("pond", "lake", "river", "canal")},
    **dict.fromkeys(("stream", "ditch", "drain"), "canal"),
    **dict.fromkeys(("reservoir", "basin"), "pond"),
}


@dataclass(frozen=True, slots=True)
class HydrantTags:
    """What OpenStreetMap can say of a hydrant; None is not tagged or not readable."""

    name: str
    operator: str
    house_number: str
    street: str
    hydrant_type: str
    position: str
    main_diameter_mm: float | None
    static_pressure_kpa: float | None
    outlet_diameters_mm: list[int]


@dataclass(frozen=True, slots=True)
class IntakeTags:
    """What OpenStreetMap can say of a place where a pump draws from open water."""

    name: str
    operator: str
    kind: str


@dataclass(frozen=True, slots=True)
class TankTags:
    """What OpenStreetMap can say of a tank."""

    name: str
    operator: str
    volume_m3: float | None


def read_hydrant(tags: Tags, note: Notebook) -> HydrantTags:
    """Read a hydrant; ``fire_hydrant:diameter`` is that of the main in the street, in millimetres."""
    kind = tags.get("fire_hydrant:type", "")
    if kind and kind not in _TYPES:
        note.add("fire_hydrant:type", kind, Problem.UNKNOWN_VALUE)
    return HydrantTags(
        name=_name(tags, note),
        operator=read_text(tags, ("operator",), 120, note),
        house_number=read_text(tags, ("addr:housenumber",), 30, note),
        street=read_text(tags, ("addr:street",), 120, note),
        hydrant_type=_TYPES.get(kind, "unknown"),
        position=read_text(tags, ("fire_hydrant:position",), 20, note),
        main_diameter_mm=_number(tags, ("fire_hydrant:diameter", "diameter"), DIAMETER_MM, note),
        static_pressure_kpa=_pressure_kpa(tags, note),
        outlet_diameters_mm=_outlets_mm(tags, note),
    )


def read_intake(tags: Tags, note: Notebook) -> IntakeTags:
    """Read a suction point or a pond; where the water is not named, a suction point is a berth."""
    water = tags.get("water_source", tags.get("water", ""))
    if water and water not in _WATERS:
        note.add("water_source", water, Problem.UNKNOWN_VALUE)
    kind = "berth" if tags["emergency"] == "suction_point" else "pond"
    return IntakeTags(_name(tags, note), read_text(tags, ("operator",), 120, note), _WATERS.get(water, kind))


def read_tank(tags: Tags, note: Notebook) -> TankTags:
    """Read a tank. A volume without unit is refused: taggers use litres and cubic metres alike."""
    volume = _number(tags, ("water_tank:volume", "water_volume", "capacity"), _VOLUME_M3, note)
    return TankTags(_name(tags, note), read_text(tags, ("operator",), 120, note), volume)


def is_pond(tags: Tags) -> bool:
    """Say whether this is open water rather than a hydrant: ``fire_hydrant:type=pond`` is an old way to tag one."""
    return tags["emergency"] in {"suction_point", "fire_water_pond"} or tags.get("fire_hydrant:type") == "pond"


def _name(tags: Tags, note: Notebook) -> str:
    return read_text(tags, ("name", "ref"), 200, note)


def _number(tags: Tags, keys: tuple[str, ...], quantity: Quantity, note: Notebook) -> float | None:
    key = next((key for key in keys if key in tags), None)
    if key is None:
        return None
    reading = read_quantity(tags[key], quantity)
    if reading.problem:
        note.add(key, tags[key], reading.problem, reading.value)
    return reading.value


def _pressure_kpa(tags: Tags, note: Notebook) -> float | None:
    if tags.get("fire_hydrant:pressure") in {"yes", "suction"}:  # words of the scheme, kept in `tags`
        return None
    return _number(tags, ("fire_hydrant:pressure",), PRESSURE_KPA, note)


def _outlets_mm(tags: Tags, note: Notebook) -> list[int]:
    if not (text := tags.get("couplings:diameters")):
        return []
    readings = [read_quantity(part, DIAMETER_MM) for part in text.split(";")]
    sizes = [round(reading.value) for reading in readings if reading.value is not None]
    if len(sizes) < len(readings):
        note.add("couplings:diameters", text, Problem.UNREADABLE)
    return sizes


def _cubic_metres(text: str) -> float:
    for unit, factor in (("m³", 1.0), ("m3", 1.0), ("l", 0.001)):
        if text.lower().endswith(unit):
            number = parse_decimal(text[: -len(unit)].strip(), decimal=".")
            return factor * float(number) if number is not None else _refuse(text)
    return _refuse(text)


def _refuse(text: str) -> float:
    raise UnparsedQuantity('"%(text)s" is no volume with its unit; write it, such as 50 m³.', text=text[:60])


_VOLUME_M3: Final = Quantity(_cubic_metres, 0.1, 1_000_000.0)
