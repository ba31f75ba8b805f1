"""What protects the page and the server, whatever view answers."""

import subprocess
import sys

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from gis_core.security import ContentSecurityPolicyMiddleware


def headers(response):
    return ContentSecurityPolicyMiddleware(lambda request: response)(RequestFactory().get("/")).headers


def test_every_answer_forbids_other_hosts():
    policy = headers(HttpResponse())["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy, "no other host is ever allowed"
    assert "script-src" not in policy, "scripts fall under default-src: no inline script"


def test_a_view_may_bring_a_policy_of_its_own():
    own = HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})
    assert headers(own)["Content-Security-Policy"] == "default-src 'none'"


def production(**environment):
    script = (
        "from gis_core import settings as s; "
        "print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        " s.SECURE_HSTS_SECONDS > 0, s.SECURE_PROXY_SSL_HEADER)"
    )
    return production_of(script, **environment)


def production_of(script, **environment):
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_settings_are_safe_when_nothing_is_set():
    result = production(THUYLO_SECRET_KEY="x" * 50)
    assert result.stdout.split() == ["False", "True", "True", "True", "True", "None"], result.stderr


def test_there_is_no_built_in_secret_key(tmp_path):
    result = production(THUYLO_RUN_DIR=str(tmp_path))
    assert result.returncode != 0
    assert "run script/bootstrap" in result.stderr


def test_a_header_of_a_proxy_is_believed_only_where_it_is_named():
    named = production(THUYLO_SECRET_KEY="x" * 50, THUYLO_PROXY_TLS_HEADER="X-Forwarded-Proto")
    assert "('HTTP_X_FORWARDED_PROTO', 'https')" in named.stdout
    wrong = production(THUYLO_SECRET_KEY="x" * 50, THUYLO_PROXY_TLS_HEADER="X-Forwarded-Proto: https")
    assert wrong.returncode != 0
    assert "bare name of a header" in wrong.stderr


def policy(**environment):
    script = "from gis_core import security; print(security.POLICY)"
    return production_of(script, THUYLO_SECRET_KEY="x" * 50, DJANGO_SETTINGS_MODULE="gis_core.settings", **environment)


def test_pictures_for_the_map_may_come_from_the_one_host_that_is_named_and_nothing_else_may():
    named = policy(THUYLO_MAP_IMAGERY="https://tiles.example:8443/sat/{z}/{x}/{y}.jpg").stdout
    assert "img-src 'self' data: blob: https://tiles.example:8443;" in named
    assert named.count("http") == 1
    assert "http" not in policy().stdout


def test_an_address_of_pictures_that_would_widen_the_policy_is_refused():
    for wrong in (
        "https://*/{z}/{x}/{y}.jpg",
        "https://a.example;script-src */{z}/{x}/{y}",
        "https://{s}.example/{z}/{x}/{y}.jpg",
        "//a.example/{z}/{x}/{y}.jpg",
        "data:image/{z}/{x}/{y}",
        "https://a.example/{z}/{x}.jpg",
    ):
        result = policy(THUYLO_MAP_IMAGERY=wrong)
        assert result.returncode != 0, wrong
        assert "THUYLO_MAP_IMAGERY" in result.stderr
