"""What stands beside a drawn line and matched no road of it: listed, and a doubt where it could stand in the way.

An obstacle within 10 m belongs to another road, a lane that branches off, say, or to no road that is known. The first
is only told, unless that road is one the line could mean as well. The second may stand on the very road: a hand drew
5 m off, or the road is missing in the data. What may stand in the way and could stop the vehicle makes the answer at
best unknown. A sign is nothing solid, and makes no doubt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gis_core.values import Verdict
from routes.comparing import combine
from routes.encounters import Dimension, Finding, Mode, Reason, Vehicle
from routes.obstacles import is_solid_sign
from routes.passability import assess
from routes.way import Neighbour, Way


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A neighbour with what it would mean to the vehicle if it stood in the way."""

    neighbour: Neighbour
    findings: tuple[Finding, ...]
    in_question: bool
    """It stands on no known road, or on one that the line could mean."""

    @property
    def verdict(self) -> Verdict:
        """The worst of the findings."""
        return combine(self.findings)

    @property
    def doubtful(self) -> bool:
        """Tell whether it may stand in the way: solid, and not known to let the vehicle through."""
        obstacle = self.neighbour.obstacle
        solid = not obstacle.legal_only or is_solid_sign(obstacle)
        return solid and self.in_question and self.verdict is not Verdict.PASSABLE

    @property
    def worst(self) -> Finding:
        """The finding that says the verdict."""
        return next(finding for finding in self.findings if finding.verdict is self.verdict)


def assess_beside(vehicle: Vehicle, way: Way, *, at: datetime, mode: Mode) -> list[Unmatched]:
    """Assess what stands beside a drawn line, in the order of the line."""
    rivals = {doubt.rival.ref for doubt in way.doubts if doubt.rival is not None}
    return [
        Unmatched(
            neighbour,
            tuple(assess(vehicle, [neighbour.obstacle], at=at, mode=mode)),
            in_question=not neighbour.road_ref or neighbour.road_ref in rivals,
        )
        for neighbour in way.beside
    ]


def doubts_of(unmatched: Sequence[Unmatched]) -> Iterator[Finding]:
    """Give a finding for each that raises doubt, at its metres along the line."""
    for each in unmatched:
        if each.doubtful:
            worst = each.worst
            place = replace(each.neighbour.obstacle, in_doubt=True)
            yield replace(
                worst, place=place, verdict=Verdict.UNKNOWN, dimension=Dimension.OBSTACLE, reason=Reason.BESIDE
            )
