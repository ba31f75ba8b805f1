"""Links between the resources of OGC API – Features, absolute, as RFC 8288 names their relations."""

from collections.abc import Mapping
from typing import TypedDict
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

JSON = "application/json"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
HTML = "text/html"
SCHEMA = "application/schema+json"
QUERYABLES_RELATION = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA_RELATION = "http://www.opengis.net/def/rel/ogc/1.0/schema"
QML = "application/x-qgis-layer-settings"
QGS = "application/x-qgis-project"
SLD = "application/vnd.ogc.sld+xml;version=1.0"

TILE_SETS_REL = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
TILE_GRIDS_REL = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
TILE_GRID_REL = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"


class Link(TypedDict):
    """A link object of OGC API – Common."""

    href: str
    rel: str
    type: str
    title: str


class Linker:
    """Writes links as the reader of `request` can follow them."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def address(self, view: str, *args: str | int, params: Mapping[str, str] | None = None) -> str:
        """Return the absolute address of a view of ours."""
        path = reverse(f"layers:{view}", args=args)
        return self._request.build_absolute_uri(f"{path}?{urlencode(params)}" if params else path)

    def link(
        self, rel: str, media_type: str, title: str | Promise, view: str, *args: str | int,
        params: Mapping[str, str] | None = None,
    ) -> Link:  # fmt: skip
        """Write one link."""
        return Link(href=self.address(view, *args, params=params), rel=rel, type=media_type, title=str(title))

    def to_next(self, media_type: str, title: str | Promise, after: str) -> Link:
        """Write the link to the same question, further on."""
        params = urlencode(self._request.GET.dict() | {"after": after})
        href = self._request.build_absolute_uri(f"{self._request.path}?{params}")
        return Link(href=href, rel="next", type=media_type, title=str(title))

    def to_self(self, media_type: str, title: str | Promise) -> Link:
        """Write the link to what was asked, word for word."""
        return Link(href=self._request.build_absolute_uri(), rel="self", type=media_type, title=str(title))

    def to_page(self) -> Link:
        """Write the link to the same answer as a page for people."""
        params = self._request.GET.copy()
        params["f"] = "html"
        href = self._request.build_absolute_uri(f"{self._request.path}?{params.urlencode()}")
        return Link(href=href, rel="alternate", type=HTML, title=_("This page for people"))
