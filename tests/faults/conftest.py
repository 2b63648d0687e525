"""A world of two small nights, one done: what disturbed nights are held against."""

import os
import shutil
from pathlib import Path

import pytest

from benchmarks import faults
from benchmarks.faults import Forge, World


@pytest.fixture(scope="session")
def forge() -> Forge:
    return Forge()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, forge: Forge) -> World:
    return faults.world(tmp_path_factory.mktemp("world"), forge)


@pytest.fixture
def home(world: World, tmp_path: Path) -> Path:
    """A home with one night done, and feeds.toml of the next."""
    shutil.copytree(world.before, tmp_path / "home", symlinks=True)
    return ready(tmp_path / "home", world)


def ready(home: Path, world: World) -> Path:
    (home / "feeds.toml").write_text(
        f'[[feed]]\nname = "many"\npath = "{world.feed}/many.csv"\ngrace = 1\n'
        f'[[feed]]\nname = "more"\npath = "{world.feed}/more.csv"\ndelivery = "delta"\n'
    )
    (home / "settings.toml").write_text("[run]\nworkers = 1\n")
    return home


def mounted() -> bool:
    """Tell whether this process may mount (a tmpfs stands for a full disk)."""
    return os.geteuid() == 0 and Path("/proc/self/status").is_file() and shutil.which("mount") is not None
