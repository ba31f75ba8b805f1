"""What is measured, and the tables; `__main__.py` says how to run it and makes Django ready."""

import argparse
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from time import perf_counter

from city import SOURCES, City, make_city, store, store_sources, write_osm
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from gis_core.handler import ThreadHandler
from hydrants.usability import demand_at
from routes.approach_hose import hose_rules_at
from routes.drive_water import WaterSearch
from routes.drive_water_sources import waters_on
from routes.engine.arrays import Level, Network, Profile, Spot
from routes.engine.searches import fastest, reach, warm_up
from routes.models import AccessRestriction
from routes.network.live import LiveNetwork, live_network
from routes.network.profiles import profile_of, vehicle_of
from routes.osm.service import import_osm

HERE = Path(__file__).resolve().parent
VEHICLE = "engine-large"
HANOI = HERE.parents[2] / "shared" / "data" / "roads" / "hanoi_12districts_drive.osm.pbf"
PAGE = HERE.parents[1] / "docs" / "reference" / "performance.md"
BEGIN, END = "<!-- routing: begin -->", "<!-- routing: end -->"

Rows = list[tuple[str, str, str, str]]


def timed(ask: Callable[[], object]) -> float:
    started = perf_counter()
    ask()
    return (perf_counter() - started) * 1000


def spread(times_ms: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    ordered = sorted(times_ms)
    return statistics.median(ordered), ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]


def say(times_ms: list[float]) -> str:
    p50, p99 = spread(times_ms)
    return f"{p50:.2f} / {p99:.2f}"


@contextmanager
def own_database() -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


def resident_mb() -> float:
    """Memory of this process that it shares with nobody, in MB; a map of a file shared with others does not count."""
    lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def random_spots(network: Network, count: int, seed: int) -> list[Spot]:
    chance = random.Random(seed)
    edges = [chance.randrange(len(network.topology.edge_id)) for _ in range(count)]
    return [Spot(edge, int(network.topology.length_mm[edge]) // 2) for edge in edges]


def lon_lat(network: Network, spot: Spot) -> str:
    from routes.way import METRIC  # noqa: PLC0415 - beside its only use

    vertices = network.topology.vertex_xy[network.topology.vertex_first[spot.edge] :][:1]
    lon, lat = METRIC.to_wgs84(*vertices[0])
    return f"{float(lon):.7f},{float(lat):.7f}"


def measure(name: str, rounds: int) -> Rows:
    """Measure the engine on whatever roads the database holds."""
    print(f"· {name}: reading the network", file=sys.stderr)
    before_mb = resident_mb()
    rows: Rows = []
    built_ms = timed(lambda: live_network().current())
    network = live_network().current().network
    warm_up()
    mapped_ms = timed(lambda: LiveNetwork().current())
    arcs = 2 * len(network.topology.edge_id)
    rows.append(
        (f"ready, read from PostGIS ({arcs:,} arcs)", f"{built_ms:.0f} ms", "2,000 ms for 400,000", met(built_ms, 2000))
    )
    rows.append(("ready, from the memory map of another process", f"{mapped_ms:.0f} ms", "–", ""))
    rows.append(
        (
            "private memory it takes",
            f"{resident_mb() - before_mb:.0f} MB",
            "150 MB",
            met(resident_mb() - before_mb, 150),
        )
    )
    gc.collect()
    gc.freeze()  # as gis_core/asgi.py does before it serves
    rows += syncs(rounds)
    rows += searches(network, rounds)
    rows += answers(network, rounds)
    return rows


def met(value: float, limit: float) -> str:
    return "yes" if value <= limit else "NO"


def syncs(rounds: int) -> Rows:
    live = live_network()
    unchanged = [timed(live.current) for _ in range(10 * rounds)]
    chosen = list(AccessRestriction.objects.order_by("id")[:rounds])
    seen = []
    for restriction in chosen:
        restriction.clear_width_m = 1.0 if restriction.clear_width_m != 1.0 else 3.0
        with transaction.atomic():
            restriction.save()
        seen.append(timed(live.current))
    rows = [
        (
            "nothing changed: is the network still the newest?",
            say(unchanged),
            "0.3 ms p50",
            met(spread(unchanged)[0], 0.3),
        )
    ]
    if seen:
        rows.append(("an edit seen by the next question", say(seen), "10 ms p99", met(spread(seen)[1], 10)))
    return rows


def searches(network: Network, rounds: int) -> Rows:
    driver = profile_of(network, vehicle_of(VEHICLE), at=timezone.now())
    pairs = list(zip(random_spots(network, 5 * rounds, 1), random_spots(network, 5 * rounds, 2), strict=True))
    route = [timed(lambda a=a, b=b: fastest(network, driver, a, b)) for a, b in pairs]
    reached = [timed(lambda a=a: reach(network, driver, [(a, 0)], limit_ms=600_000)) for a, _ in pairs[:rounds]]
    return [
        ("search: fastest way", say(route), "–", ""),
        ("search: everything within 10 minutes", say(reached), "15 ms p50", met(spread(reached)[0], 15)),
        water(network, driver, rounds),
    ]


def water(network: Network, driver: Profile, rounds: int) -> tuple[str, str, str, str]:
    """The five nearest usable sources and the ways to them, without the answer about them."""
    placed = waters_on(network)
    usable = placed.waters.usable(demand_at(timezone.localdate()))
    by_hand_s_per_m = hose_rules_at(timezone.localdate()).by_hand_s_per_m

    def ask(start: Spot) -> None:
        search = WaterSearch(network, placed, driver, [start], by_hand_s_per_m)
        for driven in search.nearest(usable, 5, Level.UNKNOWN):
            driven.path  # noqa: B018 - unfolded when it is asked for

    found = [timed(lambda a=a: ask(a)) for a in random_spots(network, 5 * rounds, 1)]
    return "search: 5 nearest water by road", say(found), "5 ms p99", met(spread(found)[1], 5)


QUESTIONS = (
    ("/api/route?from={a}&to={b}&vehicle={v}", "route, server", 5.0, 50.0),
    (
        "/api/nearest-water?mode=drive&lon={lon}&lat={lat}&vehicle={v}&limit=5",
        "5 nearest water by road, server",
        None,
        5.0,
    ),
    ("/api/approach?to={b}&from={a}&vehicle={v}", "approach, server", None, 50.0),
    ("/api/reach?from={a}&minutes=10&vehicle={v}", "10-minute reach with its polygons, server", None, None),
)


class Server:
    """The server's own way from the request of a program that asks as nobody to the bytes, without a socket."""

    def __init__(self) -> None:
        self._handler = ThreadHandler()

    def get(self, address: str) -> HttpResponse:
        path, _, query = address.partition("?")
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "scheme": "http",
            "headers": [(b"host", b"testserver"), (b"accept-language", b"vi")],
            "server": ("testserver", 80),
            "asgi": {"version": "3.0"},
        }
        return self._handler._work(scope, b"", None)  # noqa: SLF001 - what a desk's thread does


def answers(network: Network, rounds: int) -> Rows:
    client = Server()
    starts, ends = random_spots(network, 3 * rounds, 3), random_spots(network, 3 * rounds, 4)
    rows: Rows = []
    for template, name, p50_ms, p99_ms in QUESTIONS:
        times = []
        for start, end in zip(starts, ends, strict=True):
            a, b = lon_lat(network, start), lon_lat(network, end)
            lon, lat = a.split(",")
            address = template.format(a=a, b=b, lon=lon, lat=lat, v=VEHICLE)
            client.get(address) if not times else None  # the first one warms what it needs
            times.append(timed(lambda address=address: check(client.get(address))))
        p50, p99 = spread(times)
        wants = [f"{limit:g} ms {what}" for limit, what in ((p50_ms, "p50"), (p99_ms, "p99")) if limit]
        good = [value <= limit for value, limit in ((p50, p50_ms), (p99, p99_ms)) if limit]
        rows.append((name, say(times), ", ".join(wants) or "–", ("yes" if all(good) else "NO") if good else ""))
    return rows


def check(response: HttpResponse) -> None:
    if response.status_code != HTTPStatus.OK:
        raise SystemExit(response.content.decode()[:500])


# The others ----------------------------------------------------------------------------------------------------------


def beside_pgrouting(network: Network, count: int) -> Rows:
    """Whole-city routes by pgr_dijkstra on a table of the same arcs, and the same by the engine, in turns."""
    driver = profile_of(network, vehicle_of(VEHICLE), at=timezone.now())
    topology = network.topology
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pgrouting")
        cursor.execute("CREATE TABLE bench_arc (id bigint PRIMARY KEY, source bigint, target bigint, cost float8)")
        with cursor.copy("COPY bench_arc FROM STDIN") as copy:
            for edge, (a, b, mm) in enumerate(
                zip(topology.tail.tolist(), topology.head.tolist(), topology.length_mm.tolist(), strict=True)
            ):
                copy.write_row((2 * edge, a, b, mm))
                copy.write_row((2 * edge + 1, b, a, mm))
        cursor.execute("ANALYZE bench_arc")

        def theirs(start: int, end: int) -> None:
            cursor.execute(
                "SELECT * FROM pgr_dijkstra('SELECT id, source, target, cost FROM bench_arc', %s, %s)", [start, end]
            )
            cursor.fetchall()

        ours_ms, theirs_ms = [], []
        for start, end in zip(random_spots(network, count, 5), random_spots(network, count, 6), strict=True):
            ours_ms.append(timed(lambda a=start, b=end: fastest(network, driver, a, b)))
            theirs_ms.append(
                timed(lambda a=start, b=end: theirs(int(topology.tail[a.edge]), int(topology.tail[b.edge])))
            )
        cursor.execute("DROP TABLE bench_arc")
    return [compared("pgRouting (pgr_dijkstra, whole graph)", ours_ms, theirs_ms, 50)]


def compared(name: str, ours_ms: list[float], theirs_ms: list[float], times: int) -> tuple[str, str, str, str]:
    ratio = statistics.median(theirs_ms) / statistics.median(ours_ms)
    text = f"{say(theirs_ms)}, ours {say(ours_ms)}: {ratio:.0f} times as long"
    return name, text, f"{times} times", "yes" if ratio >= times else "NO"


def beside_valhalla(city: City, network: Network, count: int) -> Rows:
    """Whole-city routes of a lorry; in its own environment, which is made at the first run.

    Valhalla answers with the way, its line and its legs (`directions_type` is none: no sentences). Beside it stand our
    search alone, and our whole answer, which says more than that: findings, evidence, sentences, the surer ways.
    """
    python = valhalla_python()
    if python is None:
        return [("Valhalla", "could not be installed here", "3 times", "")]
    driver = profile_of(network, vehicle_of(VEHICLE), at=timezone.now())
    starts, ends = random_spots(network, count, 7), random_spots(network, count, 8)
    ours = [timed(lambda a=a, b=b: fastest(network, driver, a, b)) for a, b in zip(starts, ends, strict=True)]
    asked = [(lon_lat(network, a), lon_lat(network, b)) for a, b in zip(starts, ends, strict=True)]
    server = Server()
    addresses = [QUESTIONS[0][0].format(a=a, b=b, v=VEHICLE) for a, b in asked]
    whole = [timed(lambda address=address: check(server.get(address))) for address in addresses]
    pairs = [[float(x) for x in f"{a},{b}".split(",")] for a, b in asked]
    with tempfile.TemporaryDirectory() as folder:
        osm = Path(folder) / "city.osm.pbf"
        write_osm(city, osm)
        command = [str(python), str(HERE / "valhalla_side.py"), str(osm), folder]
        # It leaves files where it runs.
        ran = subprocess.run(command, input=json.dumps(pairs), capture_output=True, text=True, check=True, cwd=folder)
    theirs = json.loads(ran.stdout)
    valhalla, theirs_ms = f"Valhalla (truck, tiles built in {theirs['build_s']:.0f} s)", theirs["route_ms"]
    return [
        compared(f"{valhalla}, our search", ours, theirs_ms, 3),
        compared(f"{valhalla}, our whole answer", whole, theirs_ms, 3),
    ]


def valhalla_python() -> Path | None:
    folder = HERE.parents[1] / ".run" / "bench-valhalla"
    python = folder / "bin" / "python"
    if not python.exists():
        print("· installing Valhalla's Python package", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        # Some of its releases have wheels for this Python, some have not; it is never compiled here.
        pip = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "pyvalhalla-weekly"]
        subprocess.run(pip, check=False)
    ready = subprocess.run([str(python), "-c", "import valhalla"], check=False, capture_output=True)
    return python if ready.returncode == 0 else None


def table(title: str, rows: Rows) -> str:
    head = f"### {title}\n\n| what | ms p50 / p99 | must reach | met |\n|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def main(description: str) -> None:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds, to see that it runs")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    options = parser.parse_args()
    rounds, started_at = 10 if options.quick else 100, os.getloadavg()[0]
    connection.settings_dict["CONN_MAX_AGE"] = None  # a server keeps its connections too
    tables = []
    if HANOI.exists():
        with own_database():
            import_osm(path=HANOI, apply=True)
            store_sources(SOURCES)
            tables.append(table("Inner Hanoi", measure("inner Hanoi", rounds)))
    with own_database():
        city = make_city()
        store(city)
        rows = measure("made-up city", rounds)
        network = live_network().current().network
        rows += beside_pgrouting(network, rounds // 5) + beside_valhalla(city, network, rounds)
        tables.append(table("A made-up city of 350,000 arcs", rows))
    text = "\n".join(tables)
    print(text)
    if options.write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        load = f"Load average before the run {started_at:.2f}; {rounds} rounds."
        PAGE.write_text(f"{before}{BEGIN}\n{load} The machine is the one above.\n\n{text}{END}{after}", "utf-8")
