"""The addresses of `layers`."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from layers import ogc_edit as edit
from layers import ogc_views as ogc
from layers import style_views as styles
from layers import tile_views as tiles
from layers.export_views import Export
from layers.map_views import favicon, map_page
from layers.mark_views import ConfirmView, MarkKindsView, MarksView, PhotoView, RefuteView
from layers.queryables import Queryables
from layers.schema_view import SchemaView
from layers.search.here_views import PlaceView
from layers.search.views import SearchView

app_name = "layers"


def both_spellings(route: str, view: Callable[..., HttpResponseBase], name: str) -> list[URLPattern]:
    """Serve an address with and without a slash at its end: QGIS fails on the redirect between them."""
    return [path(route, view, name=name), path(f"{route}/", view)]


_ITEMS = "ogc/collections/<str:layer_id>/items"

urlpatterns: list[Any] = [
    # What programs ask most comes first: each address before the right one costs a comparison.
    *both_spellings(f"{_ITEMS}/<str:feature_id>", edit.EditableItem.as_view(), "ogc-item"),
    *both_spellings(_ITEMS, edit.EditableItems.as_view(), "ogc-items"),
    path("tiles/<str:layers>/<str:z>/<str:x>/<str:y>.mvt", tiles.TileView.as_view(), name="tile"),
    path("api/place", PlaceView.as_view(), name="place"),
    path("api/search", SearchView.as_view(), name="search"),
    path("", map_page, name="map"),
    path("favicon.ico", favicon),
    *both_spellings("ogc", ogc.LandingPage.as_view(), "ogc"),
    *both_spellings("ogc/api", ogc.ApiDescription.as_view(), "ogc-api"),
    *both_spellings("ogc/conformance", ogc.Conformance.as_view(), "ogc-conformance"),
    *both_spellings("ogc/collections", ogc.Collections.as_view(), "ogc-collections"),
    *both_spellings("ogc/collections/<str:layer_id>", ogc.Collection.as_view(), "ogc-collection"),
    *both_spellings("ogc/collections/<str:layer_id>/queryables", Queryables.as_view(), "ogc-queryables"),
    *both_spellings("ogc/collections/<str:layer_id>/schema", SchemaView.as_view(), "ogc-schema"),
    *both_spellings("exports/<str:name>", Export.as_view(), "export"),
    path("styles/thuy-lo.qgs", styles.project, name="style-project"),
    path("styles/<str:layer_id>.qml", styles.qml, name="style-qml"),
    path("styles/<str:layer_id>.sld", styles.sld, name="style-sld"),
    path("api/mark-kinds", MarkKindsView.as_view(), name="mark-kinds"),
    path("api/mark-kinds/", MarkKindsView.as_view(schema=None)),
    path("api/marks", MarksView.as_view(), name="marks"),
    path("api/marks/", MarksView.as_view(schema=None)),
    path("api/marks/photos/<str:token>", PhotoView.as_view(), name="mark-photo"),
    path("api/marks/<str:mark_id>/confirm", ConfirmView.as_view(), name="mark-confirm"),
    path("api/marks/<str:mark_id>/refute", RefuteView.as_view(), name="mark-refute"),
    path("tiles/<str:layers>.json", tiles.TileJsonView.as_view(), name="tilejson"),
    *both_spellings("ogc/tileMatrixSets", tiles.TileMatrixSets.as_view(), "ogc-tile-matrix-sets"),
    *both_spellings("ogc/tileMatrixSets/<str:grid>", tiles.TileMatrixSet.as_view(), "ogc-tile-matrix-set"),
    *both_spellings("ogc/collections/<str:layer_id>/tiles", tiles.TileSets.as_view(), "ogc-tile-sets"),
    *both_spellings("ogc/collections/<str:layer_id>/tiles/<str:grid>", tiles.TileSet.as_view(), "ogc-tile-set"),
    *both_spellings(
        "ogc/collections/<str:layers>/tiles/<str:grid>/<str:z>/<str:y>/<str:x>", tiles.TileView.as_view(), "ogc-tile"
    ),
]
