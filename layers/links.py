"""Links between the resources of OGC API – Features, absolute, as RFC 8288 names their relations."""

from collections.abc import Mapping
from typing import TypedDict
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

JSON = "application/json"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


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

    def to_self(self, media_type: str, title: str | Promise) -> Link:
        """Write the link to what was asked, word for word."""
        return Link(href=self._request.build_absolute_uri(), rel="self", type=media_type, title=str(title))
