"""Coverage computed whole and stored; in one transaction: broken off, it leaves everything as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.utils import timezone

from gis_core.versions import data_version
from hydrants.outages import out_at
from routes import tables
from routes.coverage import store
from routes.coverage.basis import TABLES, basis_at
from routes.coverage.classes import BY_LEVEL, Cause, rules_at
from routes.coverage.computing import Computing, at_once
from routes.coverage.models import CoverageRun, WardSnapshot
from routes.coverage.state import CoverState, compute
from routes.coverage.store import Before, Progress
from routes.coverage.trucks import VEHICLE
from routes.engine.arrays import Network
from routes.engine.weighing import NOT_VERIFIED
from routes.network.live import live_network


@dataclass(frozen=True, slots=True)
class Done:
    """What a step wrote: houses that came out otherwise, of them with another class; `whole` where all was computed."""

    houses: int
    changed: int
    whole: bool


def run_whole(
    *, at: datetime, vehicle: str = VEHICLE, progress: Progress | None = None, network: Network | None = None
) -> tuple[CoverState, Done]:
    """Compute everything and store it, with the figures of wards of this moment kept to compare with.

    Raises
    ------
    gis_core.regulations.NoRuleInForce
        No rule is recorded for the day.
    """
    return _run(at, vehicle, progress, network, at_once)


def run_by(by: Computing, *, at: datetime, vehicle: str = VEHICLE, progress: Progress | None = None) -> Done:
    """Do as `run_whole`, houses computed elsewhere; the same is stored, and no pairs are left to follow edits with."""
    return _run(at, vehicle, progress, None, by)[1]


def _run(
    at: datetime, vehicle: str, progress: Progress | None, network: Network | None, by: Computing
) -> tuple[CoverState, Done]:
    tell = progress or (lambda _what, _done, _of: None)
    # Outside of the transaction: inside, the network of its own edits would be read.
    network = network or live_network().current().network
    with transaction.atomic():
        # What is written meanwhile is named by neither, and followed later.
        version, basis = data_version((*tables.WAYS, *TABLES)), basis_at(network, at)
        tell("reading", 0, 1)
        state = compute(network, rules_at(timezone.localdate(at)), out_at(at), vehicle, by)
        tell("weighed", len(state.houses), len(state.houses))
        changed = _store_whole(state, at=at, progress=progress)
        run = CoverageRun.objects.create(
            at=at,
            rules_on=state.rules.on,
            vehicle=vehicle,
            network_version=network.version,
            data_version=version,
            followed_at=at,
            basis=basis,
        )
        told = store.ward_figures(state, store.read_overrides())
        WardSnapshot.objects.bulk_create(
            [WardSnapshot(run=run, administrative_unit_id=unit, figures=figures) for unit, figures in told.items()]
        )
    return state, Done(len(state.house_at), changed, whole=True)


def _store_whole(state: CoverState, *, at: datetime, progress: Progress | None) -> int:
    before, overrides = store.read_before(), store.read_overrides()
    houses = np.flatnonzero(state.alive).astype(np.int32)
    levels = store.effective_levels(state, houses, overrides)
    changed = 0
    if store.has_run():
        last = CoverageRun.objects.order_by("-at", "-pk").values_list("rules_on", flat=True)[0]
        changed = store.note_changes(state, houses, levels, before, _guess(state, overrides, last), at=at)
        removed = {key: (-1, was.coverage) for key, was in before.items() if key not in state.house_at}
        store.note_removed(removed, at=at)
    store.write_houses(state, houses, levels, progress)
    store.delete_others(state)
    store.write_wards(state, store.ward_figures(state, overrides), whole=True)
    return changed


def _guess(state: CoverState, overrides: Mapping[tuple[int, int], str], last: date) -> "CauseOf":
    return CauseOf(state, overrides, _limits(last) != _limits(state.rules.on))


def _limits(on: date) -> tuple[float, ...]:
    return tuple(rule.value for rule in rules_at(on).used)


@dataclass(frozen=True, slots=True)
class CauseOf:
    """Say why a class is another, by what was stored and what is now; the likeliest where several things changed."""

    state: CoverState
    overrides: Mapping[tuple[int, int], str]
    rules: bool

    def __call__(self, was: Before | None, house: int) -> Cause:
        state = self.state
        key = int(state.houses.layer[house]), int(state.houses.id[house])
        now = BY_LEVEL[state.weighed.level[house]]
        if was is None:
            return Cause.HOUSE
        if was.computed == now:
            return Cause.OVERRIDE
        if self.rules:
            return Cause.RULES
        if {was.computed, str(now)} == {"covered", "recorded_only"}:
            return Cause.VERIFICATION
        source = int(state.weighed.source[house])
        source_key = state.sources.rows[source].key if source >= 0 else ""
        same = was.source_key == source_key and int(state.weighed.reason[house]) != NOT_VERIFIED
        return Cause.WAYS if same and key not in self.overrides else Cause.SOURCES
