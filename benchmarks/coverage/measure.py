"""Measures coverage; `__main__` sets Django up first. `state_of_city` is there for other benchmarks (siting)."""

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from django.db import connection
from django.utils import timezone
from houses import store

from hydrants.models import Hydrant
from routes.coverage.computing import Whole, at_once
from routes.coverage.follower import Follower
from routes.coverage.on_dask import computing_on, local_workers
from routes.coverage.partitioned import Parts, compute_part, merged
from routes.coverage.running import run_whole
from routes.coverage.state import CoverState, whole_of
from routes.engine.covering import Places, Walk
from routes.engine.searches import warm_up
from routes.engine.weighing import Needs, weigh
from routes.models import AccessRestriction
from routes.network.live import live_network
from routes.osm.service import import_osm
from routes.siting.bounding import upper_bound
from routes.siting.covering import Limits, cover_most
from routes.siting.demand import cover_of
from routes.siting.warm import warm_up as warm_siting

HANOI = Path(__file__).resolve().parents[3] / "shared/data/roads/hanoi_12districts_drive.osm.pbf"
T = TypeVar("T")


def cpu(work: Callable[[], T]) -> tuple[T, float, float]:
    """Do it; give what it gave, its CPU seconds and those on the wall."""
    begun, begun_wall = time.process_time(), time.perf_counter()
    done = work()
    return done, time.process_time() - begun, time.perf_counter() - begun_wall


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def own_database() -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


def state_of_city(houses: int, sources: int) -> CoverState:
    """Store the city and give everything that coverage knows of it: the hook for siting."""
    import_osm(path=HANOI, apply=True)
    store(houses, sources)
    state, _, _ = cpu(lambda: run_whole(at=timezone.now()))
    return state[0]


def many_times(places: Places, times: int, lengths: np.ndarray) -> Places:
    """Give each house some neighbours on its own edge, at other places of it."""
    rng = np.random.default_rng(1)
    edge = np.repeat(places.edge, times)
    at_mm = (rng.random(len(edge)) * lengths[edge]).astype(np.int32)
    return Places(edge, at_mm, np.repeat(places.offset_mm, times), np.repeat(places.sure, times))


def edits(state: CoverState, count: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Sources that go out of service, and gates that appear, in turn."""
    rng = np.random.default_rng(2)
    ids = [row.id for row in state.sources.rows]
    topology = state.network.topology
    for n in range(count):
        if n % 4 < 3:
            pk = ids[int(rng.integers(len(ids)))]
            yield "source", lambda pk=pk: Hydrant.objects.filter(pk=pk).update(status="faulty" if pk % 2 else "working")
        else:
            road = int(topology.edge_id[int(rng.integers(len(topology.edge_id)))])
            yield "gate", lambda road=road, n=n: _gate(road, n)


def _gate(road: int, n: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {AccessRestriction._meta.db_table} (ref, geom, kind, road_ref, passable_on_foot, "
            "blocks_vehicles, evidence) SELECT %s, ST_LineInterpolatePoint(geom, 0.5), 'gate', ref, 'no', 'yes', "
            "'surveyed' FROM routes_road WHERE id = %s",
            [f"bench/{n}", road],
        )


def main(description: str) -> None:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--houses", type=int, default=300_000)
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    warm_up()
    warm_siting()
    with own_database():
        import_osm(path=HANOI, apply=True)
        store(options.houses, options.sources)
        live_network().current()
        follower = Follower()
        _, seconds, wall = cpu(lambda: follower.step(at=timezone.now()))
        state = follower.state
        assert state is not None
        print(f"stored, classified, rolled up: {seconds:.1f} s of this process, {wall:.1f} s on the wall (20 s)")
        before_mb = peak_mb()
        walk = Walk.of(state.network)
        pairs, seconds, _ = cpu(lambda: walk.pairs(state.houses.places, state.sources.places, limit_mm=400_000))
        print(
            f"{len(pairs):,} pairs: {seconds:.2f} s (1 s), "
            f"peak {peak_mb():.0f} MB, of them new {peak_mb() - before_mb:.0f} (400)"
        )
        _, seconds, _ = cpu(
            lambda: weigh(pairs, pairs.first_of_house(len(state.houses)), _needs(state), state.sources.waters)
        )
        print(f"weighed: {seconds:.2f} s")
        siting(state, walk)
        times: dict[str, list[tuple[float, float]]] = {"source": [], "gate": []}
        for kind, edit in edits(state, options.edits):
            edit()
            done, seconds, wall = cpu(lambda: follower.step(at=timezone.now()))
            assert done is None or not done.whole
            times[kind].append((seconds * 1000, wall * 1000))
        for kind, taken in times.items():
            p50, p99 = np.percentile(np.array(taken), [50, 99], axis=0)
            print(
                f"one edit, {kind}: CPU p50 {p50[0]:.1f} ms p99 {p99[0]:.1f} ms; "
                f"wall p50 {p50[1]:.1f} p99 {p99[1]:.1f} (50 ms)"
            )
        whole = whole_of(state.network, state.walk, state.houses, state.sources, state.rules)
        if options.workers:
            in_parts(whole, options.workers)
        if options.large:
            which = np.repeat(np.arange(len(whole.houses)), 10)
            houses = many_times(whole.houses, 10, state.network.topology.length_mm)
            large = replace(whole, houses=houses, needs=whole.needs.some(which))
            pairs, seconds, _ = cpu(lambda: walk.pairs(large.houses, large.sources, limit_mm=400_000))
            print(
                f"{len(large.houses):,} houses, {len(pairs):,} pairs: {seconds:.1f} s (10 s), peak {peak_mb():.0f} MB"
            )
            if options.workers:
                in_parts(large, options.workers)


def in_parts(whole: Whole, workers: int) -> None:
    """Compute the same in parts: here one after the other, which tells what halos cost, and by so many processes."""
    (pairs, weighed), single, single_wall = cpu(lambda: at_once(whole))
    parts = Parts.of(whole, with_pairs=True)
    _, seconds, _ = cpu(lambda: merged(len(whole.houses), map(compute_part, parts)))
    print(
        f"{len(parts)} parts of {len(whole.houses):,} houses one after the other: {seconds / single:.2f} times the CPU "
        f"of one piece ({single:.2f} s)"
    )
    with local_workers(workers) as client:
        for with_pairs in (False, True):
            by = computing_on(client, with_pairs=with_pairs)
            by(whole)  # the processes load the kernels
            found, _, wall = cpu(lambda by=by: by(whole))
            same = all(np.array_equal(one, other) for one, other in zip(found[1], weighed, strict=True))
            same &= found[0] is None or np.array_equal(found[0].sure_mm, pairs.sure_mm)
            left = "handed back" if with_pairs else "left there"
            print(
                f"by {workers} processes, pairs {left}: {wall:.2f} s on the wall, {wall / single_wall:.2f} times that "
                f"of one piece ({single_wall:.2f} s); the same to the bit: {same}"
            )


def siting(state: CoverState, walk: Walk) -> None:
    """Choose among as many places as there are sources, on the real roads; each home counts its households."""
    households = np.maximum(state.houses.households, 0)
    for limit_m in (200, 400):
        pairs = walk.pairs(state.houses.places, state.sources.places, limit_mm=limit_m * 1000).surely()
        cover, grouping, _ = cpu(
            lambda pairs=pairs: cover_of(
                pairs.house, pairs.source, weight=households, candidates=len(state.sources.rows)
            )
        )
        for k in (10, 100, 433):
            limits = Limits.of(len(state.sources.rows), k)
            choice, choosing, _ = cpu(lambda cover=cover, limits=limits: cover_most(cover, limits))
            bound, bounding, _ = cpu(
                lambda cover=cover, limits=limits, choice=choice: upper_bound(cover, limits, choice)
            )
            print(
                f"siting, hose {limit_m} m, k = {k}: {choice.covered:,} of at most {bound:,} households, "
                f"{100 * choice.covered / bound:.2f} % of the bound (98); grouping {grouping:.2f} s, "
                f"choice {choosing:.2f} s, bound {bounding:.2f} s, together {grouping + choosing + bounding:.2f} s (2)"
            )


def _needs(state: CoverState) -> Needs:
    least, most = state.houses.least_lps, state.houses.most_lps
    none = np.zeros(len(least), np.int8)
    return Needs(least, most, none, (state.houses.edge >= 0).astype(np.uint8))
