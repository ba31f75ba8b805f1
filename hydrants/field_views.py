"""The page of a field team: what is due near me, a look at it, and what that changed."""

from django.http import HttpRequest, HttpResponse

from gis_core.parameters import no_parameters
from gis_core.problems import read_only
from hydrants.field_config import check_lists, field_texts
from layers.pages import page_with_map


@read_only
@no_parameters
def field_page(request: HttpRequest) -> HttpResponse:
    """Show the page; where its reader is stands in the fragment of the address, which no server sees."""
    return page_with_map(
        request, "hydrants/field.html", "hydrants/field.js",
        lambda: {"texts": field_texts(), "checkLists": check_lists()},
    )  # fmt: skip
