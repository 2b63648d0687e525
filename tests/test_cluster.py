"""Stage cluster: every job in one, outliers said to be so, the same whatever else is there."""

from collections import Counter
from dataclasses import replace

import pyarrow as pa
from related_world import NIGHT, SETTINGS, night, posting, shuffled, tables, world

from pipeline.stages.cluster import cluster
from pipeline.stages.fit import fit
from pipeline.stages.vectorise import vectorise


def test_every_job_is_in_one_cluster_and_counts_add_up() -> None:
    made = night(tables(world(200)))
    rows = made["job_clusters"].to_pylist()
    assert sorted(r["job_id"] for r in rows) == sorted(made["jobs"].column("job_id").to_pylist())
    sizes = Counter(r["cluster_id"] for r in rows)
    assert {r["cluster_id"]: r["jobs"] for r in made["clusters"].to_pylist()} == sizes


def test_clusters_keep_the_trades_apart() -> None:
    rows = world(200)
    trade = {f"j{r['posting_id']}": r["_trade"] for r in rows}
    member = {r["job_id"]: r["cluster_id"] for r in night(tables(rows))["job_clusters"].to_pylist()}
    by_cluster: dict[str, Counter[str]] = {}
    for job, cluster_id in member.items():
        by_cluster.setdefault(cluster_id, Counter())[trade[job]] += 1
    pure = sum(max(c.values()) for c in by_cluster.values())
    assert pure >= 0.95 * len(rows)


def test_a_job_stays_where_it_is_when_others_come_and_go() -> None:
    rows = world(200)
    made = night(tables(rows))
    fitted = {n: made[n] for n in made if n.startswith("fit")}
    fewer = night(tables(rows[50:]), fitted=fitted)
    before = {r["job_id"]: (r["cluster_id"], r["distance"]) for r in made["job_clusters"].to_pylist()}
    for row in fewer["job_clusters"].to_pylist():
        assert before[row["job_id"]] == (row["cluster_id"], row["distance"])


def test_row_order_does_not_matter() -> None:
    made = night(tables(world(60)))
    again = cluster(shuffled(made, 5), NIGHT, SETTINGS.cluster)
    assert made["job_clusters"] == again["job_clusters"]
    assert made["clusters"] == again["clusters"]


def test_job_without_known_words_is_an_outlier() -> None:
    made = night(tables(world(60)))
    fitted = {n: made[n] for n in made if n.startswith("fit")}
    strange = night(tables([posting(posting_id="px", title="qqqq", text="zzzz")]), fitted=fitted)
    assert strange["job_clusters"].to_pylist()[0]["is_outlier"]


def test_employers_are_counted_once_and_unnamed_ones_not() -> None:
    rows = [
        posting(posting_id=f"p{i}", title="baker", text="bread and dough", employer_key=key)
        for i, key in enumerate(["a", "a", "b", ""])
    ]
    made = night(tables(rows))["clusters"].to_pylist()
    assert [(r["jobs"], r["employers"]) for r in made] == [(4, 2)]


def test_no_jobs() -> None:
    made = night(tables([]))
    assert isinstance(made["clusters"], pa.Table)
    assert made["job_clusters"].num_rows == made["clusters"].num_rows == made["related_jobs"].num_rows == 0


def test_a_new_fit_moves_no_cluster_ids() -> None:
    made = night(tables(world(200)))
    first = dict(
        zip(made["job_clusters"]["job_id"].to_pylist(), made["job_clusters"]["cluster_id"].to_pylist(), strict=True)
    )
    yesterday = pa.table({"job_id": list(first), "cluster_id": list(first.values())})
    centres = made["fit_centroids"]
    renamed = centres.set_column(0, "cluster_id", pa.array([f"cnew{i}" for i in range(centres.num_rows)]))
    renamed = renamed.set_column(1, "label", pa.array([f"label {i}" for i in range(centres.num_rows)]))
    before = {"yesterday_jobs": yesterday, "yesterday_clusters": made["clusters"]}
    again = cluster({**made, "fit_centroids": renamed, **before}, NIGHT, SETTINGS.cluster)
    assert again["clusters"] == made["clusters"]
    assert (
        dict(
            zip(
                again["job_clusters"]["job_id"].to_pylist(),
                again["job_clusters"]["cluster_id"].to_pylist(),
                strict=True,
            )
        )
        == first
    )


def test_areas_hold_clusters_that_lie_near_each_other() -> None:
    rows = world(400)
    trade = {f"j{r['posting_id']}": r["_trade"] for r in rows}
    made = night(tables(rows))
    area = {r["cluster_id"]: r["area"] for r in made["clusters"].to_pylist()}
    assert 3 <= len(set(area.values())) < len(area)
    held: dict[str, set[str]] = {}
    for row in made["job_clusters"].to_pylist():
        held.setdefault(area[row["cluster_id"]], set()).add(trade[row["job_id"]])
    assert all(len(trades) == 1 for trades in held.values())


def _clusters(made: dict[str, pa.Table]) -> dict[str, str]:
    return {row["job_id"]: row["cluster_id"] for row in made["job_clusters"].to_pylist()}


def _yesterday(made: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Return what the next night reads of `made`."""
    postings = made["jobs"].column("canonical_posting_id")
    return {
        "yesterday_jobs": made["job_clusters"].select(["job_id", "cluster_id"]),
        "yesterday_clusters": made["clusters"],
        "yesterday_job_postings": pa.table({"posting_id": postings, "job_id": made["jobs"].column("job_id")}),
    }


def test_a_new_fit_moves_few_jobs_and_keeps_ids_and_labels() -> None:
    rows = world(240)
    before = night(tables(rows[:200]))
    given = tables(rows[30:]) | _yesterday(before)
    after = given | fit(given, NIGHT, SETTINGS.fit)
    after |= vectorise(after, NIGHT, SETTINGS.vectorise)
    after |= cluster(after, NIGHT, SETTINGS.cluster)
    was, now = _clusters(before), _clusters(after)
    stayed = [was[job] == now[job] for job in was.keys() & now.keys()]
    assert len(stayed) == 170
    assert sum(stayed) >= 0.95 * len(stayed)
    label = {row["cluster_id"]: row["label"] for row in before["clusters"].to_pylist()}
    for row in after["clusters"].to_pylist():
        assert row["label"] == label.get(row["cluster_id"], row["label"])


def test_a_job_leaves_its_cluster_for_one_that_is_clearly_nearer() -> None:
    rows = world(200)
    made = night(tables(rows))
    trade = {f"j{r['posting_id']}": r["_trade"] for r in rows}
    own = _clusters(made)
    elsewhere = next(c for job, c in own.items() if trade[job] != trade["jp00000"])
    moved = made["job_clusters"].to_pylist()
    for row in moved:
        row["cluster_id"] = elsewhere if row["job_id"] == "jp00000" else row["cluster_id"]
    yesterday = _yesterday(made) | {"yesterday_jobs": pa.Table.from_pylist(moved).select(["job_id", "cluster_id"])}
    assert _clusters(cluster(made | yesterday, NIGHT, SETTINGS.cluster)) == own
    slow = replace(SETTINGS.cluster, stay=2.0)
    assert _clusters(cluster(made | yesterday, NIGHT, slow)) == own | {"jp00000": elsewhere}
