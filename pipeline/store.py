"""HOME on disk: runs/<run_date>/<table>, done-markers and manifests, fits, snapshots, and the lock between runs."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.contracts import conform, contract, opened
from pipeline.errors import HeldError, RelatedJobsError, UsageError
from pipeline.plan import Night, started_by
from pipeline.settings import Settings

MANIFEST = "manifest.json"
_ROWS_AT_ONCE = 8_192  # looked through for those that are wanted: 20 MB of texts


def write_json(path: Path, value: Any) -> None:
    """Write `value` to `path` whole or not at all."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` whole or not at all: temporary file, fsync, rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8", newline="") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)


def read_json(path: Path) -> Any:
    """Return the JSON value in `path`, None where the file is missing.

    Raises:
        RelatedJobsError: the file is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RelatedJobsError(f"{path}: not readable as JSON ({error}); move it away and run again") from error


def sync_tree(folder: Path) -> None:
    """Flush every file and folder below `folder`, and itself, to disk."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_symlink():
            continue
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@dataclass(frozen=True)
class RunStore:
    """The tables, markers and manifest of one run, in HOME/runs/<run_date>."""

    path: Path

    @property
    def manifest(self) -> dict[str, Any]:
        """Return the run's manifest, empty before the run began."""
        return dict(read_json(self.path / MANIFEST) or {})

    @property
    def unchanged(self) -> str:
        """Return the sentence that says that nothing changed in this night; empty where something did, or it is not known."""
        since = self.manifest.get("unchanged_since")
        return f"nothing changed since {since}: the snapshot of that night stays" if since else ""

    def update_manifest(self, **values: Any) -> None:
        """Set keys of the manifest."""
        write_json(self.path / MANIFEST, {**self.manifest, **values})

    def clear(self) -> None:
        """Remove all that the run left: out of sight first, so that one broken off leaves nothing that looks like a run."""
        if self.path.exists():
            doomed = self.path.with_name(f".{self.path.name}.cleared")
            shutil.rmtree(doomed, ignore_errors=True)
            self.path.rename(doomed)
            shutil.rmtree(doomed)

    def clear_tables(self) -> None:
        """Remove the tables of a run whose snapshot is gone, and the marks that say they are there; its records stay."""
        for marker in (self.path / "done").glob("*.json"):
            if marker.stem not in {s.name for s in started_by("snapshot")}:
                marker.unlink()
        for table in self.path.iterdir() if self.path.is_dir() else ():
            if any(table.glob("*.parquet")):
                shutil.rmtree(table)
        for folder in ("prints", "mapped"):
            shutil.rmtree(self.path / folder, ignore_errors=True)
        (self.path / "report.html").unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what writes that were killed left behind."""
        for temporary in self.path.rglob(".*.tmp"):
            temporary.unlink(missing_ok=True)

    def marker(self, name: str) -> dict[str, Any] | None:
        """Return what the stage (or stage and feed) called `name` recorded when it was done; None before."""
        record = read_json(self.path / "done" / f"{name}.json")
        return None if record is None else dict(record)

    def mark_done(self, name: str, record: dict[str, Any]) -> None:
        """Record that `name` is done; the last thing a stage does."""
        write_json(self.path / "done" / f"{name}.json", record)

    def unmark(self, name: str) -> None:
        """Take the marker of `name` away; the first thing a stage does."""
        (self.path / "done" / f"{name}.json").unlink(missing_ok=True)

    def parts(self, table: str) -> list[Path]:
        """Return the Parquet files of `table`, in order.

        Raises:
            RelatedJobsError: the table was not written.
        """
        found = sorted((self.path / table).glob("*.parquet"))
        if not found:
            raise RelatedJobsError(f"{self.path / table}: no such table; run the stage that writes it first")
        return found

    def record(self, mart: str) -> Path:
        """Return the path of a mart that a night in which nothing changed keeps beside its snapshot (unchanged.py)."""
        return self.path / "record" / f"{mart}.parquet"

    def prints(self, stage: str) -> Path:
        """Return the path of the prints of the rows that a stage was made from (kept.py)."""
        return self.path / "prints" / f"{stage}.arrow"

    def mapped(self, table: str) -> Path:
        """Return the folder of the files that hold `table` for those who map it (mapped.py)."""
        return self.path / "mapped" / table

    def drop(self, table: str, prefix: str = "") -> None:
        """Remove the parts of `table` whose name begins with `prefix`."""
        for path in (self.path / table).glob(f"{prefix}*.parquet"):
            path.unlink()
        shutil.rmtree(self.mapped(table), ignore_errors=True)

    def write(self, table: str, rows: pa.Table, part: str = "part-00000") -> int:
        """Write one part of `table`, whole or not at all, after trying its contract; return its rows."""
        rows = conform(rows, contract(table))
        folder = self.path / table
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{part}.{os.getpid()}.tmp"
        pq.write_table(rows, temporary, compression="zstd", row_group_size=65_536)
        temporary.replace(folder / f"{part}.parquet")
        return int(rows.num_rows)

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return `table`, all of its rows, with all of its columns or those named."""
        wanted = None if columns is None else list(columns)
        return pa.concat_tables([pq.read_table(p, columns=wanted) for p in self.parts(table)])

    def among(self, table: str, key: str, wanted: pa.ChunkedArray) -> pa.Table:
        """Return the rows of `table` whose `key` is one of `wanted`, in their order; the others are never all held."""
        values = wanted.combine_chunks()
        found = (t.filter(pc.is_in(t.column(key), value_set=values)) for t in self.batches(table, _ROWS_AT_ONCE))
        return pa.concat_tables(found)

    def count(self, table: str) -> int:
        """Return the number of rows of `table` without reading them."""
        return sum(int(pq.read_metadata(p).num_rows) for p in self.parts(table))

    def batches(self, table: str, rows: int) -> Iterator[pa.Table]:
        """Yield `table` in pieces of at most `rows` rows, in order; at least one piece, which may be empty."""
        some = False
        for path in self.parts(table):
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=rows):
                    some = True
                    yield pa.Table.from_batches([batch])
        if not some:
            yield contract(table).empty()


@dataclass(frozen=True)
class Snapshot:
    """One published snapshot: HOME/snapshots/<id>, its id begins with the run date."""

    path: Path

    @property
    def run_date(self) -> date:
        """Return the date of the run that published it."""
        return date.fromisoformat(self.path.name.split(".")[0])

    @property
    def database(self) -> Path:
        """Return the path of its DuckDB file."""
        return self.path / "related_jobs.duckdb"

    @property
    def record(self) -> dict[str, Any]:
        """Return what it says about itself: id, run_date, yesterday, fit_id, counts; empty where it says nothing."""
        return dict(read_json(self.path / "snapshot.json") or {})

    @property
    def texts(self) -> list[Path]:
        """Return the Parquet files of whole texts (contract `bodies`) of its postings, in order."""
        return sorted((self.path / "bodies").glob("*.parquet"))

    def table(self, name: str) -> pa.Table:
        """Return the mart `name`."""
        with opened(self.database) as con:
            return con.table(f"mart.{name}").to_arrow_table()


@dataclass(frozen=True)
class Home:
    """HOME: where all that lasts between runs is kept."""

    path: Path
    ROLLBACKS: ClassVar[str] = "rollbacks.json"

    def run(self, run_date: date) -> RunStore:
        """Return the store of the run of `run_date`."""
        return RunStore(self.path / "runs" / run_date.isoformat())

    def runs(self) -> list[RunStore]:
        """Return the stores of all runs that began, oldest date first."""
        found = sorted((self.path / "runs").glob(f"[0-9]*/{MANIFEST}"))
        return [RunStore(p.parent) for p in found]

    def fit(self, fit_id: str) -> RunStore:
        """Return the store of a fit's tables."""
        return RunStore(self.path / "fits" / fit_id)

    def snapshots(self) -> list[Snapshot]:
        """Return the snapshots, oldest run date first, redone ones after the first."""
        found = [p for p in (self.path / "snapshots").glob("*.*") if (p / "related_jobs.duckdb").is_file()]
        return [Snapshot(p) for p in sorted(found, key=_snapshot_order)]

    def current(self) -> Snapshot | None:
        """Return the snapshot that readers see, None before the first night."""
        link = self.path / "current"
        return Snapshot(link.resolve()) if link.is_symlink() and link.exists() else None

    def yesterday(self, run_date: date) -> Snapshot | None:
        """Return the snapshot a run of `run_date` builds on: the current one if older, else the newest older one.

        Snapshots that were rolled back (withdrawn) are no yesterday.
        """
        current = self.current()
        if current is not None and current.run_date < run_date:
            return current
        withdrawn = self.withdrawn()
        older = [s for s in self.snapshots() if s.run_date < run_date and s.path.name not in withdrawn]
        return older[-1] if older else None

    def unchanged_nights(self, snapshot: Snapshot) -> list[RunStore]:
        """Return the runs in which nothing changed since `snapshot`, so that it stayed; oldest date first."""
        told = ((run, run.manifest) for run in self.runs())
        return [run for run, m in told if m.get("unchanged_since") and m.get("snapshot") == snapshot.path.name]

    def stands_for(self, snapshot: Snapshot) -> date:
        """Return the newest night that `snapshot` stands for: its own, or a later one in which nothing changed."""
        nights = self.unchanged_nights(snapshot)
        return date.fromisoformat(nights[-1].path.name) if nights else snapshot.run_date

    def withdrawn(self, what: str = "withdrawn") -> frozenset[str]:
        """Return the ids of the snapshots that were rolled back; with `what` = fits, of the fits they made."""
        return frozenset((read_json(self.path / self.ROLLBACKS) or {}).get(what, []))

    def sweep(self) -> None:
        """Remove what a process that was killed left in HOME; for the one that holds its lock."""
        for temporary in self.path.glob(".*.tmp"):
            temporary.unlink(missing_ok=True)
        for doomed in (self.path / "runs").glob(".*.cleared"):
            shutil.rmtree(doomed)

    def new_snapshot_path(self, run_date: date) -> Path:
        """Return a path for the next snapshot of `run_date`: numbers are never used twice."""
        taken = [_snapshot_order(s.path)[1] for s in self.snapshots() if s.run_date == run_date]
        return self.path / "snapshots" / f"{run_date.isoformat()}.{max(taken, default=0) + 1}"

    def flip(self, snapshot: Path) -> None:
        """Make `snapshot` the one that readers see, by one rename."""
        self._link(self.path / "current", Path("snapshots") / snapshot.name)
        for name in ("related_jobs.duckdb", "feed", "report.html"):
            if not (self.path / name).is_symlink():
                self._link(self.path / name, Path("current") / name)

    def _link(self, link: Path, target: Path) -> None:
        temporary = link.with_name(f".{link.name}.{os.getpid()}.tmp")
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(target)
        temporary.replace(link)
        handle = os.open(link.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    @contextmanager
    def lock(self, who: str, wait_seconds: float = 0) -> Iterator[None]:
        """Hold HOME for one writer; `who` is what another one is told.

        Raises:
            HeldError: another process holds it, by name.
            UsageError: HOME can't be used.
        """
        from filelock import FileLock, Timeout

        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / ".lock")
            lock.acquire(timeout=wait_seconds)
        except Timeout:
            owner = read_json(self.path / ".lock.owner") or {}
            raise HeldError(
                f"{self.path}: held by {owner.get('who', 'another run')} (process {owner.get('pid', 'unknown')}); "
                "wait for it or stop it, then run again"
            ) from None
        except OSError as error:
            raise UsageError(
                f"{self.path}: can't be used as HOME ({error.strerror}); choose another with --home"
            ) from error
        try:
            write_json(self.path / ".lock.owner", {"who": who, "pid": os.getpid()})
            yield
        finally:
            lock.release()


def _snapshot_order(path: Path) -> tuple[str, int]:
    day, _, number = path.name.partition(".")
    return day, int(number) if number.isdigit() else 0


@dataclass(frozen=True)
class Run:
    """One run at work: what a stage of grain home is given."""

    home: Home
    store: RunStore
    night: Night
    settings: Settings
