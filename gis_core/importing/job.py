"""What all steps of one import share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from django.db import models

from gis_core.crs import CatalogueEntry
from gis_core.importing.mapping import Columns, FieldMapping
from gis_core.importing.rows import Row
from gis_core.policy import Actor
from gis_core.registry import Layer


def records_of(model: type[models.Model]) -> Any:
    """Give the manager of a model that is only known at run time; abstract `Record` has none to show to mypy."""
    return model._default_manager  # noqa: SLF001 - what Django's own generic code asks for


@dataclass(slots=True)
class Job:
    """One import: what was asked, and what the steps remember from block to block."""

    layer: Layer
    mapping: FieldMapping
    columns: Columns
    crs: CatalogueEntry
    actor: Actor
    at: date
    apply: bool = False
    overwrite: bool = False
    repair: bool = False
    anywhere: bool = False
    clear_sensitive: bool = False
    seen: dict[str, int] = field(default_factory=dict)
    """Natural keys of the file so far, with the number of their row."""
    accepted: set[str] = field(default_factory=set)
    """Those of them that were not refused: later rows may refer to them."""

    targets: list[str] = field(init=False)
    """The fields that this import fills, without the geometry."""
    references: list[str] = field(init=False)
    """Those of them that hold another record."""

    def __post_init__(self) -> None:
        filled = {"ref", *self.columns.matched.values(), *self.mapping.constants}
        self.targets = sorted(filled | ({"tags"} if self.columns.unmatched else set()))
        self.references = [name for name in self.targets if self.column(name).is_relation]

    def column(self, name: str) -> "models.Field[Any, Any]":
        """Give the model's field for a field of the layer."""
        column: models.Field[Any, Any] = self.layer.model._meta.get_field(name)  # type: ignore[assignment]  # never a reverse one
        return column


Step: TypeAlias = Callable[[Sequence[Row], Job], None]
"""A step looks at a block of rows, and changes them or complains; it never drops one."""
