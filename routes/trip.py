"""A path through the network as the rules see it: what the vehicle meets, in driving order, and what that rests on.

Everything is read from memory, from the very state of the network that was searched: an edit in between cannot make
the verdict differ from the way. The limits of roads become `RoadStretch`es, the standings on them `Obstacle`s moved to
their metres on the trip, each judged at its own time of arrival; `routes.passability` judges them. So the worst finding
is the level that the search used, and a property test holds both equal.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Final

from gis_core.values import Evidence, Verdict
from routes.comparing import combine
from routes.driven import Drive
from routes.encounters import (
    Assumption,
    Dimension,
    Finding,
    Mode,
    Obstacle,
    OnTheWay,
    Reason,
    Vehicle,
)
from routes.engine.arrays import Floats, Level, Network, Path, Profile, Step
from routes.obstacles import assess_obstacle
from routes.passability import assess_roads
from routes.pieces import Piece, metres_by_evidence, pieces_of
from routes.way import MaySee, Way

_TOUCHING_M: Final = 0.001


@dataclass(frozen=True)
class Trip:
    """A path judged for one vehicle; metres are along the path, in EPSG:5897."""

    path: Path
    way: Way
    findings: tuple[Finding, ...]
    legal_used: tuple[Finding, ...] = ()
    """The legal limits that yielded to an emergency vehicle, in driving order."""

    @cached_property
    def verdict(self) -> Verdict:
        """The worst of the findings; unknown where nothing was looked at."""
        return combine(self.findings)

    @cached_property
    def level(self) -> Level:
        """The verdict as the searches grade it: what passes by assumption is told from what somebody recorded."""
        return level_of(self.findings)

    @cached_property
    def pieces(self) -> list[Piece]:
        """The way cut where road, verdict or evidence changes."""
        return pieces_of(self.way, self.findings)

    @cached_property
    def metres_by_evidence(self) -> dict[Evidence, float]:
        """Metres by what the verdict on them rests on at the least."""
        return metres_by_evidence(self.pieces)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What stops the vehicle, in driving order, each place once."""
        stops = [finding for finding in self.findings if finding.verdict is Verdict.BLOCKED]
        return tuple({_place_key(stop.place): stop for stop in reversed(stops)}.values())[::-1]

    @property
    def when_open(self) -> Verdict:
        """The verdict if everything that stops the vehicle were out of the way.

        An obstacle goes with all that is said of it. Of a road only what stops the vehicle goes: when a bridge is wide
        enough, nobody knows any more what it carries. Where nothing is left to look at, nothing is known.
        """
        away = {_place_key(stop.place) for stop in self.blocking if isinstance(stop.place, Obstacle)}
        rest = (finding for finding in self.findings if finding.verdict is not Verdict.BLOCKED)
        return combine(finding for finding in rest if _place_key(finding.place) not in away)


def judge(
    network: Network,
    path: Path,
    *,
    vehicle: Vehicle,
    profile: Profile,
    at: datetime,
    mode: Mode,
    may_see: MaySee,
    assumptions: Mapping[str, Assumption],
) -> Trip:
    """Say what the vehicle meets on the path.

    Parameters
    ----------
    at
        Departure; each obstacle is judged at its own time of arrival, by the pace of `profile`.
    may_see
        Decides per administrative unit whether people are named; where not, the names never enter the trip.
    assumptions
        By class of road: those that the limits of `network` were made with.

    Returns
    -------
    `combine(trip.findings)` is the worst level on the path: blocked, unknown, or passable for both of the better ones.
    """
    drive = Drive(network, path.steps, may_see)
    stretches = tuple(drive.stretches())
    arrivals = list(drive.obstacles(profile))
    # Things at the same place stay as they stand here: what is found on an obstacle comes after what is of its road.
    met = [
        *assess_roads(vehicle, stretches, mode=mode, assumptions=assumptions),
        *drive.forbidden_turns(mode),
        *_merged(
            finding
            for obstacle, after in arrivals
            for finding in assess_obstacle(vehicle, obstacle, at=at + after, mode=mode)
        ),
    ]
    findings = sorted(met, key=attrgetter("place.from_m"))
    way = Way(drive.line(), stretches, (), tuple(obstacle for obstacle, _ in arrivals), segments=drive.segments)
    return Trip(path, way, tuple(findings), _legal_used(findings))


def vertices_of(network: Network, steps: Sequence[Step]) -> Floats:
    """Give the vertices of steps in driving order, EPSG:5897, without judging them; at least one step."""
    return Drive(network, steps, lambda _: False).vertices


def level_of(findings: Iterable[Finding]) -> Level:
    """Grade findings as the searches grade stretches."""
    findings = tuple(findings)
    match combine(findings):
        case Verdict.BLOCKED:
            return Level.BLOCKED
        case Verdict.UNKNOWN:
            return Level.UNKNOWN
        case _:
            return Level.ASSUMED if any(map(_rests_on_assumption, findings)) else Level.RECORDED


def _rests_on_assumption(finding: Finding) -> bool:
    if finding.dimension is Dimension.LEGAL or finding.reason is Reason.NOT_IN_THE_WAY:
        return False
    return finding.evidence < Evidence.TAGGED


def _legal_used(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.dimension is Dimension.LEGAL and f.verdict is Verdict.PASSABLE)


def _place_key(place: OnTheWay) -> tuple[float, float, str]:
    return place.from_m, place.to_m, place.ref


def _merged(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Join what one obstacle says alike on neighbouring edges, as a market over a junction does."""
    open_findings: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        doubt = isinstance(finding.place, Obstacle) and finding.place.in_doubt
        key = (finding.place.ref, finding.verdict, finding.dimension, finding.reason, finding.available, doubt)
        before = open_findings.get(key)
        if before is not None and finding.place.from_m - before.place.to_m <= _TOUCHING_M:
            finding = replace(before, place=replace(before.place, to_m=finding.place.to_m))  # noqa: PLW2901
        elif before is not None:
            yield before
        open_findings[key] = finding
    yield from open_findings.values()
