"""The same coverage from two processes as from one, to the bit; and what happens when the cluster is no help."""

from io import StringIO

import numpy as np
import pytest
from distributed import Client, LocalCluster
from django.core.management import CommandError, call_command
from django.utils import timezone

from hydrants.models import Hydrant
from routes.coverage import on_dask
from routes.coverage.computing import at_once
from routes.coverage.models import BuildingCoverage, CoverageRun, WardCoverage
from routes.coverage.on_dask import ClusterLost, computing_on, results, workers_at
from routes.coverage.partitioned import HaloTooSmall, Parts
from routes.coverage.running import run_by, run_whole
from routes.coverage.state import whole_of as whole_of_state
from tests.cities import town, whole_of
from tests.db.routes.coverage.test_following import stored
from tests.unit.routes.test_partitioned import assert_same


@pytest.mark.parametrize("seed", [1, 2])
def test_two_workers_come_to_what_one_run_comes_to_in_a_town(two_workers, seed):
    whole, told = whole_of(town(seed), seed), []
    by = computing_on(two_workers, most=150, with_pairs=True, tell=lambda *parts: told.append(parts))
    assert_same(by(whole), at_once(whole))
    assert len(told) > 10
    assert told == [(n + 1, len(told)) for n in range(len(told))]


def test_a_halo_too_small_fails_there_too(two_workers):
    parts = Parts.of(whole_of(town(3), 3), most=200, halo_m=100.0)
    with pytest.raises(HaloTooSmall, match="Nothing was stored") as raised:
        list(results(two_workers, parts))
    assert raised.value.params["halo_m"] == 100.0


@pytest.mark.real_data
@pytest.mark.django_db
def test_two_workers_come_to_what_one_run_comes_to_on_real_roads(centre, two_workers):
    at = timezone.now()
    state, _ = run_whole(at=at)
    single = stored()
    whole = whole_of_state(state.network, state.walk, state.houses, state.sources, state.rules)
    found = computing_on(two_workers, most=500, with_pairs=True)(whole)
    assert_same(found, (state.store.base, state.weighed))
    assert len(found[0]) > 20_000
    for model in (BuildingCoverage, WardCoverage, CoverageRun):
        model.objects.all().delete()
    done = run_by(computing_on(two_workers, most=500), at=at)
    assert (done.houses, done.whole) == (len(single[0]), True)
    assert stored() == single
    assert BuildingCoverage.objects.values("coverage").distinct().count() == 4


@pytest.mark.real_data
@pytest.mark.django_db
def test_the_command_computes_on_a_cluster_given_by_its_address(centre, two_workers):
    out = StringIO()
    call_command("coverage", partitioned=True, scheduler=two_workers.scheduler.address, stdout=out)
    assert "parts: 1 of 1" in out.getvalue()
    assert "all computed: 4,000 houses" in out.getvalue()
    assert BuildingCoverage.objects.count() == 4_000
    # The cluster is somebody else's, and runs on.
    assert len(two_workers.nthreads()) == 2


@pytest.mark.real_data
@pytest.mark.django_db
def test_a_run_broken_off_leaves_everything_as_it_was_and_can_be_begun_again(centre, two_workers):
    run_whole(at=timezone.now())
    before = stored(), CoverageRun.objects.count()
    Hydrant.objects.update(status="faulty")

    def break_off(done, of):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_by(computing_on(two_workers, most=500, tell=break_off), at=timezone.now())
    assert (stored(), CoverageRun.objects.count()) == before
    run_by(computing_on(two_workers, most=500), at=timezone.now())
    assert stored() != before[0]
    assert not BuildingCoverage.objects.filter(coverage="covered").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x", "tcp://127.0.0.1:port"])
def test_an_address_at_which_no_scheduler_is_is_said(address, monkeypatch):
    monkeypatch.setattr(on_dask, "_ANSWER_S", 0.5)
    with pytest.raises(CommandError, match=f"No Dask scheduler answers at {address}"):
        call_command("coverage", partitioned=True, scheduler=address)
    assert not CoverageRun.objects.exists()


def test_a_cluster_without_workers_is_said_before_and_meanwhile(monkeypatch):
    monkeypatch.setattr(on_dask, "_ANSWER_S", 0.5)
    monkeypatch.setattr(on_dask, "_LOOK_S", 0.2)
    whole = whole_of(town(1), 1)
    with LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as cluster:
        with pytest.raises(on_dask.NoCluster, match="has no workers"), workers_at(cluster.scheduler_address):
            pass
        with Client(cluster) as client, pytest.raises(ClusterLost, match="no workers any more"):
            computing_on(client)(whole)


@pytest.mark.parametrize(
    "options", [{"workers": 2}, {"scheduler": "tcp://127.0.0.1:1"}, {"partitioned": True, "workers": 0}]
)
def test_options_that_do_not_fit_are_refused(options):
    with pytest.raises(CommandError, match=r"--partitioned|from 1 on"):
        call_command("coverage", **options)


def test_pairs_are_left_with_the_workers_unless_asked_for(two_workers):
    whole = whole_of(town(1), 1)
    pairs, weighed = computing_on(two_workers, most=500)(whole)
    assert pairs is None
    assert np.array_equal(weighed.level, at_once(whole)[1].level)
