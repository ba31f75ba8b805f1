"""Edits that commit, seen by other connections, threads and processes."""

import fcntl
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock, Thread

import numpy as np
import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from gis_core.problems import STATUS_BY_ERROR
from routes.models import Road
from routes.network import live, mapped
from routes.network.live import LiveNetwork, NoNetwork
from tests.db.routes.network.conftest import same
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan():
    drawn = Sketch("A....B....C")
    drawn.road("AB", clear_width_m=3.5)
    drawn.road("BC")
    return drawn


def in_thread(work):
    """Run in a thread with a connection of its own."""
    box = []

    def run():
        try:
            box.append(work())
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(30)
    return box[0]


def test_versions_come_in_the_order_of_the_commits(plan, network):
    """The first to edit commits last: who follows in between must not take its number for seen."""
    before = network()
    edited, may_commit = Event(), Event()

    def first():
        with transaction.atomic():
            Road.objects.filter(ref="AB").update(clear_width_m=2.0)
            edited.set()
            may_commit.wait(30)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(lambda: (first(), connection.close()))
        edited.wait(30)
        plan.restriction("B", on="BC", ref="second")
        between = network()
        may_commit.set()
        running.result(30)
    after = network()
    assert (between.version, after.version) == (before.version + 1, before.version + 2)
    assert (between.roads.value[0, 0], after.roads.value[0, 0]) == (3.5, 2.0)
    assert len(between.standings.records) == 1


def test_a_transaction_is_one_version_and_a_rolled_back_one_none(plan, network):
    before = network()
    with transaction.atomic():
        plan.restriction("B", on="AB", ref="one")
        plan.restriction("C", on="BC", ref="two")
    assert network().version == before.version + 1
    transaction.set_autocommit(False)
    plan.restriction("A", on="AB", ref="three")
    transaction.rollback()
    transaction.set_autocommit(True)
    assert network().version == before.version + 1
    assert len(network().standings.records) == 2


def test_threads_get_one_network_between_them(plan):
    seen = LiveNetwork()

    def ask():
        return in_thread(lambda: seen.current().network)

    with ThreadPoolExecutor(6) as pool:
        first = list(pool.map(lambda _: ask(), range(12)))
        plan.restriction("B", on="AB")
        then = list(pool.map(lambda _: ask(), range(12)))
    assert len(set(map(id, first))) == 1
    assert len(set(map(id, then))) == 1
    assert len(then[0].standings.records) == 1


def test_a_road_drawn_anew_is_gone_at_once_and_back_when_the_graph_is_built(plan, monkeypatch):
    may_build, load = Event(), live.load
    seen = LiveNetwork()
    seen.current()
    monkeypatch.setattr(live, "load", lambda: (may_build.wait(30), load())[1])
    Road.objects.filter(ref="AB").update(end_node=ord("C"))
    plan.road("CA")
    during = seen.current().network
    assert during.rebuilding
    assert during.roads.gone.tolist() == [True, False]
    plan.restriction("C", on="BC")
    assert len(seen.current().network.standings.records) == 1
    may_build.set()
    seen._rebuilder.join(30)
    after = seen.current().network
    assert not after.rebuilding
    assert after.roads.gone.tolist() == [False] * 3
    assert same(after, LiveNetwork().current().network)


def test_a_restriction_on_a_road_that_is_not_built_yet_stands_on_no_other(plan, monkeypatch):
    seen = LiveNetwork()
    seen.current()
    monkeypatch.setattr(LiveNetwork, "_rebuild_in_background", lambda self: None)
    plan.road("CB", ref="new")
    plan.restriction("B", on="new", shift_m=(15.0, 0.5))
    during = seen.current().network
    assert (len(during.standings.records), len(during.standings.from_mm)) == (1, 1)
    assert during.standings.in_doubt.all()


def test_what_stood_on_a_road_that_is_gone_stands_on_the_next_one_at_once(plan, monkeypatch):
    monkeypatch.setattr(LiveNetwork, "_rebuild_in_background", lambda self: None)
    plan.restriction("B", ref="free", shift_m=(-5.0, 4.0))
    plan.restriction("B", ref="recorded", on="AB", shift_m=(-5.0, 0.0))
    seen = LiveNetwork()
    seen.current()
    Road.objects.get(ref="AB").delete()
    during = seen.current().network
    built = LiveNetwork().current().network
    assert during.rebuilding
    assert during.standings.first.tolist() == [0, 0, 2]
    assert during.standings.from_mm.tolist() == built.standings.from_mm.tolist() == [0, 0]


def test_without_an_answer_of_the_store_the_last_network_is_called_stale(plan, network, monkeypatch):
    seen = LiveNetwork()
    known = seen.current()
    assert (known.stale, known.reason) == (False, "")

    def fail():
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(live, "read_stamp", fail)
    last = seen.current()
    assert last.network is known.network
    assert last.stale
    assert last.reason
    with pytest.raises(NoNetwork):
        LiveNetwork().current()
    assert STATUS_BY_ERROR[NoNetwork.__mro__[1]] == 503


def test_a_statement_that_takes_too_long_makes_stale_not_wrong(plan):
    seen = LiveNetwork()
    seen.current()
    plan.restriction("B", on="AB")
    locked, done = Event(), Event()

    def lock():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE routes_networkversion IN ACCESS EXCLUSIVE MODE")
            locked.set()
            done.wait(30)
        connection.close()

    thread = Thread(target=lock)
    thread.start()
    locked.wait(30)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 50")
    try:
        assert seen.current().stale
    finally:
        done.set()
        thread.join(30)
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    assert len(seen.current().network.standings.records) == 1


# The memory map ------------------------------------------------------------------------------------------------------


def test_processes_map_the_same_read_only_files(plan):
    first, second = LiveNetwork().current().network, LiveNetwork().current().network
    directories = [path for path in (settings.RUN_DIR / "network").iterdir() if path.is_dir()]
    assert len(directories) == 1
    for network in (first, second):
        xy = network.topology.vertex_xy
        assert not xy.flags.writeable
        assert isinstance(xy.base, np.memmap)
        assert xy.base.filename == directories[0] / "topology.vertex_xy.npy"
    assert same(first, second)


def test_a_map_of_an_older_version_is_used_with_what_changed_since(plan):
    LiveNetwork().current()
    Road.objects.filter(ref="AB").update(clear_width_m=2.0, name="Ngõ 29")
    plan.restriction("B", on="AB")
    from_map = LiveNetwork().current().network
    (directory,) = [path for path in (settings.RUN_DIR / "network").iterdir() if path.is_dir()]
    directory.rename(directory.with_name("elsewhere"))
    read = LiveNetwork().current().network
    assert from_map.roads.name[0] == read.roads.name[0] == "Ngõ 29"
    assert np.array_equal(from_map.roads.limits, read.roads.limits)
    assert from_map.topology.version < read.topology.version


def test_landmarks_of_an_older_version_do_not_outlive_a_faster_class(plan):
    plan.road("AC", ref="fast", highway="tertiary", geom=plan._geometry("ABC"))
    seen = LiveNetwork()
    seen.current()
    Road.objects.filter(ref="AB").update(highway="tertiary")
    opened = LiveNetwork().current().network
    seen.current()
    seen._rebuilder.join(30)
    rebuilt = seen.current().network
    assert not rebuilt.rebuilding
    for network in (opened, rebuilt):
        assert network.topology.version == network.version
        assert network.topology.landmark_ms.shape[1] > 0
        assert same(network, opened)


@pytest.mark.parametrize("left", [None, b"", b"nothing"])
def test_damaged_files_are_read_from_the_store_and_written_anew(plan, left):
    whole = LiveNetwork().current().network
    (directory,) = [path for path in (settings.RUN_DIR / "network").iterdir() if path.is_dir()]
    (directory / "roads.limits.npy").unlink()
    if left is not None:
        (directory / "roads.limits.npy").write_bytes(left)
    assert same(LiveNetwork().current().network, whole)
    assert isinstance(LiveNetwork().current().network.roads.limits.base, np.memmap)
    assert np.array_equal(np.load(directory / "roads.limits.npy"), whole.roads.limits)


def test_the_last_two_versions_are_kept(plan):
    for n in range(4):
        plan.road("AC", ref=f"more {n}")
        LiveNetwork().current()
    directories = [path for path in (settings.RUN_DIR / "network").iterdir() if path.is_dir()]
    assert len(directories) == 2


def test_of_all_databases_and_of_older_code_only_the_newest_directories_are_kept(plan, tmp_path):
    LiveNetwork().current()
    files = tmp_path / "network"
    (own,) = [path for path in files.iterdir() if path.is_dir()]
    for n in range(9):
        other = files / f"{n:016x}-1-{n}"
        other.mkdir()
        os.utime(other, ns=(n, n))
    plan.road("AC")
    LiveNetwork().current()
    kept = {path.name for path in files.iterdir() if path.is_dir()}
    assert len(kept) == mapped._KEPT_OF_ALL
    assert own.name in kept
    assert f"{8:016x}-1-8" in kept


def test_other_code_leaves_the_files_alone(plan, monkeypatch, tmp_path):
    LiveNetwork().current()
    monkeypatch.setattr(mapped, "_code", lambda: "another")
    LiveNetwork().current()
    names = {path.name.split("-")[0] for path in (tmp_path / "network").iterdir() if path.is_dir()}
    assert len(names) == 2


def test_files_without_their_version_are_read_from_the_store_and_written_anew(plan):
    whole = LiveNetwork().current().network
    (directory,) = [path for path in (settings.RUN_DIR / "network").iterdir() if path.is_dir()]
    (directory / "about.json").write_text("{}")
    assert same(LiveNetwork().current().network, whole)


def test_a_network_that_nobody_edited_writes_no_file(tmp_path):
    """Version 0 without a transaction is the state of any database that is new, whatever it holds."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM routes_networkchange; DELETE FROM routes_networkversion")
    assert LiveNetwork().current().network.version == 0
    assert not [path for path in (tmp_path / "network").iterdir() if path.is_dir()]


def test_a_process_forked_while_files_are_written_does_not_keep_the_lock(tmp_path):
    waiting, telling = os.pipe()
    with mapped.maps():
        child = os.fork()
        if not child:
            os.close(telling)
            os.read(waiting, 1)
            os._exit(0)
    try:
        with (tmp_path / "network" / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(telling)
        os.waitpid(child, 0)
        os.close(waiting)


def test_without_a_place_to_write_each_process_keeps_the_roads_for_itself(plan, tmp_path):
    (tmp_path / "network").write_text("in the way")
    seen = LiveNetwork().current().network
    assert len(seen.topology.edge_id) == 2
    assert not isinstance(seen.topology.vertex_xy.base, np.memmap)


def test_what_a_transaction_sees_is_not_written_for_others(plan):
    with transaction.atomic():
        plan.road("CA")
        assert len(LiveNetwork().current().network.topology.edge_id) == 3
        transaction.set_rollback(True)
    assert not (settings.RUN_DIR / "network").exists()
    assert len(LiveNetwork().current().network.topology.edge_id) == 2


def test_another_database_has_other_files():
    name = mapped._database()
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid::text FROM pg_database WHERE datname = current_database()")
        (oid,) = cursor.fetchone()
    assert oid not in name
    assert len(name) == 16


def test_a_forked_process_has_its_own_lock(plan):
    live.live_network().current()
    parent = live.live_network()
    parent._lock.acquire()
    try:
        child = os.fork()
        if not child:
            fresh = live.live_network()
            os._exit(0 if fresh is not parent and fresh._lock.acquire(blocking=False) else 1)
        assert os.waitpid(child, 0)[1] == 0
    finally:
        parent._lock.release()


# Four processes ------------------------------------------------------------------------------------------------------

WORKER = """
    import sys
    from pathlib import Path
    import django
    django.setup()
    from django.conf import settings
    from django.db import connection
    connection.settings_dict["NAME"], settings.RUN_DIR = sys.argv[1], Path(sys.argv[2])
    from routes.models import AccessRestriction, Road
    from routes.network.live import live_network

    def edit(kind, pk, width_m):
        model = Road if kind == "road" else AccessRestriction
        return model.objects.filter(pk=pk).update(clear_width_m=width_m)

    def ask(kind, pk, _):
        network = live_network().current().network
        if kind == "road":
            return float(network.roads.value[network.topology.edge_id.tolist().index(int(pk)), 0])
        (record,) = (record for record in network.standings.records if record.restriction_id == int(pk))
        return record.obstacle.limits["width"].value

    for line in sys.stdin:
        what, *words = line.split()
        print({"edit": edit, "ask": ask}[what](*words), flush=True)
"""


class Worker:
    """A process with the service's code in it; does one thing at a time."""

    def __init__(self, run_dir):
        self._busy = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WORKER), connection.settings_dict["NAME"], str(run_dir)],
            cwd=settings.BASE_DIR, env={**os.environ, "DJANGO_SETTINGS_MODULE": "gis_core.settings"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def do(self, *words):
        with self._busy:
            self._process.stdin.write(" ".join(map(str, words)) + "\n")
            self._process.stdin.flush()
            return float(self._process.stdout.readline())

    def close(self):
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


def test_four_processes_and_800_edits_none_stale(tmp_path):
    """Each edit is followed at once by a question to another process, while the other two edit and ask too."""
    plan = Sketch("A....B....C")
    things = [("road", plan.road("AB", ref=f"road {n}").pk) for n in range(4)]
    things += [("gate", plan.restriction("B", on=f"road {n}", ref=f"gate {n}").pk) for n in range(4)]
    workers = [Worker(tmp_path) for _ in range(4)]

    def edit_and_ask(share):
        wrong = []
        for n in range(200):
            kind, pk = things[share + 4 * (n % 2)]
            width_m = 1.0 + n / 1000
            workers[share].do("edit", kind, pk, width_m)
            seen_m = workers[(share + 1 + n % 3) % 4].do("ask", kind, pk, 0)
            wrong += [(n, kind, width_m, seen_m)] if seen_m != width_m else []
        return wrong

    try:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(edit_and_ask, range(4)))
    finally:
        for worker in workers:
            worker.close()
    assert answers == [[]] * 4
