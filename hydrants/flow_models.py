"""Flow tests as they were read off the gauges; what follows from them stands in `hydrants.flow`."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_core.days import readable_days
from gis_core.features import track_history
from gis_core.triggers import COUNT_CHANGES
from hydrants.flow import MAX_PRESSURE_KPA


@track_history()
@readable_days
class FlowTest(models.Model):
    """One test of a main: pressure at rest, pressure left, and all the outlets that were open at the same time.

    Several hydrants in one test share what the main gives: only together do their readings say how much that is.
    """

    tested_on = models.DateField(_("tested on"))
    main_ref = models.CharField(_("water main"), max_length=60, blank=True, default="", db_default="")
    gauge_hydrant = models.ForeignKey(
        "hydrants.Hydrant", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("gauge at"),
        help_text=_("The hydrant on which the gauge stood; empty: nobody wrote it down"),
    )  # fmt: skip
    static_pressure_kpa = models.FloatField(_("static pressure"))
    residual_pressure_kpa = models.FloatField(_("residual pressure"))
    tested_by = models.CharField(_("tested by"), max_length=120, blank=True, default="", db_default="")
    remarks = models.TextField(_("remarks"), blank=True, default="", db_default="")
    synthetic = models.BooleanField(_("synthetic"), default=False, db_default=False)
    administrative_unit = models.ForeignKey(
        "gis_core.AdministrativeUnit", models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("administrative unit"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("flow test")
        verbose_name_plural = _("flow tests")
        triggers = [COUNT_CHANGES]
        constraints = [
            # An upper bound also keeps NaN out, which is greater than any number to PostgreSQL.
            models.CheckConstraint(
                name="hydrants_flowtest_pressures_fall",
                condition=models.Q(static_pressure_kpa__lte=MAX_PRESSURE_KPA)
                & models.Q(residual_pressure_kpa__gt=0)
                & models.Q(residual_pressure_kpa__lt=models.F("static_pressure_kpa")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.tested_on} {self.main_ref}".strip()


@track_history()
class FlowReading(models.Model):
    """One open outlet in a test."""

    test = models.ForeignKey(FlowTest, models.CASCADE, related_name="readings", verbose_name=_("flow test"))
    hydrant = models.ForeignKey("hydrants.Hydrant", models.PROTECT, related_name="+", verbose_name=_("hydrant"))
    diameter_mm = models.FloatField(_("diameter of the outlet"))
    coefficient = models.FloatField(_("coefficient"))
    pitot_kpa = models.FloatField(_("pitot pressure"))

    class Meta:
        verbose_name = _("reading of an outlet")
        verbose_name_plural = _("readings of outlets")
        triggers = [COUNT_CHANGES]
        constraints = [
            models.CheckConstraint(
                name="hydrants_flowreading_flows",
                condition=models.Q(diameter_mm__gt=0, diameter_mm__lte=250)
                & models.Q(coefficient__gt=0, coefficient__lte=1)
                & models.Q(pitot_kpa__gt=0, pitot_kpa__lte=MAX_PRESSURE_KPA),
            )
        ]

    def __str__(self) -> str:
        return f"{self.diameter_mm:g} mm, {self.pitot_kpa:g} kPa"
