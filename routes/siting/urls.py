"""The addresses of plans."""

from typing import Any, Final

from django.urls import URLPattern, path

from routes.siting.scenario_views import CompareView, ScenariosView, ScenarioView
from routes.siting.views import CriticalSourcesView, RemovalsView, SitingView

_VIEWS: Final[dict[str, Any]] = {
    "critical-sources": CriticalSourcesView,
    "removals": RemovalsView,
    "scenarios": ScenariosView,
    "scenarios/<str:scenario_id>": ScenarioView,
    "scenarios/<str:scenario_id>/compare": CompareView,
    "siting": SitingView,
}


def _both_spellings(name: str, view: Any) -> list[URLPattern]:
    # Nothing here redirects, so the other spelling is served too; described once.
    return [
        path(name, view.as_view(), name=name.replace("/<str:scenario_id>", "-one").replace("/", "-")),
        path(f"{name}/", view.as_view(schema=None)),
    ]


urlpatterns = [pattern for name, view in _VIEWS.items() for pattern in _both_spellings(name, view)]
