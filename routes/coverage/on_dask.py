"""The parts of coverage computed by the processes of a Dask cluster, one made on this machine or one that runs already.

Nothing is stored before all parts are there, so that whatever happens to the cluster leaves the tables as they were.
"""

import gc
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, TypeAlias

from distributed import CancelledError, Client, Future, KilledWorker, LocalCluster, wait
from distributed.client import FIRST_COMPLETED

from gis_core.errors import Unavailable
from routes.coverage.computing import Computing, Whole
from routes.coverage.partitioned import HOUSES_A_PART, OtherProgram, PartDone, Parts, merged, program_mark
from routes.engine.covering import CoverPairs
from routes.engine.weighing import Weighed

_ANSWER_S: Final = 10
"""So long a scheduler may take to answer, and to have a worker."""
_LOOK_S: Final = 5
"""After so long without a part that is done it is looked whether there is still anybody to do it."""
_AHEAD: Final = 2
"""Parts a worker that are with the cluster: one being computed, one to go on with."""

logging.getLogger("distributed").setLevel(logging.ERROR)  # it tells of every worker that comes and goes

Tell = Callable[[int, int], None]
AFuture: TypeAlias = "Future[Any]"


class NoCluster(Unavailable):
    """No scheduler is at the address, or it has no workers."""

    code = "no-cluster"
    title = "There is no Dask cluster"


class ClusterLost(Unavailable):
    """The cluster went away while it computed."""

    code = "cluster-lost"
    title = "The Dask cluster is lost"


@contextmanager
def local_workers(count: int) -> Iterator[Client]:
    """Start so many processes on this machine, reachable from it only, and end them behind it; for a main thread."""
    with _deaf():
        cluster = LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # else it asks for one port, which another may have
            silence_logs=logging.ERROR,
        )
    with cluster, Client(cluster) as client:
        yield client


@contextmanager
def _deaf() -> Iterator[None]:
    """Begin processes that do not hear Ctrl-C: a terminal sends it to them too, and we end them in order."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def workers_at(address: str) -> Iterator[Client]:
    """Use the workers of a scheduler, ``tcp://host:8786`` or ``tls://…``; they run on after it.

    Raises
    ------
    NoCluster
    """
    client = _client_of(address)
    if client is None:
        # One that could not connect ends when it is collected; in the thread that the next one begins, both would wait.
        gc.collect()
        raise NoCluster("No Dask scheduler answers at %(address)s.", address=address)
    with client:
        try:
            client.wait_for_workers(1, timeout=_ANSWER_S)
        except TimeoutError as error:
            raise NoCluster("The Dask scheduler at %(address)s has no workers.", address=address) from error
        yield client


def _client_of(address: str) -> Client | None:
    try:
        return Client(address, timeout=_ANSWER_S)
    except (OSError, ValueError):
        return None


def computing_on(
    client: Client, *, most: int = HOUSES_A_PART, with_pairs: bool = False, tell: Tell = lambda _done, _of: None
) -> Computing:
    """Compute on a cluster; `tell` hears how many parts are done.

    Raises, when it computes
    ------------------------
    HaloTooSmall, OtherProgram, ClusterLost
    """

    def compute(whole: Whole) -> tuple[CoverPairs | None, Weighed]:
        parts = Parts.of(whole, most=most, with_pairs=with_pairs)
        return merged(len(whole.houses), results(client, parts, tell))

    return compute


def results(client: Client, parts: Parts, tell: Tell = lambda _done, _of: None) -> Iterator[PartDone]:
    """Give the parts as they are done, in any order; few are with the cluster at once, so that few are in memory."""
    with _losing_the_cluster():
        room = _AHEAD * max(len(_workers(client)), 1)
    waiting, running, task, mark = iter(parts), set[AFuture](), _task(), program_mark()
    for done in range(1, len(parts) + 1):
        some = islice(waiting, room - len(running))
        running |= {client.submit(task, mark, part.packed(), pure=False) for part in some}
        future = _first(client, running)
        running.remove(future)
        with _losing_the_cluster():
            part: PartDone = future.result()
        tell(done, len(parts))
        yield part


def _task() -> Callable[[str, bytes], Any]:
    # A scheduler reads what is sent through it, and need not have our sources: so a part travels as bytes, and a local
    # function as code, in which no type of ours may be named.
    def task(program: str, packed: bytes) -> Any:
        from routes.coverage.partitioned import compute_packed  # noqa: PLC0415 - that of the worker

        return compute_packed(program, packed)

    return task


def _first(client: Client, running: set[AFuture]) -> AFuture:
    while True:
        with _losing_the_cluster():
            try:
                return next(iter(wait(running, timeout=_LOOK_S, return_when=FIRST_COMPLETED).done))
            except TimeoutError:
                if client.status != "running" or not _workers(client):
                    raise ClusterLost("The Dask cluster has no workers any more. Nothing was stored.") from None


@contextmanager
def _losing_the_cluster() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise OtherProgram("A worker does not find this program; start it from the same sources.") from error
    except (CancelledError, KilledWorker, OSError) as error:
        raise ClusterLost("The Dask cluster broke down while it computed. Nothing was stored.") from error


def _workers(client: Client) -> dict[str, Any]:
    workers: dict[str, Any] = client.scheduler_info()["workers"]
    return workers
