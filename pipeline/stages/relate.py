"""Stage relate: search neighbours, rank them, diversify, fill, and say why."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.contracts import conform, contract
from pipeline.plan import Night
from pipeline.ranking import box, levels, reasons
from pipeline.ranking.arrays import to_dense, to_sparse
from pipeline.ranking.facts import Facts, facts
from pipeline.ranking.places import kilometres
from pipeline.ranking.ranker import Ranker, cosines, shipped
from pipeline.ranking.search import neighbours
from pipeline.ranking.spaces import Dense, unit
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Corpus:
    """The jobs of the night, ascending by id, as arrays.

    Attributes:
        sparse: TF-IDF rows by channel.
        dense: positions by space.
        terms: words of the body channel, by term id.
        member: number of each job's cluster; `labels` has its label.
        distance: from the centre of the cluster.
    """

    facts: Facts
    sparse: dict[str, sparse.csr_matrix]
    dense: dict[str, Dense]
    terms: list[str]
    member: Ints
    labels: list[str]
    distance: Floats


def relate(tables: Mapping[str, pa.Table], night: Night, settings: RelateSettings) -> dict[str, pa.Table]:
    """Return the box of every job: at most `limit` cards, fewer only where the night has fewer families."""
    corpus = _corpus(tables)
    if len(corpus.facts) < 2:
        return {"related_jobs": contract("related_jobs").empty()}
    ranker = shipped()
    a, b = candidates(corpus, settings)
    scores = score(corpus, ranker, a, b, night, settings)
    cards = _boxes(corpus, a, b, scores, settings)
    return {"related_jobs": _table(corpus, ranker, cards, night, settings)}


def candidates(corpus: Corpus, settings: RelateSettings) -> tuple[Ints, Ints]:
    """Return the pairs (job, other job) worth ranking, ascending: neighbours in each space, and by title words."""
    from sparse_dot_topn import sp_matmul_topn

    size = len(corpus.facts)
    centre = _centres(corpus)
    codes = []
    for positions in corpus.dense.values():
        found = neighbours(positions, centre, settings.candidates, settings.probes, settings.exact_up_to)
        rows = np.repeat(np.arange(size), found.shape[1])
        codes.append((rows * size + found.ravel())[found.ravel() >= 0])
    title = corpus.sparse["title"]
    top = sp_matmul_topn(title, title.T.tocsr(), top_n=min(settings.candidates, size), sort=True).tocoo()
    codes.append(top.row.astype(np.int64) * size + top.col)
    code = np.unique(np.concatenate(codes))
    a, b = code // size, code % size
    return a[a != b], b[a != b]


def channels(corpus: Corpus, a: Ints, b: Ints) -> dict[str, Floats]:
    """Return what the ranking weighs, pair by pair."""
    found = {name: cosines(vectors, a, b) for name, vectors in (corpus.sparse | corpus.dense).items()}
    found["level_distance"] = levels.distance(corpus.facts.rank[a], corpus.facts.rank[b])
    return found


def score(corpus: Corpus, ranker: Ranker, a: Ints, b: Ints, night: Night, settings: RelateSettings) -> Floats:
    """Return the score of each pair: the ranking, less for another language, a little more for near and fresh."""
    known = corpus.facts
    total = ranker.score(channels(corpus, a, b))
    foreign = (known.language[a] != known.language[b]) & (known.language[a] >= 0) & (known.language[b] >= 0)
    near = kilometres(known.latitude, known.longitude, a, b) <= settings.near_km
    near |= known.remote[a] & known.remote[b]
    age = night.run_date.toordinal() - _EPOCH_ORDINAL - known.posted[b]
    fresh = (known.posted[b] >= 0) & (age <= settings.fresh_days)
    total = total - settings.other_language * foreign + settings.near_bonus * near + settings.fresh_bonus * fresh
    return np.round(np.clip(total, 0, 1), 6)


_EPOCH_ORDINAL = 719_163  # 1970-01-01


@dataclass(frozen=True)
class _Cards:
    job: Ints
    other: Ints
    rank: Ints
    road: list[str]


def _corpus(tables: Mapping[str, pa.Table]) -> Corpus:
    jobs = tables["jobs"].sort_by("job_id")
    vectors = tables["vectors"]
    found_sparse, found_dense = {}, {}
    for channel in sorted(pc.unique(vectors.column("channel")).to_pylist()):
        rows = vectors.filter(pc.equal(vectors.column("channel"), channel)).sort_by("job_id")
        fitted = tables["fit_terms"].filter(pc.equal(tables["fit_terms"].column("channel"), channel))
        if fitted.num_rows or channel in ("title", "title_characters", "body"):
            found_sparse[channel] = to_sparse(rows.column("term_ids"), rows.column("weights"), fitted.num_rows)
        else:
            found_dense[channel] = to_dense(rows.column("weights"))
    body = tables["fit_terms"].filter(pc.equal(tables["fit_terms"].column("channel"), "body")).sort_by("term_id")
    member = tables["job_clusters"].sort_by("job_id")
    clusters = tables["clusters"].sort_by("cluster_id")
    return Corpus(
        facts(jobs, tables["postings"], tables["family_jobs"]),
        found_sparse,
        found_dense,
        body.column("term").to_pylist(),
        np.asarray(
            pc.index_in(member.column("cluster_id"), value_set=clusters.column("cluster_id").combine_chunks()), np.int64
        ),
        clusters.column("label").to_pylist(),
        np.asarray(member.column("distance"), dtype=np.float64),
    )


def _centres(corpus: Corpus) -> Dense:
    """Return the centre of each of the night's clusters: the mean of its jobs."""
    positions = corpus.dense["topics"]
    sums = np.zeros((len(corpus.labels), positions.shape[1]), dtype=np.float32)
    np.add.at(sums, corpus.member, positions)
    return unit(sums)


def _boxes(corpus: Corpus, a: Ints, b: Ints, scores: Floats, settings: RelateSettings) -> _Cards:
    good = scores >= settings.min_score
    order = np.lexsort((b[good], -scores[good], a[good]))
    others = b[good][order].tolist()
    starts = np.searchsorted(a[good], np.arange(len(corpus.facts) + 1)).tolist()
    known = np.linalg.norm(corpus.dense["topics"], axis=1) > 0
    fill_from = box.fillers(corpus.facts, corpus.member, corpus.distance, known)
    rows: list[tuple[int, int, int, str]] = []
    for job in range(len(corpus.facts)):
        ranked = others[starts[job] : starts[job + 1]]
        made = box.fill(job, ranked, corpus.facts, fill_from, settings.limit, settings.max_per_employer)
        rows += [(job, other, rank, road) for rank, (other, road) in enumerate(made.cards, start=1)]
    numbers = np.array([row[:3] for row in rows], dtype=np.int64).reshape(-1, 3)
    return _Cards(numbers[:, 0], numbers[:, 1], numbers[:, 2], [row[3] for row in rows])


def _table(corpus: Corpus, ranker: Ranker, cards: _Cards, night: Night, settings: RelateSettings) -> pa.Table:
    known = corpus.facts
    parts = channels(corpus, cards.job, cards.other)
    title = sum(ranker.weights.get(name, 0.0) * parts[name] for name in parts if name.startswith("title"))
    evidence = reasons.Evidence(
        reasons.shared_terms(corpus.sparse["body"], corpus.terms, cards.job, cards.other),
        kilometres(known.latitude, known.longitude, cards.job, cards.other),
        np.asarray(title),
    )
    told = [
        reasons.reasons(i, job, other, known, evidence, asdict(settings), night.run_date)
        for i, (job, other) in enumerate(zip(cards.job.tolist(), cards.other.tolist(), strict=True))
    ]
    fallback = [
        f"more in {corpus.labels[corpus.member[job]]}"
        if road != box.PLACE
        else "another opening of this level or place"
        for job, road in zip(cards.job.tolist(), cards.road, strict=True)
    ]
    own = (known.family[cards.job] == known.family[cards.other]).astype(np.int64)
    rows = {
        "job_id": [known.ids[job] for job in cards.job.tolist()],
        "rank": cards.rank,
        "related_job_id": [known.ids[other] for other in cards.other.tolist()],
        "score": score(corpus, ranker, cards.job, cards.other, night, settings),
        "reason": [reasons.sentence(found, other) for found, other in zip(told, fallback, strict=True)],
        "reasons": pa.array(told, contract("related_jobs").schema.field("reasons").type),
        "similar_openings": known.family_size[cards.other] - 1 - own,
        "road": cards.road,
    }
    return conform(pa.table(rows), contract("related_jobs"))
