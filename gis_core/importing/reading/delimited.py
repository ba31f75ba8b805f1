"""CSV as Excel, QGIS and people write it: any usual delimiter and encoding, the place as WKT or in two columns."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from gis_core.importing.mapping import FieldMapping, fold
from gis_core.importing.reading.encodings import known_encoding, sniff_encoding
from gis_core.importing.reading.source import BadFile, unreadable
from gis_core.importing.rows import BadValue, Row

DELIMITERS: Final = ",;\t|"

_WKT: Final = ("wkt", "geom_wkt", "wkt_geom", "geometry", "geom", "the_geom", "hinh_hoc")
# Longitude and latitude say what they are; X and Y do not even say which comes first.
_DEGREES: Final = (("lon", "lat"), ("longitude", "latitude"), ("lng", "lat"), ("long", "lat"), ("kinh_do", "vi_do"))
_PLANE: Final = (
    ("x", "y"),
    ("easting", "northing"),
    ("x_coord", "y_coord"),
    ("coord_x", "coord_y"),
    ("toa_do_x", "toa_do_y"),
)
_COORDINATE: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")

# Our own exports, and others, put an apostrophe before what a spreadsheet would take for a formula.
_DEFUSED: Final = re.compile(r"'(?=[\s']*[=+@＝＋＠－\t\r\n-])")

# The border of a rural commune as WKT is longer than the 131,072 characters that csv allows for.
csv.field_size_limit(100 * 2**20)


class CsvSource:
    """A table of text; its first line names the columns, and a row's number is the line that it starts on."""

    stated_crs = None
    truncates_names = False

    def __init__(self, path: Path, *, encoding: str | None, mapping: FieldMapping) -> None:
        data = path.read_bytes()
        self.encoding = known_encoding(encoding) if encoding else sniff_encoding(data)
        try:
            self._text = data.decode(self.encoding)
        except UnicodeDecodeError as error:
            raise BadFile(
                "The file is not in %(encoding)s (byte %(at)d): leave out --encoding, or give another one.",
                encoding=self.encoding,
                at=error.start,
            ) from error
        self._start, self._delimiter = _dialect(self._text)
        self._header = _checked_header(next(self._reader(), []))
        self._geometry, used, self.usual_crs = _geometry_of(self._header, mapping)
        self.columns = tuple(name for name in self._header if name and name not in used)

    def _reader(self) -> Any:
        return csv.reader(StringIO(self._text[self._start :], newline=""), delimiter=self._delimiter)

    def rows(self) -> Iterator[Row]:
        """Read the lines that are not empty."""
        reader, header_at = self._reader(), 2 if self._start else 1
        line = ended = 0
        try:
            for index, cells in enumerate(reader):
                line, ended = header_at + ended if index else header_at, reader.line_num
                if index and any(cell.strip() for cell in cells):
                    yield self._row(line, cells)
        except csv.Error as error:
            raise BadFile("The table breaks off in line %(line)d: %(reason)s.", line=line, reason=str(error)) from error

    def _row(self, number: int, cells: list[str]) -> Row:
        row = Row(number, {})
        if len(cells) > len(self._header) and any(cells[len(self._header) :]):
            row.complain(
                "",
                BadValue(
                    "The line has %(cells)d cells, the header %(columns)d: quote cells that hold the delimiter.",
                    cells=len(cells),
                    columns=len(self._header),
                ),
            )
        record = dict.fromkeys(self._header, "") | dict(zip(self._header, cells, strict=False))
        row.raw = {name: record[name][bool(_DEFUSED.match(record[name])) :] for name in self.columns}
        try:
            row.geom = self._geometry(record)
        except BadValue as error:
            row.complain("geom", error)
        return row


def _dialect(text: str) -> tuple[int, str]:
    """Tell where the table starts, and its delimiter: what stands most often in the header, outside quotes."""
    if told := re.match(r"sep=(.)\r?\n", text, re.IGNORECASE):  # Excel's own way to say it
        return told.end(), told[1]
    header = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return 0, max(DELIMITERS, key=header.count)


def _checked_header(cells: list[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    if not any(header):
        raise BadFile("The file is empty: its first line must name the columns.")
    if twice := [name for name, count in Counter(header).items() if name and count > 1]:
        raise BadFile("Columns are named twice (%(names)s): name each of them once.", names=", ".join(twice))
    return header


_Reader = Callable[[dict[str, str]], BaseGeometry | None]


def _geometry_of(header: list[str], mapping: FieldMapping) -> tuple[_Reader, set[str], str | None]:
    """Find how the table says where things are: the reader, the columns it uses, the usual CRS of such columns."""
    folded = {fold(name): name for name in reversed(header)}
    if mapping.wkt or mapping.x:
        names = [name for name in (mapping.wkt, mapping.x, mapping.y) if name]
        if unknown := set(names) - set(header):
            raise BadFile(
                "The mapping names columns that the file has not (%(names)s); it has: %(header)s.",
                names=", ".join(sorted(unknown)),
                header=", ".join(header),
            )
        return (_wkt_reader if mapping.wkt else _pair_reader)(*names), set(names), None
    for name in _WKT:
        if name in folded:
            # Degrees beside it are for people; they say the same once more.
            beside = {folded[each] for pair in _DEGREES for each in pair if folded.keys() >= set(pair)}
            return _wkt_reader(folded[name]), {folded[name], *beside}, None
    for pairs, crs in ((_DEGREES, "EPSG:4326"), (_PLANE, None)):
        for x, y in pairs:
            if x in folded and y in folded:
                return _pair_reader(folded[x], folded[y]), {folded[x], folded[y]}, crs
    raise BadFile(
        'No column says where the rows lie: name them WKT, or lon and lat, or X and Y, or say in the mapping as "wkt", '
        'or "x" (easting or longitude) and "y". There are: %(header)s.',
        header=", ".join(header),
    )


def _wkt_reader(name: str) -> _Reader:
    def read(record: dict[str, str]) -> BaseGeometry | None:
        if not (text := record[name].strip()):
            return None
        try:
            with np.errstate(invalid="ignore"):  # NaN is refused later, with the others that are not finite
                return shapely.from_wkt(text)
        except (ShapelyError, ValueError) as error:
            raise unreadable(error) from error

    return read


def _pair_reader(x: str, y: str) -> _Reader:
    def read(record: dict[str, str]) -> BaseGeometry | None:
        if not record[x].strip() and not record[y].strip():
            return None
        return shapely.Point(_coordinate(x, record[x]), _coordinate(y, record[y]))

    return read


def _coordinate(name: str, text: str) -> float:
    """Read a coordinate: a comma alone is decimal, since nobody groups the thousands of 105,8523 or 588394,44."""
    number = text.strip()
    if "." not in number and number.count(",") == 1:
        number = number.replace(",", ".")
    if not _COORDINATE.fullmatch(number):
        raise BadValue(
            '%(name)s is "%(text)s": write one number with a decimal point or comma, without groups of thousands.',
            name=name,
            text=text[:40],
        )
    return float(number)
