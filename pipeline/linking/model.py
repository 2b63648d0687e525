"""A model that says how likely a pair is the same ad: small decision trees, added up; read from a file people can read.

Log-odds are a sum: the intercept, and of each tree the leaf that a pair falls into. Made by fitting.py.
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import compiled
from pipeline.errors import UsageError
from pipeline.linking.evidence import Evidence
from pipeline.linking.overlap import Floats

SHIPPED = Path(__file__).resolve().parent.parent / "models" / "duplicates.json"

_PAIRS = 50_000  # judged at once, which bounds memory
_TOGETHER = (
    64  # pairs that go down one tree together: their ways are walked side by side, their measures stay in the cache
)


@dataclass(frozen=True)
class Split:
    """A question of a tree: is `measure` at most `limit`? `low` is the branch where it is, `high` the other; a leaf is its log-odds."""

    measure: str
    limit: float
    low: "Split | float"
    high: "Split | float"


@dataclass(frozen=True)
class Model:
    """Trees, the log-odds before any evidence, and what the model was fitted on."""

    version: str
    about: dict[str, Any]
    intercept: float
    trees: tuple[Split, ...]

    @property
    def measures(self) -> frozenset[str]:
        """Names of the measures the trees ask for."""
        return frozenset(measure for tree in self.trees for measure, _ in _questions(tree))

    def probability(self, evidence: Evidence) -> Floats:
        """Return the probability that each pair is the same ad, rounded to 1e-6."""
        trees, names = self._flat, sorted(self.measures)
        count = len(next(iter(evidence.values())))
        total = np.full(count, self.intercept)
        for begin in range(0, count, _PAIRS):
            some = slice(begin, begin + _PAIRS)
            columns = [evidence[name][some] for name in names]
            _add_leaves(np.column_stack(columns) if columns else np.empty((count, 0)), *trees, total[some])
        return np.asarray(np.round(1.0 / (1.0 + np.exp(-total)), 6), dtype=np.float64)

    @cached_property
    def _flat(self) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Return the trees as _add_leaves() takes them."""
        number = {name: at for at, name in enumerate(sorted(self.measures))}
        depth = max((_depth(tree) for tree in self.trees), default=0)
        nodes = np.zeros((len(self.trees), (1 << depth) - 1), np.int64)
        limits, leaves = np.full(nodes.shape, np.inf), np.zeros((len(self.trees), 1 << depth))

        def put(tree: int, node: Split | float, at: int) -> None:
            if isinstance(node, Split):
                nodes[tree, at], limits[tree, at] = number[node.measure], node.limit
                put(tree, node.low, 2 * at + 1)
                put(tree, node.high, 2 * at + 2)
            elif at >= nodes.shape[1]:
                leaves[tree, at - nodes.shape[1]] = node
            else:  # nothing is above the limit of a node that asks nothing
                put(tree, node, 2 * at + 1)

        for at, tree in enumerate(self.trees):
            put(at, tree, 0)
        return nodes, limits, leaves

    def reasons(self, evidence: Evidence, pair: int = 0) -> list[tuple[str, float]]:
        """Return what each measure adds to the log-odds of one pair, the strongest first; with the intercept they add up.

        What an answer adds is by how much it moves the mean of the leaves still open (Saabas 2014).
        """
        found: dict[str, float] = {}
        for tree in self.trees:
            node: Split | float = tree
            while isinstance(node, Split):
                open_ = node.high if evidence[node.measure][pair] > node.limit else node.low
                found[node.measure] = found.get(node.measure, 0.0) + mean(open_) - mean(node)
                node = open_
        return sorted(found.items(), key=lambda r: (-abs(r[1]), r[0]))


def mean(node: Split | float) -> float:
    """Return the mean of the log-odds a node can end in, each answer as likely as the other."""
    return (mean(node.low) + mean(node.high)) / 2 if isinstance(node, Split) else node


def _questions(node: Split | float) -> set[tuple[str, float]]:
    if not isinstance(node, Split):
        return set()
    return {(node.measure, node.limit)} | _questions(node.low) | _questions(node.high)


def _depth(node: Split | float) -> int:
    return 1 + max(_depth(node.low), _depth(node.high)) if isinstance(node, Split) else 0


@compiled
def _add_leaves(measures: Floats, nodes: NDArray[np.int64], limits: Floats, leaves: Floats, total: Floats) -> None:
    """Add to `total` what the leaves say that each pair falls into, tree by tree.

    Args:
        measures: one row a pair.
        nodes: measure that each node of each tree asks; below node n are 2n + 1, where it is low, and 2n + 2.
        limits: of each node.
        leaves: log-odds, in the order in which nodes behind the last ones would stand.
        total: log-odds of each pair, before and after.
    """
    inner, ways = nodes.shape[1], np.empty(_TOGETHER, np.int64)
    for begin in range(0, len(total), _TOGETHER):
        size = min(_TOGETHER, len(total) - begin)
        for tree in range(len(nodes)):
            ways[:size] = 0
            reached = 0
            while reached < inner:  # a step of all, so that none waits for its own last step
                for pair in range(size):
                    node = ways[pair]
                    above = measures[begin + pair, nodes[tree, node]] > limits[tree, node]
                    ways[pair] = 2 * node + 1 + above
                reached = 2 * reached + 1
            for pair in range(size):
                total[begin + pair] += leaves[tree, ways[pair] - inner]


@cache
def load(path: Path | None = None) -> Model:
    """Return the model in the file at `path`, by default the one that ships.

    Raises:
        UsageError: the file is not such a model.
    """
    path = path or SHIPPED
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        trees = tuple(_split(tree) for tree in data["trees"])
        return Model(str(data["version"]), dict(data["about"]), float(data["intercept"]), trees)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: not a model of duplicates ({error!r}); make one with `related-jobs fit duplicates`"
        ) from error


def _split(node: list[Any]) -> Split:
    measure, limit, *branches = node
    low, high = (_split(b) if isinstance(b, list) else float(b) for b in branches)
    return Split(str(measure), float(limit), low, high)


def write(model: Model, path: Path) -> None:
    """Write `model` to `path`, one line a tree: [measure, limit, what is added up to the limit, what above it]."""
    lines = [
        "{",
        f' "version": {json.dumps(model.version)},',
        f' "about": {json.dumps(model.about, ensure_ascii=False)},',
        f' "intercept": {round(model.intercept, 4)},',
        ' "trees": [',
        ",\n".join("  " + json.dumps(_written(tree)) for tree in model.trees),
    ]
    path.write_text("\n".join([*lines, " ]", "}", ""]), encoding="utf-8")


def _written(node: Split | float) -> list[Any] | float:
    if not isinstance(node, Split):
        return round(node, 4)
    return [node.measure, round(node.limit, 4), _written(node.low), _written(node.high)]
