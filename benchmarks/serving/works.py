"""The works of the comparison: what is asked of whom, how it is measured, and what must be reached."""

import http.client
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from math import asinh, floor, pi, radians, tan
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from city import EAST, HYDRANTS, LAYERS, NORTH, SOUTH, WEST, boxes, libpq_url, new_version
from contenders import Contender
from load import HOST, Measure, Sample, UnexpectedAnswerError, load, question
from processes import forget_peak, memory_kb
from table import Row, Target, bounded, compare, missing

Turn = Callable[[str], Measure]
"""One turn of one contender; its seed says what is asked, the same for all contenders of a round."""

NAMES = {
    "limit": "bare SQL", "drf": "GeoFeatureModelSerializer", "tipg": "tipg", "page 1": "page 1", "version": "bare app",
    "constant": "bare constant", "ogr2ogr": "ogr2ogr",
}  # fmt: skip
PEERS = {"limit": Target("time", 1.2), "tipg": Target("speed", 5), "drf": Target("speed", 15)}
CLIENTS = (1, 8)
WARM_UP_SHARE = 0.25
FIRST_BYTE_S, MEMORY_MB, TILE_KB, UNCHANGED_MS = 0.1, 16, 100, 2
OGR_FORMATS = {
    "gpkg": ["GPKG"],
    "fgb": ["FlatGeobuf"],
    "shp.zip": ["ESRI Shapefile", "-lco", "ENCODING=UTF-8"],
    "csv": ["CSV", "-lco", "GEOMETRY=AS_WKT"],
    "kml": ["KML", "-dsco", "NameField=ref"],
}


@dataclass
class Stage:
    """Everything a work needs: the database, the servers that run, how long and how often to measure."""

    database: str
    connection: psycopg.Connection[Any]
    contenders: dict[str, Contender]
    absent: dict[str, str]
    rounds: int
    seconds: float
    busiest: float = 0.0
    """The largest share of a core that the load generator took."""

    def measure(self, title: str, turns: dict[str, Turn], *, rounds: int = 0) -> dict[str, list[Measure]]:
        """Let the contenders take turns, round by round, after one that warms up and is not counted."""
        taken: dict[str, list[Measure]] = {name: [] for name in turns}
        for number in range((rounds or self.rounds) + 1):
            for name, turn in turns.items():
                measure = turn(f"{title} {number}")
                self.busiest = max(self.busiest, measure.own_cpu_s / measure.seconds)
                if number:
                    taken[name].append(measure)
            last = ", ".join(f"{name} {each[-1].rate:.4g}/s" for name, each in taken.items() if each)
            print(f"  {title}: {f'round {number}: {last}' if number else 'warmed up'}", flush=True)
        return taken

    def timed(self, name: str, clients: int, requests: Callable[[str], Iterator[bytes]], *, status: int = 200) -> Turn:
        """Ask endless questions for the time of a turn."""

        def turn(seed: str) -> Measure:
            seconds = self.seconds * (WARM_UP_SHARE if seed.endswith(" 0") else 1)
            port = self.contenders[name].port
            return load(port, requests(seed), clients=clients, seconds=seconds, status=status)

        return turn

    def path(self, name: str, work: str, **values: object) -> str:
        return self.contenders[name].paths[work].format(**values)

    def having(self, work: str) -> list[str]:
        return [name for name, contender in self.contenders.items() if work in contender.paths]

    def get(self, name: str, path: str) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask once, outside of any measurement."""
        link = http.client.HTTPConnection("127.0.0.1", self.contenders[name].port, timeout=120)
        try:
            # The host as the load generator names it: links stand in the answer, and its ETag is made of them.
            link.request("GET", path, headers={"Host": HOST})
            answer = link.getresponse()
            body = answer.read()
        finally:
            link.close()
        if answer.status != http.HTTPStatus.OK:
            raise UnexpectedAnswerError(f"{name} answers {path} with {answer.status}: {body[:200]!r}")
        return answer, body

    def against(
        self, title: str, clients: int, turns: dict[str, list[Measure]], targets: dict[str, Target]
    ) -> Iterator[Row]:
        """Compare ours with each that a target names."""
        for name, target in targets.items():
            if name in turns:
                yield compare(
                    title, clients, name=NAMES[name], ours=turns["ours"], reference=turns[name], target=target
                )
            else:
                yield missing(title, clients, NAMES[name], self.absent.get(name, "does not take part"), target)


def items(stage: Stage) -> Iterator[Row]:
    def requests(name: str, seed: str) -> Iterator[bytes]:
        return (question(stage.path(name, "items", box=",".join(map(str, box)))) for box in boxes(seed))

    _check_items(stage)
    for clients in CLIENTS:
        turns = {name: stage.timed(name, clients, partial(requests, name)) for name in stage.having("items")}
        taken = stage.measure(f"items × {clients}", turns)
        yield from stage.against("items, bbox, limit 1,000", clients, taken, PEERS)


def _check_items(stage: Stage) -> None:
    """Make sure that all answer the same: 1,000 features of as many that match, give or take a few at the edges.

    `&&` compares boxes in single precision, ST_Intersects, which ours and tipg ask, the points themselves.
    """
    box = ",".join(map(str, next(boxes("check"))))
    seen = {}
    for name in stage.having("items"):
        page = json.loads(stage.get(name, stage.path(name, "items", box=box))[1])
        collection = page.get("results", page)
        seen[name] = len(collection["features"]), page.get("numberMatched", page.get("count"))
    matched = [number for _, number in seen.values()]
    if {features for features, _ in seen.values()} != {1000} or max(matched) > 1.01 * min(matched):
        raise UnexpectedAnswerError(f"not the same answers, features and number matched: {seen}")


def pages(stage: Stage) -> Iterator[Row]:
    everywhere = f"&bbox={WEST},{SOUTH},{EAST},{NORTH}"
    for title, box in (("page 100, whole layer", ""), ("page 100, bbox around 100,000", everywhere)):
        first = stage.path("ours", "pages") + box
        paths = {"ours": _last_page(stage, first), "page 1": first}
        for clients in CLIENTS:
            turns = {
                name: stage.timed("ours", clients, lambda _seed, path=path: cycle([question(path)]))
                for name, path in paths.items()
            }
            taken = stage.measure(f"{title} × {clients}", turns)
            yield from stage.against(title, clients, taken, {"page 1": Target("time", 1.2)})


def _last_page(stage: Stage, path: str) -> str:
    """Follow the links `next` to the last page, which is the 100th."""
    expected, number = HYDRANTS // 1000, 1
    while number <= expected and (following := _next_page(stage, path)):
        path, number = following, number + 1
    if number != expected:
        raise UnexpectedAnswerError(f"{number} pages and perhaps more, instead of {expected}")
    return path


def _next_page(stage: Stage, path: str) -> str | None:
    links = json.loads(stage.get("ours", path)[1])["links"]
    return next((link["href"].partition(f"//{HOST}")[2] for link in links if link["rel"] == "next"), None)


def item(stage: Stage) -> Iterator[Row]:
    def requests(name: str, seed: str) -> Iterator[bytes]:
        dice = random.Random(seed)
        while True:
            yield question(stage.path(name, "item", id=dice.randint(1, HYDRANTS)))

    for clients in CLIENTS:
        turns = {name: stage.timed(name, clients, partial(requests, name)) for name in stage.having("item")}
        taken = stage.measure(f"one feature × {clients}", turns)
        targets = {"limit": Target("speed", 0.5), "tipg": Target("speed"), "drf": Target("speed")}
        yield from stage.against("one feature by id", clients, taken, targets)


def whole(stage: Stage) -> Iterator[Row]:
    grown_mb: list[float] = []

    def download(name: str, clients: int, _seed: str) -> Measure:
        worker, path = stage.contenders[name].worker, stage.path(name, "whole")
        forget_peak(worker)
        before = memory_kb(worker, "VmRSS")
        measure = load(stage.contenders[name].port, [question(path)] * clients, clients=clients)
        if name == "ours":
            grown_mb.append((memory_kb(worker, "VmHWM") - before) / 1024)
        return measure

    title = "whole layer as GeoJSON"
    stage.get("ours", "/exports/water-tanks.geojson")  # of none: imports what exports need, which is not of the layer
    for clients in CLIENTS:
        grown_mb.clear()
        turns = {name: partial(download, name, clients) for name in ("ours", "limit")}
        taken = stage.measure(f"{title} × {clients}", turns, rounds=min(stage.rounds, 3 if clients == 1 else 2))
        ours, bare = taken["ours"], taken["limit"]
        _check_same_size(title, ours[0], bare[0])
        yield from stage.against(title, clients, taken, {"limit": Target("time", 1.2)})
        one = clients == 1
        first_s, bare_first_s = (median(turn.first_s for turn in turns) for turns in (ours, bare))
        yield bounded(
            "… first byte", clients, first_s, "s", most=FIRST_BYTE_S if one else None,
            reference=f"bare SQL: {bare_first_s:.3f} s",
        )  # fmt: skip
        # With the turn that warms up: what a server took once and kept would not show later.
        most_mb = MEMORY_MB if one else None
        yield bounded("… memory of the server", clients, max(0, *grown_mb), "MB more", most=most_mb)


def tiles(stage: Stage) -> Iterator[Row]:
    """Cold tiles: before each turn the tables count a write, after which no tile that was kept is good any more."""
    target = {"limit": Target("time", 1.2)}
    for z, layer in ((z, layer) for z in (14, 10) for layer in LAYERS):
        taken = _cold(stage, z, [layer], clients=1)
        yield from stage.against(f"cold tile z{z} of {layer}", 1, taken, target)
        if (z, layer) == (10, "hydrants"):
            largest = max(sample.body_bytes for turn in taken["ours"] for sample in turn.samples)
            yield bounded("… its size", 1, largest / 1000, "kB", most=TILE_KB)
    for z in (14, 10):
        taken = _cold(stage, z, list(LAYERS), clients=8)
        yield from stage.against(f"cold tiles z{z}, both layers", 8, taken, target)


def _cold(stage: Stage, z: int, layers: list[str], *, clients: int) -> dict[str, list[Measure]]:
    def turn(name: str, seed: str) -> Measure:
        asked = [(layer, x, y) for layer in layers for x, y in tile_numbers(z)]
        random.Random(seed).shuffle(asked)
        requests = [question(stage.path(name, "tile", layer=layer, z=z, x=x, y=y)) for layer, x, y in asked]
        new_version(stage.connection)
        return load(stage.contenders[name].port, requests, clients=clients)

    title = f"tiles z{z} of {' and '.join(layers)} × {clients}"
    taken = stage.measure(title, {name: partial(turn, name) for name in ("ours", "limit")})
    _check_same_size(title, taken["ours"][0], taken["limit"][0])
    return taken


def tile_numbers(z: int) -> list[tuple[int, int]]:
    """List the tiles that hold some of the city: all four at zoom 10, every fourth at zoom 14."""
    (left, top), (right, bottom) = _tile_at(WEST, NORTH, z), _tile_at(EAST, SOUTH, z)
    every = [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    return every if len(every) < 10 else every[::4]


def _tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    row = (1 - asinh(tan(radians(lat))) / pi) / 2
    return floor((lon + 180) / 360 * 2**z), floor(row * 2**z)


def _check_same_size(title: str, ours: Measure, reference: Measure) -> None:
    """Make sure that both made the same; a tile's size depends on how many workers PostgreSQL makes it with."""
    sizes = [sum(sample.body_bytes for sample in turn.samples) for turn in (ours, reference)]
    print(f"  {title}: {sizes[0]:,} bytes, of the reference {sizes[1]:,}", flush=True)
    if abs(sizes[0] - sizes[1]) > 0.15 * sizes[1]:
        raise UnexpectedAnswerError(f"{title}: not the same content, {sizes[0]:,} and {sizes[1]:,} bytes")


def cached(stage: Stage) -> Iterator[Row]:
    paths = [stage.path("ours", "tile", layer="hydrants", z=14, x=x, y=y) for x, y in tile_numbers(14)]
    for path in paths:
        stage.get("ours", path)  # from now on it is kept
    for clients in CLIENTS:
        turns = {
            "ours": stage.timed("ours", clients, lambda _seed: cycle(map(question, paths))),
            "version": stage.timed("limit", clients, lambda _seed: cycle([question(stage.path("limit", "version"))])),
        }
        taken = stage.measure(f"cached tile × {clients}", turns)
        yield from stage.against(
            "cached tile z14 (bare app: version and constant)", clients, taken, {"version": Target("time")}
        )


def unchanged(stage: Stage) -> Iterator[Row]:
    x, y = tile_numbers(14)[len(tile_numbers(14)) // 2]
    paths = {
        "304 for a page of items": stage.path("ours", "items", box=",".join(map(str, next(boxes("unchanged"))))),
        "304 for one feature": stage.path("ours", "item", id=HYDRANTS // 2),
        "304 for a tile": stage.path("ours", "tile", layer="hydrants", z=14, x=x, y=y),
    }
    for title, path in paths.items():
        etag = stage.get("ours", path)[0].headers["ETag"]
        asked, constant = question(path, If_None_Match=etag), question(stage.path("limit", "constant"))
        turns = {
            "ours": stage.timed("ours", 1, lambda _seed, asked=asked: cycle([asked]), status=304),
            "constant": stage.timed("limit", 1, lambda _seed, constant=constant: cycle([constant])),
        }
        taken = stage.measure(title, turns)
        own_ms, bare_ms = ([turn.p50_ms for turn in taken[name]] for name in turns)
        server_ms = median(mine - bare for mine, bare in zip(own_ms, bare_ms, strict=True))
        told = f"whole way {median(own_ms):.2f} ms, {NAMES['constant']} {median(bare_ms):.2f} ms"
        yield bounded(title, 1, server_ms, "ms of server", most=UNCHANGED_MS, reference=told)


def exports(stage: Stage) -> Iterator[Row]:
    def ours(suffix: str, _seed: str) -> Measure:
        return load(stage.contenders["ours"].port, [question(stage.path("ours", "export", suffix=suffix))], clients=1)

    for suffix in OGR_FORMATS:
        turns: dict[str, Turn] = {"ours": partial(ours, suffix), "ogr2ogr": partial(_ogr2ogr, stage, suffix)}
        taken = stage.measure(f"export {suffix}", turns, rounds=min(stage.rounds, 3))
        yield from stage.against(f"export of 100,000 as {suffix}", 1, taken, {"ogr2ogr": Target("time", 1.2)})


def _ogr2ogr(stage: Stage, suffix: str, _seed: str) -> Measure:
    rows = stage.connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'bench' AND table_name = 'hydrants' AND column_name NOT IN ('id', 'geom')"
    )
    # As text, which is what a list becomes here too; the FlatGeobuf driver of GDAL 3.6 refuses lists.
    names = ", ".join(f"to_json({n})::text AS {n}" if kind == "ARRAY" else n for n, kind in rows)
    driver, *options = OGR_FORMATS[suffix]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"out.{suffix.partition('.')[0]}"
        source = ["PG:" + libpq_url(stage.database), "-sql", f"SELECT geom, {names} FROM bench.hydrants"]
        started = time.perf_counter()
        subprocess.run(["ogr2ogr", "-f", driver, *options, str(target), *source], check=True, capture_output=True)
        seconds = time.perf_counter() - started
    return Measure((Sample(seconds, seconds, 200, 0),), seconds)


WORKS: dict[str, Callable[[Stage], Iterator[Row]]] = {
    "items": items, "pages": pages, "item": item, "whole": whole, "tiles": tiles, "cached": cached,
    "unchanged": unchanged, "exports": exports,
}  # fmt: skip
