"""The map page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation

from gis_core.parameters import no_parameters
from gis_core.problems import read_only
from gis_core.registry import layer_registry
from layers.extents import start_bounds
from layers.map_config import layer_config
from layers.map_texts import MAP_TEXTS


@read_only
@no_parameters
def map_page(request: HttpRequest) -> HttpResponse:
    """Show the map, in Vietnamese unless the reader chose otherwise: many a Vietnamese desk has an English browser."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = chosen if translation.check_for_language(chosen) else settings.LANGUAGE_CODE
    with translation.override(language):
        context = {
            "config": _page_config(language),
            "language": language,
            "languages": settings.LANGUAGES,
            # The cookie, not the user: the page must open while the store does not answer.
            "signed_in": settings.SESSION_COOKIE_NAME in request.COOKIES,
        }
        response = render(request, "layers/map.html", context)
    response.headers["Content-Language"] = language
    return response


@read_only
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers to the icon where a page names none, such as those of the administration."""
    return redirect(static("layers/icon.svg"))


def _page_config(language: str) -> dict[str, object]:
    return {
        "language": language,
        "today": timezone.localdate(),
        "bounds": start_bounds(),
        "layers": [
            layer_config(layer, items=reverse("layers:ogc-items", args=[layer.id]))
            for layer in sorted(layer_registry, key=lambda layer: -layer.style.order)
        ],
        "texts": {key: str(text) for key, text in MAP_TEXTS.items()},
    }
