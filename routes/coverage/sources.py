"""Sources as coverage sees them: what is known of each on a day, and how sure a truck gets there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import numpy as np

from hydrants.models import Hydrant
from hydrants.sources import AnyWaterSource
from hydrants.usability import Demand, Reason, demand_at, reason_against
from hydrants.verification import Verification, verification_of
from routes.coverage.classes import CoverRules
from routes.coverage.flows import Tests, flow_range, tests_now, together_of
from routes.coverage.places import on_ways
from routes.drive_water_sources import Stands, place
from routes.engine.arrays import Floats, Ints, Longs, Network, Small
from routes.engine.covering import Places
from routes.engine.weighing import (
    MAIN_UNKNOWN,
    NOT_USABLE,
    ON_NO_MAIN,
    PERHAPS,
    RECORDED,
    VERIFIED,
    Waters,
)
from routes.way import METRIC

UNKNOWNS: Final = frozenset({Reason.STATUS_UNKNOWN, Reason.REACH_UNKNOWN, Reason.SUCTION_UNKNOWN})
"""Reasons that a look at the source may take away."""
TRUCK_ONLY: Final = frozenset({Reason.PORTABLE_PUMP_ONLY, Reason.NOT_REACHABLE_BY_TRUCK})
COLUMNS: Final = ("state", "truck", "hydrant", "flow_lps", "most_lps", "long_lps", "long_most_lps", "limit_mm")
"""The arrays of `Sources` with one number a source."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Sources of water, n of them, in any order; those that were removed stay with the state `NOT_USABLE`."""

    rows: tuple[AnyWaterSource, ...]
    mains: tuple[str | None, ...]  # empty: nobody noted it; None: it hangs on none
    places: Places
    stands: Stands
    state: Small  # of the water alone
    truck: Small  # of the way there: NOT_USABLE, PERHAPS, VERIFIED
    hydrant: Longs  # its number among hydrants, -1 for what is none
    flow_lps: Floats
    most_lps: Floats
    long_lps: Floats
    long_most_lps: Floats
    limit_mm: Ints
    tests: Tests

    def __len__(self) -> int:
        return len(self.rows)

    def some(self, which: list[int]) -> "Sources":
        """Take some sources, in this order."""
        position = np.full(len(self), -1, np.int32)
        position[which] = np.arange(len(which))
        here = position[self.stands.source] >= 0
        names = ("source", "edge", "at_mm", "apart_m", "lane", "lane_from_mm", "lane_to_mm")
        stands = type(self.stands)(*(getattr(self.stands, n)[here] for n in names))
        stands = replace(stands, source=position[stands.source])
        columns: dict[str, Any] = {name: getattr(self, name)[which] for name in COLUMNS}
        rows, mains = tuple(self.rows[i] for i in which), tuple(self.mains[i] for i in which)
        places = self.places.some(np.array(which, np.int64))
        return replace(self, rows=rows, mains=mains, places=places, stands=stands, **columns)

    @property
    def waters(self) -> Waters:
        """What the weighing asks for; the same main has the same number."""
        return Waters(
            np.minimum(self.state, self.truck),
            self.flow_lps,
            self.most_lps,
            self.long_lps,
            self.long_most_lps,
            _numbers(self.mains),
            self.limit_mm,
            together_of(self.tests, self.hydrant, self.mains, self.flow_lps),
        )


@lru_cache(maxsize=4)  # asked at every edit, and hardly ever another
def _numbers(mains: tuple[str | None, ...]) -> Ints:
    numbers: dict[str | None, int] = {None: ON_NO_MAIN, "": MAIN_UNKNOWN}
    return np.array([numbers.setdefault(main, len(numbers)) for main in mains], np.int32)


def read_sources(
    network: Network, rules: CoverRules, out: Collection[str], keys: Sequence[str] | None = None
) -> Sources:
    """Read all sources, or those of these keys, by layer and number: two queries and a look. No truck is asked yet."""
    chosen = AnyWaterSource.objects.all() if keys is None else AnyWaterSource.objects.filter(key__in=list(keys))
    rows = tuple(chosen.order_by("layer", "id"))
    mains = (
        dict(Hydrant.objects.exclude(main_ref="").values_list("id", "main_ref"))
        if keys is None
        else dict(
            Hydrant.objects.filter(pk__in=[r.id for r in rows if r.layer == "hydrants"]).values_list("id", "main_ref")
        )
    )
    xy = np.column_stack(METRIC.from_wgs84(*np.array([(r.geom.x, r.geom.y) for r in rows]).reshape(-1, 2).T))
    places = Places(*on_ways(network, np.arange(len(rows) + 1), xy, at_water=True))
    flow, long = (flows_for(rows, rule.value) for rule in (rules.duration_small, rules.duration))
    limit = np.array([rules.limit_m(row.layer, row.access) * 1000 for row in rows], np.int32)
    return Sources(
        rows,
        tuple(mains.get(row.id, "") if row.layer == "hydrants" else None for row in rows),
        places,
        place(network, xy, np.arange(len(rows))),
        states_of(rows, rules, out),
        np.full(len(rows), PERHAPS, np.int8),
        np.array([row.id if row.layer == "hydrants" else -1 for row in rows], np.int64),
        *flow,
        *long,
        limit,
        tests_now(),
    )


def flows_for(rows: Sequence[AnyWaterSource], hours: float) -> tuple[Floats, Floats]:
    """Give what they give so long, surely and at most."""
    ends = np.array([flow_range(row, hours) for row in rows], np.float64).reshape(-1, 2)
    return ends[:, 0].copy(), ends[:, 1].copy()


def joined(sources: Sources, more: Sources) -> Sources:
    """Put others behind them."""
    edges = (
        np.concatenate([getattr(sources.places, c), getattr(more.places, c)])
        for c in ("edge", "at_mm", "offset_mm", "sure")
    )
    own = replace(more.stands, source=more.stands.source + len(sources))
    names = ("source", "edge", "at_mm", "apart_m", "lane", "lane_from_mm", "lane_to_mm")
    stands = Stands(*(np.concatenate([getattr(sources.stands, n), getattr(own, n)]) for n in names))
    columns: dict[str, Any] = {c: np.concatenate([getattr(sources, c), getattr(more, c)]) for c in COLUMNS}
    rows, mains = sources.rows + more.rows, sources.mains + more.mains
    return replace(sources, rows=rows, mains=mains, places=Places(*edges), stands=stands, **columns)


def states_of(rows: Sequence[AnyWaterSource], rules: CoverRules, out: Collection[str]) -> Small:
    """Say of each source how sure its water is on the day; a portable pump takes what a truck cannot."""
    demand = replace(demand_at(rules.on), out=frozenset(out))
    return np.array([_state(row, demand, rules) for row in rows], np.int8)


def reason_of(row: AnyWaterSource, demand: Demand) -> Reason | None:
    """Say why a source does not count whatever the house; None where its water does, for a portable pump too."""
    reason = reason_against(row, demand)
    if reason is Reason.PORTABLE_PUMP_ONLY:
        # People carry the pump; what else is asked of the source is asked as of one for trucks.
        return reason_against(_as_for_trucks(row), demand)
    return reason


def _as_for_trucks(row: AnyWaterSource) -> AnyWaterSource:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return AnyWaterSource(**{**values, "access": "truck"})


def _state(row: AnyWaterSource, demand: Demand, rules: CoverRules) -> int:
    reason = reason_of(row, demand)
    if reason is not None:
        return PERHAPS if reason in UNKNOWNS else NOT_USABLE
    return VERIFIED if verification_of(row, rules.on) is Verification.VERIFIED else RECORDED


def is_carried(row: AnyWaterSource) -> bool:
    """Tell whether a portable pump draws from it: then no truck has to get there."""
    return row.layer == "intake-points" and row.access == "portable_pump"


def demand_on(rules: CoverRules, out: Mapping[str, object] | Collection[str]) -> Demand:
    """Give the demand that only asks whether there is water."""
    return replace(demand_at(rules.on), out=frozenset(out))


def moment_of(rules: CoverRules) -> datetime:
    """Give the moment for which ways are asked: noon of the day, so that it does not matter when one asks."""
    from routes.schedule import HANOI_TIME  # noqa: PLC0415 - only here

    return datetime(rules.on.year, rules.on.month, rules.on.day, 12, tzinfo=HANOI_TIME)
