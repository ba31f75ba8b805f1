"""`GET /coverage/report`: a report to keep, as page and as PDF. Parse, ask, render."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from gis_core.parameters import read_parameters
from gis_core.problems import read_only
from layers.map_views import language_of
from layers.sheets import SHUT_IN, sheet_page, sheet_pdf
from routes.coverage.report import Report, make_report, report_map, told

_KNOWN = ("ward",)


@read_only
def report_page(request: HttpRequest) -> HttpResponse:
    """Answer with an HTML file that has everything inside."""
    language = language_of(request)
    with translation.override(language):
        report = _ask(request)
        page = sheet_page(report_map(report), **_parts(report, language))
    return _answer(page, "text/html; charset=utf-8", report, "html", {"Content-Security-Policy": SHUT_IN})


@read_only
def report_pdf(request: HttpRequest) -> HttpResponse:
    """Answer with the same for paper."""
    language = language_of(request)
    with translation.override(language):
        report = _ask(request)
        paper = sheet_pdf(report_map(report), **_parts(report, language))
    return _answer(paper, "application/pdf", report, "pdf", {})


def _ask(request: HttpRequest) -> Report:
    return make_report(read_parameters(request.GET, known=_KNOWN).get("ward", ""))


def _parts(report: Report, language: str) -> dict[str, str]:
    words = told(report)
    return {
        "title": str(words["title"]),
        "language": language,
        "style": render_to_string("routes/sheet.css"),
        "before": render_to_string("routes/coverage_report_head.html", words),
        "after": render_to_string("routes/coverage_report_tables.html", words),
    }


def _answer(
    content: str | bytes, media_type: str, report: Report, suffix: str, headers: dict[str, str]
) -> HttpResponse:
    name = f"coverage-{report.ward.code if report.ward else 'all'}-{report.run.at:%Y%m%d}.{suffix}"
    kept = {"Cache-Control": "private, no-cache", "Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers={**kept, **headers})
