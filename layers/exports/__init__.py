"""A layer as a file: the same policy and the same attributes as serving, never the whole layer in memory.

Text is streamed from the database as PostgreSQL writes it; all other formats are written by GDAL or Arrow into a
temporary file, block by block. What is asked stands in `question`, the list of formats in `formats`.
"""

from layers.exports.formats import FORMATS, Format, OnlyDegrees, UnknownFormat, check_crs, file_name, find_format
from layers.exports.question import PARAMETERS, ExportQuery
from layers.exports.slots import TooManyExports, export_in_slot
from layers.exports.writing import export_chunks, export_to, export_version

__all__ = [
    "FORMATS",
    "PARAMETERS",
    "ExportQuery",
    "Format",
    "OnlyDegrees",
    "TooManyExports",
    "UnknownFormat",
    "check_crs",
    "export_chunks",
    "export_in_slot",
    "export_to",
    "export_version",
    "file_name",
    "find_format",
]
