"""The water: hydrants, intake points, tanks, and the bodies of water they draw from.

One table a kind; the view `hydrants_water_source` joins them for questions over all kinds.
"""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _

from gis_core.codes import known_codes
from gis_core.days import readable_days
from gis_core.features import Addressed, AreaFeature, PointFeature, track_history
from gis_core.findable import Naming
from hydrants.flow_models import FlowReading, FlowTest  # noqa: F401 - models in a file of their own
from hydrants.inspection_models import Inspection  # noqa: F401 - likewise
from hydrants.outage_models import Outage  # noqa: F401 - likewise
from hydrants.sources import AnyWaterSource  # noqa: F401 - the model of that view
from hydrants.tour_models import Tour, TourStop  # noqa: F401 - likewise
from layers.models import tri_state


class Status(models.TextChoices):
    """Whether water comes; `unknown` is an answer of its own and never counts as working."""

    WORKING = "working", _("working")
    FAULTY = "faulty", _("faulty")
    BLOCKED = "blocked", _("blocked")
    MISSING = "missing", _("missing")
    UNKNOWN = "unknown", _("unknown")


class WaterSource(Addressed, PointFeature):
    """What every source of water has in common."""

    name = models.CharField(_("name"), max_length=200, blank=True, default="", db_default="")
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.UNKNOWN, db_default=Status.UNKNOWN
    )
    status_on = models.DateField(_("status as of"), null=True, blank=True)
    flow_lps = models.FloatField(_("flow"), null=True, blank=True, help_text=_("Measured; empty: nobody measured it"))
    flow_measured_on = models.DateField(_("flow measured on"), null=True, blank=True)
    owner = models.CharField(_("owner"), max_length=120, blank=True, default="", db_default="")
    operator = models.CharField(_("kept up by"), max_length=120, blank=True, default="", db_default="")
    contact_name = models.CharField(_("contact"), max_length=120, blank=True, default="", db_default="")
    contact_phone = models.CharField(_("telephone"), max_length=30, blank=True, default="", db_default="")
    installed_on = models.DateField(_("in service since"), null=True, blank=True)
    last_inspected_on = models.DateField(_("last inspected on"), null=True, blank=True)

    class Meta(PointFeature.Meta):
        abstract = True


@track_history()
@known_codes
@readable_days
class Hydrant(WaterSource):
    """A fire hydrant on a water main (TCVN 6379; OSM emergency=fire_hydrant)."""

    class Type(models.TextChoices):
        PILLAR = "pillar", _("pillar")
        UNDERGROUND = "underground", _("underground")
        WALL = "wall", _("wall")
        PIPE = "pipe", _("pipe (dry or standpipe)")
        UNKNOWN = "unknown", _("unknown")

    hydrant_type = models.CharField(
        _("type"), max_length=12, choices=Type, default=Type.UNKNOWN, db_default=Type.UNKNOWN
    )
    diameter_mm = models.FloatField(_("diameter"), null=True, blank=True)
    outlet_diameters_mm = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("outlets, diameters"),
        blank=True,
        default=list,
        db_default=[],
    )
    position = models.CharField(
        _("stands"), max_length=20, blank=True, default="", db_default="",
        help_text=_("OSM fire_hydrant:position: sidewalk, lane, green, parking_lot"),
    )  # fmt: skip
    main_ref = models.CharField(_("water main"), max_length=60, blank=True, default="", db_default="")
    main_diameter_mm = models.FloatField(_("diameter of the main"), null=True, blank=True)
    static_pressure_kpa = models.FloatField(_("static pressure"), null=True, blank=True)
    residual_pressure_kpa = models.FloatField(_("residual pressure"), null=True, blank=True)

    class Meta(WaterSource.Meta):
        verbose_name = _("hydrant")
        verbose_name_plural = _("hydrants")
        triggers = [*WaterSource.Meta.triggers, *Naming("hydrants", name="name", addressed=True, refs=True).triggers]


@track_history()
@known_codes
@readable_days
class IntakePoint(WaterSource):
    """Where a pump draws from open water or a pit (QCVN 10:2025/BCA figures H.1 and H.2)."""

    class Kind(models.TextChoices):
        BERTH = "berth", _("berth")
        YARD = "yard", _("yard")
        PIT = "pit", _("pit")
        POND = "pond", _("pond")
        LAKE = "lake", _("lake")
        RIVER = "river", _("river")
        CANAL = "canal", _("canal")
        AIRCRAFT = "aircraft", _("for firefighting aircraft")

    class Access(models.TextChoices):
        TRUCK = "truck", _("pump truck")
        PORTABLE_PUMP = "portable_pump", _("portable pump only")
        AIRCRAFT = "aircraft", _("aircraft only")
        UNKNOWN = "unknown", _("unknown")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    access = models.CharField(
        _("reached by"), max_length=15, choices=Access, default=Access.UNKNOWN, db_default=Access.UNKNOWN
    )
    suction_depth_m = models.FloatField(
        _("suction depth"),
        null=True,
        blank=True,
        help_text=_("Pump to lowest water level; QCVN 10:2025 H.1: 7 m at most"),
    )
    water_depth_m = models.FloatField(_("water depth"), null=True, blank=True)
    volume_m3 = models.FloatField(_("volume"), null=True, blank=True)
    inlet_diameter_mm = models.FloatField(_("diameter of the inlet pipe"), null=True, blank=True)
    access_width_m = models.FloatField(_("width of the access"), null=True, blank=True)
    standing_length_m = models.FloatField(_("standing, length"), null=True, blank=True)
    standing_width_m = models.FloatField(_("standing, width"), null=True, blank=True)
    clearance_m = models.FloatField(_("clearance for aircraft"), null=True, blank=True)
    season = models.CharField(
        _("season"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text=_("When there is water, in words"),
    )

    class Meta(WaterSource.Meta):
        verbose_name = _("intake point")
        verbose_name_plural = _("intake points")
        triggers = [
            *WaterSource.Meta.triggers,
            *Naming("intake-points", name="name", addressed=True, refs=True).triggers,
        ]


@track_history()
@known_codes
@readable_days
class WaterTank(WaterSource):
    """A tank kept for firefighting, in a narrow-lane quarter or at a facility."""

    volume_m3 = models.FloatField(_("volume"), null=True, blank=True)
    refill_lps = models.FloatField(_("refill"), null=True, blank=True)
    reachable_by_truck = tri_state(_("reachable by truck"))
    underground = tri_state(_("underground"))
    suction_depth_m = models.FloatField(_("suction depth"), null=True, blank=True)
    coupling_diameter_mm = models.FloatField(_("diameter of the coupling"), null=True, blank=True)

    class Meta(WaterSource.Meta):
        verbose_name = _("water tank")
        verbose_name_plural = _("water tanks")
        triggers = [*WaterSource.Meta.triggers, *Naming("water-tanks", name="name", addressed=True, refs=True).triggers]


@track_history()
@known_codes
@readable_days
class WaterBody(AreaFeature):
    """A pond, lake, river or canal, as an area: where intake points could be, and what hose cannot cross."""

    class Kind(models.TextChoices):
        POND = "pond", _("pond")
        LAKE = "lake", _("lake")
        RIVER = "river", _("river")
        CANAL = "canal", _("canal")

    name = models.CharField(_("name"), max_length=200, blank=True, default="", db_default="")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    water_depth_m = models.FloatField(_("water depth"), null=True, blank=True)
    season = models.CharField(_("season"), max_length=120, blank=True, default="", db_default="")

    class Meta(AreaFeature.Meta):
        verbose_name = _("body of water")
        verbose_name_plural = _("bodies of water")
        triggers = [*AreaFeature.Meta.triggers, *Naming("water-bodies", name="name").triggers]
