"""Which snapshot readers see, and going back to an older one: checked, by one rename, recorded in HOME/rollbacks.json."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from pipeline import resources
from pipeline.contracts import opened
from pipeline.errors import RelatedJobsError, UsageError
from pipeline.store import Home, Snapshot, read_json, write_json


@dataclass(frozen=True)
class Kept:
    """A snapshot that HOME keeps, for people.

    Attributes:
        state: current (what readers see), withdrawn (rolled back: no night builds on it) or kept.
        stands_for: the newest night it stands for: its own, or a later one in which nothing changed.
        built_on: snapshot that was its yesterday; None for a first night, or where it was not noted.
        megabytes: size of its database and feed on disk.
    """

    snapshot: str
    run_date: str
    state: str
    built_on: str | None
    stands_for: str
    postings: int | None
    jobs: int | None
    megabytes: float


def kept(home: Home) -> list[Kept]:
    """Return the snapshots of `home`, newest first."""
    current, withdrawn = home.current(), home.withdrawn()
    return [_described(home, s, current, withdrawn) for s in reversed(home.snapshots())]


def rollback(home: Home, wanted: str) -> Snapshot:
    """Make the newest snapshot of a date (or the one of an id) the one that readers see; return it.

    Snapshots after it are withdrawn: no night builds on them, nor on fits they made. Runs after it are stale: each is redone
    when it is asked for again. The next night's yesterday is the restored one. Killed anywhere and called again, it ends the same.

    Raises:
        UsageError: there is no such snapshot; names those that are there.
        RelatedJobsError: the snapshot can't be read.
    """
    found = [s for s in home.snapshots() if wanted in (s.path.name, *_nights(home, s))]
    if not found:
        there = ", ".join(s.path.name for s in home.snapshots()) or "none"
        raise UsageError(f"{home.path}: no snapshot {wanted!r} (a date or an id); there are {there}")
    target = found[-1]
    _check(target)
    before = home.current()
    home.flip(target.path)
    _record(home, target, before)
    for run in home.runs():
        manifest = run.manifest
        later = manifest.get("run_date", "") > target.run_date.isoformat()
        redone = (
            manifest.get("run_date") == target.run_date.isoformat() and manifest.get("snapshot") != target.path.name
        )
        stays = manifest.get("unchanged_since") and manifest.get("snapshot") == target.path.name
        if manifest.get("state") == "published" and (later or redone) and not stays:
            run.update_manifest(stale=True)
    return target


def log(home: Home) -> list[dict[str, Any]]:
    """Return what was rolled back, oldest first: at, from, to, withdrawn."""
    return list((read_json(home.path / Home.ROLLBACKS) or {}).get("log", []))


def _nights(home: Home, snapshot: Snapshot) -> list[str]:
    """Return the nights that a snapshot stands for: its own, and those after it in which nothing changed."""
    return [snapshot.run_date.isoformat(), *(run.path.name for run in home.unchanged_nights(snapshot))]


def _record(home: Home, target: Snapshot, before: Snapshot | None) -> None:
    names = [s.path.name for s in home.snapshots()]
    withdrawn = names[names.index(target.path.name) + 1 :]
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "from": before.path.name if before else None,
        "to": target.path.name,
        "withdrawn": withdrawn,
    }
    fits = sorted({fit for s in home.snapshots() if s.path.name in withdrawn for fit in _fits_made(s)})
    write_json(home.path / Home.ROLLBACKS, {"withdrawn": withdrawn, "fits": fits, "log": [*log(home), entry]})


def _fits_made(snapshot: Snapshot) -> list[str]:
    return [r["fit_id"] for r in snapshot.table("fits").to_pylist() if r["is_new"]]


def _check(snapshot: Snapshot) -> None:
    """Read what readers will read first, before they do."""
    try:
        with opened(snapshot.database) as con:
            con.execute(resources.sql("feed/counts")).fetchall()
    except duckdb.Error as error:
        raise RelatedJobsError(
            f"{snapshot.database}: can't be read ({error}); roll back to another: related-jobs snapshots"
        ) from error
    if read_json(snapshot.path / "feed" / "manifest.json") is None:
        raise RelatedJobsError(f"{snapshot.path}: its feed is missing; roll back to another: related-jobs snapshots")


def _described(home: Home, snapshot: Snapshot, current: Snapshot | None, withdrawn: frozenset[str]) -> Kept:
    told = snapshot.record
    name = snapshot.path.name
    is_current = current is not None and current.path.name == name
    files = [snapshot.database, *(snapshot.path / "feed").rglob("*")]
    return Kept(
        snapshot=name,
        run_date=snapshot.run_date.isoformat(),
        state="current" if is_current else "withdrawn" if name in withdrawn else "kept",
        built_on=told.get("yesterday"),
        stands_for=home.stands_for(snapshot).isoformat(),
        postings=told.get("counts", {}).get("postings"),
        jobs=told.get("counts", {}).get("jobs"),
        megabytes=round(sum(f.stat().st_size for f in files if f.is_file()) / 1e6, 1),
    )
