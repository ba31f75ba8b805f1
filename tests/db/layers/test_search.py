"""The search box, asked over HTTP: a small quarter drawn in metres round Khương Hạ."""

from datetime import date

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pyproj import Geod

from gis_core.models import AdministrativeUnit
from gis_core.succession import link_successions
from hydrants.models import Hydrant, WaterTank
from layers.models import Building, Facility, FireStation
from layers.search import openapi
from routes.models import Road

pytestmark = pytest.mark.django_db

SPHEROID = Geod(ellps="WGS84")


def at(east_m, north_m):
    lon, lat, _ = SPHEROID.fwd(105.82, 21.0, 90, east_m)
    lon, lat, _ = SPHEROID.fwd(lon, lat, 0, north_m)
    return round(lon, 7), round(lat, 7)


def point(east_m, north_m):
    return Point(*at(east_m, north_m), srid=4326)


def area(west_m, south_m, east_m, north_m):
    ring = [at(west_m, south_m), at(east_m, south_m), at(east_m, north_m), at(west_m, north_m), at(west_m, south_m)]
    return MultiPolygon(Polygon(ring), srid=4326)


def road(ref, name, *metres):
    line = LineString(*[at(*each) for each in metres], srid=4326)
    Road.objects.create(ref=ref, name=name, highway="service", start_node=1, end_node=2, geom=line)


def house(number, chain, street, place, ref=None, **more):
    Building.objects.create(
        ref=ref or f"{number}-{chain}-{street}",
        house_number=number,
        lane_chain=chain,
        street=street,
        geom=place,
        **more,
    )


def unit(name, code, level, geom, begin, end=None):
    return AdministrativeUnit.objects.create(
        ref=code, code=code, name=name, level=level, geom=geom, valid_from=begin, valid_to=end
    )


@pytest.fixture
def quarter(db):
    """A street to the east, lane 29 north of it, lane 29/70 east of that, and a namesake far away."""
    old, new = date(1997, 1, 1), date(2025, 7, 1)
    unit("Quận Thanh Xuân", "009", 2, area(-2000, -2000, 2000, 2000), old, new)
    unit("Phường Khương Đình", "00001", 3, area(-2000, -2000, 2000, 2000), new)
    unit("Phường Hà Đông", "00002", 3, area(8000, -2000, 12000, 2000), new)
    link_successions()
    road("street/0", "Phố Khương Hạ", (-300, 0), (0, 0))
    road("street/1", "Phố Khương Hạ", (0, 0), (300, 0))
    road("far/0", "Khương Hạ", (9000, 0), (9300, 0))
    road("lane/29", "Ngõ 29 Khương Hạ", (0, 0), (0, 150))
    road("lane/29/70", "Ngách 70 Ngõ 29 Phố Khương Hạ", (0, 100), (80, 100))
    road("other", "Nguyễn Trãi", (-300, -500), (300, -500))
    house("21", "29/70", "Khương Hạ", point(60, 104))
    house("23", "29/70", "Khương Hạ", point(70, 104))
    house("57", "", "Khương Hạ", point(50, 8))
    house("12-16", "", "Khương Hạ", point(-50, 8))
    house("70", "", "Nguyễn Trãi", point(0, -508))
    Facility.objects.create(
        ref="F", name="Trường tiểu học Khương Hạ", head_name="Bà Bí Mật", head_phone="0900123456", geom=point(200, 50)
    )
    Hydrant.objects.create(ref="TN/012", name="Trụ nước 012", house_number="57", street="Khương Hạ", geom=point(50, 2),
                           contact_name="Ông Kín Đáo", remarks="chìa khóa nhà bà Tư")  # fmt: skip
    WaterTank.objects.create(ref="BE-3", name="Bể ngầm chợ", geom=point(100, 50))
    FireStation.objects.create(ref="S", name="Đội chữa cháy khu vực 3", geom=point(-100, 50), phone="0900654321")


@pytest.fixture
def ask(client, quarter):
    def ask(q, language="en", **more):
        response = client.get("/api/search", {"q": q, **more}, headers={"accept-language": language})
        assert response.status_code == 200, response.content
        return response.json()

    return ask


def first(answer):
    return answer["results"][0]


@pytest.mark.parametrize(
    "typed",
    ["Số 21 ngõ 29/70 Khương Hạ", "21 ngách 70 ngõ 29 khuong ha", "21/70/29 Khương Hạ", "29/70/21 Khương Hạ",
     "Khương Hạ ngõ 29 ngách 70 số 21", "so 21 ngach 29/70 pho khuong ha, thanh xuan, ha noi", "21/70/29 khuowng haj",
     "21 ngo 29/70 khuog ha", "21/70 ngõ 29 khuong ha khuong dinh"],
)  # fmt: skip
def test_a_house_is_found_however_its_address_is_said(ask, typed):
    found = first(ask(typed))
    assert (found["kind"], found["layer"], found["ref"]) == ("building", "buildings", "21-29/70-Khương Hạ")
    assert found["precision"] == "exact"
    assert found["point"] == list(at(60, 104))
    # From the mouth on the street 100 m in, then 60 m along the inner lane.
    assert "mouth of lane 29, 160 m from the house along the lane" in found["subtitle"]


def test_an_unknown_house_is_given_as_the_mouth_of_its_lane_and_said_to_be_unknown(ask):
    answer = ask("số 5 ngách 70 ngõ 29 Khương Hạ")
    found = first(answer)
    assert (found["kind"], found["layer"], found["precision"]) == ("lane", "roads", "lane_mouth")
    assert found["point"] == pytest.approx(at(0, 100), abs=2e-6)
    assert found["subtitle"].startswith(
        "house 5 is not recorded · nearest recorded numbers: 21, 23 · mouth of the lane"
    )
    assert "100 m from the street along the lane" in found["subtitle"]
    assert any("not recorded" in note for note in answer["notes"])


def test_an_unknown_lane_is_given_as_the_deepest_known_one(ask):
    found = first(ask("số 5 hẻm 29/70/8 Khương Hạ"))
    assert (found["title"], found["precision"]) == ("Ngách 70 Ngõ 29 Phố Khương Hạ", "lane_mouth")
    assert "neither house 5 nor lane 29/70/8 is recorded" in found["subtitle"]


def test_an_unknown_lane_of_a_known_street_is_given_as_the_street(ask):
    found = first(ask("ngõ 999 Nguyễn Trãi"))
    assert (found["title"], found["kind"], found["precision"]) == ("Nguyễn Trãi", "road", "street")
    assert "lane 999 is not recorded · somewhere along the street" in found["subtitle"]
    assert found["score"] < 0.8


def test_a_lane_known_only_from_its_houses_claims_no_mouth(ask):
    house("3", "44", "Nguyễn Trãi", point(10, -540))
    found = first(ask("ngõ 44 Nguyễn Trãi"))
    assert (found["kind"], found["precision"], found["feature_id"]) == ("lane", "lane", None)
    assert "where it leaves the street is not recorded" in found["subtitle"]


def test_a_hydrant_before_a_house_is_not_the_house(ask):
    results = ask("57 Khương Hạ")["results"]
    assert [each["kind"] for each in results[:2]] == ["building", "hydrant"]
    Building.objects.all().delete()
    results = ask("57 Khương Hạ")["results"]
    assert {each["kind"] for each in results[:2]} == {"hydrant", "road"}
    assert all(each["precision"] != "footprint" for each in results)


def test_a_number_inside_a_recorded_range_is_that_house(ask):
    assert first(ask("14 Khương Hạ"))["ref"] == "12-16--Khương Hạ"
    assert first(ask("15 Khương Hạ"))["kind"] == "road", "odd numbers stand on the other side"


def test_streets_of_one_name_are_told_apart_by_their_ward_and_by_what_is_near(ask):
    streets = [each for each in ask("Khương Hạ")["results"] if each["kind"] == "road"]
    assert len(streets) == 2
    far = first(ask("Khương Hạ, Hà Đông"))
    assert far["subtitle"].endswith("Phường Hà Đông")
    near = first(ask("Khương Hạ", near="{},{}".format(*at(9000, 100))))
    assert near["point"] == far["point"]
    assert "km away" in near["subtitle"]


def test_an_old_district_narrows_down_by_its_old_area_and_is_said_to_be_old(ask):
    answer = ask("Khương Hạ, Q. Thanh Xuân")
    assert first(answer)["subtitle"].endswith("Phường Khương Đình")
    assert any("Quận Thanh Xuân is no longer in force since 1 Jul 2025" in note for note in answer["notes"])


def test_an_old_unit_is_found_and_says_what_it_became(ask):
    found = first(ask("quan thanh xuan"))
    assert (found["kind"], found["title"], found["precision"]) == ("administrative_unit", "Quận Thanh Xuân", "unit")
    assert found["subtitle"] == "no longer in force since 1 Jul 2025; now Phường Khương Đình"


@pytest.mark.parametrize(
    "typed",
    ["trụ 12", "trụ nước số 012", "TN/012", "tn 012", "tn12", "TN-12", "hydrant 12", "trụ cứu hỏa 12", "Tru nuoc 01"],
)
def test_a_hydrant_is_found_by_its_number(ask, typed):
    assert first(ask(typed))["ref"] == "TN/012"


def test_other_numbered_things_are_found_by_their_own_word(ask):
    assert first(ask("bể 3"))["ref"] == "BE-3"
    assert first(ask("doi chua chay"))["kind"] == "fire_station"


@pytest.mark.parametrize(
    "typed", ["truong tieu hoc", "tiểu học Khương Hạ", "truwowngf tieeur hojc", "trường tiểu hoc khuonh ha"]
)
def test_a_facility_is_found_by_part_of_its_name_with_slips(ask, typed):
    assert "facility" in [each["kind"] for each in ask(typed)["results"][:4]]


def test_every_letter_typed_gives_an_answer(ask):
    whole = "số 21 ngách 70 ngõ 29 khương hạ"
    for length in range(1, len(whole) + 1):
        ask(whole[:length])
    assert first(ask(whole))["kind"] == "building"
    assert "Khương Hạ" in first(ask("ngõ 29 khu"))["title"]


@pytest.mark.parametrize("typed", ["Bà Bí Mật", "0900123456", "0900654321", "Ông Kín Đáo", "chìa khóa", "bi mat"])
def test_people_telephones_and_remarks_are_never_found(ask, typed):
    found = ask(typed)["results"]
    assert not [each for each in found if each["kind"] in {"facility", "hydrant", "fire_station"}]


@pytest.mark.parametrize(
    "typed",
    ["🔥🔥", "%", "_", "%_%", "<script>alert(1)</script>", "'; DROP TABLE routes_road; --", "\\", "\x01\x02",
     "ngõ", "////",
     ",,,", "NaN, Infinity", "1e999 1", "&#0;", "𝔘𝔫𝔦", "\u202eAH GNOUHK", "(((((", "a" * 300, "1 " * 150, "29/" * 100],
)  # fmt: skip
def test_what_is_no_name_is_answered_calmly(ask, typed):
    answer = ask(typed)
    assert answer["query"]["q"] == typed
    assert not [each for each in answer["results"] if each["score"] > 0.97]


def test_a_text_without_a_letter_says_why_nothing_is_found(ask):
    assert ask("🔥")["results"] == []
    assert ask("🔥")["notes"] == ["There is no letter and no number in it to look for."]


@pytest.mark.parametrize(
    ("query", "code"),
    [({}, "invalid-query"), ({"q": "x" * 10_000}, "invalid-query"), ({"q": "a", "limit": "0"}, "invalid-limit"),
     ({"q": "a", "limit": "1e1"}, "invalid-limit"), ({"q": "a", "near": "21,105"}, "swapped-axes"),
     ({"q": "a", "near": "x"}, "invalid-position"), ({"q": "a", "qq": "b"}, "unknown-parameter")],
)  # fmt: skip
def test_a_bad_question_is_refused_with_its_reason(client, quarter, query, code):
    response = client.get("/api/search", query)
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (400, code)


def test_nul_is_no_letter(ask):
    assert first(ask("Khương\0Hạ"))["kind"] == "road"


def test_coordinates_and_plus_codes_answer_without_any_record(ask):
    spot = first(ask("21.0285, 105.8523"))
    assert (spot["kind"], spot["point"], spot["precision"]) == ("coordinates", [105.8523, 21.0285], "coordinates")
    metres = ask("2326344.256 588394.442")
    assert first(metres)["point"] == pytest.approx([105.8523, 21.0285], abs=1e-6)
    assert len(metres["results"]) == 3
    assert len(metres["notes"]) == 1
    assert first(ask("2VH2+9W"))["title"] == "7PH72VH2+9W"
    assert ask("48.8566, 2.3522")["results"] == []
    assert ask("8FW4V75V+8Q")["notes"] == ["The plus code 8FW4V75V+8Q lies outside Vietnam."]


def test_the_answer_speaks_vietnamese(ask):
    found = first(ask("số 5 ngách 70 ngõ 29 Khương Hạ", language="vi"))
    assert found["kind_label"] == "ngõ"
    assert "không có trong dữ liệu" in found["subtitle"]


def test_an_edit_counts_in_the_next_answer(ask):
    version = ask("ngõ 31 Khương Hạ")["data_version"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE routes_road SET name = 'Ngõ 31 Khương Hạ' WHERE ref = 'lane/29'")
    answer = ask("ngõ 31 Khương Hạ")
    assert first(answer)["ref"] == "lane/29"
    assert answer["data_version"] != version


def test_an_answer_is_what_its_description_says(ask, client):
    import jsonschema  # noqa: PLC0415

    schema = openapi.SEARCH_ANSWER
    nullable = _without_nullable(schema)
    for typed in ("khương hạ", "trụ 12", "21.0285, 105.8523", "2VH2+9W", "quan thanh xuan", "🔥"):
        jsonschema.validate(ask(typed), nullable)


def _without_nullable(schema):
    if isinstance(schema, dict):
        made = {name: _without_nullable(each) for name, each in schema.items() if name != "nullable"}
        return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made
    return [_without_nullable(each) for each in schema] if isinstance(schema, list) else schema


def test_the_number_of_queries_does_not_depend_on_what_is_found(client, quarter):
    def count(typed):
        with CaptureQueriesContext(connection) as captured:
            client.get("/api/search", {"q": typed})
        return len(captured)

    assert {count(typed) for typed in ("khuong ha", "21/70/29 khuong ha", "truong", "xyzzy", "trụ 12")} == {7}


def test_a_place_is_called_by_its_nearest_house_lane_and_ward(client, quarter):
    lon, lat = at(62, 103)
    here = client.get("/api/place", {"lon": lon, "lat": lat}, headers={"accept-language": "en"}).json()
    assert here["house"]["ref"] == "21-29/70-Khương Hạ"
    assert (here["road"]["title"], here["road"]["lane_chain"]) == ("Ngách 70 Ngõ 29 Phố Khương Hạ", "29/70")
    assert here["road"]["distance_m"] == pytest.approx(3, abs=0.2)
    assert here["unit"]["name"] == "Phường Khương Đình"
    assert here["title"] == "2 m from 21 ngõ 29/70 Khương Hạ · Phường Khương Đình"


def test_a_place_far_from_everything_has_no_name_but_its_numbers(client, quarter):
    here = client.get("/api/place", {"lon": 107, "lat": 20}).json()
    assert (here["house"], here["road"], here["unit"], here["title"]) == (None, None, None, "20.000000, 107.000000")
    assert client.get("/api/place", {"lon": "21", "lat": "105.8"}).status_code == 400
