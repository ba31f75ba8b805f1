"""CQL2 as it arrives, as text or JSON, becomes one tree, the JSON form.

The `cql2` package reads the text. Measured with its release 0.6.0: a mistake inside a group doubles the time with every
parenthesis around it (20 deep: 3 s), and a few thousand operators in a row overflow the stack, which ends the process
(AND and OR too: 2,500 of them in a thread with 1 MB). So depth and conditions are counted before it sees anything, and
it is given one group at a time, the innermost first, each replaced by a placeholder.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import cql2
import orjson

from layers.cql2_terms import InvalidFilter, shorten

MAX_LENGTH = 20_000
MAX_DEPTH = 50
MAX_CONDITIONS = 500
LANGUAGES = ("cql2-text", "cql2-json")

Tree: TypeAlias = Any
_Brackets: TypeAlias = Literal["group", "call", "list", "geometry"]

_TOKEN = re.compile(
    r"""(?P<quoted>'[^']*'|"[^"]*") | (?P<word>\w[\w.:]*) | (?P<open>\() | (?P<close>\))
      | (?P<comma>,) | (?P<operator>[<>=!]+|[-+*/^%]) | (?P<rest>\S)""",
    re.VERBOSE,
)
_GEOMETRIES = frozenset(
    {"point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection"}
)
_DIMENSIONS = frozenset({"z", "m", "zm"})
_OPERATOR_WORDS = frozenset({"not", "div", "is", "like", "between", "in"})
_BEFORE_GROUP = frozenset({"and", "or", *_OPERATOR_WORDS}) - {"in"}
_GEOMETRY_DEPTH = 4  # GEOMETRYCOLLECTION(MULTIPOLYGON(((

# Placeholders are characters that Unicode leaves to private use; a caller may use none of them.
_FIRST_PLACEHOLDER = 0xE000
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\uf8ff\ufffe\uffff\U000f0000-\U0010ffff]")
_PLACEHOLDER = re.compile("[\ue000-\uf8ff]")
_PLACE = re.compile(r"--> (\d+):(\d+)")


def read_filter(text: str, lang: str) -> Tree:
    """Return the tree of a filter, not yet checked against any layer.

    Raises
    ------
    InvalidFilter
        Too long, too deep, another language, or not of its language, with the place where it stops making sense.

    >>> read_filter("NOT (flow_lps > 5)", "cql2-text")
    {'op': 'not', 'args': [{'op': '>', 'args': [{'property': 'flow_lps'}, 5.0]}]}
    """
    if lang not in LANGUAGES:
        raise InvalidFilter(
            "There is no filter language “%(value)s” here; there are: %(known)s.",
            value=shorten(lang),
            known=", ".join(LANGUAGES),
        )
    if len(text) > MAX_LENGTH:
        raise InvalidFilter(
            "The filter has %(length)d characters: give at most %(maximum)d.", length=len(text), maximum=MAX_LENGTH
        )
    if match := _FORBIDDEN.search(text):
        raise InvalidFilter(
            "The filter has a character that is no text at position %(position)d: leave it out.",
            position=match.start() + 1,
        )
    return _read_json(text) if lang == "cql2-json" else _TextReader(text).read()


def _read_json(text: str) -> Tree:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidFilter(
            "The filter is not valid JSON: %(reason)s in line %(line)s, column %(column)s. "
            "For CQL2 text say filter-lang=cql2-text.",
            reason=error.msg.split(":")[0],
            line=error.lineno,
            column=error.colno,
        ) from error


@dataclass(slots=True)
class _Level:
    """What is open at one place of the text; `operators` are those since the last comma, AND or OR."""

    start: int
    brackets: _Brackets
    operators: int = 0


class _TextReader:
    def __init__(self, text: str) -> None:
        self._given = self._text = text
        self._levels = [_Level(0, "group")]
        self._groups: list[Tree] = []
        self._joined = 0

    def read(self) -> Tree:
        before = ""
        for token in _TOKEN.finditer(self._text):
            self._take(token, before)
            before = self._kind_before(token, before)
        if len(self._levels) > 1:
            raise InvalidFilter(
                "The bracket at %(place)s (line:column) of the filter is never closed.",
                place=_position(self._given, self._levels[-1].start),
            )
        return self._parse(0, len(self._text))

    @staticmethod
    def _kind_before(token: re.Match[str], before: str) -> str:
        word = token[0].lower() if token.lastgroup == "word" else ""
        # POINT Z (…) is still a geometry.
        return before if word in _DIMENSIONS and before in _GEOMETRIES else word

    def _take(self, token: re.Match[str], before: str) -> None:
        word = token[0].lower() if token.lastgroup == "word" else ""
        if token.lastgroup == "open":
            self._open(token.start(), before)
        elif token.lastgroup == "close":
            self._close(token)
        elif token.lastgroup == "comma" or word in {"and", "or"}:
            self._levels[-1].operators = 0
            self._joined += bool(word)
        elif token.lastgroup == "operator" or word in _OPERATOR_WORDS:
            self._levels[-1].operators += 1
        elif token[0] in {"'", '"'}:
            raise InvalidFilter(
                "The quotation mark at %(place)s (line:column) of the filter is never closed; "
                "in a text it is written twice.",
                place=_position(self._given, token.start()),
            )
        if self._joined >= MAX_CONDITIONS:
            raise InvalidFilter(
                "The filter joins more than %(maximum)d conditions: a long list is written with IN.",
                maximum=MAX_CONDITIONS,
            )
        if len(self._levels) - 1 + sum(level.operators for level in self._levels) > MAX_DEPTH:
            raise too_deep(_position(self._given, token.start()))

    def _open(self, start: int, before: str) -> None:
        inside = [level.brackets for level in self._levels]
        brackets: _Brackets = "call" if before and before not in _BEFORE_GROUP else "group"
        if before in _GEOMETRIES or inside[-1] == "geometry":
            brackets = "geometry"
            if inside.count("geometry") == _GEOMETRY_DEPTH:
                raise InvalidFilter(
                    "There is a bracket too many in a geometry at %(place)s (line:column) of the filter.",
                    place=_position(self._given, start),
                )
        elif before == "in":
            brackets = "list"
            if "list" in inside:
                raise InvalidFilter(
                    "There is a list within a list at %(place)s (line:column) of the filter.",
                    place=_position(self._given, start),
                )
        self._levels.append(_Level(start, brackets))

    def _close(self, token: re.Match[str]) -> None:
        if len(self._levels) == 1:
            raise InvalidFilter(
                "The bracket at %(place)s (line:column) of the filter was never opened.",
                place=_position(self._given, token.start()),
            )
        level = self._levels.pop()
        if level.brackets == "group":
            self._replace(level.start, token.end())

    def _replace(self, start: int, end: int) -> None:
        self._groups.append(self._parse(start, end))
        placeholder = f'"{chr(_FIRST_PLACEHOLDER + len(self._groups) - 1)}"'
        # As long as before, so that places in the text stay what they are; () is refused by the parser.
        self._text = self._text[:start] + placeholder.ljust(end - start) + self._text[end:]

    def _parse(self, start: int, end: int) -> Tree:
        fragment = self._text[start:end]
        try:
            tree = cql2.parse_text(fragment).to_json()
        except cql2.ParseError as error:
            line, column = map(int, match.groups()) if (match := _PLACE.search(str(error))) else (1, 1)
            offset = start + sum(len(text) + 1 for text in fragment.split("\n")[: line - 1]) + column - 1
            raise InvalidFilter(
                "The filter stops making sense as CQL2 text at %(place)s (line:column). Write it as in "
                "status = 'working' AND flow_lps > 10; for JSON say filter-lang=cql2-json.",
                place=_position(self._given, offset),
            ) from error
        return self._with_groups(tree)

    def _with_groups(self, tree: Tree) -> Tree:
        if isinstance(tree, list):
            return [self._with_groups(part) for part in tree]
        if not isinstance(tree, dict):
            return tree
        name = tree.get("property")
        if isinstance(name, str) and _PLACEHOLDER.fullmatch(name):
            return self._groups[ord(name) - _FIRST_PLACEHOLDER]
        return {key: self._with_groups(part) for key, part in tree.items()}


def too_deep(place: str) -> InvalidFilter:
    """Make the error for a filter of more levels than anybody means."""
    return InvalidFilter(
        "The filter is nested deeper than %(maximum)d levels (at %(place)s): write it flatter.",
        maximum=MAX_DEPTH,
        place=place,
    )


def _position(text: str, offset: int) -> str:
    before = text[:offset]
    return f"{before.count(chr(10)) + 1}:{offset - before.rfind(chr(10))}"
