"""Pages of this room."""

from django.urls import path

from routes.deficient.views import list_page

urlpatterns = [path("list", list_page, name="deficient-areas-list"), path("list/", list_page)]
