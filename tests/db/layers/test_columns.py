"""Attributes as text: by a template or as a row, what is written is the JSON of the same values."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.types.json import Jsonb

from gis_core.fields import LayerField
from gis_core.registry import layer_registry
from layers.columns import named, properties

pytestmark = pytest.mark.django_db
TYPES = {
    "string": "varchar", "integer": "integer", "number": "double precision", "boolean": "boolean", "date": "date",
    "date-time": "timestamptz", "array": "varchar[]", "object": "jsonb",
}  # fmt: skip
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "integer": st.integers(-(2**31), 2**31 - 1),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "date": st.dates(),
    "date-time": st.datetimes(timezones=st.just(UTC)),
    "array": st.lists(TEXTS, max_size=3),
    "object": st.dictionaries(TEXTS, TEXTS, max_size=3),
}
FIELDS = [
    LayerField(f"{kind}_{'or_null' if nullable else 'always'}".replace("-", "_"), "", "", kind, nullable=nullable)
    for kind in TYPES
    for nullable in (True, False)
]
TEXT = next(field for field in FIELDS if field.name == "string_always")


def written(fields: list[LayerField], values: dict[str, Any]) -> tuple[str, str]:
    """Return what we write, and what PostgreSQL writes of a row."""

    def spell(field: LayerField) -> sql.Composed:
        return sql.SQL("(({})::{})").format(sql.Placeholder(field.name), sql.SQL(TYPES[field.type]))

    row = sql.SQL("row_to_json((SELECT p FROM (SELECT {}) AS p))::text").format(named(fields, spell))
    given = {
        field.name: Jsonb(values[field.name]) if field.type == "object" else values[field.name] for field in fields
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}, {}").format(properties(fields, spell), row).as_string(), given)
        ours, theirs = cursor.fetchone()
    return ours, theirs


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.fixed_dictionaries(
        {field.name: VALUES[field.type] if field is TEXT else st.none() | VALUES[field.type] for field in FIELDS}
    )
)
@example(dict.fromkeys(field.name for field in FIELDS) | {TEXT.name: 'a "b" \\ \n \x1f \x7f %s %(id)s'})
def test_a_template_writes_what_a_row_would(row):
    ours, theirs = written(FIELDS, row)
    assert ours == theirs
    assert set(json.loads(ours)) == set(row)


@pytest.mark.parametrize("text", ["", "ngõ 29", "đ", "'", "{}", "%", "$1", "\x7f", "\u2028", "😀", "a\tb", '"', "\\"])
def test_a_text_is_escaped_where_json_asks_for_it(text):
    ours, theirs = written([TEXT], {TEXT.name: text})
    assert ours == theirs
    assert json.loads(ours) == {TEXT.name: text}


def test_a_layer_may_have_more_attributes_than_a_function_has_arguments():
    fields = [LayerField(f"n{number}", "", "", "string", nullable=number % 2 == 0) for number in range(250)]
    values = {field.name: None if field.nullable else field.name for field in fields}
    ours, theirs = written(fields, values)
    assert ours == theirs


def test_moments_and_days_are_written_by_iso_whatever_the_server_prefers():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL datestyle = 'German'")
    moment = datetime(2026, 1, 31, 8, 30, tzinfo=UTC)
    fields = [field for field in FIELDS if field.name in {"date_always", "date_time_always"}]
    ours, _ = written(fields, {"date_always": moment.date(), "date_time_always": moment})
    day, read = json.loads(ours).values()
    assert (day, datetime.fromisoformat(read)) == ("2026-01-31", moment)


def test_no_layer_has_a_text_that_is_null_and_said_never_to_be():
    for layer in layer_registry:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'YES'",
                [layer.table],
            )
            nullable = {name for (name,) in cursor.fetchall()}
        assert not [f.name for f in layer.fields if not f.nullable and f.column in nullable], layer.id
