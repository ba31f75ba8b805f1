from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from routes.coverage.following import follow_in_background
from routes.network.warm import warm_in_background


class RoutesConfig(AppConfig):
    """The way there."""

    name = "routes"
    verbose_name = _("Ways")

    def ready(self) -> None:
        # Models are there from now on.
        from gis_core.demo import DEMO_STEPS  # noqa: PLC0415
        from routes.deficient.demo import make_demo_areas  # noqa: PLC0415

        DEMO_STEPS.append(make_demo_areas)
        if settings.SERVING:
            warm_in_background()
            if settings.COVERAGE_FOLLOWED:
                follow_in_background()
