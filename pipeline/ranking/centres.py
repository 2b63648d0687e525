"""Clusters of jobs: how many there are, where their centres lie, which one a job is nearest to."""

import math

import numpy as np
import numpy.typing as npt

from pipeline.ranking.spaces import Dense, unit

Ints = npt.NDArray[np.int64]


def clusters_wanted(documents: int, per_cluster: int, most: int) -> int:
    """Return the number of clusters: the root of twice the documents, with `per_cluster` of them each; one at least."""
    return max(1, min(round(math.sqrt(2 * documents)), documents // max(1, per_cluster), most))


def centres(positions: Dense, wanted: int) -> Dense:
    """Return the centres of `wanted` clusters of `positions` (documents x dimensions): clusters x dimensions.

    Of unit length. Spherical k-means by scikit-learn's mini-batches, seeded; a cluster that ends empty is left out.
    """
    from sklearn.cluster import KMeans, MiniBatchKMeans

    if wanted <= 1 or len(positions) <= wanted:
        return (
            unit(positions.mean(axis=0, keepdims=True))
            if len(positions)
            else np.zeros((1, positions.shape[1]), np.float32)
        )
    kind = KMeans if len(positions) <= 5_000 else MiniBatchKMeans
    options = {} if kind is KMeans else {"batch_size": 4_096, "max_no_improvement": 20}
    # In double precision: seeding converts single precision anew for each centre, 23 s of 25 on 24,000 documents.
    model = kind(n_clusters=wanted, n_init=1, random_state=0, **options).fit(positions.astype(np.float64))
    found = unit(np.asarray(model.cluster_centers_, dtype=np.float32))
    inhabited = np.unique(nearest(positions, found)[0])
    return found[inhabited]


def areas(centre: Dense, weight: Ints) -> Ints:
    """Return the area of each centre, a number from 0 on: centres that lie near each other, by Ward's method.

    There are three areas for the root of the clusters: 45 of 220. A centre counts as a point, whatever its `weight`;
    areas are numbered by the documents they have, the largest first.
    """
    from sklearn.cluster import AgglomerativeClustering

    wanted = min(len(centre), max(1, round(3 * math.sqrt(len(centre)))))
    if len(centre) <= 3 or wanted == len(centre):
        return np.arange(len(centre))
    found = AgglomerativeClustering(n_clusters=wanted, linkage="ward").fit(centre.astype(np.float64)).labels_
    size = np.bincount(found, weights=weight, minlength=wanted)
    first = np.array([np.flatnonzero(found == area)[0] for area in range(wanted)])
    place = np.empty(wanted, dtype=np.int64)
    place[np.lexsort((first, -size))] = np.arange(wanted)
    return np.asarray(place[found], dtype=np.int64)


def nearest(positions: Dense, centre: Dense) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return the nearest centre of each position and its cosine, the first of equals.

    In double precision: in single, the sixth digit would depend on how many rows are multiplied at once.
    """
    across = centre.T.astype(np.float64)
    best = np.zeros(len(positions), dtype=np.int64)
    cosine = np.zeros(len(positions), dtype=np.float64)
    for start in range(0, len(positions), 20_000):
        likeness = np.round(positions[start : start + 20_000].astype(np.float64) @ across, 6)
        best[start : start + 20_000] = likeness.argmax(axis=1)
        cosine[start : start + 20_000] = likeness.max(axis=1)
    return best, np.clip(cosine, -1, 1)
