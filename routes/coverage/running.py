"""Coverage kept right in the tables: computed whole, and followed edit by edit by whoever holds the lock.

A whole run is one transaction: broken off, it leaves everything as it was. Edits are found in the history of the
tables they were made in, which triggers write; the network and the outages are compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from gis_core.kept import State, state_of
from gis_core.versions import data_version
from hydrants.outages import out_at
from routes import tables
from routes.coverage import store
from routes.coverage.classes import BY_LEVEL, Cause, rules_at
from routes.coverage.computing import Computing, at_once
from routes.coverage.models import CoverageOverride, CoverageRun, WardSnapshot
from routes.coverage.places import LAYERS
from routes.coverage.state import CoverState, Edit, after, compute, tidy
from routes.coverage.store import Before, Progress
from routes.coverage.trucks import VEHICLE
from routes.engine.arrays import Ints, Network
from routes.engine.weighing import NOT_VERIFIED
from routes.network.live import live_network

MANY: Final = 2_000
"""More edits than that are computed whole."""
_LOOK_BACK: Final = 5_000
"""So many rows of history are looked at again: what began earlier may have been committed later."""
_EVENTS: Final = {
    "buildings": "layers_buildingevent",
    "facilities": "layers_facilityevent",
    "hydrants": "hydrants_hydrantevent",
    "intake-points": "hydrants_intakepointevent",
    "water-tanks": "hydrants_watertankevent",
}
_EVENTS_OF_ALL: Final = {
    "water-bodies": "hydrants_waterbodyevent",
    "railways": "routes_railwayevent",
    "fire-stations": "layers_firestationevent",
    "vehicles": "routes_vehicleevent",
    "administrative-units": "gis_core_administrativeunitevent",
}
"""An edit of one of these can touch every house."""
_HISTORY: Final = _EVENTS | _EVENTS_OF_ALL
_WATCHED: Final = tuple(name.removesuffix("event") for name in _HISTORY.values())
_TESTS: Final = ("hydrants_flowtest", "hydrants_flowreading")
_ALSO: Final = (
    CoverageOverride._meta.db_table,
    "hydrants_outage",
    *_TESTS,
)
TABLES: Final = (*_WATCHED, *_ALSO)
"""Everything that coverage rests on beside the network."""
_LOCK: Final = 0x7468_636F


def basis_at(network: Network, at: datetime) -> str:
    """Name all that coverage would be computed of at a moment; another name after every edit: two short queries."""
    return _Seen.at(network, at).name()


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


def _guess(state: CoverState, overrides: Mapping[tuple[int, int], str], last: date) -> "_CauseOf":
    return _CauseOf(state, overrides, _limits(last) != _limits(state.rules.on))


def _limits(on: date) -> tuple[float, ...]:
    return tuple(rule.value for rule in rules_at(on).used)


@dataclass(frozen=True, slots=True)
class _CauseOf:
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


# Following -----------------------------------------------------------------------------------------------------------


class _Seen(NamedTuple):
    """What the state was computed of."""

    network: Network
    counted: State
    out: frozenset[str]
    day: date

    @classmethod
    def at(cls, network: Network, at: datetime) -> "_Seen":
        return cls(network, state_of(TABLES), frozenset(out_at(at)), timezone.localdate(at))

    def same(self, other: "_Seen") -> bool:
        return self.network is other.network and self[1:] == other[1:]

    def name(self) -> str:
        network = self.network.version, self.network.rebuilding
        told = network, self.counted, sorted(self.out), self.day.isoformat()
        return sha256(repr(told).encode()).hexdigest()[:32]


class Follower:
    """Keeps the tables right; one of all processes does at a time, which `holding_the_lock` sees to."""

    def __init__(self, vehicle: str = VEHICLE) -> None:
        self.state: CoverState | None = None
        self._vehicle = vehicle
        self._seen: _Seen | None = None
        self._tables: dict[str, object] = {}
        self._files: dict[str, int] = {}
        self._events: dict[str, set[int]] = {}
        self._last: dict[str, int] = {}
        self._overrides: dict[tuple[int, int], str] = {}

    def step(self, *, at: datetime, progress: Progress | None = None) -> Done | None:
        """Bring the tables right with every edit committed before; None where nothing changed: three short queries."""
        network = live_network().current().network
        seen = _Seen.at(network, at)
        if self.state is not None and self._seen is not None and seen.same(self._seen):
            return None
        state, self.state = self.state, None  # what breaks off half way is computed anew
        with transaction.atomic():
            done = self._follow(state, seen, at=at) if state is not None else None
            if done is None:
                state, done = self._begin(network, at=at, progress=progress)
            else:
                store.note_followed(seen.name(), at=at)
        self.state = state
        self._seen, self._tables = seen, {row[0]: row for row in seen.counted}
        return done

    def rest(self) -> None:
        """Put in order what edits left behind, while nobody waits: the next edits are followed as fast as the first."""
        if self.state is not None:
            tidy(self.state)

    def _begin(self, network: Network, *, at: datetime, progress: Progress | None) -> tuple[CoverState, Done]:
        # Files and history are read first: what is written meanwhile is looked at again.
        self._files = _files_of(_WATCHED)
        for layer in _HISTORY:
            self._last[layer], self._events[layer] = 0, set()
            self._edited(layer, begin=True)
        state, done = run_whole(at=at, vehicle=self._vehicle, progress=progress, network=network)
        self._overrides = store.read_overrides()
        return state, done

    def _follow(self, state: CoverState, seen: "_Seen", *, at: datetime) -> Done | None:
        """Do what the edits ask for; None where all has to be computed anew."""
        now = {row[0]: row for row in seen.counted}
        written = {name for name, row in now.items() if self._tables.get(name) != row}
        if seen.day != state.rules.on or seen.network.rebuilding or self._emptied(written):
            return None
        edited = {
            layer: self._edited(layer) for layer, table in _HISTORY.items() if table.removesuffix("event") in written
        }
        if sum(map(len, edited.values())) > MANY or any(edited.get(layer) for layer in _EVENTS_OF_ALL):
            return None
        edit = Edit(
            buildings=edited.get("buildings", ()),
            facilities=edited.get("facilities", ()),
            sources=[
                f"{layer}/{pk}"
                for layer in ("hydrants", "intake-points", "water-tanks")
                for pk in edited.get(layer, ())
            ],
            tests=not written.isdisjoint(_TESTS),
        )
        ways = seen.network is not state.network
        removed = _before_removal(state, edit)
        houses = after(state, edit, seen.network, seen.out)
        if houses is None:
            return None
        houses = self._with_overrides(state, houses, written)
        cause = Cause.WAYS if ways and not edit.sources else Cause.SOURCES
        return self._write(state, houses, removed, edit, cause, at=at)

    def _emptied(self, written: Iterable[str]) -> bool:
        """Tell whether a table was emptied by TRUNCATE, of which no history tells: then it has another file."""
        watched = set(written) & set(_WATCHED)
        return bool(watched) and any(self._files[name] != file for name, file in _files_of(watched).items())

    def _with_overrides(self, state: CoverState, houses: Ints, written: Iterable[str]) -> Ints:
        if CoverageOverride._meta.db_table not in written:
            return houses
        before, self._overrides = self._overrides, store.read_overrides()
        keys = {key for key, _ in set(before.items()) ^ set(self._overrides.items())}
        others = [state.house_at[key] for key in keys if key in state.house_at]
        return np.union1d(houses, np.array(others, np.int32)).astype(np.int32)

    def _write(
        self,
        state: CoverState,
        houses: Ints,
        removed: Mapping[tuple[int, int], int],
        edit: Edit,
        cause: Cause,
        *,
        at: datetime,
    ) -> Done:
        if not len(houses) and not removed:
            return Done(0, 0, whole=False)
        here = houses[state.alive[houses]]
        levels = store.effective_levels(state, here, self._overrides)
        refs = [
            f"{LAYERS[layer]}/{pk}" for layer, pk in zip(state.houses.layer[here], state.houses.id[here], strict=True)
        ]
        gone = {key: unit for key, unit in removed.items() if key not in state.house_at}
        before = store.read_before([*refs, *(f"{LAYERS[layer]}/{pk}" for layer, pk in gone)])
        own = {(0, pk) for pk in edit.buildings} | {(1, pk) for pk in edit.facilities}
        guess = _CauseOf(state, self._overrides, rules=False)

        def cause_of(was: Before | None, house: int) -> Cause:
            key = int(state.houses.layer[house]), int(state.houses.id[house])
            if was is None or key in own:
                return Cause.HOUSE
            told = guess(was, house)
            return told if told in {Cause.OVERRIDE, Cause.VERIFICATION} else cause

        changed = store.note_changes(state, here, levels, before, cause_of, at=at)
        store.write_houses(state, here, levels)
        if gone:
            store.note_removed({k: (u, before[k].coverage) for k, u in gone.items() if k in before}, at=at)
            store.delete_houses(list(gone))
        units = {*state.houses.unit[houses].tolist(), *removed.values()} - {-1}
        if units:
            store.write_wards(state, store.ward_figures(state, self._overrides, sorted(units)), whole=False)
        return Done(len(here), changed, whole=False)

    def _edited(self, layer: str, *, begin: bool = False) -> set[int]:
        """Give the records of a layer with history not seen yet."""
        known = self._events[layer]
        with connection.cursor() as cursor:
            if begin:
                cursor.execute(f"SELECT coalesce(max(pgh_id), 0) FROM {_HISTORY[layer]}")  # noqa: S608 - a name of ours
                self._last[layer] = int(cursor.fetchone()[0])
            cursor.execute(
                f"SELECT pgh_id, pgh_obj_id FROM {_HISTORY[layer]} WHERE pgh_id > %s",  # noqa: S608 - a name of ours
                [self._last[layer] - _LOOK_BACK],
            )
            rows = cursor.fetchall()
        fresh = {record for event, record in rows if event not in known}
        self._last[layer] = max((event for event, _ in rows), default=self._last[layer])
        self._events[layer] = {event for event, _ in rows}
        return set() if begin else fresh


def _files_of(tables: Iterable[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, pg_relation_filenode(name::regclass) FROM unnest(%s::text[]) AS name", [sorted(tables)]
        )
        return dict(cursor.fetchall())


def _before_removal(state: CoverState, edit: Edit) -> dict[tuple[int, int], int]:
    """Give the wards in which the edited houses were."""
    keys = [(0, pk) for pk in edit.buildings] + [(1, pk) for pk in edit.facilities]
    return {key: int(state.houses.unit[state.house_at[key]]) for key in keys if key in state.house_at}


@contextmanager
def holding_the_lock() -> Iterator[bool]:
    """Yield whether this connection is the one that follows; the others wait for it to go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
