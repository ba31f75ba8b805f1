"""`GET /coverage/report`: a report to keep, as page and as PDF. Parse, ask, render."""

from typing import Final

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from gis_core import json_schema as js
from gis_core.api_docs import READING, refusals
from gis_core.parameters import read_parameters
from layers.pages import language_of
from layers.sheets import SHUT_IN, sheet_page, sheet_pdf
from routes.briefing.views import PdfRenderer
from routes.coverage.report import Report, make_report, report_map, told

_PARAMETERS: Final = [OpenApiParameter("ward", js.TEXT, description="The code of a ward; without it the whole city")]
_PROBLEMS: Final = refusals(*READING, 404, 406)


class ReportPage(APIView):
    """The report as a page; nothing in it is kept from the public."""

    authentication_classes = ()
    renderer_classes = (StaticHTMLRenderer,)

    @extend_schema(
        operation_id="coverage_report",
        summary="A report on coverage to keep, with the map inside the file",
        description="The figures of the city or of a ward as they were computed last, the map, and the houses of a "
        "ward that are not covered with the reason. What nobody can classify counts as neither.",
        parameters=_PARAMETERS,
        responses={(200, "text/html"): js.TEXT, **_PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with an HTML file that has everything inside."""
        language = language_of(request)
        with translation.override(language):
            report = _ask(request)
            page = sheet_page(report_map(report), **_parts(report, language))
        return _answer(page, "text/html; charset=utf-8", report, "html", {"Content-Security-Policy": SHUT_IN})


class ReportPdf(APIView):
    """The same report for paper."""

    authentication_classes = ()
    renderer_classes = (PdfRenderer,)

    @extend_schema(
        operation_id="coverage_report_pdf",
        summary="The same report as PDF",
        parameters=_PARAMETERS,
        responses={(200, "application/pdf"): {"type": "string", "format": "binary"}, **_PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with a PDF file."""
        language = language_of(request)
        with translation.override(language):
            report = _ask(request)
            paper = sheet_pdf(report_map(report), **_parts(report, language))
        return _answer(paper, "application/pdf", report, "pdf", {})


def _ask(request: Request) -> Report:
    return make_report(read_parameters(request.query_params, known=("ward",)).get("ward", ""))


def _parts(report: Report, language: str) -> dict[str, str]:
    words = told(report)
    return {
        "title": str(words["title"]),
        "language": language,
        "style": render_to_string("routes/sheet.css"),
        "before": render_to_string("routes/coverage_report_head.html", words),
        "after": render_to_string("routes/coverage_report_tables.html", words),
    }


def _answer(content: str | bytes, media_type: str, report: Report, suffix: str, more: dict[str, str]) -> HttpResponse:
    name = f"coverage-{report.ward.code if report.ward else 'all'}-{report.run.at:%Y%m%d}.{suffix}"
    kept = {"Cache-Control": "private, no-cache", "Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers={**kept, **more})
