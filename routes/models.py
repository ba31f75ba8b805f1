"""The ways: roads with their limits, what stands in the way, and the vehicles that must pass."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _

from gis_core.codes import known_codes
from gis_core.days import period_check, readable_days
from gis_core.features import AnyFeature, EvidenceChoice, LineFeature, track_history
from gis_core.findable import Naming
from gis_core.triggers import COUNT_CHANGES
from layers.models import FireStation, tri_state
from routes.coverage.models import (  # noqa: F401 - models in a file of their own
    BuildingCoverage,
    CoverageChange,
    CoverageOverride,
    CoverageRun,
    WardCoverage,
    WardSnapshot,
)
from routes.network.triggers import (
    COUNT_VERSION,
    FOLLOW_ASSUMPTIONS,
    FOLLOW_RESTRICTIONS,
    FOLLOW_ROADS,
    FOLLOW_TURNS,
)
from routes.railway_models import Railway  # noqa: F401 - likewise
from routes.siting.models import (  # noqa: F401 - models in a file of their own
    PlannedClosure,
    PlannedRemoval,
    PlannedSource,
    Scenario,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def limit(title: "StrOrPromise") -> "models.FloatField[float | None, float | None]":
    """A measured limit; empty means that nobody knows, never that there is none."""
    return models.FloatField(title, null=True, blank=True)


def limit_evidence(title: "StrOrPromise") -> "models.CharField[str, str]":
    """What the limit beside it rests on."""
    return models.CharField(
        title,
        max_length=10,
        choices=EvidenceChoice,
        default=EvidenceChoice.NONE,
        db_default=EvidenceChoice.NONE,
    )


def limit_date(title: "StrOrPromise") -> "models.DateField[date | None, date | None]":
    """When the limit beside it was observed."""
    return models.DateField(title, null=True, blank=True)


@track_history()
@known_codes
@readable_days
class Road(LineFeature):
    """One segment between two junctions, keyed and tagged as in OpenStreetMap.

    `ref` is ``way/<id>/<index>`` for OSM data. `start_node` and `end_node` join segments into a network: equal
    numbers meet.
    """

    osm_way_id = models.BigIntegerField(_("OSM way"), null=True, blank=True, db_index=True)
    segment_index = models.PositiveIntegerField(_("segment of the way"), default=0, db_default=0)
    start_node = models.BigIntegerField(_("start node"), db_index=True)
    end_node = models.BigIntegerField(_("end node"), db_index=True)
    name = models.CharField(_("name"), max_length=200, blank=True, default="", db_default="")
    highway = models.CharField(_("class"), max_length=30, help_text=_("OSM highway=*"))
    service = models.CharField(_("service"), max_length=30, blank=True, default="", db_default="")
    oneway = models.CharField(
        _("one-way"), max_length=12, default="no", db_default="no",
        choices=[
            ("no", _("both ways")),
            ("yes", _("along the line")),
            ("-1", _("against the line")),
            ("reversible", _("reversible")),
        ],
    )  # fmt: skip
    access = models.CharField(
        _("access"), max_length=30, blank=True, default="", db_default="", help_text=_("OSM access=*, legal")
    )
    surface = models.CharField(_("surface"), max_length=40, blank=True, default="", db_default="")
    lanes = models.PositiveSmallIntegerField(_("lanes"), null=True, blank=True)
    bridge = models.BooleanField(_("bridge"), default=False, db_default=False)
    tunnel = models.BooleanField(_("tunnel"), default=False, db_default=False)
    layer = models.SmallIntegerField(_("level"), default=0, db_default=0)
    clear_width_m = limit(_("clear width"))
    clear_width_evidence = limit_evidence(_("clear width, evidence"))
    clear_width_on = limit_date(_("clear width, observed on"))
    clear_height_m = limit(_("clear height"))
    clear_height_evidence = limit_evidence(_("clear height, evidence"))
    clear_height_on = limit_date(_("clear height, observed on"))
    max_weight_t = limit(_("load limit"))
    max_weight_evidence = limit_evidence(_("load limit, evidence"))
    max_weight_on = limit_date(_("load limit, observed on"))
    max_axle_load_t = limit(_("axle load limit"))
    surveyed_by = models.CharField(_("surveyed by"), max_length=120, blank=True, default="", db_default="")
    survey_method = models.CharField(_("how surveyed"), max_length=60, blank=True, default="", db_default="")

    class Meta(LineFeature.Meta):
        verbose_name = _("road")
        verbose_name_plural = _("roads")
        triggers = [
            *LineFeature.Meta.triggers,
            *FOLLOW_ROADS,
            *Naming("roads", name="name", key="thuylo_lane").triggers,
        ]


@track_history()
class TurnRestriction(models.Model):
    """A ban or order on turning (OSM type=restriction); legal: an emergency vehicle may use it and is told."""

    osm_relation_id = models.BigIntegerField(_("OSM relation"), unique=True)
    kind = models.CharField(_("kind"), max_length=40, help_text=_("OSM restriction=*"))
    from_way_id = models.BigIntegerField(_("from way"))
    via_node = models.BigIntegerField(_("via node"), null=True, blank=True)
    via_way_id = models.BigIntegerField(_("via way"), null=True, blank=True)
    to_way_id = models.BigIntegerField(_("to way"))
    condition = models.CharField(_("condition"), max_length=200, blank=True, default="", db_default="")
    tags = models.JSONField(_("tags"), default=dict, db_default={}, blank=True)

    class Meta:
        verbose_name = _("turn restriction")
        verbose_name_plural = _("turn restrictions")
        triggers = [COUNT_CHANGES, *FOLLOW_TURNS]

    def __str__(self) -> str:
        return f"{self.kind} ({self.osm_relation_id})"


@track_history()
@known_codes
@readable_days
class AccessRestriction(AnyFeature):
    """Something in the way of a truck: at a point, or along a stretch of lane.

    A measured value binds by its dimension; an obstacle without one (`clear_width_m` empty) is unknown,
    unless `blocks_vehicles` says that no vehicle passes at all.
    """

    class Kind(models.TextChoices):
        NARROWING = "narrowing", _("narrowing")
        HEIGHT_BAR = "height_bar", _("height bar")
        GATE = "gate", _("gate")
        BOLLARD = "bollard", _("bollard")
        BARRIER = "barrier", _("barrier")
        FENCE = "fence", _("fence")
        AWNING = "awning", _("awning")
        LOW_CABLE = "low_cable", _("low cable")
        WEIGHT_LIMIT = "weight_limit", _("weight limit")
        STAIRS = "stairs", _("stairs")
        MARKET = "market", _("market")
        CONSTRUCTION = "construction", _("construction")
        PARKED_VEHICLES = "parked_vehicles", _("parked vehicles")
        LEVEL_CROSSING = "level_crossing", _("level crossing")
        OTHER = "other", _("other")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200, blank=True, default="", db_default="")
    clear_width_m = limit(_("clear width"))
    clear_height_m = limit(_("clear height"))
    max_weight_t = limit(_("load limit"))
    max_axle_load_t = limit(_("axle load limit"))
    blocks_vehicles = tri_state(_("blocks every vehicle"), _("Stairs, a fixed bollard, a wall across the lane"))
    openable = tri_state(_("can be opened"))
    passable_on_foot = tri_state(_("passable on foot with hose"))
    legal_only = models.BooleanField(
        _("legal only"),
        default=False,
        db_default=False,
        help_text=_("A sign, nothing solid: yields to an emergency vehicle"),
    )
    observed_on = limit_date(_("observed on"))
    observed_by = models.CharField(_("observed by"), max_length=120, blank=True, default="", db_default="")
    survey_method = models.CharField(_("how surveyed"), max_length=60, blank=True, default="", db_default="")
    road_ref = models.CharField(_("road"), max_length=120, blank=True, default="", db_default="", db_index=True)
    road_fraction = models.FloatField(
        _("position along the road"),
        null=True,
        blank=True,
        help_text=_("0 at the start of the segment, 1 at its end"),
    )
    extent_m = models.FloatField(_("extent along the lane"), null=True, blank=True)
    schedule = models.CharField(
        _("schedule"), max_length=200, blank=True, default="", db_default="",
        help_text=_("OSM opening_hours syntax of when it is in the way; empty: always"),
    )  # fmt: skip
    valid_from = models.DateField(_("in the way from"), null=True, blank=True)
    valid_to = models.DateField(_("in the way until"), null=True, blank=True, help_text=_("The first day without it"))
    key_holder = models.CharField(_("who holds the key"), max_length=120, blank=True, default="", db_default="")
    key_holder_phone = models.CharField(
        _("telephone of the key holder"), max_length=30, blank=True, default="", db_default=""
    )
    osm_node_id = models.BigIntegerField(_("OSM node"), null=True, blank=True)

    class Meta(AnyFeature.Meta):
        verbose_name = _("access restriction")
        verbose_name_plural = _("access restrictions")
        triggers = [*AnyFeature.Meta.triggers, *FOLLOW_RESTRICTIONS]
        constraints = [*AnyFeature.Meta.constraints, period_check("routes_accessrestriction")]


@track_history()
@known_codes
class Vehicle(models.Model):
    """A vehicle, or a profile of its type, with what the verdict needs to know of it. Editable."""

    class Kind(models.TextChoices):
        ENGINE = "engine", _("fire engine")
        TANKER = "tanker", _("water tanker")
        LADDER = "ladder", _("ladder")
        RESCUE = "rescue", _("rescue vehicle")
        PICKUP = "pickup", _("pick-up")
        MINI = "mini", _("mini engine")
        MOTORCYCLE = "motorcycle", _("motorcycle")
        AMPHIBIOUS = "amphibious", _("amphibious vehicle")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    station = models.ForeignKey(
        FireStation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="vehicles",
        verbose_name=_("station"),
    )
    width_m = models.FloatField(_("width"))
    height_m = models.FloatField(_("height"))
    length_m = models.FloatField(_("length"))
    gross_weight_t = models.FloatField(_("gross weight"))
    axle_load_t = models.FloatField(_("heaviest axle"), null=True, blank=True)
    turning_radius_m = models.FloatField(_("turning radius, outer"), null=True, blank=True)
    width_margin_m = models.FloatField(_("margin in width, both sides together"), default=0.2, db_default=0.2)
    height_margin_m = models.FloatField(_("margin in height"), default=0.2, db_default=0.2)
    water_m3 = models.FloatField(_("water"), null=True, blank=True)
    pump_lps = models.FloatField(_("pump"), null=True, blank=True)
    hose_m = models.FloatField(_("hose carried"), null=True, blank=True)
    speed_factor = models.FloatField(
        _("speed factor"),
        default=1.0,
        db_default=1.0,
        help_text=_("Times the speed of the class of road; 1 for a fire engine"),
    )
    dimensions_source = models.CharField(
        _("source of the dimensions"), max_length=200, blank=True, default="", db_default=""
    )
    in_service = models.BooleanField(_("in service"), default=True, db_default=True)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=100, db_default=100)

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        triggers = [COUNT_CHANGES]
        constraints = [
            models.CheckConstraint(
                name="vehicle_has_a_size",
                condition=models.Q(width_m__gt=0, height_m__gt=0, length_m__gt=0, gross_weight_t__gt=0),
            ),
            models.CheckConstraint(
                name="vehicle_has_a_speed",
                condition=models.Q(speed_factor__gte=0.1, speed_factor__lte=3),
                violation_error_message=_("A speed factor lies between 0.1 and 3."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@track_history()
class RoadClassAssumption(models.Model):
    """What a class of road offers at least where nobody measured it; an empty column assumes nothing.

    It can let a vehicle through, marked as assumed, and never stops one (`routes.passability`). Editable: the first
    rows are ours, the fire brigade knows better.
    """

    highway = models.CharField(_("class"), max_length=30, unique=True, help_text=_("OSM highway=*"))
    clear_width_m = limit(_("clear width"))
    clear_height_m = limit(_("clear height"))
    max_weight_t = limit(_("load limit"))
    needs_survey = models.BooleanField(
        _("only where the width was surveyed"),
        default=True,
        db_default=True,
        help_text=_("Holds only where somebody measured the width of the segment and saw it"),
    )
    speed_kmh = models.FloatField(
        _("speed"),
        default=20.0,
        db_default=20.0,
        help_text=_("Of a fire engine on its way to a fire, km/h, with the street empty"),
    )
    speed_reason = models.CharField(_("reason for the speed"), max_length=300, blank=True, default="", db_default="")
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("assumption on a class of road")
        verbose_name_plural = _("assumptions on classes of road")
        triggers = [COUNT_CHANGES, *FOLLOW_ASSUMPTIONS]
        constraints = [
            models.CheckConstraint(
                name="assumed_speed_is_a_speed",
                condition=models.Q(speed_kmh__gte=1, speed_kmh__lte=150),
                violation_error_message=_("A speed lies between 1 and 150 km/h."),
            )
        ]

    def __str__(self) -> str:
        return self.highway


class NetworkVersion(models.Model):
    """How often the network changed: one row, moved on by one in each transaction that edits it, when it commits.

    Read first in every question; see `routes.network.triggers`.
    """

    version = models.BigIntegerField(default=0, db_default=0)
    oldest_kept = models.BigIntegerField(default=0, db_default=0)
    """Changes after this version are all listed."""
    last_tx = models.BigIntegerField(default=0, db_default=0)
    """The transaction that made this version: two histories, as after a restored backup, are told apart by it."""

    class Meta:
        constraints = [models.CheckConstraint(name="network_version_is_one_row", condition=models.Q(id=1))]


class NetworkChange(models.Model):
    """What one statement changed of the network; `ids` None: too much to list. Without version until the commit."""

    version = models.BigIntegerField(null=True, db_index=True)
    tx = models.BigIntegerField(db_default=models.Func(function="txid_current"))
    kind = models.CharField(max_length=12)
    ids = ArrayField(models.BigIntegerField(), null=True)

    class Meta:
        triggers = [COUNT_VERSION]
