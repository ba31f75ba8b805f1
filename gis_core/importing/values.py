"""Cells to the fields of the layer: one converter a column, the natural key, and what has no column."""

import re
from collections.abc import Sequence
from typing import Any, Final

from gis_core.errors import ThuyLoError
from gis_core.importing.convert import Convert, converter_for
from gis_core.importing.job import Job, Step
from gis_core.importing.mapping import BadMapping, Columns, FieldMapping, writable_fields
from gis_core.importing.rows import Row
from gis_core.importing.sanitize import clean_cell, name_lost_letters, storable
from gis_core.registry import Layer

_PLACE: Final = re.compile(r"\{([^{}]+)\}")


def check_reference(layer: Layer, columns: Columns, mapping: FieldMapping) -> None:
    """Make sure that rows will have a natural key, without which nothing can be compared.

    Raises
    ------
    BadMapping
        No column matches `ref`, and the mapping does not say how to make one.
    """
    every = (*columns.matched, *columns.unmatched, *columns.ignored)
    if mapping.ref:
        asked = {name for template in mapping.ref for name in _PLACE.findall(template)} - {"@id"}
        if unknown := sorted(asked - set(every)):
            raise BadMapping(
                '"ref" in the mapping uses columns that the file has not: %(unknown)s.', unknown=", ".join(unknown)
            )
    elif every and "ref" not in columns.matched.values():  # a file without columns has no rows to refuse either
        raise BadMapping(
            "No column is the reference by which rows of %(layer)s are known again: say in a mapping which one is, "
            'such as {"ref": ["HN-{%(column)s}"]}. Columns: %(columns)s.',
            layer=layer.id,
            column=every[0],
            columns=", ".join(every[:12]) + (", …" if len(every) > 12 else ""),  # noqa: PLR2004 - enough to recognize
        )


def value_mapper(layer: Layer, columns: Columns, mapping: FieldMapping) -> Step:
    """Prepare the converters once, and give the step that fills `values` and `tags` of every row."""
    fields = writable_fields(layer)
    model = layer.model._meta
    converters: dict[str, Convert] = {
        name: converter_for(fields[name], model.get_field(name), mapping)  # type: ignore[arg-type]  # never a reverse one
        for name in {*columns.matched.values(), *mapping.constants, "ref"}
    }

    def map_values(rows: Sequence[Row], job: Job) -> None:
        for row in rows:
            name_lost_letters(row)
            for name, value in mapping.constants.items():
                _convert(row, name, converters[name], value)
            for column, name in columns.matched.items():
                _convert(row, name, converters[name], row.raw.get(column))
            if mapping.ref:
                _convert(row, "ref", converters["ref"], _reference(row, mapping.ref))
            row.tags = {name: _kept(row.raw.get(name)) for name in columns.unmatched}

    return map_values


def _convert(row: Row, name: str, convert: Convert, cell: Any) -> None:
    try:
        row.values[name] = convert(cell)
    except ThuyLoError as error:
        row.complain(name, error)


def _reference(row: Row, templates: Sequence[str]) -> str | None:
    """Fill the first template whose places are all filled."""
    cells = {name: clean_cell(value) for name, value in row.raw.items()} | {"@id": row.file_id or None}
    for template in templates:
        if all(cells.get(name) is not None for name in _PLACE.findall(template)):
            return _PLACE.sub(lambda place: _plain(cells[place[1]]), template)
    return None


def _plain(value: Any) -> str:
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _kept(value: Any) -> Any:
    """Give what goes into `tags`: word for word, None for an empty cell."""
    return None if value is None or value == "" else storable(value)
