"""The plan is consistent: every table a stage reads was written by a stage before it."""

import subprocess
import sys
from pathlib import Path

from pipeline import plan, resources
from pipeline.settings import Settings


def test_stages_read_what_was_written_before() -> None:
    written: set[str] = set()
    for stage in plan.PLAN:
        assert set(stage.reads) <= written, stage.name
        assert not set(stage.writes) & written, stage.name
        written |= set(stage.writes)


def test_groups_are_contiguous_and_what_a_reader_expects() -> None:
    assert [name for name, _ in plan.groups()] == ["ingest", "deduplicate", "cluster", "relate", "publish"]
    assert [s for _, stages in plan.groups() for s in stages] == list(plan.PLAN)


def test_every_stage_has_settings_and_every_gate_a_suite() -> None:
    for stage in plan.PLAN:
        assert hasattr(Settings(), stage.name)
        if stage.gate:
            assert (resources.folder("expectations") / f"{stage.gate}.json").is_file()
        if stage.function == "sql":
            for table in stage.writes:
                assert resources.sql(f"transforms/{table}")


def test_readme_draws_the_plan_as_it_is() -> None:
    readme = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
    drawn = readme.partition("```mermaid\n")[2].partition("```")[0]
    assert drawn == plan.mermaid(), "README.md, One night: put in what `related-jobs plan --mermaid` prints"


def test_mermaid_draws_every_stage() -> None:
    drawn = plan.mermaid()
    assert drawn.startswith("flowchart LR")
    assert all(f'{s.name}["{s.name}' in drawn for s in plan.PLAN)


def test_plan_and_help_import_nothing_heavy() -> None:
    code = (
        "import sys, pipeline.plan, pipeline.cli; "
        "print([m for m in ('duckdb','pyarrow','pandas','numpy','sklearn','rapidfuzz','airflow','great_expectations') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_stage_that_may_begin_ahead_hangs_on_tables_alone_and_on_a_night_that_goes_on() -> None:
    names = [stage.name for stage in plan.PLAN]
    for stage in plan.PLAN:
        if stage.ahead:
            assert stage.grain in ("whole", "home") and not stage.gate and not stage.publishes
            begun = [done.name for done in plan.PLAN if stage in plan.ready(done)]
            assert begun and names.index(begun[0]) >= names.index(plan.UNCHANGED)
            assert begun == names[names.index(begun[0]) : names.index(stage.name) - 1]
    assert [stage.name for stage in plan.ready(plan.stage("unchanged"))] == ["phrases"]
    assert [stage.name for stage in plan.ready(plan.stage("phrases"))] == ["fit"]
    assert plan.ready(plan.stage("settle")) == plan.ready(plan.stage("group")) == ()


def test_what_a_stage_needs_is_all_that_its_tables_come_from() -> None:
    for stage in plan.PLAN:
        needed = plan.towards(stage.name)
        assert needed[-1] == stage and {t for s in needed for t in s.reads} <= {t for s in needed for t in s.writes}
    assert [s.name for s in plan.towards("deliveries")] == ["ingest", "normalise", "days", "deliveries"]
    assert not {"unchanged", "link", "fit"} & {s.name for s in plan.towards("phrases", "block")}
