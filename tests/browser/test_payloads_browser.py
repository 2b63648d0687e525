"""The classic payloads, fed through a whole night, in a real browser: nothing of an ad runs, asks or changes the page."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hostile_feed import night
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.store import Home

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return night(tmp_path_factory.mktemp("payloads"))


def opened(chromium: Any, address: str, waits_for: str | None = None) -> tuple[Any, list[str]]:
    """Open a page; return it with whatever an ad made it do."""
    done: list[str] = []
    page = chromium.new_page()
    page.on("dialog", lambda d: (done.append(f"dialog: {d.message}"), d.dismiss()))
    page.on("request", lambda r: "evil.example" in r.url and done.append(f"request: {r.url}"))
    page.on("pageerror", lambda e: done.append(f"error: {e}"))
    page.goto(address)
    if waits_for:
        page.wait_for_selector(waits_for, state="attached")
    page.wait_for_timeout(400)
    return page, done


def addresses(page: Any) -> set[str]:
    """Return the schemes of all links, those in the widgets' shadow trees too."""
    return set(
        page.evaluate(
            "() => { const all = (r) => [...r.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);"
            " return all(document).filter((e) => e.tagName === 'A' && e.href).map((e) => new URL(e.href, document.baseURI).protocol); }"
        )
    )


def test_the_report_shows_payloads_as_text(chromium: Any, home: Home) -> None:
    page, done = opened(chromium, (home.path / "report.html").resolve().as_uri(), "[data-plot] svg")
    assert done == []
    assert "alert('pwned')" in page.content(), "the payloads are on the page, as text"
    assert addresses(page) <= {"http:", "https:", "file:"}
    page.close()


def test_boxes_show_payloads_as_text(chromium: Any, home: Home, tmp_path: Path) -> None:
    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        jobs = [j for (j,) in con.execute("SELECT job_id FROM mart.jobs ORDER BY job_id LIMIT 30").fetchall()]
    boxes = [CliRunner().invoke(app, ["render", job, "--home", str(home.path)]).output for job in jobs]
    path = tmp_path / "boxes.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><title>boxes</title>{''.join(boxes)}", encoding="utf-8")
    page, done = opened(chromium, path.as_uri(), "nav")
    assert done == [] and page.title() == "boxes"
    assert page.locator("nav a").count() > 30
    assert addresses(page) <= {"http:", "https:"}
    page.close()
