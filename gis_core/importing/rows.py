"""One row on its way from a file to the store, and what is said about it on the way."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from shapely.geometry.base import BaseGeometry

from gis_core.errors import BadRequest, ThuyLoError
from gis_core.wording import say_message


class BadValue(BadRequest):
    """A cell that cannot become the value of its column."""

    code = "bad-value"
    title = "A value cannot be used"


class DoubtfulValue(ThuyLoError):  # noqa: N818 - a doubt is no error
    """What is taken, but should be looked at; noted, never raised."""

    code = "doubtful-value"
    title = "A value is doubtful"


class Outcome(StrEnum):
    """What an import makes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    """Somebody edited the stored row since its last import; left alone unless told to overwrite."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a field of a row, or doubtful; `field` is empty for the row as a whole."""

    field: str
    message: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, field_name: str, error: ThuyLoError) -> Self:
        """Keep the error as a complaint, to be told with all others of its row."""
        return cls(field_name, error.message, error.params)

    @property
    def detail(self) -> str:
        """What is wrong, in the reader's language."""
        return say_message(self.message, self.params)

    @property
    def text(self) -> str:
        """The complaint with its field, in the reader's language."""
        return f"{self.field}: {self.detail}" if self.field else self.detail


@dataclass(slots=True)
class Row:
    """A row: as it was read, as the layer will hold it, and what was found.

    `raw` is word for word what the file says, `file_id` what it calls the row beside that. `geom` starts in the CRS of
    the file and is WGS 84 once it is located; None means that there is none that could be used. `tags` holds what has
    no column, None where the cell is empty.
    """

    number: int
    raw: dict[str, Any]
    geom: BaseGeometry | None = None
    file_id: str = ""
    located: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, Any] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)
    warnings: list[Complaint] = field(default_factory=list)
    outcome: Outcome | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """The natural key, empty while there is none."""
        return str(self.values.get("ref") or "")

    @property
    def refused(self) -> bool:
        """Whether anything is wrong with it."""
        return bool(self.complaints)

    def complain(self, field_name: str, error: ThuyLoError) -> None:
        """Refuse the row for this reason; further ones are still looked for."""
        self.complaints.append(Complaint.of(field_name, error))

    def warn(self, field_name: str, doubt: DoubtfulValue) -> None:
        """Note a doubt; the row is taken all the same."""
        self.warnings.append(Complaint.of(field_name, doubt))
