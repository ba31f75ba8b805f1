from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class GisCoreConfig(AppConfig):
    """The ground under every layer."""

    name = "gis_core"
    verbose_name = _("Ground")

    def ready(self) -> None:
        # Each app declares its layers in its own map_layers.py, the way Django finds admin.py.
        autodiscover_modules("map_layers")
