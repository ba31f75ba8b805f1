"""The map page in Chromium: 24,690 real ways, 300,000 houses and 100,000 hydrants beside them.

    DATABASE_URL=… .venv/bin/python benchmarks/map [--houses N] [--keep] [--database NAME] [--rounds N]

It fills a database of its own in that cluster, serves it, and drops it at the end unless told to keep it; a kept one is
used again with --database. What is measured is wall time on the machine as it is, so the load is printed beside it, and
processor time, which a busy machine does not stretch.
"""

import argparse
import http.client
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from urllib.parse import urlsplit, urlunsplit

import psycopg
from look import Moving, Opening, chromium, opening, panning, zooming
from psycopg import sql
from town import CENTRE, HOUSES, PROJECT, fill

PORT = 18_642
CHROMIUM = os.environ.get("THUYLO_CHROMIUM") or "/usr/bin/chromium"
GROUND = "/tiles/administrative-units,water-bodies,hydrants/{}.mvt?attributes=drawing"
NEAR = "/tiles/administrative-units,water-bodies,buildings,hydrants/{}.mvt?attributes=drawing"
WAYS = "/tiles/ways/{}.mvt?vehicle=engine-large"


def main() -> None:
    given = _arguments()
    # Ended from outside, it takes its server along: two on one port would share the questions.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with database(given.database, given.houses, keep=given.keep) as url, server(url):
        print(f"· load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        tiles()
        with chromium(CHROMIUM) as browser:
            for zoom in (13, 15, 17):
                address = f"http://127.0.0.1:{PORT}/#{zoom}/{CENTRE[1]}/{CENTRE[0]}"
                each = [opening(browser, address, traced=False) for _ in range(given.rounds)]
                tell_openings(zoom, each, [opening(browser, address, traced=True) for _ in range(2)])
                tell_moving(f"pan at zoom {zoom}", panning(browser, address))
            tell_moving("zoom", zooming(browser, f"http://127.0.0.1:{PORT}/#15/{CENTRE[1]}/{CENTRE[0]}"))
        print(f"· load {os.getloadavg()[0]:.1f}")


def tell_openings(zoom: int, each: list[Opening], traced: list[Opening]) -> None:
    one, ready = each[0], [opened.ready_ms for opened in each]
    task, task_cpu = min(o.longest_task_ms for o in each), min(o.longest_task_cpu_ms for o in traced)
    whole_cpu = min(o.main_thread_cpu_ms for o in traced)
    print(
        f"open at zoom {zoom}: ready after {median(ready):,.0f} ms (least {min(ready):,.0f}; target 1,200); "
        f"page {one.page_kb:.0f} kB (target 400) and tiles {one.tiles_kb:.0f} kB; longest task "
        f"{task:.0f} ms, of the processor {task_cpu:.0f} (target 100); main thread "
        f"{whole_cpu:,.0f} ms of the processor, with tracing",
        flush=True,
    )


def tell_moving(what: str, moving: Moving) -> None:
    print(
        f"{what}: a frame p50 {moving.p50_ms:.0f}, p95 {moving.p95_ms:.0f} (target 30), worst "
        f"{moving.worst_ms:.0f} ms; {moving.tasks} tasks over 100 ms, the longest {moving.longest_task_ms:.0f} ms, "
        f"of the processor {moving.longest_task_cpu_ms:.0f}",
        flush=True,
    )


def tiles() -> None:
    """Ask for tiles that nobody asked for before, and then for the same again."""
    link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    _ask(link, WAYS.format(_place(14, 9, 9)))  # the engine is loaded
    for zoom in (9, 10, 11, 12, 13, 14, 15, 16, 17):
        for name, template in (("ground", NEAR if zoom >= 16 else GROUND), ("ways", WAYS)):
            places = [_place(zoom, i % 2, i // 2) for i in range(4)]
            cold = [_ask(link, template.format(place)) for place in places]
            warm = [_ask(link, template.format(place)) for place in places * 10]
            half, worst, size_kb = median(c for c, _ in cold), max(c for c, _ in cold), max(s for _, s in cold)
            print(
                f"{name} z{zoom}: cold {half:.0f}, worst {worst:.0f} ms (target 300); "
                f"warm p50 {median(w for w, _ in warm):.1f} ms (target 5); up to {size_kb} kB",
                flush=True,
            )


def _place(zoom: int, east: int, south: int) -> str:
    lon, lat = CENTRE
    x = (lon + 180) / 360 * 2**zoom
    y = (0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)) * 2**zoom
    return f"{zoom}/{int(x) + east}/{int(y) + south}"


def _ask(link: http.client.HTTPConnection, path: str) -> tuple[float, int]:
    begin = time.perf_counter()
    link.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = link.getresponse()
    body = answer.read()
    if answer.status not in {200, 204}:
        sys.exit(f"{path}: {answer.status} {body[:200]!r}")
    return (time.perf_counter() - begin) * 1000, len(body) // 1000


@contextmanager
def database(name: str, houses: int, *, keep: bool) -> Iterator[str]:
    """Give a filled database, and drop it unless it is to be kept."""
    given = os.environ.get("DATABASE_URL") or sys.exit("Set DATABASE_URL: any database of the cluster to work in.")
    admin = psycopg.connect(urlunsplit(urlsplit(given)._replace(scheme="postgresql")), autocommit=True)
    known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    url = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    try:
        if not known:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            print("·", fill(url, houses), flush=True)
        yield url
    finally:
        if not keep:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def server(url: str) -> Iterator[None]:
    """Serve it as script/server does, with static files as they are in production."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "THUYLO_HTTPS": "0",
        "DJANGO_SETTINGS_MODULE": "gis_core.settings",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, cwd=PROJECT, env=environment, check=True)
    serve = [sys.executable, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(PORT)]
    serve += ["--workers", "1", "--no-ws", "--workers-kill-timeout", "2", "--log-level", "warning"]
    started = datetime.now(UTC)
    process = subprocess.Popen([*serve, "gis_core.asgi:application"], cwd=PROJECT, env=environment)
    try:
        _wait()
        _wait_for_coverage(url, started)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait() -> None:
    for _ in range(600):
        try:
            link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
            link.request("GET", "/api/network")
            link.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the server did not answer within a minute")


def _wait_for_coverage(url: str, started: datetime) -> None:
    """A server computes the coverage of the city when it starts, which is not what is measured here."""
    asked = "SELECT count(*) FROM routes_coveragerun WHERE at > %s"
    with psycopg.connect(urlunsplit(urlsplit(url)._replace(scheme="postgresql")), autocommit=True) as connection:
        for _ in range(300):
            (found,) = connection.execute(asked, [started]).fetchone() or (0,)
            if found:
                return
            time.sleep(1)
    sys.exit("coverage was not computed within five minutes")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/map", description=__doc__.partition("\n")[0])
    parser.add_argument("--database", default=f"thuylo_map_{os.getpid()}", help="a kept one, or the name of a new one")
    parser.add_argument("--houses", type=int, default=HOUSES, help=f"in a new database ({HOUSES:,})")
    parser.add_argument("--keep", action="store_true", help="keep the database")
    parser.add_argument("--rounds", type=int, default=5, help="openings with a cold cache (5)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
