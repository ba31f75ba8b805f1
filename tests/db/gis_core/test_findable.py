"""What can be found follows every edit of a table, whoever makes it."""

import unicodedata

import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import connection

from gis_core.findable import NAMINGS
from gis_core.findable_models import Findable, FindableName
from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from layers.models import Building
from layers.search.texts import key
from routes.models import Road

pytestmark = pytest.mark.django_db

HERE = Point(105.82, 21.0, srid=4326)
NAMES = [
    "Ngõ 29/70 Phố Khương Hạ", "ĐÊ LA THÀNH", "Xã Đàn 2", "Trường THCS Đầm Sen (hư cấu)", "Ơ Ư Ă Â Ê Ô Đ ỵ ỹ ữ ẫ ẵ ở",
    "Vinhomes – Times City", "  Phố   Huế ", "90/1/24", "a'b\"c%d_e;f", "Số 5bis", "Café №9", "日本 1",
]  # fmt: skip


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else None


def entries(layer):
    found = Findable.objects.filter(layer=layer).order_by("way")
    return [(each.way, each.key, each.chain, each.house) for each in found]


def road(name, ref="R"):
    line = LineString((105.82, 21.0), (105.821, 21.0), srid=4326)
    return Road.objects.create(ref=ref, name=name, highway="service", start_node=1, end_node=2, geom=line)


@pytest.mark.parametrize("name", NAMES)
def test_the_database_folds_words_as_the_parser_does(name):
    for form in ("NFC", "NFD"):
        [(folded,)] = sql("SELECT thuylo_key(%s)", unicodedata.normalize(form, name))
        assert folded == key(name).replace("-", " ")


@pytest.mark.parametrize(
    ("name", "street", "chain"),
    [
        ("Ngõ 29/70 Khương Hạ", "khuong ha", "29/70"),
        ("Ngách 2 Ngõ 343 Đội Cấn", "doi can", "343/2"),
        ("Ngách 23 Ngõ 158 Phố Ngọc Hà", "ngoc ha", "158/23"),
        ("Ngách 95/2 Hoàng Cầu", "hoang cau", "95/2"),
        ("Ngách 29/12, ngõ 29 Khương Hạ", "khuong ha", "29/12"),
        ("Ngõ 515 Đường Hồng Hà", "hong ha", "515"),
        ("Ngõ 218 Ngõ Chợ Khâm Thiên", "ngo cho kham thien", "218"),
        ("Ngõ 38A Lý Nam Đế", "ly nam de", "38a"),
        ("Ngõ Trạm", "ngo tram", ""),
        ("Ngõ 290", "ngo 290", ""),
        ("Phố 19 Tháng 12", "19 thang 12", ""),
        ("Dương Quảng Hàm", "duong quang ham", ""),
        ("Phố Huế", "hue", ""),
    ],
)
def test_the_name_of_a_lane_says_its_street_and_chain(name, street, chain):
    assert sql("SELECT * FROM thuylo_lane(%s)", name) == [(street, chain)]
    decomposed = unicodedata.normalize("NFD", name)
    assert sql("SELECT * FROM thuylo_lane(%s)", decomposed) == [(street, chain)]


def test_a_hydrant_is_found_by_name_address_and_reference():
    before = set(FindableName.objects.values_list("key", flat=True))  # names of what other tests made and took away
    Hydrant.objects.create(
        ref="TN-0012", name="Trụ 12", house_number="5 A", lane_chain="29 / 70", street="Phố Huế", geom=HERE
    )
    assert entries("hydrants") == [
        ("address", "hue", "29/70", "5a"), ("name", "tru 12", "", ""), ("ref", "tn 0012", "", "12"),
    ]  # fmt: skip
    after = set(FindableName.objects.values_list("key", flat=True))
    assert after == before | {"hue"}, "numbered things are not fuzzy"


def test_an_edit_in_sql_is_found_at_once_and_the_old_name_no_more():
    road("Ngõ 29 Khương Hạ")
    sql("UPDATE routes_road SET name = 'Ngõ 31 Khương Hạ'")
    assert entries("roads") == [("road", "khuong ha", "31", "")]
    sql("DELETE FROM routes_road")
    assert entries("roads") == []


def test_a_moved_record_is_found_where_it_stands_now():
    Building.objects.create(ref="B", street="Huế", house_number="1", geom=HERE)
    sql("UPDATE layers_building SET geom = ST_SetSRID(ST_MakePoint(105.9, 21.1), 4326)")
    assert Findable.objects.get().point.coords == (105.9, 21.1)


def test_an_edit_of_what_cannot_be_found_writes_nothing():
    Hydrant.objects.create(ref="H", geom=HERE)
    [before] = Findable.objects.values_list("pk", flat=True)
    sql("UPDATE hydrants_hydrant SET status = 'faulty'")
    assert list(Findable.objects.values_list("pk", flat=True)) == [before]


def test_a_changed_id_leaves_no_ghost():
    Hydrant.objects.create(ref="H", geom=HERE)
    sql("UPDATE hydrants_hydrant SET id = id + 1000")
    assert list(Findable.objects.values_list("feature_id", flat=True)) == list(
        Hydrant.objects.values_list("pk", flat=True)
    )


def test_nothing_sensitive_can_be_found():
    for layer_id, naming in NAMINGS.items():
        layer = layer_registry.get(layer_id)
        assert not set(naming.columns) & (layer.sensitive | layer.hidden), layer_id


def test_every_layer_is_findable_or_known_not_to_be():
    assert {layer.id for layer in layer_registry} - set(NAMINGS) == {
        "access-restrictions", "building-coverage", "deficient-areas", "railways", "ward-coverage",
    }  # fmt: skip
