"""The addresses of `routes` that are pages and files, beside those below `/api/`."""

from django.urls import path

from routes.briefing.views import BriefingPage, BriefingPdf
from routes.coverage.report_views import ReportPage, ReportPdf
from routes.deficient.views import ListPage
from routes.siting.page_views import plans_page

# Nothing here redirects, so the other spelling is served too; described once.
urlpatterns = [
    path("briefing", BriefingPage.as_view(), name="briefing"),
    path("briefing/", BriefingPage.as_view(schema=None)),
    path("briefing.pdf", BriefingPdf.as_view(), name="briefing-pdf"),
    path("coverage/report", ReportPage.as_view(), name="coverage-report"),
    path("coverage/report.pdf", ReportPdf.as_view(), name="coverage-report-pdf"),
    path("deficient-areas/list", ListPage.as_view(), name="deficient-areas-list"),
    path("deficient-areas/list/", ListPage.as_view(schema=None)),
    path("plans", plans_page, name="plans"),
    path("plans/", plans_page),
]
