"""The addresses of the tiles of ways."""

from django.urls import path

from routes.tiles.views import WaysTileJsonView, WaysTileView

urlpatterns = [
    path("tiles/ways/<str:z>/<str:x>/<str:y>.mvt", WaysTileView.as_view(), name="ways-tile"),
    path("tiles/ways.json", WaysTileJsonView.as_view(), name="ways-tilejson"),
]
