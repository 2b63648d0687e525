"""The fit read back from its tables: vocabularies by channel, spaces by name."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.ranking.arrays import to_dense
from pipeline.ranking.spaces import Dense
from pipeline.ranking.vocabulary import Vocabulary


@dataclass(frozen=True)
class Space:
    """A dense space: the channel whose terms lie in it, and their positions, terms x dimensions."""

    channel: str
    positions: Dense


def vocabularies(fit_terms: pa.Table, channels: tuple[str, ...]) -> dict[str, Vocabulary]:
    """Return the vocabulary of each channel, empty where the fit knows no term of it."""
    found = {}
    for channel in channels:
        rows = fit_terms.filter(pc.equal(fit_terms.column("channel"), channel)).sort_by("term_id")
        found[channel] = Vocabulary(
            rows.column("term").to_pylist(),
            np.asarray(rows.column("documents"), dtype=np.int64),
            np.asarray(rows.column("idf"), dtype=np.float64),
        )
    return found


def spaces(fit_spaces: pa.Table) -> dict[str, Space]:
    """Return the spaces of the fit by name."""
    found = {}
    for name in sorted(pc.unique(fit_spaces.column("space")).to_pylist()):
        rows = fit_spaces.filter(pc.equal(fit_spaces.column("space"), name)).sort_by("term_id")
        found[name] = Space(rows.column("channel")[0].as_py(), to_dense(rows.column("position")))
    return found


def means(fit_means: pa.Table) -> dict[str, dict[str, Dense]]:
    """Return the mean position of each language, by space."""
    found: dict[str, dict[str, Dense]] = {}
    for row in fit_means.to_pylist():
        found.setdefault(row["space"], {})[row["language"]] = np.array(row["position"], dtype=np.float32)
    return found
