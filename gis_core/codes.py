"""Columns of codes hold no other code, whoever writes: the database itself refuses one that nobody defined.

A "YES" typed in psql is not the "yes" that a rule asks for: it would count as nothing said, and let a truck through.
"""

import logging
from collections.abc import Iterator
from typing import Any, Final

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint
from django.db.migrations.state import ProjectState
from django.utils.translation import gettext_lazy as _

from gis_core.checks import ModelT, with_checks

SAYS_NOTHING: Final = ("unknown", "none", "other")
"""Codes that claim nothing; what cannot be read becomes the first of them that its column has."""

logger = logging.getLogger(__name__)


def known_codes(model: ModelT) -> ModelT:
    """Give every column with choices a check constraint called ``{table}_{column}_known``; empty (NULL) is allowed."""
    coded = (field for field in model._meta.local_fields if field.choices)
    return with_checks(model, (code_check(model._meta.db_table, field) for field in coded))


def code_check(table: str, field: "models.Field[Any, Any]") -> models.CheckConstraint:
    """Make the constraint of one column."""
    codes = [code for code, _label in field.flatchoices]
    return models.CheckConstraint(
        name=f"{table}_{field.name}_known",
        condition=models.Q(**{f"{field.name}__in": codes}),
        violation_error_message=_("A code that nobody defined."),
    )


class AddCodeCheck(AddConstraint):
    """Add a `code_check` to a table that may hold other codes already: it never fails on them, and names them.

    A code in other letters ("YES ") becomes the one it means. Any other becomes the one that claims nothing, or NULL.
    Where the column has neither, the row stays as it is: the database then holds the rule for all that is written from
    now on, and the log says which rows to correct.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Mend, add the constraint for what is written from now on, and for the rows there are if they keep it."""
        model = to_state.apps.get_model(app_label, self.model_name)
        table, name = model._meta.db_table, self.constraint.name
        # All columns at once: a row that breaks the constraint of one could not be mended in another.
        strays = [name for field in model._meta.local_fields if field.choices for name in _mend(model, field)]
        # History is written by triggers that may wait for the end of the transaction; no table is altered before.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE", params=None)
        schema_editor.execute(f"{self.constraint.create_sql(model, schema_editor)} NOT VALID", params=None)
        if name not in strays:
            schema_editor.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"', params=None)


def _mend(model: type[models.Model], field: "models.Field[Any, Any]") -> Iterator[str]:
    """Give rows a code that exists where one can be found; give the name of the constraint that others will break."""
    table, codes = model._meta.db_table, [code for code, _label in field.flatchoices]
    strays: models.QuerySet[Any] = (
        models.QuerySet(model).exclude(**{f"{field.name}__in": codes}).exclude(**{f"{field.name}__isnull": True})
    )
    for stray in strays.order_by().values_list(field.name, flat=True).distinct():
        rows: models.QuerySet[Any] = models.QuerySet(model).filter(**{field.name: stray})
        known = _known_code(stray, codes)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        told = (table, field.name, stray, len(ids), ids[:20])
        if known is None and not field.null:
            logger.warning("%s.%s: the unknown code %r stays in %d rows, correct them: id %s …", *told)
            yield f"{table}_{field.name}_known"
        else:
            logger.warning("%s.%s: the unknown code %r stood in %d rows: id %s …; now it is %r", *told, known)
            rows.update(**{field.name: known})


def _known_code(stray: Any, codes: list[Any]) -> Any:
    meant = str(stray).strip().lower()
    return next((code for code in (meant, *SAYS_NOTHING) if code in codes), None)
