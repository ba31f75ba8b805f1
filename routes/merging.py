"""What touching stretches of one road say alike becomes one finding."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import starmap
from operator import attrgetter
from typing import Final

from routes.encounters import Finding, RoadStretch

unplaced: Final = attrgetter(
    "verdict", "dimension", "reason", "required", "available", "evidence", "observed_on", "observed_by"
)
"""What a finding says, without where."""


def merge_equal_neighbours(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Join what touching stretches of one road say alike; 80 segments of a street would drown the one gate on it."""
    open_findings: dict[tuple[object, ...], tuple[Finding, float]] = {}
    for finding in findings:
        place = finding.place
        if not isinstance(place, RoadStretch):
            yield finding
            continue
        about = (place.name or place.ref, finding.dimension, finding.reason)
        first, to_m = open_findings.get(about, (None, 0.0))
        if first is not None and _goes_on(first, to_m, finding):
            open_findings[about] = first, place.to_m
            continue
        if first is not None:
            yield _up_to(first, to_m)
        open_findings[about] = finding, place.to_m
    yield from starmap(_up_to, open_findings.values())


def _goes_on(first: Finding, to_m: float, finding: Finding) -> bool:
    touching = abs(to_m - finding.place.from_m) < 0.01  # noqa: PLR2004 - a centimetre
    return touching and first.place.kind == finding.place.kind and unplaced(first) == unplaced(finding)


def _up_to(finding: Finding, to_m: float) -> Finding:
    if finding.place.to_m == to_m:
        return finding
    return replace(finding, place=replace(finding.place, to_m=to_m))
