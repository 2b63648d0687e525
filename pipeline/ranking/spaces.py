"""Dense spaces: where terms lie by what they stand together with (latent semantic analysis), and jobs by them."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

Dense = npt.NDArray[np.float32]

_EXACT = 400  # matrices with a side this short are decomposed exactly
_ROUNDS = 2  # power iterations of the randomised solver: 4 change no cosine's second digit and take twice as long


def dimensions(documents: int, terms: int, most: int) -> int:
    """Return how many dimensions a matrix can carry: `most`, but at most half its shorter side, and at least one."""
    return max(1, min(most, documents // 2, terms // 2))


def latent(matrix: sparse.csr_matrix, most: int, power: float = 0.0) -> Dense:
    """Return the position of each term: terms x dimensions, the right singular vectors of documents x terms.

    Deerwester et al. 1990. Signs are fixed (the largest entry of a dimension is positive), the randomised solver is
    seeded, so the same matrix gives the same space. Dimensions without variance are left out; there is always one.

    Args:
        matrix: documents x terms.
        most: dimensions at most.
        power: each dimension is stretched by this power of its singular value.
    """
    from sklearn.utils.extmath import randomized_svd

    size = dimensions(*matrix.shape, most)
    if matrix.nnz == 0:
        return np.zeros((matrix.shape[1], 1), dtype=np.float32)
    if min(matrix.shape) <= _EXACT and max(matrix.shape) <= 40 * _EXACT:
        _, strength, right = np.linalg.svd(matrix.toarray().astype(np.float64), full_matrices=False)
    else:
        single = matrix.astype(np.float32)
        _, strength, right = randomized_svd(single, n_components=size, n_iter=_ROUNDS, random_state=0)
    real = strength[:size] > 1e-6 * strength[0]
    right = right[:size][real] * strength[:size][real][:, None] ** power
    top = right[np.arange(len(right)), np.abs(right).argmax(axis=1)]
    return np.ascontiguousarray((right * np.sign(top)[:, None]).T, dtype=np.float32)


def place(matrix: sparse.csr_matrix, space: Dense) -> Dense:
    """Return where the rows of `matrix` lie in `space`: rows x dimensions, unit length; a row without terms is zero."""
    return unit(np.asarray(matrix @ space, dtype=np.float32))


def unit(vectors: Dense) -> Dense:
    """Return `vectors` at unit length, zero rows as they are."""
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return np.asarray(vectors / np.where(norms > 1e-12, norms, 1)[:, None], dtype=np.float32)
