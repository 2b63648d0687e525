"""What is compiled ahead is what a night calls."""

import importlib
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import warm
from scripts import make_loops


def test_every_loop_that_python_calls_is_compiled_ahead() -> None:
    assert {module: sorted(called) for module, called in warm.loops().items()} == make_loops.outermost()


def test_types_fit_the_loops() -> None:
    from numba.core.sigutils import normalize_signature

    for module, called in warm.loops().items():
        for loop, signatures in called.items():
            wanted = len(inspect.signature(getattr(importlib.import_module(module), loop).py_func).parameters)
            assert [len(normalize_signature(types)[0]) for types in signatures] == [wanted] * len(signatures), loop


def test_what_cannot_be_compiled_is_said_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"pipeline.text.parts": {"_gone": ["(int64,)"]}, "pipeline.linking.said": {"_add_up": ["(int64,)"]}}
    monkeypatch.setattr(warm, "loops", lambda: given)
    said, parts = warm.compile_ahead(2)
    assert said.startswith("pipeline.linking.said: TypeError: ") and "_gone" in parts


@pytest.mark.slow
def test_a_night_compiles_nothing_that_is_not_compiled_ahead(tmp_path: Path) -> None:
    cache = tmp_path / "loops"
    subprocess.run(
        [sys.executable, "-m", "pipeline.warm"], check=True, env=os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    )
    ahead = sorted(cache.rglob("*.nbc"))
    make_loops.night(tmp_path / "home", cache)
    assert len(ahead) > len(warm.loops()) and sorted(cache.rglob("*.nbc")) == ahead, "make loops writes the list anew"
