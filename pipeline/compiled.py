"""Loops over words, pairs and vectors, compiled by Numba when first called, and kept on disk for later processes.

What is compiled here does one thing at a time, in the order it is written: no threads and no reordered sums, so that every
machine and every batch gives the same bits. Work is shared out by processes, as everywhere.
"""

from collections.abc import Callable
from typing import TypeVar

import numba

_F = TypeVar("_F", bound=Callable[..., object])


def compiled(function: _F) -> _F:
    """Return `function` compiled at its first call for the types it is given.

    The machine code is kept beside the module, or in the user's cache folder, or in NUMBA_CACHE_DIR where that is set. Where
    none of them can be written every process compiles anew: some seconds, and the same results. Functions and
    constants that a compiled one uses must stand in its module: Numba does not see that another one changed. Nothing checks
    bounds: callers see to it that numbers fit the arrays they are for.
    """
    options = {"nogil": True, "error_model": "numpy", "fastmath": False}
    try:
        return numba.njit(cache=True, **options)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # "no locator available": neither the package's folder nor the user's can be written
        return numba.njit(**options)(function)  # type: ignore[no-any-return]
