"""Files into layers, honestly: nothing is guessed, nothing is lost, nothing is written without being asked to.

The steps stand in `gis_core.importing.pipeline`; each lives in a module of its own.
"""

from gis_core.importing.mapping import BadMapping, FieldMapping
from gis_core.importing.pipeline import ImportFailed, import_file
from gis_core.importing.reading import BadFile
from gis_core.importing.report import ImportReport
from gis_core.importing.rows import Complaint, Outcome, Row
from gis_core.importing.scope import OPERATOR

__all__ = [
    "OPERATOR",
    "BadFile",
    "BadMapping",
    "Complaint",
    "FieldMapping",
    "ImportFailed",
    "ImportReport",
    "Outcome",
    "Row",
    "import_file",
]
