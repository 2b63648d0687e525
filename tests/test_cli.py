"""The command line: exit codes, one clear line for what went wrong, what the commands print."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import typer.main

from pipeline import sample
from pipeline.cli import app

SCRIPT = Path(sys.executable).parent / "related-jobs"


def call(*words: str | Path, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    given = [str(w) for w in words] + (["--home", str(home)] if home else [])
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    environment.pop("RELATED_JOBS_HOME", None)
    return subprocess.run(
        [str(SCRIPT), *given], capture_output=True, text=True, env=environment, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("cli")
    sample.write(folder / "sample", 150, 3, run_date=date(2026, 3, 2))
    home = folder / "home"
    home.mkdir()
    feeds = (folder / "sample" / "feeds.toml").read_text().replace('"feeds/', f'"{folder}/sample/feeds/')
    (home / "feeds.toml").write_text(feeds)
    return home, call("run", "--run-date", "2026-03-02", home=home)


def test_run_prints_box_before_and_after_rejects_place_and_figures(
    published: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    home, done = published
    assert done.returncode == 0, done.stderr
    out = done.stdout
    assert "Before: the box of" in out and "After: related to" in out
    assert "rejected: " in out and f"tables:   {home}/related_jobs.duckdb" in out
    last = out.strip().splitlines()[-1]
    assert "listings, " in last and " near-duplicate groups, " in last and last.endswith(" jobs")


def test_second_run_says_there_is_nothing_to_do(published: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    home, _ = published
    done = call("run", "--run-date", "2026-03-02", home=home)
    assert done.returncode == 0 and "nothing to do" in done.stdout


def test_show_by_title_id_and_json(published: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    home, _ = published
    title = "Data Scientist Graduate, Creator Safety"
    by_title = call("show", title, home=home)
    assert by_title.returncode == 0 and title in by_title.stdout
    shown = json.loads(call("show", title, "--json", home=home).stdout)
    by_id = json.loads(call("show", shown["job_id"], "--json", home=home).stdout)
    assert shown == by_id and [c["rank"] for c in shown["related"]] == list(range(1, len(shown["related"]) + 1))


def test_show_of_nothing_is_usage(published: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    home, _ = published
    done = call("show", "zzzzqqqq", home=home)
    assert done.returncode == 2 and "no job like 'zzzzqqqq'" in done.stderr and "Traceback" not in done.stderr


def test_explain_says_why(published: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    home, _ = published
    shown = json.loads(call("show", "Data Scientist Graduate, Creator Safety", "--json", home=home).stdout)
    card = shown["related"][0]
    done = call("explain", shown["job_id"], card["related_job_id"], "--json", home=home)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {"A", "B", "As duplicates", "As related jobs", "Cosine by channel"} <= told.keys()
    assert f"rank {card['rank']}" in told["As related jobs"]["in the box of A"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["run", "--feed", "missing.csv"], 3, "missing.csv"),
        (["run", "--feed", "missing.csv", "--run-date", "tomorrow"], 2, "YYYY-MM-DD"),
        (["run"], 2, "name one with --feed PATH"),
        (["show", "x"], 2, "no snapshot yet"),
        (["explain", "x", "y"], 2, "no snapshot yet"),
        (["run", "--feed", "x", "--settings", "missing.toml"], 2, "missing.toml"),
    ],
)
def test_what_can_not_be_done_is_one_line_and_a_code(tmp_path: Path, words: list[str], code: int, told: str) -> None:
    done = call(*words, home=tmp_path / "home")
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert told in done.stderr and done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


def test_settings_that_are_not_known_are_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[relate]\nlimt = 3\n")
    done = call("run", "--feed", "x.csv", "--settings", path, home=tmp_path / "home")
    assert done.returncode == 2 and "[relate] has no 'limt'" in done.stderr


def test_plan_lists_the_stages() -> None:
    done = call("plan")
    assert done.returncode == 0 and "normalise" in done.stdout
    assert call("plan", "--mermaid").stdout.startswith("flowchart LR")


def commands(path: list[str], command: object) -> Iterator[tuple[list[str], object]]:
    """Yield the path and the command of all that can be called."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
    for name, one in (inner or {}).items():
        yield from commands([*path, name], one)


def test_every_command_knows_json() -> None:
    found = list(commands([], typer.main.get_command(app)))
    without = [path for path, one in found if not any("--json" in p.opts for p in one.params)]  # type: ignore[attr-defined]
    assert len(found) > 15 and not without


def test_json_where_nothing_is_asked(published: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    home, _ = published
    both = json.loads(call("plan", "--mermaid", "--json").stdout)
    assert both["stages"][0]["name"] == "ingest" and both["mermaid"].startswith("flowchart LR")
    written = json.loads(call("sample", "--rows", 60, "--out", tmp_path / "sample", "--json").stdout)
    assert written["listings"] >= 60 and written["folders"] == [str(tmp_path / "sample")]
    formats = json.loads(call("feeds", "formats", "--json").stdout)
    assert "talent_xml" in {f["name"] for f in formats["formats"]}
    drafted = json.loads(call("feeds", "init", tmp_path / "sample" / "feeds" / "openroster.ndjson", "--json").stdout)
    assert drafted["out"] is None and "title" in drafted["mapping"]["columns"]
    pairs = json.loads(call("review", "--pairs", 2, "--json", home=home).stdout)
    assert all({"a", "b", "texts", "link"} <= pair.keys() for pair in pairs)


def test_version() -> None:
    assert re.fullmatch(r"related-jobs \d+\.\d+\.\d+\n", call("--version").stdout)


def test_completion_is_offered_for_a_shell() -> None:
    done = call("--show-completion", "bash")
    assert done.returncode == 0 and "_RELATED_JOBS_COMPLETE=complete_bash" in done.stdout
    environment = {
        **os.environ,
        "_RELATED_JOBS_COMPLETE": "complete_bash",
        "COMP_WORDS": "related-jobs fe",
        "COMP_CWORD": "1",
    }
    told = subprocess.run([str(SCRIPT)], capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert told.stdout.split() == ["feeds"]
