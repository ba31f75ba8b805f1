"""What stops a vehicle on its way into a lane, judged as if it drove on where people get off."""

from gis_core.values import Verdict
from routes.approach_plan import NOT_PASSABLE
from routes.encounters import Finding, Obstacle
from routes.engine.arrays import Network, Path, Spot, Step
from routes.engine.searches import Depths
from routes.route import Driver


def stops_on(network: Network, driver: Driver, depths: Depths, place: Spot) -> tuple[Finding, ...]:
    """Find what keeps the vehicle from a place, in driving order from where it surely gets.

    Returns
    -------
    Empty where it surely gets there, and where no way on foot is recorded.
    """
    path = depths.surely.path_to(place) or depths.perhaps.path_to(place)
    if path is None:
        return ()
    steps = tuple(_at_once(step) for step in path.steps)
    trip = driver.trip(network, Path(steps, 0, path.length_mm))
    return tuple(finding for finding in trip.findings if finding.verdict in NOT_PASSABLE)


def first_stop(stops: tuple[Finding, ...]) -> Finding | None:
    """Give the reason: of all that is the matter at the first place what is certain, and then what stands there."""
    if not stops:
        return None
    at_m = min(finding.place.from_m for finding in stops)
    here = [finding for finding in stops if finding.place.from_m <= at_m + _SAME_PLACE_M]
    return min(here, key=lambda f: (f.verdict is not Verdict.BLOCKED, not isinstance(f.place, Obstacle)))


_SAME_PLACE_M = 0.5


def _at_once(step: Step) -> Step:
    """Judge everything at the moment asked about: nobody says when a vehicle would be there."""
    return step._replace(enter_ms=0, leave_ms=0)
