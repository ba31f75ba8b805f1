from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HydrantsConfig(AppConfig):
    """The water."""

    name = "hydrants"
    verbose_name = _("Water")
