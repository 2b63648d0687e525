"""related-jobs.js in a real browser: what it shows, its events, keyboard, hostile texts, feeds that are late or missing."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.feed_world import build
from pipeline import feed
from pipeline.feed_reader import lookup
from pipeline.settings import PublishSettings
from pipeline.widget import source
from pipeline.widget.render import render

pytestmark = pytest.mark.browser
POLICY = (
    "default-src 'self'; style-src 'self'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)
STRICT = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
VIEWPORTS = {"phone": (360, 740), "tablet": (800, 1100), "desktop": (1400, 900)}


def ready(tab: Any, count: int = 1) -> None:
    """Wait until `count` boxes have their cards."""
    tab.wait_for_function(
        "n => [...document.querySelectorAll('related-jobs')].filter(b => b.shadowRoot?.querySelector('.rj-title')).length >= n",
        arg=count,
    )


def titles(tab: Any) -> list[str]:
    return list(tab.eval_on_selector_all("related-jobs .rj-card > .rj-title", "all => all.map(e => e.textContent)"))


def test_a_box_shows_the_cards_of_its_job_in_order(tab: Any, site: Any) -> None:
    tab.goto(site.page("plain", site.box(5)))
    ready(tab)
    box = lookup(site.folder / "feed", site.jobs[5])
    assert titles(tab) == [c["title"] for c in box.cards[:6]]
    card = tab.locator(".rj-card").first
    shown = card.inner_text()
    told = box.cards[0]
    assert told["employer"] in shown and "Full time" in shown and "ago" in shown and "in both titles" in shown
    links = tab.eval_on_selector_all("related-jobs .rj-card > a", "all => all.map(a => a.href)")
    assert links == [c["url"] for c in box.cards[:6] if "url" in c and c["url"].startswith("https:")]
    assert tab.get_by_role("navigation", name="Related jobs").count() == 1


def test_attributes_and_board_ids(tab: Any, site: Any, world: Path) -> None:
    with duckdb.connect(str(world / "related_jobs.duckdb"), read_only=True) as con:
        posting = con.execute("SELECT source_id FROM mart.postings JOIN mart.job_postings USING (posting_id) WHERE job_id = $j",
                              {"j": site.jobs[8]}).fetchone()  # fmt: skip
    assert posting
    tab.goto(
        site.page(
            "ids",
            site.box(posting[0], limit=3, lang="de", href="/jobs/{id}?from={job}", params="utm_source=box&pos={rank}"),
        )
    )
    ready(tab)
    assert titles(tab) == [c["title"] for c in lookup(site.folder / "feed", site.jobs[8]).cards[:3]]
    href = tab.locator(".rj-card > a").nth(1).get_attribute("href")
    second = lookup(site.folder / "feed", site.jobs[8]).cards[1]["id"]
    assert href == f"{site.url}/jobs/{second}?from={site.jobs[8]}&utm_source=box&pos=2"
    assert (
        "Vollzeit" in tab.locator(".rj-card").first.inner_text()
        and tab.get_by_role("heading", name="Ähnliche Stellen").count() == 1
    )
    tab.evaluate("j => document.querySelector('related-jobs').setAttribute('job-id', j)", site.jobs[9])
    tab.wait_for_function("j => document.querySelector('related-jobs').box.job === j", arg=site.jobs[9])
    assert titles(tab) == [c["title"] for c in lookup(site.folder / "feed", site.jobs[9]).cards[:3]]


def test_every_language_has_words_for_everything(tab: Any, site: Any) -> None:
    for language in source.languages():
        tab.goto(site.page(f"in-{language}", site.box(0, lang=language, limit=10)))
        ready(tab)
        words = source.labels(language)
        shown = tab.locator("related-jobs .rj").inner_text()
        assert (
            words["related"] in shown and words["full_time"] in shown and "serp_jobs" not in shown and "{" not in shown
        )
        assert "undefined" not in shown and "NaN" not in shown


def test_similar_openings_unfold_by_keyboard(tab: Any, site: Any) -> None:
    tab.goto(site.page("keyboard", site.box(5, limit=10)))
    ready(tab)
    family = tab.locator("details").first
    count = int(family.locator("summary").inner_text().split()[0].lstrip("+"))
    reached = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        reached.append(
            tab.evaluate(
                "() => { const a = document.querySelector('related-jobs').shadowRoot.activeElement; return a && a.tagName + a.textContent }"
            )
        )
        if reached[-1] and reached[-1].startswith("SUMMARY"):
            break
    assert reached[-1] and reached[-1].startswith("SUMMARY") and reached[0] and reached[0].startswith("A")
    tab.keyboard.press("Enter")
    tab.wait_for_function("() => document.querySelector('related-jobs').shadowRoot.querySelector('details[open] li')")
    assert family.locator("li").count() == count
    shown = tab.evaluate("() => document.querySelector('related-jobs').box.cards.filter(c => c.similar)[0].id")
    members = tab.eval_on_selector_all("related-jobs details[open] a", "all => all.map(a => a.card.card)")
    assert shown not in members and site.jobs[5] not in members and len(set(members)) == count


def test_hostile_texts_stay_texts_under_a_strict_policy(tab: Any, site: Any) -> None:
    tab.goto(site.page("strict", site.box(0, limit=10), STRICT))
    ready(tab)
    assert site.hostile in titles(tab) and tab.title() == "strict"
    hostile = tab.locator(".rj-card", has_text="onerror").first
    assert hostile.locator("img, script").count() == 0
    assert hostile.locator("> a").count() == 0, "a javascript: address must not become a link"
    assert (
        tab.evaluate(
            "() => getComputedStyle(document.querySelector('related-jobs').shadowRoot.querySelector('.rj-card')).display"
        )
        == "flex"
    )


def test_events_of_seeing_and_clicking(tab: Any, site: Any) -> None:
    listen = """
      window.heard = [];
      for (const name of ['ready', 'impression', 'click']) document.addEventListener('related-jobs-' + name, e => heard.push([name, e.detail]));
      document.addEventListener('click', e => e.preventDefault());
    """
    tab.add_init_script(listen)
    tab.goto(site.page("events", f'<div style="height:3000px"></div>{site.box(5, limit=4)}'))
    ready(tab)
    assert [name for name, _ in tab.evaluate("heard")] == ["ready"]
    tab.evaluate("document.querySelector('related-jobs').scrollIntoView()")
    tab.wait_for_function("heard.length === 2")
    name, seen = tab.evaluate("heard[1]")
    box = lookup(site.folder / "feed", site.jobs[5])
    assert name == "impression" and seen == {
        "job": site.jobs[5],
        "kind": "related",
        "run_date": "2026-11-21",
        "cards": [c["id"] for c in box.cards[:4]],
    }
    tab.locator(".rj-card > a").nth(1).click()
    name, clicked = tab.evaluate("heard.at(-1)")
    assert (
        name == "click"
        and clicked["card"] == box.cards[1]["id"]
        and clicked["rank"] == 2
        and clicked["job"] == site.jobs[5]
    )


def test_closed_and_unknown_jobs_get_something_decent(tab: Any, site: Any) -> None:
    tab.goto(
        site.page(
            "fallback", site.box("j" + "0" * 16) + site.box("nobody-knows", limit=3) + site.box("constructor", limit=2)
        )
    )
    ready(tab, 3)
    headings = tab.eval_on_selector_all("related-jobs .rj-heading", "all => all.map(e => e.textContent)")
    words = source.labels("en")
    assert headings == [words["gone"], words["newest"], words["newest"]]
    assert titles(tab)[:2] == [c["title"] for c in lookup(site.folder / "feed", "j" + "0" * 16).cards[:2]]


def test_a_missing_feed_leaves_the_page_and_its_written_box_alone(tab: Any, site: Any) -> None:
    written = '<related-jobs job-id="x" feed="/nowhere"><nav aria-label="Related jobs"><a href="/a">A real link</a></nav></related-jobs>'
    tab.add_init_script("addEventListener('related-jobs-error', () => (window.failed = (window.failed ?? 0) + 1))")
    tab.goto(site.page("missing", written + '<related-jobs job-id="x" feed="/nowhere"></related-jobs>'))
    tab.wait_for_function("window.failed === 2")
    assert tab.get_by_role("link", name="A real link").is_visible()
    assert tab.evaluate("document.querySelectorAll('related-jobs')[1].getBoundingClientRect().height") == 0
    assert all("404" in c for c in tab.complaints) and tab.complaints
    tab.complaints = []


def test_a_page_in_flight_reads_the_feed_of_yesterday(tab: Any, site: Any, tmp_path: Path) -> None:
    """The manifest a page holds is last night's; its shards are there for the grace, and after it the page asks anew."""
    tab.goto(site.page("flight", site.box(5)))
    ready(tab)
    before = titles(tab)
    old, new = site.folder / "feed", tmp_path / "new"
    database = tmp_path / "changed.duckdb"
    build(database, 252)
    with duckdb.connect(str(database)) as con:
        con.execute("UPDATE mart.jobs SET title = 'Tonight: ' || title")
    feed.write(database, new, date(2026, 11, 22), PublishSettings(), (old,))
    shutil.rmtree(old)
    new.rename(old)
    show = "j => { const b = document.createElement('related-jobs'); b.setAttribute('feed', '/feed'); b.setAttribute('job-id', j); document.querySelector('main').replaceChildren(b) }"
    tab.evaluate(show, site.jobs[5])  # the manifest of this page is last night's
    ready(tab)
    assert titles(tab) == before
    for path in (old / "shards").glob("*"):  # the grace is over
        if json.loads((old / "kept.json").read_text()).get(f"shards/{path.name.removesuffix('.gz')}"):
            path.unlink()
    tab.goto(site.page("woken", site.box(17)))
    ready(tab)
    assert all(t.startswith("Tonight: ") for t in titles(tab))


def test_a_manifest_whose_shards_are_gone_is_asked_for_anew_once(tab: Any, site: Any) -> None:
    manifest = json.loads((site.folder / "feed" / "manifest.json").read_text())
    asked = []

    def stale_first(route: Any) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            stale = {**manifest, "shards": dict.fromkeys(manifest["shards"], "0" * 10)}
            route.fulfill(status=200, content_type="application/json", body=json.dumps(stale))
        else:
            route.continue_()

    tab.route("**/manifest.json", stale_first)
    tab.goto(site.page("stale", site.box(5)))
    ready(tab)
    assert len(asked) == 2 and titles(tab)
    assert len(tab.complaints) == 1 and "404" in tab.complaints[0]
    tab.complaints = []


def written(site: Any, job: int, **how: Any) -> str:
    return render(lookup(site.folder / "feed", site.jobs[job], limit=6), **how)


def test_the_servers_html_works_without_a_script_and_says_the_same(chromium: Any, tab: Any, site: Any) -> None:
    head = '<link rel="stylesheet" href="/feed/related-jobs.css">'
    address = site.page("written", written(site, 5), head)
    without = chromium.new_context(java_script_enabled=False)
    plain = without.new_page()
    plain.goto(address)
    links = [(a.inner_text(), a.get_attribute("href")) for a in plain.locator(".rj-card > a").all()]
    text = plain.locator("related-jobs nav").inner_text()
    without.close()
    requests: list[str] = []
    tab.on("request", lambda r: requests.append(r.url))
    tab.goto(address)
    ready(tab)
    assert [
        (a.inner_text(), a.get_attribute("href")) for a in tab.locator("related-jobs").locator("css=.rj-card > a").all()
    ][-len(links) :] == links
    assert not any("manifest" in r for r in requests), "what the server wrote needs no request"
    assert "similar opening" in text and len(links) == 6


SHIFT = "() => new Promise(done => { let sum = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) sum += e.value }).observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 400) })"


@pytest.mark.parametrize("kind", ["fetched", "written"])
@pytest.mark.parametrize("size", VIEWPORTS)
def test_nothing_moves_when_the_box_arrives(tab: Any, site: Any, kind: str, size: str) -> None:
    tab.set_viewport_size(dict(zip(("width", "height"), VIEWPORTS[size], strict=True)))
    head = '<link rel="stylesheet" href="/feed/related-jobs.css">'
    # A plain script in the head is there before the box; a box that a server wrote can wait for a module.
    script = "" if kind == "fetched" else " type=module"
    tab.goto(site.page("shift", site.box(5) if kind == "fetched" else written(site, 5), head, kind=script))
    ready(tab)
    assert tab.evaluate(SHIFT) < 0.001
    assert tab.evaluate("['own', 'get', 'bits', 'make', 'CSS_', 'RelatedJobs', 'shard'].filter(n => n in window)") == []


@pytest.mark.parametrize("size", VIEWPORTS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_axe_finds_nothing_and_nothing_overflows(
    chromium: Any, site: Any, size: str, scheme: str, direction: str, request: pytest.FixtureRequest
) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing: uv sync --group browser"
    )
    width, height = VIEWPORTS[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.goto(site.page("axe", site.box(0, limit=10), direction=direction))
    ready(page)
    page.locator("summary").first.click()
    page.wait_for_function("() => document.querySelector('related-jobs').shadowRoot.querySelector('details[open] li')")
    found = axe.Axe().run(page)
    told = [
        (v["id"], v["help"], [(n["target"], n["any"][:1]) for n in v["nodes"]][:3])
        for v in found.response["violations"]
    ]
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    folder = request.config.getoption("--screenshots", "")
    if folder:
        page.screenshot(path=str(Path(folder) / f"widget-{size}-{scheme}-{direction}.png"), full_page=True)
    context.close()


def test_a_site_styles_the_box_by_properties_and_parts(tab: Any, site: Any) -> None:
    head = "<style>related-jobs{--related-jobs-accent:rgb(200, 0, 0);}related-jobs::part(card){border-style:dashed}</style>"
    tab.goto(site.page("styled", site.box(5), head))
    ready(tab)
    assert tab.locator(".rj-card > .rj-title").first.evaluate("e => getComputedStyle(e).color") == "rgb(200, 0, 0)"
    assert tab.locator(".rj-card").first.evaluate("e => getComputedStyle(e).borderStyle") == "dashed"
    tab.evaluate("document.querySelector('related-jobs').labels = { related: 'Mehr davon' }")
    tab.wait_for_function(
        "() => document.querySelector('related-jobs').shadowRoot.querySelector('.rj-heading').textContent === 'Mehr davon'"
    )


ARABIC_LABELS = {
    "related": "وظائف ذات صلة", "newest": "أحدث الوظائف", "gone": "أُغلقت هذه الوظيفة. أحدث ما يشبهها", "locations": "{n} مواقع",
    "more_one": "+{n} وظيفة مشابهة", "more": "+{n} وظائف مشابهة", "promoted": "إعلان", "remote": "عن بُعد", "full_time": "دوام كامل",
    "part_time": "دوام جزئي", "contract": "عقد", "temporary": "مؤقت", "internship": "تدريب", "permanent": "دائم", "hour": "في الساعة",
    "day": "في اليوم", "week": "في الأسبوع", "month": "في الشهر", "year": "في السنة", "why_title": "{v} في العنوانين",
    "why_term": "كلاهما عن {v}", "why_level": "المستوى نفسه", "why_near": "على بُعد {v}", "why_in": "في {v} أيضًا",
    "why_remote": "عن بُعد أيضًا", "why_newer": "أحدث", "why_pay": "أجر أعلى بمقدار {v}",
}  # fmt: skip


@pytest.mark.parametrize("size", VIEWPORTS)
def test_a_language_from_right_to_left_with_labels_of_the_sites_own(
    tab: Any, site: Any, size: str, request: pytest.FixtureRequest
) -> None:
    assert list(ARABIC_LABELS) == list(source.labels("en"))
    tab.set_viewport_size(dict(zip(("width", "height"), VIEWPORTS[size], strict=True)))
    box = site.box(0, limit=10, labels=json.dumps(ARABIC_LABELS))
    tab.goto(site.page("arabic", box, language="ar", direction="rtl"))
    ready(tab)
    shown = tab.locator("related-jobs .rj").inner_text()
    assert "وظائف ذات صلة" in shown and "دوام كامل" in shown and "Full time" not in shown and "ago" not in shown
    tab.locator("summary").first.click()
    tab.wait_for_function("() => document.querySelector('related-jobs').shadowRoot.querySelector('details[open] li')")
    # Every line begins at the right edge of its card, English titles too; the first card is the rightmost of its row.
    begins = tab.evaluate("""() => [...document.querySelector('related-jobs').shadowRoot.querySelectorAll('.rj-card')].map(card => {
        const edge = card.getBoundingClientRect(), range = document.createRange();
        return [...card.querySelectorAll('.rj-title, p, summary, small')].filter(line => line.checkVisibility() && line.textContent).map(line => {
            range.selectNodeContents(line);
            return edge.right - Math.max(...[...range.getClientRects()].map(r => r.right));
        }); })""")
    assert all(0 < gap < 40 for card in begins for gap in card), begins
    lefts = [c.bounding_box()["x"] for c in tab.locator(".rj-card").all()]
    assert size == "phone" or lefts[0] > lefts[1]
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    folder = request.config.getoption("--screenshots", "")
    if folder:
        tab.screenshot(path=str(Path(folder) / f"widget-arabic-{size}.png"), full_page=True)


def test_labels_that_are_set_before_the_script_came(tab: Any, site: Any) -> None:
    (site.folder / "late.js").write_text(
        "document.querySelector('related-jobs').setAttribute('labels', '{\"related\": \"More\"}')"
    )
    tab.goto(site.page("late", site.box(5) + '<script src="/late.js"></script>'))
    ready(tab)
    assert tab.locator("related-jobs .rj-heading").inner_text() == "More"
