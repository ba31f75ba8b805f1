"""Flow tests written down, and what they change: the one way to a measured flow beside imports and edits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

import pghistory
from django.db import transaction

from gis_core.errors import Unprocessable
from gis_core.policy import Actor, demand
from gis_core.roles import Action
from hydrants.flow import FlowCurve, Outlet, curve_of_outlets, discharge_lps, flow_curve
from hydrants.flow_models import FlowReading, FlowTest
from hydrants.models import Hydrant
from hydrants.recording import (
    InvalidSourceKey,
    SourceKey,
    UnknownSource,
    read_day,
    read_list,
    read_number,
    read_object,
    read_text,
)
from hydrants.usability import is_measured

MAX_READINGS: Final = 40
_KEYS: Final = ("tested_on", "static_kpa", "residual_kpa", "gauge", "readings", "tested_by", "remarks")
_READING_KEYS: Final = ("source", "diameter_mm", "coefficient", "pitot_kpa")


class DifferentMains(Unprocessable):
    """Hydrants tested together whose records do not say that they hang on one main."""

    code = "different-mains"
    title = "These hydrants are not known to share a main"


@dataclass(frozen=True, slots=True)
class FlowTestDraft:
    """A test as somebody sends it; `outlets` by the id of the hydrant they are on."""

    tested_on: date
    static_kpa: float
    residual_kpa: float
    gauge: int | None
    outlets: tuple[tuple[int, Outlet], ...]
    tested_by: str = ""
    remarks: str = ""

    @classmethod
    def from_body(cls, body: object, *, today: date) -> Self:
        """Read the body of a request; whether the figures can be is asked when they are stored.

        Raises
        ------
        gis_core.errors.BadRequest
            One of its kinds for each thing that can be wrong.
        """
        given = read_object(body, needed=("tested_on", "static_kpa", "residual_kpa", "readings"), known=_KEYS)
        return cls(
            tested_on=read_day("tested_on", given["tested_on"], today=today),
            static_kpa=read_number("static_kpa", given["static_kpa"]),
            residual_kpa=read_number("residual_kpa", given["residual_kpa"]),
            gauge=None if given.get("gauge") is None else hydrant_id_of(given["gauge"]),
            outlets=tuple(map(_outlet, read_list("readings", given["readings"], most=MAX_READINGS))),
            tested_by=read_text("tested_by", given.get("tested_by"), most=120),
            remarks=read_text("remarks", given.get("remarks")),
        )


@transaction.atomic
def record_flow_test(draft: FlowTestDraft, *, actor: Actor) -> FlowTest:
    """Store a test, and what it says of the flow of its hydrants.

    A hydrant that ran alone has the flow that came out of it, unless it was measured later than this test. One that ran
    with others on its main gave less than it may give alone: that is a lower bound, so it fills in what nobody measured
    or raises what was measured, and never lowers it.

    Raises
    ------
    UnknownSource, Forbidden, DifferentMains
    hydrants.flow.ContradictoryTest
        Nothing is stored then.
    """
    demand(actor, Action.RECORD, anywhere=True)
    curve_of_outlets(draft.static_kpa, draft.residual_kpa, (outlet for _, outlet in draft.outlets))
    flowing = sorted({hydrant_id for hydrant_id, _ in draft.outlets})
    with pghistory.context(way="flow-test"):
        found = _locked(draft, flowing)
        for hydrant in found.values():
            demand(actor, Action.RECORD, unit_id=hydrant.administrative_unit_id)
        test = _store(draft, found, main_ref=_main_of(found.values()), unit_of=found[flowing[0]])
        for hydrant_id in flowing:
            _tell_hydrant(found[hydrant_id], draft, alone=len(flowing) == 1)
    return test


def flow_tests_of(hydrant_id: int, *, most: int = 50) -> Sequence[FlowTest]:
    """Read the tests in which a hydrant ran, the latest first, with all their readings: two queries."""
    ran = FlowReading.objects.filter(hydrant=hydrant_id).values("test")
    return list(FlowTest.objects.filter(pk__in=ran).order_by("-tested_on", "-pk").prefetch_related("readings")[:most])


def outlets_of(test: FlowTest) -> tuple[Outlet, ...]:
    """Give all outlets that were open."""
    return tuple(Outlet(r.diameter_mm, r.coefficient, r.pitot_kpa) for r in test.readings.all())


def flows_of(test: FlowTest) -> Mapping[int, float]:
    """Give what each hydrant gave, by its id."""
    flows: dict[int, float] = {}
    for reading, outlet in zip(test.readings.all(), outlets_of(test), strict=True):
        flows[reading.hydrant_id] = flows.get(reading.hydrant_id, 0.0) + discharge_lps(outlet)
    return flows


def curve_of(test: FlowTest) -> FlowCurve:
    """Give the curve of the main, from all that ran."""
    return flow_curve(test.static_pressure_kpa, test.residual_pressure_kpa, sum(flows_of(test).values()))


def _locked(draft: FlowTestDraft, flowing: Sequence[int]) -> dict[int, Hydrant]:
    """Hold the hydrants of a test still, in the order of their ids so that two tests never wait for each other."""
    wanted = sorted({*flowing, *([draft.gauge] if draft.gauge else [])})
    found = {h.pk: h for h in Hydrant.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")}
    for hydrant_id in wanted:
        if hydrant_id not in found:
            raise UnknownSource("There is no source %(source)s.", source=f"hydrants/{hydrant_id}")
    return found


def _main_of(hydrants: Iterable[Hydrant]) -> str:
    tested = list(hydrants)
    mains = {hydrant.main_ref for hydrant in tested}
    if len(tested) > 1 and (len(mains) > 1 or "" in mains):
        raise DifferentMains(
            "Hydrants tested together must hang on one main, but noted are: %(mains)s. Correct the hydrants first.",
            mains=", ".join(f"hydrants/{h.pk}: {h.main_ref or '–'}" for h in tested),
        )
    return tested[0].main_ref


def _store(draft: FlowTestDraft, found: Mapping[int, Hydrant], *, main_ref: str, unit_of: Hydrant) -> FlowTest:
    test = FlowTest.objects.create(
        tested_on=draft.tested_on,
        main_ref=main_ref,
        gauge_hydrant_id=draft.gauge,
        static_pressure_kpa=draft.static_kpa,
        residual_pressure_kpa=draft.residual_kpa,
        tested_by=draft.tested_by,
        remarks=draft.remarks,
        synthetic=any(hydrant.synthetic for hydrant in found.values()),
        administrative_unit_id=unit_of.administrative_unit_id,
    )
    FlowReading.objects.bulk_create(
        FlowReading(
            test=test,
            hydrant_id=hydrant_id,
            diameter_mm=outlet.diameter_mm,
            coefficient=outlet.coefficient,
            pitot_kpa=outlet.pitot_kpa,
        )
        for hydrant_id, outlet in draft.outlets
    )
    return test


def _tell_hydrant(hydrant: Hydrant, draft: FlowTestDraft, *, alone: bool) -> None:
    """Write a new flow and its day into a hydrant, where the test says more than what stands there."""
    gave_lps = round(sum(discharge_lps(outlet) for on, outlet in draft.outlets if on == hydrant.pk), 2)
    if hydrant.flow_measured_on is not None and draft.tested_on < hydrant.flow_measured_on:
        return
    if not alone and is_measured(hydrant.flow_lps) and gave_lps <= hydrant.flow_lps:
        return
    hydrant.flow_lps, hydrant.flow_measured_on = gave_lps, draft.tested_on
    if alone and draft.gauge in {None, hydrant.pk}:
        hydrant.static_pressure_kpa, hydrant.residual_pressure_kpa = draft.static_kpa, draft.residual_kpa
    hydrant.save(update_fields=_TOLD)


_TOLD: Final = ("flow_lps", "flow_measured_on", "static_pressure_kpa", "residual_pressure_kpa")


def _outlet(given: Any) -> tuple[int, Outlet]:
    reading = read_object(given, needed=_READING_KEYS, known=_READING_KEYS)
    diameter_mm, coefficient, pitot_kpa = (read_number(name, reading[name]) for name in _READING_KEYS[1:])
    return hydrant_id_of(reading["source"]), Outlet(diameter_mm, coefficient, pitot_kpa)


def hydrant_id_of(given: object) -> int:
    """Read the key of a hydrant.

    Raises
    ------
    InvalidSourceKey
    """
    key = SourceKey.parse(given)
    if key.layer != "hydrants":
        raise InvalidSourceKey("“%(given)s” is no hydrant: open water and tanks have no main to test.", given=str(key))
    return key.id
