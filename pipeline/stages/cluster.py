"""Stage cluster: put each job to the nearest centre of the fit, or leave it where it was where none is clearly nearer."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import conform, contract
from pipeline.grouping.lasting import Yesterday, lasting
from pipeline.plan import Night
from pipeline.ranking import meaning
from pipeline.ranking.arrays import to_dense
from pipeline.ranking.centres import nearest
from pipeline.ranking.labels import numbered
from pipeline.ranking.spaces import Dense
from pipeline.ranking.vectors import Vectors
from pipeline.settings import ClusterSettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_SPACES = (meaning.MEANING, meaning.TOPICS)


def cluster(tables: Mapping[str, pa.Table], night: Night, settings: ClusterSettings) -> dict[str, pa.Table]:
    """Return the cluster of every job, and the clusters that have jobs tonight.

    A job farther from its centre than `outlier_distance` is an outlier of its cluster: in it, and said to be so.
    """
    jobs = tables["jobs"].sort_by("job_id")
    centroids = tables["fit_centroids"].sort_by("cluster_id")
    if not jobs.num_rows:
        return {"job_clusters": contract("job_clusters").empty(), "clusters": contract("clusters").empty()}
    vectors = Vectors(tables["vectors"], jobs)
    meant, topics = (vectors.dense(name) for name in _SPACES)
    del vectors
    positions, centre = meaning.work(meant, topics), to_dense(centroids.column("position"))
    best, cosine = nearest(positions, centre)
    centroids = _with_lasting_ids(
        centroids, best, jobs.column("job_id"), tables["yesterday_jobs"], tables["yesterday_clusters"]
    )
    best, cosine = _staying(
        best,
        cosine,
        _where_before(jobs.column("job_id"), tables["yesterday_jobs"], centroids.column("cluster_id")),
        positions,
        centre,
        settings.stay,
    )
    distance = np.round(np.clip(1 - cosine, 0, 1), 6)
    job_clusters = pa.table(
        {
            "job_id": jobs.column("job_id"),
            "cluster_id": centroids.column("cluster_id").take(pa.array(best)),
            "distance": distance,
            "is_outlier": distance > settings.outlier_distance,
        }
    )
    return {
        "job_clusters": conform(job_clusters, contract("job_clusters")),
        "clusters": _tonight(job_clusters, centroids, tables["jobs"], tables["postings"]),
    }


def _with_lasting_ids(
    centroids: pa.Table, best: np.ndarray, job_ids: pa.ChunkedArray, jobs: pa.Table, clusters: pa.Table
) -> pa.Table:
    """Return the centres under the ids and names of yesterday's clusters that most live on in them: a new fit moves none.

    Args:
        centroids: of the fit at hand.
        best: row of the nearest centre of each job.
        job_ids: tonight's jobs.
        jobs: yesterday's, with their cluster_id.
        clusters: yesterday's.
    """
    old_ids = sorted(set(jobs.column("cluster_id").to_pylist()))
    number = {cluster_id: i for i, cluster_id in enumerate(old_ids)}
    was = dict(zip(jobs.column("job_id").to_pylist(), jobs.column("cluster_id").to_pylist(), strict=True))
    alive = [(number[was[job]], new) for job, new in zip(job_ids.to_pylist(), best.tolist(), strict=True) if job in was]
    old, new = (np.array([pair[side] for pair in alive], dtype=np.int64) for side in (0, 1))
    before = Yesterday(old_ids, old, new, heads=np.full(len(old_ids), -1, dtype=np.int64))
    named, _ = lasting("c", before, centroids.column("cluster_id").to_pylist())
    known = {row["cluster_id"]: row for row in clusters.select(["cluster_id", "label", "terms", "area"]).to_pylist()}
    rows = centroids.select(["label", "terms", "area"]).to_pylist()
    taken = {known[cluster_id]["label"] for cluster_id in named if cluster_id in known}
    for row, cluster_id in zip(rows, named, strict=True):
        if cluster_id in known:
            row |= known[cluster_id]
        else:
            row["label"] = numbered(row["label"], taken)
            taken.add(row["label"])
    for name in ("label", "terms", "area"):
        at = centroids.schema.get_field_index(name)
        field = centroids.field(at)
        centroids = centroids.set_column(at, field, pa.array([row[name] for row in rows], field.type))
    return centroids.set_column(centroids.schema.get_field_index("cluster_id"), "cluster_id", pa.array(named))


def _where_before(job_ids: pa.ChunkedArray, jobs: pa.Table, cluster_ids: pa.ChunkedArray) -> Ints:
    """Return the row among tonight's `cluster_ids` of the cluster each job was in yesterday; -1 where it has none."""
    was = jobs.column("cluster_id").take(pc.index_in(job_ids, value_set=jobs.column("job_id").combine_chunks()))
    row = pc.index_in(was, value_set=cluster_ids.combine_chunks(), skip_nulls=True)
    return np.asarray(pc.fill_null(row, -1), dtype=np.int64)


def _staying(
    best: Ints, cosine: Floats, before: Ints, positions: Dense, centre: Dense, stay: float
) -> tuple[Ints, Floats]:
    """Return cluster and cosine of each job: that of yesterday where no other centre is nearer by `stay`.

    Args:
        best: nearest centre of each job.
        cosine: its cosine.
        before: centre of yesterday's cluster; -1 where there is none.
        positions: jobs x dimensions.
        centre: centres x dimensions.
        stay: difference of cosines.
    """
    rows = np.flatnonzero((before >= 0) & (before != best))
    own = np.einsum("ij,ij->i", positions[rows].astype(np.float64), centre[before[rows]].astype(np.float64))
    own = np.round(own, 6)
    kept = cosine[rows] - own < stay
    best, cosine = best.copy(), cosine.copy()
    best[rows[kept]], cosine[rows[kept]] = before[rows[kept]], own[kept]
    return best, cosine


def _tonight(job_clusters: pa.Table, centroids: pa.Table, jobs: pa.Table, postings: pa.Table) -> pa.Table:
    """Return the clusters that have jobs, with how many, and of how many employers."""
    employers = postings.select(["posting_id", "employer_key"])
    employers = employers.set_column(
        1,
        "employer_key",
        pc.if_else(pc.equal(employers.column("employer_key"), ""), None, employers.column("employer_key")),
    )
    joined = (
        job_clusters.select(["job_id", "cluster_id"])
        .join(jobs.select(["job_id", "canonical_posting_id"]), "job_id")
        .join(employers, "canonical_posting_id", "posting_id", join_type="left outer")
    )
    counts = joined.group_by("cluster_id").aggregate(
        [("job_id", "count"), ("employer_key", "count_distinct", pc.CountOptions(mode="only_valid"))]
    )
    found = centroids.select(["cluster_id", "label", "terms", "area", "map_x", "map_y"])
    order = pc.index_in(found.column("cluster_id"), value_set=counts.column("cluster_id").combine_chunks())
    found = found.append_column("jobs", counts.column("job_id_count").take(order))
    found = found.append_column("employers", counts.column("employer_key_count_distinct").take(order))
    return conform(found.filter(pc.is_valid(found.column("jobs"))).sort_by("cluster_id"), contract("clusters"))
