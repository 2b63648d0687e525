"""Duplicates beside peers: python -m benchmarks.duplicates POSTINGS PAIRS [--model pipeline/models/duplicates.json].

Each peer runs in a process of its own, in the environment of benchmarks/peers (its own lock). Its threshold is chosen on
four folds of the labelled pairs and tried on the fifth, folds by connected component, so that no ad is on both sides. Ours is
scored where the pairs end (one job or two) by models that never saw the ads they judge: `related-jobs fit duplicates`
computes that and writes it into the model's file. Also printed: whether blocking finds what brute force finds.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.evaluate.labels import FOLDS, folds, read_pairs, scores, threshold
from pipeline.evaluate.nights import RUN_DATE, night_over
from pipeline.linking.roads import Ints
from pipeline.plan import Night
from pipeline.run import records
from pipeline.settings import Settings
from pipeline.stages.block import block
from pipeline.stages.shingles import shingles
from pipeline.text import signatures

PEERS = {
    "datasketch": "datasketch MinHash-LSH, 128 permutations, 3-word shingles",
    "rensa": "rensa MinHash-LSH, likewise",
    "rapidfuzz": "RapidFuzz token_sort_ratio of titles within a company",
    "ngrams": "n-gram overlap (share of the shorter text's 3-grams)",
    "splink": "Splink, EM without labels",
}
OURS = ("shingles", "block", "link", "bridge", "group")
BRUTE = 5_000
JACCARD = 0.8


def main() -> None:
    """Print the tables of BENCHMARKS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("postings", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--model", type=Path, default=Path("pipeline/models/duplicates.json"))
    parser.add_argument("--peers", nargs="*", default=list(PEERS))
    asked = parser.parse_args()
    print("| system | precision | recall | F1 | seconds | peak MB |\n|---|---|---|---|---|---|")
    labelled = read_pairs(asked.pairs)
    for name in asked.peers:
        print(_row(PEERS[name], _peer(name, asked.postings, asked.pairs, labelled)), flush=True)
    with night_over(asked.postings, "group") as run:
        done = [r for r in records(run) if r.stage in OURS]
        ours = json.loads(asked.model.read_text(encoding="utf-8"))["about"]["cross_validated"]
        mine = {"seconds": sum(r.seconds for r in done), "peak_mb": max(r.peak_mb for r in done)}
        print(_row("related-jobs (shingles, block, link, bridge, group)", {**ours, **mine}))
        print("\n" + _brute({n: run.store.read(n) for n in ("postings", "bodies")}))


def _row(name: str, r: dict[str, Any]) -> str:
    figures = " | ".join(f"{r[k]:.3f}" for k in ("precision", "recall", "f1"))
    return f"| {name} | {figures} | {r['seconds']:.0f} | {r['peak_mb']:.0f} |"


def _peer(name: str, postings: Path, pairs: Path, labelled: list[Any]) -> dict[str, Any]:
    folder = Path(__file__).resolve().parent / "peers"
    with tempfile.TemporaryDirectory() as out:
        path = Path(out) / "scores.json"
        uv = Path(sys.executable).parent / "uv"
        files = [str(p.resolve()) for p in (postings, pairs)]
        command = [
            str(uv),
            "run",
            "--project",
            str(folder),
            "python",
            str(folder / "score.py"),
            name,
            *files,
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True)
        found = json.loads(path.read_text(encoding="utf-8"))
    score, same = np.array(found["scores"]), np.array([p.same for p in labelled])
    fold, said = folds(labelled), np.zeros(len(same), bool)
    for number in range(FOLDS):
        inside = fold == number
        said[inside] = score[inside] >= threshold(score[~inside], same[~inside], 0.0)
    return {**scores(said, same), "seconds": found["seconds"], "peak_mb": found["peak_mb"]}


def _brute(tables: dict[str, pa.Table]) -> str:
    """Return how many of the pairs of BRUTE random postings whose texts agree by JACCARD blocking makes candidates of."""
    postings = tables["postings"].sort_by("posting_id")
    some = np.sort(np.random.default_rng(0).choice(postings.num_rows, min(BRUTE, postings.num_rows), replace=False))
    rows = postings.take(pa.array(some))
    texts = dict(
        zip(tables["bodies"].column("body_id").to_pylist(), tables["bodies"].column("text").to_pylist(), strict=True)
    )
    sets = signatures.shingles(signatures.cut(pa.array([texts.get(b, "") for b in rows.column("body_id").to_pylist()])))
    pairs = _alike(sets)
    tables = tables | shingles(tables, Night(RUN_DATE), Settings().shingles)
    made = block(tables, Night(RUN_DATE), Settings().block)["candidates"]
    known = set(zip(made.column("posting_id_a").to_pylist(), made.column("posting_id_b").to_pylist(), strict=True))
    ids = rows.column("posting_id").to_pylist()
    met = sum((ids[i], ids[j]) in known for i, j in pairs.tolist())
    return f"Brute force: of {len(pairs):,} pairs of {rows.num_rows:,} postings with Jaccard >= {JACCARD}, blocking has {met:,} ({met / max(len(pairs), 1):.2%})"


def _alike(sets: signatures.Sets) -> Ints:
    """Return the pairs of texts whose shingles agree by JACCARD, by comparing all."""
    from scipy.sparse import csr_array

    values, columns = np.unique(sets.values, return_inverse=True)
    size = np.diff(sets.starts)
    matrix = csr_array((np.ones(len(columns), np.float32), columns, sets.starts), shape=(len(size), len(values)))
    found = []
    for begin in range(0, len(size), 500):
        both = (matrix[begin : begin + 500] @ matrix.T).toarray()
        union = size[begin : begin + 500, None] + size[None, :] - both
        left, right = np.nonzero((both >= JACCARD * np.maximum(union, 1)) & (both > 0))
        left += begin
        found.append(np.stack([left, right], axis=1)[left < right])
    return np.concatenate(found).astype(np.int64)


if __name__ == "__main__":
    main()
