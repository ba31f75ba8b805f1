"""The content security policy: a page of ours talks to this server and to nobody else.

Pictures may come from one more host where the settings name one for the map (`THUYLO_MAP_IMAGERY`).
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    [
        "default-src 'self'",
        " ".join(["img-src 'self' data: blob:", *settings.MAP_IMAGERY_ORIGINS]),
        # Leaflet positions its panes through the style attribute; no inline script is ever needed.
        "style-src 'self' 'unsafe-inline'",
        # What a page asks and the stream it listens to, whatever the default becomes.
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class ContentSecurityPolicyMiddleware:
    """Send the policy with every answer that has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
