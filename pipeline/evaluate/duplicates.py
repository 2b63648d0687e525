"""Score linking and grouping against labelled pairs, and fit the model that links are made with."""

import csv
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.errors import InputError
from pipeline.evaluate.nights import ids_of, night_over
from pipeline.linking import fitting
from pipeline.linking.decide import judge
from pipeline.linking.evidence import Evidence
from pipeline.linking.explain import explain, measure
from pipeline.linking.model import Model, write
from pipeline.settings import Settings
from pipeline.store import Run

SAME = frozenset(("repost", "relocation"))
FOLDS = 5
_COLUMNS = ("posting_id_a", "posting_id_b", "label")


@dataclass(frozen=True)
class Labelled:
    """A labelled pair, by the ids in the file."""

    a: str
    b: str
    label: str

    @property
    def same(self) -> bool:
        """Both are the same ad."""
        return self.label in SAME


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


def fit_duplicates(postings: Path, pairs: Path, out: Path) -> dict[str, Any]:
    """Fit the model of duplicates on labelled pairs, write it to `out`, and return its cross-validated scores.

    Args:
        postings: as for evaluate_duplicates().
        pairs: likewise.
        out: the model's file.
    """
    labelled = read_pairs(pairs)
    settings = Settings()
    with night_over(postings, "fit", settings) as run:
        known = ids_of(run)
        kept = [p for p in labelled if p.a in known and p.b in known]
        evidence = _measured(run, kept, known, settings)
    same = np.array([p.same for p in kept])
    about = {
        "fitted_on": f"{len(kept)} labelled pairs of {postings.name}",
        "labels": "made by language models reading both ads, not by people",
    }
    model = fitting.fit(evidence, same, about, version="1")
    out.parent.mkdir(parents=True, exist_ok=True)
    write(model, out)
    return {
        "pairs": len(kept),
        "file": str(out),
        "cross_validated": cross_validated(evidence, kept, settings.link.same_ad),
    }


def cross_validated(evidence: Evidence, labelled: Sequence[Labelled], same_ad: float) -> dict[str, Any]:
    """Return the scores of models that never saw the ads they judge: five folds by connected component of the pairs."""
    fold = folds(labelled)
    same = np.array([p.same for p in labelled])
    said, probability = np.zeros(len(same), bool), np.zeros(len(same))
    for number in range(FOLDS):
        inside = fold == number
        if inside.all() or not inside.any():
            continue
        model: Model = fitting.fit(_rows(evidence, ~inside), same[~inside], {}, version="fold")
        judged = judge(_rows(evidence, inside), model, same_ad)
        said[inside] = np.isin(judged.kind, list(SAME))
        probability[inside] = judged.probability
    labels = np.array([p.label for p in labelled])
    return scores(said, same) | {
        "variant_false_merge_rate": _share(said[labels == "variant"]),
        "calibration": calibration(probability, same),
    }


def folds(labelled: Sequence[Labelled]) -> NDArray[np.int64]:
    """Return the fold of each pair; pairs that share an ad, however far round, are in one fold."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for pair in labelled:
        one, other = sorted((root(pair.a), root(pair.b)))
        parent[other] = one
    roots = sorted({root(p.a) for p in labelled})
    order = np.random.default_rng(0).permutation(len(roots))
    number = {name: int(order[i]) % FOLDS for i, name in enumerate(roots)}
    return np.array([number[root(p.a)] for p in labelled], dtype=np.int64)


def scores(said: NDArray[np.bool_], same: NDArray[np.bool_]) -> dict[str, float]:
    """Return precision, recall and F1 of `said`."""
    hits = int((said & same).sum())
    precision, recall = hits / max(int(said.sum()), 1), hits / max(int(same.sum()), 1)
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def calibration(probability: NDArray[np.float64], same: NDArray[np.bool_]) -> list[dict[str, float]]:
    """Return, for ten bins of the probability, how many pairs are in it and which share of them is the same ad."""
    bins = np.minimum((probability * 10).astype(int), 9)
    return [
        {
            "from": number / 10,
            "to": (number + 1) / 10,
            "pairs": int((bins == number).sum()),
            "mean_probability": round(float(probability[bins == number].mean()), 4),
            "same_ad": round(float(same[bins == number].mean()), 4),
        }
        for number in range(10)
        if (bins == number).any()
    ]


def read_pairs(path: Path) -> list[Labelled]:
    """Return the labelled pairs.

    Raises:
        InputError: the file can't be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: can't be read ({error})") from error
    missing = [c for c in _COLUMNS if not rows or c not in rows[0]]
    if missing:
        raise InputError(f"{path}: no column {missing[0]!r}; wanted are {', '.join(_COLUMNS)}")
    return [Labelled(*(row[c] for c in _COLUMNS)) for row in rows]


def _rows(evidence: Evidence, some: NDArray[np.bool_]) -> Evidence:
    return {name: values[some] for name, values in evidence.items()}


def _table(labelled: Sequence[Labelled], known: dict[str, str]) -> pa.Table:
    ends = [sorted((known[p.a], known[p.b])) for p in labelled]
    return pa.table(
        {
            "posting_id_a": pa.array([a for a, _ in ends], pa.string()),
            "posting_id_b": pa.array([b for _, b in ends], pa.string()),
        }
    )


def _measured(run: Run, labelled: Sequence[Labelled], known: dict[str, str], settings: Settings) -> Evidence:
    postings, bodies, common = (run.store.read(name) for name in ("postings", "bodies", "fit_phrases"))
    return measure(_table(labelled, known), postings, bodies, common, settings.link.employer_groups)


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
    labels = np.array([j["pair"].label for j in judged])
    candidates = run.store.read("candidates")
    asked = set(
        zip(candidates.column("posting_id_a").to_pylist(), candidates.column("posting_id_b").to_pylist(), strict=True)
    )
    met = [tuple(sorted((known.get(j["pair"].a, ""), known.get(j["pair"].b, "")))) in asked for j in judged]
    return scores(said, same) | {
        "per_label": {
            label: {"pairs": int((labels == label).sum()), "same_ad": int(said[labels == label].sum())}
            for label in sorted(set(labels.tolist()))
        },
        "variant_false_merge_rate": _share(said[labels == "variant"]),
        "pair_completeness": _share(np.array(met)[same]),
        "candidates_per_posting": round(candidates.num_rows / max(run.store.count("postings"), 1), 3),
        "blocking": run.store.read("block_metrics").to_pylist(),
        "calibration": calibration(np.array([j["probability"] for j in judged]), same),
        "pairs": len(judged),
        "postings": run.store.count("postings"),
        "seconds": round(seconds, 1),
    }


def _share(flags: NDArray[np.bool_]) -> float:
    return round(float(flags.mean()), 4) if len(flags) else 0.0


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
