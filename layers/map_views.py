"""The map page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static

from gis_core.parameters import no_parameters
from gis_core.problems import read_only
from layers.map_config import kinds_of_marks
from layers.pages import page_with_map


@read_only
@no_parameters
def map_page(request: HttpRequest) -> HttpResponse:
    """Show the map."""
    return page_with_map(request, "layers/map.html", "layers/map.js", lambda: {"markKinds": kinds_of_marks()})


@read_only
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers to the icon where a page names none, such as those of the administration."""
    return redirect(static("layers/icon.svg"))
