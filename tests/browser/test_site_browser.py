"""The preview and the report in a real browser: a visitor's way through them, axe, three widths, light, dark and print."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
WIDTHS = (360, 800, 1400)


def axe(page: Any) -> list[Any]:
    found = (
        pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing")
        .Axe()
        .run(page)
    )
    return [(v["id"], v["help"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]]


def test_a_visitors_way(tab: Any, preview: str) -> None:
    tab.goto(preview)
    tab.get_by_role("searchbox").fill("team 84")
    tab.keyboard.press("Enter")
    tab.get_by_role("link", name="Data Scientist - Team 84").click()
    tab.wait_for_selector("related-jobs .rj-card > a:visible")
    assert tab.get_by_role("heading", level=1).inner_text() == "Data Scientist - Team 84"
    first = tab.locator("related-jobs .rj-card > a:visible").first
    name = first.inner_text()
    first.click()
    tab.wait_for_function("t => document.querySelector('h1').textContent === t", arg=name)
    assert tab.get_by_role("heading", name="Behind the cards").is_visible()


def test_a_job_that_ended_and_an_id_nobody_knows(tab: Any, preview: str) -> None:
    for path, heading in ((f"/job/j{'0' * 16}", "Pastry Cook"), ("/job/nobody", "No job has the id nobody")):
        tab.goto(preview + path)
        tab.wait_for_selector("related-jobs .rj-card > a:visible")
        assert tab.get_by_role("heading", level=1).inner_text() == heading
    assert len(tab.complaints) == 2 and all("404" in c for c in tab.complaints)
    tab.complaints = []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_preview(
    chromium: Any, preview: str, world: Path, width: int, scheme: str, request: pytest.FixtureRequest
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for name, path in (("search", "/?q=scientist"), ("job", "/job/3600000015")):
        page.goto(preview + path)
        page.wait_for_timeout(300)
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        folder = request.config.getoption("--screenshots", "")
        if folder:
            page.screenshot(path=str(Path(folder) / f"preview-{name}-{width}-{scheme}.png"), full_page=True)
    context.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of one night over a small sample."""
    from dataclasses import replace
    from datetime import date

    from pipeline import run as engine
    from pipeline import sample
    from pipeline.ingest import load_feeds
    from pipeline.settings import RunSettings, Settings
    from pipeline.store import Home

    folder = tmp_path_factory.mktemp("report")
    sample.write(folder / "sample", 160, 5, run_date=date(2026, 3, 2))
    run = engine.begin(
        Home(folder / "home"),
        date(2026, 3, 2),
        load_feeds(folder / "sample" / "feeds.toml"),
        replace(Settings(), run=RunSettings(workers=1)),
    )
    assert run is not None
    engine.run_night(run)
    return run.store.path / "report.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_draws_every_plot_and_asks_nothing_of_the_network(
    chromium: Any, report: Path, scheme: str, request: pytest.FixtureRequest
) -> None:
    context = chromium.new_context(viewport={"width": 1200, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto(report.as_uri())
    page.wait_for_function("() => [...document.querySelectorAll('[data-plot]')].every(e => e.querySelector('svg'))")
    assert [a for a in asked if not a.startswith(("file:", "data:", "blob:"))] == [] and errors == []
    assert page.locator("[data-plot=clusters] .point").count() > 5
    ink = page.locator("[data-plot=funnel] .ytick text").first.evaluate("e => getComputedStyle(e).fill")
    assert (int(ink.split("(")[1].split(",")[0]) > 128) == (scheme == "dark")
    page.locator("[data-plot=clusters] .point").first.hover(force=True)
    page.wait_for_selector("[data-plot=clusters] .hovertext")
    assert "jobs" in page.locator("[data-plot=clusters] .hovertext").first.text_content()
    page.mouse.move(0, 0)
    assert [v for v in axe(page) if v[0] not in {"region"}] == []
    folder = request.config.getoption("--screenshots", "")
    if folder:
        page.screenshot(path=str(Path(folder) / f"report-{scheme}.png"), full_page=True)
        page.pdf(path=str(Path(folder) / f"report-{scheme}.pdf"))
    context.close()
