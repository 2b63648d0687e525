"""Write pipeline/models/loops.json: what python -m pipeline.warm compiles. To be run where a loop is added, or called with other types.

A night over the sample in an empty cache of loops; what stands in the cache afterwards is what it called.
"""

import ast
import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pipeline import warm

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Run a night, and write down what it compiled."""
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name) / "loops"
        night(Path(name) / "home", cache)
        found = called(cache)
    path = ROOT / "pipeline" / warm.LOOPS
    path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def night(home: Path, cache: Path) -> None:
    """Run a night over the sample, whose loops are kept in the folder `cache`."""
    sample = str(home.parent / "sample")
    cli = [sys.executable, "-m", "pipeline.cli"]
    for command in (
        [*cli, "sample", "--out", sample],
        [str(ROOT / "scripts" / "copy-feeds"), sample, str(home)],
        [*cli, "run", "--home", str(home), "--run-date", "2026-11-23"],
    ):
        subprocess.run(command, check=True, env=os.environ | {"NUMBA_CACHE_DIR": str(cache)}, cwd=ROOT)


def called(cache: Path) -> dict[str, dict[str, list[str]]]:
    """Return the loops kept in a folder that Python calls, by module, with the types they are called with.

    What only other loops call is compiled with these.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for module, loops in outermost().items():
        for loop in loops:
            if types := _types(module, loop, cache):
                found.setdefault(module, {})[loop] = types
    return found


def outermost() -> dict[str, list[str]]:
    """Return of each module that has loops those which no other loop calls."""
    found = {}
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "import compiled" not in text:
            continue
        loops = [f for f in ast.parse(text).body if isinstance(f, ast.FunctionDef) and _is_compiled(f)]
        inner = {n.id for f in loops for n in ast.walk(f) if isinstance(n, ast.Name)}
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[module] = sorted(f.name for f in loops if f.name not in inner)
    return found


def _is_compiled(function: ast.FunctionDef) -> bool:
    return any(isinstance(by, ast.Name) and by.id == "compiled" for by in function.decorator_list)


def _types(module: str, loop: str, cache: Path) -> list[str]:
    """Return the types for which Numba's index of a loop has machine code."""
    import numba

    numba.config.CACHE_DIR = str(cache)
    dispatcher: Any = getattr(importlib.import_module(module), loop)
    index = dispatcher._cache._cache_file._load_index()
    return sorted(str(key[0]) for key in index)


if __name__ == "__main__":
    main()
