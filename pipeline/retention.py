"""What HOME no longer needs: old snapshots, the tables of their runs, fits that no snapshot uses; under HOME's lock, after a flip."""

import shutil
from datetime import date

from pipeline.store import Home, RunStore


def retire(home: Home, keep: int) -> None:
    """Remove all but the newest `keep` snapshots, and what only they needed. Killed anywhere, the next call ends it.

    Never the current snapshot, nor the one it was built on (a rollback goes there first), nor one that a run not yet done builds on.
    """
    current = home.current()
    if current is None:
        return
    unfinished = [r.manifest.get("yesterday") for r in home.runs() if r.manifest.get("state") != "published"]
    needed = {current.path.name, current.record.get("yesterday"), *unfinished}
    others = [s for s in home.snapshots() if s.path.name != current.path.name]
    for snapshot in others[: max(0, len(others) - keep)]:
        if snapshot.path.name not in needed:
            # Out of sight first: a removal that is broken off must not leave half a snapshot among the whole ones.
            snapshot.path.rename(snapshot.path.with_name(f".retired-{snapshot.path.name}"))
    for doomed in (home.path / "snapshots").glob(".retired-*"):
        shutil.rmtree(doomed)
    _retire_runs(home)
    _retire_fits(home, current.run_date)


def _retire_runs(home: Home) -> None:
    """Clear the tables of runs that are older than every snapshot kept, and of those whose snapshot was retired."""
    kept = {s.path.name for s in home.snapshots()}
    oldest = min(s.run_date for s in home.snapshots()).isoformat()
    for run in home.runs():
        manifest = run.manifest
        retired = manifest.get("state") == "published" and manifest.get("snapshot") not in kept
        if retired or manifest.get("run_date", oldest) < oldest:
            run.clear_tables()


def _retire_fits(home: Home, newest: date) -> None:
    """Remove fits that no snapshot kept uses, and those half written; one of a later date waits for its night to be done."""
    used = {s.record.get("fit_id") for s in home.snapshots()}
    for path in (home.path / "fits").glob("*"):
        if path.name in used:
            continue
        whole = any((path / "fits").glob("*.parquet"))
        if not whole or RunStore(path).read("fits").column("fitted_on")[0].as_py() <= newest:
            shutil.rmtree(path)
