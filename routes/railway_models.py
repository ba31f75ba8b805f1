"""Railways: lines that hose does not cross where trains run at level."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from gis_core.codes import known_codes
from gis_core.days import readable_days
from gis_core.features import LineFeature, track_history
from layers.models import tri_state


@track_history()
@known_codes
@readable_days
class Railway(LineFeature):
    """A stretch of track or line, keyed ``way/<id>/<piece>`` for OpenStreetMap data.

    On a bridge or underground it is in nobody's way on the ground. Where nobody noted whether trains run, they may.
    """

    class Kind(models.TextChoices):
        RAIL = "rail", _("railway")
        LIGHT_RAIL = "light_rail", _("light rail")
        SUBWAY = "subway", _("metro")
        TRAM = "tram", _("tram")
        NARROW_GAUGE = "narrow_gauge", _("narrow gauge")

    name = models.CharField(_("name"), max_length=200, blank=True, default="", db_default="")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, help_text=_("OSM railway=*"))
    in_use = tri_state(_("trains run"), _("Hose is laid across a railway at level only where none does"))
    bridge = models.BooleanField(_("bridge"), default=False, db_default=False)
    tunnel = models.BooleanField(_("tunnel"), default=False, db_default=False)
    layer = models.SmallIntegerField(_("level"), default=0, db_default=0)

    class Meta(LineFeature.Meta):
        verbose_name = _("railway line")
        verbose_name_plural = _("railway lines")
