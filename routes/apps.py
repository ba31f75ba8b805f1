from django.apps import AppConfig
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gis_core.afterwards import after_loading
from routes.coverage.following import follow_in_background
from routes.network.warm import warm_in_background


class RoutesConfig(AppConfig):
    """The way there."""

    name = "routes"
    verbose_name = _("Ways")

    def ready(self) -> None:
        after_loading(_compute_coverage)
        after_loading(_make_demo_areas)  # what they say of water is what coverage says
        if settings.SERVING:
            warm_in_background()
            if settings.COVERAGE_FOLLOWED:
                follow_in_background()


def _compute_coverage() -> None:
    # Only now: it knows the models.
    from routes.coverage.running import run_whole  # noqa: PLC0415

    run_whole(at=timezone.now())


def _make_demo_areas() -> None:
    # Only now: it knows the models.
    from routes.deficient.demo import make_demo_areas  # noqa: PLC0415

    make_demo_areas()
