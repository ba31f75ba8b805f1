"""The page of a field team: what is due near me, a look at it, and what that changed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from gis_core.parameters import no_parameters
from gis_core.problems import read_only
from gis_core.registry import layer_registry
from gis_core.static_modules import addresses_of_modules
from hydrants.field_config import check_lists, field_texts
from layers.extents import start_bounds
from layers.map_config import base_map, page_config
from layers.map_views import language_of


@read_only
@no_parameters
def field_page(request: HttpRequest) -> HttpResponse:
    """Show the page; where its reader is stands in the fragment of the address, which no server sees."""
    language = language_of(request)
    with translation.override(language):
        layers = sorted(layer_registry, key=lambda layer: -layer.style.order)
        # The cookie, not the user: the page must open while the store does not answer. Rights are asked on sending.
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        config = page_config(
            layers,
            bounds=start_bounds(),
            map=base_map(),
            signedIn=signed_in,
            texts=field_texts(),
            checkLists=check_lists(),
        )
        context = {
            "config": config,
            "modules": addresses_of_modules("hydrants/field.js"),
            "language": language,
            "languages": settings.LANGUAGES,
            "signed_in": signed_in,
        }
        response = render(request, "hydrants/field.html", context)
    response.headers["Content-Language"] = language
    return response
