"""What is needed against what is there: the table of `routes.passability`, row by row, and the verdict on the whole."""

import math
from collections.abc import Iterable

from gis_core.values import Evidence, Verdict
from routes.encounters import Dimension, Finding, Limit, OnTheWay, Reason, Vehicle


def combine(findings: Iterable[Finding]) -> Verdict:
    """The verdict on the whole: blocked before unknown before passable; nothing looked at is unknown."""
    return Verdict.worst(finding.verdict for finding in findings)


def compare(
    required: float | None, limit: Limit, *, assumed_from_class: bool = False, trust_assumed: bool = False
) -> tuple[Verdict, Reason]:
    """Compare what is needed with what is there, by the table of `routes.passability`; equal passes.

    Parameters
    ----------
    assumed_from_class
        The limit is no statement about the place, but an `Assumption`.
    trust_assumed
        The place is of a class that may be assumed without a survey.

    >>> [compare(2.7, Limit(width, Evidence.SURVEYED))[0].value for width in (2.7, 2.2, float("nan"))]
    ['passable', 'blocked', 'unknown']
    """
    if limit.value is None or not limit.known:
        return Verdict.UNKNOWN, Reason.NOT_MEASURED
    if required is None or not math.isfinite(required):
        return Verdict.UNKNOWN, Reason.VEHICLE_UNKNOWN
    fits = round(limit.value - required, 6) >= 0
    if assumed_from_class:
        return (Verdict.PASSABLE, Reason.ASSUMED) if fits else (Verdict.UNKNOWN, Reason.ASSUMED)
    if not fits:
        return Verdict.BLOCKED, Reason.MEASURED
    if limit.evidence < (Evidence.ASSUMED if trust_assumed else Evidence.TAGGED):
        return Verdict.UNKNOWN, Reason.UNFOUNDED
    return Verdict.PASSABLE, Reason.MEASURED


def compared(vehicle: Vehicle, place: OnTheWay, dimension: Dimension, limit: Limit, **how: bool) -> Finding:
    """Compare one dimension of a vehicle with a limit where it is met; `how` as for `compare`."""
    required = vehicle.required(dimension)
    verdict, reason = compare(required, limit, **how)
    return Finding(
        place,
        verdict,
        dimension,
        reason,
        required,
        limit.value if limit.known else None,
        limit.evidence if limit.known else Evidence.NONE,
        limit.observed_on,
        limit.observed_by,
    )
