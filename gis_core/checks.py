"""Rules of columns that the database itself holds, whoever writes."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import models

ModelT = TypeVar("ModelT", bound=type[models.Model])


def with_checks(model: ModelT, checks: Iterable[models.CheckConstraint]) -> ModelT:
    """Add constraints to a model: in `Meta` each would have to be written anew for each column of each model."""
    options = model._meta
    options.constraints = [*options.constraints, *checks]
    # What migrations compare with.
    options.original_attrs["constraints"] = options.constraints
    return model
