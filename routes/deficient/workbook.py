"""The list as a workbook (XLSX): the areas by ward, sums by ward, and a sheet on method and grounds.

Every text is written as a text: one that begins with “=” or “@” is never a formula, whoever typed it.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from django.utils.timezone import localtime
from django.utils.translation import gettext

from gis_core.wording import say_number
from routes.deficient.basis import LEGAL_BASIS, method_lines, remedy_lines
from routes.deficient.listing import Line, Living, Totals, Ward, totals_of
from routes.deficient_models import Cause

_WIDTHS: Final = (6, 26, 34, 24, 30, 9, 14, 14, 50, 44, 22, 26)
_A4: Final = 9


def write_workbook(wards: Sequence[Ward], *, title: str, notes: Sequence[str], rests_on: dict[str, Any]) -> bytes:
    """Write the workbook.

    Parameters
    ----------
    notes
        What must stand above the list, such as that it is a draft.
    rests_on
        From `routes.deficient.listing.computed_from`.
    """
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        _Book(book).write(wards, title, notes, rests_on)
    return out.getvalue()


class _Book:
    """The three sheets and their styles."""

    def __init__(self, book: Any) -> None:
        self.book = book
        wrap = {"text_wrap": True, "valign": "top", "border": 1}
        self.cell, self.head = book.add_format(wrap), book.add_format({**wrap, "bold": True, "bg_color": "#E5E7EB"})
        self.bold, self.ward = book.add_format({"bold": True}), book.add_format({**wrap, "bold": True})
        self.large, self.plain = book.add_format({"bold": True, "font_size": 14}), book.add_format({"text_wrap": True})

    def write(self, wards: Sequence[Ward], title: str, notes: Sequence[str], rests_on: dict[str, Any]) -> None:
        self._list(wards, title, notes)
        self._sums(wards)
        self._method(rests_on)

    def _sheet(self, name: str, widths: Sequence[int]) -> Any:
        sheet = self.book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _list(self, wards: Sequence[Ward], title: str, notes: Sequence[str]) -> None:
        sheet = self._sheet(gettext("List"), _WIDTHS)
        for row, text in enumerate([title, *notes]):
            sheet.write_string(row, 0, text, self.large if row == 0 else self.bold)
        row = len(notes) + 2
        headings = (
            gettext("No"), gettext("Ward"), gettext("Lane or area"), gettext("Cause"), gettext("Depth of the lane"),
            gettext("Houses"), gettext("Households"), gettext("People"),
            gettext("What stops an engine, why water lacks"),
            gettext("Remedies and their sources"), gettext("Code"), gettext("Decision"),
        )  # fmt: skip
        for column, text in enumerate(headings):
            sheet.write_string(row, column, text, self.head)
        sheet.freeze_panes(row + 1, 3)
        sheet.repeat_rows(row)
        first = row
        for ward in wards:
            for line in ward.lines:
                row += 1
                self._line(sheet, row, ward, line)
        sheet.autofilter(first, 0, row, len(headings) - 1)

    def _line(self, sheet: Any, row: int, ward: Ward, line: Line) -> None:
        area = line.area
        sheet.write_number(row, 0, line.number, self.cell)
        for column, text in ((1, ward.name), (2, area.lane_name or area.ref), (3, line.cause), (4, line.depth)):
            sheet.write_string(row, column, text, self.cell)
        self._count(sheet, row, 5, area.houses)
        for column, living in ((6, line.households), (7, line.people)):
            self._living(sheet, row, column, living)
        remedies = "\n".join(f"{remedy} ({source})" if source else remedy for remedy, source in line.remedies)
        for column, text in ((8, "\n".join(line.why)), (9, remedies), (10, area.ref), (11, area.decision)):
            sheet.write_string(row, column, text, self.cell)

    def _count(self, sheet: Any, row: int, column: int, count: int | None) -> None:
        if count is None:
            sheet.write_string(row, column, gettext("unknown"), self.cell)
        else:
            sheet.write_number(row, column, count, self.cell)

    def _living(self, sheet: Any, row: int, column: int, living: Living) -> None:
        """Write a number only where it is the whole truth."""
        if living.shown and not living.not_recorded:
            self._count(sheet, row, column, living.recorded)
        else:
            sheet.write_string(row, column, str(living), self.cell)

    def _sums(self, wards: Sequence[Ward]) -> None:
        sheet = self._sheet(gettext("By ward"), (30, 10, 10, 16, 16, 16, 16, 22, 22))
        causes = list(Cause)
        headings = [gettext("Ward"), gettext("Areas"), gettext("Houses"), *(str(cause.label) for cause in causes)]
        for column, text in enumerate([*headings, gettext("Households"), gettext("People")]):
            sheet.write_string(0, column, text, self.head)
        rows = [(ward.name, ward.totals) for ward in wards]
        rows.append((gettext("Total"), totals_of(line for ward in wards for line in ward.lines)))
        for row, (name, totals) in enumerate(rows, start=1):
            self._sum(sheet, row, name, totals)

    def _sum(self, sheet: Any, row: int, name: str, totals: Totals) -> None:
        sheet.write_string(row, 0, name, self.ward)
        for column, count in enumerate([totals.areas, totals.houses, *totals.by_cause.values()], start=1):
            sheet.write_number(row, column, count, self.cell)
        self._living(sheet, row, 7, totals.households)
        self._living(sheet, row, 8, totals.people)

    def _method(self, rests_on: dict[str, Any]) -> None:
        sheet = self._sheet(gettext("Method and grounds"), (60, 90))
        rows: list[tuple[str, str]] = [(gettext("Legal basis"), "")]
        rows += [(str(ground.title), str(ground.clause)) for ground in LEGAL_BASIS]
        rows += [("", ""), (gettext("Method"), "")] + [("", line) for line in method_lines()]
        rows += [("", ""), (gettext("What it was computed from"), ""), *basis_lines(rests_on)]
        rows += [("", ""), (gettext("Remedies and their sources"), ""), *remedy_lines()]
        for row, (left, right) in enumerate(rows):
            sheet.write_string(row, 0, left, self.plain if right else self.bold)
            sheet.write_string(row, 1, right, self.plain)


def basis_lines(rests_on: dict[str, Any]) -> list[tuple[str, str]]:
    """Say what the areas were computed from, line by line."""
    return [
        (gettext("Judged for the vehicles"), ", ".join(rests_on["vehicles"]) or gettext("unknown")),
        (gettext("A house lacks a road beyond"), _depths(rests_on["depths"])),
        (gettext("Computed at"), _moments(rests_on["from"], rests_on["to"])),
        (gettext("Areas drawn by people"), say_number(rests_on["by_hand"], 0)),
        *((gettext("Data version"), version) for version in rests_on["versions"]),
    ]


def _depths(depths: Sequence[float]) -> str:
    return ", ".join(f"{say_number(depth, 0)} m" for depth in depths) or gettext("unknown")


def _moments(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return gettext("never: all areas were drawn by people")
    told = [localtime(moment).strftime("%d/%m/%Y %H:%M") for moment in (first, last)]
    return told[0] if told[0] == told[1] else " – ".join(told)
