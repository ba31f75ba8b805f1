"""The demo: every fixture goes through the pipeline, and every role gets an account."""

import json
import shutil
import stat

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from gis_core import demo
from gis_core.demo import FIXTURES, DemoRefused, demo_accounts, load_demo
from gis_core.models import AdministrativeSuccession, AdministrativeUnit, RoleGrant
from gis_core.policy import actor_for, decide
from gis_core.registry import layer_registry
from gis_core.roles import Action, Role
from hydrants.models import Hydrant
from tests.db.gis_core.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def small(tmp_path):
    """The fixtures of two layers."""
    for layer in ("administrative-units", "hydrants"):
        shutil.copy(FIXTURES / f"{layer}.geojson", tmp_path)
    return tmp_path


def load(folder):
    told = []
    load_demo(at=TODAY, told=told.append, folder=folder)
    return {report.layer: report.total for report in told}


def test_every_layer_has_demo_data_and_all_of_it_is_taken():
    told = load(FIXTURES)
    made_here = {"deficient-areas"} | {layer.id for layer in layer_registry if layer.computed}
    assert set(told) == {layer.id for layer in layer_registry} - made_here
    models = [layer.model for layer in layer_registry]
    assert all(model.objects.filter(synthetic=False).count() == 0 for model in models)
    assert AdministrativeSuccession.objects.exists()


def test_loading_again_changes_nothing(small):
    load(small)
    load(small)
    assert set(Hydrant.objects.values_list("version", flat=True)) == {1}


def test_a_layer_without_fixture_is_left_out(small):
    assert set(load(small)) == {"administrative-units", "hydrants"}


def test_a_fixture_with_a_bad_row_leaves_nothing_of_any_layer(small):
    path = small / "hydrants.geojson"
    collection = json.loads(path.read_text())
    collection["features"][3]["properties"]["status"] = "?"
    path.write_text(json.dumps(collection))
    with pytest.raises(DemoRefused, match="none of"):
        load(small)
    assert not AdministrativeUnit.objects.exists()


def test_the_command_leaves_a_filled_database_alone(small, monkeypatch, capsys):
    Hydrant.objects.create(ref="real", geom="SRID=4326;POINT(105.85 21.03)")
    call_command("load_demo", "--if-empty")
    assert Hydrant.objects.count() == 1
    assert "left out" in capsys.readouterr().out


def test_every_role_gets_an_account_that_may_what_the_role_may(unit, tmp_path):
    ward, other = unit("ward", 105.8), unit("other", 105.9)
    Hydrant.objects.create(ref="H", geom="SRID=4326;POINT(105.85 21.03)")
    accounts = demo_accounts(at=TODAY, path=tmp_path / "a.json")
    assert {account.role for account in accounts} == set(Role)
    actors = {}
    for account in accounts:
        user = authenticate(username=account.username, password=account.password)
        assert user is not None
        assert not user.is_superuser
        actors[account.role] = actor_for(user, at=TODAY)
    assert decide(actors[Role.FIELD], Action.UPDATE, unit_id=ward.pk)
    assert not decide(actors[Role.FIELD], Action.UPDATE, unit_id=other.pk)
    assert decide(actors[Role.ADMINISTRATOR], Action.ADMINISTER)
    assert not decide(actors[Role.PUBLIC], Action.VIEW_SENSITIVE, unit_id=ward.pk)


def test_passwords_are_kept_for_the_owner_alone_and_printed_again(unit, settings, tmp_path, capsys):
    unit("ward")
    settings.RUN_DIR = tmp_path
    call_command("demo_accounts")
    first = capsys.readouterr().out
    call_command("demo_accounts")
    assert capsys.readouterr().out == first
    assert stat.S_IMODE((tmp_path / "demo-accounts.json").stat().st_mode) == 0o600


def test_lost_passwords_are_made_anew_and_no_real_account_is_touched(unit, tmp_path):
    unit("ward")
    real = get_user_model().objects.create_superuser("administrator", password="mine")
    path = tmp_path / "a.json"
    before = {a.role: a.password for a in demo_accounts(at=TODAY, path=path)}
    path.unlink()
    after = {a.role: a.password for a in demo_accounts(at=TODAY, path=path)}
    assert all(before[role] != after[role] for role in Role)
    real.refresh_from_db()
    assert real.check_password("mine")
    assert RoleGrant.objects.count() == 4


def test_without_a_ward_no_field_team_gets_a_role_everywhere(tmp_path, settings):
    settings.RUN_DIR = tmp_path
    with pytest.raises(CommandError, match="load the administrative units first"):
        call_command("demo_accounts")
    assert not get_user_model().objects.exists()
    assert not (tmp_path / "demo-accounts.json").exists()
    assert demo.FIXTURES.is_dir()
