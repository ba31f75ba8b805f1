"""CQL2 as it arrives: read within limits, refused with the place, and never at the cost of the process."""

import random
import time

import pytest

from layers.cql2_terms import InvalidFilter
from layers.cql2_text import MAX_LENGTH, read_filter


def prop(name: str) -> dict:
    return {"property": name}


def test_text_becomes_the_json_form():
    tree = read_filter("status = 'working' AND NOT (flow_lps < 5 OR flow_lps IS NULL)", "cql2-text")
    low = {"op": "<", "args": [prop("flow_lps"), 5]}
    unknown = {"op": "isNull", "args": [prop("flow_lps")]}
    assert tree == {
        "op": "and",
        "args": [
            {"op": "=", "args": [prop("status"), "working"]},
            {"op": "not", "args": [{"op": "or", "args": [low, unknown]}]},
        ],
    }


def test_groups_keep_what_binds_to_what():
    assert read_filter("a = (1 + 2) * 3", "cql2-text")["args"][1] == {
        "op": "*",
        "args": [{"op": "+", "args": [1, 2]}, 3],
    }
    assert read_filter("x IN ((1), (2))", "cql2-text")["args"][1] == [1, 2]
    assert read_filter('("🚒" = 1) AND ("豈" = 1)', "cql2-text")["args"][1]["args"][0] == prop("豈")
    assert read_filter("((((a = 1))))", "cql2-text") == {"op": "=", "args": [prop("a"), 1]}


def test_brackets_and_marks_inside_a_text_are_text():
    assert read_filter("a = ')(' AND b = 'it''s ((('", "cql2-text")["args"][1]["args"][1] == "it's ((("


def test_geometries_of_every_kind_are_read():
    for wkt, kind in [
        ("POINT(105.8 21)", "Point"),
        ("POINT Z (105.8 21 5)", "Point"),
        ("MULTIPOINT((1 2),(3 4))", "MultiPoint"),
        ("LINESTRING(1 2,3 4)", "LineString"),
        ("MULTILINESTRING((1 2,3 4),(5 6,7 8))", "MultiLineString"),
        ("POLYGON((0 0,1 0,1 1,0 0))", "Polygon"),
        ("MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((2 2,3 2,3 3,2 2)))", "MultiPolygon"),
        ("GEOMETRYCOLLECTION(POINT(1 2),MULTIPOLYGON(((0 0,1 0,1 1,0 0))))", "GeometryCollection"),
    ]:
        assert read_filter(f"S_INTERSECTS(geom, {wkt})", "cql2-text")["args"][1]["type"] == kind


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("status = ", "1:10"),
        ("(a = 1) AND\n (b = )", "2:7"),
        ("a = 1 AND (b = 2", "1:11"),
        ("(a = 1\n OR b = 2)\n AND c = ", "3:10"),
        ("a = 1)", "1:6"),
        ("a = 'x", "1:5"),
        ("a = 1; DROP TABLE x", "1:6"),
        ("a IN (b IN (1))", "1:12"),
        ("", "1:1"),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_column(text, place):
    with pytest.raises(InvalidFilter) as refused:
        read_filter(text, "cql2-text")
    assert refused.value.params["place"] == place
    assert place in str(refused.value)


@pytest.mark.parametrize(
    ("text", "lang", "says"),
    [
        ("a = 1", "cql-text", "there are: cql2-text, cql2-json"),
        ("a = 1", "cql2-json", "line 1, column 1"),
        ('{"op":"=","args":[{"property":"a"},NaN]}', "cql2-json", "not valid JSON"),
        ("a = '\x00'", "cql2-text", "position 6"),
        ('{"property":"\ue000"}', "cql2-json", "position 14"),
        ("a = 1".ljust(MAX_LENGTH + 1), "cql2-text", "20001 characters"),
    ],
)
def test_what_is_no_filter_is_refused_with_the_reason(text, lang, says):
    with pytest.raises(InvalidFilter) as refused:
        read_filter(text, lang)
    assert says in str(refused.value)


DEEP = {
    "groups": lambda n: "(" * n + "a=1" + ")" * n,
    "groups with a mistake": lambda n: "(" * n + "a=" + ")" * n,
    "groups with a mistake after each": lambda n: "(" * n + "a=1" + " b)" * n,
    "nested lists": lambda n: "a_equals(a," + "(" * n + "1,2" + "),3" * (n - 1) + "))",
    "nested IN": lambda n: "a IN (" * n + "1=" + ")" * n,
    "NOT": lambda n: "NOT " * n + "a=1",
    "NOT groups": lambda n: "NOT (" * n + "a=" + ")" * n,
    "signs": lambda n: "a=" + "-" * n + "1",
    "functions": lambda n: "casei(" * n + "a" + ")" * n + "='x'",
    "unclosed": lambda n: "(" * n,
    "geometry": lambda n: "S_INTERSECTS(geom,POLYGON(" + "(" * n + "1 2" + ")" * n + "))",
    "sums": lambda n: "a=" + "+".join("1" * n),
    "comparisons": lambda n: "=".join("a" * n),
    "intervals": lambda n: "INTERVAL(" * n + "a" + ",b)" * n,
    "boxes": lambda n: "BBOX(" * n + "a" + ",b)" * n,
    "IS NULL": lambda n: "a" + " IS NULL" * n,
}


@pytest.mark.parametrize("shape", DEEP)
@pytest.mark.parametrize("depth", [20, 49, 60, 4_000])
def test_no_depth_costs_time_or_the_process(shape, depth):
    text = DEEP[shape](depth)[:MAX_LENGTH]
    started = time.perf_counter()
    try:
        read_filter(text, "cql2-text")
    except InvalidFilter:
        assert True  # refusing is fine; taking its time is not
    assert time.perf_counter() - started < 0.5


def test_fifty_levels_are_read_and_one_more_is_refused():
    assert read_filter(DEEP["groups"](49), "cql2-text")  # and the comparison in them
    with pytest.raises(InvalidFilter, match="deeper than 50 levels"):
        read_filter(DEEP["groups"](50), "cql2-text")


def test_a_filter_of_more_conditions_than_the_stack_of_a_thread_holds_is_refused():
    assert len(read_filter(" AND ".join(["a = 1"] * 500), "cql2-text")["args"]) == 500
    for joint in (" AND ", " OR ", " AND b = 2 OR "):
        with pytest.raises(InvalidFilter, match="more than 500 conditions"):
            read_filter(joint.join(["a = 1"] * 501), "cql2-text")
    assert len(read_filter(f"a IN ({','.join('1' * 9_000)})", "cql2-text")["args"][1]) == 9_000


SOUP = (
    "'x'|AND|OR|NOT|IN|IN (|casei(|f(|LIKE|BETWEEN|POINT(|POLYGON((|INTERVAL(|BBOX(|TIMESTAMP(|TRUE|"
    "GEOMETRYCOLLECTION(|((|))|IS|NULL|DATE('2020-01-01')|\"q\""
)


def test_any_soup_of_tokens_is_read_or_refused_at_once():
    tokens = [*"()=,+-*^a1.;%", *SOUP.split("|")]
    rng = random.Random(20)
    slowest, refusals = 0.0, set()
    for _ in range(1_500):
        soup = [rng.choice(tokens) for _ in range(rng.choice((5, 20, 80)))]
        text = " ".join(soup) + ")" * rng.choice((0, max(0, " ".join(soup).count("(") - " ".join(soup).count(")"))))
        started = time.perf_counter()
        try:
            read_filter(text, "cql2-text")
        except InvalidFilter as error:
            refusals.add(error.message)
        slowest = max(slowest, time.perf_counter() - started)
    assert slowest < 0.5
    assert len(refusals) > 3
