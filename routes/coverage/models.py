"""What coverage stores: the latest class of every house, figures of wards, runs of the computation, changes."""

from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_core.codes import known_codes
from gis_core.days import readable_days
from gis_core.features import AreaFeature, PointFeature, track_history
from gis_core.triggers import COUNT_CHANGES, STAMP

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class CoverageChoice(models.TextChoices):
    """`routes.coverage.classes.Coverage` as Django shows it."""

    COVERED = "covered", _("covered")
    RECORDED_ONLY = "recorded_only", _("covered as recorded only")
    NOT_CLASSIFIABLE = "not_classifiable", _("not classifiable")
    NOT_COVERED = "not_covered", _("not covered")


class WhyChoice(models.TextChoices):
    """`routes.coverage.classes.Why` as Django shows it."""

    ENOUGH = "enough", _("enough water, verified")
    NOT_VERIFIED = "not_verified", _("enough water, but not verified within its period")
    NO_WAY_NEAR = "no_way_near", _("no way that people walk is near the house")
    WAY_UNKNOWN = "way_unknown", _("nobody knows whether people pass on the way")
    STATE_UNKNOWN = "state_unknown", _("nobody knows whether the source works or a truck gets there")
    FLOW_UNKNOWN = "flow_unknown", _("nobody measured the flow")
    DEMAND_UNKNOWN = "demand_unknown", _("nobody knows how much water the building needs")
    NO_SOURCE = "no_source", _("no source within the length of hose")
    NONE_USABLE = "none_usable", _("no source within the length of hose can be used")
    FLOW_TOO_LOW = "flow_too_low", _("the sources within the length of hose give too little")
    ONE_SOURCE_ONLY = "one_source_only", _("only one source, and the demand asks for two")


class ReachChoice(models.TextChoices):
    """Whether a fire engine gets there, as `gis_core.values.Verdict`."""

    PASSABLE = "passable", _("passable")
    UNKNOWN = "unknown", _("unknown")
    BLOCKED = "blocked", _("blocked")


class CauseChoice(models.TextChoices):
    """`routes.coverage.classes.Cause` as Django shows it."""

    FIRST_COMPUTED = "first_computed", _("computed for the first time")
    HOUSE = "house", _("the building was edited")
    WAYS = "ways", _("the ways changed")
    SOURCES = "sources", _("the sources changed")
    VERIFICATION = "verification", _("a source was verified, or its period ended")
    RULES = "rules", _("the rules changed")
    OVERRIDE = "override", _("a planner decided")
    REMOVED = "removed", _("the building was removed")


class OfLayer(models.TextChoices):
    """The layers whose records are covered or not."""

    BUILDINGS = "buildings", _("building")
    FACILITIES = "facilities", _("facility")


@known_codes
@readable_days
class BuildingCoverage(PointFeature):
    """The latest class of one building or facility; computed, so nobody edits it. `ref` is ``layer/ref``."""

    of_layer = models.CharField(_("layer"), max_length=12, choices=OfLayer)
    of_id = models.BigIntegerField(_("number in its layer"))
    coverage = models.CharField(_("coverage"), max_length=16, choices=CoverageChoice)
    computed = models.CharField(
        _("coverage as computed"),
        max_length=16,
        choices=CoverageChoice,
        help_text=_("What a planner may have overruled"),
    )
    overridden = models.BooleanField(_("overruled by a planner"), default=False, db_default=False)
    reason = models.CharField(_("reason"), max_length=16, choices=WhyChoice)
    demand_least_lps = models.FloatField(_("demand at least"))
    demand_lps = models.FloatField(_("demand at most"))
    source_key = models.CharField(_("nearest source that counts"), max_length=40, default="", db_default="", blank=True)
    source_hose_m = models.FloatField(_("hose from that source"), null=True)
    nearest_key = models.CharField(_("nearest source of all"), max_length=40, default="", db_default="", blank=True)
    nearest_hose_m = models.FloatField(_("hose from the nearest source of all"), null=True)
    working_hose_m = models.FloatField(
        _("hose from a working source"), null=True,
        help_text=_("Surely, from one that a truck reaches; empty: none within the longest hose"),
    )  # fmt: skip
    perhaps_hose_m = models.FloatField(
        _("hose from a source that may work"), null=True,
        help_text=_("Also where nobody knows whether people pass; empty: none within the longest hose"),
    )  # fmt: skip
    truck = models.CharField(_("truck to the building"), max_length=8, choices=ReachChoice)
    households = models.PositiveIntegerField(_("households"), null=True)
    people = models.PositiveIntegerField(_("people"), null=True)
    rules_on = models.DateField(_("by the rules of"))

    class Meta(PointFeature.Meta):
        verbose_name = _("coverage of a building")
        verbose_name_plural = _("coverage of buildings")
        # The unit is that of the building; to look it up again for each row would take longer than everything else.
        triggers = [STAMP, COUNT_CHANGES]
        indexes = [models.Index(fields=["of_layer", "of_id"])]


class Band(models.TextChoices):
    """How much of a ward is covered, for the map."""

    FULL = "full", _("all buildings covered")
    MOST = "most", _("from 75 % covered")
    HALF = "half", _("from 50 % covered")
    SOME = "some", _("from 25 % covered")
    FEW = "few", _("less than 25 % covered")
    UNKNOWN = "unknown", _("no buildings recorded")


def _count(title: "StrOrPromise") -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(title, default=0, db_default=0)


@known_codes
@readable_days
class WardCoverage(AreaFeature):
    """The figures of one ward, without what nobody counted; `ref` is the code of the ward."""

    name = models.CharField(_("name"), max_length=120)
    band = models.CharField(_("share covered"), max_length=8, choices=Band)
    covered_pct = models.FloatField(_("buildings covered"), null=True, help_text=_("Percent, recorded only left out"))
    buildings = _count(_("buildings"))
    buildings_covered = _count(_("buildings covered"))
    buildings_recorded_only = _count(_("buildings covered as recorded only"))
    buildings_not_classifiable = _count(_("buildings not classifiable"))
    buildings_not_covered = _count(_("buildings not covered"))
    buildings_households_unknown = _count(_("buildings whose households nobody counted"))
    buildings_people_unknown = _count(_("buildings whose people nobody counted"))
    households_covered = _count(_("households covered"))
    households_recorded_only = _count(_("households covered as recorded only"))
    households_not_classifiable = _count(_("households not classifiable"))
    households_not_covered = _count(_("households not covered"))
    people_covered = _count(_("people covered"))
    people_recorded_only = _count(_("people covered as recorded only"))
    people_not_classifiable = _count(_("people not classifiable"))
    people_not_covered = _count(_("people not covered"))
    households_beyond_100m = _count(_("households beyond 100 m of hose"))
    households_beyond_200m = _count(_("households beyond 200 m of hose"))
    households_beyond_400m = _count(_("households beyond 400 m of hose"))
    households_perhaps_beyond_100m = _count(_("households perhaps beyond 100 m of hose"))
    households_perhaps_beyond_200m = _count(_("households perhaps beyond 200 m of hose"))
    households_perhaps_beyond_400m = _count(_("households perhaps beyond 400 m of hose"))
    people_beyond_100m = _count(_("people beyond 100 m of hose"))
    people_beyond_200m = _count(_("people beyond 200 m of hose"))
    people_beyond_400m = _count(_("people beyond 400 m of hose"))
    people_perhaps_beyond_100m = _count(_("people perhaps beyond 100 m of hose"))
    people_perhaps_beyond_200m = _count(_("people perhaps beyond 200 m of hose"))
    people_perhaps_beyond_400m = _count(_("people perhaps beyond 400 m of hose"))
    rules_on = models.DateField(_("by the rules of"))

    class Meta(AreaFeature.Meta):
        verbose_name = _("coverage of a ward")
        verbose_name_plural = _("coverage of wards")
        triggers = [STAMP, COUNT_CHANGES]


@readable_days
class CoverageRun(models.Model):
    """One computation of everything; figures of wards are kept with it, so that days can be compared."""

    at = models.DateTimeField(_("computed at"))
    rules_on = models.DateField(_("by the rules of"))
    vehicle = models.CharField(_("vehicle"), max_length=40)
    network_version = models.BigIntegerField(_("version of the network"))
    data_version = models.TextField(_("version of the data"))
    followed_at = models.DateTimeField(_("followed at"), null=True)
    basis = models.CharField(
        _("what it rests on"), max_length=32, default="", db_default="",
        help_text=_("Names all that was followed since; another one after every edit"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("computation of coverage")
        verbose_name_plural = _("computations of coverage")
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class WardSnapshot(models.Model):
    """The figures of one ward at one computation, by the names of the columns of `WardCoverage`."""

    run = models.ForeignKey(CoverageRun, models.CASCADE, related_name="wards")
    administrative_unit = models.ForeignKey("gis_core.AdministrativeUnit", models.CASCADE, related_name="+")
    figures = models.JSONField(_("figures"))

    class Meta:
        verbose_name = _("figures of a ward")
        verbose_name_plural = _("figures of wards")
        constraints = [
            models.UniqueConstraint(fields=["run", "administrative_unit"], name="routes_wardsnapshot_once_a_run")
        ]

    def __str__(self) -> str:
        return f"{self.administrative_unit_id} @ {self.run_id}"


@known_codes
class CoverageChange(models.Model):
    """One change of the class of one house, and its cause."""

    at = models.DateTimeField(_("at"), db_default=Now())
    of_layer = models.CharField(_("layer"), max_length=12, choices=OfLayer)
    of_id = models.BigIntegerField(_("number in its layer"))
    administrative_unit = models.ForeignKey("gis_core.AdministrativeUnit", models.SET_NULL, null=True, related_name="+")
    before = models.CharField(_("before"), max_length=16, choices=CoverageChoice, null=True)
    after = models.CharField(_("after"), max_length=16, choices=CoverageChoice, null=True)
    cause = models.CharField(_("cause"), max_length=16, choices=CauseChoice)

    class Meta:
        verbose_name = _("change of coverage")
        verbose_name_plural = _("changes of coverage")
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.of_layer}/{self.of_id}: {self.before} → {self.after}"


@track_history()
@known_codes
class CoverageOverride(models.Model):
    """What a planner says instead of the computation, and why; the computed class is kept beside it."""

    of_layer = models.CharField(_("layer"), max_length=12, choices=OfLayer)
    of_id = models.BigIntegerField(_("number in its layer"))
    coverage = models.CharField(_("coverage"), max_length=16, choices=CoverageChoice)
    comment = models.CharField(_("comment"), max_length=500)
    author = models.CharField(_("author"), max_length=150)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("decision on coverage")
        verbose_name_plural = _("decisions on coverage")
        triggers = [COUNT_CHANGES]
        constraints = [
            models.UniqueConstraint(fields=["of_layer", "of_id"], name="routes_coverageoverride_one_a_house"),
            models.CheckConstraint(name="routes_coverageoverride_has_a_comment", condition=~models.Q(comment="")),
        ]

    def __str__(self) -> str:
        return f"{self.of_layer}/{self.of_id}: {self.coverage}"
