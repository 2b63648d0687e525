"""A site to look at in Debian's chromium: a published feed with hostile and odd jobs, the preview, pages of a stranger's site."""

import html
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.feed_world import build
from pipeline import feed
from pipeline.settings import PublishSettings
from pipeline.store import Home

DAY = date(2026, 11, 21)
HOSTILE = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script> & \"Chef\" 'de' Partie"
ARABIC = "مهندس بيانات أول"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsleiterin " * 3


def ids(database: Path) -> list[str]:
    """Return the ids of the jobs in the order the world numbers them."""
    with duckdb.connect(str(database), read_only=True) as con:
        return [
            j
            for (j,) in con.execute(
                "SELECT job_id FROM mart.jobs ORDER BY regexp_extract(url, '[0-9]+$')::INT"
            ).fetchall()
        ]


@dataclass(frozen=True)
class Site:
    """A stranger's site: its address, the folder it serves, and the jobs of its feed."""

    url: str
    folder: Path
    jobs: list[str]
    hostile: str = HOSTILE
    arabic: str = ARABIC

    def box(self, job: int | str, **attributes: object) -> str:
        """Return the widget's element for a job of the world, or for an id."""
        key = self.jobs[job] if isinstance(job, int) else job
        told = {"job-id": key, "feed": "/feed", **{k.replace("_", "-"): v for k, v in attributes.items()}}
        return "<related-jobs " + " ".join(f'{k}="{html.escape(str(v))}"' for k, v in told.items()) + "></related-jobs>"

    def page(
        self,
        name: str,
        body: str,
        head: str = "",
        language: str = "en",
        direction: str = "ltr",
        kind: str = " type=module",
    ) -> str:
        """Write a page with the widget's script and `body`; return its address."""
        (self.folder / f"{name}.html").write_text(
            f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>{name}</title>'
            '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
            f'<link rel="stylesheet" href="/site.css">{head}<script{kind} src="/feed/related-jobs.js"></script>'
            f"</head><body><main><h1>{name}</h1>{body}<p id=after>What comes after the box.</p></main></body></html>",
            encoding="utf-8",
        )
        return f"{self.url}/{name}.html"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *given: object) -> None:  # noqa: A002
        pass

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def _served(folder: Path) -> tuple[ThreadingHTTPServer, str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one snapshot: 252 jobs, a hostile one, an Arabic one, a long one, one without anything, one gone."""
    home = tmp_path_factory.mktemp("site") / "home"
    snapshot = home / "snapshots" / f"{DAY}.1"
    snapshot.mkdir(parents=True)
    database = build(snapshot / "related_jobs.duckdb", 252)
    jobs = ids(database)
    with duckdb.connect(str(database)) as con:
        for number, title in ((12, HOSTILE), (24, ARABIC), (36, LONG)):
            con.execute("UPDATE mart.jobs SET title = $t, employer = $e WHERE job_id = $j",
                        {"t": title, "e": "شركة المثال" if title == ARABIC else HOSTILE if number == 12 else "Acme", "j": jobs[number]})  # fmt: skip
        con.execute(
            "UPDATE mart.jobs SET url = 'javascript:document.title=1', promoted = true WHERE job_id = $j",
            {"j": jobs[12]},
        )
        con.execute(
            "UPDATE mart.jobs SET employer = NULL, place = NULL, remote = NULL, employment_type = NULL, pay_min = NULL, pay_max = NULL, "
            "last_posted_on = NULL, url = NULL, places = 0 WHERE job_id = $j", {"j": jobs[48]},
        )  # fmt: skip
        cluster = con.execute("SELECT cluster_id FROM mart.jobs ORDER BY cluster_id").fetchone()
        assert cluster
        con.execute(
            f"INSERT INTO mart.gone_jobs VALUES ('j{'0' * 16}', 'Pastry Cook', 'Acme', '{cluster[0]}', '2026-11-20', NULL)"
        )
        con.execute("CHECKPOINT")
    feed.write(database, snapshot / "feed", DAY, PublishSettings())
    Home(home).flip(snapshot)
    return home


@pytest.fixture
def site(world: Path, tmp_path: Path) -> Iterator[Site]:
    """A stranger's web server: the feed as it was published, and pages that a test writes."""
    shutil.copytree(world / "feed", tmp_path / "feed", symlinks=False)
    (tmp_path / "site.css").write_text(
        "body{font:16px/1.5 sans-serif;margin:1rem;background:light-dark(#fff,#16181b);color:light-dark(#16181b,#eee)}:root{color-scheme:light dark}"
    )
    (tmp_path / "favicon.ico").touch()
    server, url = _served(tmp_path)
    yield Site(url, tmp_path, ids(world / "related_jobs.duckdb"))
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def preview(world: Path) -> Iterator[str]:
    """The address of `related-jobs serve` over the world."""
    from pipeline.preview.server import open_server

    server = open_server(Home(world), "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's chromium, driven by Playwright; skips where either is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing: uv sync --group browser")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("chromium is missing: apt-get install chromium")
    arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    """A tab of 1000 by 800; whatever a page logs as an error fails the test, unless it empties `tab.complaints`."""
    context = chromium.new_context(viewport={"width": 1000, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.complaints = []
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    yield page
    context.close()
    assert page.complaints == []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots", default="", help="folder for screenshots of the widget, the preview and the report"
    )
