"""Which source, or which water main, would be missed most: its failing leaves most households without any (N−1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

import numpy as np
from django.http import QueryDict
from django.utils.timezone import localdate

from routes.asking import Parameters
from routes.barriers import with_rails
from routes.engine.arrays import Ints, Network
from routes.engine.covering import cover_pairs
from routes.pieces import Json
from routes.siting.asking import AREA, Area
from routes.siting.failing import Missed, missed
from routes.siting.ground import Homes, Radii, Sources, homes_on, sources_on

MOST: Final = 500
DEFAULT_LIMIT: Final = 20
KNOWN: Final = ("fails", "limit", "at", *AREA)


class Fails(StrEnum):
    """What fails as one."""

    SOURCE = "source"
    MAIN = "main"


class Outcome(StrEnum):
    """Answers that are not each other."""

    FOUND = "found"
    NO_HOMES = "no_homes"
    NO_SOURCE = "no_source"
    """No source that can be used is recorded."""
    NOBODY_DEPENDS = "nobody_depends"
    """Every home that has a source has another one too."""


@dataclass(frozen=True, slots=True)
class CriticalQuestion:
    """What fails, where, and when."""

    fails: Fails
    limit: int
    at: datetime
    area: Area

    @classmethod
    def from_query(cls, query: QueryDict, *, now: datetime) -> Self:
        """Read the parameters.

        Raises
        ------
        gis_core.errors.BadRequest
        """
        asked = Parameters.of(query, KNOWN)
        at = asked.moment(now)
        return cls(
            Fails(asked.choice("fails", list(Fails))),
            asked.count("limit", DEFAULT_LIMIT, most=MOST),
            at,
            Area.of(asked, localdate(at)),
        )

    def as_json(self) -> Json:
        """Every parameter as it was understood."""
        return {"fails": self.fails, "limit": self.limit, "at": self.at.isoformat(), **self.area.as_json()}


@dataclass(frozen=True, slots=True)
class CriticalAnswer:
    """What fails as one, the worst first; `members` are indices into the sources."""

    outcome: Outcome
    order: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    missed: Missed
    sources: Sources
    homes: Homes
    covered: int  # households with a source today
    dependent: int  # of them, those with one only
    main_unknown: int  # hydrants whose main nobody noted: each fails alone here
    radii: Radii


def find_critical(question: CriticalQuestion, network: Network) -> CriticalAnswer:
    """Count what each would leave without water; a way that nobody knows to be passable is none."""
    homes = homes_on(network)
    homes = homes.some(question.area.holds(homes.lon_lat, homes.unit_id))
    sources = sources_on(network, question.at)
    sources = sources.some(sources.usable)
    group, members = _failing_as_one(sources, question.fails)
    limit_mm = sources.limit_mm
    pairs = cover_pairs(
        with_rails(network), homes.places, sources.places, limit_mm=int(limit_mm.max(initial=0))
    ).surely()
    pairs = pairs.some(pairs.distance_mm <= limit_mm[pairs.source] if len(limit_mm) else np.zeros(0, bool))
    found = missed(pairs.house, group[pairs.source], weight=homes.households, count=len(members))
    order = np.lexsort((np.arange(len(members)), -found.homes, -found.counted))
    order = order[found.counted[order] > 0][: question.limit]
    covered = np.unique(pairs.house)
    alone = [s for s in sources.records if s.layer == "hydrants" and not s.main_ref]
    return CriticalAnswer(
        outcome=_outcome(homes, sources, found),
        order=tuple(order.tolist()),
        members=members,
        missed=found,
        sources=sources,
        homes=homes,
        covered=int(homes.households[covered].sum()),
        dependent=int(found.counted.sum()),
        main_unknown=len(alone) if question.fails is Fails.MAIN else 0,
        radii=Radii.on(localdate(question.at)),
    )


def _failing_as_one(sources: Sources, fails: Fails) -> tuple[Ints, tuple[tuple[int, ...], ...]]:
    names = [
        f"main {source.main_ref}" if fails is Fails.MAIN and source.main_ref else source.key
        for source in sources.records
    ]
    numbers = {name: n for n, name in enumerate(dict.fromkeys(names))}
    group = np.array([numbers[name] for name in names], np.int32)
    return group, tuple(tuple(np.flatnonzero(group == n).tolist()) for n in range(len(numbers)))


def _outcome(homes: Homes, sources: Sources, found: Missed) -> Outcome:
    if not len(homes.id):
        return Outcome.NO_HOMES
    if not sources.records:
        return Outcome.NO_SOURCE
    return Outcome.FOUND if found.counted.any() else Outcome.NOBODY_DEPENDS
