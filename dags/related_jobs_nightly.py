"""One night of related-jobs: a task a stage of the plan, ingest mapped over the feeds of HOME/feeds.toml."""

from airflow.sdk import DAG, Asset, CronPartitionTimetable, Param, TaskGroup, task

from pipeline import orchestrate, plan

snapshot = Asset(orchestrate.SNAPSHOT)
stages = plan.started_by("night")

with DAG(
    "related_jobs_nightly",
    description="Reads the job feeds, finds the ads that are the same, publishes related jobs",
    doc_md=orchestrate.describe(stages),
    # A run date is a partition: it can be backfilled, cleared and found by its date.
    schedule=CronPartitionTimetable(orchestrate.cron(), timezone="UTC", key_format="%Y-%m-%d"),
    is_paused_upon_creation=False,
    catchup=False,
    max_active_runs=1,
    max_active_tasks=1,  # the lock of HOME lets one task work at a time; the others would only wait in a slot
    params={
        "run_date": Param(None, type=["null", "string"], format="date", description="The night's date; today if empty"),
        "force": Param(False, type="boolean", description="Redo a date that was published"),
        "accept_shrink": Param([], type="array", description="Feeds that may shrink beyond the band tonight"),
        "end_feeds": Param([], type="array", description="Feeds that come no more: what only they brought closes"),
        "accept_drift": Param(False, type="boolean", description="Publish though figures are far out of their band"),
        "refit": Param(False, type="boolean", description="Make a new fit, however young the one at hand is"),
    },
    default_args=orchestrate.task_defaults(),
    deadline=orchestrate.deadline(),
    tags=["related-jobs", "nightly"],
):
    feeds = before = task(orchestrate.begin, task_id="begin")()
    for group, members in plan.groups(stages):
        with TaskGroup(group):
            for stage in members:
                mapped = stage.grain == "feeds"
                run = task(
                    orchestrate.run_stage,
                    task_id=stage.name,
                    doc_md=stage.says,
                    inlets=[snapshot] if stage.publishes else [],  # it looks up whether this snapshot was told of
                    outlets=[snapshot] if stage.publishes else [],
                    map_index_template="{{ task.op_kwargs['feed'] }}" if mapped else None,
                )
                done = run.partial(stage=stage.name).expand(feed=feeds) if mapped else run(stage.name)
                before >> done
                before = done
