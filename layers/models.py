"""Places: facilities, public firefighting points, fire stations, buildings.

The fields come from the city's two plans (122/KH-UBND 2024, 42/KH-UBND 2025) and the facility sheet PC01 of
NĐ 347/2026; docs/reference/layers.md names the source of each.
"""

from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from gis_core.codes import known_codes
from gis_core.days import readable_days
from gis_core.features import Addressed, AnyFeature, PointFeature, track_history
from gis_core.findable import Naming
from layers.mark_models import Mark, MarkPhoto  # noqa: F401 - models in a file of their own

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class TriState(models.TextChoices):
    """A yes-or-no that nobody may have looked at yet."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("unknown")


def tri_state(title: "StrOrPromise", help_text: "StrOrPromise" = "") -> "models.CharField[str, str]":
    """A column for a question that may be unanswered; it never defaults to an answer."""
    return models.CharField(
        title,
        max_length=7,
        choices=TriState,
        default=TriState.UNKNOWN,
        db_default=TriState.UNKNOWN,
        help_text=help_text,
    )


@track_history()
@known_codes
@readable_days
class Facility(Addressed, AnyFeature):
    """A facility under fire-safety management (Law 55/2024 art. 2(7)), with what its PC01 sheet says."""

    class Sector(models.TextChoices):
        RESIDENTIAL = "residential", _("residential")
        LODGING = "lodging", _("lodging")
        EDUCATION = "education", _("education")
        HEALTH = "health", _("health")
        TRADE = "trade", _("trade")
        ENTERTAINMENT = "entertainment", _("entertainment and culture")
        SPORT = "sport", _("sport")
        OFFICE = "office", _("office")
        INDUSTRY = "industry", _("industry and crafts")
        STORAGE = "storage", _("storage")
        FUEL = "fuel", _("fuel and gas")
        TRANSPORT = "transport", _("transport")
        WORSHIP = "worship", _("worship")
        OTHER = "other", _("other")

    class PilotClass(models.TextChoices):
        MINI_APARTMENT = "mini_apartment", _("mini-apartment building")
        LODGING = "lodging", _("lodging house")
        HOME_WITH_BUSINESS = "home_with_business", _("home with business")
        OTHER = "other", _("other managed facility")

    class RiskGroup(models.TextChoices):
        GROUP_1 = "group_1", _("dangerous, group 1")
        GROUP_2 = "group_2", _("dangerous, group 2")
        MANAGED = "managed", _("managed, not dangerous")
        UNKNOWN = "unknown", _("not classified")

    class ManagingBody(models.TextChoices):
        POLICE = "police", _("fire police")
        COMMUNE = "commune", _("commune people's committee")
        CONSTRUCTION = "construction", _("construction agency")
        UNKNOWN = "unknown", _("unknown")

    name = models.CharField(_("name"), max_length=200)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector, default=Sector.OTHER)
    facility_type = models.CharField(_("type"), max_length=100, blank=True, default="", db_default="")
    pilot_class = models.CharField(_("class in the pilot"), max_length=20, choices=PilotClass, default=PilotClass.OTHER)
    pilot_phase = models.PositiveSmallIntegerField(
        _("phase of the pilot"), null=True, blank=True, choices=[(1, _("phase 1")), (2, _("phase 2"))]
    )
    risk_group = models.CharField(_("risk group"), max_length=10, choices=RiskGroup, default=RiskGroup.UNKNOWN)
    managing_body = models.CharField(
        _("managing body"), max_length=15, choices=ManagingBody, default=ManagingBody.UNKNOWN
    )
    appraisal_required = tri_state(_("design appraisal required"))
    approval_documents = models.TextField(_("approval documents"), blank=True, default="", db_default="")
    acceptance_documents = models.TextField(_("acceptance documents"), blank=True, default="", db_default="")
    in_use_since = models.PositiveSmallIntegerField(_("in use since (year)"), null=True, blank=True)
    ownership = models.CharField(_("type of ownership"), max_length=60, blank=True, default="", db_default="")
    parent_body = models.CharField(_("parent body"), max_length=200, blank=True, default="", db_default="")
    head_name = models.CharField(_("head of the facility"), max_length=120, blank=True, default="", db_default="")
    head_phone = models.CharField(_("telephone of the head"), max_length=30, blank=True, default="", db_default="")
    storeys = models.PositiveSmallIntegerField(_("storeys"), null=True, blank=True)
    basements = models.PositiveSmallIntegerField(_("basements"), null=True, blank=True)
    height_m = models.FloatField(_("height"), null=True, blank=True)
    site_area_m2 = models.FloatField(_("site area"), null=True, blank=True)
    built_area_m2 = models.FloatField(_("built area"), null=True, blank=True)
    volume_m3 = models.FloatField(_("volume"), null=True, blank=True)
    fire_resistance_class = models.CharField(
        _("fire resistance class"), max_length=5, blank=True, default="", db_default="", help_text=_("I to V")
    )
    exits = models.PositiveSmallIntegerField(_("exits"), null=True, blank=True)
    people_max = models.PositiveIntegerField(_("people at most"), null=True, blank=True)
    flats = models.PositiveIntegerField(_("flats or rooms"), null=True, blank=True)
    road_clear_width_m = models.FloatField(_("clear width of the access road"), null=True, blank=True)
    road_clear_height_m = models.FloatField(_("clear height of the access road"), null=True, blank=True)
    hard_standing = tri_state(_("hard-standing for a fire truck"))
    water_on_site = models.TextField(_("water on site"), blank=True, default="", db_default="")
    water_on_site_m3 = models.FloatField(_("water on site, volume"), null=True, blank=True)
    alarm_system = tri_state(_("fire alarm system"))
    sprinklers = tri_state(_("automatic extinguishing system"))
    alarm_transmitter = tri_state(_("alarm transmitter"))
    equipment = models.JSONField(_("equipment"), blank=True, default=dict, db_default={}, help_text=_("Item: number"))
    team_size = models.PositiveSmallIntegerField(_("fire team, people"), null=True, blank=True)
    team_leader = models.CharField(_("fire team leader"), max_length=120, blank=True, default="", db_default="")
    team_phone = models.CharField(_("telephone of the fire team"), max_length=30, blank=True, default="", db_default="")
    last_inspected_on = models.DateField(_("last inspected on"), null=True, blank=True)

    class Meta(AnyFeature.Meta):
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        triggers = [*AnyFeature.Meta.triggers, *Naming("facilities", name="name", addressed=True).triggers]


@track_history()
@known_codes
@readable_days
class PublicFirefightingPoint(Addressed, PointFeature):
    """A cabinet of tools and extinguishers for the neighbours, in a lane that a truck cannot enter."""

    name = models.CharField(_("name"), max_length=200)
    equipment = models.JSONField(_("equipment"), blank=True, default=dict, db_default={}, help_text=_("Item: number"))
    lane_depth_m = models.FloatField(
        _("lane depth"), null=True, blank=True, help_text=_("From the mouth of the lane that a truck reaches")
    )
    sheltered = tri_state(_("sheltered from rain"))
    signposted = tri_state(_("signposted"))
    obstructed = tri_state(_("obstructed"))
    households = models.PositiveIntegerField(_("households served"), null=True, blank=True)
    managed_by = models.CharField(_("managed by"), max_length=120, blank=True, default="", db_default="")
    contact_name = models.CharField(_("contact"), max_length=120, blank=True, default="", db_default="")
    contact_phone = models.CharField(_("telephone"), max_length=30, blank=True, default="", db_default="")
    last_inspected_on = models.DateField(_("last inspected on"), null=True, blank=True)

    class Meta(PointFeature.Meta):
        verbose_name = _("public firefighting point")
        verbose_name_plural = _("public firefighting points")
        triggers = [
            *PointFeature.Meta.triggers,
            *Naming("public-firefighting-points", name="name", addressed=True, refs=True).triggers,
        ]


@track_history()
@known_codes
@readable_days
class FireStation(Addressed, PointFeature):
    """Where fire engines stand ready."""

    class Kind(models.TextChoices):
        AREA_TEAM = "area_team", _("area team")
        HEADQUARTERS = "headquarters", _("headquarters")
        WATER_TEAM = "water_team", _("team on the water")
        VOLUNTEER = "volunteer", _("volunteer or militia post")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.AREA_TEAM)
    crew = models.PositiveSmallIntegerField(_("people on duty"), null=True, blank=True)
    site_area_m2 = models.FloatField(_("site area"), null=True, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True, default="", db_default="")
    radio_channel = models.CharField(_("radio channel"), max_length=30, blank=True, default="", db_default="")

    class Meta(PointFeature.Meta):
        verbose_name = _("fire station")
        verbose_name_plural = _("fire stations")
        triggers = [
            *PointFeature.Meta.triggers,
            *Naming("fire-stations", name="name", addressed=True, refs=True).triggers,
        ]


@track_history()
@known_codes
@readable_days
class Building(Addressed, AnyFeature):
    """A house: a point or a footprint, with the chain of lanes that leads to it."""

    class Use(models.TextChoices):
        HOME = "home", _("home")
        HOME_WITH_BUSINESS = "home_with_business", _("home with business")
        APARTMENTS = "apartments", _("apartments")
        BUSINESS = "business", _("business")
        PUBLIC = "public", _("public building")
        OTHER = "other", _("other")
        UNKNOWN = "unknown", _("unknown")

    use = models.CharField(_("use"), max_length=20, choices=Use, default=Use.UNKNOWN, db_default=Use.UNKNOWN)
    storeys = models.PositiveSmallIntegerField(_("storeys"), null=True, blank=True)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    people = models.PositiveIntegerField(_("people"), null=True, blank=True)
    lane_depth_m = models.FloatField(_("lane depth"), null=True, blank=True)

    class Meta(AnyFeature.Meta):
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        triggers = [*AnyFeature.Meta.triggers, *Naming("buildings", addressed=True).triggers]
