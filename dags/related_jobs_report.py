"""What follows a snapshot: runs once for each that related_jobs_nightly publishes, for the same run date."""

from airflow.sdk import DAG, Asset, Param, PartitionedAssetTimetable, chain, task

from pipeline import orchestrate, plan

stages = plan.started_by("snapshot")

with DAG(
    "related_jobs_report",
    description="Writes the report of a night, once its snapshot is there",
    doc_md=orchestrate.describe(stages),
    schedule=PartitionedAssetTimetable(assets=Asset(orchestrate.SNAPSHOT)),
    is_paused_upon_creation=False,
    catchup=False,
    max_active_runs=1,
    params={"run_date": Param(None, type=["null", "string"], format="date", description="The night's date")},
    default_args=orchestrate.task_defaults(),
    tags=["related-jobs", "report"],
):
    run = {s.name: task(orchestrate.run_stage, task_id=s.name, doc_md=s.says)(s.name) for s in stages}
    chain(*run.values())
