"""The policy says the same in Python and in the database, on every combination of facts, NULL and NaN included."""

from itertools import cycle, product

import pytest
from django.contrib.gis.geos import Point

from hydrants.models import Hydrant, IntakePoint, WaterTank
from hydrants.sources import AnyWaterSource
from hydrants.usability import Demand, Marked, reason_against

pytestmark = pytest.mark.django_db

NAN, INF = float("nan"), float("inf")
FLOWS = (None, NAN, INF, -INF, -1.0, 0.0, 9.9, 10.0, 35.0)
DEPTHS = (None, NAN, INF, -INF, -0.5, 0.0, 7.0, 7.01)
PLACE = Point(105.82, 21.0, srid=4326)


def store(model, *names_and_values):
    names = names_and_values[::2]
    rows = enumerate(product(*names_and_values[1::2]))
    model.objects.bulk_create(
        model(ref=str(n), geom=PLACE, **dict(zip(names, values, strict=True))) for n, values in rows
    )


@pytest.fixture
def every_combination(bare_tables, codes_of_old):
    store(Hydrant, "status", ("working", "faulty", "blocked", "missing", "unknown", "closed", ""), "flow_lps", FLOWS)
    store(
        IntakePoint,
        "status", ("working", "unknown"), "kind", ("berth", "lake", "aircraft"),
        "access", ("truck", "portable_pump", "aircraft", "unknown", "", "boat"),
        "suction_depth_m", DEPTHS, "flow_lps", FLOWS,
    )  # fmt: skip
    store(
        WaterTank,
        "status", ("working", "unknown"), "reachable_by_truck", ("yes", "no", "unknown", "", "maybe"),
        "suction_depth_m", DEPTHS, "flow_lps", FLOWS, "volume_m3", (None, NAN, -1.0, 0.0, 60.0),
    )  # fmt: skip


def test_the_database_and_the_pure_rule_agree_on_every_row(every_combination):
    sources = list(AnyWaterSource.objects.all())
    for max_suction_depth_m, min_flow_lps in product((7.0, 0.0), (None, 10.0, 1e9)):
        # Every third source is out, whatever else is wrong with it.
        out = frozenset(source.key for source in sources[::3])
        says = cycle((None, *Marked))
        marked = {source.key: said for source, said in zip(sources, says, strict=False) if said}
        demand = Demand(max_suction_depth_m, min_flow_lps, out, marked)
        by_rule = {source.key for source in sources if reason_against(source, demand) is None}
        usable = set(AnyWaterSource.objects.usable(demand).values_list("key", flat=True))
        unusable = set(AnyWaterSource.objects.unusable(demand).values_list("key", flat=True))
        assert usable == by_rule, demand
        assert unusable == {source.key for source in sources} - by_rule, demand
        assert (len(usable) > 0) is (min_flow_lps != 1e9)


def test_the_view_holds_every_source_once_and_nobody_s_telephone(hydrant, berth, tank):
    made = [hydrant(contact_phone="0900000001"), berth(kind="lake"), tank(volume_m3=60)]
    rows = {row["layer"]: row for row in AnyWaterSource.objects.values()}
    assert [(layer, row["id"], row["ref"]) for layer, row in sorted(rows.items())] == [
        (layer, source.pk, source.ref) for layer, source in zip(sorted(rows), made, strict=True)
    ]
    assert [rows[layer]["kind"] for layer in sorted(rows)] == ["unknown", "lake", "tank"]
    assert rows["water-tanks"]["volume_m3"] == 60
    assert not {name for row in rows.values() for name in row} & {"contact_name", "contact_phone", "remarks", "tags"}
