"""A fresh Airflow in a temporary folder, set up once: its settings must stand before it is imported.

No __init__.py here: this folder must not hide the package `airflow`.
"""

import os
import time
from collections.abc import Callable, Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return AIRFLOW_HOME of an Airflow that was set up for these tests."""
    if not list(distributions(name="apache-airflow")):
        pytest.skip("Airflow is not installed: make install")
    home = tmp_path_factory.mktemp("airflow")
    (home / "plugins").mkdir()
    settings = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        for name in [n for n in os.environ if n.startswith("RELATED_JOBS_")]:
            patch.delenv(name)
        from airflow.utils.db import initdb

        initdb()
        yield home


@pytest.fixture(scope="session")
def dags(airflow_home: Path) -> dict[str, Any]:
    """Return the DAGs of dags/ by id, read anew from their files."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(ROOT / "dags")
    assert bag.import_errors == {}
    return dict(bag.dags)


@pytest.fixture
def dag_run(dags: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that runs a DAG whole, over a HOME, and gives back the DAG run with its task instances.

    Tasks get no second try unless `retries` says so: dag.test() would wait minutes for it.
    """
    # dag.test() sleeps a second whenever it finds nothing to start, once for each task behind a failed one.
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.02)))

    def run(dag_id: str, home: Path, retries: int = 0, **params: Any) -> Any:
        monkeypatch.setenv("RELATED_JOBS_HOME", str(home))
        for task in dags[dag_id].tasks:
            given = task.partial_kwargs if isinstance(task, MappedOperator) else vars(task)
            monkeypatch.setitem(given, "retries", retries)
        monkeypatch.setattr(dags[dag_id], "deadline", None)  # dag.test() can't (apache/airflow#73428)
        return dags[dag_id].test(run_conf=params)

    from airflow.sdk.definitions.mappedoperator import MappedOperator

    return run
