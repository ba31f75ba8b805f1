"""Programs sign in by a header: with a token or a password, over a private line, and nobody gets in by guessing."""

import base64
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from gis_core import authentication
from gis_core.authentication import MAX_FAILURES, make_token
from gis_core.models import ApiToken
from gis_core.roles import Role
from hydrants.models import Hydrant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PAGE = "/ogc/collections/hydrants/items"


@pytest.fixture(autouse=True)
def _on_loopback(settings):
    settings.SESSION_COOKIE_SECURE = False


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
    for guess in range(MAX_FAILURES):
        assert get(client, basic(dispatcher.username, f"guess {guess}")).status_code == 401
    response = get(client, basic(dispatcher.username))
    assert (response.status_code, response["Retry-After"]) == (429, "300")
    assert get(client, basic(dispatcher.username), REMOTE_ADDR="::1").status_code == 200


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
