"""Columns of days hold no other day than a calendar shows: PostgreSQL also knows 'infinity' and the year 20000.

Nothing that reads rows could load them, and one restriction with such a day would leave a question about its street
without an answer. So the database itself refuses them, whoever writes.
"""

import logging
from datetime import date
from typing import Any, Final

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint
from django.db.migrations.state import ProjectState
from django.utils.translation import gettext_lazy as _

from gis_core.checks import ModelT, with_checks

_MENDED: Final = {
    "valid_from": "greatest(least({0}, %(last)s), %(first)s)",
    # For ever is an empty day: so a unit in force is found.
    "valid_to": "CASE WHEN {0} < %(first)s THEN %(first)s END",
}

logger = logging.getLogger(__name__)


def readable_days(model: ModelT) -> ModelT:
    """Give every column of days a check constraint called ``{table}_{column}_readable``; empty (NULL) is allowed."""
    dated = (field for field in model._meta.local_fields if type(field) is models.DateField)
    return with_checks(model, (day_check(model._meta.db_table, field) for field in dated))


def day_check(table: str, field: "models.Field[Any, Any]") -> models.CheckConstraint:
    """Make the constraint of one column."""
    return models.CheckConstraint(
        name=f"{table}_{field.name}_readable",
        condition=models.Q(**{f"{field.name}__range": (date.min, date.max)}),
        violation_error_message=_("No calendar shows that day."),
    )


class AddDayCheck(AddConstraint):
    """Add a `day_check` to a table that may hold other days already: they are named in the log, and mended.

    A period keeps what it says: it begins or ends on the nearest day there is, and one for ever has no last day. What
    was observed, verified or measured on no real day was so on a day that nobody knows. A period that is left without
    a day, as from '-infinity' to '-infinity', is then emptied by `AddPeriodCheck`: it stands there always.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Mend, then add the constraint."""
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        column = self.constraint.name.removeprefix(f"{table}_").removesuffix("_readable")
        _mend(schema_editor, table, column)
        # History is written by triggers that may wait for the end of the transaction; no table is altered before.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE", params=None)
        super().database_forwards(app_label, schema_editor, from_state, to_state)


def period_check(table: str) -> models.CheckConstraint:
    """Make the constraint that a period from `valid_from` to `valid_to`, its first day without, has a day."""
    return models.CheckConstraint(
        name=f"{table}_period_has_a_day",
        condition=models.Q(valid_to__gt=models.F("valid_from")),
        violation_error_message=_("The first day without it lies after the first day with it."),
    )


class AddPeriodCheck(AddConstraint):
    """Add a `period_check` to a table that may hold senseless periods already: they are named in the log, and emptied.

    Nobody knows which of the two days is wrong, so that what stood there for no day is taken to stand there always.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Mend, then add the constraint."""
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                f"WITH old AS (SELECT id, valid_from, valid_to FROM {schema_editor.quote_name(table)} "  # noqa: S608 - names of ours
                f"WHERE valid_to <= valid_from FOR UPDATE) UPDATE {schema_editor.quote_name(table)} AS new "
                "SET valid_from = NULL, valid_to = NULL FROM old WHERE new.id = old.id "
                "RETURNING new.id, old.valid_from, old.valid_to"
            )
            for row in cursor.fetchall():
                logger.warning("%s: the period of id %d was from %s to %s, it stands there always now", table, *row)
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE", params=None)
        super().database_forwards(app_label, schema_editor, from_state, to_state)


def _mend(schema_editor: BaseDatabaseSchemaEditor, table: str, column: str) -> None:
    day = schema_editor.quote_name(column)
    mended = _MENDED.get(column, "NULL").format(f"new.{day}")
    quoted = schema_editor.quote_name(table)
    statement = (
        f"WITH old AS (SELECT id, {day}::text AS day FROM {quoted} "  # noqa: S608 - names of ours
        f"WHERE {day} NOT BETWEEN %(first)s AND %(last)s FOR UPDATE) "
        f"UPDATE {quoted} AS new SET {day} = {mended} FROM old WHERE new.id = old.id RETURNING new.id, old.day"
    )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(statement, {"first": date.min, "last": date.max})
        for row in cursor.fetchall():
            logger.warning("%s.%s: no calendar showed the day of id %d, %s", table, column, *row)
