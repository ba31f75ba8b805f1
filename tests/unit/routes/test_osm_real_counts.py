"""The import of real files against a count made another way: degrees in a graph, not uses of nodes."""

from collections import Counter
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from types import SimpleNamespace

import networkx as nx
import osmium
import pytest

from routes.osm.mapping import map_extract
from routes.osm.reader import read_extract
from tests.osm_files import real_file

HANOI, CENTRE, HELSINKI = (
    "hanoi_12districts_drive.osm.pbf",
    "hanoi_center_all_highways.osm.pbf",
    "helsinki_centre.osm.pbf",
)
NOT_BUILT = {"construction", "proposed"}
SIZES = ("width", "maxwidth", "maxheight", "maxweight", "maxaxleload")


class Counting(osmium.SimpleHandler):
    """Every pair of neighbouring nodes is an edge; where two do not meet, or a way ends, is a junction."""

    def __init__(self):
        super().__init__()
        self.graph = nx.MultiGraph()
        self.ends, self.ways, self.barriers = set(), 0, Counter()
        self.tagged, self.lines, self.hydrants, self.metres = {}, {}, 0, 0.0

    def node(self, node):
        if "barrier" in node.tags:
            self.barriers[node.tags["barrier"]] += 1
        self.hydrants += node.tags.get("emergency") == "fire_hydrant"

    def way(self, way):
        if "highway" not in way.tags or way.tags["highway"] in NOT_BUILT:
            return
        self.ways += 1
        for key in SIZES:
            if key in way.tags:
                self.tagged[way.id, key] = way.tags[key]
        known = [node if node.location.valid() else None for node in way.nodes]
        for start, end in pairwise(known):
            if start and end and start.ref != end.ref:
                self.graph.add_edge(start.ref, end.ref)
                self.metres += haversine_m(start, end)
        self._mark_ends([node and node.ref for node in known])

    def _mark_ends(self, refs):
        for before, ref, after in zip([None, *refs], refs, [*refs[1:], None], strict=False):
            if ref and (before is None or after is None):
                self.ends.add(ref)

    def junctions(self):
        return {node for node, degree in self.graph.degree() if degree != 2 or node in self.ends}


def haversine_m(a, b):
    lat_a, lat_b, d_lon = radians(a.lat), radians(b.lat), radians(a.lon - b.lon)
    half = sin((lat_a - lat_b) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(d_lon / 2) ** 2
    return 2 * 6_371_009 * asin(sqrt(half))


@pytest.fixture(scope="module", params=[HANOI, CENTRE, HELSINKI])
def both(request):
    path = real_file(request.param)
    counting = Counting()
    counting.apply_file(str(path), locations=True)
    extract = read_extract(path)
    return SimpleNamespace(name=request.param, counted=counting, extract=extract, rows=map_extract(extract))


@pytest.mark.real_data
def test_ways_segments_and_junctions_agree_with_the_graph(both):
    junctions = both.counted.junctions()
    degrees = both.counted.graph.degree(junctions)
    ends = {node for road in both.rows.roads for node in (road.start_node, road.end_node)}
    assert len(both.extract.ways) == both.counted.ways
    assert ends == junctions
    # Every piece has two ends, and every end is one edge at a junction.
    assert 2 * len(both.rows.roads) == sum(degree for _, degree in degrees)


@pytest.mark.real_data
def test_splitting_neither_parts_nor_joins_the_network(both):
    network = nx.MultiGraph((road.start_node, road.end_node) for road in both.rows.roads)
    assert nx.number_connected_components(network) == nx.number_connected_components(both.counted.graph)


@pytest.mark.real_data
def test_no_metre_is_lost(both):
    # The sphere differs from the spheroid by up to half a per cent.
    assert both.rows.length_m == pytest.approx(both.counted.metres, rel=5e-3)


@pytest.mark.real_data
def test_every_barrier_is_a_restriction_or_counted_as_off_the_road(both):
    assert both.rows.barriers + both.rows.off_road == both.counted.barriers
    at_nodes = [row for row in both.rows.restrictions if row.osm_node_id is not None and row.kind != "level_crossing"]
    assert len(at_nodes) == both.rows.barriers.total()


@pytest.mark.real_data
def test_every_tagged_size_is_stored_or_reported(both):
    stored = {road.osm_way_id: road for road in both.rows.roads}
    noted = {(note.element, note.key, note.value) for note in both.rows.notes}
    columns = {"width": "clear_width_m", "maxwidth": "clear_width_m", "maxheight": "clear_height_m"}
    columns |= {"maxweight": "max_weight_t", "maxaxleload": "max_axle_load_t"}
    silent = [
        (way, key, text)
        for (way, key), text in both.counted.tagged.items()
        if way in stored and (f"way/{way}", key, text) not in noted and not agrees(stored[way], columns[key], text)
    ]
    assert silent == []


def agrees(road, column, text):
    value = getattr(road, column)
    # The smaller of several tags is stored.
    return value is not None and value <= float(text.removesuffix("m").strip().replace(",", "."))


@pytest.mark.real_data
def test_inner_hanoi_has_the_counts_that_others_found(both):
    if both.name != HANOI:
        pytest.skip("the figures of data/README.md are those of the 12 districts")
    keys = Counter(key for _, key in both.counted.tagged)
    assert (len(both.extract.ways), keys["width"], keys["maxheight"], keys["maxweight"]) == (24_690, 72, 358, 220)
    assert both.counted.barriers.total() == 446
    assert both.rows.length_m / 1000 == pytest.approx(4_246, abs=1)
    parts = sorted(map(len, nx.connected_components(both.counted.graph)))
    assert len(parts) == 486
    # Theirs is cut at barriers too: 34,618 junctions and 79,004 arcs.
    barriers = [row for row in both.rows.restrictions if row.kind != "level_crossing"]
    loose = [row for row in barriers if row.osm_node_id and 0 < (row.road_fraction or 0) < 1]
    junctions = {node for road in both.rows.roads for node in (road.start_node, road.end_node)}
    arcs = sum(1 if road.oneway in {"yes", "-1"} else 2 for road in both.rows.roads)
    assert len(junctions) + len(loose) == pytest.approx(34_618, abs=10)
    assert arcs == pytest.approx(79_004, rel=0.01)


@pytest.mark.real_data
def test_helsinki_has_its_hydrants_and_turn_bans(both):
    if both.name != HELSINKI:
        pytest.skip("only this file has hydrants and turn bans")
    assert len(both.rows.hydrants) == both.counted.hydrants == 37
    assert len(both.rows.turns) + len(both.rows.refused) == 45
    assert both.counted.barriers["bollard"] == 125
