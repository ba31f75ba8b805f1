"""Compiling the searches. `NUMBA_CACHE_DIR` says where the machine code is kept; set it before this is imported."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS: Final[dict[str, Any]] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def kernel(function: Function) -> Function:
    """Compile at the first call, or take it from the cache.

    Runs without the GIL, so it may touch no Python object, and counts no references, which would cost more than the
    search itself, so it may make no array: whoever calls brings the room to write in.
    """
    return cast("Function", numba.njit(**_OPTIONS)(function))


def fixed(array: NDArray[Any], dtype: type[np.generic]) -> NDArray[Any]:
    """Give the array as every kernel expects it: contiguous, of this type, read-only.

    Numba compiles anew for each mixture of types, and of arrays that may be written to or (a memory map) may not.
    """
    view = np.ascontiguousarray(array, dtype).view(np.ndarray)
    if view.flags.writeable:
        view = view[:]
        view.flags.writeable = False
    return view
