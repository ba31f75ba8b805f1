"""The list over HTTP: as a page to print, as a workbook, and what changed on it. Parse, ask, render."""

from typing import Any, Final

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import OrjsonRenderer
from gis_core.api_docs import OPEN, READING, refusals
from gis_core.models import AdministrativeUnit
from gis_core.versions import data_version, one_snapshot
from layers.audience import Audience, audience_for
from routes.asking import Parameters, ReaderAuthentication, fresh
from routes.deficient.basis import ground_lines, method_lines, remedy_lines
from routes.deficient.listing import ListQuestion, areas_for, computed_from, listed_at, totals_of, wards_of
from routes.deficient.openapi import LIST_PARAMETERS, TREND_ANSWER, TREND_PARAMETERS
from routes.deficient.trend import moved_between
from routes.deficient.trend_answer import moved_json
from routes.deficient.workbook import basis_lines, write_workbook
from routes.deficient_models import DeficientArea
from routes.lanes.question import unit_of

_TABLE: Final = DeficientArea._meta.db_table
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ListPage(APIView):
    """`GET /deficient-areas/list`: figures on people are in it, or not, by who asks, so nothing is kept on the way."""

    authentication_classes = (ReaderAuthentication,)
    renderer_classes = (StaticHTMLRenderer,)

    @extend_schema(
        operation_id="deficient_areas_list",
        auth=OPEN,
        summary="The list of deficient areas as it is printed for the decision",
        description="A page for A4 landscape, in Vietnamese unless another language is asked for: by ward and lane, "
        "with sums, grounds, signatures, and an annex on method and data.",
        parameters=LIST_PARAMETERS,
        responses={(200, "text/html"): {"type": "string"}, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with the page."""
        question = ListQuestion.from_query(request.query_params, now=timezone.localtime())
        with translation.override(question.language), one_snapshot():
            page = render_to_string("routes/deficient_list.html", _context(question, audience_for(request)))
        headers = {"Content-Language": question.language, "Cache-Control": "no-store"}
        return HttpResponse(page, content_type="text/html; charset=utf-8", headers=headers)


def _context(question: ListQuestion, audience: Audience) -> dict[str, Any]:
    areas = areas_for(question)
    wards = wards_of(areas, audience)
    rests_on = computed_from(areas)
    moved = moved_between(question.since, question.at, question.unit) if question.since else []
    return {
        "question": question,
        "wards": wards,
        "totals": totals_of(line for ward in wards for line in ward.lines),
        "city": _city(),
        "notes": notes_of(question, synthetic=rests_on["synthetic"]),
        "hidden": any(not line.households.shown for ward in wards for line in ward.lines),
        "grounds": ground_lines(),
        "method": method_lines(),
        "remedies": remedy_lines(),
        "basis": basis_lines(rests_on),
        "since": gettext("What changed since %(since)s") % {"since": f"{question.since:%d/%m/%Y %H:%M}"}
        if question.since
        else "",
        "moved": [moved_json(each) for each in moved],
        "list_version": data_version([_TABLE]),
    }


def title_of() -> str:
    """Give the title of the list, as the law words it."""
    return gettext("List of areas without the roads or the water that firefighting needs")


def notes_of(question: ListQuestion, *, synthetic: bool) -> list[str]:
    """Say what must stand above the list: that it is a draft, or of invented data."""
    draft = gettext("DRAFT: proposals that nobody approved yet") if question.state == "draft" else ""
    invented = gettext("INVENTED DATA for demonstration: no such place exists") if synthetic else ""
    return [note for note in (draft, invented) if note]


def _city() -> str:
    city = (
        AdministrativeUnit.objects.filter(level=AdministrativeUnit.Level.CITY, valid_to=None).order_by("code").first()
    )
    return city.name if city else ""


class _Anything(BaseContentNegotiation):
    """A file is what it is, whatever a browser would rather have."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class WorkbookView(APIView):
    """`GET /exports/deficient-areas.xlsx`: the list as a workbook."""

    authentication_classes = (ReaderAuthentication,)
    renderer_classes = (OrjsonRenderer,)
    content_negotiation_class = _Anything

    @extend_schema(
        operation_id="deficient_areas_workbook",
        auth=OPEN,
        summary="The list of deficient areas as a workbook",
        description="Three sheets: the areas by ward, sums by ward, method and grounds with the data version. Texts "
        "are texts, never formulas. Households and people are in it for readers who may see them.",
        parameters=[each for each in LIST_PARAMETERS if each.name != "since"],
        responses={(200, XLSX): OpenApiResponse(OpenApiTypes.BINARY), **refusals(*READING)},
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with the file."""
        question = ListQuestion.from_query(request.query_params, now=timezone.localtime())
        with translation.override(question.language), one_snapshot():
            areas = areas_for(question)
            rests_on = computed_from(areas)
            notes = [*notes_of(question, synthetic=rests_on["synthetic"]), f"{question.at:%d/%m/%Y %H:%M}"]
            wards = wards_of(areas, audience_for(request))
            body = write_workbook(wards, title=title_of(), notes=notes, rests_on=rests_on)
        headers = {"Content-Disposition": 'attachment; filename="deficient-areas.xlsx"', "Cache-Control": "no-store"}
        return HttpResponse(body, content_type=XLSX, headers=headers)


class TrendView(APIView):
    """`GET /api/deficient-areas/trend`: figures on people are not in it, so nobody is asked who they are."""

    authentication_classes = ()
    renderer_classes = (OrjsonRenderer,)

    @extend_schema(
        operation_id="deficient_areas_trend",
        auth=OPEN,
        summary="What changed on the approved list between two moments, and why",
        parameters=TREND_PARAMETERS,
        responses={(200, "application/json"): TREND_ANSWER, **refusals(*READING, 406)},
    )
    def get(self, request: Request) -> Response:
        """Answer with what was added, removed and changed."""
        now = timezone.localtime()
        asked = Parameters.of(request.query_params, ("from", "to", "unit"))
        before, after, unit = asked.required_moment("from"), asked.moment(now, "to"), unit_of(asked.text("unit"))
        with one_snapshot():
            version = data_version([_TABLE])
            moved = moved_between(before, after, unit)
            figures = [_figures(list(listed_at(moment, unit))) for moment in (before, after)]
        return fresh(
            {
                "from": before,
                "to": after,
                "unit": unit.code if unit else None,
                "data_version": version,
                "before": figures[0],
                "after": figures[1],
                "moved": [moved_json(each) for each in moved],
            }
        )


def _figures(areas: list[DeficientArea]) -> dict[str, int]:
    return {"areas": len(areas), "houses": sum(area.houses or 0 for area in areas)}
