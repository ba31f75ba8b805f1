"""Programs sign in by a header: with a token or a password, over a private line, and nobody gets in by guessing."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from gis_core import authentication
from gis_core.authentication import make_token
from gis_core.models import ApiToken, SignInTries
from gis_core.roles import Role
from gis_core.settings import proxy_tls_header
from gis_core.throttle import MAX_TRIES, WAIT, count_try, forget_tries, must_wait
from hydrants.models import Hydrant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PAGE = "/ogc/collections/hydrants/items"


@pytest.fixture(autouse=True)
def _on_loopback(settings):
    settings.SESSION_COOKIE_SECURE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hundreds of guesses are made here


@pytest.fixture
def dispatcher(person):
    return person(Role.DISPATCHER, password="a long enough password")


@pytest.fixture
def phone(db):
    Hydrant.objects.create(ref="TN-1", geom="SRID=4326;POINT(105.85 21.03)", contact_phone="0900 000 001")
    return "0900 000 001"


def token_of(user, *, days=30, name="QGIS"):
    return make_token(user=user, name=name, expires_at=timezone.now() + timedelta(days=days))


def basic(username, password="a long enough password"):
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def get(client, credentials, path=PAGE, **extra):
    return client.get(path, headers={"Authorization": credentials, "Accept-Language": "en"}, **extra)


def test_a_token_opens_what_its_person_may_see(client, dispatcher, phone):
    assert phone not in client.get(PAGE).text
    assert phone in get(client, f"Bearer {token_of(dispatcher)}").text


def test_name_and_password_open_the_same(client, dispatcher, phone):
    assert phone in get(client, basic(dispatcher.username)).text


def test_only_the_hash_of_a_token_is_kept(dispatcher):
    token = token_of(dispatcher)
    stored = str(list(ApiToken.objects.values())) + str(list(ApiToken.pgh_event_models["insert"].objects.values()))
    assert token not in stored
    assert token.removeprefix("thuylo_") not in stored


@pytest.mark.parametrize(
    "credentials",
    [
        "Bearer thuylo_wrong",
        "Bearer ",
        "Basic !!!",
        "Basic YWJj",
        "Digest x",
        "nonsense",
        basic("nobody"),
        basic("a\0b"),
    ],
)
def test_wrong_credentials_are_refused_and_never_taken_for_the_public(client, credentials):
    response = get(client, credentials)
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"] == 'Bearer realm="thuy-lo"'


def test_a_token_ends_with_its_day_with_its_row_and_with_its_person(client, dispatcher):
    assert get(client, f"Bearer {token_of(dispatcher, days=-1, name='old')}").status_code == 401
    token = token_of(dispatcher)
    assert get(client, f"Bearer {token}").status_code == 200
    dispatcher.is_active = False
    dispatcher.save()
    assert get(client, f"Bearer {token}").status_code == 401
    dispatcher.is_active = True
    dispatcher.save()
    ApiToken.objects.all().delete()
    assert get(client, f"Bearer {token}").status_code == 401


def test_guessing_passwords_is_stopped_even_where_the_last_guess_is_right(client, dispatcher):
    for guess in range(MAX_TRIES):
        assert get(client, basic(dispatcher.username, f"guess {guess}")).status_code == 401
    response = get(client, basic(dispatcher.username))
    assert (response.status_code, response["Retry-After"]) == (429, "300")
    assert get(client, basic(dispatcher.username), REMOTE_ADDR="::1").status_code == 200


def test_guesses_are_counted_in_the_database_and_name_nobody(client, dispatcher):
    for _ in range(MAX_TRIES):
        get(client, basic(dispatcher.username, "guess"))
    for name in settings.CACHES:
        caches[name].clear()  # as another process sees it
    assert get(client, basic(dispatcher.username)).status_code == 429
    (stored,) = SignInTries.objects.values()
    assert dispatcher.username not in str(stored)
    assert "127.0.0.1" not in str(stored)


def test_a_remembered_password_does_not_tell_whoever_guesses_that_it_was_right(client, dispatcher):
    assert get(client, basic(dispatcher.username)).status_code == 200
    for _ in range(MAX_TRIES):
        get(client, basic(dispatcher.username, "guess"))
    assert get(client, basic(dispatcher.username)).status_code == 429


def test_the_wait_ends_and_a_refused_try_does_not_lengthen_it(db):
    start = timezone.now()
    assert [count_try("k", at=start) for _ in range(MAX_TRIES + 2)] == [True] * MAX_TRIES + [False] * 2
    assert not count_try("k", at=start + WAIT / 2)
    assert not must_wait("k", at=start + WAIT)
    assert count_try("k", at=start + WAIT)
    assert SignInTries.objects.get().tries == 1
    assert count_try("other", at=start + 2 * WAIT)
    assert SignInTries.objects.get().key == "other", "what is over is not kept"


def test_a_right_password_takes_the_wrong_ones_back(client, dispatcher):
    for _ in range(3):
        for _ in range(MAX_TRIES - 1):
            get(client, basic(dispatcher.username, "guess"))
        caches["default"].clear()
        assert get(client, basic(dispatcher.username)).status_code == 200
    assert not SignInTries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_all_counted():
    def one(_):
        try:
            return count_try("k", at=at)
        finally:
            connection.close()

    at = timezone.now()
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(one, range(40)))
    assert sum(allowed) == MAX_TRIES
    forget_tries("k")
    assert count_try("k", at=at)


@pytest.mark.parametrize("path", ["/sign-in", "/admin/login/"])
def test_the_forms_make_whoever_guesses_wait_too(client, person, path):
    administrator = person(Role.ADMINISTRATOR, is_staff=True, password="a long enough password")
    given = {"username": administrator.username, "password": "guess"}
    for _ in range(MAX_TRIES):
        assert "Too many" not in client.post(path, given, headers={"Accept-Language": "en"}).text
    right = {**given, "password": "a long enough password"}
    assert "Too many wrong passwords" in client.post(path, right, headers={"Accept-Language": "en"}).text
    SignInTries.objects.all().delete()
    assert client.post(path, right).status_code == 302
    assert not SignInTries.objects.exists()


def test_a_password_is_hashed_once_and_a_changed_one_counts_at_once(client, dispatcher, monkeypatch):
    asked = []
    check = authentication.authenticate
    monkeypatch.setattr(authentication, "authenticate", lambda *a, **k: asked.append(1) or check(*a, **k))
    for _ in range(3):
        assert get(client, basic(dispatcher.username)).status_code == 200
    assert len(asked) == 1
    dispatcher.set_password("another long password")
    dispatcher.save()
    assert get(client, basic(dispatcher.username)).status_code == 401


@pytest.mark.parametrize("kind", ["token", "password"])
def test_credentials_are_read_on_a_private_line_only(client, dispatcher, settings, kind):
    credentials = f"Bearer {token_of(dispatcher)}" if kind == "token" else basic(dispatcher.username)
    assert get(client, credentials, REMOTE_ADDR="192.0.2.1").status_code == 403
    settings.SESSION_COOKIE_SECURE = True
    assert get(client, credentials).status_code == 403
    assert get(client, credentials, secure=True, REMOTE_ADDR="192.0.2.1").status_code == 200


def test_a_proxy_that_ends_tls_says_so_in_the_header_that_is_named(client, dispatcher, settings):
    settings.SESSION_COOKIE_SECURE = True
    behind = {"HTTP_X_FORWARDED_PROTO": "https", "REMOTE_ADDR": "192.0.2.1"}
    assert get(client, basic(dispatcher.username), **behind).status_code == 403, "nobody said that it can be believed"
    settings.SECURE_PROXY_SSL_HEADER = proxy_tls_header("X-Forwarded-Proto")
    assert get(client, basic(dispatcher.username), **behind).status_code == 200
    assert get(client, basic(dispatcher.username), **{**behind, "HTTP_X_FORWARDED_PROTO": "http"}).status_code == 403


def test_no_header_opens_the_administration(client, person):
    administrator = person(Role.ADMINISTRATOR, is_staff=True)
    assert get(client, f"Bearer {token_of(administrator)}", "/admin/").status_code == 302


def test_a_header_begins_no_session(client, dispatcher):
    assert not get(client, f"Bearer {token_of(dispatcher)}").cookies


def test_a_person_with_a_cookie_and_a_header_is_the_one_of_the_header(client, dispatcher, person, phone):
    client.force_login(dispatcher)
    assert phone not in get(client, f"Bearer {token_of(person(None))}").text


def test_the_command_shows_a_token_once_that_works(client, dispatcher, phone, capsys):
    call_command("api_token", dispatcher.username, name="QGIS", days=10)
    token = capsys.readouterr().out.split()[0]
    assert phone in get(client, f"Bearer {token}").text
    call_command("api_token", dispatcher.username, list=True)
    shown = capsys.readouterr().out
    assert "QGIS" in shown
    assert token not in shown
    call_command("api_token", dispatcher.username, revoke="QGIS")
    assert get(client, f"Bearer {token}").status_code == 401


@pytest.mark.parametrize(
    ("user", "options", "said"),
    [
        ("nobody", {}, "nobody"),
        (None, {"days": 0}, "days"),
        (None, {"revoke": "no such"}, "no such"),
        (None, {"name": "taken"}, "taken"),
    ],
)
def test_the_command_says_what_is_wrong(dispatcher, user, options, said):
    token_of(dispatcher, name="taken")
    with pytest.raises(CommandError, match=said):
        call_command("api_token", user or dispatcher.username, **options)


ADD = "/admin/gis_core/apitoken/add/"


def form(user, name="QGIS"):
    day = timezone.localdate() + timedelta(days=30)
    return {"user": user.pk, "name": name, "expires_at_0": day.isoformat(), "expires_at_1": "00:00:00"}


def test_the_administration_makes_a_token_and_shows_it_once(client, dispatcher, person, phone):
    client.force_login(person(Role.ADMINISTRATOR, is_staff=True))
    made = client.post(ADD, form(dispatcher), follow=True)
    token = next(word for word in made.text.replace("<", " ").split() if word.startswith("thuylo_"))
    assert phone in get(Client(), f"Bearer {token}").text
    stored = ApiToken.objects.get()
    for path in ("/admin/gis_core/apitoken/", f"/admin/gis_core/apitoken/{stored.pk}/change/"):
        page = client.get(path)
        assert page.status_code == 200
        assert token not in page.text


def test_only_an_administrator_everywhere_makes_tokens_and_none_for_a_superuser(client, dispatcher, person, unit):
    superuser = person(None, is_superuser=True)
    client.force_login(person(Role.PLANNER, is_staff=True))
    assert client.post(ADD, form(dispatcher)).status_code == 403
    client.force_login(person(Role.ADMINISTRATOR, unit("ward"), is_staff=True))
    assert client.post(ADD, form(dispatcher)).status_code == 403
    client.force_login(person(Role.ADMINISTRATOR, is_staff=True))
    client.post(ADD, form(superuser))
    assert not ApiToken.objects.exists()
