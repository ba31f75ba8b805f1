"""From what is known of houses to what an area lacks. Pure; unknown stays unknown: neither deficient nor fine."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Lacks = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class HouseFound:
    """What one house lacks; `water_reason` is why, by the code of coverage; figures None: nobody recorded them."""

    lacks_road: Lacks
    lacks_water: Lacks
    water_reason: str = ""
    households: int | None = None
    people: int | None = None

    @property
    def cause(self) -> str:
        """Why it is on the list; empty where it surely lacks nothing.

        >>> [HouseFound(*parts).cause for parts in (("yes", "unknown"), ("unknown", "no"), ("no", "no"))]
        ['no_road', 'unknown', '']
        """
        lacks = {name for name, part in (("no_road", self.lacks_road), ("no_water", self.lacks_water)) if part == "yes"}
        if len(lacks) == 1:
            return lacks.pop()
        if lacks:
            return "both"
        return "unknown" if "unknown" in {self.lacks_road, self.lacks_water} else ""


@dataclass(frozen=True, slots=True)
class AreaFound:
    """What an area lacks, by the houses on the list in it; sums are of what was recorded, the rest is counted."""

    cause: str
    lacks_road: Lacks
    lacks_water: Lacks
    houses: int
    by_cause: dict[str, int]
    water_reasons: dict[str, int]
    households: int | None
    houses_without_households: int
    people: int | None
    houses_without_people: int


def judge_area(found: Iterable[HouseFound]) -> AreaFound | None:
    """Put houses together; None where none of them is on the list.

    >>> road, water = HouseFound("yes", "no", households=2), HouseFound("no", "yes")
    >>> area = judge_area([road, water, HouseFound("no", "no", households=9)])
    >>> area.cause, area.houses, area.households, area.houses_without_households
    ('both', 2, 2, 1)
    >>> judge_area([HouseFound("unknown", "no")]).cause
    'unknown'
    """
    listed = [house for house in found if house.cause]
    if not listed:
        return None
    by_cause = Counter(house.cause for house in listed)
    lacking = {cause for cause in by_cause if cause != "unknown"}
    households = [house.households for house in listed if house.households is not None]
    people = [house.people for house in listed if house.people is not None]
    return AreaFound(
        cause=next(iter(lacking)) if len(lacking) == 1 else "both" if lacking else "unknown",
        lacks_road=_worst(house.lacks_road for house in listed),
        lacks_water=_worst(house.lacks_water for house in listed),
        houses=len(listed),
        by_cause=dict(by_cause),
        water_reasons=dict(Counter(house.water_reason for house in listed if house.water_reason)),
        households=sum(households) if households else None,
        houses_without_households=len(listed) - len(households),
        people=sum(people) if people else None,
        houses_without_people=len(listed) - len(people),
    )


def _worst(parts: Iterable[Lacks]) -> Lacks:
    """Of what is certain the worse: one house without a road makes an area without one."""
    found = set(parts)
    return "yes" if "yes" in found else "unknown" if "unknown" in found else "no"
