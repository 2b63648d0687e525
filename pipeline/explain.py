"""Why B is related to A, or a duplicate of it: link evidence, the card, cosines by channel, shared terms."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from pipeline import show
from pipeline.errors import UsageError
from pipeline.linking.explain import explain as judge
from pipeline.store import Home, RunStore, Snapshot

SHARED_TERMS = 15  # shared terms shown per channel, strongest first


def explain_pair(home: Home, a: str, b: str) -> dict[str, Any]:
    """Return what is known of the pair, by heading: who they are, the link's evidence, the card, and the channels.

    Raises:
        UsageError: A or B names no job, both name the same posting, or the run's tables are gone.
    """
    snapshot = home.current()
    if snapshot is None:
        raise UsageError(f"{home.path}: no snapshot yet; publish one with related-jobs run --feed PATH")
    store = home.run(snapshot.run_date)
    if not any((store.path / "vectors").glob("*.parquet")):
        raise UsageError(f"{store.path}: its tables are gone; redo the run with --force to explain pairs")
    job_a, job_b = show.find_job(snapshot, a), show.find_job(snapshot, b)
    posting_a, posting_b = _posting(snapshot, a, job_a), _posting(snapshot, b, job_b)
    if posting_a == posting_b:
        raise UsageError(f"{a!r} and {b!r} are the same posting {posting_a}; name two")
    told: dict[str, Any] = {
        "A": {**job_a, "posting_id": posting_a},
        "B": {**job_b, "posting_id": posting_b},
        "As duplicates": _link(store, posting_a, posting_b),
    }
    if job_a["job_id"] == job_b["job_id"]:
        told["As related jobs"] = f"both are postings of job {job_a['job_id']}: one card"
        return told
    told["As related jobs"] = _card(snapshot, job_a["job_id"], job_b["job_id"])
    told.update(_channels(store, job_a["job_id"], job_b["job_id"]))
    return told


def _posting(snapshot: Snapshot, asked: str, job: dict[str, Any]) -> str:
    """Return the posting that `asked` names, else the canonical posting of the job."""
    found = show.query(snapshot.database, "show/posting", id=asked, job_id=job["job_id"])
    return str(found[0]["posting_id"])


def _link(store: RunStore, a: str, b: str) -> dict[str, Any]:
    postings = _rows(store, "postings", "posting_id", [a, b])
    bodies = _rows(store, "bodies", "body_id", postings.column("body_id").to_pylist())
    pair = pa.table({"posting_id_a": [min(a, b)], "posting_id_b": [max(a, b)]})
    link = store.manifest["settings"]["link"]
    groups = tuple(tuple(group) for group in link["employer_groups"])
    return judge(pair, postings, bodies, store.read("fit_phrases"), link["same_ad"], groups)[0]


def _card(snapshot: Snapshot, a: str, b: str) -> dict[str, Any]:
    rows = show.query(snapshot.database, "show/card", a=a, b=b)
    if not rows:
        return {"in the box of A": "no", "in the box of B": "no"}
    told: dict[str, Any] = {}
    for row in rows:
        box = "in the box of A" if row["job_id"] == a else "in the box of B"
        told[box] = f"rank {row['rank']}, score {row['score']:.3f}, {row['road']}: {row['reason']}"
        for reason in row["reasons"]:
            told[f"{box}: {reason['kind']}"] = f"{reason['value']} (weight {reason['weight']:.3f})"
    return told


def _channels(store: RunStore, a: str, b: str) -> dict[str, Any]:
    """Return the cosine of each channel, and of those made of terms the strongest shared ones."""
    vectors = _rows(store, "vectors", "job_id", [a, b]).to_pylist()
    of = {(v["job_id"], v["channel"]): v for v in vectors}
    cosines: dict[str, Any] = {}
    told: dict[str, Any] = {"Cosine by channel": cosines}
    for channel in sorted({v["channel"] for v in vectors}):
        left, right = of.get((a, channel)), of.get((b, channel))
        if left is None or right is None:
            continue
        shared = _products(left, right)
        cosines[channel] = round(float(sum(shared.values())), 4)
        if left["term_ids"] and channel != "title_characters":
            told[f"Shared terms, {channel}"] = _named(store, channel, shared)
    return told


def _products(left: dict[str, Any], right: dict[str, Any]) -> dict[int, float]:
    if not left["term_ids"] and not right["term_ids"] and len(left["weights"]) == len(right["weights"]):
        return dict(enumerate(np.multiply(left["weights"], right["weights"]).tolist()))
    weights = dict(zip(right["term_ids"], right["weights"], strict=True))
    return {t: w * weights[t] for t, w in zip(left["term_ids"], left["weights"], strict=True) if t in weights}


def _named(store: RunStore, channel: str, shared: dict[int, float]) -> dict[str, float]:
    strongest = sorted(shared, key=lambda t: (-shared[t], t))[:SHARED_TERMS]
    rows = _rows(store, "fit_terms", "term_id", strongest).to_pylist()
    names = {row["term_id"]: row["term"] for row in rows if row["channel"] == channel}
    return {names[t]: round(shared[t], 4) for t in strongest}


def _rows(store: RunStore, table: str, column: str, values: list[Any]) -> pa.Table:
    wanted = pa.array(values, type=_type(store, table, column))
    return ds.dataset([str(p) for p in store.parts(table)]).to_table(filter=pc.field(column).isin(wanted))


def _type(store: RunStore, table: str, column: str) -> pa.DataType:
    """Return the Arrow type of a column of a run's table."""
    return ds.dataset([str(p) for p in store.parts(table)]).schema.field(column).type
