"""An edit is in the network of whoever asks after it, and an edit that never was is not."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from routes.engine.arrays import BLOCK, FREE, NOTHING
from routes.models import AccessRestriction, Road, RoadClassAssumption, TurnRestriction
from routes.network import counter
from routes.network.live import LiveNetwork
from routes.network.triggers import KEPT
from tests.db.routes.network.conftest import same
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

PICTURE = """
    A....B....C
         .
         D
"""


@pytest.fixture
def plan():
    drawn = Sketch(PICTURE)
    drawn.road("AB", clear_width_m=3.5, name="Phố Vọng")
    drawn.road("BC", highway="tertiary")
    drawn.road("BD")
    return drawn


FOLLOWED_QUERIES = 4


def edge_of(network, ref):
    return next(i for i in range(len(network.topology.edge_id)) if network.roads.ref[i] == ref)


def test_the_network_holds_what_is_stored(plan, network):
    seen = network()
    ab, bc = edge_of(seen, "AB"), edge_of(seen, "BC")
    assert seen.topology.length_mm.tolist() == [50_000, 50_000, 20_000]
    assert seen.topology.node_id.tolist() == [ord(letter) for letter in "ABCD"]
    assert seen.roads.value[ab, 0] == 3.5
    assert np.isnan(seen.roads.value[bc]).all()
    assert seen.roads.name[ab] == "Phố Vọng"
    assert seen.roads.classes[seen.roads.road_class[bc]] == "tertiary"
    assert seen.roads.limits[ab, 0].tolist() == [3_500_000] * 3


def test_nothing_changed_is_one_query_and_the_same_object(plan, network):
    first = network()
    # Inside of the transaction of the test it also looks for edits of its own.
    with CaptureQueriesContext(connection) as asked:
        assert network() is first
    assert len(asked) == 2


def test_one_edit_of_each_kind_costs_a_fixed_number_of_queries(plan, network):
    network()
    for n in (1, 20):
        for i in range(n):
            plan.restriction("A", ref=f"gate {n}/{i}", on="AB")
        with CaptureQueriesContext(connection) as asked:
            network()
        # Two of them count the transaction's own edits; changed rows are read beside the queries that Django sees.
        assert len(asked) == FOLLOWED_QUERIES, [query["sql"][:60] for query in asked]


@pytest.mark.parametrize(
    ("column", "value", "seen"),
    [
        ("clear_width_m", 2.5, lambda s, e: s.roads.value[e, 0] == 2.5 and s.roads.limits[e, 0, BLOCK] == 2_500_000),
        ("clear_width_m", float("nan"), lambda s, e: s.roads.value[e, 0] == 0.0),
        ("clear_width_m", None, lambda s, e: np.isnan(s.roads.value[e, 0])),
        ("max_axle_load_t", 6.0, lambda s, e: s.roads.value[e, 3] == 6.0),
        ("clear_height_on", date(2026, 5, 1), lambda s, e: s.roads.observed_on[e, 1] == date(2026, 5, 1).toordinal()),
        ("highway", "steps", lambda s, e: (s.roads.limits[e] == NOTHING).all()),
        ("highway", "brand_new", lambda s, e: s.roads.classes[s.roads.road_class[e]] == "brand_new"),
        ("oneway", "-1", lambda s, e: s.roads.oneway[e] == -1),
        ("access", "private", lambda s, e: s.roads.closed[e] and s.roads.access[e] == "private"),
        ("access", "permissive", lambda s, e: s.roads.access[e] == "permissive" and not s.roads.closed[e]),
        ("bridge", True, lambda s, e: s.roads.bridge[e]),
        ("name", "Ngõ 29", lambda s, e: s.roads.name[e] == "Ngõ 29"),
        ("surveyed_by", "Đội 9", lambda s, e: s.roads.surveyed_by[e] == "Đội 9"),
    ],
)
def test_an_edit_of_a_road_is_seen_at_once_and_its_reversal_restores_the_arrays(plan, network, column, value, seen):
    before = network()
    road = Road.objects.get(ref="AB")
    old = getattr(road, column)
    Road.objects.filter(pk=road.pk).update(**{column: value})
    after = network()
    assert after.version == before.version + 1
    assert seen(after, edge_of(after, "AB"))
    assert not seen(before, edge_of(before, "AB"))
    Road.objects.filter(pk=road.pk).update(**{column: old})
    restored = network()
    if column == "highway":  # a class once met keeps its number
        restored = replace(
            restored, roads=replace(restored.roads, classes=before.roads.classes, pace=before.roads.pace)
        )
    assert same(restored, before)


@pytest.mark.parametrize("ref", ["gate 1", "gate 99"])
def test_removing_a_restriction_restores_the_arrays_to_the_bit(plan, network, ref):
    plan.restriction("B", ref="gate 5", on="AB", clear_width_m=2.2, schedule="05:00-09:00")
    plan.restriction("D", ref="gate 7", on="BD")
    before = network()
    added = plan.restriction("A", ref=ref, on="AB", clear_width_m=1.0, schedule="Su off; Mo 05:00-09:00")
    during = network()
    assert len(during.standings.records) == 3
    added.delete()
    assert same(network(), before)


def test_an_edited_restriction_is_in_its_place_with_its_limits(plan, network):
    gate = plan.restriction("B", on="AB", clear_width_m=2.2)
    seen = network()
    on_ab = seen.standings.first[edge_of(seen, "AB")]
    assert (seen.standings.from_mm[on_ab], seen.standings.limits[on_ab, 0, BLOCK]) == (50_000, 2_200_000)
    AccessRestriction.objects.filter(pk=gate.pk).update(clear_width_m=3.2, road_ref="BC", legal_only=True)
    seen = network()
    on_bc = seen.standings.first[edge_of(seen, "BC")]
    assert (seen.standings.from_mm[on_bc], seen.standings.limits[on_bc, 0, BLOCK]) == (0, 3_200_000)
    assert seen.standings.legal[on_bc]
    assert same(seen, LiveNetwork().current().network)


def test_an_assumption_edited_changes_every_road_of_the_class(plan, network):
    before = network()
    bc = edge_of(before, "BC")
    assert before.roads.limits[bc, 0].tolist() == [FREE, 3_500_000, NOTHING]
    RoadClassAssumption.objects.filter(highway="tertiary").update(clear_width_m=3.0, speed_kmh=36.0)
    seen = network()
    assert seen.roads.limits[bc, 0].tolist() == [FREE, 3_000_000, NOTHING]
    assert seen.roads.pace[seen.roads.road_class[bc]] == 100_000
    RoadClassAssumption.objects.filter(highway="tertiary").delete()
    assert network().roads.limits[bc, 0].tolist() == [FREE, NOTHING, NOTHING]


def test_a_road_drawn_is_there_and_one_removed_is_not(plan, network):
    network()
    plan.road("DA")
    assert len(network().topology.edge_id) == 4
    Road.objects.filter(ref="DA").delete()
    assert len(network().topology.edge_id) == 3
    Road.objects.filter(ref="BD").update(start_node=ord("A"))
    seen = network()
    assert seen.topology.tail[edge_of(seen, "BD")] == seen.topology.tail[edge_of(seen, "AB")]


def test_a_ban_on_turning_is_in_the_graph(plan, network):
    Road.objects.filter(ref="AB").update(osm_way_id=1)
    Road.objects.filter(ref="BD").update(osm_way_id=2)
    assert not len(network().topology.ban_to)
    TurnRestriction.objects.create(
        osm_relation_id=1, kind="no_right_turn", from_way_id=1, via_node=ord("B"), to_way_id=2
    )
    assert len(network().topology.ban_to) == 1


def test_a_roll_back_leaves_nothing(plan, network):
    before = network()
    with transaction.atomic():
        plan.restriction("B", on="AB")
        assert len(network().standings.records) == 1
        transaction.set_rollback(True)
    assert same(network(), before)
    assert network().version == before.version


def test_an_edit_that_touches_nothing_we_know_keeps_the_arrays(plan, network):
    before = network()
    Road.objects.filter(ref="AB").update(remarks="seen")
    seen = network()
    assert seen.version == before.version + 1
    assert seen.roads.limits is before.roads.limits


def test_too_far_behind_reads_everything_anew(plan, network):
    before = network()
    plan.restriction("B", on="AB")
    with connection.cursor() as cursor:
        counter.read_stamp()
        cursor.execute("UPDATE routes_networkversion SET oldest_kept = version")
    seen = network()
    assert len(seen.standings.records) == 1
    assert seen.topology is not before.topology


def test_old_changes_are_removed_and_said_to_be(plan, network):
    network()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE routes_networkversion SET version = %s, last_tx = 0", [KEPT + 199])
    plan.restriction("B", on="AB")
    counter.read_stamp()
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, oldest_kept FROM routes_networkversion")
        assert cursor.fetchone() == (KEPT + 200, 200)
        cursor.execute("SELECT min(version) FROM routes_networkchange")
        assert cursor.fetchone() == (KEPT + 200,)
    assert len(network().standings.records) == 1


def test_another_history_with_the_same_numbers_is_noticed(plan, network):
    """A restored backup counts from where it stood: the number alone would say that nothing changed."""
    version = network().version
    plan.restriction("B", on="AB")
    counter.read_stamp()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM routes_networkchange WHERE version > %s", [version])
        cursor.execute("UPDATE routes_networkchange SET tx = 1")
        cursor.execute("UPDATE routes_networkversion SET version = %s, last_tx = 1", [version])
    assert len(network().standings.records) == 1


def test_a_road_of_a_faster_class_takes_the_landmarks_away_until_they_are_made_anew(plan, network):
    before = network()
    assert before.topology.landmark_ms.shape[1] > 0
    Road.objects.filter(ref="BD").update(highway="motorway")
    seen = network()
    assert seen.topology.landmark_ms.shape[1] == 0
    assert seen.rebuilding


def test_everything_listed_at_once_is_read_anew(plan, network):
    network()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE routes_accessrestriction CASCADE")
    assert len(network().standings.records) == 0
    Road.objects.all().delete()
    seen = network()
    assert (len(seen.topology.edge_id), len(seen.standings.from_mm)) == (0, 0)
