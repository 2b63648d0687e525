"""Compile the loops of the project before the first night needs them: `python -m pipeline.warm`, which make does once.

Left to the first night, every worker compiles every loop for itself, one behind the other; here each is compiled once, and
those of different modules side by side.
"""

import importlib
import json
import os
import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any

from pipeline.resources import package

LOOPS = "models/loops.json"
"""Of each module its loops, and of each loop the types it is called with, as Numba writes them. scripts/make_loops.py writes it."""

Loops = Mapping[str, Mapping[str, list[str]]]


def loops() -> Loops:
    """Return the loops that a night calls from Python, and the types it calls them with."""
    found: Loops = json.loads((package() / LOOPS).read_text(encoding="utf-8"))
    return found


def compile_module(name: str, called: Mapping[str, list[str]]) -> None:
    """Compile the loops of one module for the types they are `called` with, those they call with them.

    Raises:
        AttributeError: the module has no such loop.
        numba.core.errors.NumbaError: it cannot be called with such types.
    """
    from numba.core.sigutils import normalize_signature

    module: Any = importlib.import_module(name)
    for loop, types in called.items():
        for signature in types:
            given, _ = normalize_signature(signature)
            getattr(module, loop).compile(given)  # under the text itself a night would not find it again


def compile_ahead(processes: int) -> list[str]:
    """Compile all loops() in so many processes; what is kept on disk already is only read. Return what could not be."""
    failed = []
    given = loops()
    longest = sorted(given, key=lambda name: (-sum(len(s) for types in given[name].values() for s in types), name))
    with ProcessPoolExecutor(max(1, processes), get_context("spawn")) as pool:
        compiling = {pool.submit(compile_module, name, given[name]): name for name in longest}
        for done in as_completed(compiling):
            if (error := done.exception()) is not None:
                failed.append(f"{compiling[done]}: {type(error).__name__}: {str(error).strip().splitlines()[0]}")
    return sorted(failed)


def main() -> None:
    """Compile ahead, and say what could not be: it is compiled when it is first called."""
    for line in compile_ahead(os.cpu_count() or 1):
        sys.stderr.write(f"not compiled ahead, the first night does: {line}\n")


if __name__ == "__main__":
    main()
