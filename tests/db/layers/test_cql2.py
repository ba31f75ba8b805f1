"""Filters as PostGIS answers them: what they find, what they refuse, and what they keep to themselves."""

import json
import math
from datetime import UTC, date, datetime

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.db import connection
from psycopg import sql

from gis_core.crs import CATALOGUE, Transformer
from gis_core.errors import BadRequest
from gis_core.models import AdministrativeUnit
from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from layers.audience import EVERYBODY, Audience
from layers.cql2 import InvalidFilter, SqlFilter, compile_filter
from layers.models import Building, Facility

pytestmark = pytest.mark.django_db
INSPECTOR = Audience(everywhere=True)


def compiled(text: str | dict, layer: str = "hydrants", audience: Audience = EVERYBODY, crs: str | None = None):
    lang = "cql2-text" if isinstance(text, str) else "cql2-json"
    return compile_filter(
        text if isinstance(text, str) else json.dumps(text),
        lang=lang,
        layer=layer_registry.get(layer),
        audience=audience,
        filter_crs=CATALOGUE[crs] if crs else None,
    )


def run(condition: SqlFilter, layer: str = "hydrants", prefix: str = "SELECT t.ref") -> list[str]:
    table = sql.Identifier(layer_registry.get(layer).table)
    statement = sql.SQL(prefix + " FROM {} AS t WHERE {} ORDER BY 1").format(table, condition.sql)
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), condition.params)
        return [row[0] for row in cursor.fetchall()]


def found(text: str | dict, layer: str = "hydrants", audience: Audience = EVERYBODY, crs: str | None = None) -> str:
    return " ".join(run(compiled(text, layer, audience, crs), layer))


def hydrant(ref: str, lon: float = 105.82, lat: float = 21.0, **values) -> Hydrant:
    return Hydrant.objects.create(ref=ref, geom=Point(lon, lat, srid=4326), **values)


@pytest.fixture
def three() -> None:
    """A good hydrant, a weak one, and one of which nothing is known."""
    hydrant("a", 105.80, 21.00, name="Trụ Đường Láng", status="working", flow_lps=20.0,
            installed_on=date(2020, 5, 1), outlet_diameters_mm=[65, 65, 110], street="Láng")  # fmt: skip
    hydrant("b", 105.82, 21.02, name="tru 50%_x", status="faulty", flow_lps=5.0, installed_on=date(2024, 1, 1),
            outlet_diameters_mm=[65], synthetic=True, street="it's")  # fmt: skip
    hydrant("c", 105.84, 21.04, name="", status="unknown")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("status = 'working'", "a"),
        ("status <> 'working'", "b c"),
        ("flow_lps > 5", "a"),
        ("flow_lps >= 5 AND flow_lps < 20", "b"),
        ("5 = flow_lps", "b"),
        ("flow_lps = 5 OR flow_lps = 20", "a b"),
        ("street = 'it''s'", "b"),
        ("flow_lps BETWEEN 5 AND 6", "b"),
        ("flow_lps NOT BETWEEN 5 AND 6", "a"),
        ("status IN ('working', 'unknown')", "a c"),
        ("status NOT IN ('working', 'unknown')", "b"),
        ("name LIKE 'Tr_ %'", "a"),
        ("name LIKE '%50\\%\\_x'", "b"),
        ("name NOT LIKE '%50%'", "a c"),
        ("CASEI(name) LIKE CASEI('TRỤ%')", "a"),
        ("CASEI(ACCENTI(name)) LIKE casei(accenti('trụ%'))", "a b"),
        ("ACCENTI(CASEI(name)) = 'tru duong lang'", "a"),
        ("CASEI(status) = CASEI('WORKING')", "a"),
        ("ACCENTI(street) IN (ACCENTI('Láng'), 'Lang')", "a"),
        ("synthetic", "b"),
        ("synthetic = FALSE", "a c"),
        ("NOT synthetic AND TRUE", "a c"),
        ("(status = 'working') = TRUE", "a"),
        ("ref < 'b'", "a"),
        ("ref > 'B'", "a b c"),
        ("flow_lps * 2 + 1 = 41", "a"),
        ("flow_lps DIV 3 = 6", "a"),
        ("flow_lps % 3 = 2", "a b"),
        ("flow_lps ^ 2 = 25", "b"),
        ("(flow_lps - 5) / 3 = 5", "a"),
        ("-flow_lps = -5", "b"),
        ("flow_lps = flow_lps", "a b"),
        ("installed_on = DATE('2020-05-01')", "a"),
        ("installed_on >= DATE('2020-05-02')", "b"),
        ("installed_on BETWEEN DATE('2020-01-01') AND DATE('2020-12-31')", "a"),
        ("installed_on IN (DATE('2024-01-01'))", "b"),
        ("A_CONTAINS(outlet_diameters_mm, (65, 110))", "a"),
        ("A_EQUALS(outlet_diameters_mm, (65))", "b"),
        ("A_CONTAINEDBY(outlet_diameters_mm, (65, 70))", "b c"),
        ("A_OVERLAPS(outlet_diameters_mm, (110, 150))", "a"),
        ("TRUE", "a b c"),
        ("FALSE", ""),
    ],
)  # fmt: skip
def test_text_finds(text, refs):
    assert found(text) == refs


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("NOT flow_lps > 5", "b"),
        ("flow_lps IS NULL", "c"),
        ("flow_lps IS NOT NULL", "a b"),
        ("flow_lps > 5 OR NOT flow_lps > 5", "a b"),
        ("flow_lps > 5 OR status = 'unknown'", "a c"),
        ("NOT (flow_lps > 5 AND status = 'working')", "b c"),
        ("flow_lps / 0 > 1 OR flow_lps / 0 <= 1", ""),
        ("(flow_lps / 0) IS NULL", "a b c"),
        ("flow_lps * 1e200 * 1e200 > 1", ""),
        ("(0 - flow_lps) ^ 0.5 > 0 OR 0 ^ (0 - flow_lps) > 0", ""),
        ("flow_lps ^ 1000 > 0", ""),
        ("name IS NULL", ""),
        ("name = ''", "c"),
    ],
)
def test_what_is_unknown_is_neither_true_nor_false(text, refs):
    assert found(text) == refs


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_never_matches(value):
    hydrant("a", flow_lps=value)
    assert found("flow_lps > 0 OR flow_lps <= 0 OR flow_lps = flow_lps OR flow_lps + 1 > 0") == ""
    assert found("flow_lps IS NULL") == "a"


@pytest.mark.usefixtures("three")
def test_json_finds_the_same():
    flow = {"property": "flow_lps"}
    assert found({"op": "and", "args": [{"op": ">", "args": [flow, 4]}, {"op": "not", "args": [True]}]}) == ""
    assert found({"op": "like", "args": [{"op": "casei", "args": [{"property": "name"}]}, "trụ%"]}) == "a"
    assert found({"op": "isNull", "args": [flow]}) == "c"
    assert found({"op": "in", "args": [flow, [5, 6]]}) == "b"
    assert found({"op": "a_containedBy", "args": [[65], {"property": "outlet_diameters_mm"}]}) == "a b"
    box = {"bbox": [105.79, 20.9, 105.81, 21.1]}
    assert found({"op": "s_intersects", "args": [{"property": "geom"}, box]}) == "a"


def test_an_instant_beside_a_day_is_the_day_in_hanoi():
    hydrant("a", installed_on=date(2025, 7, 1))
    assert found("installed_on = TIMESTAMP('2025-06-30T18:00:00Z')") == "a"
    assert found("installed_on = TIMESTAMP('2025-06-30T16:59:59Z')") == ""
    Hydrant.objects.update(created_at=datetime(2025, 6, 30, 18, tzinfo=UTC))
    assert found("created_at > TIMESTAMP('2025-06-30T17:59:59Z')") == "a"
    assert found("T_EQUALS(created_at, DATE('2025-07-01')) AND NOT created_at < DATE('2025-07-01')") == "a"


# Days of March: a is the one asked about, 10–20.
ALLEN = {
    "t_after": "1/9", "t_before": "21/30", "t_contains": "11/19", "t_disjoint": "21/30", "t_during": "9/21",
    "t_equals": "10/20", "t_finishedBy": "11/20", "t_finishes": "9/20", "t_intersects": "20/25", "t_meets": "20/25",
    "t_metBy": "5/10", "t_overlappedBy": "5/15", "t_overlaps": "15/25", "t_startedBy": "10/15", "t_starts": "10/25",
}  # fmt: skip


@pytest.mark.parametrize("op", ALLEN)
def test_intervals_stand_to_each_other_as_allen_says(op):
    hydrant("a", installed_on=date(2025, 3, 10), last_inspected_on=date(2025, 3, 20))
    holds = set()
    for other, days in ALLEN.items():
        first, last = (f"2025-03-{int(day):02}" for day in days.split("/"))
        if found(f"{op}(INTERVAL(installed_on, last_inspected_on), INTERVAL('{first}', '{last}'))"):
            holds.add(other)
    assert op in holds
    # Each of the others holds only where its definition says so.
    also = {
        "t_before": {"t_disjoint"},
        "t_disjoint": {"t_after", "t_before"},
        "t_intersects": set(ALLEN) - {"t_after", "t_before", "t_disjoint"},
        "t_meets": {"t_intersects"},
    }
    assert holds <= {op} | also.get(op, set()), holds


@pytest.mark.usefixtures("three")
def test_open_intervals_and_unknown_days():
    assert found("T_DURING(installed_on, INTERVAL('2021-01-01', '..'))") == "b"
    assert found("T_INTERSECTS(installed_on, INTERVAL('..', DATE('2020-05-01')))") == "a"
    assert found("T_INTERSECTS(installed_on, INTERVAL('..', '..'))") == "a b"
    assert found("T_AFTER(installed_on, TIMESTAMP('2020-04-30T17:00:00Z'))") == "b"  # already May in Hanoi
    assert found("T_AFTER(INTERVAL(installed_on, '..'), DATE('2000-01-01'))") == "a b"


def test_the_days_in_force_of_a_dated_layer_are_what_datetime_asks_for():
    def unit(code, **days):
        AdministrativeUnit.objects.create(
            ref=code, code=code, name=code, level=3,
            geom=MultiPolygon(Polygon.from_bbox((105.8, 21, 105.9, 21.1)), srid=4326), **days,
        )  # fmt: skip

    unit("old", valid_from=date(2004, 1, 1), valid_to=date(2025, 7, 1))
    unit("new", valid_from=date(2025, 7, 1), valid_to=None)
    force = "INTERVAL(valid_from, valid_to)"
    layer = "administrative-units"
    assert found(f"T_INTERSECTS({force}, DATE('2025-06-30'))", layer) == "old"
    assert found(f"T_INTERSECTS({force}, DATE('2025-07-01'))", layer) == "new"
    assert found(f"T_BEFORE({force}, DATE('2025-07-01'))", layer) == "old"
    assert found(f"T_DURING({force}, INTERVAL('2000-01-01', '..'))", layer) == "old"


TRIANGLE = "POLYGON((105.79 20.99, 105.83 20.99, 105.79 21.03, 105.79 20.99))"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("S_INTERSECTS(geom, BBOX(105.80, 21.00, 105.82, 21.02))", "a b"),
        ("S_WITHIN(geom, BBOX(105.80, 21.00, 105.82, 21.02))", ""),
        ("S_TOUCHES(geom, BBOX(105.80, 21.00, 105.82, 21.02))", "a b"),
        (f"S_INTERSECTS(geom, {TRIANGLE})", "a"),
        (f"S_WITHIN(geom, {TRIANGLE})", "a"),
        (f"S_CONTAINS({TRIANGLE}, geom)", "a"),
        (f"S_DISJOINT(geom, {TRIANGLE})", "b c"),
        ("S_EQUALS(geom, POINT(105.82 21.02))", "b"),
        ("S_INTERSECTS(geom, BBOX(105.82, 21.02, 105.82, 21.02))", "b"),
        ("S_INTERSECTS(geom, MULTIPOINT((105.82 21.02), (105.8 21)))", "a b"),
        ("S_INTERSECTS(geom, LINESTRING(105.70 21.02, 105.90 21.02))", "b"),
        ("S_INTERSECTS(geom, GEOMETRYCOLLECTION(POINT(105.8 21), LINESTRING(105.83 21.04, 105.85 21.04)))", "a c"),
        ("S_INTERSECTS(geom, BBOX(105.79, 20.9, 0, 105.81, 21.1, 50)) AND flow_lps > 5", "a"),
        ("S_INTERSECTS(geom, POINT Z (105.8 21 7))", "a"),
    ],
)
def test_geometries_find(text, refs):
    assert found(text) == refs


def test_shapes_cross_and_overlap():
    square = "POLYGON((105.80 21.00, 105.82 21.00, 105.82 21.02, 105.80 21.02, 105.80 21.00))"
    Building.objects.create(ref="house", geom=GEOSGeometry(f"SRID=4326;{square}"))
    layer = "buildings"
    assert found("S_OVERLAPS(geom, BBOX(105.81, 21.01, 105.83, 21.03))", layer) == "house"
    assert found("S_OVERLAPS(geom, BBOX(105.79, 20.99, 105.83, 21.03))", layer) == ""
    assert found("S_CROSSES(geom, LINESTRING(105.79 21.01, 105.83 21.01))", layer) == "house"
    assert found("S_CONTAINS(geom, POINT(105.81 21.01))", layer) == "house"
    assert found(f"S_EQUALS(geom, {square})", layer) == "house"


@pytest.mark.parametrize(
    "op", ["s_intersects", "s_disjoint", "s_equals", "s_within", "s_contains", "s_touches", "s_crosses", "s_overlaps"]
)
def test_collections_never_end_a_query(op):
    mixed = (
        "GEOMETRYCOLLECTION(POINT(105.8 21), LINESTRING(105.81 21, 105.82 21), POLYGON((106 21,107 21,107 22,106 21)))"
    )
    Building.objects.create(ref="mixed", geom=GEOSGeometry(f"SRID=4326;{mixed}"))
    Building.objects.create(ref="house", geom=GEOSGeometry("SRID=4326;POLYGON((105 20,106 20,106 22,105 20))"))
    hydrant("a", 105.8, 21.0)
    for other in (mixed, "POINT(105.8 21)", "BBOX(105, 20, 106, 22)", "LINESTRING(105 21, 106 21)"):
        found(f"{op}(geom, {other}) OR {op}({other}, geom) OR {op}(geom, geom)", "buildings")
        found(f"{op}(geom, {other}) OR {op}({other}, geom)")


def test_coordinates_are_read_in_the_filter_crs_and_its_axis_order():
    hydrant("a", 105.85, 21.03)
    x, y = (float(number) for number in Transformer(CATALOGUE["EPSG:5897"]).from_wgs84(105.85, 21.03))
    near = f"BBOX({x - 1}, {y - 1}, {x + 1}, {y + 1})"
    assert found(f"S_INTERSECTS(geom, {near})", crs="EPSG:5897") == "a"
    assert found(f"S_INTERSECTS(geom, {near})", crs="EPSG:3405") == ""  # 699 m away
    assert found("S_INTERSECTS(geom, BBOX(21.02, 105.84, 21.04, 105.86))", crs="EPSG:4326") == "a"
    assert found("S_INTERSECTS(geom, POINT(21.03 105.85))", crs="EPSG:4326") == "a"
    assert found("S_INTERSECTS(geom, POINT(105.85 21.03))", crs="OGC:CRS84") == "a"


def test_edges_are_straight_in_the_filter_crs():
    # The parallel bends: in the middle of 60 km the straight edge of VN-2000 lies metres off the one in degrees.
    transformer = Transformer(CATALOGUE["EPSG:5897"])
    (west, south), (east, _) = ((float(v) for v in transformer.from_wgs84(lon, 21.0)) for lon in (105.5, 106.1))
    lon, lat = (float(v) for v in transformer.to_wgs84((west + east) / 2, south + 3))
    hydrant("above the edge", lon, lat)
    polygon = f"POLYGON(({west} {south},{east} {south},{east} {south + 9},{west} {south + 9},{west} {south}))"
    assert found(f"S_INTERSECTS(geom, {polygon})", crs="EPSG:5897") == "above the edge"


GEOM = {"property": "geom"}


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 'red'", "no property “colour” to filter by (at /=[1]); there are: geom, ref, "),
        ("status = 'working' AND (flow_lps > 1 OR colour = 1)", "at /and[2]/or[2]/=[1]"),
        ("status = 'wrking'", "“wrking” is no code of that property (at /=); there are: working, faulty"),
        ("status IN ('working', 'x')", "“x” is no code"),
        ("flow_lps = 'many'", "= takes number, not string (at /=)"),
        ("name > 5", "> takes string, not number"),
        ("installed_on > '2025-01-01'", "Days are written DATE('2025-07-01')"),
        ("flow_lps", "filter takes boolean, not number flow_lps"),
        ("flow_lps AND TRUE", "and takes boolean, not number flow_lps (at /and[1])"),
        ("NOT name", "not takes boolean"),
        ("name = NULL", "write IS NULL"),
        ("geom = geom", "= takes number, string"),
        ("outlet_diameters_mm = 3", "not array outlet_diameters_mm"),
        ("name LIKE street", "The pattern of like is a text"),
        ("name LIKE 'x\\'", "backslash that escapes nothing"),
        ("flow_lps LIKE '1%'", "like takes string, not number flow_lps"),
        ("CASEI(flow_lps) = 'x'", "casei takes string"),
        ("name + 1 = 2", "+ takes number, not string name"),
        ("flow_lps = 1e999", "not finite"),
        ("upper(name) = 'X'", "no operation “upper”"),
        ("S_DWITHIN(geom, POINT(105 21), 10)", "no operation “S_DWITHIN”"),
        ("installed_on > DATE('2025-02-30')", "“2025-02-30” is no day"),
        ("created_at > TIMESTAMP('yesterday')", "no instant with its zone"),
        ("T_AFTER(name, DATE('2025-01-01'))", "t_after takes date, timestamp, interval, not string name"),
        ("T_AFTER(installed_on, INTERVAL('2025-02-01', '2025-01-01'))", "ends before it begins"),
        ("T_AFTER(installed_on, INTERVAL(name, '..'))", "interval takes date, timestamp"),
        ("installed_on = INTERVAL('..', '..')", "not interval"),
        ("S_INTERSECTS(name, POINT(105 21))", "s_intersects takes geometry, not string name (at /s_intersects)"),
        ("S_INTERSECTS(geom, POINT(21 105))", "beyond the Earth"),
        ("S_INTERSECTS(geom, BBOX(105, 22, 106, 21))", "minimum above its maximum"),
        ("S_INTERSECTS(geom, BBOX(21, 105, 22, 106))", "look swapped"),
        ("S_INTERSECTS(geom, POLYGON((0 0, 1 0, 1 1)))", "does not end where it begins"),
        ("S_INTERSECTS(geom, POLYGON((0 0, 2 2, 2 0, 0 2, 0 0)))", "Self-intersection"),
        ("S_INTERSECTS(geom, POLYGON((0 0, 1 1, 0 0)))", "is not valid"),
        ("S_INTERSECTS(geom, LINESTRING(1 2, 1 2))", "is not valid"),
        ("S_INTERSECTS(geom, POLYGON EMPTY)", "no GeoJSON geometry"),
        ({"op": "s_intersects", "args": [GEOM, {"type": "Point", "coordinates": [1, "x"]}]}, "no GeoJSON geometry"),
        ({"op": "s_intersects", "args": [GEOM, {"type": "Point", "coordinates": [1, True]}]}, "no GeoJSON geometry"),
        ({"op": "s_intersects", "args": [GEOM, {"type": "Blob"}]}, "no GeoJSON geometry"),
        ({"op": "s_intersects", "args": [GEOM, {"bbox": [1, 2, 3]}]}, "4 numbers"),
        ({"op": "s_intersects", "args": [GEOM]}, "s_intersects takes 2 arguments, not 1"),
        ({"op": "and", "args": True}, "and takes 2… arguments"),
        ({"op": "in", "args": [{"property": "flow_lps"}, 5]}, "a list of one value"),
        ({"op": "in", "args": [{"property": "flow_lps"}, []]}, "a list of one value"),
        ({"op": ["="], "args": []}, "no operation"),
        ({"property": ["ref"]}, "no property"),
        ({"date": 5}, "is no day"),
        ({"interval": ["..", 5]}, "interval takes date, timestamp, not number"),
        ({"interval": ".."}, "two ends"),
        ({"a": 1}, "no part of CQL2"),
        ({}, "no part of CQL2"),
        (["a"], "Only numbers"),
    ],
)
def test_a_wrong_filter_is_refused_with_reason_and_place(text, says):
    with pytest.raises(BadRequest) as refused:
        compiled(text)
    assert says in str(refused.value)


def test_a_projected_crs_refuses_what_it_cannot_hold():
    with pytest.raises(BadRequest):
        compiled("S_INTERSECTS(geom, POINT(1e30 1e30))", crs="EPSG:5897")


def test_json_deeper_than_fifty_levels_is_refused():
    tree: dict = {"op": "=", "args": [1, 1]}
    for _ in range(49):
        tree = {"op": "not", "args": [tree]}
    assert compiled(tree)
    for depth in (2, 200):
        for _ in range(depth):
            tree = {"op": "not", "args": [tree]}
        with pytest.raises(InvalidFilter, match=r"deeper than 50|not valid JSON"):
            compiled(tree)


def test_a_sensitive_property_is_refused_exactly_as_one_that_does_not_exist():
    def refusal(name: str, audience: Audience) -> tuple:
        with pytest.raises(InvalidFilter) as refused:
            compiled(f"casei({name}) LIKE '09%'", audience=audience)
        return str(refused.value).replace(name, "?"), {**refused.value.params, "property": "?"}, refused.value.code

    somewhere = Audience(units=frozenset({1, 2}))
    for audience in (EVERYBODY, somewhere):
        assert refusal("contact_phone", audience) == refusal("contact_colour", audience)
        assert "contact_phone" not in refusal("contact_colour", audience)[0]


def test_whoever_sees_a_sensitive_property_everywhere_filters_by_it():
    hydrant("a", contact_phone="0901234567")
    hydrant("b", contact_phone="0241234567")
    assert found("contact_phone LIKE '09%'", audience=INSPECTOR) == "a"


def test_a_reference_is_compared_by_its_ref():
    box = MultiPolygon(Polygon.from_bbox((105.8, 20.9, 105.9, 21.1)), srid=4326)
    AdministrativeUnit.objects.create(
        ref="ward-1", code="1", name="Phường", level=3, geom=box, valid_from=date(2025, 7, 1)
    )
    hydrant("inside")
    hydrant("outside", 106.5, 20.5)
    assert found("administrative_unit = 'ward-1'") == "inside"
    assert found("administrative_unit IS NULL") == "outside"


def test_whole_numbers_of_a_code_list_are_codes():
    Facility.objects.create(ref="one", name="x", geom=Point(105.8, 21, srid=4326), pilot_phase=1)
    assert found("pilot_phase = 1", "facilities") == "one"
    with pytest.raises(InvalidFilter, match="there are: 1, 2"):
        compiled("pilot_phase = 3", "facilities")


@pytest.mark.usefixtures("three")
def test_nothing_a_caller_wrote_stands_in_the_statement():
    nasty = "x'); DROP TABLE hydrants_hydrant; --%s %(f0)s {} \\"
    condition = compiled({"op": "or", "args": [{"op": "=", "args": [{"property": "name"}, nasty]}, True]})
    assert "DROP" not in condition.sql.as_string()
    assert nasty in condition.params.values()
    assert all(name.startswith("f") and name[1:].isdigit() for name in condition.params)
    assert run(condition) == ["a", "b", "c"]


def test_decomposed_letters_are_the_same_letters():
    hydrant("a", name="Ngõ Đê")
    assert found("name = 'Ngo\u0303 Đe\u0302'") == "a"


FILL = """
    INSERT INTO hydrants_hydrant (ref, geom)
    SELECT 'T' || n, ST_SetSRID(ST_MakePoint(105.6 + 0.4 * random(), 20.85 + 0.3 * random()), 4326)
    FROM generate_series(1, 100000) AS n
"""


def test_spatial_filters_read_the_index_of_a_large_layer():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hydrants_hydrant DISABLE TRIGGER USER")
        cursor.execute(f"SELECT setseed(0.5); {FILL}")
        cursor.execute("ANALYZE hydrants_hydrant")
    for text in (
        "S_INTERSECTS(geom, BBOX(105.80, 21.00, 105.82, 21.02))",
        f"S_WITHIN(geom, {TRIANGLE}) AND flow_lps IS NULL",
        f"S_CONTAINS({TRIANGLE}, geom)",
        "S_EQUALS(geom, POINT(105.8 21))",
        "S_TOUCHES(geom, BBOX(105.80, 21.00, 105.82, 21.02)) OR S_WITHIN(geom, BBOX(105.81, 21.01, 105.82, 21.02))",
    ):
        plan = "\n".join(run_plan(compiled(text)))
        assert "hydrants_hydrant_planar" in plan, plan
        assert "Seq Scan" not in plan, plan


def run_plan(condition: SqlFilter) -> list[str]:
    statement = sql.SQL("EXPLAIN SELECT t.id FROM hydrants_hydrant AS t WHERE {}").format(condition.sql)
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), condition.params)
        return [line for (line,) in cursor.fetchall()]
