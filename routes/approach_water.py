"""The water for a truck that has stopped: a hydrant that its hose reaches, else the nearest usable source by road.

What is surely reached comes first; where nothing is, what is perhaps reached is told as that.

A hydrant gives pressure, so hose from it feeds the truck where it stands. Open water and tanks need a pump beside them:
for those, and beyond the reach of hose, another engine or a tanker drives.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import numpy as np

from gis_core.regulations import regulation_at
from gis_core.values import Verdict
from hydrants.usability import Demand, Marked, Reason, reason_against
from routes.drive_water import WaterSearch
from routes.engine.arrays import Flags, Level, Longs, Network, Path, Spot
from routes.engine.searches import lay_hose

MAX_PASSED_OVER = 5


class By(StrEnum):
    """How the water gets to the truck."""

    HOSE = "hose"
    DRIVE = "drive"


@dataclass(frozen=True, slots=True)
class WaterLink:
    """The water for a stop: `metres` of hose or of road along the path, and the straight ones from the road to it."""

    source: int
    by: By
    metres: float
    path: Path
    verdict: Verdict
    drive_s: float | None = None


@dataclass(frozen=True, slots=True)
class Useless:
    """A source straight-nearer to the stop than the one chosen, and what is wrong with it."""

    source: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class WaterChain:
    """What feeds the truck; `link` None where no usable source is reached."""

    link: WaterLink | None
    useless: tuple[Useless, ...]
    marked: Mapping[str, Marked] = field(default_factory=dict, hash=False)
    """What people on the spot say of sources, by key."""


def water_for(
    search: WaterSearch, stop: Spot, stop_xy: tuple[float, float], demand: Demand, at: date, *, hose: Network
) -> WaterChain:
    """Find the water for a stop.

    Parameters
    ----------
    search
        Starts at the stop; of the vehicle that fetches.
    stop_xy
        The stop in EPSG:5897.
    at
        The day whose rule says how far a pump vehicle may stand from its water (QCVN 10:2025 2.3.2).
    hose
        The network as hose is laid on it.
    """
    rule = regulation_at("pump_vehicle_radius", at)
    straight_m = np.hypot(*(search.placed.waters.xy - np.array(stop_xy)).T)
    usable = search.placed.waters.usable(demand)
    near = usable & (straight_m <= rule.value)
    link = (
        _by_hose(search, hose, stop, near, rule.value, Level.ASSUMED)
        or _by_road(search, usable, Level.ASSUMED)
        or _by_hose(search, hose, stop, near, rule.value, Level.UNKNOWN)
        or _by_road(search, usable, Level.UNKNOWN)
    )
    within_m = straight_m[link.source] if link else rule.value
    nearer = np.flatnonzero(~usable & (straight_m <= within_m))
    useless = _useless(search, nearer[np.argsort(straight_m[nearer], kind="stable")], demand)
    return WaterChain(link, tuple(useless)[:MAX_PASSED_OVER], demand.marked)


def _useless(search: WaterSearch, sources: Longs, demand: Demand) -> Iterator[Useless]:
    for i in sources.tolist():
        if (reason := reason_against(search.placed.waters.sources[i], demand)) is not None:
            yield Useless(i, reason)


def _by_hose(
    search: WaterSearch, hose: Network, stop: Spot, wanted: Flags, reach_m: float, least: Level
) -> WaterLink | None:
    waters, stands, is_sure = search.placed.waters, search.placed.stands, least >= Level.ASSUMED
    wanted = wanted & waters.is_hydrant
    beside = (stands.lane < 0) & wanted[stands.source]
    at_source = np.flatnonzero(beside & search.placed.at_road if is_sure else beside)
    if not len(at_source):
        return None
    field = lay_hose(hose, stop, limit_mm=int(reach_m * 1000), through_unknown=not is_sure)
    along_mm, _ = field.mm_at(stands.edge[at_source], stands.at_mm[at_source])
    metres = along_mm / 1000 + stands.apart_m[at_source]
    metres[along_mm < 0] = np.inf
    best = int(np.argmin(metres))
    if metres[best] > reach_m:
        return None
    stand = int(at_source[best])
    path = field.path_from(Spot(int(stands.edge[stand]), int(stands.at_mm[stand])))
    if path is None:
        return None
    verdict = Verdict.PASSABLE if is_sure else Verdict.UNKNOWN
    return WaterLink(int(stands.source[stand]), By.HOSE, float(metres[best]), path.path, verdict)


def _by_road(search: WaterSearch, usable: Flags, least: Level) -> WaterLink | None:
    driven = next(iter(search.nearest(usable, 1, least)), None)
    if driven is None:
        return None
    return WaterLink(driven.source, By.DRIVE, driven.drive_m, driven.path, driven.verdict, driven.drive_s)
