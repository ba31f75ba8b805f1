"""Sheets to keep: pages and PDF files that carry their map, styles and scripts inside and ask nobody for anything."""

from layers.sheets.drawing import Box, Dots, Drawn, Pen, SheetMap, Sign
from layers.sheets.page import SHUT_IN, sheet_page
from layers.sheets.pdf import sheet_pdf

__all__ = ["SHUT_IN", "Box", "Dots", "Drawn", "Pen", "SheetMap", "Sign", "sheet_page", "sheet_pdf"]
