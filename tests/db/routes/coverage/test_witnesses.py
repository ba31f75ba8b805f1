"""Coverage on the real roads of the centre, alleys included, against witnesses that share nothing with it."""

from random import Random
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from hydrants.models import Hydrant
from routes.coverage.follower import Follower
from routes.coverage.running import run_whole
from routes.models import AccessRestriction, Road
from tests.cities import town, whole_of
from tests.db.routes.coverage.test_following import stored
from tests.split_roads import HOUSE, SOURCE, arcs_of, by_networkx, graph_of

LIMIT_MM = 400_000


@pytest.fixture(scope="module")
def computed(centre):
    """What one run finds, and the roads as both witnesses see them."""
    state, _ = run_whole(at=timezone.now())
    places = state.houses.places, state.sources.places
    arcs = {surely: arcs_of(state.network, *places, surely=surely) for surely in (False, True)}
    return SimpleNamespace(state=state, pairs=state.store.base, arcs=arcs, sources=len(state.sources))


def ours(pairs, *, surely, sources=None):
    """Millimetres by house and source."""
    mm = pairs.sure_mm if surely else pairs.distance_mm
    keys = zip(pairs.house.tolist(), pairs.source.tolist(), strict=True)
    return {
        key: way for key, way in zip(keys, mm.tolist(), strict=True)
        if way >= 0 and (sources is None or key[1] in sources)
    }  # fmt: skip


def by_driving_distance(arcs, limit_mm):
    """Ask pgr_drivingDistance: millimetres by house and source."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'pgrouting'")
        if cursor.fetchone() == (0,):
            pytest.skip("PGROUTING IS NOT INSTALLED: distances are not compared with pgr_drivingDistance")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pgrouting")
        cursor.execute("DROP TABLE IF EXISTS arc")
        cursor.execute("CREATE TEMP TABLE arc (id bigserial, source bigint, target bigint, cost float8)")
        with cursor.copy("COPY arc (source, target, cost) FROM STDIN") as copy:
            for arc in arcs:
                copy.write_row(arc)
        starts = sorted({start for start, _, _ in arcs if SOURCE <= start < SOURCE + 10**6})
        cursor.execute(
            "SELECT * FROM pgr_drivingDistance('SELECT id, source, target, cost FROM arc', %s::bigint[], %s, true) "
            "WHERE node BETWEEN %s AND %s",
            [starts, float(limit_mm), HOUSE, SOURCE - 1],
        )
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute("DROP TABLE arc")
    # The column of the start has another name since pgRouting 3.6.
    start = "start_vid" if "start_vid" in names else "from_v"
    return {(row["node"] - HOUSE, row[start] - SOURCE): row["agg_cost"] for row in rows}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("surely", [False, True])
def test_distances_in_a_town_equal_pgr_driving_distance_to_the_millimetre(seed, surely):
    whole = whole_of(town(seed, side=12), seed, houses=300, sources=30)
    pairs = whole.walk.pairs(whole.houses, whole.sources, limit_mm=whole.limit_mm)
    told = by_driving_distance(arcs_of(whole.network, whole.houses, whole.sources, surely=surely), whole.limit_mm)
    assert ours(pairs, surely=surely) == told
    assert len(told) > 300


@pytest.mark.real_data
@pytest.mark.django_db
@pytest.mark.parametrize("surely", [False, True])
def test_distances_on_real_roads_equal_pgr_driving_distance_to_the_millimetre(computed, surely):
    told = by_driving_distance(computed.arcs[surely], LIMIT_MM)
    assert ours(computed.pairs, surely=surely) == told
    assert len(told) > 20_000


@pytest.mark.real_data
@pytest.mark.django_db
@pytest.mark.parametrize("surely", [False, True])
def test_distances_on_real_roads_equal_brute_force_to_the_millimetre(computed, surely):
    sources = range(0, computed.sources, 3)
    told = by_networkx(computed.arcs[surely], list(sources), LIMIT_MM)
    assert ours(computed.pairs, surely=surely, sources=set(sources)) == told
    assert len(told) > 5_000


@pytest.mark.real_data
@pytest.mark.django_db
def test_the_nearest_source_of_every_house_is_that_of_brute_force(computed):
    graph, weighed = graph_of(computed.arcs[False]), computed.state.weighed
    starts = [SOURCE + i for i in range(computed.sources) if SOURCE + i in graph]
    told = nx.multi_source_dijkstra_path_length(graph, set(starts), cutoff=LIMIT_MM, weight="mm")
    nearest = [told.get(HOUSE + house, -1) for house in range(len(weighed.nearest))]
    assert weighed.nearest_mm.tolist() == nearest
    assert (weighed.nearest_mm >= 0).sum() > 3_000


@pytest.mark.real_data
@pytest.mark.django_db
def test_the_roads_have_alleys_and_gates_that_count(computed):
    kinds = set(Road.objects.values_list("highway", flat=True))
    assert {"service", "footway", "residential"} <= kinds
    pairs = computed.pairs
    assert (pairs.sure_mm < 0).sum() > 1_000  # some are reached through the unknown only
    assert (pairs.sure_mm > pairs.distance_mm).sum() > 100  # and some on another way
    stops = computed.state.network.standings.foot == 0
    assert stops.sum() > 50


def one_of(random, model):
    return random.choice(list(model.objects.order_by("pk").values_list("pk", flat=True)))


def edit(random, number):
    """A source goes out of service or comes back, a gate appears, opens or goes."""
    kind = random.choice(["source", "source", "source", "gate", "gate", "opens", "goes"])
    if kind == "source":
        chosen = Hydrant.objects.get(pk=one_of(random, Hydrant))
        Hydrant.objects.filter(pk=chosen.pk).update(status="working" if chosen.status == "faulty" else "faulty")
    elif kind == "gate":
        road = Road.objects.get(pk=one_of(random, Road))
        AccessRestriction.objects.create(
            ref=f"edit/{number}", kind="gate", evidence="surveyed", road_ref=road.ref,
            geom=road.geom.interpolate_normalized(random.uniform(0.05, 0.95)),
            passable_on_foot=random.choice(["no", "no", "unknown"]), blocks_vehicles=random.choice(["yes", "unknown"]),
        )  # fmt: skip
    else:
        gate = AccessRestriction.objects.filter(pk=one_of(random, AccessRestriction))
        if kind == "goes":
            gate.delete()
        else:
            gate.update(passable_on_foot="yes", blocks_vehicles="no")


@pytest.mark.real_data
@pytest.mark.django_db
def test_sixty_edits_one_by_one_come_to_what_a_full_run_comes_to(centre):
    random, follower = Random(5), Follower()
    follower.step(at=timezone.now())
    begun, changed = stored(), 0
    for number in range(60):
        edit(random, number)
        done = follower.step(at=timezone.now())
        assert done is None or not done.whole
        changed += done.changed if done else 0
    followed = stored()
    assert changed > 100
    assert followed != begun
    run_whole(at=timezone.now())
    assert stored() == followed
    state = follower.state
    again, _ = run_whole(at=timezone.now())
    assert np.array_equal(state.store.all().distance_mm, again.store.base.distance_mm)
    assert np.array_equal(state.store.all().sure_mm, again.store.base.sure_mm)
