"""The abstract feature: what every row of every layer carries.

A layer's model inherits `PointFeature`, `LineFeature`, `AreaFeature` or `AnyFeature` and is decorated with
`track_history`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.contrib.gis.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_core.triggers import COUNT_CHANGES, LOCATE, STAMP

ModelT = TypeVar("ModelT", bound=type[models.Model])


class EvidenceChoice(models.TextChoices):
    """`gis_core.values.Evidence` as Django shows it."""

    SURVEYED = "surveyed", _("surveyed")
    TAGGED = "tagged", _("tagged (OpenStreetMap)")
    ASSUMED = "assumed", _("assumed")
    NONE = "none", _("nothing known")


def track_history() -> Callable[[ModelT], ModelT]:
    """Record every insert, update and delete of the table by trigger, whoever makes it."""

    def decorate(model: ModelT) -> ModelT:
        track = pghistory.track(
            pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), attrs=_unindexed_geometry(model)
        )
        tracked: ModelT = track(model)
        return tracked

    return decorate


def _unindexed_geometry(model: type[models.Model]) -> "dict[str, models.Field[Any, Any]]":
    """Return the event table's geometry column: history is read by object, a spatial index would slow every edit."""
    copies: dict[str, models.Field[Any, Any]] = {
        f.name: f.clone() for f in model._meta.local_fields if isinstance(f, models.GeometryField)
    }
    for copy in copies.values():
        copy.spatial_index = False  # type: ignore[attr-defined]  # only geometry columns are copied
    return copies


class Record(models.Model):
    """Identity, origin, evidence and version of a row; everything but the place."""

    ref = models.CharField(
        _("reference"),
        max_length=120,
        unique=True,
        help_text=_("Natural reference, kept by whoever delivers the data; imports compare by it"),
    )
    source = models.CharField(_("source"), max_length=200, db_default="", default="", blank=True)
    synthetic = models.BooleanField(
        _("synthetic"),
        db_default=False,
        default=False,
        help_text=_("Invented for demonstration, not a real object"),
    )
    evidence = models.CharField(
        _("evidence"),
        max_length=10,
        choices=EvidenceChoice,
        db_default=EvidenceChoice.NONE,
        default=EvidenceChoice.NONE,
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    remarks = models.TextField(_("remarks"), db_default="", default="", blank=True)
    tags = models.JSONField(
        _("tags"),
        db_default={},
        default=dict,
        blank=True,
        help_text=_("What the source says beyond the columns, kept word for word"),
    )
    version = models.PositiveIntegerField(_("version"), db_default=1, default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated at"), db_default=Now(), editable=False)

    class Meta:
        abstract = True
        triggers = [STAMP, COUNT_CHANGES]

    def __str__(self) -> str:
        return self.ref


class Feature(Record):
    """A record that stands somewhere; concrete kinds add `geom`."""

    administrative_unit = models.ForeignKey(
        "gis_core.AdministrativeUnit",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("administrative unit"),
        help_text=_("By location, set by the database"),
    )

    class Meta(Record.Meta):
        abstract = True
        triggers = [*Record.Meta.triggers, LOCATE]


class InVietnam(models.Func):
    """Lies in the box of `gis_core.values.LonLat`; false for swapped coordinates, NaN and the empty geometry.

    An edit in SQL or QGIS passes no other check, and one point without a place misleads every question about distance.
    """

    template = "ST_CoveredBy(%(expressions)s::geometry, ST_MakeEnvelope(102, 6.5, 117.9, 23.5, 4326))"
    output_field = models.BooleanField()
    conditional = True


def _placed() -> models.BaseConstraint:
    return models.CheckConstraint(
        name="%(app_label)s_%(class)s_geom_in_vietnam",
        condition=InVietnam(models.F("geom")),
        violation_error_message=_("There is no place, or it lies outside Vietnam: longitude comes before latitude."),
    )


def _valid() -> models.BaseConstraint:
    return models.CheckConstraint(name="%(app_label)s_%(class)s_geom_valid", condition=models.Q(geom__isvalid=True))


class PointFeature(Feature):
    """A feature at a point; `geography`, so that distances are metres without choosing a zone."""

    geom = models.PointField(_("position"), geography=True, srid=4326)

    class Meta(Feature.Meta):
        abstract = True
        constraints = [_placed()]


class LineFeature(Feature):
    """A feature along a line, WGS 84 degrees; measure it in the metric CRS or as geography."""

    geom = models.LineStringField(_("line"), srid=4326)

    class Meta(Feature.Meta):
        abstract = True
        constraints = [_placed(), _valid()]


class AreaFeature(Feature):
    """A feature that covers an area, WGS 84 degrees."""

    geom = models.MultiPolygonField(_("area"), srid=4326)

    class Meta(Feature.Meta):
        abstract = True
        constraints = [_placed(), _valid()]


class AnyFeature(Feature):
    """A feature that one survey draws as a point and another as a footprint."""

    geom = models.GeometryField(_("geometry"), srid=4326)

    class Meta(Feature.Meta):
        abstract = True
        constraints = [_placed(), _valid()]


class Addressed(models.Model):
    """A Hanoi address: house number, the chain of lanes it lies in, the street the chain leaves from."""

    house_number = models.CharField(_("house number"), max_length=30, db_default="", default="", blank=True)
    lane_chain = models.CharField(
        _("lane chain"),
        max_length=80,
        db_default="",
        default="",
        blank=True,
        help_text=_("Numbers of ngõ/ngách/hẻm from the street inwards, e.g. 29/70"),
    )
    street = models.CharField(_("street"), max_length=120, db_default="", default="", blank=True)
    address = models.CharField(_("address"), max_length=250, db_default="", default="", blank=True)

    class Meta:
        abstract = True
