from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LayersConfig(AppConfig):
    """Places, and the serving of every layer."""

    name = "layers"
    verbose_name = _("Layers")
