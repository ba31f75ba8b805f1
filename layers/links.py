"""Links between the resources of OGC API – Features, absolute, as RFC 8288 names their relations."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TypedDict
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import iri_to_uri
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
MVT = "application/vnd.mapbox-vector-tile"
MERGE_PATCH = "application/merge-patch+json"

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
        self._host = f"{request.scheme}://{request.get_host()}"

    def address(self, view: str, *args: str | int, params: Mapping[str, str] | None = None) -> str:
        """Return the absolute address of a view of ours."""
        path = _path_of(view, args)
        return self._host + (f"{path}?{urlencode(params)}" if params else path)

    def link(
        self, rel: str, media_type: str, title: str | Promise, view: str, *args: str | int,
        params: Mapping[str, str] | None = None,
    ) -> Link:  # fmt: skip
        """Write one link."""
        return Link(href=self.address(view, *args, params=params), rel=rel, type=media_type, title=str(title))

    def to_next(self, media_type: str, title: str | Promise, after: str) -> Link:
        """Write the link to the same question, further on."""
        return Link(href=self._asked({"after": after}), rel="next", type=media_type, title=str(title))

    def to_self(self, media_type: str, title: str | Promise) -> Link:
        """Write the link to what was asked, word for word."""
        href = self._host + iri_to_uri(self._request.get_full_path())
        return Link(href=href, rel="self", type=media_type, title=str(title))

    def to_page(self) -> Link:
        """Write the link to the same answer as a page for people."""
        return Link(href=self._asked({"f": "html"}), rel="alternate", type=HTML, title=_("This page for people"))

    def _asked(self, changes: dict[str, str]) -> str:
        """Return the address that was asked, with some parameters changed."""
        params = urlencode(self._request.GET.dict() | changes)
        return f"{self._host}{iri_to_uri(self._request.path)}?{params}"


@lru_cache(maxsize=4096)
def _path_of(view: str, args: tuple[str | int, ...]) -> str:
    # Where the service is mounted never changes, and every answer names a few of the same addresses.
    return reverse(f"layers:{view}", args=args)
