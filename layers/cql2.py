"""A CQL2 filter (OGC 21-065r2) becomes a condition in SQL: names from a list, values as parameters, nothing else."""

from collections.abc import Callable
from typing import Any, LiteralString

from psycopg import sql

from gis_core.crs import CatalogueEntry
from gis_core.registry import Layer
from layers import cql2_functions as functions
from layers.audience import Audience
from layers.cql2_leaves import GEOMETRY, Leaves, align, queryable_fields
from layers.cql2_terms import InvalidFilter, Kind, SqlFilter, Term, refuse_kind, shorten
from layers.cql2_text import MAX_DEPTH, read_filter, too_deep
from layers.crs_params import CRS84

__all__ = ["FILTER_CONFORMANCE", "GEOMETRY", "InvalidFilter", "SqlFilter", "compile_filter", "queryable_fields"]


def compile_filter(
    text: str, *, lang: str, layer: Layer, audience: Audience, filter_crs: CatalogueEntry | None = None
) -> SqlFilter:
    """Translate a filter for the table of `layer`, known as `t`.

    Parameters
    ----------
    text
        The filter as it was sent, at most 20,000 characters and 50 levels deep.
    lang
        ``cql2-text`` or ``cql2-json``.
    audience
        Whoever asks; what they may not see does not exist for them.
    filter_crs
        The CRS of the geometries in the filter, with the axis order it prescribes; None means OGC:CRS84.

    Returns
    -------
    A condition that is true, false or, where a value is unknown, NULL; as in SQL, only true finds a feature.

    Raises
    ------
    InvalidFilter, BadCoordinates, InvalidBbox, SwappedAxes
        What is wrong, where, and what would be right.
    """
    translation = _Translation(layer, audience, filter_crs or CRS84)
    term = translation.term(read_filter(text, lang), "/", 0)
    _expect(term, "boolean", "filter", "/")
    return SqlFilter(term.sql, translation.params)


class _Translation(Leaves):
    def term(self, node: Any, place: str, depth: int) -> Term:
        if depth > MAX_DEPTH:
            raise too_deep(shorten(place))
        return (
            self._operation(node, place, depth) if isinstance(node, dict) and "op" in node else self.leaf(node, place)
        )

    def _operation(self, node: dict[str, Any], place: str, depth: int) -> Term:
        name, args = node["op"], node.get("args")
        op = name.lower() if isinstance(name, str) else ""
        if op not in _COMPILERS:
            raise InvalidFilter(
                "There is no operation “%(op)s” (at %(place)s); there are: %(known)s.", place=place,
                op=shorten(name), known=", ".join(sorted(_COMPILERS)),
            )  # fmt: skip
        compiler, least, most = _COMPILERS[op]
        place = f"{place.rstrip('/')}/{op}"
        if not isinstance(args, list) or not least <= len(args) <= most:
            raise InvalidFilter(
                "%(op)s takes %(expected)s arguments, not %(found)s (at %(place)s).", place=place, op=op,
                expected=least if least == most else f"{least}…", found=len(args) if isinstance(args, list) else 0,
            )  # fmt: skip
        return compiler(self, op, args, place, depth)

    def terms(self, args: list[Any], place: str, depth: int) -> list[Term]:
        return [self.term(arg, f"{place}[{number}]", depth + 1) for number, arg in enumerate(args, 1)]


def _expect(term: Term, kind: Kind, op: str, place: str) -> None:
    if term.kind != kind:
        refuse_kind(op, kind, term, place)


def _check_codes(terms: list[Term], place: str) -> None:
    codes = next((term.codes for term in terms if term.codes), ())
    for term in terms:
        if codes and term.literal not in (None, "", *codes):
            raise InvalidFilter(
                "“%(value)s” is no code of that property (at %(place)s); there are: %(known)s.", place=place,
                value=shorten(term.literal), known=", ".join(map(str, codes)),
            )  # fmt: skip


def _comparable(op: str, terms: list[Term], place: str) -> list[Term]:
    first = terms[0]
    if first.kind not in _SCALARS:
        refuse_kind(op, "number, string, boolean, date, timestamp", first, place)
    if {term.kind for term in terms} == {"date", "timestamp"}:
        return align(*terms)
    for other in terms:
        _expect(other, first.kind, op, place)
    return terms


_SCALARS = frozenset({"number", "string", "boolean", "date", "timestamp"})
_COMPARE = {op: sql.SQL(op) for op in ("=", "<>", "<", "<=", ">", ">=")}
_C = sql.SQL('(({}) COLLATE "C")')  # by code point, whatever the database was created with


def _ordered(terms: list[Term]) -> list[sql.Composable]:
    return [_C.format(term.sql) if term.kind == "string" else term.sql for term in terms]


def _logic(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    terms = t.terms(args, place, depth)
    for number, term in enumerate(terms, 1):
        _expect(term, "boolean", op, f"{place}[{number}]")
    if op == "not":
        return _boolean("NOT {}", terms[0].sql)
    return _boolean("{}", sql.SQL(" AND " if op == "and" else " OR ").join(term.sql for term in terms))


def _compare(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    terms = _comparable(op, t.terms(args, place, depth), place)
    if op in {"=", "<>"}:
        _check_codes(terms, place)
    a, b = _ordered(terms)
    return _boolean("{} {} {}", a, _COMPARE[op], b)


def _between(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    return _boolean("{} BETWEEN {} AND {}", *_ordered(_comparable(op, t.terms(args, place, depth), place)))


def _in(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    if not isinstance(args[1], list) or not args[1]:
        raise InvalidFilter("in takes a list of one value or more (at %(place)s).", place=place)
    terms = _comparable(op, t.terms([args[0], *args[1]], place, depth), place)
    _check_codes(terms, place)
    first, *rest = _ordered(terms)
    return _boolean("{} IN ({})", first, sql.SQL(", ").join(rest))


def _like(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    text, pattern = t.terms(args, place, depth)
    _expect(text, "string", op, place)
    _expect(pattern, "string", op, place)
    if pattern.pattern is None:
        raise InvalidFilter("The pattern of like is a text, perhaps in casei or accenti (at %(place)s).", place=place)
    if (len(pattern.pattern) - len(pattern.pattern.rstrip("\\"))) % 2:
        raise InvalidFilter(
            "The pattern of like ends with a backslash that escapes nothing (at %(place)s).", place=place
        )
    return _boolean("{} LIKE {}", *_ordered([text, pattern]))


def _is_null(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    [term] = t.terms(args, place, depth)
    if term.kind == "interval":
        refuse_kind(op, "property", term, place)
    return _boolean("{} IS NULL", term.sql)


def _fold(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    [term] = t.terms(args, place, depth)
    _expect(term, "string", op, place)
    return Term(functions.fold(op, term.sql), "string", pattern=term.pattern)


def _calculate(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    a, b = t.terms(args, place, depth)
    for term in (a, b):
        _expect(term, "number", op, place)
    return Term(functions.calculate(op, a.sql, b.sql), "number")


def _spatial(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    a, b = t.terms(args, place, depth)
    for term in (a, b):
        _expect(term, "geometry", op, place)
    return _boolean(functions.SPATIAL[op], a.sql, b.sql)


def _temporal(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    a, b = t.terms(args, place, depth)
    for term in (a, b):
        if term.kind not in {"date", "timestamp", "interval"}:
            refuse_kind(op, "date, timestamp, interval", term, place)
    ends = align(*(a.ends or (a, a)), *(b.ends or (b, b)))
    named = dict(zip(("a1", "a2", "b1", "b2"), (end.sql for end in ends), strict=True))
    return _boolean(functions.TEMPORAL[op], **named)


def _array_operation(t: _Translation, op: str, args: list[Any], place: str, depth: int) -> Term:
    # The parser reads (65) as the number, not as a list of it.
    a, b = t.terms([[arg] if isinstance(arg, int | float) else arg for arg in args], place, depth)
    for term in (a, b):
        _expect(term, "array", op, place)
    return _boolean(functions.ARRAY[op], a=a.sql, b=b.sql)


def _boolean(template: LiteralString, *parts: sql.Composable, **named: sql.Composable) -> Term:
    return Term(sql.SQL("({})").format(sql.SQL(template).format(*parts, **named)), "boolean")


_Compiler = Callable[[_Translation, str, list[Any], str, int], Term]
_COMPILERS: dict[str, tuple[_Compiler, int, int]] = {
    "and": (_logic, 2, 10_000),
    "or": (_logic, 2, 10_000),
    "not": (_logic, 1, 1),
    "between": (_between, 3, 3),
    "in": (_in, 2, 2),
    "like": (_like, 2, 2),
    "isnull": (_is_null, 1, 1),
    **dict.fromkeys(_COMPARE, (_compare, 2, 2)),
    **dict.fromkeys(functions.FOLDS, (_fold, 1, 1)),
    **dict.fromkeys(functions.ARITHMETIC, (_calculate, 2, 2)),
    **dict.fromkeys(functions.SPATIAL, (_spatial, 2, 2)),
    **dict.fromkeys(functions.TEMPORAL, (_temporal, 2, 2)),
    **dict.fromkeys(functions.ARRAY, (_array_operation, 2, 2)),
}
"""For each operation what translates it, and how many arguments it takes, at least and at most."""

_PART_3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
FILTER_CONFORMANCE = (
    *(_PART_3 + name for name in ("queryables", "filter", "features-filter")),
    *(
        _CQL2 + name
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "basic-spatial-operators",  # as drafts called it, and QGIS looks for it
            "spatial-functions",
            "temporal-functions",
            "array-functions",
            "property-property",
            "arithmetic",
        )
    ),
)
"""What `tests/db/layers/test_cql2.py` shows; docs/reference/filter.md says which test shows what."""
