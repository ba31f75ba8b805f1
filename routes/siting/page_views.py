"""The page of planners: plans beside today, what to remove, what is missed most, where to build."""

from django.http import HttpRequest, HttpResponse

from gis_core.parameters import no_parameters
from gis_core.problems import read_only
from layers.map_config import Config
from layers.map_texts import MAP_TEXTS
from layers.pages import page_with_map
from routes.coverage.models import CoverageChoice
from routes.coverage.trucks import VEHICLE
from routes.siting.page_texts import PLAN_TEXTS
from routes.siting.scenario_drafts import MOST_FLOW_LPS, MOST_VOLUME_M3


@read_only
@no_parameters
def plans_page(request: HttpRequest) -> HttpResponse:
    """Show the page; which plan is open stands in the fragment of the address. Plans are read by their own address."""
    return page_with_map(request, "routes/plans.html", "routes/plans.js", _members)


def _members() -> Config:
    return {
        "texts": {key: str(text) for key, text in (MAP_TEXTS | PLAN_TEXTS).items()},
        "classes": {value: str(label) for value, label in CoverageChoice.choices},
        "vehicle": VEHICLE,
        "mostFlowLps": MOST_FLOW_LPS,
        "mostVolumeM3": MOST_VOLUME_M3,
    }
