"""Settings, read from the environment; what is not set is safe for production.

Every name is documented in docs/reference/settings.md.
"""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
RUN_DIR = Path(os.environ.get("THUYLO_RUN_DIR", BASE_DIR / ".run"))
# Numba looks when it is imported: the searches are compiled once a machine, not once a process.
os.environ.setdefault("NUMBA_CACHE_DIR", str(RUN_DIR / "numba"))


def _flag(name: str, *, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _secret_key() -> str:
    """From the environment, else from the file that script/bootstrap made on this machine; there is no default."""
    if key := os.environ.get("THUYLO_SECRET_KEY"):
        return key
    try:
        return (RUN_DIR / "secret_key").read_text("ascii").strip()
    except FileNotFoundError as missing:
        msg = "No secret key: run script/bootstrap, or set THUYLO_SECRET_KEY."
        raise ImproperlyConfigured(msg) from missing


def proxy_tls_header(name: str) -> tuple[str, str] | None:
    """Say which header of a proxy that ends TLS is believed; none where none is named, as anybody can send one.

    >>> proxy_tls_header("X-Forwarded-Proto"), proxy_tls_header("")
    (('HTTP_X_FORWARDED_PROTO', 'https'), None)
    """
    if name and not re.fullmatch(r"[A-Za-z0-9-]+", name):
        msg = f"THUYLO_PROXY_TLS_HEADER is {name!r}: give the bare name of a header, such as X-Forwarded-Proto."
        raise ImproperlyConfigured(msg)
    return (f"HTTP_{name.upper().replace('-', '_')}", "https") if name else None


def imagery(template: str, attribution: str, max_zoom: str) -> dict[str, Any] | None:
    """Read where pictures for the map come from; nowhere unless said.

    >>> imagery("https://tiles.example/{z}/{x}/{y}.jpg", "© Somebody", "19")["maxZoom"]
    19
    """
    if not template:
        return None
    parts = urlsplit(template)
    # Every policy names the host, so it may be nothing but one: no blank, no semicolon, no placeholder.
    known = re.fullmatch(r"[A-Za-z0-9.-]+(:[0-9]+)?", parts.netloc) and parts.scheme in {"https", "http"}
    if not known or not all(f"{{{name}}}" in template for name in "zxy"):
        msg = (
            f"THUYLO_MAP_IMAGERY is {template!r}: give an address such as https://host/path/{{z}}/{{x}}/{{y}}.jpg, "
            "with a plain host name."
        )
        raise ImproperlyConfigured(msg)
    if not re.fullmatch(r"1?[0-9]|2[0-4]", max_zoom):
        msg = f"THUYLO_MAP_IMAGERY_MAX_ZOOM is {max_zoom!r}: give the nearest zoom there is, a whole number up to 24."
        raise ImproperlyConfigured(msg)
    return {"tiles": template, "attribution": attribution, "maxZoom": int(max_zoom)}


def imagery_origins(found: dict[str, Any] | None) -> list[str]:
    """Name the host of these pictures, as a content security policy does.

    >>> imagery_origins(imagery("https://tiles.example/{z}/{x}/{y}.jpg", "", "19"))
    ['https://tiles.example']
    """
    return ["{0.scheme}://{0.netloc}".format(urlsplit(found["tiles"]))] if found else []


SECRET_KEY = _secret_key()
DEBUG = _flag("THUYLO_DEBUG", default=False)
ALLOWED_HOSTS = os.environ.get("THUYLO_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "pgtrigger",
    "pghistory",
    "gis_core",
    "layers",
    "hydrants",
    "routes",
]

MIDDLEWARE = [
    "gis_core.problems.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gis_core.security.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before the history, which writes down who it was.
    "gis_core.authentication.HeaderAuthenticationMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# Debian 12 ships GDAL 3.6; we hand it coordinate systems from our own catalogue only, never text from a caller.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

ROOT_URLCONF = "gis_core.urls"
ASGI_APPLICATION = "gis_core.asgi.application"
# QGIS does not follow a redirect to a trailing slash: both spellings are served, none redirects.
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Set by gis_core.asgi: what holds for whoever asks the server, not for commands, which may work for minutes.
SERVING = _flag("THUYLO_SERVING", default=False)
# One process of all keeps the coverage of buildings right; off where `manage.py coverage --follow` does.
COVERAGE_FOLLOWED = _flag("THUYLO_COVERAGE_FOLLOWED", default=True)
STATEMENT_TIMEOUT_S = float(os.environ.get("THUYLO_STATEMENT_TIMEOUT_S", "15"))
# Of each worker, one for each thread that answers: to open one costs more than most questions (10 ms and more).
CONNECTIONS = 8
_CONNECTION_KEPT_S = 3600
# A download holds its connection for as long as its reader takes; the others are left for questions.
EXPORTS_AT_ONCE = int(os.environ.get("THUYLO_EXPORTS_AT_ONCE", "3"))
# Readers of live changes in each worker; each takes a connection of the server, no thread and none to the database.
LIVE_STREAMS = int(os.environ.get("THUYLO_LIVE_STREAMS", "500"))
# What is answered without a thread of its own (gis_core/quick.py).
QUICK_WAYS = "layers.quick.WAYS"
# A reader who takes nothing for so long is left: what a download holds would be held for ever.
SEND_TIMEOUT_S = 30


def _database(url: str) -> dict[str, Any]:
    database: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=0)}
    options = database.setdefault("OPTIONS", {})
    # PostgreSQL reckons spatial functions so dear that it compiles a statement of 2 ms, which takes it 50 ms and more.
    options["options"] = "-c jit=off"
    # For gis_core.statements only: what is asked a second time on a connection is not planned again.
    options["prepare_threshold"] = 1
    if SERVING:
        options["options"] += f" -c statement_timeout={STATEMENT_TIMEOUT_S * 1000:.0f}"
        database["CONN_MAX_AGE"] = _CONNECTION_KEPT_S
    return database


DATABASES = {
    "default": {
        **_database(os.environ.get("DATABASE_URL", "postgis:///thuylo")),
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "TEST": {"NAME": os.environ.get("THUYLO_TEST_DB", "test_thuylo")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Tiles have a cache of their own, so that a reader who pans the map pushes nothing else out; most are under 20 kB.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "default"},
    "tiles": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "tiles",
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Vietnamese first, English second.
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["gis_core.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = RUN_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "gis_core.npm_static.NpmFinder",
]
NPM_STATIC = {
    "leaflet": [
        "dist/leaflet.js",
        "dist/leaflet.js.map",
        "dist/leaflet.css",
        "dist/images/layers.png",
        "dist/images/layers-2x.png",
        "dist/images/marker-icon.png",
        "dist/images/marker-icon-2x.png",
        "dist/images/marker-shadow.png",
    ],
    "protomaps-leaflet": ["dist/protomaps-leaflet.js", "dist/protomaps-leaflet.js.map"],
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "gis_core.npm_static.HashedStorage"
    },
}

# Satellite or other pictures under the map; none unless named, and the policy follows.
MAP_IMAGERY = imagery(
    os.environ.get("THUYLO_MAP_IMAGERY", ""),
    os.environ.get("THUYLO_MAP_IMAGERY_ATTRIBUTION", ""),
    os.environ.get("THUYLO_MAP_IMAGERY_MAX_ZOOM", "19"),
)
MAP_IMAGERY_ORIGINS = imagery_origins(MAP_IMAGERY)

SESSION_ENGINE = "gis_core.sessions"
# Only what writes needs to be told who does it; on a question it would cost two queries.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# A LineString of 10,000 vertices with 8 decimals is 0.3 MB; anything near this limit is a mistake or an attack.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# THUYLO_HTTPS=0 is for a server on loopback, as script/server starts it.
_HTTPS = _flag("THUYLO_HTTPS", default=True)
SECURE_SSL_REDIRECT = _HTTPS
SECURE_PROXY_SSL_HEADER = proxy_tls_header(os.environ.get("THUYLO_PROXY_TLS_HEADER", ""))
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "gis_core.problems.csrf_failure"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("THUYLO_TRUSTED_ORIGINS", "").split(",") if o]
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["gis_core.api.GeoJsonRenderer", "gis_core.api.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["gis_core.api.StrictJsonParser", "gis_core.api.StrictGeoJsonParser"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "gis_core.problems.handle_exception",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    # `?format=` would be a parameter that no question declares.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Thủy Lộ",
    "DESCRIPTION": "Water and ways for Hanoi's fire brigade.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "password": {"type": "http", "scheme": "basic"},
        }
    },
    "SORT_OPERATION_PARAMETERS": False,  # longitude before latitude
    # The schema page is ours and static: the bundled viewers load from a CDN.
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("THUYLO_LOG_LEVEL", "INFO")},
}
