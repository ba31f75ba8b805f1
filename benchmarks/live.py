"""How long an edit takes to reach 200 readers of `/live` on two workers, quiet and beside normal work; what it costs.

    DATABASE_URL=… python benchmarks/live.py [READERS] [EDITS]

The database must be set up and its data is edited (a flow of one hydrant, put back at the end), so give it one of your
own. Milliseconds are of this machine only; what they are compared with is a lone question to the same server.
"""

import json
import os
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
from processes import cpu_s, family

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")

PORT, WORKERS = 8479, 2
READERS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
EDITS = int(sys.argv[2]) if len(sys.argv) > 2 else 60
QUESTIONS = (
    "/api/nearest-water?lon=105.815&lat=21.003&mode=straight",
    "/ogc/collections/hydrants/items?limit=100",
    "/api/network",
    "/tiles/hydrants/14/13008/7212.mvt",
)


class Readers:
    """Sockets on the stream, read by one thread; keeps when each heard of each value."""

    def __init__(self, count: int) -> None:
        self.heard: dict[float, list[float]] = {}
        self.hellos = self.broken = 0
        self._selector = selectors.DefaultSelector()
        self._pieces: dict[socket.socket, bytes] = {}
        for _ in range(count):
            link = socket.create_connection(("127.0.0.1", PORT))
            link.sendall(f"GET /live?lang=vi HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n\r\n".encode())
            link.setblocking(False)
            self._selector.register(link, selectors.EVENT_READ)
            self._pieces[link] = b""
        self.open = count
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while self.open:
            for key, _ in self._selector.select():
                link = key.fileobj
                data, now = link.recv(65536), time.perf_counter()
                if not data:
                    self._selector.unregister(link)
                    self.open -= 1
                    continue
                *whole, self._pieces[link] = (self._pieces[link] + data).split(b"\n\n")
                for block in whole:
                    self._take(block, now)

    def _take(self, block: bytes, now: float) -> None:
        if b"event: hello" in block:
            self.hellos += 1
        elif b"event: change" in block:
            line = next(line for line in block.splitlines() if line.startswith(b"data: "))
            for change in json.loads(line[6:])["changes"]:
                value = change["sentence"].partition("lưu lượng ")[2].partition(" L/s")[0].replace(",", ".")
                self.heard.setdefault(float(value.replace(" ", "").replace("\xa0", "")), []).append(now)


def servers() -> subprocess.Popen[bytes]:
    command = ["-m", "granian", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(PORT)]
    more = ["--workers", str(WORKERS), "--no-ws", "--log-level", "warning", "gis_core.asgi:application"]
    process = subprocess.Popen([sys.executable, *command, *more], cwd=ROOT, env={**os.environ, "THUYLO_HTTPS": "0"})
    try:
        _warm()
    except BaseException:
        process.terminate()
        raise
    return process


def _warm() -> None:
    for _ in range(600):
        try:
            ask("/api/vehicles")
        except OSError:
            time.sleep(0.1)
        else:
            break
    for _ in range(40):  # both workers are warm
        for question in QUESTIONS:
            ask(question)


def ask(path: str) -> float:
    begun = time.perf_counter()
    urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=60).read()
    return time.perf_counter() - begun


def memory_mb(pid: int) -> float:
    """What the workers have for themselves: Pss counts a shared page once."""
    return (
        sum(
            int(line.split()[1])
            for worker in family(pid)[1:]
            for line in Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines()
            if line.startswith("Pss:")
        )
        / 1024
    )


def edits(link: psycopg.Connection[tuple[object, ...]], first: int, readers: Readers) -> Iterator[float]:
    """Edit one hydrant again and again; give the milliseconds until each reader heard of it."""
    for number in range(first, first + EDITS):
        committed = time.perf_counter()
        link.execute(
            "UPDATE hydrants_hydrant SET flow_lps = %s WHERE id = (SELECT min(id) FROM hydrants_hydrant)", [number]
        )
        deadline = time.perf_counter() + 10
        while len(readers.heard.get(number, ())) < readers.open and time.perf_counter() < deadline:
            time.sleep(0.005)
        heard = readers.heard.get(number, [])
        readers.broken += readers.open - len(heard)
        yield from ((at - committed) * 1000 for at in heard)
        time.sleep(0.1)


def told(name: str, ms: list[float], readers: Readers) -> None:
    cuts = statistics.quantiles(ms, n=100)
    print(f"{name}: {len(ms)} events, p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms;"
          f" not heard in 10 s: {readers.broken}")  # fmt: skip


def main() -> None:
    process = servers()
    try:
        measure(process)
    finally:
        process.terminate()
        process.wait(30)


def measure(process: subprocess.Popen[bytes]) -> None:
    link = psycopg.connect(os.environ["DATABASE_URL"].replace("postgis:", "postgresql:"), autocommit=True)
    (kept,) = link.execute("SELECT flow_lps FROM hydrants_hydrant ORDER BY id LIMIT 1").fetchone() or (None,)
    before_mb = memory_mb(process.pid)
    lone = statistics.median(ask(QUESTIONS[0]) for _ in range(50)) * 1000
    readers = Readers(READERS)
    while readers.hellos < READERS:
        time.sleep(0.05)
    print(f"{READERS} readers on {WORKERS} workers; a lone question takes {lone:.1f} ms")
    print(f"memory of the workers: {before_mb:.0f} MB before, {memory_mb(process.pid):.0f} MB with the readers")
    quiet_s, begun = cpu_s(process.pid), time.perf_counter()
    time.sleep(10)
    used = (cpu_s(process.pid) - quiet_s) / (time.perf_counter() - begun)
    print(f"processor while nothing changes: {100 * used:.2f} % of a core")
    edited_s = cpu_s(process.pid)
    told("quiet", list(edits(link, 1_000, readers)), readers)
    each_ms = 1000 * (cpu_s(process.pid) - edited_s) / EDITS
    print(f"processor of the workers for one event to all readers: {each_ms:.1f} ms")
    work_ends, asked = threading.Event(), []

    def work() -> None:
        while not work_ends.is_set():
            for question in QUESTIONS:
                asked.append(ask(question))
                time.sleep(0.02)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    told("beside work", list(edits(link, 2_000, readers)), readers)
    work_ends.set()
    for worker in workers:
        worker.join()
    print(f"the work meanwhile: {len(asked)} questions, median {statistics.median(asked) * 1000:.1f} ms"
          f" ({statistics.median(asked) * 1000 / lone:.1f} times a lone one)")  # fmt: skip
    print(f"memory at the end: {memory_mb(process.pid):.0f} MB")
    link.execute("UPDATE hydrants_hydrant SET flow_lps = %s WHERE id = (SELECT min(id) FROM hydrants_hydrant)", [kept])
    begun = time.perf_counter()
    process.send_signal(signal.SIGTERM)
    while readers.open and time.perf_counter() - begun < 30:
        time.sleep(0.005)
    print(f"all streams ended {1000 * (time.perf_counter() - begun):.0f} ms after the server was told to")


if __name__ == "__main__":
    main()
