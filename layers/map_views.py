"""The map page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import translation
from rest_framework.request import Request

from gis_core.parameters import no_parameters
from gis_core.problems import read_only
from gis_core.registry import layer_registry
from gis_core.static_modules import addresses_of_modules
from layers.extents import start_bounds
from layers.map_config import base_map, kinds_of_marks, page_config


def language_of(request: HttpRequest | Request) -> str:
    """Give the language of pages: Vietnamese unless the reader chose; many a Vietnamese desk has an English browser."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if translation.check_for_language(chosen) else settings.LANGUAGE_CODE


@read_only
@no_parameters
def map_page(request: HttpRequest) -> HttpResponse:
    """Show the map."""
    language = language_of(request)
    with translation.override(language):
        from_above = sorted(layer_registry, key=lambda layer: -layer.style.order)
        # The cookie, not the user: the page must open while the store does not answer.
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        context = {
            "config": page_config(
                from_above, bounds=start_bounds(), map=base_map(), signedIn=signed_in, markKinds=kinds_of_marks()
            ),
            "modules": addresses_of_modules("layers/map.js"),
            "language": language,
            "languages": settings.LANGUAGES,
            "signed_in": signed_in,
        }
        response = render(request, "layers/map.html", context)
    response.headers["Content-Language"] = language
    return response


@read_only
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers to the icon where a page names none, such as those of the administration."""
    return redirect(static("layers/icon.svg"))
