"""Stage fit: what is learned, from how little, and that order and copies do not matter."""

import numpy as np
import pyarrow as pa
import pytest
from related_world import ENDINGS, NIGHT, SETTINGS, TRADES, posting, shuffled, tables, world
from scipy import sparse

from pipeline import plan
from pipeline.ranking import centres, spaces, telling, vocabulary
from pipeline.stages.fit import chosen, clusters_before, fit


def test_row_order_does_not_matter() -> None:
    made = tables(world(120))
    assert fit(made, NIGHT, SETTINGS.fit) == fit(shuffled(made, 3), NIGHT, SETTINGS.fit)


def test_copies_weigh_no_more_than_one() -> None:
    rows = world(60)
    copies = [row | {"posting_id": f"copy{i}"} for i in range(50) for row in rows[:1]]
    once, often = (fit(tables(r), NIGHT, SETTINGS.fit) for r in (rows, rows + copies))
    assert once["fit_terms"] == often["fit_terms"]
    assert once["fit_centroids"] == often["fit_centroids"]
    assert often["fits"].column("postings").to_pylist() == [110]
    assert often["fits"].column("documents") == once["fits"].column("documents")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 84])
def test_small_corpora_have_a_fit(size: int) -> None:
    made = fit(tables(world(size)), NIGHT, SETTINGS.fit)
    assert set(made) == set(plan.stage("fit").writes)
    assert made["fits"].num_rows == 1
    assert made["fit_centroids"].num_rows >= 1


def test_corpus_without_words_has_a_fit() -> None:
    rows = [posting(posting_id=f"p{i}", title="???", title_core="") for i in range(4)]
    made = fit(tables(rows), NIGHT, SETTINGS.fit)
    assert made["fit_terms"].num_rows == 0


def test_idf_is_the_smoothed_one() -> None:
    terms = fit(tables(world(50)), NIGHT, SETTINGS.fit)["fit_terms"].to_pylist()
    documents = fit(tables(world(50)), NIGHT, SETTINGS.fit)["fits"].column("documents")[0].as_py()
    for row in terms:
        assert row["idf"] == pytest.approx(np.log((1 + documents) / (1 + row["documents"])) + 1)


def test_labels_name_the_trades() -> None:
    rows = fit(tables(world(400)), NIGHT, SETTINGS.fit)["fit_centroids"].to_pylist()
    words = {w for titles, _ in TRADES.values() for t in titles for w in t.split()}
    words |= {stem + ending for _, stems in TRADES.values() for stem in stems for ending in ENDINGS}
    labels = [row["label"] for row in rows]
    assert len(set(labels)) == len(labels)
    for label in labels:
        assert set(label.replace(",", "").split()) <= words
        assert 1 <= len(label.split()) <= 5


def test_label_is_no_employer_and_no_city() -> None:
    rows = [
        posting(
            posting_id=f"p{i}",
            title=f"{city} baker at crustwell",
            employer_key="crustwell",
            city=city,
            text=f"bread {i}",
        )
        for i, city in enumerate(["Leeds", "York"] * 20)
    ]
    for row in fit(tables(rows), NIGHT, SETTINGS.fit)["fit_centroids"].to_pylist():
        assert "baker" in row["label"]
        assert not {"leeds", "york", "crustwell", "at"} & set(row["label"].split())


def test_vocabulary_counts_as_scikit_learn_does() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [row["_text"].replace(".", "").split() for row in world(40)]
    learned = vocabulary.learn(texts, max_terms=1_000)
    ours = vocabulary.weigh(vocabulary.count(texts, learned), learned).toarray()
    theirs = TfidfVectorizer(analyzer=lambda words: words, sublinear_tf=True)
    expected = theirs.fit_transform(texts).toarray()
    assert learned.terms == theirs.get_feature_names_out().tolist()
    np.testing.assert_allclose(ours, expected, atol=1e-12)


def test_phrases_are_pairs_that_belong_together() -> None:
    texts = [["we", "machine", "learning", w, "we"] for w in ("red", "green", "blue", "grey", "pink", "gold")] * 5
    texts += [["we", w, "a", x] for w in ("red", "green", "blue") for x in ("we", "cold")] * 5
    learned = vocabulary.learn(texts, max_terms=100, phrases=10)
    assert "machine learning" in learned.terms
    counts = vocabulary.count([["machine", "learning", "machine", "learning"]], learned)
    assert counts[0, learned.terms.index("machine learning")] == 2


def test_space_keeps_the_cosines_where_it_has_room() -> None:
    texts = [row["_text"].split() for row in world(30)]
    learned = vocabulary.learn(texts, max_terms=1_000)
    matrix = vocabulary.weigh(vocabulary.count(texts, learned), learned)
    placed = spaces.place(matrix, spaces.latent(matrix, 15))
    full = (matrix @ matrix.T).toarray()
    assert np.corrcoef((placed @ placed.T).ravel(), full.ravel())[0, 1] > 0.8


def test_centres_find_planted_groups() -> None:
    rng = np.random.default_rng(1)
    planted = rng.normal(size=(6, 20))
    member = rng.integers(0, 6, 300)
    positions = spaces.unit((planted[member] + rng.normal(scale=0.15, size=(300, 20))).astype(np.float32))
    found = centres.nearest(positions, centres.centres(positions, 6))[0]
    pairs = {(int(a), int(b)) for a, b in zip(member, found, strict=True)}
    assert len(pairs) == 6


@pytest.mark.parametrize(("documents", "wanted"), [(0, 1), (3, 1), (84, 10), (2_000, 63), (37_000, 272)])
def test_number_of_clusters_follows_the_corpus(documents: int, wanted: int) -> None:
    assert centres.clusters_wanted(documents, per_cluster=8, most=3_000) == wanted


def test_words_that_tell_are_those_of_one_kind_of_work() -> None:
    rng = np.random.default_rng(2)
    kinds, words = rng.normal(size=(8, 12)), ["welding", "turn", "their", "x1234", "everywhere"]
    kind = rng.integers(0, 8, 600)
    titles = spaces.unit((kinds[kind] + rng.normal(scale=0.2, size=(600, 12))).astype(np.float32))
    stands = np.zeros((600, len(words)))
    stands[:, 0] = kind == 3
    stands[:, 1:4] = rng.random((600, 3)) < 0.1
    stands[:, 4] = 1
    told = telling.tells(titles, sparse.csr_matrix(stands), stands.mean(axis=0), words, ["en"] * 600)
    assert told.tolist() == [True, False, False, False, False]
    few = telling.tells(titles[:50], sparse.csr_matrix(stands[:50]), stands.mean(axis=0), words, ["en"] * 50)
    assert few.tolist() == [True, False, False, False, False]


def test_the_smallest_id_stands_for_ads_of_one_title_and_text() -> None:
    rows = [
        posting(posting_id=f"p{i}", title=t, text=text)
        for i, (t, text) in enumerate([("b", "x"), ("a", "x"), ("b", "x"), ("a", "y")])
    ]
    found = chosen(shuffled(tables(rows), 4)["postings"], SETTINGS.fit)
    assert (found.rows.column("posting_id").to_pylist(), found.total) == (["p0", "p1", "p3"], 3)


def test_clusters_of_before_are_found_by_posting_and_job() -> None:
    made = tables(world(30))
    jobs, members = made["jobs"].slice(5), made["postings"].slice(0, 25)
    ids = members.column("posting_id")
    yesterday = {
        "yesterday_jobs": pa.table({"job_id": jobs.column("job_id"), "cluster_id": pa.array(["c"] * jobs.num_rows)}),
        "yesterday_job_postings": pa.table({"posting_id": ids, "job_id": pa.array([f"j{i}" for i in ids.to_pylist()])}),
    }
    rows = chosen(made["postings"], SETTINGS.fit).rows
    before = dict(zip(rows.column("posting_id").to_pylist(), clusters_before(yesterday, rows), strict=True))
    known = set(jobs.column("job_id").to_pylist()) & {f"j{i}" for i in ids.to_pylist()}
    assert before == {posting: "c" if f"j{posting}" in known else "" for posting in before} and len(known) == 20
    assert [r["cluster_id"] for r in fit(made | yesterday, NIGHT, SETTINGS.fit)["fit_centroids"].to_pylist()].count(
        "c"
    ) == 1
    assert set(clusters_before(made, rows)) == {""}
