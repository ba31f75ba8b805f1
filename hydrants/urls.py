"""The addresses of `hydrants`."""

from typing import Any, Final

from django.urls import URLPattern, path

from hydrants.endurance_views import EnduranceView
from hydrants.flow_views import FlowTestsView, JointFlowView
from hydrants.inspection_views import CheckListsView, InspectionsDueView, InspectionsView
from hydrants.outage_views import OutagesView, OutageView
from hydrants.tour_views import ReservationView, ToursView, TourView
from hydrants.views import NearestWaterView

_VIEWS: Final[dict[str, Any]] = {
    "nearest-water": NearestWaterView,
    "flow-tests": FlowTestsView,
    "joint-flow": JointFlowView,
    "endurance": EnduranceView,
    "check-lists": CheckListsView,
    "inspections": InspectionsView,
    "inspections-due": InspectionsDueView,
    "outages": OutagesView,
    "outages/<str:outage_id>": OutageView,
    "tours": ToursView,
    "tours/<str:tour_id>": TourView,
    "tours/<str:tour_id>/reservation": ReservationView,
}


def _both_spellings(name: str, view: Any) -> list[URLPattern]:
    # Nothing here redirects, so the other spelling is served too; described once.
    return [path(name, view.as_view(), name=name.partition("/<")[0]), path(f"{name}/", view.as_view(schema=None))]


urlpatterns = [pattern for name, view in _VIEWS.items() for pattern in _both_spellings(name, view)]
