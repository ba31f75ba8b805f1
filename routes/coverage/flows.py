"""What sources give, as coverage counts it: a tank for as long as the clause asks, hydrants that were tested together.

Every flow has two ends: what a source surely gives, NaN where nobody measured it, and the most that it may give,
infinite where nobody knows how much. What a tank holds is spread over the duration, and what flows in meanwhile is
added; an unknown refill adds nothing for sure, and nobody knows how much at best.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final, NamedTuple, Protocol

import numpy as np

from gis_core.kept import Kept
from hydrants.flow_models import FlowReading, FlowTest
from hydrants.flow_tests import flows_of
from hydrants.usability import is_measured
from routes.engine.arrays import Floats, Longs
from routes.engine.weighing import Together

_SECONDS: Final = 3600
_LITRES: Final = 1000


class Giving(Protocol):
    """What is known of a source."""

    layer: str
    flow_lps: float | None
    volume_m3: float | None
    refill_lps: float | None


class Range(NamedTuple):
    """Litres a second."""

    surely: float
    at_most: float


def flow_range(row: Giving, hours: float) -> Range:
    """Give what a source gives for so long.

    A measured flow of a tank is the most that comes out of it at a time, however much it holds.
    """
    measured = row.flow_lps if is_measured(row.flow_lps) else None
    if row.layer != "water-tanks":
        return Range(np.nan, np.inf) if measured is None else Range(measured, measured)
    volume = row.volume_m3 if is_measured(row.volume_m3) else None
    refill = row.refill_lps if is_measured(row.refill_lps) else None
    outlet = np.inf if measured is None else measured
    if volume is None and refill is None:
        return Range(np.nan, outlet)
    surely = (volume or 0.0) * _LITRES / (hours * _SECONDS) + (refill or 0.0)
    return Range(min(surely, outlet), outlet if volume is None or refill is None else min(surely, outlet))


# Tested together ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tested:
    """What two hydrants gave in the latest test of their main in which both ran; `first` has the lower number."""

    main_ref: str
    tested_on: date
    first_lps: float
    second_lps: float


Tests = Mapping[tuple[int, int], Tested]
"""By the numbers of both hydrants, the lower one first."""


def tests_now() -> Tests:
    """Read the tests in which several hydrants ran; kept until somebody writes one down."""
    return _TESTS.get()


def _read() -> Tests:
    found: dict[tuple[int, int], Tested] = {}
    # In the order of their days, so that the latest stays.
    for test in FlowTest.objects.exclude(main_ref="").order_by("tested_on", "pk").prefetch_related("readings"):
        flows = flows_of(test)
        for one, other in combinations(sorted(flows), 2):
            found[one, other] = Tested(test.main_ref, test.tested_on, flows[one], flows[other])
    return found


_TESTS: Final = Kept([FlowTest._meta.db_table, FlowReading._meta.db_table], _read)


def together_of(tests: Tests, hydrant: Longs, mains: tuple[str | None, ...], flow_lps: Floats) -> Together:
    """Put tests to sources: those of hydrants that still hang on the main that was tested.

    Parameters
    ----------
    hydrant
        Number of each source among hydrants, -1 for what is none; of a number that comes twice the last one counts.

    Notes
    -----
    What was measured less since than what came out in the test counts in its place.
    """
    if not tests:
        return Together.none(len(hydrant))
    asked = np.flatnonzero(np.isin(hydrant, np.unique(np.array(list(tests)))))
    at = dict(zip(hydrant[asked].tolist(), asked.tolist(), strict=True))
    pairs = []
    for (one, other), test in tests.items():
        i, j = at.get(one, -1), at.get(other, -1)
        if i >= 0 and j >= 0 and mains[i] == mains[j] == test.main_ref:
            pairs.append((i, j, np.fmin(test.first_lps, flow_lps[i]) + np.fmin(test.second_lps, flow_lps[j])))
    columns = np.array(pairs).reshape(-1, 3)
    return Together.of(len(hydrant), columns[:, 0].astype(np.int64), columns[:, 1].astype(np.int64), columns[:, 2])
