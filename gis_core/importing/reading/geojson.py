"""GeoJSON (RFC 7946), one feature in memory at a time; numbers, texts and nested values exactly as written."""

import json
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from gis_core.importing.reading.source import BadFile, unreadable
from gis_core.importing.rows import BadValue, Row

_BLANK: Final = re.compile(r"[ \t\n\r]*")


def _no_constant(name: str) -> NoReturn:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


_decode: Final = json.JSONDecoder(parse_constant=_no_constant).raw_decode


class GeoJsonSource:
    """A FeatureCollection; the whole text is checked when it is opened, so that no half of a broken file is taken."""

    usual_crs = "OGC:CRS84"
    encoding = "utf-8"
    truncates_names = False

    def __init__(self, path: Path) -> None:
        try:
            self._text = path.read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadFile("The file is not in UTF-8, as GeoJSON must be.") from error
        columns: dict[str, None] = {}
        others: dict[str, Any] = {}
        for key, value in _members(self._text):
            if key == "":
                columns.update(dict.fromkeys(_properties(value)))
            else:
                others[key] = value
        if others.get("type") != "FeatureCollection":
            raise BadFile("The file is no FeatureCollection: wrap what it holds in one.")
        self.columns = tuple(columns)
        self.stated_crs = _crs_member(others["crs"]) if others.get("crs") is not None else None

    def rows(self) -> Iterator[Row]:
        """Read the features; the first has number 1."""
        features = (value for key, value in _members(self._text) if key == "")
        for number, feature in enumerate(features, 1):
            yield _row(number, feature)


def _row(number: int, feature: Any) -> Row:
    row = Row(number, dict(_properties(feature)))
    if not isinstance(feature, dict):
        row.complain("", BadValue("This is no GeoJSON feature."))
        return row
    row.file_id = str(feature.get("id", ""))
    geometry = feature.get("geometry")
    if geometry is None:
        return row
    try:
        row.geom = shape(geometry)
        # A position of one number is only noticed when it is looked at.
        shapely.get_coordinates(row.geom)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        row.geom = None
        row.complain("geom", unreadable(error))
    return row


def _properties(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _crs_member(crs: Any) -> str:
    """Read the `crs` member of the 2008 draft, which GDAL still writes."""
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) and crs.get("type") == "name" else None
    if not isinstance(name, str):
        raise BadFile(
            'The "crs" member of the file names no CRS: give it as a name, such as EPSG:5897, or leave it out.'
        )
    return name


def _members(text: str) -> Iterator[tuple[str, Any]]:
    """Walk the top-level object: each feature under the empty key, every other member under its own."""
    try:
        at = _expect(text, _skip(text, 0), "{")
        while True:
            key, at = _decode(text, _skip(text, at))
            at = _skip(text, _expect(text, _skip(text, at), ":"))
            if key == "features":
                at = yield from _elements(text, at)
            else:
                value, at = _decode(text, at)
                yield str(key), value
            at = _skip(text, at)
            if text[at : at + 1] != ",":
                break
            at += 1
        _expect(text, at, "}")
    except (ValueError, RecursionError) as error:
        raise BadFile("The file is not valid JSON: %(reason)s.", reason=str(error)) from error


def _elements(text: str, at: int) -> Generator[tuple[str, Any], None, int]:
    at = _skip(text, _expect(text, at, "["))
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        value, at = _decode(text, at)
        yield "", value
        at = _skip(text, at)
        if text[at : at + 1] != ",":
            return _expect(text, at, "]")
        at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, sign: str) -> int:
    if text[at : at + 1] != sign:
        raise json.JSONDecodeError(f"expected {sign}", text, at)
    return at + 1
