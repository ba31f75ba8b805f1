"""Keeps coverage in the tables right, edit by edit, by whoever holds the lock.

Edits are found in the history of the tables they were made in, which triggers write; the network and the outages are
compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import numpy as np
from django.db import connection, transaction

from routes.coverage import store
from routes.coverage.basis import EVENTS_OF_ALL, HISTORY, TESTS, WATCHED, Basis
from routes.coverage.classes import Cause
from routes.coverage.editing import Edit, after, tidy
from routes.coverage.models import CoverageOverride
from routes.coverage.places import LAYERS
from routes.coverage.running import CauseOf, Done, run_whole
from routes.coverage.state import CoverState
from routes.coverage.store import Before, Progress
from routes.coverage.trucks import VEHICLE
from routes.engine.arrays import Ints, Network
from routes.network.live import live_network

MANY: Final = 2_000
"""More edits than that are computed whole."""
_LOOK_BACK: Final = 5_000
"""So many rows of history are looked at again: what began earlier may have been committed later."""
_LOCK: Final = 0x7468_636F


class Follower:
    """Keeps the tables right; one of all processes does at a time, which `holding_the_lock` sees to."""

    def __init__(self, vehicle: str = VEHICLE) -> None:
        self.state: CoverState | None = None
        self._vehicle = vehicle
        self._seen: Basis | None = None
        self._tables: dict[str, object] = {}
        self._files: dict[str, int] = {}
        self._events: dict[str, set[int]] = {}
        self._last: dict[str, int] = {}
        self._overrides: dict[tuple[int, int], str] = {}

    def step(self, *, at: datetime, progress: Progress | None = None) -> Done | None:
        """Bring the tables right with every edit committed before; None where nothing changed: three short queries."""
        network = live_network().current().network
        seen = Basis.at(network, at)
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
        self._files = _files_of(WATCHED)
        for layer in HISTORY:
            self._last[layer], self._events[layer] = 0, set()
            self._edited(layer, begin=True)
        state, done = run_whole(at=at, vehicle=self._vehicle, progress=progress, network=network)
        self._overrides = store.read_overrides()
        return state, done

    def _follow(self, state: CoverState, seen: Basis, *, at: datetime) -> Done | None:
        """Do what the edits ask for; None where all has to be computed anew."""
        now = {row[0]: row for row in seen.counted}
        written = {name for name, row in now.items() if self._tables.get(name) != row}
        if seen.day != state.rules.on or seen.network.rebuilding or self._emptied(written):
            return None
        edited = {
            layer: self._edited(layer) for layer, table in HISTORY.items() if table.removesuffix("event") in written
        }
        if sum(map(len, edited.values())) > MANY or any(edited.get(layer) for layer in EVENTS_OF_ALL):
            return None
        edit = Edit(
            buildings=edited.get("buildings", ()),
            facilities=edited.get("facilities", ()),
            sources=[
                f"{layer}/{pk}"
                for layer in ("hydrants", "intake-points", "water-tanks")
                for pk in edited.get(layer, ())
            ],
            tests=not written.isdisjoint(TESTS),
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
        watched = set(written) & set(WATCHED)
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
        guess = CauseOf(state, self._overrides, rules=False)

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
                cursor.execute(f"SELECT coalesce(max(pgh_id), 0) FROM {HISTORY[layer]}")  # noqa: S608 - a name of ours
                self._last[layer] = int(cursor.fetchone()[0])
            cursor.execute(
                f"SELECT pgh_id, pgh_obj_id FROM {HISTORY[layer]} WHERE pgh_id > %s",  # noqa: S608 - a name of ours
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
