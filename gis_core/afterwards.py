"""What rooms above compute of demo data once it is stored; knows no model, so that an app can say it while it loads."""

from collections.abc import Callable
from typing import Final

_COMPUTED: Final[list[Callable[[], object]]] = []


def after_loading(compute: Callable[[], object]) -> None:
    """Have something computed whenever demo data was loaded."""
    _COMPUTED.append(compute)


def compute_all() -> None:
    """Compute what was asked for, in that order."""
    for compute in _COMPUTED:
        compute()
