"""Files below `/exports/` that are no plain export of a layer."""

from django.urls import path

from routes.deficient.views import WorkbookView

urlpatterns = [
    path("deficient-areas.xlsx", WorkbookView.as_view(), name="deficient-areas-workbook"),
    path("deficient-areas.xlsx/", WorkbookView.as_view(schema=None)),
]
