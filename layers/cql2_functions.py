"""The operations of CQL2 as SQL: one table for each kind, none of which can fail on any value of any row."""

from typing import Final, LiteralString

from psycopg import sql

SPATIAL: Final[dict[str, LiteralString]] = {
    "s_intersects": "ST_Intersects({}, {})",
    "s_disjoint": "ST_Disjoint({}, {})",
    "s_equals": "ST_Equals({}, {})",
    "s_within": "ST_Within({}, {})",
    "s_contains": "ST_Contains({}, {})",
    "s_touches": "ST_Touches({}, {})",
    "s_crosses": "ST_Crosses({}, {})",
    "s_overlaps": "ST_Overlaps({}, {})",
}

# CQL2, requirement class temporal-functions: a is from a1 to a2, b from b1 to b2; an instant begins where it ends.
TEMPORAL: Final[dict[str, LiteralString]] = {
    "t_after": "{a1} > {b2}",
    "t_before": "{a2} < {b1}",
    "t_contains": "{a1} < {b1} AND {a2} > {b2}",
    "t_disjoint": "{a1} > {b2} OR {a2} < {b1}",
    "t_during": "{a1} > {b1} AND {a2} < {b2}",
    "t_equals": "{a1} = {b1} AND {a2} = {b2}",
    "t_finishedby": "{a1} < {b1} AND {a2} = {b2}",
    "t_finishes": "{a1} > {b1} AND {a2} = {b2}",
    "t_intersects": "{a1} <= {b2} AND {a2} >= {b1}",
    "t_meets": "{a2} = {b1}",
    "t_metby": "{a1} = {b2}",
    "t_overlappedby": "{a1} > {b1} AND {a1} < {b2} AND {a2} > {b2}",
    "t_overlaps": "{a1} < {b1} AND {a2} > {b1} AND {a2} < {b2}",
    "t_startedby": "{a1} = {b1} AND {a2} > {b2}",
    "t_starts": "{a1} = {b1} AND {a2} < {b2}",
}

ARRAY: Final[dict[str, LiteralString]] = {
    "a_equals": "{a} @> {b} AND {a} <@ {b}",
    "a_contains": "{a} @> {b}",
    "a_containedby": "{a} <@ {b}",
    "a_overlaps": "{a} && {b}",
}

ARITHMETIC: Final[dict[str, LiteralString]] = {
    "+": "x + y",
    "-": "x - y",
    "*": "x * y",
    "/": "x / nullif(y, 0)",
    "div": "trunc(x / nullif(y, 0))",
    "%": "x - y * trunc(x / nullif(y, 0))",
    "^": "CASE WHEN y = 0 THEN 1 WHEN x = 0 THEN CASE WHEN y > 0 THEN 0 END"
    " WHEN x > 0 OR y = trunc(y) THEN CASE WHEN abs(y * ln(abs(x))) < 345 THEN power(x, y) END END",
}

# An expression that overflows would end the whole query, so numbers beyond 1e±150, which nothing measures, are unknown.
# The subquery, kept by OFFSET, computes each operand once, however deep the expression.
_CALCULATED: Final = sql.SQL(
    "(SELECT CASE WHEN abs(x) < 1e150 AND abs(y) < 1e150 AND (x = 0 OR abs(x) > 1e-150)"
    " AND (y = 0 OR abs(y) > 1e-150) THEN {operation} END"
    " FROM (SELECT ({a})::float8 AS x, ({b})::float8 AS y OFFSET 0) AS operands)"
)

# COLLATE "C" around the result: two explicit collations in one comparison are an error.
_FOLDED: Final[dict[str, sql.SQL]] = {
    "casei": sql.SQL('(lower(({}) COLLATE "und-x-icu") COLLATE "C")'),
    # đ is a letter of its own, which no normalization takes apart.
    "accenti": sql.SQL(
        "(translate(regexp_replace(normalize({}, NFD), '[\u0300-\u036f]', '', 'g'), 'đĐ', 'dD') COLLATE \"C\")"
    ),
}
FOLDS: Final = frozenset(_FOLDED)


def calculate(operation: str, a: sql.Composable, b: sql.Composable) -> sql.Composed:
    """Return arithmetic on two numbers; unknown where there is no number, such as n/0."""
    return _CALCULATED.format(operation=sql.SQL(ARITHMETIC[operation]), a=a, b=b)


def fold(operation: str, text: sql.Composable) -> sql.Composed:
    """Return a text without its capitals (``casei``) or without its diacritics (``accenti``)."""
    return _FOLDED[operation].format(text)
