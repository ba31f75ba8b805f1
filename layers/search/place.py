"""One place that may be meant by what was typed."""

from dataclasses import dataclass, field

from layers.search.find import OldUnit
from layers.search.lanes import WayIn


@dataclass(frozen=True, slots=True)
class Place:
    """One place that may be meant.

    Parameters
    ----------
    layer, feature_id, ref
        The record; empty and None for a lane or street of several.
    name, address
        As recorded.
    precision
        ``exact`` (the point of a record), ``footprint``, ``lane_mouth``, ``lane``, ``street`` or ``unit``.
    point
        Longitude and latitude.
    street
        The key of the street and the chain of lanes, for what has an address.
    missing
        What was asked for and is not recorded: a house, a chain of lanes; with the nearest recorded numbers.
    unit, old
        The name of the smallest unit in force there; of a unit no longer in force, what it became.
    way_in
        Of a house or an inner lane: the mouth of its lane on the street, and how far that is.
    """

    kind: str
    layer: str
    feature_id: int | None
    ref: str
    name: str
    address: str
    precision: str
    point: tuple[float, float]
    box: tuple[float, float, float, float] | None
    score: float
    synthetic: bool | None
    street: tuple[str, str] | None = None
    missing_house: str = ""
    missing_lane: str = ""
    beside: tuple[str, ...] = ()
    way_in: WayIn | None = None
    unit: str = ""
    old: OldUnit | None = None
    asked_units: frozenset[int] = field(default=frozenset(), repr=False)
    distance_m: float | None = None
