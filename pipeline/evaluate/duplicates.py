"""Score linking and grouping against labelled pairs: two ads are the same where they end in one job."""

import csv
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.evaluate.labels import (
    SAME,
    Labelled,
    calibration,
    false_merges,
    per_label,
    read_pairs,
    scores,
    share,
)
from pipeline.evaluate.nights import ids_of, night_over
from pipeline.linking.explain import explain
from pipeline.store import Run


def evaluate_duplicates(postings: Path, pairs: Path, out: Path | None = None) -> dict[str, Any]:
    """Return how well the real stages find the same ads: two ads are the same where they end in one job.

    Args:
        postings: table of posting_id, title, company, location, date_posted, description, url.
        pairs: CSV of posting_id_a, posting_id_b, label (repost, relocation, variant, related, unrelated).
        out: folder for predictions.csv, errors.csv (every pair judged wrongly, with its evidence) and report.json.

    Raises:
        InputError: the pairs can't be read.
    """
    labelled = read_pairs(pairs)
    begun = time.perf_counter()
    with night_over(postings, "group") as run:
        seconds = time.perf_counter() - begun
        known = ids_of(run)
        judged = _judged(run, labelled, known)
        report = _report(run, judged, known, seconds)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        _write_rows(out / "predictions.csv", [_prediction(j) for j in judged])
        _write_rows(out / "errors.csv", [_error(j) for j in judged if j["same_ad"] != j["pair"].same])
        (out / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def _table(labelled: Sequence[Labelled], known: dict[str, str]) -> pa.Table:
    ends = [sorted((known[p.a], known[p.b])) for p in labelled]
    return pa.table(
        {
            "posting_id_a": pa.array([a for a, _ in ends], pa.string()),
            "posting_id_b": pa.array([b for _, b in ends], pa.string()),
        }
    )


def _judged(run: Run, labelled: Sequence[Labelled], known: dict[str, str]) -> list[dict[str, Any]]:
    """Return every pair with what was said of it; a pair with a reject is said not to be the same ad."""
    jobs = run.store.read("job_postings")
    job = dict(zip(jobs.column("posting_id").to_pylist(), jobs.column("job_id").to_pylist(), strict=True))
    found = [p for p in labelled if p.a in known and p.b in known]
    postings, bodies, common = (run.store.read(name) for name in ("postings", "bodies", "fit_phrases"))
    link = run.settings.link
    told = explain(_table(found, known), postings, bodies, common, link.same_ad, link.employer_groups)
    by_pair = dict(zip(found, told, strict=True))
    judged = []
    for pair in labelled:
        evidence = by_pair.get(pair, {"kind": "none", "probability": 0.0, "decision": "reject", "measures": {}})
        same = pair in by_pair and job[known[pair.a]] == job[known[pair.b]]
        judged.append({"pair": pair, "same_ad": same, **evidence})
    return judged


def _report(run: Run, judged: list[dict[str, Any]], known: dict[str, str], seconds: float) -> dict[str, Any]:
    same = np.array([j["pair"].same for j in judged])
    said = np.array([j["same_ad"] for j in judged])
    labels = [j["pair"].label for j in judged]
    candidates = run.store.read("candidates")
    asked = set(
        zip(candidates.column("posting_id_a").to_pylist(), candidates.column("posting_id_b").to_pylist(), strict=True)
    )
    met = [tuple(sorted((known.get(j["pair"].a, ""), known.get(j["pair"].b, "")))) in asked for j in judged]
    return scores(said, same) | {
        "per_label": per_label(said, labels),
        "variant_false_merge_rate": false_merges(said, labels),
        "pair_completeness": share(np.array(met)[same]),
        "candidates_per_posting": round(candidates.num_rows / max(run.store.count("postings"), 1), 3),
        "blocking": run.store.read("block_metrics").to_pylist(),
        "calibration": calibration(np.array([j["probability"] for j in judged]), same),
        "pairs": len(judged),
        "postings": run.store.count("postings"),
        "seconds": round(seconds, 1),
    }


def _prediction(judged: dict[str, Any]) -> dict[str, Any]:
    pair: Labelled = judged["pair"]
    kind = judged["kind"]
    if judged["same_ad"] != (kind in SAME):  # their job says otherwise than the pair alone would
        kind = "repost" if judged["same_ad"] else "none"
    return {
        "posting_id_a": pair.a,
        "posting_id_b": pair.b,
        "same_ad": int(judged["same_ad"]),
        "kind": kind,
        "probability": judged["probability"],
    }


def _error(judged: dict[str, Any]) -> dict[str, Any]:
    reasons = "; ".join(f"{name} {value:+.2f}" for name, value in judged.get("reasons", [])[:5])
    return {
        **_prediction(judged),
        "label": judged["pair"].label,
        "decision": judged["decision"],
        "reasons": reasons,
        **judged["measures"],
    }


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
