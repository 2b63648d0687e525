"""Clusters of jobs: how many there are, where their centres lie, which one a job is nearest to."""

import math

import numpy as np
import numpy.typing as npt

from pipeline.ranking.spaces import Dense, unit

Ints = npt.NDArray[np.int64]

_LEAST_LEFT = 2  # documents of a cluster of before, without which it is not carried on
_FEWER, _MORE = (
    0.75,
    1.5,
)  # share of the clusters wanted, between which those of before are neither added to nor given up
_ROUNDS = 2  # of k-means with those of before held where they were
_GROWTH = 0.12  # of the clusters of before, added by one fit at most
_NOISE = 1e-6  # length of a sum of positions that point nowhere
_AT_ONCE = 4_000  # positions whose likeness to all centres is worked out together


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


def carried_on(positions: Dense, was: Ints, wanted: int) -> tuple[Dense, Ints]:
    """Return the centres of clusters that carry on those of before, and which of these each one carries on (-1: it is new).

    A cluster lies where the documents lie that were in it before, wherever the new fit has put them: its centre is their
    mean. From scratch half of the jobs of a small corpus change their cluster, for nothing: k-means has many equally good
    endings. Where there are fewer than _FEWER of those `wanted` some are added among the new documents that lie worst,
    where there are more than _MORE the smallest are given up.

    Args:
        positions: documents x dimensions.
        was: cluster of each document before; -1 where it was not there.
        wanted: clusters_wanted().
    """
    sums = np.zeros((max(was.tolist(), default=-1) + 1, positions.shape[1]), dtype=np.float64)
    np.add.at(sums, was[was >= 0], positions[was >= 0])
    size = np.bincount(was[was >= 0], minlength=len(sums))
    living = np.flatnonzero((size >= _LEAST_LEFT) & (np.linalg.norm(sums, axis=1) > _NOISE))
    living = np.sort(living[np.lexsort((living, -size[living]))][: round(_MORE * wanted)])
    found = unit(sums[living].astype(np.float32))
    if not len(living):
        found = centres(positions, wanted)
        return found, np.full(len(found), -1, dtype=np.int64)
    if len(found) < _FEWER * wanted:
        missing = min(wanted - len(found), max(1, round(_GROWTH * len(found))))
        each = max(1, len(positions) // wanted)
        order = np.lexsort((np.arange(len(was)), nearest(positions, found)[1], was >= 0))
        found = np.concatenate([found, centres(positions[np.sort(order[: missing * each])], missing)])
    stays = np.full(len(sums) + 1, -1, dtype=np.int64)
    stays[living] = np.arange(len(living))
    for _ in range(_ROUNDS):
        near = nearest(positions, found)[0]
        found = _means(positions, np.where(stays[was] >= 0, stays[was], near), found)
    return found, np.concatenate([living, np.full(len(found) - len(living), -1, dtype=np.int64)])


def _means(positions: Dense, member: Ints, centre: Dense) -> Dense:
    """Return the mean of each centre's members at unit length; a centre without members stays where it is."""
    sums = np.zeros(centre.shape, dtype=np.float64)
    np.add.at(sums, member, positions)
    lives = np.linalg.norm(sums, axis=1) > _NOISE
    return np.where(lives[:, None], unit(sums.astype(np.float32)), centre)


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
    for start in range(0, len(positions), _AT_ONCE):
        likeness = np.round(positions[start : start + _AT_ONCE].astype(np.float64) @ across, 6)
        best[start : start + _AT_ONCE] = likeness.argmax(axis=1)
        cosine[start : start + _AT_ONCE] = likeness.max(axis=1)
    return best, np.clip(cosine, -1, 1)
