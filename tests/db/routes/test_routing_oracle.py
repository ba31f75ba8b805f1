"""The engine against two independent witnesses on the real roads of inner Hanoi: equal to the millisecond.

networkx and pgRouting get their arcs from the stored rows by way of the rules themselves (`assess`), not from the
engine's arrays of limits. Lengths and where an obstacle stands are taken from the network: other tests hold these.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from django.conf import settings
from django.db import connection, transaction

from gis_core.values import Evidence, Verdict
from routes.assumptions import DEFAULT_SPEED_KMH, read_class_table
from routes.comparing import combine
from routes.encounters import Dimension, Limit, Mode, RoadStretch, Vehicle
from routes.engine.arrays import Network, Spot
from routes.engine.searches import Spread, Targets, fastest
from routes.models import Road
from routes.network.live import LiveNetwork
from routes.network.profiles import Driver, profile_of
from routes.osm.service import import_osm
from routes.passability import assess
from tests.networks import NOON

ROADS = Path(__file__).resolve().parents[4] / "shared" / "data" / "roads" / "hanoi_12districts_drive.osm.pbf"
ENGINE = Vehicle(width_m=2.5, height_m=3.4, length_m=8.5, gross_weight_t=19.0)
PICKUP = Vehicle(width_m=1.855, height_m=2.2, length_m=5.8, gross_weight_t=3.49)

pytestmark = [
    pytest.mark.django_db,  # the test database, not the one in use
    pytest.mark.skipif(not ROADS.exists(), reason=f"no real roads at {ROADS}: nothing to compare the engine on"),
]


@pytest.fixture(scope="module")
def hanoi(django_db_setup: None, django_db_blocker) -> Iterator[Network]:
    """The network of inner Hanoi, imported once for all tests here and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert connection.settings_dict["NAME"] == settings.DATABASES["default"]["TEST"]["NAME"]
        import_osm(path=ROADS, apply=True)
        yield LiveNetwork().current().network
        transaction.set_rollback(True)


@dataclass
class Witness:
    """The same roads for the same vehicle as a plain graph; edges are numbered as in the network."""

    network: Network
    vehicle: Vehicle
    mode: Mode

    @cached_property
    def passes(self) -> list[bool]:
        """Whether the vehicle gets along each edge itself, by the rules, legal limits left aside."""
        assumptions, _ = read_class_table()
        rows = Road.objects.order_by("id").only(*_COLUMNS)
        verdicts: dict[tuple[object, ...], bool] = {}
        return [self._judged(row, assumptions, verdicts) for row in rows]

    def _judged(self, row: Road, assumptions, verdicts) -> bool:
        key = tuple(getattr(row, column) for column in _COLUMNS)
        if key not in verdicts:
            findings = assess(self.vehicle, [_stretch(row)], at=NOON, mode=self.mode, assumptions=assumptions)
            verdicts[key] = combine(findings) is not Verdict.BLOCKED
        return verdicts[key]

    @cached_property
    def pace(self) -> list[int]:
        """Microseconds a metre of each edge."""
        _, speeds = read_class_table()
        return [
            round(3.6e6 / speeds.get(highway, DEFAULT_SPEED_KMH))
            for highway in Road.objects.order_by("id").values_list("highway", flat=True)
        ]

    @cached_property
    def oneway(self) -> list[str]:
        return list(Road.objects.order_by("id").values_list("oneway", flat=True))

    def ms(self, edge: int, start_mm: int, end_mm: int, *, over_low: bool, over_high: bool) -> int | None:
        """The time from one place of an edge to another; None where something stops the vehicle there."""
        if self.mode is Mode.LEGAL and self.oneway[edge] == ("yes" if start_mm > end_mm else "-1"):
            return None
        if start_mm == end_mm and not (over_low or over_high):
            return 0
        low, high = sorted((start_mm, end_mm))
        if not self.passes[edge] or self._stopped(edge, low, high, over_low=over_low, over_high=over_high):
            return None
        return ((high - low) * self.pace[edge] + 500_000) // 1_000_000

    def _stopped(self, edge: int, low: int, high: int, *, over_low: bool, over_high: bool) -> bool:
        standings = self.network.standings
        for entry in range(standings.first[edge], standings.first[edge + 1]):
            first, last = standings.from_mm[entry], standings.to_mm[entry]
            length = self.network.topology.length_mm[edge]
            at_low, at_high = over_low and low == 0 and first <= 0, over_high and high == length and last >= length
            if (first < high and last > low) or at_low or at_high:
                obstacle = replace(
                    standings.records[standings.record[entry]].obstacle, in_doubt=bool(standings.in_doubt[entry])
                )
                if combine(assess(self.vehicle, [obstacle], at=NOON, mode=self.mode)) is Verdict.BLOCKED:
                    return True
        return False

    @cached_property
    def graph(self) -> nx.DiGraph:
        """Junctions and the fastest arc between each two."""
        graph = nx.DiGraph()
        for tail, head, ms in self.arcs():
            if tail != head and ms < graph.get_edge_data(tail, head, {"ms": ms + 1})["ms"]:
                graph.add_edge(tail, head, ms=ms)
        return graph

    def arcs(self) -> Iterator[tuple[int, int, int]]:
        topology = self.network.topology
        for edge, (tail, head) in enumerate(zip(topology.tail.tolist(), topology.head.tolist(), strict=True)):
            length = int(topology.length_mm[edge])
            for start, end, from_mm, to_mm in ((tail, head, 0, length), (head, tail, length, 0)):
                if (ms := self.ms(edge, from_mm, to_mm, over_low=True, over_high=True)) is not None:
                    yield start, end, ms

    def ends(self, spot: Spot, *, leaving: bool) -> Iterator[tuple[int, int]]:
        """The junctions that a spot is joined with, and the time to them, or from them."""
        topology = self.network.topology
        for node, place in ((topology.tail[spot.edge], 0), (topology.head[spot.edge], topology.length_mm[spot.edge])):
            start, end = (spot.at_mm, int(place)) if leaving else (int(place), spot.at_mm)
            if (ms := self.ms(spot.edge, start, end, over_low=place == 0, over_high=place != 0)) is not None:
                yield int(node), ms

    def times_from(self, start: Spot) -> Callable[[Spot], int | None]:
        """The least time from a spot to any other."""
        self.graph.add_weighted_edges_from((("start", *end) for end in self.ends(start, leaving=True)), weight="ms")
        reached = (
            nx.single_source_dijkstra_path_length(self.graph, "start", weight="ms") if "start" in self.graph else {}
        )
        self.graph.remove_nodes_from(["start"])

        def time_to(end: Spot) -> int | None:
            ways = [reached[node] + ms for node, ms in self.ends(end, leaving=False) if node in reached]
            if start.edge == end.edge:
                straight = self.ms(start.edge, start.at_mm, end.at_mm, over_low=False, over_high=False)
                ways += [straight] if straight is not None else []
            return min(ways, default=None)

        return time_to


_COLUMNS = (
    "highway", "access", "bridge", "tunnel", "evidence", "max_axle_load_t",
    *(f"{limit}_{part}" for limit, unit in (("clear_width", "m"), ("clear_height", "m"), ("max_weight", "t"))
      for part in (unit, "evidence")),
)  # fmt: skip


def _stretch(row: Road) -> RoadStretch:
    axle = max(Evidence.of(row.max_weight_evidence), Evidence.of(row.evidence))
    return RoadStretch(
        from_m=0, to_m=1, kind=row.highway, access=row.access, bridge=row.bridge, tunnel=row.tunnel,
        limits={
            Dimension.WIDTH: Limit(row.clear_width_m, Evidence.of(row.clear_width_evidence)),
            Dimension.HEIGHT: Limit(row.clear_height_m, Evidence.of(row.clear_height_evidence)),
            Dimension.WEIGHT: Limit(row.max_weight_t, Evidence.of(row.max_weight_evidence)),
            Dimension.AXLE_LOAD: Limit(row.max_axle_load_t, axle),
        },
    )  # fmt: skip


def _random_spots(network: Network, count: int, seed: int) -> list[Spot]:
    chance = random.Random(seed)
    edges = [chance.randrange(len(network.topology.edge_id)) for _ in range(count)]
    return [Spot(edge, chance.randrange(int(network.topology.length_mm[edge]) + 1)) for edge in edges]


def _engine(network: Network, vehicle: Vehicle, mode: Mode):
    return profile_of(network, Driver(vehicle), at=NOON, mode=mode)


@pytest.mark.parametrize(
    ("vehicle", "mode", "starts"),
    [(ENGINE, Mode.EMERGENCY, 30), (PICKUP, Mode.EMERGENCY, 10), (ENGINE, Mode.LEGAL, 10)],
)
def test_a_thousand_routes_equal_networkx_to_the_millisecond(hanoi, vehicle, mode, starts):
    witness, driver = Witness(hanoi, vehicle, mode), _engine(hanoi, vehicle, mode)
    ends = _random_spots(hanoi, 20, seed=1)
    found = 0
    for start in _random_spots(hanoi, starts, seed=2):
        time_to = witness.times_from(start)
        for end in ends:
            path = fastest(hanoi, driver, start, end)
            assert (path and path.time_ms) == time_to(end), f"{start} to {end}"
            found += path is not None
    assert found > starts * len(ends) / 2  # the roads of the file hang together


def test_two_hundred_routes_equal_pgrouting_to_the_millisecond(hanoi):
    witness, driver = Witness(hanoi, ENGINE, Mode.EMERGENCY), _engine(hanoi, ENGINE, Mode.EMERGENCY)
    starts, ends = _random_spots(hanoi, 10, seed=3), _random_spots(hanoi, 20, seed=4)
    costs = _pgrouting(witness, starts, ends)
    for (i, start), (j, end) in product(enumerate(starts), enumerate(ends)):
        path = fastest(hanoi, driver, start, end)
        assert (path and path.time_ms) == costs.get((i, j)), f"{start} to {end}"
    assert len(costs) > 100


def _pgrouting(witness: Witness, starts: list[Spot], ends: list[Spot]) -> dict[tuple[int, int], int]:
    """Ask pgr_dijkstra; spots become vertices of their own, below zero."""
    arcs = list(witness.arcs())
    for i, spot in enumerate(starts):
        arcs += [(-1 - i, node, ms) for node, ms in witness.ends(spot, leaving=True)]
    for j, spot in enumerate(ends):
        arcs += [(node, -1001 - j, ms) for node, ms in witness.ends(spot, leaving=False)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'pgrouting'")
        if cursor.fetchone() == (0,):
            pytest.skip("this PostgreSQL has no pgRouting: script/bootstrap installs it")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pgrouting")
        cursor.execute("CREATE TEMP TABLE arc (id bigserial, source bigint, target bigint, cost float8) ON COMMIT DROP")
        with cursor.copy("COPY arc (source, target, cost) FROM STDIN") as copy:
            for arc in arcs:
                copy.write_row(arc)
        cursor.execute(
            "SELECT start_vid, end_vid, agg_cost FROM pgr_dijkstraCost("
            "'SELECT id, source, target, cost FROM arc', %s::bigint[], %s::bigint[], true)",
            [[-1 - i for i in range(len(starts))], [-1001 - j for j in range(len(ends))]],
        )
        return {(-1 - start, -1001 - end): int(cost) for start, end, cost in cursor.fetchall()}


def test_the_nearest_by_road_equal_brute_force(hanoi):
    witness, driver = Witness(hanoi, ENGINE, Mode.EMERGENCY), _engine(hanoi, ENGINE, Mode.EMERGENCY)
    places = _random_spots(hanoi, 3_000, seed=5)
    usable = [chance % 4 != 0 for chance in range(len(places))]
    targets = Targets.of([spot.edge for spot in places], [spot.at_mm for spot in places], usable)
    for start in _random_spots(hanoi, 10, seed=6):
        time_to = witness.times_from(start)
        times = [(ms, n) for n, spot in enumerate(places) if (ms := time_to(spot)) is not None]
        wanted = sorted(ms for ms, n in times if usable[n])[:5]
        spread = Spread(hanoi, driver, [(start, 0)], targets, limit_ms=10**8)
        found = spread.settle(np.array(usable), 5)
        assert [spread.arrival(target).time_ms for target in found.tolist()] == wanted
        # The same search goes on to all the others, and finds out that it need not wait for some.
        others = spread.settle(~np.array(usable), len(usable))
        assert [spread.arrival(n).time_ms for n in others.tolist()] == sorted(ms for ms, n in times if not usable[n])
