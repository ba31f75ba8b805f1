"""Columns of days hold days that a calendar shows, so that whoever reads a row can read it."""

import json
import logging
from datetime import date

import pytest
from django.db import IntegrityError, connection, models
from django.db.migrations.loader import MigrationLoader

from gis_core.days import AddDayCheck, AddPeriodCheck, day_check, period_check
from routes.models import AccessRestriction
from tests.db.gis_core.conftest import checks_of, columns_where, write_gate

DATED = columns_where(lambda field: type(field) is models.DateField)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("model", "field"), DATED)
def test_every_column_of_days_is_guarded_by_the_database(model, field):
    assert day_check(model._meta.db_table, field).name in checks_of(model)


@pytest.mark.parametrize("day", ["infinity", "-infinity", "10000-01-01", "0044-03-15 BC"])
def test_a_day_that_no_calendar_shows_is_refused_also_from_sql(day):
    with pytest.raises(IntegrityError, match="routes_accessrestriction_valid_to_readable"):
        write_gate("x", valid_to=day)
    write_gate("empty", valid_to=None)
    write_gate("last", valid_to="9999-12-31", valid_from="0001-01-01")


def test_a_restriction_without_end_lets_the_question_about_its_street_be_answered(client):
    write_gate("last", valid_to="9999-12-31")
    line = {"type": "LineString", "coordinates": [[105.8151, 21.0031], [105.8163, 21.0034]]}
    sizes = {"width_m": 2.5, "height_m": 3.4, "length_m": 8.5, "gross_weight_t": 16}
    response = client.post(
        "/api/passability", json.dumps({"geometry": line, "vehicle": sizes}), content_type="application/json"
    )
    assert response.status_code == 200


def test_an_older_row_keeps_what_its_period_says_and_forgets_what_nobody_observed(caplog):
    table, columns = AccessRestriction._meta.db_table, ("valid_from", "valid_to", "observed_on")
    state = MigrationLoader(connection).project_state()
    with connection.cursor() as cursor:
        for column in columns:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_readable")
    write_gate("ever", valid_from="-infinity", valid_to="infinity", observed_on="infinity")
    write_gate("gone", valid_to="-infinity")
    write_gate("never", valid_from="infinity")
    write_gate("dated", valid_from="2025-07-01", observed_on="2025-06-30")
    with caplog.at_level(logging.WARNING, logger="gis_core.days"):
        for column in columns:
            check = day_check(table, AccessRestriction._meta.get_field(column))
            with connection.schema_editor() as editor:
                AddDayCheck("accessrestriction", check).database_forwards("routes", editor, state, state)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ref, {'::text, '.join(columns)}::text FROM {table} ORDER BY ref")
        assert cursor.fetchall() == [
            ("dated", "2025-07-01", None, "2025-06-30"),
            ("ever", "0001-01-01", None, None),
            ("gone", None, "0001-01-01", None),
            ("never", "9999-12-31", None, None),
        ]
    told = {(record.getMessage().partition(":")[0], record.args[-1]) for record in caplog.records}
    assert told == {
        (f"{table}.valid_from", "-infinity"),
        (f"{table}.valid_from", "infinity"),
        (f"{table}.valid_to", "infinity"),
        (f"{table}.valid_to", "-infinity"),
        (f"{table}.observed_on", "infinity"),
    }
    with pytest.raises(IntegrityError):
        write_gate("later", valid_to="infinity")


def test_a_period_that_ends_before_it_begins_is_refused_and_an_older_one_emptied(caplog):
    table = AccessRestriction._meta.db_table
    state = MigrationLoader(connection).project_state()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_period_has_a_day")
    write_gate("swapped", valid_from="2026-12-01", valid_to="2026-11-01")
    write_gate("no day", valid_from="2026-12-01", valid_to="2026-12-01")
    write_gate("one day", valid_from="2026-12-01", valid_to="2026-12-02")
    write_gate("open", valid_from="2026-12-01")
    with caplog.at_level(logging.WARNING, logger="gis_core.days"), connection.schema_editor() as editor:
        AddPeriodCheck("accessrestriction", period_check(table)).database_forwards("routes", editor, state, state)
    periods = AccessRestriction.objects.order_by("ref").values_list("ref", "valid_from", "valid_to")
    assert list(periods) == [
        ("no day", None, None),
        ("one day", date(2026, 12, 1), date(2026, 12, 2)),
        ("open", date(2026, 12, 1), None),
        ("swapped", None, None),
    ]
    assert "was from 2026-12-01 to 2026-11-01" in caplog.text
    with pytest.raises(IntegrityError):
        write_gate("later", valid_from="2026-12-01", valid_to="2026-11-01")
