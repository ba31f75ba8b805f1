"""The administration asks the policy for everything, edits places as text, and loads nothing from elsewhere."""

import re

import pytest
from django.contrib.admin import site
from django.contrib.auth import get_user_model

from gis_core.admin import FeatureAdmin
from gis_core.models import AdministrativeUnit
from gis_core.registry import layer_registry
from gis_core.roles import Role
from hydrants.models import Hydrant
from routes.models import Vehicle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LIST, ADD = "/admin/hydrants/hydrant/", "/admin/hydrants/hydrant/add/"


@pytest.fixture
def ward(unit):
    return unit("ward", 105.8)


@pytest.fixture
def outside(unit):
    return unit("outside", 105.9)


@pytest.fixture
def stored(ward, outside):
    Hydrant.objects.create(ref="in", geom="SRID=4326;POINT(105.85 21.03)", contact_phone="0900 000 001")
    Hydrant.objects.create(ref="out", geom="SRID=4326;POINT(105.95 21.03)", contact_phone="0900 000 002")
    return {hydrant.ref: hydrant for hydrant in Hydrant.objects.all()}


@pytest.fixture
def enter(person, client):
    def enter(role, unit=None):
        client.force_login(person(role, unit, is_staff=True))
        client.cookies["django_language"] = "en"
        return client

    return enter


def change(hydrant):
    return f"/admin/hydrants/hydrant/{hydrant.pk}/change/"


def form_of(page, **changes):
    """Give what the browser would send back for the page's own form."""
    form = page.context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in {**sent, **changes}.items()}
    data["outlet_diameters_mm"] = ""
    data["tags"] = "{}"
    return data


@pytest.mark.parametrize("layer", list(layer_registry), ids=lambda layer: layer.id)
def test_every_layer_is_registered_and_its_pages_open(layer, enter):
    assert isinstance(site.get_model_admin(layer.model), FeatureAdmin)
    client = enter(Role.ADMINISTRATOR)
    base = f"/admin/{layer.model._meta.app_label}/{layer.model._meta.model_name}/"
    assert client.get(base).status_code == 200
    # What the service computes is only looked at.
    assert client.get(f"{base}add/").status_code == (403 if layer.computed else 200)


def test_no_page_of_the_administration_loads_anything_from_elsewhere(enter, stored):
    client = enter(Role.ADMINISTRATOR)
    for address in ("/admin/", LIST, ADD, change(stored["in"])):
        page = client.get(address).content.decode()
        assert not re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//", page)
        assert "openlayers" not in page.lower()


@pytest.mark.parametrize("role", [None, Role.PUBLIC])
def test_without_a_role_in_the_service_nothing_opens(role, enter, stored):
    client = enter(role)
    assert client.get(LIST).status_code == 403
    assert client.get(change(stored["in"])).status_code in {302, 403}


def test_a_dispatcher_reads_and_does_not_write(enter, stored):
    client = enter(Role.DISPATCHER)
    assert "0900 000 001" in client.get(change(stored["in"])).content.decode()
    assert client.post(change(stored["in"]), {"ref": "in"}).status_code == 403
    assert client.get(ADD).status_code == 403


def test_a_field_team_sees_and_edits_its_own_ward_only(enter, stored, ward):
    client = enter(Role.FIELD, ward)
    listed = client.get(LIST).content.decode()
    assert change(stored["in"]) in listed
    assert change(stored["out"]) not in listed
    assert client.get(change(stored["out"])).status_code == 302
    page = client.get(change(stored["in"]))
    assert client.post(change(stored["in"]), form_of(page, status="faulty")).status_code == 302
    stored["in"].refresh_from_db()
    assert stored["in"].status == "faulty"


def test_a_field_team_can_neither_move_nor_make_a_record_outside_its_ward(enter, stored, ward):
    client = enter(Role.FIELD, ward)
    page = client.get(change(stored["in"]))
    assert client.post(change(stored["in"]), form_of(page, geom="POINT(105.95 21.03)")).status_code == 403
    made = form_of(client.get(ADD), ref="new", geom="POINT(105.95 21.03)")
    assert client.post(ADD, made).status_code == 403
    assert client.post(ADD, {**made, "geom": "POINT(105.85 21.03)"}).status_code == 302
    stored["in"].refresh_from_db()
    assert stored["in"].geom.coords == (105.85, 21.03)
    assert set(Hydrant.objects.values_list("ref", flat=True)) == {"in", "out", "new"}


def test_only_who_may_delete_deletes_and_there_is_no_bulk_action(enter, stored, ward):
    delete = f"/admin/hydrants/hydrant/{stored['in'].pk}/delete/"
    assert enter(Role.FIELD, ward).post(delete, {"post": "yes"}).status_code == 403
    client = enter(Role.PLANNER, ward)
    client.post(LIST, {"action": "delete_selected", "_selected_action": [stored["in"].pk], "post": "yes"})
    assert Hydrant.objects.count() == 2
    assert client.post(delete, {"post": "yes"}).status_code == 302
    assert Hydrant.objects.count() == 1


def test_saving_without_a_change_leaves_the_place_to_the_last_digit(enter, stored):
    client = enter(Role.PLANNER)
    odd = Hydrant.objects.create(ref="odd", geom="SRID=4326;POINT(105.85230000000001 21.028499999999997)")
    client.post(change(odd), form_of(client.get(change(odd))))
    before = odd.geom.coords
    odd.refresh_from_db()
    assert (odd.geom.coords, odd.version) == (before, 1)


@pytest.mark.parametrize(
    ("geom", "reason"),
    [
        ("POINT(21.03 105.85)", "swapped"),
        ("POINT(13.4 52.5)", "outside Vietnam"),
        ("LINESTRING(105.8 21, 105.9 21)", "A Point is wanted"),
        ("here", "neither WKT nor GeoJSON"),
        ('{"type": "Point"}', "neither WKT nor GeoJSON"),
        ("", "required"),
    ],
)
def test_a_place_that_cannot_be_is_explained_in_the_form(enter, stored, geom, reason):
    client = enter(Role.PLANNER)
    answer = client.post(change(stored["in"]), form_of(client.get(change(stored["in"])), geom=geom))
    assert answer.status_code == 200
    assert reason in str(answer.context["adminform"].form.errors["geom"])


def test_a_place_is_taken_as_geojson_too(enter, stored):
    client = enter(Role.PLANNER)
    geojson = '{"type": "Point", "coordinates": [105.86, 21.03]}'
    client.post(change(stored["in"]), form_of(client.get(change(stored["in"])), geom=geojson))
    stored["in"].refresh_from_db()
    assert stored["in"].geom.coords == (105.86, 21.03)


def test_what_the_database_keeps_and_the_reference_are_not_edited(enter, stored):
    client = enter(Role.ADMINISTRATOR)
    page = client.get(change(stored["in"]))
    assert not {"ref", "version", "created_at", "updated_at", "administrative_unit"} & set(
        page.context["adminform"].form.fields
    )


def test_the_history_page_tells_who_changed_what(enter, stored):
    client = enter(Role.PLANNER)
    client.post(change(stored["in"]), form_of(client.get(change(stored["in"])), status="faulty"))
    page = client.get(f"/admin/hydrants/hydrant/{stored['in'].pk}/history/").content.decode()
    assert "<del>unknown</del>" in page
    assert "<ins>faulty</ins>" in page
    assert f"{Role.PLANNER}-None" in page


def test_vehicles_are_edited_with_a_role_held_everywhere(enter, ward):
    vehicle = Vehicle.objects.create(
        code="x", name="X", kind="engine", width_m=2.5, height_m=3, length_m=8, gross_weight_t=16
    )
    address = f"/admin/routes/vehicle/{vehicle.pk}/change/"
    page = enter(Role.PLANNER).get(address)
    assert page.status_code == 200
    assert page.context["has_change_permission"]
    assert enter(Role.PLANNER, ward).get(address).status_code == 403


def test_a_role_in_a_ward_reads_its_ward_but_does_not_move_its_border(enter, ward):
    address = f"/admin/gis_core/administrativeunit/{ward.pk}/change/"
    page = enter(Role.PLANNER, ward).get(address)
    assert page.status_code == 200
    assert not page.context["has_change_permission"]
    assert enter(Role.PLANNER).get(address).context["has_change_permission"]


def test_accounts_are_for_administrators_who_cannot_reach_a_superuser(enter):
    root = get_user_model().objects.create_superuser("root", password="x")
    accounts = "/admin/auth/user/"
    assert enter(Role.PLANNER).get(accounts).status_code == 403
    client = enter(Role.ADMINISTRATOR)
    assert "root" not in client.get(accounts).content.decode()
    assert client.get(f"{accounts}{root.pk}/change/").status_code == 302
    page = client.get(f"{accounts}{get_user_model().objects.get(username__startswith='planner').pk}/change/")
    assert not {"is_superuser", "groups", "user_permissions"} & set(page.context["adminform"].form.fields)
    assert client.get(f"{accounts}{root.pk}/password/").status_code in {302, 403, 404}


def complaints(client, hydrant, **values):
    """Send a form and give what is wrong with it, by field."""
    sent = {**form_of(client.get(change(hydrant))), **values}
    answer = client.post(change(hydrant), sent)
    return {} if answer.status_code == 302 else answer.context["adminform"].form.errors


@pytest.mark.parametrize(
    "tags",
    [
        '{"a": NaN}', '{"a": Infinity}', '{"a": -1e400}', "[1]", "null", '"x"', "{", "{'a': 1}", '{"a": "\\ud800"}',
        "[" * 100_000, '{"a":' * 900 + "1" + "}" * 900,
    ],
)  # fmt: skip
def test_tags_that_are_no_json_object_are_explained_in_the_form(enter, stored, tags):
    found = complaints(enter(Role.PLANNER), stored["in"], tags=tags)
    assert "no JSON object" in str(found["tags"])


def test_tags_are_stored_as_they_are_written_and_stay_where_nobody_touches_them(enter, stored):
    client = enter(Role.PLANNER)
    assert complaints(client, stored["in"], tags='{"màu": ["đỏ", 1.5, null], "nul": "a\\u0000b"}') == {}
    stored["in"].refresh_from_db()
    assert stored["in"].tags == {"màu": ["đỏ", 1.5, None], "nul": "ab"}
    shown = client.get(change(stored["in"])).context["adminform"].form["tags"].value()
    assert complaints(client, stored["in"], tags=shown) == {}
    before = stored["in"].version
    stored["in"].refresh_from_db()
    assert stored["in"].version == before


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("flow_lps", "-5", "negative"),
        ("flow_lps", "99999", "more than can be true"),
        ("flow_lps", "nan", "Enter a number"),
        ("flow_lps", "1e400", "Enter a number"),
        ("status_on", "9999-12-31", "lies in the future"),
        ("status_on", "0001-01-01", "too long ago"),
        ("verified_on", "infinity", "valid date"),
        ("remarks", "a\0b", "Null characters"),
    ],
)
def test_what_an_import_would_refuse_is_refused_in_the_form(enter, stored, field, value, reason):
    found = complaints(enter(Role.PLANNER), stored["in"], **{field: value})
    assert reason in str(found[field])


def test_a_zero_that_means_unknown_is_stored_as_empty(enter, stored):
    assert complaints(enter(Role.PLANNER), stored["in"], main_diameter_mm="0") == {}
    stored["in"].refresh_from_db()
    assert stored["in"].main_diameter_mm is None


def test_a_vehicle_cannot_be_made_to_fit_everywhere(enter):
    vehicle = Vehicle.objects.create(
        code="x", name="X", kind="engine", width_m=2.5, height_m=3, length_m=8, gross_weight_t=16
    )
    address = f"/admin/routes/vehicle/{vehicle.pk}/change/"
    client = enter(Role.PLANNER)
    page = client.get(address).context["adminform"].form
    sent = {name: "" if page[name].value() is None else page[name].value() for name in page.fields}
    refused = client.post(address, {**sent, "width_margin_m": "-2"}).context["adminform"].form.errors
    assert "negative" in str(refused["width_margin_m"])
    assert client.post(address, {**sent, "width_margin_m": "0"}).status_code == 302


@pytest.mark.parametrize("model", [Hydrant, AdministrativeUnit, Vehicle, get_user_model()], ids=lambda m: m.__name__)
def test_a_list_is_asked_anything_and_fails_never(model, enter, stored):
    client = enter(Role.ADMINISTRATOR)
    # One column of each type.
    columns = {type(column): column.name for column in model._meta.concrete_fields}.values()
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    lookups = [f"{column}__{lookup}" for column in columns for lookup in ("exact", "regex", "year", "in", "within")]
    for value in ("%00", "9" * 300, "nan", "(", "10000-01-01"):
        for name in ["q", "o", "p", "e", "_facets", "x%00", "status__exact", *lookups]:
            assert client.get(f"{address}?{name}={value}").status_code in {200, 302, 400}, (name, value)
