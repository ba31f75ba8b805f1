"""Outages announced ahead: a source, or a whole main, gives no water from one moment to another."""

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_core.features import track_history
from gis_core.roles import Role
from gis_core.triggers import COUNT_CHANGES
from hydrants.inspection_models import COLUMNS, OfSource

_ROLES = [(role.value, role.label) for role in Role if role is not Role.PUBLIC]
# PostgreSQL also knows moments that no calendar of ours can read.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _of_one_thing() -> models.Q:
    """Say that an outage is of one source or of one main."""
    condition = models.Q(**{f"{column}__isnull": True for column in COLUMNS.values()}) & ~models.Q(main_ref="")
    for held in COLUMNS.values():
        condition |= models.Q(main_ref="", **{f"{column}__isnull": column != held for column in COLUMNS.values()})
    return condition


@track_history()
class Outage(OfSource):
    """One outage; `until_at` is the first moment at which there is water again."""

    main_ref = models.CharField(
        _("water main"), max_length=60, blank=True, default="", db_default="",
        help_text=_("Out with all its hydrants; empty: only the source is out"),
    )  # fmt: skip
    from_at = models.DateTimeField(_("out from"))
    until_at = models.DateTimeField(_("out until"))
    cause = models.CharField(_("cause"), max_length=200, blank=True, default="", db_default="")
    told_roles = ArrayField(
        models.CharField(max_length=20, choices=_ROLES), verbose_name=_("who is told"), blank=True, default=list,
        db_default=[],
    )  # fmt: skip
    announced_by = models.CharField(_("announced by"), max_length=120, blank=True, default="", db_default="")
    synthetic = models.BooleanField(_("synthetic"), default=False, db_default=False)
    administrative_unit = models.ForeignKey(
        "gis_core.AdministrativeUnit", models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("administrative unit"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        triggers = [COUNT_CHANGES]
        indexes = [models.Index(fields=["until_at"])]
        constraints = [
            models.CheckConstraint(name="hydrants_outage_of_one_thing", condition=_of_one_thing()),
            models.CheckConstraint(
                name="hydrants_outage_has_a_time",
                condition=models.Q(from_at__gte=_FIRST, until_at__lt=_LAST, until_at__gt=models.F("from_at")),
            ),
            models.CheckConstraint(
                name="hydrants_outage_roles_known",
                condition=models.Q(told_roles__contained_by=[code for code, _label in _ROLES]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.main_ref or self.source_key}: {self.from_at:%Y-%m-%d %H:%M}"
