"""The addresses of `layers`."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from layers import ogc_views as ogc
from layers.map_views import favicon, map_page

app_name = "layers"


def both_spellings(route: str, view: Callable[..., HttpResponseBase], name: str) -> list[URLPattern]:
    """Serve an address with and without a slash at its end: QGIS fails on the redirect between them."""
    return [path(route, view, name=name), path(f"{route}/", view)]


_ITEMS = "ogc/collections/<str:layer_id>/items"

urlpatterns: list[Any] = [
    path("", map_page, name="map"),
    path("favicon.ico", favicon),
    *both_spellings("ogc", ogc.LandingPage.as_view(), "ogc"),
    *both_spellings("ogc/api", ogc.ApiDescription.as_view(), "ogc-api"),
    *both_spellings("ogc/conformance", ogc.Conformance.as_view(), "ogc-conformance"),
    *both_spellings("ogc/collections", ogc.Collections.as_view(), "ogc-collections"),
    *both_spellings("ogc/collections/<str:layer_id>", ogc.Collection.as_view(), "ogc-collection"),
    *both_spellings(_ITEMS, ogc.Items.as_view(), "ogc-items"),
    *both_spellings(f"{_ITEMS}/<str:feature_id>", ogc.Item.as_view(), "ogc-item"),
]
