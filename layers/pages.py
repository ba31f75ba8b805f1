"""What the pages with a map have in common: their language, and what template and scripts are told."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from rest_framework.request import Request

from gis_core.registry import layer_registry
from gis_core.static_modules import addresses_of_modules
from layers.compression import compress
from layers.extents import start_bounds
from layers.map_config import Config, base_map, page_config


def language_of(request: HttpRequest | Request) -> str:
    """Give the language of pages: Vietnamese unless the reader chose; many a Vietnamese desk has an English browser."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if translation.check_for_language(chosen) else settings.LANGUAGE_CODE


def page_with_map(
    request: HttpRequest, template: str, script: str, members: Callable[[], Config] = dict
) -> HttpResponse:
    """Render a page in its reader's language.

    Parameters
    ----------
    script
        The static module that the page runs; those that it imports are named in the page.
    members
        Gives what only this page needs beside the layers and the base map; called in that language.
    """
    language = language_of(request)
    with translation.override(language):
        from_above = sorted(layer_registry, key=lambda layer: -layer.style.order)
        # The cookie, not the user: a page must open while the store does not answer. Rights are asked on sending.
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        context = {
            "config": page_config(
                from_above, **{"bounds": start_bounds(), "map": base_map(), "signedIn": signed_in, **members()}
            ),
            "here": request.path,
            "script": script,
            "modules": addresses_of_modules(script),
            "language": language,
            "languages": settings.LANGUAGES,
            "signed_in": signed_in,
        }
        response = render(request, template, context)
    response.headers["Content-Language"] = language
    compress(response, request)  # every text and every layer: a hundred kilobytes
    return response
