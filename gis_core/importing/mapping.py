"""How the columns of a file become the fields of a layer: by name, by title, or as a mapping file says.

A mapping is the place for human decisions about one provider's files; keep it beside them, with comments.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, Self

from django.utils.translation import override

from gis_core.errors import BadRequest
from gis_core.fields import LayerField
from gis_core.registry import Layer

SHAPEFILE_NAME_LENGTH: Final = 10


class BadMapping(BadRequest):
    """A mapping that does not fit the file or the layer."""

    code = "bad-mapping"
    title = "The columns cannot be mapped"


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """Fold a name to what stays when case, diacritics and punctuation are forgotten.

    >>> fold("Đường kính (mm)"), fold("Trạng thái")
    ('duong_kinh_mm', 'trang_thai')
    """
    plain = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return re.sub(r"\W+|_+", "_", letters).strip("_")


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """The decisions of a mapping file; each is optional.

    Parameters
    ----------
    fields
        Column of the file → field of the layer; null: the column is left out altogether.
    values
        Field → text of the file → value; compared without regard to case and diacritics.
    constants
        Field → value for every row.
    ref
        Templates of the natural key, such as ``"{district}-{number}"``; the first whose columns are all filled is used.
        ``{@id}`` is the id that a GeoJSON feature carries outside its properties.
    crs, encoding
        As the options of the same name.
    units
        Field → unit that its bare numbers are in, such as ``"in"`` for ``diameter_mm``.
    decimal
        The decimal mark of the file, needed where numbers such as 1.200 could mean two things.
    wkt, x, y
        Columns of a CSV that hold the place; x is easting or longitude.
    table
        Which table of a GeoPackage.
    """

    fields: Mapping[str, str | None] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    ref: tuple[str, ...] = ()
    crs: str | None = None
    encoding: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    decimal: Literal[".", ","] | None = None
    wkt: str | None = None
    x: str | None = None
    y: str | None = None
    table: str | None = None

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a mapping file (JSON)."""
        try:
            return cls.from_json(json.loads(path.read_text("utf-8-sig")))
        except OSError as error:
            raise BadMapping("There is no mapping file %(path)s.", path=str(path)) from error
        except ValueError as error:
            raise BadMapping("The mapping is not valid JSON: %(reason)s.", reason=str(error)) from error

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Check the parts of a mapping; keys that start with ``#`` are comments."""
        if not isinstance(data, dict):
            raise BadMapping("A mapping is a JSON object.")
        given = {key: value for key, value in data.items() if not key.startswith("#")}
        known = [each.name for each in fields(cls)]
        if unknown := sorted(set(given) - set(known)):
            raise BadMapping(
                "The mapping says %(unknown)s; it may say: %(known)s.",
                unknown=", ".join(unknown),
                known=", ".join(known),
            )
        if "ref" in given:
            given["ref"] = (given["ref"],) if isinstance(given["ref"], str) else tuple(given["ref"])
        for name in ("fields", "values", "constants", "units"):
            if not isinstance(given.get(name, {}), dict):
                raise BadMapping('"%(name)s" in the mapping must be a JSON object.', name=name)
        if given.get("decimal") not in {None, ".", ","} or (given.get("x") is None) != (given.get("y") is None):
            raise BadMapping('"decimal" in the mapping is "." or ","; "x" and "y" come together.')
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column of the file goes."""

    matched: Mapping[str, str]
    """Column → field."""
    unmatched: tuple[str, ...]
    """Columns kept word for word in `tags`."""
    ignored: tuple[str, ...]
    """Columns that the database keeps by itself, or that the mapping leaves out."""


def match_columns(layer: Layer, columns: Iterable[str], mapping: FieldMapping, *, truncated: bool) -> Columns:
    """Match the columns of a file with the fields of the layer.

    Raises
    ------
    BadMapping
        The mapping names a column or a field that does not exist, or two columns match one field.
    """
    names = tuple(columns)
    _check_names(layer, names, mapping)
    matched: dict[str, str] = {column: target for column, target in mapping.fields.items() if target}
    free = [name for name in names if name not in mapping.fields]
    # Names before titles, so that a column "status" and another "Trạng thái" do not fight.
    for titles in (_by_name(layer), _by_title(layer), _by_cut_name(layer) if truncated else {}):
        # Where a template makes the reference, a column of that name is one of its parts, or something else.
        taken = {*matched.values(), *(["ref"] if mapping.ref else [])}
        found = {name: titles[fold(name)] for name in free if fold(name) in titles and name not in matched}
        matched |= {name: target for name, target in found.items() if target not in taken}
    _check_unique(matched)
    read_only = {f.name for f in layer.fields if not f.editable}
    return Columns(
        {name: matched[name] for name in names if name in matched and matched[name] not in read_only},
        tuple(name for name in free if name not in matched),
        tuple(
            name
            for name in names
            if (name in mapping.fields or name in matched) and matched.get(name) in {None, *read_only}
        ),
    )


def _check_names(layer: Layer, columns: tuple[str, ...], mapping: FieldMapping) -> None:
    if missing := [name for name in mapping.fields if name not in columns]:
        raise BadMapping(
            "The mapping names columns that the file has not (%(missing)s); it has: %(columns)s.",
            missing=", ".join(missing),
            columns=", ".join(columns),
        )
    targets = {f.name for f in layer.fields if f.editable}
    asked = {*filter(None, mapping.fields.values()), *mapping.constants, *mapping.values, *mapping.units}
    if unknown := sorted(asked - targets):
        raise BadMapping(
            "%(layer)s has no field %(unknown)s to import to; it has: %(known)s.",
            layer=layer.id,
            unknown=", ".join(unknown),
            known=", ".join(sorted(targets)),
        )


def _check_unique(matched: Mapping[str, str]) -> None:
    for target, count in Counter(matched.values()).items():
        if count > 1:
            raise BadMapping(
                "%(columns)s would all become %(target)s: say which one in the mapping, and null for the others, as "
                '"fields".',
                columns=", ".join(column for column, other in matched.items() if other == target),
                target=target,
            )


def _by_name(layer: Layer) -> dict[str, str]:
    return {f.name: f.name for f in layer.fields}


def _by_title(layer: Layer) -> dict[str, str]:
    """Give the fields by their Vietnamese and English titles, without those that two fields share."""
    titles: set[tuple[str, str]] = set()
    for language in ("vi", "en"):
        with override(language):
            titles |= {(fold(str(f.title)), f.name) for f in layer.fields}
    return _unambiguous(titles)


def _by_cut_name(layer: Layer) -> dict[str, str]:
    return _unambiguous(
        (f.name[:SHAPEFILE_NAME_LENGTH].strip("_"), f.name) for f in layer.fields if len(f.name) > SHAPEFILE_NAME_LENGTH
    )


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    listed = set(pairs)
    count = Counter(title for title, _ in listed)
    return {title: name for title, name in listed if count[title] == 1}


def writable_fields(layer: Layer) -> dict[str, LayerField]:
    """Give the fields that a file may fill, by name."""
    return {f.name: f for f in layer.fields if f.editable}
