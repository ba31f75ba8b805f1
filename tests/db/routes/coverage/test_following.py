"""Coverage in the tables: computed whole and brought right edit by edit, which must come to the same."""

from datetime import datetime, timedelta
from random import Random

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from gis_core.errors import Forbidden
from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from hydrants.outage_models import Outage
from layers.models import Building, Facility
from routes.coverage.areas import NotComputed, figures_of_ward, trend, ward_of
from routes.coverage.follower import Follower
from routes.coverage.models import (
    BuildingCoverage,
    CoverageChange,
    CoverageOverride,
    CoverageRun,
    WardCoverage,
    WardSnapshot,
)
from routes.coverage.running import Done, run_whole
from routes.models import AccessRestriction
from tests.sketch import Sketch

pytestmark = pytest.mark.django_db

PLAN = Sketch(
    """
    A.........B.........C.........D
    .         .         .
    .         .         .
    E.........F.........G.........H
    .         .
    .         .
    J.........K.........L
    """
)
ROADS = ("AB", "BC", "CD", "AE", "BF", "CG", "EF", "FG", "GH", "EJ", "FK", "JK", "KL")
WIDE = {"clear_width_m": 6.0, "clear_height_m": 5.0, "max_weight_t": 30.0, "highway": "primary"}


def at():
    return timezone.now()


def today():
    return timezone.localdate()


@pytest.fixture
def quarter():
    """A quarter with a ward over all of it and a fire station in it."""
    lon, lat = PLAN.point("F")
    box = [(lon + x, lat + y) for x, y in ((-0.01, -0.01), (0.01, -0.01), (0.01, 0.01), (-0.01, 0.01), (-0.01, -0.01))]
    ring = ", ".join(f"{x} {y}" for x, y in box)
    unit = apps.get_model("gis_core.AdministrativeUnit").objects.create(
        ref="ward/1", code="00001", name="Phường Thử", level=3, valid_from="2025-07-01",
        geom=f"SRID=4326;MULTIPOLYGON((({ring})))",
    )  # fmt: skip
    for path in ROADS:
        PLAN.road(path, **WIDE)
    apps.get_model("layers.FireStation").objects.create(ref="station", name="Đội 1", geom=place("F"))
    return unit


def place(name, shift_m=(0.0, 0.0)):
    return "SRID=4326;POINT({} {})".format(*PLAN.point(name, shift_m=shift_m))


def hydrant(name, shift_m=(3.0, 3.0), **columns):
    values = {
        "status": "working",
        "flow_lps": 20.0,
        "verified_on": today() - timedelta(days=9),
        "main_ref": "",
        **columns,
    }
    return Hydrant.objects.create(ref=f"hydrant/{name}", geom=place(name, shift_m), **values)


def house(name, shift_m=(-4.0, 4.0), **columns):
    values = {"use": "home", "storeys": 2, "households": 1, "people": 4, **columns}
    return Building.objects.create(ref=f"house/{name}{shift_m}", geom=place(name, shift_m), **values)


def class_of(record, layer="buildings"):
    return BuildingCoverage.objects.get(of_layer=layer, of_id=record.pk)


ROWS = [
    f.attname
    for f in BuildingCoverage._meta.concrete_fields
    if f.attname not in {"id", "version", "created_at", "updated_at"}
]
FIGURES = [
    f.attname
    for f in WardCoverage._meta.concrete_fields
    if f.attname not in {"id", "version", "created_at", "updated_at"}
]


def stored():
    return (
        list(BuildingCoverage.objects.order_by("ref").values_list(*ROWS)),
        list(WardCoverage.objects.order_by("ref").values_list(*FIGURES)),
    )


# What is stored -------------------------------------------------------------------------------------------------------


def test_a_house_near_a_working_verified_hydrant_is_covered_and_the_ward_says_so(quarter):
    near, source = house("B"), hydrant("A")
    run_whole(at=at())
    row = class_of(near)
    assert (row.coverage, row.reason, row.source_key) == ("covered", "enough", f"hydrants/{source.pk}")
    # 100 m of road less 7 m between the places, and the metres beside it on both sides.
    assert row.source_hose_m == pytest.approx(93 + 3 + 4, abs=0.1)
    figures = figures_of_ward(quarter)
    assert (figures["buildings"], figures["buildings_covered"], figures["people_covered"]) == (1, 1, 4)
    assert WardCoverage.objects.get().band == "full"


@pytest.mark.parametrize(
    ("columns", "coverage", "reason"),
    [
        ({"verified_on": None}, "recorded_only", "not_verified"),
        ({"flow_lps": None}, "not_classifiable", "flow_unknown"),
        ({"status": "unknown"}, "not_classifiable", "state_unknown"),
        ({"flow_lps": 0.0}, "not_covered", "none_usable"),
        ({"flow_lps": 9.9}, "not_covered", "flow_too_low"),
        ({"status": "faulty"}, "not_covered", "none_usable"),
    ],
)
def test_what_nobody_knows_of_a_source_is_neither_enough_nor_nothing(quarter, columns, coverage, reason):
    near = house("B")
    hydrant("A", **columns)
    run_whole(at=at())
    row = class_of(near)
    assert (row.coverage, row.reason) == (coverage, reason)


def test_two_hydrants_on_one_main_are_two_sources_and_not_twice_the_water(quarter):
    tall = house("B", storeys=20)
    hydrant("A", flow_lps=20.0, main_ref="M1")
    second = hydrant("C", flow_lps=20.0, main_ref="M1")
    run_whole(at=at())
    assert (class_of(tall).coverage, class_of(tall).reason) == ("not_covered", "flow_too_low")
    Hydrant.objects.filter(pk=second.pk).update(main_ref="M2")
    run_whole(at=at())
    assert class_of(tall).coverage == "covered"
    second.delete()
    run_whole(at=at())
    assert (class_of(tall).coverage, class_of(tall).reason) == ("not_covered", "one_source_only")


def test_two_sources_whose_main_nobody_noted_may_be_one(quarter):
    tall = house("B", storeys=20)
    hydrant("A", flow_lps=20.0)
    hydrant("C", flow_lps=20.0)
    run_whole(at=at())
    assert class_of(tall).coverage == "not_classifiable"


def test_a_building_without_a_way_is_not_classifiable_and_its_households_are_perhaps_beyond(quarter):
    far = house("A", shift_m=(-500.0, 0.0))
    hydrant("A")
    run_whole(at=at())
    assert (class_of(far).coverage, class_of(far).reason) == ("not_classifiable", "no_way_near")
    figures = figures_of_ward(quarter)
    assert (figures["households_beyond_400m"], figures["households_perhaps_beyond_400m"]) == (0, 1)


def test_what_nobody_counted_is_kept_apart_from_nobody(quarter):
    house("B", households=None, people=0)
    run_whole(at=at())
    figures = figures_of_ward(quarter)
    assert (figures["buildings_households_unknown"], figures["buildings_people_unknown"]) == (1, 0)
    assert figures["households_beyond_100m"] == figures["people_beyond_100m"] == 0


def test_a_source_on_the_border_of_two_wards_counts_for_houses_of_both(quarter):
    quarter.geom.srid  # noqa: B018 - the ward of the house is what its row says, wherever the source stands
    near = house("B")
    source = hydrant("A")
    Hydrant.objects.filter(pk=source.pk).update(administrative_unit=None)
    run_whole(at=at())
    assert class_of(near).coverage == "covered"


def test_a_hydrant_no_truck_gets_to_covers_nobody(quarter):
    near = house("B")
    hydrant("A")
    for path in ("AB", "AE"):
        PLAN.restriction(path, on=path, kind="bollard", blocks_vehicles="yes", passable_on_foot="yes")
    run_whole(at=at())
    assert class_of(near).coverage != "covered"


def test_a_facility_has_a_class_too_and_is_not_counted_as_a_building(quarter):
    school = Facility.objects.create(
        ref="school", name="Trường", sector="education", storeys=2, geom=place("B", (4, 4))
    )
    hydrant("A")
    run_whole(at=at())
    assert class_of(school, "facilities").coverage == "covered"
    assert figures_of_ward(quarter)["buildings"] == 0


def test_a_run_that_is_broken_off_leaves_everything_as_it_was(quarter, monkeypatch):
    house("B")
    hydrant("A")
    run_whole(at=at())
    before = stored(), CoverageRun.objects.count()
    Hydrant.objects.update(status="faulty")
    monkeypatch.setattr("routes.coverage.store.write_wards", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_whole(at=at())
    assert (stored(), CoverageRun.objects.count()) == before


# What planners say ----------------------------------------------------------------------------------------------------


def test_a_planner_s_word_counts_and_the_computed_class_stays_beside_it(quarter):
    near = house("B")
    hydrant("A")
    follower = Follower()
    follower.step(at=at())
    made = CoverageOverride.objects.create(
        of_layer="buildings", of_id=near.pk, coverage="not_covered", comment="Cổng khóa ban đêm", author="an"
    )
    follower.step(at=at())
    row = class_of(near)
    assert (row.coverage, row.computed, row.overridden) == ("not_covered", "covered", True)
    assert figures_of_ward(quarter)["buildings_not_covered"] == 1
    assert CoverageChange.objects.get().cause == "override"
    made.delete()
    follower.step(at=at())
    assert class_of(near).coverage == "covered"


# One edit -------------------------------------------------------------------------------------------------------------


def test_nothing_is_written_where_nothing_changed(quarter):
    house("B")
    hydrant("A")
    follower = Follower()
    assert follower.step(at=at()).whole
    assert follower.step(at=at()) is None


@pytest.mark.parametrize("table", ["gis_core_administrativeunit", "layers_firestation", "hydrants_hydrant"])
def test_a_statement_that_changes_no_row_computes_nothing_anew(quarter, table):
    house("B")
    hydrant("A")
    follower = Follower()
    follower.step(at=at())
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET remarks = remarks WHERE false")
    assert follower.step(at=at()) == Done(houses=0, changed=0, whole=False)


@pytest.mark.parametrize("table", ["layers_firestation", "hydrants_hydrant"])
def test_a_table_that_was_emptied_without_a_history_covers_nobody_any_more(quarter, table):
    near = house("B")
    hydrant("A")
    follower = Follower()
    follower.step(at=at())
    assert class_of(near).coverage == "covered"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {table} CASCADE")
    if table == "hydrants_hydrant":
        hydrant("L", status="faulty")  # what was put in instead has a history, what was there has none
    assert follower.step(at=at()).whole
    assert class_of(near).coverage != "covered"


def test_an_edit_of_a_ward_or_a_station_is_felt_by_every_house(quarter):
    house("B")
    hydrant("A")
    follower = Follower()
    follower.step(at=at())
    quarter.name = "Phường Khác"
    quarter.save()
    assert follower.step(at=at()).whole
    apps.get_model("layers.FireStation").objects.update(geom=place("B"))
    assert follower.step(at=at()).whole


def test_a_source_that_goes_out_of_service_changes_its_houses_and_the_ward_and_says_why(quarter):
    near, other = house("B"), house("L")
    source = hydrant("A")
    follower = Follower()
    follower.step(at=at())
    begun = at()
    Hydrant.objects.filter(pk=source.pk).update(status="faulty")
    done = follower.step(at=at())
    assert not done.whole
    assert class_of(near).coverage == "not_covered"
    assert figures_of_ward(quarter)["buildings_covered"] == 0
    changes = CoverageChange.objects.filter(at__gte=begun).order_by("of_id")
    assert [(c.of_id, c.before, c.after, c.cause) for c in changes] == [
        (near.pk, "covered", "not_covered", "sources"),
        (other.pk, "covered", "not_covered", "sources"),
    ]


def test_an_outage_counts_while_it_runs_and_no_longer(quarter):
    near = house("B")
    source = hydrant("A")
    follower = Follower()
    now = at()
    follower.step(at=now)
    Outage.objects.create(hydrant=source, from_at=now + timedelta(minutes=1), until_at=now + timedelta(minutes=2))
    follower.step(at=now)
    assert class_of(near).coverage == "covered"
    follower.step(at=now + timedelta(seconds=90))
    assert class_of(near).coverage == "not_covered"
    follower.step(at=now + timedelta(minutes=3))
    assert class_of(near).coverage == "covered"


def test_the_trend_between_two_days_names_the_causes(quarter):
    house("B")
    source = hydrant("A")
    now = at()
    with pytest.raises(NotComputed):
        trend(quarter, today() - timedelta(days=9), today())
    run_whole(at=now - timedelta(days=2))
    Hydrant.objects.filter(pk=source.pk).update(status="faulty")
    run_whole(at=now)
    told = trend(ward_of("00001", today()), today() - timedelta(days=1), today())
    assert (told.since[1]["buildings_covered"], told.until[1]["buildings_covered"]) == (1, 0)
    assert [(c.before, c.after, c.cause, c.buildings) for c in told.changes] == [
        ("covered", "not_covered", "sources", 1)
    ]
    assert WardSnapshot.objects.count() == 2


def edits(random):
    """One edit of many kinds, each a sentence of what somebody does."""
    name = random.choice("ABCDEFGHJKL")
    shift = (random.uniform(-12, 12), random.uniform(-12, 12))
    number = random.randrange(10**9)
    some = {
        "status": random.choice(["working", "faulty", "unknown"]),
        "flow_lps": random.choice([None, 5.0, 12.0, 20.0, 40.0]),
        "main_ref": random.choice(["", "M1", "M2"]),
        "verified_on": random.choice([None, today()]),
    }
    hydrants, houses = Hydrant.objects.order_by("pk"), Building.objects.order_by("pk")
    restrictions = AccessRestriction.objects.order_by("pk")
    kind = random.choice(["hydrant", "hydrant", "state", "state", "house", "gate", "gate", "move", "remove", "remove"])
    if kind == "hydrant":
        Hydrant.objects.create(ref=f"h{number}", geom=place(name, shift), **some)
    elif kind == "state" and hydrants:
        Hydrant.objects.filter(pk=random.choice(hydrants).pk).update(**some)
    elif kind == "house":
        Building.objects.create(
            ref=f"b{number}", geom=place(name, shift), use=random.choice(["home", "public", "unknown"]),
            storeys=random.choice([None, 1, 5, 20]), households=random.choice([None, 1, 3]), people=4,
        )  # fmt: skip
    elif kind == "gate":
        PLAN.restriction(
            random.choice(ROADS)[0], shift_m=shift, ref=f"r{number}", kind="gate",
            passable_on_foot=random.choice(["yes", "no", "no", "unknown"]),
            blocks_vehicles=random.choice(["yes", "no", "unknown"]),
        )  # fmt: skip
    elif kind == "move" and houses:
        Building.objects.filter(pk=random.choice(houses).pk).update(geom=place(name, shift))
        if hydrants:
            Hydrant.objects.filter(pk=random.choice(hydrants).pk).update(geom=place(name, shift))
    elif kind == "remove":
        for rows in (hydrants, houses, restrictions):
            if len(rows) > 2:
                random.choice(rows).delete()


@pytest.mark.parametrize("seed", range(4))
def test_edit_by_edit_comes_to_the_same_as_all_anew(quarter, seed):
    random = Random(seed)
    for name in "BDGKL":
        house(name)
    for name in "AH":
        hydrant(name)
    follower = Follower()
    follower.step(at=at())
    for _ in range(12):
        edits(random)
        if random.random() < 0.3:
            edits(random)
        done = follower.step(at=at())
        assert done is None or not done.whole
        followed = stored()
        run_whole(at=at())
        assert stored() == followed


def test_a_drawn_road_is_computed_anew(quarter):
    near = house("D")
    hydrant("H")
    follower = Follower()
    follower.step(at=at())
    before = class_of(near).source_hose_m
    PLAN.road("DH", **WIDE)
    assert follower.step(at=at()).whole
    assert class_of(near).source_hose_m < before


# Nobody edits what is computed ----------------------------------------------------------------------------------------


def test_a_computed_layer_is_not_written_to(quarter):
    for layer in ("building-coverage", "ward-coverage"):
        with pytest.raises(Forbidden, match="computed"):
            layer_registry.get(layer).demand_editable()


def test_pairs_agree_with_pgrouting(quarter):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'pgrouting'")
        if not cursor.fetchone()[0]:
            pytest.skip("PGROUTING IS NOT INSTALLED: the pairs are not compared with pgr_withPointsDD")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pgrouting")
    for name in "BDGKL":
        house(name)
    for name in "AHJ":
        hydrant(name)
    state, _ = run_whole(at=at())
    pairs, topology = state.store.base, state.network.topology
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE e (id bigint, source bigint, target bigint, cost float, reverse_cost float)")
        cursor.execute("CREATE TEMP TABLE p (pid bigint, edge_id bigint, fraction float)")
        for edge in range(len(topology.edge_id)):
            length = topology.length_mm[edge] / 1000
            row = [edge, int(topology.tail[edge]) + 1000, int(topology.head[edge]) + 1000, length, length]
            cursor.execute("INSERT INTO e VALUES (%s, %s, %s, %s, %s)", row)
        for places, first in ((state.houses.places, 1), (state.sources.places, 101)):
            for i in range(len(places)):
                fraction = places.at_mm[i] / topology.length_mm[places.edge[i]]
                row = [first + i, int(places.edge[i]), min(max(float(fraction), 1e-9), 1 - 1e-9)]
                cursor.execute("INSERT INTO p VALUES (%s, %s, %s)", row)
        cursor.execute(
            "SELECT start_vid, node, agg_cost FROM pgr_withPointsDD('SELECT * FROM e', 'SELECT * FROM p', "
            "ARRAY(SELECT -pid FROM p WHERE pid > 100), 400, directed => false, details => true) WHERE node < 0"
        )
        told = {(-node - 1, -start - 101): cost for start, node, cost in cursor.fetchall() if -101 < node < 0}
    offsets = state.houses.offset_mm, state.sources.places.offset_mm
    found = {
        (h, s): (mm - int(offsets[0][h]) - int(offsets[1][s])) / 1000
        for h, s, mm in zip(pairs.house.tolist(), pairs.source.tolist(), pairs.distance_mm.tolist(), strict=True)
    }
    assert found
    assert set(found) <= set(told)
    for key, metres in found.items():
        assert told[key] == pytest.approx(metres, abs=0.002)


def test_the_moment_is_told_in_hanoi_s_time(quarter):
    house("B")
    run_whole(at=datetime.fromisoformat("2026-11-29T23:30:00+00:00"))
    assert CoverageRun.objects.get().rules_on.isoformat() == "2026-11-30"
