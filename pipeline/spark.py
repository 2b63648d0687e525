"""The Spark engine: stages of grain rows as Spark tasks, all others in this process, as the local engine does them.

A task reads its rows and the tables beside them from HOME, a disk all workers share, and writes its part of each table
there (pipeline.spark_tasks): parts, types, contracts and stage functions are those of the local engine, and through
Spark travel numbers of pieces. Tables too large for every worker are joined to the pieces by Spark (spark_joins).
PySpark and Java are looked for where they are needed only.
"""

import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline import engine, mapped, resources, spark_joins, spark_tasks
from pipeline.errors import RelatedJobsError, UsageError
from pipeline.plan import Stage
from pipeline.store import Run


def require() -> None:
    """Look for PySpark and Java.

    Raises:
        UsageError: one of them is missing; says what to install.
    """
    if find_spec("pyspark") is None:
        raise UsageError(
            "engine spark: PySpark is not installed; pip install 'related-jobs[spark]', or use the local engine"
        )
    home = os.environ.get("JAVA_HOME")
    if shutil.which(str(Path(home) / "bin" / "java") if home else "java") is None:
        raise UsageError(
            f"engine spark: no Java in {'JAVA_HOME' if home else 'PATH'}; install Java 17 or newer (on Debian "
            "openjdk-17-jre-headless) or set JAVA_HOME, or use the local engine"
        )


def work(run: Run, stage: Stage, feed: str | None) -> tuple[int, float]:
    """Work on a stage as engine.work() does, on Spark where it is of grain rows.

    Raises:
        RelatedJobsError: the stage failed; what a task raised is raised here.
    """
    if stage.grain == "rows":
        return engine.rows_stage(run, stage, _on_spark)
    return engine.work(run, stage, feed)


def session(run: Run) -> Any:
    """Return the SparkSession of `run.master`, started where there is none yet; it ends with this process.

    Raises:
        UsageError: PySpark or Java is missing.
        RelatedJobsError: Spark does not start.
    """
    require()
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers of another minor version are refused
    master, log = run.settings.run.master, run.home.path / "spark.log"
    active = SparkSession.getActiveSession()
    if active is not None and active.sparkContext.master == master:
        return active
    if active is not None:
        active.stop()
    builder = SparkSession.builder.master(master).appName(f"related-jobs {run.night.run_date}")
    for key, value in _options(master, log).items():
        builder = builder.config(key, value)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")
    try:
        with _stderr_to(log), warnings.catch_warnings(action="ignore"):
            return builder.getOrCreate()
    except _failures() as error:
        raise RelatedJobsError(f"Spark does not start at master {master!r}: {_gist(error)}; see {log}") from None


@contextmanager
def _stderr_to(log: Path) -> Iterator[None]:
    """Let what starts within write to `log` instead of our standard error: Spark's process and those it starts, for life."""
    sys.stderr.flush()
    ours = os.dup(2)
    try:
        with log.open("ab") as file:
            os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(ours, 2)
        os.close(ours)


def _options(master: str, log: Path) -> dict[str, str]:
    """Return what Spark is told; all else is the user's, by SPARK_CONF_DIR."""
    words = f"-Dlog4j2.configurationFile={resources.package() / 'spark-log4j2.properties'} -Drelated.jobs.log={log}"
    told = {"spark.driver.extraJavaOptions": words, "spark.ui.showConsoleProgress": "false"}
    if master.startswith("local"):
        # A session of minutes: the thorough compiler and the parallel collector would cost more CPU (26 s) than they save (12 s).
        told["spark.driver.extraJavaOptions"] += " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
        told |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false"}
        told["spark.sql.shuffle.partitions"] = "8"
    return told


def _on_spark(run: Run, stage: Stage, left: np.ndarray, size: int) -> float:
    order, pieces = spark_tasks.order(run, stage, left, size, spark_joins.too_large(run, stage))
    try:
        spark = session(run)
        for table in set(stage.reads[1:]) - set(order.joined):
            with suppress(pa.ArrowException):  # a file that can't be read: the task that reads it says so
                mapped.prepare(run.store, table, stage.columns.get(table))  # by one process, not by all at once
        numbers = spark.range(0, pieces, 1, numPartitions=pieces)
        task = spark_tasks.Work(order)
        with warnings.catch_warnings(action="ignore"):  # of pandas 3, which no row of ours meets
            spark_joins.gather(spark, order, numbers)
            used = numbers.mapInArrow(task, task.columns).toArrow()
    except _failures() as error:
        raise _told(error, run, stage) from None
    finally:
        shutil.rmtree(order.folder.parent, ignore_errors=True)
    at_once = min(int(spark.sparkContext.defaultParallelism), pieces)
    return at_once * float(max(used.column("peak_mb").to_pylist()))


def _failures() -> tuple[type[Exception], ...]:
    """Return the kinds of errors that PySpark raises."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError


def _told(error: Exception, run: Run, stage: Stage) -> RelatedJobsError:
    """Return what a task raised; where it was no error of ours one that says so in a line, with the whole in a file."""
    ours = spark_tasks.told(error)
    if ours is not None:
        return ours
    log = run.store.path / f"spark-{stage.name}.log"
    log.write_text(str(error), encoding="utf-8")
    return RelatedJobsError(f"stage {stage.name} on Spark: {_gist(error)}; the whole of it is in {log}")


def _gist(error: Exception) -> str:
    """Return the line of an error that says most: the end of its last Python traceback, else its first line."""
    lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    ends, inside = [], False
    for line in lines:
        if inside and not line.startswith(" "):
            ends.append(line)
        inside = line.startswith("Traceback") or (inside and line.startswith(" "))
    return (ends or lines)[-1 if ends else 0].strip()[:300]
