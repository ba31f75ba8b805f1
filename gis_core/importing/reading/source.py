"""What every format gives."""

from collections.abc import Iterator
from typing import Final, Protocol

from gis_core.errors import BadRequest
from gis_core.importing.rows import BadValue, Row

_LINE_OF_ONE: Final = "point array must contain 0 or >1 elements"


class BadFile(BadRequest):
    """A file that cannot be read at all, whatever its rows say."""

    code = "bad-file"
    title = "The file cannot be read"


class Source(Protocol):
    """An open file."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The attributes, in the order of the file."""

    @property
    def stated_crs(self) -> str | None:
        """What the file says of its CRS, as code or WKT."""

    @property
    def usual_crs(self) -> str | None:
        """What such a file is in when neither it nor anybody says."""

    @property
    def encoding(self) -> str:
        """The encoding its texts were read in."""

    @property
    def truncates_names(self) -> bool:
        """Whether the format cuts the names of attributes to 10 characters."""

    def rows(self) -> Iterator[Row]:
        """Read the rows, one after the other; those whose geometry cannot be read come with a complaint."""


def unreadable(error: Exception) -> BadValue:
    """Say what a library found wrong with a geometry, in words where we know the case."""
    if _LINE_OF_ONE in str(error):
        return BadValue("The line has one vertex: a line needs two or more.")
    return BadValue("The geometry cannot be read (%(reason)s): give a complete one.", reason=str(error).strip()[:120])
