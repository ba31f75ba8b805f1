"""What a caller sees when something is wrong."""

import json
from typing import ClassVar

import pytest
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from django.utils.translation import override
from rest_framework.exceptions import MethodNotAllowed, ParseError

from gis_core.errors import BadRequest, Forbidden, NotFound, ThuyLoError
from gis_core.problems import (
    ProblemMiddleware,
    csrf_failure,
    method_not_allowed,
    not_found,
    problem_for,
    read_only,
    server_error,
)


class TooDeep(BadRequest):
    code: ClassVar[str] = "too-deep"
    title: ClassVar[str] = "Too deep"


def seen(error):
    response = problem_for(error)
    return response, json.loads(response.content)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (BadRequest("no"), 400, "bad-request"),
        (NotFound("no"), 404, "not-found"),
        (Forbidden("no"), 403, "forbidden"),
        (TooDeep("no"), 400, "too-deep"),
        (ThuyLoError("no"), 400, "error"),
        (RequestDataTooBig("no"), 413, "too-large"),
        (OperationalError("no"), 503, "store-unavailable"),
        (InterfaceError("connection already closed"), 503, "store-unavailable"),
        (MethodNotAllowed("PUT"), 405, "method-not-allowed"),
        (ParseError("no"), 400, "bad-request"),
    ],
)
def test_each_kind_of_error_has_its_status_and_code(error, status, code):
    response, body = seen(error)
    assert (response.status_code, body["status"], body["type"]) == (status, status, f"urn:thuy-lo:problem:{code}")
    assert response["Content-Type"] == "application/problem+json"


def test_the_detail_says_what_was_wrong_and_the_parameters_are_members():
    _, body = seen(TooDeep("%(depth)s m is too deep; 7 m is the limit.", depth=8))
    assert body["detail"] == "8 m is too deep; 7 m is the limit."
    assert body["depth"] == 8


def test_a_parameter_cannot_replace_the_standard_members():
    _, body = seen(TooDeep("%(status)s", status="x"))
    assert body["status"] == 400


def test_the_words_of_the_database_are_not_told():
    _, body = seen(OperationalError("connection to /tmp/secret failed"))
    assert "secret" not in json.dumps(body)


def test_a_bug_is_told_without_a_traceback(caplog):
    def view(request):
        raise AssertionError

    request = RequestFactory().get("/api/x")
    response = ProblemMiddleware(view).process_exception(request, ZeroDivisionError("hidden detail"))
    assert response.status_code == 500
    assert b"hidden detail" not in response.content
    assert "hidden detail" in caplog.text


def test_pages_that_do_not_exist_are_problems_too():
    response = not_found(RequestFactory().get("/nowhere"), Exception())
    assert json.loads(response.content)["status"] == 404


def test_titles_come_in_the_callers_language():
    with override("en"):
        english = json.loads(server_error(RequestFactory().get("/")).content)["title"]
    with override("vi"):
        vietnamese = json.loads(server_error(RequestFactory().get("/")).content)["title"]
    assert english != vietnamese


def test_a_store_that_fails_between_the_views_is_unavailable_not_our_bug(caplog):
    """Reading the session happens in the middleware; Django hands such an error to handler500 only."""

    def fails():
        raise OperationalError("sorry, too many clients already")

    try:
        fails()
    except OperationalError:
        response = server_error(RequestFactory().get("/api/vehicles"))
    assert (response.status_code, json.loads(response.content)["type"]) == (
        503,
        "urn:thuy-lo:problem:store-unavailable",
    )
    assert "too many clients" not in response.content.decode()
    assert "too many clients" in caplog.text


def test_the_settings_of_the_server_are_not_told_to_who_asks_for_another_host():
    _, body = seen(DisallowedHost("Invalid HTTP_HOST header: 'x'. You may need to add 'x' to ALLOWED_HOSTS."))
    assert body["type"] == "urn:thuy-lo:problem:unknown-host"
    assert "add 'x'" not in body["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_a_page_that_only_reads_says_so_instead_of_asking_for_a_form_token(method):
    view = read_only(lambda request: pytest.fail("asked"))
    response = view(RequestFactory().generic(method, "/"))
    assert view.csrf_exempt
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert json.loads(response.content)["detail"]


def test_a_refused_method_is_named_with_those_there_are(english):
    response = method_not_allowed(RequestFactory().put("/ogc"), ["GET", "HEAD"])
    assert json.loads(response.content)["detail"] == "PUT is not known here; there are: GET, HEAD."


def test_a_form_without_its_token_is_a_problem_document_but_a_page_in_the_administration():
    assert csrf_failure(RequestFactory().post("/i18n/setlang/"))["Content-Type"] == "application/problem+json"
    assert csrf_failure(RequestFactory().post("/admin/login/"))["Content-Type"].startswith("text/html")
