"""GeoPackage and shapefile, read by GDAL through pyogrio in blocks; coordinates stay as they are in the file."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Final

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from shapely.geometry.base import BaseGeometry

from gis_core.importing.reading.encodings import known_encoding, sniff_encoding
from gis_core.importing.reading.source import BadFile, unreadable
from gis_core.importing.rows import Row

BLOCK: Final = 20_000
"""Rows held in memory at once."""
MAX_UNPACKED_BYTES: Final = 4 * 2**30

_INTEGERS: Final = frozenset({"OFTInteger", "OFTInteger64"})


class _GdalSource:
    usual_crs: ClassVar[str | None] = None
    truncates_names: ClassVar[bool] = False
    _read_as: ClassVar[str | None] = None

    def __init__(self, path: Path, table: str | None = None) -> None:
        self._path, self._table = path, table
        try:
            info = pyogrio.read_info(path, layer=table, encoding=self._read_as)
        except (DataSourceError, ValueError) as error:
            raise BadFile("The file cannot be read: %(reason)s.", reason=str(error).rstrip(".")) from error
        self.stated_crs: str | None = info["crs"]
        self.encoding = "utf-8"
        self._names = tuple(map(str, info["fields"]))
        self._whole = [kind in _INTEGERS for kind in info["ogr_types"]]
        self._flag = [subtype == "OFSTBoolean" for subtype in info["ogr_subtypes"]]

    @property
    def columns(self) -> tuple[str, ...]:
        return self._names

    def rows(self) -> Iterator[Row]:
        start = 0
        while block := self._block(start):
            yield from block
            start += len(block)

    def _block(self, start: int) -> list[Row]:
        _, _, wkb, arrays = pyogrio.raw.read(
            self._path,
            layer=self._table,
            encoding=self._read_as,
            skip_features=start,
            max_features=BLOCK,
            datetime_as_string=True,
        )
        columns = [self._values(index, array) for index, array in enumerate(arrays)]
        cells = zip(*columns, strict=True) if columns else iter([()] * len(wkb))
        return [
            self._row(start + offset, wkb[offset - 1], dict(zip(self.columns, values, strict=True)))
            for offset, values in enumerate(cells, 1)
        ]

    def _values(self, index: int, array: Any) -> list[Any]:
        """Give a column as Python values; GDAL hands over integers with gaps as floats, and NaN for a gap."""
        values = [None if value != value else value for value in array.tolist()]  # noqa: PLR0124 - NaN
        if array.dtype.kind == "f" and self._flag[index]:
            return [None if value is None else bool(value) for value in values]
        if array.dtype.kind == "f" and self._whole[index]:
            return [None if value is None else int(value) for value in values]
        return values

    @staticmethod
    def _row(number: int, wkb: bytes | None, raw: dict[str, Any]) -> Row:
        row = Row(number, raw)
        if wkb is not None:
            geom: BaseGeometry | None = shapely.from_wkb(wkb, on_invalid="ignore")
            row.geom = geom
            if geom is None:
                row.complain("geom", unreadable(ValueError("damaged WKB")))
        return row


class GeoPackageSource(_GdalSource):
    """One table of a GeoPackage."""

    def __init__(self, path: Path, *, table: str | None) -> None:
        super().__init__(path, table or _only_table(path))
        if self.stated_crs and "Undefined" in self.stated_crs:
            self.stated_crs = None


def _only_table(path: Path) -> str:
    try:
        names = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry]
    except DataSourceError as error:
        raise BadFile("The file cannot be read: %(reason)s.", reason=str(error).rstrip(".")) from error
    if len(names) != 1:
        raise BadFile(
            'The GeoPackage holds %(count)d tables with geometry (%(names)s): name one as "table" in the mapping.',
            count=len(names),
            names=", ".join(names),
        )
    return names[0]


class ShapefileSource(_GdalSource):
    """A shapefile: its CRS is the text of its .prj, not what GDAL makes of it, and its texts are decoded by us."""

    truncates_names = True
    _read_as = "ISO-8859-1"  # maps each byte to one character, so that the bytes can be had back

    def __init__(self, path: Path, *, encoding: str | None) -> None:
        super().__init__(path)
        prj = _beside(path, ".prj")
        self.stated_crs = prj.read_text("utf-8", "replace").strip() or None if prj else None
        self.encoding = known_encoding(encoding) if encoding else _encoding_of(path)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(map(self._decoded, self._names))

    def _values(self, index: int, array: Any) -> list[Any]:
        return [self._decoded(v) if isinstance(v, str) else v for v in super()._values(index, array)]

    def _decoded(self, text: str) -> str:
        return text.encode("latin-1").decode(self.encoding, "replace")


def _encoding_of(path: Path) -> str:
    if (cpg := _beside(path, ".cpg")) and (name := cpg.read_text("ascii", "ignore").strip()):
        return known_encoding(name)
    dbf = _beside(path, ".dbf")
    return sniff_encoding(dbf.read_bytes()[_header_length(dbf) :]) if dbf else "utf-8"


def _header_length(dbf: Path) -> int:
    with dbf.open("rb") as file:
        return int(np.frombuffer(file.read(12)[8:10], "<u2")[0])


def _beside(path: Path, suffix: str) -> Path | None:
    """Find a part of the shapefile whatever the case of its suffix."""
    return next((p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() == suffix), None)


@contextmanager
def open_shapefile(path: Path, *, encoding: str | None) -> Iterator[ShapefileSource]:
    """Open a shapefile, or the one in a zip archive."""
    if path.suffix.lower() == ".shp":
        yield ShapefileSource(path, encoding=encoding)
        return
    with TemporaryDirectory(prefix="thuy-lo-import-") as folder:
        yield ShapefileSource(_unpacked(path, Path(folder)), encoding=encoding)


def _unpacked(archive: Path, folder: Path) -> Path:
    """Unpack the parts of the one shapefile under plain names, whatever paths the archive claims."""
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [m for m in packed.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
            layers = [m.filename for m in members if m.filename.lower().endswith(".shp")]
            if len(layers) != 1:
                raise BadFile("The archive holds %(count)d shapefiles: pack exactly one .shp.", count=len(layers))
            if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                raise BadFile("The archive unpacks to more than 4 GiB: give it in parts.")
            for member in members:
                if member.filename[:-3].lower() == layers[0][:-3].lower():
                    (folder / f"layer{member.filename[-4:].lower()}").write_bytes(packed.read(member))
    except zipfile.BadZipFile as error:
        raise BadFile("The archive is damaged: pack it again.") from error
    return folder / "layer.shp"
