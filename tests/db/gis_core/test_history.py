"""History is written by the database, so that an edit made in SQL or QGIS is kept like any other."""

import pghistory
import pytest
from django.db import connection

from gis_core.history import read_history
from gis_core.registry import layer_registry
from gis_core.versions import data_version, read_versions
from hydrants.models import Hydrant
from tests.db.gis_core.conftest import hydrant

pytestmark = pytest.mark.django_db

TABLE = "hydrants_hydrant"


def run(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_id', '', true)")
        cursor.execute(statement, parameters)


@pytest.fixture
def stored(db):
    run("INSERT INTO hydrants_hydrant (ref, geom) VALUES ('H', ST_Point(105.85, 21.05)::geography)")
    return Hydrant.objects.get()


def test_a_row_of_reference_and_place_can_be_made_in_sql(stored):
    assert (stored.status, stored.version, stored.evidence, stored.flow_lps) == ("unknown", 1, "none", None)
    assert [entry.kind for entry in read_history(Hydrant, stored.pk)] == ["insert"]


def test_an_edit_in_sql_is_kept_with_what_it_changed(stored):
    run("UPDATE hydrants_hydrant SET status = 'faulty', flow_lps = 3")
    last = read_history(Hydrant, stored.pk)[0]
    assert (last.kind, last.by) == ("update", "")
    assert {(old, new) for _, old, new in last.changes} == {("unknown", "faulty"), ("", "3.0")}


def test_an_edit_in_sql_counts_up_the_version_and_one_that_changes_nothing_does_not(stored):
    run("UPDATE hydrants_hydrant SET status = 'faulty'")
    run("UPDATE hydrants_hydrant SET status = 'faulty'")
    stored.refresh_from_db()
    assert stored.version == 2


def test_a_deleted_row_leaves_its_history(stored):
    run("DELETE FROM hydrants_hydrant")
    assert [entry.kind for entry in read_history(Hydrant, stored.pk)] == ["delete", "insert"]


def test_an_import_is_named_in_the_history(load):
    load([hydrant()], apply=True)
    assert read_history(Hydrant, Hydrant.objects.get().pk)[0].by == "import_layer rows.geojson"


def test_a_person_is_named_in_the_history(stored, person):
    user = person(None)
    with pghistory.context(user=user.pk):
        Hydrant.objects.filter(pk=stored.pk).update(status="faulty")
    assert read_history(Hydrant, stored.pk)[0].by == user.username


def test_history_costs_the_same_queries_however_long_it_is(stored, django_assert_max_num_queries):
    for number in range(20):
        run("UPDATE hydrants_hydrant SET remarks = %s", str(number))
    with django_assert_max_num_queries(2):
        assert len(read_history(Hydrant, stored.pk)) == 21


def test_every_writing_statement_moves_the_version_of_its_table_and_only_of_it(stored):
    before = read_versions([TABLE, "routes_road"])
    run("UPDATE hydrants_hydrant SET status = 'faulty'")
    after = read_versions([TABLE, "routes_road"])
    assert after[TABLE] == before[TABLE] + 1
    assert after["routes_road"] == before["routes_road"]
    assert data_version([TABLE]) == f"{TABLE}.{after[TABLE]}"


@pytest.mark.parametrize("layer", [each for each in layer_registry if not each.computed], ids=lambda layer: layer.id)
def test_every_layer_that_people_edit_keeps_history_by_triggers(layer):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [layer.table])
        names = " ".join(name for (name,) in cursor.fetchall())
    for trigger in ("insert_insert", "update_update", "delete_delete", "stamp_version", "count_changes"):
        assert trigger in names
