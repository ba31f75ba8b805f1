from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutesConfig(AppConfig):
    """The way there."""

    name = "routes"
    verbose_name = _("Ways")
