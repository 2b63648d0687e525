"""A feed that holds the classic payloads in every field, and a night over it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from pipeline import run as engine
from pipeline.ingest import Feed
from pipeline.settings import Settings
from pipeline.store import Home

DAY = date(2026, 3, 2)
MARKUP = (
    "<script>alert('pwned')</script>", "\"><img src=x onerror=alert('pwned')>", "</script><svg onload=alert('pwned')>", "' onmouseover='alert(1)",
    "{{7*7}}${7*7}<%= 7*7 %>", "]]><!--<script>alert('pwned')</script>", "&lt;script&gt;alert('pwned')&lt;/script&gt;", "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))", "<iframe srcdoc=\"<script>alert('pwned')</script>\">", "</title></style><script>alert('pwned')</script>",
)  # fmt: skip
OTHERS = (
    "'; DROP TABLE mart.postings; --", '" OR 1=1; ATTACH \'x.db\'; --', "=HYPERLINK(\"http://evil.example\")", "+1+1", "-2+3|cmd", "@SUM(A1:A9)",
    "../../../etc/passwd", "$(touch /tmp/pwned)", "`touch /tmp/pwned`", "%00%0a", "{run_date}", "\u202egnp.exe", "CON", "[bold red]x[/]",
)  # fmt: skip
ADDRESSES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "vbscript:x", "file:///etc/passwd", "//evil.example/x", "https://user:secret@b.example/", "https://b.example/\"onclick=alert(1)", "http://[::1", "ftp://b.example/x",
)  # fmt: skip


def rows() -> list[dict[str, Any]]:
    made = []
    for n, evil in enumerate((*MARKUP, *OTHERS)):
        good = {
            "title": f"Cook {n % 7}",
            "company": f"Inn {n % 5}",
            "location": "Rome, Italy",
            "description": f"You cook for {n} guests and keep the stove. " * 8,
        }
        for field in ("title", "company", "location", "description", "industry", "job_function"):
            text = f"{evil} Cook" if field == "title" else evil
            made.append(
                good | {field: text, "source_id": f"{field}-{n}-{evil}", "url": f"https://b.example/{field}/{n}"}
            )
    for n, address in enumerate(ADDRESSES):
        made.append(
            {
                "title": f"Cook {n}",
                "company": "Inn",
                "location": "Rome",
                "description": "You cook. " * 30,
                "source_id": f"u{n}",
                "url": address,
                "apply_url": address,
            }
        )
    return made


def night(folder: Path) -> Home:
    """Do a night over the payloads in `folder`; return its home."""
    feed = folder / "evil.ndjson"
    feed.write_text("".join(json.dumps({"source": "board"} | row) + "\n" for row in rows()), encoding="utf-8")
    home = Home(folder / "home")
    run = engine.begin(home, DAY, [Feed("evil", str(feed))], Settings())
    assert run is not None
    engine.run_night(run)
    return home
