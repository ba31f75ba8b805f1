"""The addresses: each room brings its own; this is only where they meet."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from gis_core import api_docs
from gis_core.live.views import LiveView
from gis_core.sign_in import SignInForm

handler400 = "gis_core.problems.bad_request"
handler403 = "gis_core.problems.permission_denied"
handler404 = "gis_core.problems.not_found"
handler500 = "gis_core.problems.server_error"

SIGN_IN = LoginView.as_view(template_name="gis_core/sign_in.html", next_page="/", authentication_form=SignInForm)

urlpatterns = [
    path("exports/", include("routes.file_urls")),  # before the exports of layers, which take any other name
    path("", include("routes.tiles.urls")),  # before the tiles of layers, of which “ways” is none
    path("", include("layers.urls")),  # early, for what is asked most
    path("admin/", admin.site.urls),
    path("sign-in", SIGN_IN, name="sign-in"),
    path("sign-out", LogoutView.as_view(next_page="/"), name="sign-out"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("live", LiveView.as_view(), name="live"),
    path("live/", LiveView.as_view(schema=None)),
    path("api/schema", api_docs.schema, name="api-schema"),
    path("api/docs", api_docs.docs, name="api-docs"),
    path("api/", include("hydrants.urls")),
    path("api/", include("routes.urls")),
    path("", include("hydrants.page_urls")),
    path("", include("routes.page_urls")),
]
