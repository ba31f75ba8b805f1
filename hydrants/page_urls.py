"""The addresses of `hydrants` that are pages, beside those below `/api/`."""

from django.urls import path

from hydrants.field_views import field_page

# Nothing here redirects, so the other spelling is served too.
urlpatterns = [path("field", field_page, name="field"), path("field/", field_page)]
