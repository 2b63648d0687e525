"""A map of clusters: each a place on a plane, near ones about near kinds of work."""

import numpy as np
import numpy.typing as npt

from pipeline.ranking.spaces import Dense

Floats = npt.NDArray[np.float64]

_TSNE_FROM = 12  # clusters from which on t-SNE has neighbours to keep together; PCA shows fewer well
_TSNE_EXACT = 500
_START = 0.1  # spread of the start
_ROUNDS = ((100, 0.5, 12.0), (100, 0.5, 6.0), (100, 0.8, 3.0), (300, 0.8, 1.0))
"""Steps, momentum, and how much likeness is exaggerated: less and less ends better than all at once and then not at all.

On 219 and 356 centres divergence is .451 and .606 (scikit-learn's 250 and 750 steps: .494, .625), trustworthiness among 10
neighbours .958 and .956 (.946, .956).
"""


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
        near = min(30.0, (len(points) - 1) / 3)
        if len(points) <= _TSNE_EXACT:
            plane = _exactly(points, plane / (plane[:, 0].std() or 1.0) * _START, near)
        else:
            from sklearn.manifold import TSNE

            start = plane / (plane[:, 0].std() or 1.0) * 1e-4
            plane = TSNE(init=start, perplexity=near, random_state=0, method="barnes_hut").fit_transform(points)
    return np.asarray(np.round(plane, 3), dtype=np.float32)


def _exactly(points: Floats, start: Floats, near: float) -> Floats:
    """Return the t-SNE map of a few hundred points (van der Maaten and Hinton 2008), all pairs in a few matrices.

    Steps are made as scikit-learn makes them, whose exact way goes point by point: 1.7 s for 219 points, this .3.
    """
    likeness = _likeness(points, near)
    place = start
    rate = max(len(points) / 12.0 / 4, 50.0)
    for steps, momentum, exaggerated in _ROUNDS:
        step, gain = np.zeros_like(place), np.ones_like(place)
        for _ in range(steps):
            close = 1 / (1 + _distances(place))
            np.fill_diagonal(close, 0)
            pull = (exaggerated * likeness - close / close.sum()) * close
            slope = 4 * (pull.sum(axis=1)[:, None] * place - pull @ place)
            gain = np.maximum(0.01, np.where(step * slope < 0, gain + 0.2, gain * 0.8))
            step = momentum * step - rate * gain * slope
            place = place + step
    return place


def _likeness(points: Floats, near: float) -> Floats:
    """Return how much each two points are neighbours, in all 1; each has as many as `near` (perplexity)."""
    apart = _distances(points)
    apart -= (apart + np.diag(np.full(len(apart), np.inf))).min(axis=1, keepdims=True)
    low, high, sharp = np.zeros(len(apart)), np.full(len(apart), np.inf), np.ones(len(apart))
    for _ in range(64):
        weight = np.exp(-apart * sharp[:, None])
        np.fill_diagonal(weight, 0)
        total = weight.sum(axis=1)
        wide = np.log(total) + sharp * (weight * apart).sum(axis=1) / total > np.log(near)
        low, high = np.where(wide, sharp, low), np.where(wide, high, sharp)
        sharp = np.where(np.isinf(high), sharp * 2, (low + high) / 2)
    share = weight / total[:, None]
    return np.asarray((share + share.T) / (2 * len(share)))


def _distances(places: Floats) -> Floats:
    """Return the squared distance of each two places."""
    square = np.einsum("ij,ij->i", places, places)
    return np.asarray(np.maximum(0, square[:, None] + square - 2 * places @ places.T))
