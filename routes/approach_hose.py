"""Hose: how many lengths reach, and how long people take to lay them. Pure arithmetic on dated records."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from gis_core.regulations import regulation_at
from gis_core.values import hose_count

DEFAULT_SLACK: Final = 1.15
"""Hose laid for each metre of way, for bends and for what lies on the ground. Our default: nobody published one."""
MOST_SLACK: Final = 2.0


@dataclass(frozen=True, slots=True)
class HoseRules:
    """Metres of one hose, and the seconds in which people lay one metre of it by hand and from a cart.

    All three are the practice of Hanoi's teams (VnExpress, 2025-08-20): 10 rolls make 200 m, which takes 10 minutes by
    hand and 3 minutes with a cart and three people.
    """

    hose_m: float
    by_hand_s_per_m: float
    with_cart_s_per_m: float
    source: str


def hose_rules_at(at: date) -> HoseRules:
    """Read the rules of a day.

    Raises
    ------
    gis_core.regulations.NoRuleInForce
        Before 2025-08-20.

    >>> rules = hose_rules_at(date(2026, 11, 22))
    >>> 200 * rules.by_hand_s_per_m / 60, round(200 * rules.with_cart_s_per_m / 60, 9)
    (10.0, 3.0)
    """
    length = regulation_at("hose_length", at)
    by_hand, with_cart = regulation_at("hose_laying_by_hand", at), regulation_at("hose_laying_with_cart", at)
    source = f"{length.instrument}: {'; '.join(rule.clause for rule in (length, by_hand, with_cart))}"
    return HoseRules(length.value, by_hand.value, with_cart.value, source)


@dataclass(frozen=True, slots=True)
class HoseNeed:
    """What bridging some metres takes.

    >>> need = HoseNeed(29.5, 1.15, hose_rules_at(date(2026, 11, 22)))
    >>> need.hoses, need.lay_by_hand_s, need.lay_with_cart_s
    (2, 102, 31)
    >>> need.exceeds(20.0), need.exceeds(40.0), need.exceeds(None)
    (True, False, None)
    """

    metres: float
    slack: float
    """Metres of hose for a metre of way, 1 or more."""
    rules: HoseRules

    @property
    def laid_m(self) -> float:
        """Metres of hose that lie on the ground in the end."""
        return self.metres * self.slack

    @property
    def hoses(self) -> int:
        """How many hoses reach."""
        return hose_count(self.metres, self.rules.hose_m, round(self.slack - 1, 9))

    @property
    def lay_by_hand_s(self) -> int:
        """Seconds to lay it by hand."""
        return round(self.laid_m * self.rules.by_hand_s_per_m)

    @property
    def lay_with_cart_s(self) -> int:
        """Seconds to lay it from a cart."""
        return round(self.laid_m * self.rules.with_cart_s_per_m)

    def exceeds(self, carried_m: float | None) -> bool | None:
        """Tell whether it takes more hose than the vehicle carries; None: nobody noted how much that is."""
        return None if carried_m is None else self.hoses * self.rules.hose_m > carried_m
