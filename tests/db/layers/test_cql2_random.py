"""Random filters: what PostgreSQL finds is what a plain reading of the tree in Python finds."""

import json
import math
import operator
import random
import re
import unicodedata
from datetime import date, timedelta

import pytest
import shapely
from django.contrib.gis.geos import Point
from django.db import connection
from psycopg import sql

from gis_core.registry import layer_registry
from hydrants.models import Hydrant
from layers.audience import EVERYBODY
from layers.cql2 import compile_filter

pytestmark = pytest.mark.django_db

NAMES = ["", "Đường Láng", "duong lang", "ĐƯỜNG LÁNG", "Ngõ 29/70", "100%", "a_b", "it's", "Trụ “A”", "z"]
STATUSES = ["working", "faulty", "blocked", "missing", "unknown"]
COMPARE = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def make_rows(rng: random.Random) -> list[dict]:
    def maybe(value):
        return rng.choice((None, value))

    return [
        {
            "ref": f"r{number}",
            "name": rng.choice(NAMES),
            "street": rng.choice(NAMES),
            "status": rng.choice(STATUSES),
            "synthetic": rng.random() < 0.5,
            "flow_lps": rng.choice((None, math.nan, math.inf, 0.0, 5.0, 10.0, rng.uniform(-50, 50))),
            "diameter_mm": maybe(float(rng.randint(0, 5) * 50)),
            "version": 1,
            "installed_on": maybe(date(2024, 1, 1) + timedelta(days=rng.randint(0, 20))),
            "last_inspected_on": maybe(date(2024, 1, 1) + timedelta(days=rng.randint(0, 20))),
            "outlet_diameters_mm": rng.sample((50, 65, 100, 110), rng.randint(0, 3)),
            "geom": (round(105.8 + rng.randint(0, 8) / 100, 2), round(21 + rng.randint(0, 8) / 100, 2)),
        }
        for number in range(60)
    ]


class Filters:
    """Makes random trees of the JSON form; every one of them makes sense."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def boolean(self, depth: int):
        if depth and self.rng.random() < 0.6:
            op = self.rng.choice(("and", "or", "not"))
            return {
                "op": op,
                "args": [self.boolean(depth - 1) for _ in range(1 if op == "not" else self.rng.choice((2, 3)))],
            }
        kinds = (
            self.compare,
            self.between,
            self.within,
            self.like,
            self.null,
            self.flag,
            self.time,
            self.place,
            self.array,
        )
        return self.rng.choice(kinds)(depth)

    def pair(self, depth: int):
        return self.rng.choice((self.number, self.text, self.day))

    def compare(self, depth: int):
        make = self.pair(depth)
        return {"op": self.rng.choice(list(COMPARE)), "args": [make(depth), make(depth)]}

    def between(self, depth: int):
        make = self.pair(depth)
        return {"op": "between", "args": [make(depth), make(depth), make(depth)]}

    def within(self, depth: int):
        make = self.pair(depth)
        return {"op": "in", "args": [make(depth), [make(depth) for _ in range(self.rng.randint(1, 3))]]}

    def like(self, depth: int):
        fold = self.rng.choice(("casei", "accenti", None))
        pattern = self.rng.choice(("%", "đ%", "D_ờng%", "duong%", "%100\\%", "a\\_b", "%'s", "_", "", "%lang"))
        both = [self.text(0), pattern]
        return {"op": "like", "args": [{"op": fold, "args": [part]} if fold else part for part in both]}

    def null(self, depth: int):
        return {"op": "isNull", "args": [self.rng.choice((self.number, self.text, self.day))(depth)]}

    def flag(self, depth: int):
        return self.rng.choice(
            (True, False, {"property": "synthetic"}, {"op": "=", "args": [{"property": "synthetic"}, True]})
        )

    def number(self, depth: int):
        if depth and self.rng.random() < 0.4:
            op = self.rng.choice(("+", "-", "*", "/", "div", "%", "^"))
            return {"op": op, "args": [self.number(depth - 1), self.number(depth - 1)]}
        field = {"property": self.rng.choice(("flow_lps", "diameter_mm", "version"))}
        return self.rng.choice((field, field, self.rng.choice((0, 1, 2, 5, 10, -3, 0.5, 100))))

    def text(self, depth: int):
        if depth and self.rng.random() < 0.3:
            return {"op": self.rng.choice(("casei", "accenti")), "args": [self.text(depth - 1)]}
        return self.rng.choice(({"property": self.rng.choice(("name", "street", "ref"))}, self.rng.choice(NAMES)))

    def day(self, depth: int):
        literal = (date(2024, 1, 1) + timedelta(days=self.rng.randint(0, 20))).isoformat()
        return self.rng.choice(
            ({"property": self.rng.choice(("installed_on", "last_inspected_on"))}, {"date": literal})
        )

    def span(self):
        days = sorted((date(2024, 1, 1) + timedelta(days=self.rng.randint(0, 20))).isoformat() for _ in range(2))
        stored = [{"property": "installed_on"}, {"property": "last_inspected_on"}]
        return {"interval": self.rng.choice((days, [days[0], ".."], ["..", days[1]], stored))}

    def time(self, depth: int):
        op = self.rng.choice(
            ("t_after", "t_before", "t_intersects", "t_during", "t_equals", "t_disjoint", "t_overlaps", "t_meets")
        )
        return {
            "op": op,
            "args": [self.rng.choice((self.day(0), self.span())), self.rng.choice((self.day(0), self.span()))],
        }

    def place(self, depth: int):
        west, south = self.rng.randint(0, 6), self.rng.randint(0, 6)
        east, north = west + self.rng.randint(1, 4), south + self.rng.randint(1, 4)
        # Two decimals: the parser of the text is right to the last digit but one.
        west, east = (round(105.8 + x / 100, 2) for x in (west, east))
        south, north = (round(21 + y / 100, 2) for y in (south, north))
        shape = self.rng.choice((
            {"bbox": [west, south, east, north]},
            {"type": "Polygon", "coordinates": [[[west, south], [east, south], [west, north], [west, south]]]},
        ))  # fmt: skip
        op = self.rng.choice(("s_intersects", "s_within", "s_disjoint", "s_touches"))
        return {"op": op, "args": [{"property": "geom"}, shape]}

    def array(self, depth: int):
        literal = self.rng.sample((50, 65, 100, 110), self.rng.randint(1, 3))
        return {"op": self.rng.choice(("a_contains", "a_containedBy", "a_equals", "a_overlaps")),
                "args": [{"property": "outlet_diameters_mm"}, literal]}  # fmt: skip


def evaluate(node, row):  # noqa: C901, PLR0911 - one line for each operation, as in the standard
    """Read a filter by the letter of CQL2 and SQL's three values; None is unknown."""
    if isinstance(node, str):
        return unicodedata.normalize("NFC", node)
    if not isinstance(node, dict):
        return node
    if "property" in node:
        value = row[node["property"]]
        return None if isinstance(value, float) and not math.isfinite(value) else value
    if "date" in node:
        return date.fromisoformat(node["date"])
    if "interval" in node or "bbox" in node or "type" in node:
        return node
    op, args = node["op"], node["args"]
    if op in {"and", "or"}:
        values = [evaluate(arg, row) for arg in args]
        decisive = op == "or"
        return decisive if decisive in values else None if None in values else not decisive
    if op == "isNull":
        return evaluate(args[0], row) is None
    if op.startswith("t_"):
        return by_time(op, args, row)
    if op == "in":
        return evaluate({"op": "or", "args": [{"op": "=", "args": [args[0], item]} for item in args[1]]}, row)
    if op == "between":
        value, low, high = args
        return evaluate(
            {"op": "and", "args": [{"op": ">=", "args": [value, low]}, {"op": "<=", "args": [value, high]}]}, row
        )
    values = [evaluate(arg, row) for arg in args]
    return None if None in values else plain(op, *values)


def plain(op, a, b=None):  # noqa: PLR0911 - one line for each operation, as in the standard
    if op == "not":
        return not a
    if op in COMPARE:
        return COMPARE[op](a, b)
    if op == "casei":
        return a.lower()
    if op == "accenti":
        bare = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", a))
        return bare.replace("đ", "d").replace("Đ", "D")
    if op == "like":
        return re.fullmatch(like_pattern(b), a, re.DOTALL) is not None
    if op.startswith("a_"):
        a, b = set(a), set(b)
        return {"a_contains": a >= b, "a_containedBy": a <= b, "a_equals": a == b, "a_overlaps": bool(a & b)}[op]
    if op.startswith("s_"):
        shape = shapely.box(*b["bbox"]) if "bbox" in b else shapely.geometry.shape(b)
        return getattr(shapely.Point(a), op.removeprefix("s_"))(shape)
    return calculated(op, float(a), float(b))


def like_pattern(pattern):
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    return "".join({"%": ".*", "_": "."}.get(part) or re.escape(part[-1]) for part in parts)


def calculated(op, x, y):  # noqa: PLR0911 - one line for each operation, as in the standard
    if any(value and not 1e-150 < abs(value) < 1e150 for value in (x, y)):
        return None
    if op in "+-*":
        return {"+": x + y, "-": x - y, "*": x * y}[op]
    if op == "^":
        if y == 0:
            return 1.0
        if x == 0:
            return 0.0 if y > 0 else None
        return x**y if (x > 0 or y == math.trunc(y)) and abs(y * math.log(abs(x))) < 345 else None
    if y == 0:
        return None
    return {"/": x / y, "div": float(math.trunc(x / y)), "%": x - y * float(math.trunc(x / y))}[op]


def by_time(op, args, row):
    (a1, a2), (b1, b2) = (ends(arg, row) for arg in args)

    def less(x, y):
        return None if x is None or y is None else x < y

    def same(x, y):
        return None if x is None or y is None else x == y

    def every(*values):
        return False if False in values else None if None in values else True

    def negated(value):
        return None if value is None else not value

    apart = negated(every(negated(less(b2, a1)), negated(less(a2, b1))))
    return {
        "t_after": less(b2, a1), "t_before": less(a2, b1), "t_disjoint": apart, "t_intersects": negated(apart),
        "t_during": every(less(b1, a1), less(a2, b2)), "t_equals": every(same(a1, b1), same(a2, b2)),
        "t_overlaps": every(less(a1, b1), less(b1, a2), less(a2, b2)), "t_meets": same(a2, b1),
    }[op]  # fmt: skip


def ends(node, row):
    if "interval" not in node:
        return [evaluate(node, row)] * 2
    bounds = zip(node["interval"], (date.min, date.max), strict=True)
    return [
        limit if end == ".." else evaluate({"date": end} if isinstance(end, str) else end, row) for end, limit in bounds
    ]


def spelt(node) -> str:  # noqa: PLR0911 - one line for each form, as in the standard
    """Write a tree as CQL2 text, with brackets only where they change what is meant."""
    if isinstance(node, bool):
        return str(node).upper()
    if isinstance(node, int | float):
        return repr(node)
    if isinstance(node, str):
        return "'" + node.replace("'", "''") + "'"
    if isinstance(node, list):
        return f"({', '.join(map(spelt, node))})"
    if "property" in node:
        return node["property"]
    if "date" in node:
        return f"DATE('{node['date']}')"
    if "interval" in node:
        return f"INTERVAL({', '.join(map(spelt, node['interval']))})"
    if "bbox" in node:
        return f"BBOX({', '.join(map(repr, node['bbox']))})"
    if "type" in node:
        return f"POLYGON(({', '.join(f'{x!r} {y!r}' for x, y in node['coordinates'][0])}))"
    return spelt_operation(node["op"], node["args"])


def spelt_operation(op: str, args: list) -> str:
    weak = {"and": {"or"}, "not": {"and", "or"}}.get(
        op, set() if op == "or" else set(COMPARE) | set("+-*/%^") | {"div"}
    )

    def part(arg) -> str:
        return f"({spelt(arg)})" if isinstance(arg, dict) and arg.get("op") in weak else spelt(arg)

    parts = [part(arg) for arg in args]
    if op in {"and", "or", "div", "like", "in", *COMPARE, *"+-*/%^"}:
        return f" {op.upper()} ".join(parts)
    if op == "between":
        return f"{parts[0]} BETWEEN {parts[1]} AND {parts[2]}"
    if op == "isNull":
        return f"{parts[0]} IS NULL"
    return f"NOT {parts[0]}" if op == "not" else f"{op.upper()}({', '.join(parts)})"


def found(text: str, lang: str) -> set[str]:
    condition = compile_filter(text, lang=lang, layer=layer_registry.get("hydrants"), audience=EVERYBODY)
    statement = sql.SQL("SELECT t.ref FROM hydrants_hydrant AS t WHERE {}").format(condition.sql)
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), condition.params)
        return {ref for (ref,) in cursor.fetchall()}


@pytest.mark.parametrize("seed", range(6))
def test_postgres_finds_what_the_tree_says(seed):
    rng = random.Random(seed)
    rows = make_rows(rng)
    Hydrant.objects.bulk_create(Hydrant(**{**row, "geom": Point(row["geom"], srid=4326)}) for row in rows)
    filters = Filters(rng)
    found_some = 0
    for _ in range(120):
        tree = filters.boolean(3)
        expected = {row["ref"] for row in rows if evaluate(tree, row) is True}
        assert found(json.dumps(tree), "cql2-json") == expected, json.dumps(tree, ensure_ascii=False)
        text = spelt(tree)
        assert found(text, "cql2-text") == expected, text
        found_some += 0 < len(expected) < len(rows)
    assert found_some > 30  # else the filters would ask for nothing
