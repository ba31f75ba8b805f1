"""Barrier nodes to access restrictions. Pure.

The table says what a kind of barrier is known to do by its nature. A gate can be opened, and how wide it is then only a
measurement tells: without one it stays unknown, which is neither blocked nor passable. A bollard or a block without
a measured gap blocks: it was put there to.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from routes.osm.notes import Notebook, Problem
from routes.osm.quantities import HEIGHT_M, WEIGHT_T, WIDTH_M, Quantity, read_quantity
from routes.osm.tags import Tags

YES, NO, UNKNOWN = "yes", "no", "unknown"


class BarrierKind(NamedTuple):
    """What a ``barrier=*`` is by nature: kind of restriction, and three questions that may be unanswered."""

    kind: str
    blocks_vehicles: str
    openable: str
    passable_on_foot: str


_GATE: Final = BarrierKind("gate", UNKNOWN, YES, UNKNOWN)
_BOOM: Final = BarrierKind("barrier", UNKNOWN, YES, YES)
_SOLID: Final = BarrierKind("barrier", YES, NO, YES)
_ON_FOOT_ONLY: Final = BarrierKind("barrier", YES, NO, YES)
_LOOSE: Final = BarrierKind("barrier", UNKNOWN, UNKNOWN, YES)
# A road drawn through a wall contradicts itself: only a look tells which is right.
_WALL: Final = BarrierKind("fence", UNKNOWN, UNKNOWN, UNKNOWN)
_GROUND: Final = BarrierKind("other", NO, NO, YES)
_ANY: Final = BarrierKind("barrier", UNKNOWN, UNKNOWN, UNKNOWN)

BARRIERS: Final = {
    **dict.fromkeys(("gate", "sliding_gate", "hampshire_gate", "sally_port", "wicket_gate", "bump_gate"), _GATE),
    **dict.fromkeys(("lift_gate", "swing_gate"), _BOOM),
    **dict.fromkeys(("toll_booth", "border_control"), BarrierKind("barrier", UNKNOWN, UNKNOWN, YES)),
    "bollard": BarrierKind("bollard", YES, UNKNOWN, YES),
    **dict.fromkeys(("block", "jersey_barrier", "planter", "tank_trap", "debris", "log"), _SOLID),
    **dict.fromkeys(("cycle_barrier", "motorcycle_barrier", "kissing_gate", "turnstile", "stile"), _ON_FOOT_ONLY),
    "full-height_turnstile": BarrierKind("barrier", YES, NO, UNKNOWN),
    **dict.fromkeys(("chain", "rope", "cable_barrier", "spikes"), _LOOSE),
    "height_restrictor": BarrierKind("height_bar", UNKNOWN, NO, YES),
    **dict.fromkeys(("entrance", "bus_trap", "sump_buster"), BarrierKind("narrowing", UNKNOWN, NO, YES)),
    **dict.fromkeys(("fence", "wall", "hedge", "retaining_wall", "city_wall", "guard_rail", "ditch"), _WALL),
    **dict.fromkeys(("kerb", "cattle_grid"), _GROUND),
    "yes": _ANY,
}
_OPENING_KINDS: Final = frozenset({"gate", "narrowing"})
_REMOVABLE: Final = frozenset({"removable", "rising", "foldable", "flexible"})


@dataclass(frozen=True, slots=True)
class Barrier:
    """One barrier node as an access restriction sees it; None is not measured."""

    kind: str
    name: str
    blocks_vehicles: str
    openable: str
    passable_on_foot: str
    clear_width_m: float | None
    clear_height_m: float | None
    max_weight_t: float | None


def read_barrier(tags: Tags, note: Notebook) -> Barrier | None:
    """Read the tags of a barrier node; None for ``barrier=no``, which says that there is none.

    A measured gap decides in place of the kind, except where vehicles cannot pass whatever the gap.
    """
    value = tags["barrier"]
    if value == "no":
        return None
    if value not in BARRIERS:
        note.add("barrier", value, Problem.UNKNOWN_VALUE)
    nature = BARRIERS.get(value, _ANY)
    width_m = _smallest(tags, _width_keys(nature.kind), WIDTH_M, note)
    return Barrier(
        kind=nature.kind,
        name=tags.get("name", "")[:200],
        blocks_vehicles=_blocks(nature, tags, width_m),
        openable=_openable(nature, tags),
        passable_on_foot=tags["foot"] if tags.get("foot") in {YES, NO} else nature.passable_on_foot,
        clear_width_m=width_m,
        clear_height_m=_smallest(tags, ("maxheight:physical", "maxheight"), HEIGHT_M, note),
        max_weight_t=_smallest(tags, ("maxweight",), WEIGHT_T, note),
    )


def _width_keys(kind: str) -> tuple[str, ...]:
    # The width of a gate is its opening; the width of a bollard is the bollard.
    return ("maxwidth:physical", "maxwidth", "opening", *(("width",) if kind in _OPENING_KINDS else ()))


def _smallest(tags: Tags, keys: tuple[str, ...], quantity: Quantity, note: Notebook) -> float | None:
    values = []
    for key in keys:
        if key in tags:
            reading = read_quantity(tags[key], quantity)
            if reading.problem:
                note.add(key, tags[key], reading.problem, reading.value)
            values += [reading.value] if reading.value is not None else []
    return min(values, default=None)


def _blocks(nature: BarrierKind, tags: Tags, width_m: float | None) -> str:
    if nature is _ON_FOOT_ONLY or nature.blocks_vehicles != YES:
        return nature.blocks_vehicles
    if width_m is not None:
        return NO
    return UNKNOWN if tags.get("bollard") in _REMOVABLE or _lets_vehicles_in(tags) else YES


def _lets_vehicles_in(tags: Tags) -> bool:
    # A bollard that motor vehicles may pass is drawn beside the lane, or can be taken away.
    return tags.get("motor_vehicle", tags.get("access", "")) in {"yes", "permissive", "designated"}


def _openable(nature: BarrierKind, tags: Tags) -> str:
    if tags.get("bollard") in _REMOVABLE:
        return YES
    # Locked, and OpenStreetMap does not know who has the key.
    return UNKNOWN if nature.openable == YES and tags.get("locked") == YES else nature.openable
