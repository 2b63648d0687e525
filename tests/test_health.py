"""Figures of a night against the band of the nights before: told, or stopped; and what monitoring reads."""

import re
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from test_nights import DAY, ONE, ask, deliver, night, row

from pipeline import openmetrics
from pipeline import run as engine
from pipeline.errors import AuditError
from pipeline.openmetrics import Family
from pipeline.store import Home


def pretend(home: Home, nights: int, **values: float) -> None:
    """Give the snapshot a past of so many nights with tonight's figures, but for those named."""
    current = home.current()
    assert current is not None
    with duckdb.connect(str(current.database)) as con:
        for n in range(1, nights + 1):
            con.execute(
                "INSERT INTO mart.run_metrics BY NAME SELECT * REPLACE ($day AS run_date) FROM mart.run_metrics WHERE run_date = $today",
                {"day": DAY - timedelta(days=n), "today": DAY},
            )
        for name, value in values.items():
            con.execute(
                "UPDATE mart.run_metrics SET value = $v WHERE metric = $m", {"v": value, "m": name.replace("_", " ")}
            )


def test_a_figure_far_out_of_its_band_stops_the_night_until_it_is_accepted(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    rows = [row(n) for n in range(9)]
    night(home, 0, deliver(tmp_path, "f", rows))
    assert ask(home, "SELECT count(*) FROM mart.run_metrics WHERE low IS NOT NULL OR nights > 0") == [(0,)]
    pretend(home, 8)
    copies = deliver(tmp_path, "f", [row(n, board) for n in range(9) for board in ("board", "other", "third")])
    run = engine.begin(home, DAY + timedelta(days=1), [copies], ONE)
    assert run is not None
    with pytest.raises(AuditError) as stopped:
        engine.run_night(run)
    told = str(stopped.value)
    assert "far out of the band" in told and "duplicate share" in told and "--accept-drift" in told
    assert home.current().run_date == DAY  # type: ignore[union-attr]
    text = (home.path / "metrics.prom").read_text()
    assert "related_jobs_last_run_success 0.0\n" in text and 'metric="duplicate share",dimension=""} 0.0' in text
    done = night(home, 1, copies, audited=True, accept_drift=True)
    markers = {m.stem for m in (done.store.path / "done").glob("*.json")}
    assert "settle" in markers  # what was done before the audit is not done again
    (figure,) = ask(
        home,
        f"SELECT value, high, stop_high, nights FROM mart.run_metrics WHERE metric = 'duplicate share' AND run_date = '{DAY + timedelta(days=1)}'",
    )
    assert figure == (1.0, 0.05, 0.35, 9)
    assert "related_jobs_last_run_success 1.0\n" in (home.path / "metrics.prom").read_text()
    assert "out of the band of the nights before" in (home.path / "report.html").read_text()


def test_a_band_needs_nights_and_small_moves_are_within_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    night(home, 0, deliver(tmp_path, "f", [row(n) for n in range(9)]))
    pretend(home, 6)
    night(home, 1, deliver(tmp_path, "f", [*(row(n) for n in range(9)), row(0, "other")]))
    tonight = f"run_date = '{DAY + timedelta(days=1)}'"
    assert ask(home, f"SELECT DISTINCT nights FROM mart.run_metrics WHERE {tonight} AND metric = 'jobs'") == [(7,)]
    out = ask(
        home, f"SELECT metric FROM mart.run_metrics WHERE {tonight} AND value NOT BETWEEN low AND high ORDER BY 1"
    )
    assert ("duplicate share",) in out and ("jobs",) not in out
    figures = {m for (m,) in ask(home, f"SELECT metric FROM mart.run_metrics WHERE {tonight}")}
    assert figures >= {
        "closed share", "cluster churn", "duplicate share", "ids of a feed", "postings of the largest job", "reject share of a feed",
        "share of cards of one employer", "share of jobs with few cards", "score of first cards, median",
    }  # fmt: skip


SAMPLE = re.compile(r'^[a-z_]+(\{([a-z]+="(?:[^"\\\n]|\\.)*",?)*\})? -?[0-9][0-9.e+-]*$')


def test_the_text_for_monitoring_is_openmetrics(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    night(home, 0, deliver(tmp_path, "f", [row(n) for n in range(9)]))
    lines = (home.path / "metrics.prom").read_text().splitlines()
    assert lines[-1] == "# EOF"
    names: list[str] = []
    for line in lines[:-1]:
        if line.startswith("# TYPE"):
            names.append(line.split()[2])
        elif not line.startswith("# HELP"):
            assert SAMPLE.match(line), line
            assert re.split(r"[{ ]", line)[0] == names[-1], "samples of a family stand together"
    assert len(names) == len(set(names))
    assert {"related_jobs_figure", "related_jobs_stage_seconds", "related_jobs_feeds_held_back"} <= set(names)


def test_what_a_feed_is_called_cannot_break_a_line() -> None:
    text = openmetrics.render(Family("a", "b", (({"feed": 'x"} 1\ny\\'}, 1.0),)))
    assert text == '# TYPE a gauge\n# HELP a b\na{feed="x\\"} 1\\ny\\\\"} 1.0\n'
