"""Homes that have water enough, by the same rules as coverage, and those that one more source would bring to it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.utils.timezone import localdate

from hydrants.outages import out_at
from routes import models
from routes.barriers import with_rails
from routes.coverage.classes import CoverRules, rules_at
from routes.coverage.places import Houses, read_houses
from routes.coverage.sources import Sources, read_sources
from routes.coverage.state import needs_of
from routes.coverage.trucks import levels_at_sources, truck_reach
from routes.engine.arrays import Flags, Longs, Network
from routes.engine.covering import CoverPairs, Walk
from routes.engine.weighing import LONG_FROM_LPS, PERHAPS, RECORDED, VERIFIED, Needs, Together, Waters, weigh
from routes.siting.ground import Homes

_SECONDS: Final = 3600
_LITRES: Final = 1000


@dataclass(frozen=True, slots=True)
class Served:
    """How n homes stand today, and which of them one more source would cover."""

    surely: Flags
    perhaps: Flags  # only if what nobody knows turns out well
    helped: Flags  # not surely, and then they would be


def served_with(
    homes: Homes, network: Network, *, flow_lps: float, at: datetime, vehicle: models.Vehicle | None
) -> Served:
    """Weigh homes as coverage does, today and with one more source of this flow within the hose of each.

    Parameters
    ----------
    flow_lps
        What the new source gives for as long as the rule asks; a hydrant on a main of its own.
    vehicle
        Has to get to the sources of today; None: nobody asks whether one does.

    Raises
    ------
    gis_core.regulations.NoRuleInForce
    """
    rules = rules_at(localdate(at))
    houses, which = _as_houses(homes, network, rules)
    sources = _with_trucks(read_sources(network, rules, out_at(at)), network, rules, vehicle)
    limit_mm = int(sources.limit_mm.max(initial=0))
    pairs = Walk.of(with_rails(network)).pairs(houses.places, sources.places, limit_mm=limit_mm)
    needs = needs_of(houses, rules)
    level = weigh(pairs, pairs.first_of_house(len(houses)), needs, sources.waters).level
    helped = np.zeros(len(houses), bool)
    lacking = np.flatnonzero(level < RECORDED)
    helped[lacking] = _levels_with_one_more(pairs, lacking, needs, sources.waters, flow_lps) >= RECORDED
    known = which >= 0
    surely, perhaps, then = (known & flags[which] for flags in (level >= RECORDED, level == PERHAPS, helped))
    # A home that was deleted between two reads counts as not covered, and no place counts for it.
    return Served(surely, perhaps, then)


def volume_m3(flow_lps: float, at: datetime) -> float:
    """Give what a tank must hold to give this flow as long as the rule of the day asks."""
    rules = rules_at(localdate(at))
    hours = (rules.duration if flow_lps > LONG_FROM_LPS else rules.duration_small).value
    return flow_lps * hours * _SECONDS / _LITRES


def _as_houses(homes: Homes, network: Network, rules: CoverRules) -> tuple[Houses, Longs]:
    """Read what these homes need; give for each its index among the houses, -1 where it is not there any more."""
    houses = read_houses(network, rules, (homes.id.tolist(), ()))
    at = np.searchsorted(houses.id, homes.id)
    there = at < len(houses)
    there[there] = houses.id[at[there]] == homes.id[there]
    return houses, np.where(there, at, -1)


def _with_trucks(sources: Sources, network: Network, rules: CoverRules, vehicle: models.Vehicle | None) -> Sources:
    if vehicle is None:
        return replace(sources, truck=np.full(len(sources), VERIFIED, np.int8))
    return replace(sources, truck=levels_at_sources(truck_reach(network, rules, vehicle.code), sources))


def _levels_with_one_more(
    pairs: CoverPairs, houses: Longs, needs: Needs, waters: Waters, flow_lps: float
) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """Weigh some houses (ascending) as if a source of this flow stood at the door of each."""
    here = pairs.some(np.isin(pairs.house, houses))
    own = np.arange(len(houses), dtype=np.int32)
    new, at_door = np.full(len(houses), len(waters.state), np.int32), np.zeros(len(houses), np.int32)
    house = np.concatenate([np.searchsorted(houses, here.house).astype(np.int32), own])
    both = CoverPairs(
        house,
        np.concatenate([here.source, new]),
        np.concatenate([here.distance_mm, at_door]),
        np.concatenate([here.sure_mm, at_door]),
    ).some(np.argsort(house, kind="stable"))
    done = weigh(both, both.first_of_house(len(houses)), needs.some(houses), _and_one_more(waters, flow_lps))
    return done.level


def _and_one_more(waters: Waters, flow_lps: float) -> Waters:
    flows = dict.fromkeys(("flow_lps", "most_lps", "long_lps", "long_most_lps"), flow_lps)
    more = {"state": VERIFIED, "main": int(waters.main.max(initial=-1)) + 1, "limit_mm": 0, **flows}
    columns: dict[str, Any] = {name: np.append(getattr(waters, name), one) for name, one in more.items()}
    together = waters.together
    first = np.append(together.first, together.first[-1])
    return waters._replace(together=Together(first, together.other, together.lps), **columns)
