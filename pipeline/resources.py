"""Where sql/, expectations/ and dags/ are: at the top of a checkout, inside the package in an installed wheel."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `name` ('sql', 'expectations' or 'dags').

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for parent in (_PACKAGE, _PACKAGE.parent):
        path = parent / name
        if path.is_dir():
            return path
    raise FileNotFoundError(f"{name}/ is missing beside {_PACKAGE}: reinstall related-jobs")


def package() -> Path:
    """Return the folder of the package itself."""
    return _PACKAGE


@cache
def sql(name: str) -> str:
    """Return the text of `sql/<name>.sql`."""
    return (folder("sql") / f"{name}.sql").read_text(encoding="utf-8")


def params(query: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `known` that `query` names as $name: DuckDB refuses what a query does not name."""
    return {name: known[name] for name in dict.fromkeys(re.findall(r"\$([a-z]\w*)", query)) if name in known}
