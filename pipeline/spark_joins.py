"""Tables too large for every worker: Spark joins them to the pieces of a stage, so that each finds the rows it needs."""

from typing import Any

from pipeline.plan import Stage
from pipeline.spark_tasks import Ask, Order
from pipeline.store import Run


def too_large(run: Run, stage: Stage) -> tuple[str, ...]:
    """Return those tables beside the one that is cut that are joined: the large ones, and what leads to them.

    Large: files of more than `run.broadcast_mb`, of which every worker would hold a copy, several times larger in memory.
    """
    found: set[str] = set()
    for table, need in stage.needs.items():
        size = sum(p.stat().st_size for p in run.store.parts(table))
        if size > run.settings.run.broadcast_mb * 1_000_000:
            found |= {table, need.of} - {stage.reads[0]}
    return tuple(t for t in stage.needs if t in found)


def gather(spark: Any, given: Order, numbers: Any) -> None:
    """Write the rows of each joined table that each piece needs, in folders by piece.

    A shuffle: keys asked for by piece are joined to the table, and what is found is sent to its piece. A row is written
    once for each piece that needs it.

    Args:
        spark: the session.
        given: the order; its `joined` tables are gathered, in the order of the stage's needs.
        numbers: Spark's frame of the pieces' numbers.
    """
    from pyspark.sql import functions

    for table in given.joined:
        need = given.stage.needs[table]
        if need.of == given.stage.reads[0]:
            ask = Ask(given, need.columns)
            asked = numbers.mapInArrow(ask, ask.columns)
        else:
            before = spark.read.parquet(str(given.folder / need.of))
            keys = functions.explode(functions.array(*(functions.col(c) for c in need.columns)))
            asked = before.select("piece", keys.alias("asked")).distinct()
        rows = spark.read.parquet(*(str(p) for p in given.run.store.parts(table)))
        rows = rows.select(*given.stage.columns.get(table, rows.columns))
        found = asked.join(rows, asked["asked"] == rows[need.key]).drop("asked")
        found.repartition("piece").write.partitionBy("piece").parquet(str(given.folder / table))
