"""The nearest texts of all jobs of a night, by peers and by ours: python -m benchmarks.neighbours --home HOME [--peers exact ivf].

HOME has a night (`python -m benchmarks.scale --sizes 30000 --keep DIR` leaves DIR/home-30000). Wanted are the ten nearest of
1,000 jobs by the whole TF-IDF vectors of their texts. Every peer finds ten for all jobs, in a process of its own and the
environment of benchmarks/peers (its own lock), with two threads where it has them; ours, in one process, the jobs its ranking
weighs and hands on, by text, title, meaning and level at once: more is asked of it, so its recall is of what it looks at.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks import scale_figures
from pipeline import run as engine
from pipeline.store import Home, Run

PEERS = {
    "exact": "sparse_dot_topn, whole vectors (exact)",
    "strongest": "sparse_dot_topn, 64 weightiest terms",
    "neighbours": "scikit-learn NearestNeighbors, brute (exact)",
    "ivf": "faiss IVF, 128 dimensions of LSA, 32 lists probed",
    "lsh": "rensa MinHash-LSH of the terms",
}
FOLDER = Path(__file__).resolve().parent / "peers"


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--queries", type=int, default=scale_figures.QUERIES)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    asked = parser.parse_args()
    store = Home(asked.home).runs()[-1]
    run = engine.open_run(Home(asked.home), date.fromisoformat(store.path.name))
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "vectors.npz"
        drawn, wanted = _given(run, asked.queries, given)
        print(
            f"{run.store.count('jobs'):,} jobs\n\n| system | recall@10 | seconds | CPU seconds | peak MB |\n|---|---|---|---|---|"
        )
        for name in asked.peers:
            print(_row(PEERS[name], _peer(name, given, Path(folder) / "out.json")), flush=True)
    print(_row("related-jobs, stage relate's search", _ours(run, drawn, wanted)))


def _row(name: str, told: dict[str, Any]) -> str:
    return f"| {name} | {told['recall']:.3f} | {told['seconds']:.1f} | {told['cpu']:.1f} | {told['peak_mb']:,.0f} |"


def _given(run: Run, queries: int, path: Path) -> tuple[np.ndarray, list[np.ndarray]]:
    """Write what peers read; return the jobs that are asked and the exact neighbours of each."""
    jobs = run.store.read("jobs").sort_by("job_id")
    tables = {name: run.store.read(name) for name in scale_figures.TEXT_TABLES}
    parts = [scale_figures.vectors(run, tables, jobs.slice(start, 10_000)) for start in range(0, jobs.num_rows, 10_000)]
    whole = sparse.csr_matrix(sparse.vstack(parts))
    drawn = np.sort(np.random.default_rng(5).permutation(jobs.num_rows)[:queries])
    wanted = scale_figures.exact(run, drawn)
    padded = np.full((len(drawn), scale_figures.NEIGHBOURS), -1, dtype=np.int64)
    for row, near in zip(padded, wanted, strict=True):
        row[: len(near)] = near
    np.savez(
        path, data=whole.data, indices=whole.indices, indptr=whole.indptr, shape=whole.shape, asked=drawn, wanted=padded
    )
    return drawn, wanted


def _peer(name: str, given: Path, out: Path) -> dict[str, Any]:
    uv = Path(sys.executable).parent / "uv"
    command = [uv, "run", "--project", FOLDER, "python", FOLDER / "neighbours.py", name, given, out]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return dict(json.loads(out.read_text(encoding="utf-8")))


def _ours(run: Run, drawn: np.ndarray, wanted: list[np.ndarray]) -> dict[str, Any]:
    from pipeline.ranking import corpus, neighbours
    from pipeline.ranking.ranker import shipped

    known = corpus.read({name: run.store.read(name) for name in corpus.TABLES})
    begun, spent = time.perf_counter(), time.process_time()
    search = neighbours.search(known, shipped(), run.settings.relate)
    for members in search.inside:
        alike = [neighbours.alike_in(search, cell) for cell in neighbours.cells_of(search, members)]
        neighbours.found(search, members, alike)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
    hits = []
    for job, near in zip(drawn.tolist(), wanted, strict=True):
        cell = int(search.cells.of[job])
        looked = neighbours.searched(search, cell, neighbours.alike_in(search, cell))
        hits.append(np.isin(near, looked).mean() if len(near) else 1.0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"recall": float(np.mean(hits)), "seconds": seconds, "cpu": cpu, "peak_mb": peak}


if __name__ == "__main__":
    main()
