"""A map of clusters: each a place on a plane, near ones about near kinds of work."""

import numpy as np

from pipeline.ranking.spaces import Dense

_TSNE_FROM = 12  # clusters from which on t-SNE has neighbours to keep together; PCA shows fewer well
_TSNE_EXACT = 500
_STEPS = 500  # 1,000 take twice as long and end little better: divergence .494 instead of .513 (219 centres), .625 of .628 (356)


def on_a_plane(centres: Dense) -> Dense:
    """Return a place on a plane for each centre, n x 2, rounded to 1e-3: neighbours stay neighbours (t-SNE from PCA).

    The seed is fixed and the start is not random: the same centres give the same map.
    """
    if not len(centres):
        return np.zeros((0, 2), dtype=np.float32)
    points = centres.astype(np.float64)
    points -= points.mean(axis=0)
    left, strengths, _ = np.linalg.svd(points, full_matrices=False)
    plane = np.zeros((len(points), 2))
    plane[:, : min(2, len(strengths))] = (left * strengths)[:, :2]
    plane *= np.where(plane[np.abs(plane).argmax(axis=0), [0, 1]] < 0, -1, 1)  # SVD leaves the signs open
    if len(points) >= _TSNE_FROM:
        from sklearn.manifold import TSNE

        start = plane / (plane[:, 0].std() or 1.0) * 1e-4
        near = min(30.0, (len(points) - 1) / 3)
        # Few points: the exact way takes .2 s where the tree of the other one spends 3 s on waking its threads.
        method = "exact" if len(points) <= _TSNE_EXACT else "barnes_hut"
        plane = TSNE(init=start, perplexity=near, random_state=0, method=method, max_iter=_STEPS).fit_transform(points)
    return np.asarray(np.round(plane, 3), dtype=np.float32)
