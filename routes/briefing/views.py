"""`GET /briefing` and `GET /briefing.pdf`: a sheet to keep. Parse, ask, render."""

from typing import Any, Final

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer, StaticHTMLRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from gis_core.api_docs import READING, refusals
from layers.pages import language_of
from layers.sheets import SHUT_IN, sheet_page, sheet_pdf
from routes.approach_openapi import APPROACH_PARAMETERS
from routes.approach_question import ApproachQuestion
from routes.asking import ReaderAuthentication, may_see_of
from routes.briefing.contents import Briefing, make_briefing
from routes.briefing.drawing import briefing_map
from routes.briefing.telling import file_name, told

_PROBLEMS: Final = refusals(*READING, 404, 406)


class PdfRenderer(BaseRenderer):
    """Names the media type; the file is written before."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Hand on what is there."""
        return bytes(data)


class BriefingPage(APIView):
    """The sheet as a page; names of people in it depend on who asks, so nothing of it is kept on the way."""

    authentication_classes = (ReaderAuthentication,)
    renderer_classes = (StaticHTMLRenderer,)

    @extend_schema(
        operation_id="briefing",
        auth=[{}],  # type: ignore[list-item]  # open to everybody; the stubs know names of schemes only
        summary="A sheet to keep: the way in, the water and whom to call, with the map inside the file",
        description="The answers of /api/approach and of the nearest water by road on one page that needs no internet.",
        parameters=APPROACH_PARAMETERS,
        responses={(200, "text/html"): {"type": "string"}, **_PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with an HTML file."""
        sheet, language = _ask(request)
        with translation.override(language):
            page = sheet_page(briefing_map(sheet), **_parts(sheet, language, paper=False))
        headers = {"Content-Security-Policy": SHUT_IN, "Content-Disposition": _kept(sheet, "html", "inline")}
        return _answer(page, "text/html; charset=utf-8", headers)


class BriefingPdf(APIView):
    """The same sheet for paper."""

    authentication_classes = (ReaderAuthentication,)
    renderer_classes = (PdfRenderer,)

    @extend_schema(
        operation_id="briefing_pdf",
        auth=[{}],  # type: ignore[list-item]  # as above
        summary="The same sheet as PDF",
        parameters=APPROACH_PARAMETERS,
        responses={(200, "application/pdf"): {"type": "string", "format": "binary"}, **_PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with a PDF file."""
        sheet, language = _ask(request)
        with translation.override(language):
            paper = sheet_pdf(briefing_map(sheet), **_parts(sheet, language, paper=True))
        return _answer(paper, "application/pdf", {"Content-Disposition": _kept(sheet, "pdf", "inline")})


def _ask(request: Request) -> tuple[Briefing, str]:
    """Make the sheet in the language of the map page."""
    language = language_of(request)
    with translation.override(language):
        now = timezone.localtime()
        question = ApproachQuestion.from_query(request.query_params, now=now)
        return make_briefing(question, may_see_of(request, now)), language


def _parts(sheet: Briefing, language: str, *, paper: bool) -> dict[str, str]:
    words = told(sheet, paper=paper)
    return {
        "title": str(words["title"]),
        "language": language,
        "style": render_to_string("routes/sheet.css"),
        "before": render_to_string("routes/briefing_plan.html", words),
        "after": render_to_string("routes/briefing_tables.html", words),
    }


def _kept(sheet: Briefing, suffix: str, how: str) -> str:
    return f'{how}; filename="{file_name(sheet)}.{suffix}"'


def _answer(content: str | bytes, media_type: str, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(content, content_type=media_type, headers={"Cache-Control": "no-store", **headers})
