"""The addresses of `hydrants`."""

from django.urls import path

from hydrants.views import NearestWaterView

urlpatterns = [
    path("nearest-water", NearestWaterView.as_view(), name="nearest-water"),
    # Nothing here redirects, so the other spelling is served too; described once.
    path("nearest-water/", NearestWaterView.as_view(schema=None)),
]
