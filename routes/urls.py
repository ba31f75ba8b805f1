"""The addresses of `routes`."""

from django.urls import path

from hydrants.modes import nearest_water_modes
from routes.approach_views import ApproachView, ReachView
from routes.coverage.views import CoverageView, OverridesView
from routes.deficient.views import TrendView
from routes.drive_water_mode import BY_ROAD
from routes.lanes.views import LanesView
from routes.route_views import NetworkView, RouteView
from routes.siting.urls import urlpatterns as siting_patterns
from routes.views import PassabilityView, VehiclesView

nearest_water_modes.register(BY_ROAD)

# Nothing here redirects, so the other spelling is served too; described once.
urlpatterns = [
    path("approach", ApproachView.as_view(), name="approach"),
    path("approach/", ApproachView.as_view(schema=None)),
    path("coverage", CoverageView.as_view(), name="coverage"),
    path("coverage/", CoverageView.as_view(schema=None)),
    path("coverage/overrides", OverridesView.as_view(), name="coverage-overrides"),
    path("coverage/overrides/", OverridesView.as_view(schema=None)),
    path("deficient-areas/trend", TrendView.as_view(), name="deficient-areas-trend"),
    path("deficient-areas/trend/", TrendView.as_view(schema=None)),
    path("lanes", LanesView.as_view(), name="lanes"),
    path("lanes/", LanesView.as_view(schema=None)),
    path("network", NetworkView.as_view(), name="network"),
    path("network/", NetworkView.as_view(schema=None)),
    path("passability", PassabilityView.as_view(), name="passability"),
    path("passability/", PassabilityView.as_view(schema=None)),
    path("reach", ReachView.as_view(), name="reach"),
    path("reach/", ReachView.as_view(schema=None)),
    path("route", RouteView.as_view(), name="route"),
    path("route/", RouteView.as_view(schema=None)),
    path("vehicles", VehiclesView.as_view(), name="vehicles"),
    path("vehicles/", VehiclesView.as_view(schema=None)),
    *siting_patterns,
]
