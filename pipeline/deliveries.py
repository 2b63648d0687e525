"""What each feed brought against what it brought before: a feed that shrinks beyond the band is held back, and told."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from pipeline import resources, yesterday
from pipeline.contracts import connect
from pipeline.errors import UsageError
from pipeline.store import Run

_UNREMARKABLE = "accepted"


def deliveries(run: Run) -> None:
    """Put into the run what each feed delivered and whether its silence about a posting counts; tell the manifest what is odd.

    Raises:
        UsageError: a feed that is to end (--end-feed) holds no posting open.
    """
    manifest = run.store.manifest
    known = {"run_date": run.night.run_date, **asdict(run.settings.deliveries)}
    with connect() as con:
        for table in ("listing_days", "normalised", "raw_rejects"):
            con.read_parquet([str(p) for p in run.store.parts(table)]).create_view(table)
        yesterday.view(con, run, ("deliveries", "sightings"))
        con.register("run_feeds", _feeds(manifest))
        query = resources.sql("transforms/deliveries")
        rows = con.sql(query, params=resources.params(query, known)).to_arrow_table()
    told = rows.to_pylist()
    _check_ended(manifest.get("end_feeds", []), told)
    run.store.drop("deliveries")
    run.store.write("deliveries", rows)
    run.store.update_manifest(remarks=[remark(row) for row in told if row["state"] != _UNREMARKABLE])


def remark(row: dict[str, Any]) -> dict[str, str]:
    """Return what is odd about a delivery: the feed, its state, and a sentence that says what to do."""
    feed, state, day = row["feed"], row["state"], row["run_date"]
    brought = f"feed {feed} brought {row['ids']:,} different postings of {row['expected_ids'] or 0:,} expected"
    says = {
        "held back": f"{brought}: taken for a crawl that broke off. What it did not bring stays as it was. If it did shrink: "
        f"related-jobs run --run-date {day} --accept-shrink {feed} (with the same feeds); else look at the feed",
        "accepted by hand": f"{brought}; accepted by hand (--accept-shrink)",
        "accepted as lasting": f"{brought}; accepted: {row['agreeing']} deliveries in a row agree",
        "did not come": f"feed {feed} was no feed of this run: its postings stay as they were. "
        f"If it has ended: related-jobs run --end-feed {feed}",
        "ended": f"feed {feed} has ended: postings that no other feed brings are closed",
    }
    return {"feed": feed, "state": state, "says": says[state]}


def _feeds(manifest: dict[str, Any]) -> pa.Table:
    """Return a row a feed: those of the run (comes), and those that are to end."""
    accept, ended = set(manifest.get("accept_shrink", [])), manifest.get("end_feeds", [])
    rows = [
        {"feed": f["name"], "delivery": "delta" if f["delta"] else "full", "grace": f["grace"],
         "accept": f["name"] in accept, "comes": True, "ended": False}
        for f in manifest["feeds"]
    ]  # fmt: skip
    rows += [
        {"feed": name, "delivery": "full", "grace": 0, "accept": False, "comes": False, "ended": True} for name in ended
    ]
    fields = [("feed", pa.string()), ("delivery", pa.string()), ("grace", pa.int32()), ("accept", pa.bool_())]
    return pa.Table.from_pylist(rows, schema=pa.schema([*fields, ("comes", pa.bool_()), ("ended", pa.bool_())]))


def _check_ended(asked: Iterable[str], told: list[dict[str, Any]]) -> None:
    silent = {row["feed"] for row in told if row["state"] in ("did not come", "ended")}
    for name in asked:
        if name not in silent:
            others = ", ".join(sorted(silent)) or "none"
            raise UsageError(f"--end-feed {name}: no such feed holds postings open; feeds that did not come: {others}")
