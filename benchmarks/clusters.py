"""How good a night's clusters are: python -m benchmarks.clusters HOME [RUN_DATE]. Coherence, purity against job_function, sizes.

Coherence is the mean normalised pointwise mutual information (Bouma 2009) of the ten words by which a cluster's texts stand
out, over whole ads (Lau, Newman and Baldwin 2014); beside it that of as many words drawn at random and of clusters whose
jobs were drawn at random. Purity: the share of jobs whose board's own job function is the one most frequent in their
cluster, beside the share of the most frequent function of all, and normalised mutual information.
"""

import argparse
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.ranking import corpus
from pipeline.store import Home, RunStore

TABLES = ("jobs", "postings", "family_jobs", "vectors", "job_clusters", "clusters", "fit_terms", "fits")
WORDS = 10
Ints = npt.NDArray[np.int64]


def main() -> None:
    """Print the measures of the run's clusters."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("run_date", type=date.fromisoformat)
    given = parser.parse_args()
    store: RunStore = Home(given.home).run(given.run_date)
    tables = {name: store.read(name) for name in TABLES}
    known = corpus.read(tables)
    size = np.bincount(known.member, minlength=len(known.clusters))
    stands = (known.sparse["body"] > 0).astype(np.float32)
    random = np.random.default_rng(0)
    print(
        f"jobs {len(known.member)}, clusters {len(size)}, jobs a cluster: median {np.median(size):.0f}, largest {size.max()}"
    )
    outliers = float(np.mean(np.asarray(tables["job_clusters"].column("is_outlier"))))
    print(f"outliers {outliers:.1%}, mean distance {known.distance.mean():.3f}")
    for name, member in (("clusters", known.member), ("jobs drawn at random", random.permutation(known.member))):
        print(
            f"coherence of {name}: NPMI {coherence(stands, top_words(known.sparse['body'], member, known.tells)):.3f}"
        )
    functions = job_functions(tables)
    told = np.array([bool(name) for name in functions])
    if told.any():
        names = np.array(functions)[told]
        print(
            f"job function told of {told.mean():.0%}: purity {purity(names, known.member[told]):.3f}, most frequent "
            f"{Counter(names.tolist()).most_common(1)[0][1] / told.sum():.3f}, NMI {nmi(names, known.member[told]):.3f}"
        )


def top_words(bodies: sparse.csr_matrix, member: Ints, tells: npt.NDArray[np.bool_]) -> list[list[int]]:
    """Return the telling words by which the texts of each cluster stand out most."""
    inside = sparse.csr_matrix((np.ones(len(member)), (member, np.arange(len(member)))))
    often = np.maximum(np.asarray(inside.sum(axis=1)).ravel(), 1)
    mean = np.asarray(bodies.mean(axis=0)).ravel()
    above = np.asarray((inside @ bodies).todense()) / often[:, None] - mean
    above[:, ~tells[: above.shape[1]]] = -1
    return [row.tolist() for row in np.argsort(-above, axis=1, kind="stable")[:, :WORDS]]


def coherence(stands: sparse.csr_matrix, words: list[list[int]]) -> float:
    """Return the mean NPMI of the pairs of each cluster's words, mean over clusters."""
    share = np.asarray(stands.mean(axis=0)).ravel()
    columns = stands.tocsc()
    found = []
    for some in words:
        among = columns[:, some]
        together = np.asarray((among.T @ among).todense()) / stands.shape[0]
        for i, j in combinations(range(len(some)), 2):
            both = max(float(together[i, j]), 1e-12)
            found.append(np.log(both / (share[some[i]] * share[some[j]] + 1e-12)) / -np.log(both))
    return float(np.mean(found))


def job_functions(tables: dict[str, pa.Table]) -> list[str]:
    """Return the first job function the board tells of each job's canonical posting, '' where none."""
    jobs, postings = tables["jobs"].sort_by("job_id"), tables["postings"]
    at = pc.index_in(jobs.column("canonical_posting_id"), value_set=postings.column("posting_id").combine_chunks())
    told = postings.column("job_function").take(at).to_pylist()
    return [(name or "").split(",")[0].split(" and ")[0].strip() for name in told]


def purity(names: npt.NDArray[np.str_], member: Ints) -> float:
    """Return the share of jobs that have the most frequent name of their cluster."""
    inside: dict[int, Counter[str]] = {}
    for name, cluster in zip(names.tolist(), member.tolist(), strict=True):
        inside.setdefault(cluster, Counter())[name] += 1
    return sum(max(counts.values()) for counts in inside.values()) / len(names)


def nmi(names: npt.NDArray[np.str_], member: Ints) -> float:
    """Return the normalised mutual information of names and clusters."""
    from sklearn.metrics import normalized_mutual_info_score

    return float(normalized_mutual_info_score(names, member))


if __name__ == "__main__":
    main()
