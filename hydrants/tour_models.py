"""Tours: sources to visit one after the other, by one team."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_core.days import readable_days
from gis_core.features import track_history
from gis_core.triggers import COUNT_CHANGES
from hydrants.inspection_models import COLUMNS, Inspection, OfSource, one_source


@track_history()
@readable_days
class Tour(models.Model):
    """An ordered list of sources; `team` is whoever reserved it, empty while it is free."""

    name = models.CharField(_("name"), max_length=120)
    made_on = models.DateField(_("made on"), help_text=_("Visits from this day on count"))
    team = models.CharField(_("team"), max_length=120, blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("tour")
        verbose_name_plural = _("tours")
        triggers = [COUNT_CHANGES]

    def __str__(self) -> str:
        return self.name


@track_history()
class TourStop(OfSource):
    """One source of a tour; `inspection` is the visit, empty until somebody was there."""

    tour = models.ForeignKey(Tour, models.CASCADE, related_name="stops", verbose_name=_("tour"))
    position = models.PositiveSmallIntegerField(_("position"))
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("inspection")
    )

    class Meta:
        verbose_name = _("stop of a tour")
        verbose_name_plural = _("stops of tours")
        triggers = [COUNT_CHANGES]
        constraints = [
            one_source("hydrants_tourstop"),
            models.UniqueConstraint(fields=["tour", "position"], name="hydrants_tourstop_position_once"),
            *(
                models.UniqueConstraint(fields=["tour", column], name=f"hydrants_tourstop_{column}_once")
                for column in COLUMNS.values()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.source_key}"
