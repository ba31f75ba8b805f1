"""The four servers: how each is started on a free port of loopback, asked, and stopped.

All have one worker process and eight connections to the database. The WSGI apps have eight threads; tipg runs its
event loop as its documentation says; Thủy Lộ is started by script/server with WEB_WORKERS=1, production settings.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from city import PROJECT, libpq_url
from processes import cpu_s, family, memory_kb

HERE = Path(__file__).resolve().parent
RUN = Path(os.environ.get("THUYLO_RUN_DIR", PROJECT / ".run"))
TIPG_HOME = RUN / "bench-tipg"
THREADS = 8
START_LIMIT_S = 120
SETTLE_LIMIT_S = 120
QUIET_S, QUIET_SHARE = 3, 0.05
"""A server is settled that takes less than this share of a core for so long."""
STOP_LIMIT_S = 20


class ContenderMissingError(Exception):
    """A contender cannot take part; the message says why."""


@dataclass(frozen=True)
class Contender:
    """A running server: its name, port, main process, and where it serves what.

    `paths` are templates with `{box}`, `{id}` and so on; a work that a contender has no path for leaves it out.
    """

    name: str
    port: int
    pid: int
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def worker(self) -> int:
        """The process that answers: the largest of those below the one that was started."""
        return max(family(self.pid), key=lambda pid: memory_kb(pid, "VmRSS"))


@contextmanager
def running(database: str) -> Iterator[tuple[dict[str, Contender], dict[str, str]]]:
    """Start all contenders; give those that run by name, and why the others do not."""
    started: dict[str, Contender] = {}
    missing: dict[str, str] = {}
    with ExitStack() as stack:
        for name, start in (("ours", _ours), ("limit", _limit), ("drf", _drf), ("tipg", _tipg)):
            print(f"· starting {name}", flush=True)
            try:
                started[name] = stack.enter_context(start(database))
            except (ContenderMissingError, subprocess.CalledProcessError) as why:
                missing[name] = str(why)
                print(f"! {name} does not take part: {why}", flush=True)
        for contender in started.values():
            _let_settle(contender)
        yield started, missing


def _ours(database: str) -> AbstractContextManager[Contender]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("THUYLO_") or name == "THUYLO_RUN_DIR"
    }
    return _server(
        "ours",
        ["script/server"],
        folder=PROJECT,
        environment=clean
        | {"DATABASE_URL": database, "THUYLO_HTTPS": "0", "WEB_WORKERS": "1"}
        # Usually fewer downloads at once than the 8 clients ask for, so that connections are left for questions.
        | {"THUYLO_EXPORTS_AT_ONCE": str(THREADS)},
        probe="/ogc/conformance",
        paths={
            "items": "/ogc/collections/hydrants/items?limit=1000&bbox={box}",
            "pages": "/ogc/collections/hydrants/items?limit=1000",
            "item": "/ogc/collections/hydrants/items/{id}",
            "whole": "/exports/hydrants.geojson",
            "tile": "/tiles/{layer}/{z}/{x}/{y}.mvt",
            "export": "/exports/hydrants.{suffix}",
        },
    )


def _limit(database: str) -> AbstractContextManager[Contender]:
    return _server(
        "limit",
        _granian("ogc_limit"),
        folder=HERE,
        environment=os.environ | {"BENCH_DATABASE": libpq_url(database)},
        probe="/",
        paths={
            "items": "/items?bbox={box}",
            "item": "/items/{id}",
            "whole": "/whole",
            "tile": "/tiles/{layer}/{z}/{x}/{y}",
            "version": "/version",
            "constant": "/",
        },
    )


def _drf(database: str) -> AbstractContextManager[Contender]:
    return _server(
        "drf",
        _granian("drf_gis"),
        folder=HERE,
        environment=os.environ | {"BENCH_DATABASE": database},
        probe="/items?limit=1",
        paths={"items": "/items?limit=1000&in_bbox={box}", "item": "/items/{id}"},
    )


def _tipg(database: str) -> AbstractContextManager[Contender]:
    python = _install_tipg()
    settings = {
        "DATABASE_URL": with_host(database),
        "TIPG_DB_SCHEMAS": '["bench"]',
        "DB_MIN_CONN_SIZE": str(THREADS),
        "DB_MAX_CONN_SIZE": str(THREADS),
    }
    return _server(
        "tipg",
        [str(python), "-m", "uvicorn", "tipg.main:app", "--host", "127.0.0.1", "--port", "{port}", "--workers", "1",
         "--log-level", "warning", "--no-access-log"],
        folder=RUN,
        environment=os.environ | settings,
        probe="/collections/bench.hydrants",
        paths={
            "items": "/collections/bench.hydrants/items?limit=1000&bbox={box}",
            "item": "/collections/bench.hydrants/items/{id}",
        },
    )  # fmt: skip


def _granian(module: str) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}",
        "--workers", "1", "--blocking-threads", str(THREADS), "--workers-kill-timeout", "2", "--log-level", "warning",
        f"{module}:application",
    ]  # fmt: skip


def _install_tipg() -> Path:
    """Make tipg's own environment from tipg.txt, unless it holds just that already."""
    python, wanted, stamp = TIPG_HOME / "bin/python", (HERE / "tipg.txt").read_text(), TIPG_HOME / "installed.txt"
    if not (stamp.exists() and stamp.read_text() == wanted):
        print("· installing tipg", flush=True)
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(TIPG_HOME)], check=True, capture_output=True)
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
            subprocess.run(
                [*pip, "--only-binary", ":all:", "-r", str(HERE / "tipg.txt")],
                check=True,
                capture_output=True,
                text=True,
            )
        except subprocess.CalledProcessError as failed:
            said = str(failed.stderr).strip().splitlines()
            raise ContenderMissingError(f"tipg could not be installed: {said[-1] if said else failed}") from failed
        stamp.write_text(wanted)
    return python


def with_host(database: str) -> str:
    """Move the socket's folder from `?host=` to where tipg looks for a host."""
    parts = urlsplit(database)
    given = parse_qs(parts.query)
    if "host" not in given:
        return libpq_url(database)
    user = f"{parts.username}:{parts.password or ''}@" if parts.username else ""
    port = given.get("port", [str(parts.port or 5432)])[0]
    return f"postgresql://{user}{quote(given['host'][0], safe='')}:{port}{parts.path}"


@contextmanager
def _server(
    name: str, command: list[str], *, folder: Path, environment: Mapping[str, str], probe: str, paths: dict[str, str]
) -> Iterator[Contender]:
    port = _free_port()
    log = RUN / f"bench-{name}.log"
    log.touch(mode=0o600)  # script/server tells the demo accounts' passwords
    with log.open("wb") as said:
        # A session of its own: Ctrl-C reaches this process alone, which then stops the servers one by one.
        process = subprocess.Popen(
            [part.format(port=port) for part in command], cwd=folder, env={**environment, "PORT": str(port)},
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        try:
            _await(process, port, probe, log)
            yield Contender(name, port, process.pid, paths)
        finally:
            _stop(process)


def _await(process: subprocess.Popen[bytes], port: int, probe: str, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if _answers(port, probe):
            return
        time.sleep(0.1)
    end = " | ".join(log.read_text(errors="replace").strip().splitlines()[-3:])
    raise ContenderMissingError(f"it did not start: {end} (all of it in {log})")


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            return link.recv(100).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to stop; then end what is left of what it had started."""
    started = family(process.pid) if process.poll() is None else []
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        for pid in started:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def _let_settle(contender: Contender) -> None:
    """Wait until a server has done what it does at its start: ours reads the roads, and puts them on grids of tiles."""
    deadline = time.monotonic() + SETTLE_LIMIT_S
    spent_s = cpu_s(contender.pid)
    while time.monotonic() < deadline:
        time.sleep(QUIET_S)
        before_s, spent_s = spent_s, cpu_s(contender.pid)
        if spent_s - before_s < QUIET_SHARE * QUIET_S:
            return
    print(f"! {contender.name} is still at work {SETTLE_LIMIT_S} s after its start; its figures suffer", flush=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
