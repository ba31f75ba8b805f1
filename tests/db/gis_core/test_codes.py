"""Columns of codes take no other code, whichever way it comes."""

import logging

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.loader import MigrationLoader

from gis_core.codes import AddCodeCheck, code_check
from hydrants.models import IntakePoint
from routes.models import AccessRestriction
from tests.db.gis_core.conftest import checks_of, columns_where, write_gate

CODED = columns_where(lambda field: field.choices)

pytestmark = pytest.mark.django_db


def test_there_are_columns_of_codes():
    assert len(CODED) > 40


@pytest.mark.parametrize(("model", "field"), CODED)
def test_every_column_of_codes_is_guarded_by_the_database(model, field):
    assert code_check(model._meta.db_table, field).name in checks_of(model)


@pytest.mark.parametrize(
    "codes", [{"blocks_vehicles": "YES"}, {"openable": ""}, {"evidence": "Surveyed"}, {"passable_on_foot": "maybe"}]
)
def test_a_code_that_nobody_defined_is_refused_also_from_sql(codes):
    (name,) = codes
    with pytest.raises(IntegrityError, match=f"routes_accessrestriction_{name}_known"):
        write_gate("x", **codes)
    write_gate("x", **{name: "none" if name == "evidence" else "unknown"})


# What was written before the database refused it ---------------------------------------------------------------------


def guard(column, state):
    table = AccessRestriction._meta.db_table
    check = code_check(table, AccessRestriction._meta.get_field(column))
    with connection.schema_editor() as editor:
        AddCodeCheck("accessrestriction", check).database_forwards("routes", editor, state, state)


@pytest.fixture
def unguarded(codes_of_old):
    """Give the state of the migrations, with tables that take any code."""
    return MigrationLoader(connection).project_state()


def test_an_older_stray_becomes_what_it_means_or_unknown_and_is_named(unguarded, caplog):
    write_gate("meant", blocks_vehicles=" YES")
    write_gate("nonsense", blocks_vehicles="jein", openable="ja")
    with caplog.at_level(logging.WARNING, logger="gis_core.codes"):
        guard("blocks_vehicles", unguarded)
        guard("openable", unguarded)
    found = dict(AccessRestriction.objects.values_list("ref", "blocks_vehicles"))
    assert found == {"meant": "yes", "nonsense": "unknown"}
    assert AccessRestriction.objects.get(ref="nonsense").openable == "unknown"
    assert "'jein'" in caplog.text
    assert "' YES'" in caplog.text
    with pytest.raises(IntegrityError):
        write_gate("later", blocks_vehicles="YES")


def test_the_history_keeps_what_stood_there(unguarded):
    write_gate("nonsense", blocks_vehicles="jein")
    guard("blocks_vehicles", unguarded)
    events = AccessRestriction.pgh_event_models["update"].objects.order_by("pgh_id")
    assert list(events.values_list("blocks_vehicles", flat=True)) == ["jein", "unknown"]


def test_a_stray_in_a_column_without_a_code_for_nothing_said_stays_and_does_not_stop_the_migration(unguarded, caplog):
    """The kind of a hydrant has "unknown"; the kind of an intake point has no such code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hydrants_intakepoint (ref, kind, access, geom) "
            "VALUES ('x', 'fountain', 'boat', 'SRID=4326;POINT(105.81 21.0)')"
        )
    for column in ("kind", "access"):
        check = code_check(IntakePoint._meta.db_table, IntakePoint._meta.get_field(column))
        with connection.schema_editor() as editor:
            AddCodeCheck("intakepoint", check).database_forwards("hydrants", editor, unguarded, unguarded)
    point = IntakePoint.objects.get()
    assert (point.kind, point.access) == ("fountain", "unknown")
    assert "'fountain' stays in 1 rows" in caplog.text
    with pytest.raises(IntegrityError, match="intakepoint_kind_known"):
        IntakePoint.objects.create(ref="y", kind="fountain", geom=point.geom)
