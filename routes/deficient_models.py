"""The table of areas that lack roads or water for firefighting."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from gis_core.codes import known_codes
from gis_core.days import readable_days
from gis_core.features import AreaFeature, track_history
from layers.models import tri_state
from routes.deficient.governing import GOVERN
from routes.deficient.remedies import RemedyCode

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REMEDY_LABELS = {
    RemedyCode.NONE: _("none proposed yet"),
    RemedyCode.SURVEY: _("survey the lane or the source"),
    RemedyCode.REMOVE_OBSTACLE: _("remove or open what stands in the way"),
    RemedyCode.FIXED_PIPE: _("fixed pipe with an inlet where an engine can stand"),
    RemedyCode.MOBILE_HOSE: _("mobile hose kept ready"),
    RemedyCode.NEIGHBOUR_ACCESS: _("access by the road of a neighbour"),
    RemedyCode.EXTRA_DOORS: _("more doors, dry hydrant outside with its inlet"),
    RemedyCode.MONITORS: _("monitors inside"),
    RemedyCode.ROOF_ACCESS: _("access by the roof"),
    RemedyCode.LANE_OUTLETS: _("pipe and outlets along the lane"),
    RemedyCode.HYDRANT: _("new hydrant"),
    RemedyCode.TANK: _("tank or pump station"),
    RemedyCode.BERTH: _("berth at open water"),
    RemedyCode.PIT: _("intake pit"),
    RemedyCode.PUBLIC_POINT: _("public firefighting point"),
    RemedyCode.HOME_EQUIPMENT: _("extinguisher and alarm transmitter in each home"),
}


class Cause(models.TextChoices):
    """What an area lacks; unknown: nobody can classify it, so it is neither deficient nor fine."""

    NO_ROAD = "no_road", _("no road for a fire engine")
    NO_WATER = "no_water", _("no water for firefighting")
    BOTH = "both", _("neither road nor water")
    UNKNOWN = "unknown", _("cannot be classified")


class State(models.TextChoices):
    """How far the decision on an area has come."""

    PROPOSED = "proposed", _("proposed by computation")
    EDITED = "edited", _("edited by people")
    APPROVED = "approved", _("approved")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Proposes(models.TextChoices):
    """What approving a row does: put its lane on the list, or take it off."""

    LIST = "list", _("put on the list")
    UNLIST = "unlist", _("take off the list")


def _remedy(title: "StrOrPromise") -> "models.CharField[str, str]":
    return models.CharField(
        title,
        max_length=30,
        choices=[(code.value, label) for code, label in REMEDY_LABELS.items()],
        default=RemedyCode.NONE.value,
        db_default=RemedyCode.NONE.value,
    )


def _count(title: "StrOrPromise") -> "models.PositiveIntegerField[int | None, int | None]":
    return models.PositiveIntegerField(title, null=True, blank=True)


def _moment(title: "StrOrPromise") -> "models.DateTimeField[datetime | None, datetime | None]":
    return models.DateTimeField(title, null=True, blank=True, editable=False)


def _person(title: "StrOrPromise") -> "models.CharField[str, str]":
    return models.CharField(title, max_length=150, blank=True, default="", db_default="", editable=False)


@track_history()
@known_codes
@readable_days
class DeficientArea(AreaFeature):
    """A lane, or what people make of it, that lacks roads or water for firefighting (Law 55/2024 art. 20(5)).

    Rows with one `area_code` are versions of one area, at most one of them approved. What was computed stands beside
    what people write, and `governing` keeps who decided when.
    """

    area_code = models.CharField(
        _("code of the area"), max_length=40, blank=True, default="", db_default="", db_index=True,
        help_text=_("Ward and key of the lane; the same in all versions"),
    )  # fmt: skip
    proposal = models.PositiveIntegerField(_("version of the proposal"), default=1, db_default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.EDITED, db_default=State.EDITED)
    proposes = models.CharField(
        _("what approving does"), max_length=6, choices=Proposes, default=Proposes.LIST, db_default=Proposes.LIST
    )
    cluster = models.CharField(
        _("cluster"), max_length=40, blank=True, default="", db_default="",
        help_text=_("Areas with the same code lie beside one another"),
    )  # fmt: skip
    lane_name = models.CharField(_("lane"), max_length=200, blank=True, default="", db_default="")
    cause = models.CharField(_("cause"), max_length=10, choices=Cause, default=Cause.UNKNOWN, db_default=Cause.UNKNOWN)
    lacks_road = tri_state(_("lacks a road"))
    lacks_water = tri_state(_("lacks water"))
    depth_least_m = models.FloatField(_("depth, at least"), null=True, blank=True)
    depth_most_m = models.FloatField(
        _("depth, at most"), null=True, blank=True, help_text=_("Empty: it may be any depth")
    )
    houses = _count(_("houses"))
    houses_no_road = _count(_("houses without a road"))
    houses_no_water = _count(_("houses without water"))
    houses_both = _count(_("houses without both"))
    houses_unknown = _count(_("houses that cannot be classified"))
    households = _count(_("households recorded"))
    houses_without_households = _count(_("houses whose households nobody recorded"))
    people = _count(_("people recorded"))
    houses_without_people = _count(_("houses whose people nobody recorded"))
    point_in_lane = tri_state(_("public firefighting point in the lane"))
    nearest_point_ref = models.CharField(
        _("nearest public firefighting point"), max_length=120, blank=True, default="", db_default=""
    )
    nearest_point_m = models.FloatField(_("way on foot to it"), null=True, blank=True)
    remedy = _remedy(_("remedy"))
    remedy_2 = _remedy(_("second remedy"))
    remedy_3 = _remedy(_("third remedy"))
    remedy_note = models.TextField(_("on the remedy"), blank=True, default="", db_default="")
    decision = models.CharField(
        _("decision"), max_length=200, blank=True, default="", db_default="",
        help_text=_("Number and day of the decision of the people's committee"),
    )  # fmt: skip
    findings = models.JSONField(
        _("findings"), default=dict, db_default={}, blank=True, editable=False,
        help_text=_("What stops the vehicle and why water lacks, as it was computed"),
    )  # fmt: skip
    vehicle = models.CharField(_("judged for"), max_length=40, blank=True, default="", db_default="", editable=False)
    computed_at = _moment(_("computed at"))
    computed_from = models.TextField(_("computed from"), blank=True, default="", db_default="", editable=False)
    fingerprint = models.CharField(
        _("fingerprint"), max_length=40, blank=True, default="", db_default="", editable=False,
        help_text=_("Of what was computed: equal while nothing changed that counts"),
    )  # fmt: skip
    edited_by = _person(_("edited by"))
    edited_at = _moment(_("edited at"))
    approved_by = _person(_("approved by"))
    approved_at = _moment(_("approved at"))
    withdrawn_by = _person(_("withdrawn by"))
    withdrawn_at = _moment(_("withdrawn at"))
    succeeded_by = models.CharField(
        _("succeeded by"), max_length=120, blank=True, default="", db_default="", editable=False
    )

    class Meta(AreaFeature.Meta):
        verbose_name = _("deficient area")
        verbose_name_plural = _("deficient areas")
        triggers = [*AreaFeature.Meta.triggers, GOVERN]
        constraints = [
            *AreaFeature.Meta.constraints,
            models.UniqueConstraint(
                name="deficientarea_one_row_a_version",
                fields=["area_code", "proposal"],
                condition=~models.Q(area_code=""),
                violation_error_message=_("There is this version of the area already."),
            ),
            models.UniqueConstraint(
                name="deficientarea_one_approved",
                fields=["area_code"],
                condition=models.Q(state="approved") & ~models.Q(area_code=""),
                violation_error_message=_("Another version of the area is approved."),
            ),
        ]
