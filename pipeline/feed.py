"""The JSON feed of the boxes: shards named by their content, and a small manifest written last."""

import hashlib
import json
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb

from pipeline import resources
from pipeline.store import write_json

_JOBS_A_SHARD = 256  # about 20 boxes of 10 cards make 64 KB of JSON; gzipped a shard of 256 jobs stays near 100 KB


def write(database: Path, folder: Path, run_date: date, schema_version: int) -> None:
    """Write the boxes of `database` into `folder`: shards `boxes-<prefix>-<hash>.json`, then `manifest.json`.

    A shard holds the jobs whose id's MD5 begins with its prefix: {"jobs": {job_id: {"job", "sources", "related"}}}.
    Texts of a feed never become markup: < > & are written as escapes, so that a shard may stand in a script element.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shards: dict[str, dict[str, object]] = {}
    with duckdb.connect(str(database), read_only=True) as con:
        jobs = con.table("mart.jobs").count("*").fetchall()[0][0]
        digits = _digits(jobs)
        rows = con.execute(resources.sql("feed/boxes"), {"digits": digits})
        for prefix, entries in groupby(iter(rows.fetchone, None), key=lambda row: row[0]):
            body = ",\n".join(f"{json.dumps(job_id)}: {entry}" for _, job_id, entry in entries)
            text = _without_markup(f'{{"schema_version": {schema_version}, "jobs": {{\n{body}\n}}}}\n')
            digest = hashlib.sha256(text.encode()).hexdigest()
            name = f"boxes-{prefix or 'all'}-{digest[:12]}.json"
            (folder / name).write_text(text, encoding="utf-8")
            shards[prefix] = {"file": name, "sha256": digest, "bytes": len(text.encode())}
    write_json(
        folder / "manifest.json",
        {"schema_version": schema_version, "run_date": run_date.isoformat(), "jobs": jobs,
         "shard_by": f"first {digits} hex digits of md5(job_id)", "shard_digits": digits, "shards": shards},
    )  # fmt: skip


def _digits(jobs: int) -> int:
    digits = 0
    while jobs > _JOBS_A_SHARD * 16**digits:
        digits += 1
    return digits


def _without_markup(text: str) -> str:
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
