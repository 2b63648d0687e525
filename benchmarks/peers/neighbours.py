"""The nearest ten texts of every job by one peer: python neighbours.py PEER VECTORS.npz OUT.json; runs in this folder's environment.

VECTORS.npz holds TF-IDF rows of unit length (`data`, `indices`, `indptr`, `shape`), places of the jobs that are asked (`asked`)
and the exact nearest ten of each (`wanted`, -1 where there are fewer). OUT.json gets recall, seconds (index and search of all
rows, not only of those that are asked), CPU seconds and peak memory.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import sparse

TEN = 10


def exact(vectors: sparse.csr_matrix, asked: np.ndarray) -> np.ndarray:
    """sparse_dot_topn over whole vectors."""
    return _topn(vectors, vectors, asked)


def strongest(vectors: sparse.csr_matrix, asked: np.ndarray, most: int = 64) -> np.ndarray:
    """sparse_dot_topn over the 64 weightiest terms of each."""
    cut = vectors.copy()
    for row in range(cut.shape[0]):
        part = cut.data[cut.indptr[row] : cut.indptr[row + 1]]
        if len(part) > most:
            part[np.argpartition(part, -most)[:-most]] = 0
    cut.eliminate_zeros()
    return _topn(cut, cut, asked)


def _topn(rows: sparse.csr_matrix, others: sparse.csr_matrix, asked: np.ndarray) -> np.ndarray:
    from sparse_dot_topn import sp_matmul_topn

    found = sp_matmul_topn(rows, others.T.tocsr(), top_n=TEN + 1, sort=True, n_threads=2)
    return _without_self([found.indices[found.indptr[i] : found.indptr[i + 1]] for i in asked.tolist()], asked)


def neighbours(vectors: sparse.csr_matrix, asked: np.ndarray) -> np.ndarray:
    """scikit-learn's NearestNeighbors, brute force, cosine."""
    from sklearn.neighbors import NearestNeighbors

    model = NearestNeighbors(n_neighbors=TEN + 1, metric="cosine", algorithm="brute", n_jobs=2).fit(vectors)
    parts = [model.kneighbors(vectors[i : i + 2000], return_distance=False) for i in range(0, vectors.shape[0], 2000)]
    return _without_self(list(np.concatenate(parts)[asked]), asked)


def ivf(vectors: sparse.csr_matrix, asked: np.ndarray) -> np.ndarray:
    """Faiss IVF (4 root n lists, 32 probed) over 128 dimensions of latent semantic analysis."""
    import faiss
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    faiss.omp_set_num_threads(2)
    placed = np.ascontiguousarray(
        normalize(TruncatedSVD(128, random_state=0).fit_transform(vectors)).astype(np.float32)
    )
    lists = max(1, int(4 * np.sqrt(len(placed))))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(128), 128, lists, faiss.METRIC_INNER_PRODUCT)
    index.train(placed)
    index.add(placed)
    index.nprobe = 32
    return _without_self(list(index.search(placed, TEN + 1)[1][asked]), asked)


def lsh(vectors: sparse.csr_matrix, asked: np.ndarray) -> np.ndarray:
    """Rensa MinHash-LSH of the terms (128 permutations, bands of two), found ones by the estimated Jaccard."""
    from rensa import RMinHash, RMinHashLSH

    names = [str(i) for i in range(vectors.shape[1])]
    prints = []
    index = RMinHashLSH(threshold=0.13, num_perm=128, num_bands=64)
    for row in range(vectors.shape[0]):
        made = RMinHash(num_perm=128, seed=42)
        made.update([names[i] for i in vectors.indices[vectors.indptr[row] : vectors.indptr[row + 1]]])
        index.insert(row, made)
        prints.append(made)
    wanted, found = set(asked.tolist()), {}
    for row, made in enumerate(prints):
        others = sorted((-made.jaccard(prints[other]), other) for other in index.query(made) if other != row)[:TEN]
        if row in wanted:
            found[row] = [other for _, other in others]
    return _without_self([np.array(found[i], dtype=np.int64) for i in asked.tolist()], asked)


def _without_self(found: list[np.ndarray], asked: np.ndarray) -> np.ndarray:
    out = np.full((len(asked), TEN), -2, dtype=np.int64)
    for place, (row, others) in enumerate(zip(asked.tolist(), found, strict=True)):
        left = others[others != row][:TEN]
        out[place, : len(left)] = left
    return out


PEERS: dict[str, Callable[[sparse.csr_matrix, np.ndarray], np.ndarray]] = {
    "exact": exact, "strongest": strongest, "neighbours": neighbours, "ivf": ivf, "lsh": lsh,
}  # fmt: skip


def main() -> None:
    """Measure one peer."""
    name, given, out = sys.argv[1:]
    with np.load(given) as file:
        vectors = sparse.csr_matrix((file["data"], file["indices"], file["indptr"]), shape=tuple(file["shape"]))
        asked, wanted = file["asked"], file["wanted"]
    begun, spent = time.perf_counter(), time.process_time()
    found = PEERS[name](vectors, asked)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
    hits = [np.isin(w[w >= 0], f).mean() if (w >= 0).any() else 1.0 for w, f in zip(wanted, found, strict=True)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(out).write_text(json.dumps({"recall": float(np.mean(hits)), "seconds": seconds, "cpu": cpu, "peak_mb": peak}))


if __name__ == "__main__":
    main()
