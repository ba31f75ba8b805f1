"""Administrative units, dated, and who may do what where."""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_core.codes import known_codes
from gis_core.days import readable_days
from gis_core.features import Record, track_history
from gis_core.findable import Naming
from gis_core.findable_models import Findable, FindableName  # noqa: F401 - models in a file of their own
from gis_core.roles import Role
from gis_core.triggers import WAKE_FOLLOWERS


class UnitQuerySet(models.QuerySet["AdministrativeUnit"]):
    """Filters by date and place."""

    def at(self, day: date) -> Self:
        """Units in force on `day`; `valid_to` is exclusive, so that one day has one set of units."""
        return self.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=day), valid_from__lte=day)


@track_history()
@known_codes
@readable_days
class AdministrativeUnit(Record):
    """A city, district, ward or commune as it stood between two dates.

    Hanoi had 30 districts until 2025-06-30 and has 126 wards and communes since 2025-07-01 (NQ 1656/NQ-UBTVQH15). Codes
    are text of two, three or five digits: leading zeros matter, and a number names different wards in different lists.
    """

    class Level(models.IntegerChoices):
        CITY = 1, _("city")
        DISTRICT = 2, _("district")
        WARD = 3, _("ward or commune")

    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("name"), max_length=120)
    level = models.SmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(
        _("kind"),
        max_length=40,
        db_default="",
        default="",
        blank=True,
        help_text=_("phường, xã, quận, huyện, …"),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("The first day on which it is no longer in force")
    )
    predecessors = models.ManyToManyField(
        "self",
        symmetrical=False,
        through="AdministrativeSuccession",
        related_name="successors",
        verbose_name=_("predecessors"),
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    geom = models.MultiPolygonField(_("area"), srid=4326)

    objects = UnitQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        triggers = [
            *Record.Meta.triggers,
            *Naming("administrative-units", name="name", key="thuylo_unit").triggers,
        ]
        constraints = [
            models.UniqueConstraint(fields=["code", "level", "valid_from"], name="unit_code_once_a_period"),
            models.CheckConstraint(name="unit_geom_valid", condition=models.Q(geom__isvalid=True)),
            models.CheckConstraint(
                name="unit_period_ordered",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class AdministrativeSuccession(models.Model):
    """How much of an old unit's area went to a new one; 199 of 526 old communes were split, so a lookup cannot do."""

    predecessor = models.ForeignKey(AdministrativeUnit, models.CASCADE, related_name="+")
    successor = models.ForeignKey(AdministrativeUnit, models.CASCADE, related_name="+")
    predecessor_share = models.FloatField(_("share of the predecessor's area"), help_text=_("0 to 1"))
    successor_share = models.FloatField(_("share of the successor's area"), help_text=_("0 to 1"))

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once")]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


@track_history()
@known_codes
class RoleGrant(models.Model):
    """A user's role, everywhere or inside one administrative unit."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_grants", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=20, choices=[(role.value, role.label) for role in Role])
    administrative_unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("administrative unit"),
        help_text=_("Empty: everywhere"),
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "administrative_unit"], name="grant_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


@track_history()
class ApiToken(models.Model):
    """A key by which a program acts for a person, until it expires or the row is deleted.

    The key itself is shown once, when it is made (`gis_core.authentication.make_token`); only its hash is kept.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=80, help_text=_("Where it is used, such as: QGIS on the office PC"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="token_name_once_a_user")]

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"


class SignInTries(models.Model):
    """How often a password was tried for a name from an address, both as a hash; kept by `gis_core.throttle`."""

    key = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveSmallIntegerField()
    forgotten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tries} until {self.forgotten_at}"


class DataVersion(models.Model):
    """How often a table was written to; kept by the trigger `COUNT_CHANGES`, read by `gis_core.versions`."""

    table_name = models.CharField(max_length=63, primary_key=True)
    version = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        triggers = [WAKE_FOLLOWERS]

    def __str__(self) -> str:
        return f"{self.table_name} {self.version}"
