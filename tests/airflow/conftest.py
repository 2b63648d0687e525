"""A fresh Airflow in a temporary folder, set up once: its settings must stand before it is imported.

No __init__.py here: this folder must not hide the package `airflow`.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN_SECONDS = 240


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
def dag_run(dags: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Yield a function that runs a DAG whole, over a HOME, and gives back the DAG run with its task instances."""
    # dag.test() sleeps a second whenever it finds nothing to start, once for each task behind a failed one.
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.02)))

    def run(dag_id: str, home: Path, **params: Any) -> Any:
        monkeypatch.setenv("RELATED_JOBS_HOME", str(home))
        signal.alarm(RUN_SECONDS)
        try:
            return dags[dag_id].test(run_conf=params)
        finally:
            signal.alarm(0)

    # A task that waits for its next try would hold the tests up for minutes.
    before = signal.signal(signal.SIGALRM, _too_long)
    yield run
    signal.signal(signal.SIGALRM, before)


def _too_long(*_: object) -> None:
    raise TimeoutError(f"a DAG run took longer than {RUN_SECONDS} s: does a task wait for its next try?")
