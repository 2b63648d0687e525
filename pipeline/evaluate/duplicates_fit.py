"""Fit the model that links are made with, and cross-validate the whole decision: model, guards, bridges, groups."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.contracts import contract
from pipeline.evaluate.labels import (
    FOLDS,
    Flags,
    Labelled,
    calibration,
    false_merges,
    folds,
    per_label,
    read_pairs,
    scores,
    threshold,
)
from pipeline.evaluate.nights import RUN_DATE, ids_of, night_over
from pipeline.linking import fitting
from pipeline.linking.decide import judge
from pipeline.linking.evidence import Evidence
from pipeline.linking.explain import measure
from pipeline.linking.judging import as_links
from pipeline.linking.model import Model, write
from pipeline.plan import Night
from pipeline.settings import Settings
from pipeline.stages.bridge import bridged
from pipeline.stages.group import group

PRECISION = 0.95
"""Precision that the threshold is chosen for: what was merged by mistake costs a reader more than what was not."""
DOUBTFUL = 0.3
"""Weight of a pair that was labelled because an earlier model doubted it: such pairs are no fair sample of any night."""
_DOUBTED = frozenset(("same ad", "another ad"))
_ENDS = ["posting_id_a", "posting_id_b"]


@dataclass(frozen=True)
class _Corpus:
    """Postings with labelled pairs, as far as a model is not needed for it.

    Attributes:
        postings: name of the file of postings.
        labels: of the file of pairs.
        tables: postings, bodies, fit_phrases, candidates.
        labelled: pairs whose ads both became postings.
        ends: their posting ids, the smaller first.
        evidence: of the labelled pairs.
        compared: of the candidates.
    """

    postings: str
    labels: str
    tables: dict[str, pa.Table]
    labelled: list[Labelled]
    ends: list[tuple[str, str]]
    evidence: Evidence
    compared: Evidence


def fit_duplicates(postings: Sequence[Path], pairs: Sequence[Path], out: Path) -> dict[str, Any]:
    """Fit the model of duplicates on labelled pairs, write it to `out`, and return its cross-validated scores.

    Args:
        postings: one table or several, as for evaluate_duplicates().
        pairs: the labels of each; labels that make no difference between kinds say 'same ad' and 'another ad'.
        out: the model's file.
    """
    settings = Settings()
    corpora = _corpora(postings, pairs, settings)
    evidence = _joined([c.evidence for c in corpora])
    same = np.array([p.same for c in corpora for p in c.labelled])
    crossed = cross_validated(corpora, evidence, same, settings)
    about = {
        "fitted_on": [f"{len(c.labelled)} pairs of {c.postings} labelled in {c.labels}" for c in corpora],
        "labels": "made by language models reading both ads, not by people",
        "cross_validated": {"same_ad": settings.link.same_ad, **crossed["whole_at_shipped"][0]},
        "cross_validated_with_thresholds_of_the_folds": {"same_ad": crossed["thresholds"], **crossed["whole"][0]},
    }
    weight = _weight([p for c in corpora for p in c.labelled])
    write(fitting.fit(evidence, same, about, version="4", weight=weight), _ready(out))
    return {"pairs": len(same), "file": str(out), "cross_validated": crossed}


def _weight(labelled: Sequence[Labelled]) -> NDArray[np.float64]:
    """Return what each pair counts in the fit."""
    return np.array([DOUBTFUL if p.label in _DOUBTED else 1.0 for p in labelled])


def _ready(out: Path) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    return out


def _corpora(postings: Sequence[Path], pairs: Sequence[Path], settings: Settings) -> list[_Corpus]:
    """Return the corpora; a table of postings that several files label is read once."""
    read: dict[Path, tuple[dict[str, pa.Table], dict[str, str], Evidence]] = {}
    found = []
    for path, labels in zip(postings, pairs, strict=True):
        if path not in read:
            with night_over(path, "phrases", "block", settings=settings) as run:
                tables = {n: run.store.read(n) for n in ("postings", "bodies", "fit_phrases", "candidates")}
                known = ids_of(run)
            read[path] = tables, known, _compared(tables, settings)
        found.append(_corpus(path, labels, *read[path], settings))
    return found


def _compared(tables: dict[str, pa.Table], settings: Settings) -> Evidence:
    pairs, size = tables["candidates"], settings.link.batch_rows
    return _joined([_measured(pairs.slice(k, size), tables, settings) for k in range(0, pairs.num_rows, size)])


def _corpus(
    path: Path, labels: Path, tables: dict[str, pa.Table], known: dict[str, str], compared: Evidence, settings: Settings
) -> _Corpus:
    kept = [p for p in read_pairs(labels) if p.a in known and p.b in known]
    ends = [(min(known[p.a], known[p.b]), max(known[p.a], known[p.b])) for p in kept]
    pairs = pa.table({name: pa.array([e[i] for e in ends], pa.string()) for i, name in enumerate(_ENDS)})
    return _Corpus(path.name, labels.name, tables, kept, ends, _measured(pairs, tables, settings), compared)


def _measured(pairs: pa.Table, tables: dict[str, pa.Table], settings: Settings) -> Evidence:
    texts = (tables["postings"], tables["bodies"], tables["fit_phrases"])
    return measure(pairs, *texts, settings.link.employer_groups)


def _joined(parts: Sequence[Evidence]) -> Evidence:
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}


def _rows(evidence: Evidence, some: Flags) -> Evidence:
    return {name: values[some] for name, values in evidence.items()}


def cross_validated(corpora: Sequence[_Corpus], evidence: Evidence, same: Flags, settings: Settings) -> dict[str, Any]:
    """Return scores of decisions by models that never saw the ads they judge: five folds by connected component.

    `pairs` scores the pairs alone (model and guards), `whole` where they end: one job or two. The threshold is chosen
    inside each fold's training part, by folds of its own, on the labels named first (more labels may be of doubtful pairs
    only); `whole_at_shipped` takes the one of the settings.
    """
    labelled = [Labelled(f"{c.postings} {p.a}", f"{c.postings} {p.b}", p.label) for c in corpora for p in c.labelled]
    origin = np.repeat(np.arange(len(corpora)), [len(c.labelled) for c in corpora])
    fold = folds(labelled)
    probability = np.zeros(len(same))
    said = {name: np.zeros(len(same), bool) for name in ("pairs", "whole", "whole_at_shipped")}
    chosen = []
    for number in range(FOLDS):
        inside = fold == number
        if not inside.any() or inside.all():
            continue
        training = [p for p, yes in zip(labelled, inside, strict=True) if not yes]
        first = origin[~inside] == 0
        guessed = _held_out(_rows(evidence, ~inside), same[~inside], training)
        at = threshold(guessed[first], same[~inside][first], PRECISION)
        chosen.append(at)
        model = fitting.fit(_rows(evidence, ~inside), same[~inside], {}, "fold", weight=_weight(training))
        probability[inside] = judge(_rows(evidence, inside), model, at).probability
        said["pairs"][inside] = probability[inside] >= at
        for name, limit in (("whole", at), ("whole_at_shipped", settings.link.same_ad)):
            jobs: dict[str, dict[str, str]] = {}  # of each table of postings, which several labels may share
            for n, corpus in enumerate(corpora):
                some = inside & (origin == n)
                if not some.any():
                    continue
                if corpus.postings not in jobs:
                    jobs[corpus.postings] = _jobs(corpus, model, limit, settings)
                job = jobs[corpus.postings]
                one_job = np.array([job[a] == job[b] for a, b in corpus.ends], dtype=bool)
                said[name][some] = one_job[some[origin == n]]
    report: dict[str, Any] = {"thresholds": chosen}
    for name, flags in said.items():
        report[name] = [_scored(c, flags[origin == n]) for n, c in enumerate(corpora)]
    first = origin == 0
    return report | {"calibration": calibration(probability[first], same[first]), "labels": len(labelled)}


def _scored(corpus: _Corpus, said: Flags) -> dict[str, Any]:
    labels = [p.label for p in corpus.labelled]
    same = np.array([p.same for p in corpus.labelled])
    found = {"postings": corpus.postings, "labels": corpus.labels, **scores(said, same)}
    return found | {"variant_false_merge_rate": false_merges(said, labels), "per_label": per_label(said, labels)}


def _held_out(evidence: Evidence, same: Flags, labelled: Sequence[Labelled]) -> NDArray[np.float64]:
    """Return the probability of each pair by a model that did not see its ads."""
    fold = folds(labelled, seed=1)
    found = np.zeros(len(same))
    for number in range(FOLDS):
        inside = fold == number
        if inside.any() and not inside.all():
            training = [p for p, yes in zip(labelled, inside, strict=True) if not yes]
            model = fitting.fit(_rows(evidence, ~inside), same[~inside], {}, "fold", seeds=1, weight=_weight(training))
            found[inside] = judge(_rows(evidence, inside), model, 0.5).probability
    return found


def _jobs(corpus: _Corpus, model: Model, same_ad: float, settings: Settings) -> dict[str, str]:
    """Return the job of each posting where `model` judges with the threshold `same_ad`."""
    tables = dict(corpus.tables)
    tables["first_links"] = as_links(tables["candidates"], corpus.compared, judge(corpus.compared, model, same_ad))
    tables |= bridged(tables, replace(settings.bridge, same_ad=same_ad), model)
    tables["overrides"] = contract("overrides").empty()
    for name in ("job_postings", "family_jobs", "variant_families"):
        tables[f"yesterday_{name}"] = contract(name, "mart").empty()
    jobs = group(tables, Night(RUN_DATE), settings.group)["job_postings"]
    return dict(zip(jobs.column("posting_id").to_pylist(), jobs.column("job_id").to_pylist(), strict=True))
