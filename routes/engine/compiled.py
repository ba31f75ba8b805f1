"""Compiling the searches. `NUMBA_CACHE_DIR` says where the machine code is kept; set it before numba is imported."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numba.core import config
from numpy.typing import NDArray

_HERE: Final = Path(__file__).parent


def source_mark(source: Path = _HERE) -> str:
    """Name the state of source code, a file or those of a directory: another name for every change of it."""
    mark = sha256()
    for file in sorted(source.glob("*.py")) if source.is_dir() else [source]:
        mark.update(f"{file.name} {file.stat().st_size} ".encode())
        mark.update(file.read_bytes())
    return mark.hexdigest()[:16]


# Numba asks only whether the file of a kernel changed, not those of the kernels compiled into it: after an upgrade it
# would go on with old rules. So each state of the source has its own directory.
if config.CACHE_DIR:  # type: ignore[attr-defined]  # numba sets it when it reads the environment
    config.CACHE_DIR = str(Path(config.CACHE_DIR) / source_mark())  # type: ignore[attr-defined]  # as above

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
