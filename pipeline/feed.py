"""The JSON feed of the boxes: shards named by what is in them, gzip beside, and a small manifest written last.

A page asks for a key: a job's id, a board's id, a family or a cluster. The shard that holds it is the one whose name
begins with the first bits of the key's CRC-32; docs/reference/feed.md has the format.
"""

import gzip
import hashlib
import importlib
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline import resources
from pipeline.contracts import opened
from pipeline.errors import UsageError
from pipeline.settings import PublishSettings
from pipeline.shards import BITS, Entry, Shard, split, without_markup
from pipeline.store import read_json, write_json

SCHEMA_VERSION = 2
"""Of the feed: counted on when a page that reads the format before would fail."""

SCHEMAS = ("manifest", "index", "shard", "newest")
_DIGEST = 10  # hex digits of a name: 40 bits tell two contents of one shard apart
_JOBS_AT_ONCE = 40_000  # whose boxes are made in one query: a few hundred MB of text
_NAMED = 128  # shards that one file names: the manifest, which every page asks for, stays below 4 KB


def write(
    database: Path,
    folder: Path,
    run_date: date,
    settings: PublishSettings,
    earlier: tuple[Path, ...] = (),
    memory: str = "4GB",
) -> None:
    """Write the feed of `database` into `folder`: files first, `manifest.json` last.

    `earlier` are feeds whose pages may be in flight: files of theirs are linked, not written, where they are the same,
    and kept for `settings.feed_grace_days` where they are not. DuckDB spills beyond `memory`.

    Raises:
        UsageError: brotli is asked for and not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = _Files(folder, earlier, _brotli() if settings.feed_brotli else None)
    with opened(database) as con:
        con.execute("SET memory_limit = $limit", {"limit": memory})
        con.execute("SET temp_directory = $folder", {"folder": str(folder / ".spill")})
        jobs = con.table("mart.jobs").count("*").fetchall()[0][0]
        con.execute(resources.sql("feed/cards"))
        newest = con.execute(resources.sql("feed/newest"), {"newest": settings.feed_newest}).fetchall()
        cards = without_markup(",\n".join(card for (card,) in newest))
        newest_name = files.put("newest-{}.json", f'{{"newest":[\n{cards}\n]}}\n')
        shards = _write_shards(con, files, settings, jobs)
    shutil.rmtree(folder / ".spill", ignore_errors=True)
    for name in ("related-jobs.js", "related-jobs.css"):
        files.put(name, _widget(name))
    files.keep_earlier(run_date, timedelta(days=settings.feed_grace_days))
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "run_date": run_date.isoformat(),
        "jobs": jobs,
        "job_files": settings.feed_job_files,
        "newest": newest_name,
        **_index(shards, files),
    }
    files.put("manifest.json", json.dumps(manifest, separators=(",", ":")).replace('","', '",\n"') + "\n", new=True)


def schema(name: str) -> dict[str, object]:
    """Return the JSON Schema of the feed's `manifest`, `shard` or `newest` files."""
    text = (Path(__file__).parent / "feed_schema" / f"{name}.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _widget(name: str) -> str:
    from pipeline.widget import source

    return source.stylesheet() if name.endswith(".css") else source.script()


def _write_shards(
    con: duckdb.DuckDBPyConnection, files: "_Files", settings: PublishSettings, jobs: int
) -> dict[str, str]:
    keys = [key for (key,) in con.execute(resources.sql("feed/keys")).fetchall()]
    crcs = pa.array([zlib.crc32(key.encode()) for key in keys], pa.uint32())
    con.register("crcs", pa.table({"key": pa.array(keys, pa.string()), "crc": crcs}))
    bits = max(jobs // _JOBS_AT_ONCE, 1).bit_length() - 1
    names: dict[str, str] = {}
    for part in range(2**bits):
        con.execute(
            resources.sql("feed/entries"),
            {"low": part << (BITS - bits), "high": ((part + 1) << (BITS - bits)) - 1,
             "family_jobs": settings.feed_family_jobs, "newest": settings.feed_newest},
        )  # fmt: skip
        sizes = dict(con.execute(resources.sql("feed/sizes")).fetchall())
        rows = con.execute(resources.sql("feed/sorted"))
        entries: Iterator[Entry] = (Entry(*row) for row in iter(rows.fetchone, None))
        if settings.feed_job_files:
            entries = _job_files(entries, files)
        within = f"{part:0{bits}b}" if bits else ""
        names.update(_put_shard(s, files) for s in split(entries, sizes, settings.feed_shard_kilobytes, within))
    return names


def _index(shards: dict[str, str], files: "_Files") -> dict[str, object]:
    """Return how the manifest names the shards: each by its digest or, where they are many, index files that do."""
    if len(shards) <= _NAMED:
        return {"shards": shards}
    bits = (len(shards) // _NAMED).bit_length()
    index = {}
    for number in range(2**bits):
        prefix = f"{number:0{bits}b}"
        inside = {p: d for p, d in shards.items() if p.startswith(prefix) or prefix.startswith(p)}
        name = files.put(f"index/{prefix}-{{}}.json", json.dumps({"shards": inside}, separators=(",", ":")) + "\n")
        index[prefix] = name.rpartition("-")[2].removesuffix(".json")
    return {"index": index}


def _put_shard(shard: Shard, files: "_Files") -> tuple[str, str]:
    name = files.put(f"shards/{shard.prefix or 'all'}-{{}}.json", shard.text, shard.gzipped)
    return shard.prefix, name.rpartition("-")[2].removesuffix(".json")


def _job_files(entries: Iterator[Entry], files: "_Files") -> Iterator[Entry]:
    """Write each job to a file of its own and yield what is left for shards."""
    for entry in entries:
        if entry.section == "jobs":
            text = without_markup(entry.text)
            files.put(f"jobs/{entry.key}.json", f'{{"jobs":{{{json.dumps(entry.key)}:{text}}}}}\n')
        else:
            yield entry


class _Files:
    """The feed's folder while it is written; `current` are the files that the manifest names."""

    def __init__(self, folder: Path, earlier: tuple[Path, ...], brotli: Any) -> None:
        self.folder, self.brotli = folder, brotli
        self.earlier = [path for path in earlier if (path / "manifest.json").is_file()]
        self.current: set[str] = set()

    def put(self, name: str, text: str, gzipped: bytes | None = None, *, new: bool = False) -> str:
        """Write `text`, gzipped and brotli'd beside, under `name` with its digest in the place of {}; return the name.

        A file that an earlier feed has is linked: it keeps its date and its inode, and with them a web server's ETag.
        """
        data = text.encode()
        name = name.replace("{}", hashlib.sha256(data).hexdigest()[:_DIGEST])
        self.current.add(name)
        if not new and any(self._link(path, name, data) for path in self.earlier):
            return name
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.with_name(path.name + ".gz").write_bytes(gzipped or gzip.compress(data, 6, mtime=0))
        if self.brotli is not None:
            path.with_name(path.name + ".br").write_bytes(self.brotli.compress(data))
        return name

    def keep_earlier(self, run_date: date, grace: timedelta) -> None:
        """Link the files of earlier feeds that pages in flight may ask for; kept.json says since when none names them."""
        kept: dict[str, str] = {}
        for feed in self.earlier:
            last = str((read_json(feed / "manifest.json") or {}).get("run_date", ""))
            was = read_json(feed / "kept.json") or {}
            here = {str(p.relative_to(feed)) for p in feed.rglob("*.json")} - {"manifest.json", "kept.json"}
            for name in sorted(here - self.current):
                since = was.get(name, last)
                if _young(since, run_date, grace) and self._link(feed, name):
                    kept[name] = max(since, kept.get(name, ""))
        write_json(self.folder / "kept.json", dict(sorted(kept.items())))

    def _link(self, feed: Path, name: str, data: bytes | None = None) -> bool:
        """Link `name` of an earlier feed and what is compressed of it; False where it is missing or holds other data."""
        found = feed / name
        if not found.is_file() or (data is not None and found.read_bytes() != data):
            return False
        if self.brotli is not None and not found.with_name(found.name + ".br").is_file():
            return False
        for ending in ("", ".gz", ".br"):
            source, target = feed / f"{name}{ending}", self.folder / f"{name}{ending}"
            if source.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                try:
                    os.link(source, target)
                except OSError:  # a file system without hard links
                    shutil.copy2(source, target)
        return True


def _young(since: str, run_date: date, grace: timedelta) -> bool:
    try:
        return run_date - date.fromisoformat(since) <= grace
    except ValueError:  # a feed of another make
        return False


def _brotli() -> Any:
    try:
        return importlib.import_module("brotli")
    except ImportError:
        raise UsageError("publish.feed_brotli: the package brotli is missing; install related-jobs[brotli]") from None
