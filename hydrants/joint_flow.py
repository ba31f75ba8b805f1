"""How much several sources give at the same time: what hydrants on one main share is never counted twice.

Measured alone, each of two hydrants may give 20 L/s; together their main may give 25. So flows of one main are never
added up. They come from a test in which these hydrants ran together; without one, the best of them stands for all,
because that much the main surely gives. Where the main of a hydrant is not noted, it may hang on any other: it adds
nothing to the others, and counts only where it alone gives more than all of them. The sum is a lower bound throughout.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from hydrants.flow_models import FlowReading, FlowTest
from hydrants.flow_tests import curve_of, flows_of
from hydrants.models import Hydrant
from hydrants.outages import demand_during, out_at
from hydrants.recording import SourceKey, UnknownSource
from hydrants.sources import AnyWaterSource
from hydrants.usability import Reason, is_measured, reason_against

MAX_SOURCES: Final = 20
TABLES: Final = (
    *(model._meta.db_table for model in (Hydrant, FlowTest, FlowReading)),
    "hydrants_intakepoint",
    "hydrants_watertank",
    "hydrants_outage",
)


class Basis(StrEnum):
    """What the flow of a group rests on."""

    MEASURED_ALONE = "measured_alone"
    """One source, its own flow."""
    MEASURED_TOGETHER = "measured_together"
    """A test in which all of the group ran."""
    BEST_ALONE = "best_alone"
    """Nobody tested them together: the one that gave most."""
    MAIN_UNKNOWN = "main_unknown"
    """Nobody noted the mains of these hydrants, so they may be one, or that of another group."""
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class Group:
    """Sources that share a main, or one that shares none; `flow_lps` None where nobody measured it."""

    main_ref: str
    sources: tuple[SourceKey, ...]
    basis: Basis
    flow_lps: float | None
    tested_on: date | None = None


@dataclass(frozen=True, slots=True)
class JointFlow:
    """What the usable ones of the sources surely give together; None where none of it was measured."""

    flow_lps: float | None
    groups: tuple[Group, ...]
    unusable: tuple[tuple[SourceKey, Reason], ...]


def joint_flow(keys: Sequence[SourceKey], *, at: datetime, residual_kpa: float | None = None) -> JointFlow:
    """Say what sources surely give together.

    Parameters
    ----------
    keys
        The sources; the same one twice counts once.
    at
        The moment of the question: the rules in force and the outages that run decide what is usable.
    residual_kpa
        The pressure to be left on each main, for which only recorded tests can answer; None takes flows as measured.

    Raises
    ------
    hydrants.recording.UnknownSource

    Notes
    -----
    Six queries, however many sources.
    """
    usable, unusable = _usable(sorted(set(keys)), at)
    mains = dict(
        Hydrant.objects.filter(pk__in=[key.id for key in usable if key.layer == "hydrants"]).values_list(
            "pk", "main_ref"
        )
    )
    tests = _tests_of(mains)
    groups = tuple(
        _group(main_ref, members, usable, tests, residual_kpa) for main_ref, members in _by_main(usable, mains)
    )
    return JointFlow(_sum_of(groups), groups, unusable)


def _usable(
    keys: Sequence[SourceKey], at: datetime
) -> tuple[dict[SourceKey, AnyWaterSource], tuple[tuple[SourceKey, Reason], ...]]:
    rows = {row.key: row for row in AnyWaterSource.objects.filter(key__in=[str(key) for key in keys])}
    demanded = demand_during(at, out_at(at))
    usable, unusable = {}, []
    for key in keys:
        if str(key) not in rows:
            raise UnknownSource("There is no source %(source)s.", source=str(key))
        reason = reason_against(rows[str(key)], demanded)
        if reason is None:
            usable[key] = rows[str(key)]
        else:
            unusable.append((key, reason))
    return usable, tuple(unusable)


def _by_main(usable: Iterable[SourceKey], mains: Mapping[int, str]) -> list[tuple[str, tuple[SourceKey, ...]]]:
    """Group hydrants by main, those of unknown main in one group; whatever hangs on no main stands alone."""
    shared: dict[str, list[SourceKey]] = {}
    alone: list[tuple[str, tuple[SourceKey, ...]]] = []
    for key in usable:
        if key.layer == "hydrants":
            shared.setdefault(mains[key.id], []).append(key)
        else:
            alone.append(("", (key,)))
    return [*((main, tuple(members)) for main, members in sorted(shared.items())), *alone]


def _tests_of(hydrant_ids: Iterable[int]) -> list[FlowTest]:
    """Read the tests in which any of these ran, the latest first."""
    ran = FlowReading.objects.filter(hydrant__in=hydrant_ids).values("test")
    return list(FlowTest.objects.filter(pk__in=ran).order_by("-tested_on", "-pk").prefetch_related("readings"))


def _group(
    main_ref: str,
    members: tuple[SourceKey, ...],
    usable: Mapping[SourceKey, AnyWaterSource],
    tests: Sequence[FlowTest],
    residual_kpa: float | None,
) -> Group:
    hydrants = members[0].layer == "hydrants"
    alone = [flow for key in members if (flow := _alone_lps(key, usable[key], tests, residual_kpa)) is not None]
    best = max(alone, default=None)
    if hydrants and not main_ref:
        return Group("", members, Basis.MAIN_UNKNOWN if best is not None else Basis.NOT_MEASURED, best)
    if len(members) == 1:
        return Group(main_ref, members, Basis.NOT_MEASURED if best is None else Basis.MEASURED_ALONE, best)
    together = {key.id for key in members}
    test = next((test for test in tests if test.main_ref == main_ref and together <= {*flows_of(test)}), None)
    if test and (flow := _share_lps(test, together, residual_kpa)) is not None:
        return Group(main_ref, members, Basis.MEASURED_TOGETHER, flow, test.tested_on)
    return Group(main_ref, members, Basis.NOT_MEASURED if best is None else Basis.BEST_ALONE, best)


def _alone_lps(
    key: SourceKey, source: AnyWaterSource, tests: Sequence[FlowTest], residual_kpa: float | None
) -> float | None:
    """Give the flow of one source: as noted, or at a residual as the latest of its tests says."""
    if residual_kpa is None:
        return source.flow_lps if is_measured(source.flow_lps) else None
    if key.layer != "hydrants":
        return None
    ran = [test for test in tests if key.id in flows_of(test)]
    # Alone before together: with others on the main it gave less than it can.
    ran.sort(key=lambda test: len(flows_of(test)) > 1)
    return _share_lps(ran[0], {key.id}, residual_kpa) if ran else None


def _share_lps(test: FlowTest, hydrant_ids: set[int], residual_kpa: float | None) -> float | None:
    """Give what some of the hydrants of a test gave in it, or would at another residual while all of them run."""
    flows = flows_of(test)
    gave_lps = sum(flows[hydrant_id] for hydrant_id in hydrant_ids)
    if residual_kpa is None:
        return gave_lps
    rated_lps = curve_of(test).flow_lps_at(residual_kpa)
    return None if rated_lps is None else rated_lps * gave_lps / sum(flows.values())


def _sum_of(groups: Iterable[Group]) -> float | None:
    measured = [group for group in groups if group.flow_lps is not None]
    on_no_main = _added(group for group in measured if group.sources[0].layer != "hydrants")
    on_mains = _added(group for group in measured if group.main_ref)
    anywhere = _added(group for group in measured if group.basis is Basis.MAIN_UNKNOWN)
    return on_no_main + max(on_mains, anywhere) if measured else None


def _added(groups: Iterable[Group]) -> float:
    return sum(group.flow_lps or 0.0 for group in groups)
