"""The addresses of `routes`."""

from django.urls import path

from routes.views import PassabilityView, VehiclesView

# Nothing here redirects, so the other spelling is served too; described once.
urlpatterns = [
    path("passability", PassabilityView.as_view(), name="passability"),
    path("passability/", PassabilityView.as_view(schema=None)),
    path("vehicles", VehiclesView.as_view(), name="vehicles"),
    path("vehicles/", VehiclesView.as_view(schema=None)),
]
