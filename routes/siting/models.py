"""What a planner writes down to compare with today: sources to build, obstacles to remove, roads to close."""

from django.contrib.gis.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_core.codes import known_codes
from gis_core.features import InVietnam, track_history
from gis_core.triggers import COUNT_CHANGES, STAMP


@track_history()
class Scenario(models.Model):
    """One plan. Nothing of it counts in any other answer; `version` moves on with every edit, of its parts too."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    note = models.TextField(_("note"), blank=True, default="", db_default="")
    author = models.CharField(_("author"), max_length=150, blank=True, default="", db_default="")
    administrative_unit = models.ForeignKey(
        "gis_core.AdministrativeUnit", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("administrative unit"), help_text=_("Whose planners edit it; empty: those of the whole city"),
    )  # fmt: skip
    version = models.PositiveIntegerField(_("version"), db_default=1, default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        triggers = [STAMP, COUNT_CHANGES]
        constraints = [models.CheckConstraint(name="routes_scenario_has_a_name", condition=~models.Q(name=""))]

    def __str__(self) -> str:
        return self.name


class Part(models.Model):
    """What every part of a scenario has in common."""

    class Meta:
        abstract = True
        triggers = [COUNT_CHANGES]


@track_history()
@known_codes
class PlannedSource(Part):
    """A source that would be built; `flow_lps` empty: nobody knows what it would give.

    Of a tank it is the most that comes out at a time; for how long says what it holds, and what flows in.
    """

    class Kind(models.TextChoices):
        HYDRANT = "hydrant", _("hydrant")
        TANK = "tank", _("water tank")
        INTAKE = "intake", _("intake point")

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="sources", verbose_name=_("scenario"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=120, blank=True, default="", db_default="")
    geom = models.PointField(_("place"), geography=True, srid=4326)
    flow_lps = models.FloatField(_("flow"), null=True, blank=True)
    volume_m3 = models.FloatField(_("volume"), null=True, blank=True)
    refill_lps = models.FloatField(_("refill"), null=True, blank=True)

    class Meta(Part.Meta):
        verbose_name = _("planned source")
        verbose_name_plural = _("planned sources")
        constraints = [
            models.CheckConstraint(name="routes_plannedsource_in_vietnam", condition=InVietnam(models.F("geom"))),
            models.CheckConstraint(
                name="routes_plannedsource_flows",
                condition=models.Q(flow_lps__isnull=True) | models.Q(flow_lps__gt=0, flow_lps__lte=1000),
            ),
            models.CheckConstraint(
                name="routes_plannedsource_holds",
                condition=models.Q(volume_m3__isnull=True)
                | models.Q(kind="tank", volume_m3__gt=0, volume_m3__lte=100_000),
            ),
            models.CheckConstraint(
                name="routes_plannedsource_refills",
                condition=models.Q(refill_lps__isnull=True)
                | models.Q(kind="tank", refill_lps__gte=0, refill_lps__lte=1000),
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.pk}"


@track_history()
class PlannedRemoval(Part):
    """An access restriction that would be gone, by its reference: it may be deleted meanwhile, and is told then."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="removals", verbose_name=_("scenario"))
    restriction_ref = models.CharField(_("access restriction"), max_length=120)

    class Meta(Part.Meta):
        verbose_name = _("planned removal")
        verbose_name_plural = _("planned removals")
        constraints = [
            models.UniqueConstraint(fields=["scenario", "restriction_ref"], name="routes_plannedremoval_once")
        ]

    def __str__(self) -> str:
        return self.restriction_ref


@track_history()
class PlannedClosure(Part):
    """A road that would be closed to everybody, people with hose too: building works, a bridge taken down."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="closures", verbose_name=_("scenario"))
    road_ref = models.CharField(_("road"), max_length=120)

    class Meta(Part.Meta):
        verbose_name = _("planned closure")
        verbose_name_plural = _("planned closures")
        constraints = [models.UniqueConstraint(fields=["scenario", "road_ref"], name="routes_plannedclosure_once")]

    def __str__(self) -> str:
        return self.road_ref
