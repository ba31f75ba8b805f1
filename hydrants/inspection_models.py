"""Inspections as they were written down."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_core.codes import known_codes
from gis_core.days import readable_days
from gis_core.features import track_history
from gis_core.triggers import COUNT_CHANGES
from layers.models import tri_state


class OfSource(models.Model):
    """A record about one source of water: exactly one of the three keys is set, and the database holds it to that."""

    hydrant = models.ForeignKey(
        "hydrants.Hydrant", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hydrant")
    )
    intake_point = models.ForeignKey(
        "hydrants.IntakePoint", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("intake point")
    )
    water_tank = models.ForeignKey(
        "hydrants.WaterTank", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("water tank")
    )

    class Meta:
        abstract = True

    @property
    def source_key(self) -> str:
        """The source as answers call it: ``hydrants/12``."""
        keys = {layer: getattr(self, f"{column}_id") for layer, column in COLUMNS.items()}
        return next(f"{layer}/{pk}" for layer, pk in keys.items() if pk is not None)


COLUMNS = {"hydrants": "hydrant", "intake-points": "intake_point", "water-tanks": "water_tank"}
"""Layer to the column that holds a source of it."""


def one_source(table: str) -> models.CheckConstraint:
    """Make the constraint that a record is about one source."""
    condition = models.Q(pk__in=[])
    for held in COLUMNS.values():
        condition |= models.Q(**{f"{column}__isnull": column != held for column in COLUMNS.values()})
    return models.CheckConstraint(name=f"{table}_of_one_source", condition=condition)


@track_history()
@known_codes
@readable_days
class Inspection(OfSource):
    """One look at a source, with the answers of its check list; what follows stands in `hydrants.checklist`."""

    class Outcome(models.TextChoices):
        WORKS = "works", _("works")
        FAULTY = "faulty", _("faulty")
        MISSING = "missing", _("missing")
        CANNOT_BE_TESTED = "cannot_be_tested", _("cannot be tested")

    class Why(models.TextChoices):
        NONE = "", _("–")
        LOCKED = "locked", _("locked")
        OBSTRUCTED = "obstructed", _("obstructed")
        NO_TOOL = "no_tool", _("no tool for it")
        NO_PERMISSION = "no_permission", _("no permission")
        MAIN_SHUT = "main_shut", _("the main is shut")
        TOO_DANGEROUS = "too_dangerous", _("too dangerous")

    class Level(models.TextChoices):
        NONE = "", _("–")
        ENOUGH = "enough", _("enough water")
        LOW = "low", _("little water")
        EMPTY = "empty", _("no water")

    inspected_on = models.DateField(_("inspected on"))
    outcome = models.CharField(_("found"), max_length=20, choices=Outcome)
    why = models.CharField(
        _("why it could not be tested"), max_length=20, choices=Why, blank=True, default="", db_default=""
    )
    accessible = tri_state(_("accessible"))
    sign = tri_state(_("sign is there"))
    leak = tri_state(_("leaks"))
    pressure_kpa = models.FloatField(_("pressure"), null=True, blank=True)
    water_level = models.CharField(
        _("water level"), max_length=10, choices=Level, blank=True, default="", db_default=""
    )
    suction_depth_m = models.FloatField(_("suction depth"), null=True, blank=True)
    status_before = models.CharField(_("status before"), max_length=10)
    status_after = models.CharField(_("status after"), max_length=10)
    inspected_by = models.CharField(_("inspected by"), max_length=120, blank=True, default="", db_default="")
    remarks = models.TextField(_("remarks"), blank=True, default="", db_default="")
    key = models.CharField(_("key of the sending"), max_length=100, blank=True, default="", db_default="")
    synthetic = models.BooleanField(_("synthetic"), default=False, db_default=False)
    administrative_unit = models.ForeignKey(
        "gis_core.AdministrativeUnit", models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("administrative unit"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        triggers = [COUNT_CHANGES]
        constraints = [
            one_source("hydrants_inspection"),
            # For everybody together: a team's telephone sends again what the one before them had sent.
            models.UniqueConstraint(name="hydrants_inspection_sent_once", fields=["key"], condition=~models.Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.inspected_on} {self.source_key}: {self.outcome}"
