"""Which entries of a history were read: pure.

Entries are numbered by a sequence when they are written and become visible when their transaction commits, so a lower
number may come after a higher one. A number that was passed by stays *open* until it shows up, or until every
transaction that could still bring it has ended.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

MANY: Final = 2_000
"""More new entries than this at once are counted, not looked at one by one."""


class Snapshot(NamedTuple):
    """What a reading could see: transactions below `oldest_running` were over, those from `not_begun` on to come."""

    oldest_running: int
    not_begun: int


@dataclass(frozen=True, slots=True)
class Heard:
    """Every number up to `last` was read but the open ones, each with the first transaction that cannot bring it."""

    last: int = 0
    open: Mapping[int, int] = field(default_factory=dict)

    def after(self, found: Collection[int], at: Snapshot) -> "Heard":
        """Give what is heard once these numbers were read.

        >>> first = Heard(10).after([11, 13], Snapshot(oldest_running=700, not_begun=705))
        >>> first
        Heard(last=13, open={12: 705})
        >>> first.after([14], Snapshot(704, 709)), first.after([12], Snapshot(704, 709))
        (Heard(last=14, open={12: 705}), Heard(last=13, open={}))
        >>> first.after([], Snapshot(705, 709))  # whoever had taken 12 rolled back
        Heard(last=13, open={})
        """
        last = max(found, default=self.last)
        still = {number: before for number, before in self.open.items() if before > at.oldest_running}
        if last - self.last <= 2 * MANY:
            still |= dict.fromkeys(range(self.last + 1, last), at.not_begun)
        left = {number: before for number, before in still.items() if number not in set(found)}
        return Heard(max(last, self.last), left)
