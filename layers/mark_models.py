"""What people on the spot say of the things on the map, before anybody has looked into it."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_core.codes import known_codes
from gis_core.features import InVietnam, track_history
from gis_core.triggers import COUNT_CHANGES


@track_history()
@known_codes
class Mark(models.Model):
    """One mark; what its kind does stands in `layers.mark_kinds` and in the rooms that bring the kinds.

    `layer`, `record` and `ref` say what it is about. `at` is the time of the server; `client_at` what the clock of the
    sender said. `undo` holds what its kind must know to take back what the mark did.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CONFIRMED = "confirmed", _("confirmed")
        REFUTED = "refuted", _("refuted")
        EXPIRED = "expired", _("expired")

    class Settled(models.TextChoices):
        NOT_YET = "", _("–")
        PERSON = "person", _("by another person")
        INSPECTION = "inspection", _("by an inspection")
        AUTHOR = "author", _("by the author")

    kind = models.CharField(_("kind"), max_length=30)
    geom = models.PointField(_("place"), geography=True, srid=4326)
    layer = models.CharField(_("about, layer"), max_length=40)
    record = models.BigIntegerField(_("about, number"))
    ref = models.CharField(_("about"), max_length=120)
    obstacle = models.CharField(_("obstacle"), max_length=20, blank=True, default="", db_default="")
    note = models.TextField(_("note"), blank=True, default="", db_default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    author_name = models.CharField(_("author's name"), max_length=150)
    at = models.DateTimeField(_("marked at"))
    client_at = models.DateTimeField(_("time of the sender's clock"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, db_default=State.OPEN)
    expires_at = models.DateTimeField(_("counts until"), null=True, blank=True)
    settled = models.CharField(_("settled"), max_length=10, choices=Settled, blank=True, default="", db_default="")
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.CharField(_("settled by"), max_length=150, blank=True, default="", db_default="")
    undo = models.JSONField(_("what it changed"), default=dict, db_default={}, blank=True)
    key = models.CharField(_("key of the sending"), max_length=100, blank=True, default="", db_default="")
    fingerprint = models.CharField(_("fingerprint of what was sent"), max_length=64)
    synthetic = models.BooleanField(_("synthetic"), default=False, db_default=False)
    administrative_unit = models.ForeignKey(
        "gis_core.AdministrativeUnit", models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("administrative unit"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        triggers = [COUNT_CHANGES]
        indexes = [models.Index(fields=["layer", "record"]), models.Index(fields=["state", "-at"])]
        constraints = [
            models.CheckConstraint(name="layers_mark_geom_in_vietnam", condition=InVietnam(models.F("geom"))),
            models.UniqueConstraint(
                name="layers_mark_sent_once", fields=["author", "key"], condition=~models.Q(key="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.layer}/{self.ref} {self.at:%Y-%m-%d %H:%M}"


COUNTS: Final = models.Q(state=Mark.State.OPEN) | models.Q(state=Mark.State.CONFIRMED, settled=Mark.Settled.PERSON)
"""The marks that count unless their time is over; what an inspection settled stands in the record."""


def stands(mark: Mark, now: datetime) -> bool:
    """Tell whether a mark counts at a moment: `COUNTS`, and its time."""
    by_person = mark.state == Mark.State.CONFIRMED and mark.settled == Mark.Settled.PERSON
    over = mark.expires_at is not None and mark.expires_at <= now
    return (mark.state == Mark.State.OPEN or by_person) and not over


class MarkPhoto(models.Model):
    """The photo of a mark: made anew from its pixels, kept in the database and nowhere that a path leads to."""

    mark = models.OneToOneField(Mark, models.CASCADE, related_name="photo", verbose_name=_("mark"))
    token = models.CharField(max_length=43, unique=True)
    content = models.BinaryField()
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.mark_id} {self.width_px}×{self.height_px}"
