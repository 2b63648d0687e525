"""Draw docs/images/before-after.svg: a page's box as it was, and as it is after one night. `make_picture.py HOME RUN_DATE`.

HOME is one into which `related-jobs run --feed PAGE.txt` read the page; nothing is drawn that the run did not say.
"""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline import run as engine
from pipeline import show
from pipeline.store import Home, Snapshot

OUT = Path(__file__).resolve().parent.parent / "docs" / "images" / "before-after.svg"
WIDTH, COLUMN, CARD, GAP, TOP = 1040, 500, 46, 7, 76
CARDS = 6  # of the box after: what a page shows
HUES = ("#d9485f", "#d98f26", "#3b78c4", "#4b9b6e", "#8a63c9", "#6b7680")  # one an employer, commonest first
STYLE = """
text{font:13px system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:#1c2024} .s{fill:#545c65;font-size:11.5px} .h{font-size:17px;font-weight:700}
.t{font-weight:600} .m{font-size:12px;font-weight:700;fill:#0b57b0} .c{fill:#fff;stroke:#d5d9de} .b{fill:#f5f7f9}
@media(prefers-color-scheme:dark){text{fill:#edeef0} .s{fill:#a9b1ba} .m{fill:#8cc0ff} .c{fill:#1d2024;stroke:#3a3f45} .b{fill:#16181b}}
"""


def main(home: Path, day: date) -> None:
    """Write the picture."""
    run = engine.open_run(Home(home), day)
    page = show.page_boxes(run)[0]
    snapshot = Snapshot(run.home.path / "snapshots" / run.store.manifest["snapshot"])
    cards = show.box(snapshot, str(page.job_id))[:CARDS]
    before = [(c["title"], c["company"], c["location"], "") for c in page.cards]
    after = [(c["title"], c["employer"], c["place"], _more(c["similar_openings"])) for c in cards]
    names = sorted({b[1] for b in before}, key=lambda n: (-sum(b[1] == n for b in before), n))
    colours = {name: HUES[min(i, len(HUES) - 1)] for i, name in enumerate(names)}
    height = max(TOP + (len(before) + 1) // 2 * (CARD + GAP), TOP + len(after) * (CARD + 22 + GAP)) + 12
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="A related-jobs box before and after">',
        f"<style>{STYLE}</style>", f'<rect class="b" width="{WIDTH}" height="{height}" rx="10"/>',
        _text(20, 30, "h", f"Before: {len(before)} cards, {len(names)} employers"),
        _text(20, 52, "s", f"Related to {page.about['title']} ({page.about['company']})", 76),
        _text(COLUMN + 50, 30, "h", f"After one night: the first {len(after)}"),
        _text(COLUMN + 50, 52, "s", "Templates folded, reposts behind one card, at most two of an employer"),
    ]  # fmt: skip
    small = (COLUMN - 20 - GAP) // 2
    for n, card in enumerate(before):
        svg += _card(20 + n % 2 * (small + GAP), TOP + n // 2 * (CARD + GAP), small, CARD, card, colours, 26)
    for n, card in enumerate(after):
        svg += _card(COLUMN + 50, TOP + n * (CARD + 22 + GAP), COLUMN - 30, CARD + 22, card, colours, 56)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("\n".join([*svg, "</svg>"]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{OUT}: {len(before)} cards before, {len(after)} after\n")


def _more(count: int) -> str:
    return f"+{count} similar opening{'s' if count != 1 else ''}" if count else ""


def _card(
    x: int, y: int, width: int, height: int, card: tuple[str, str, str, str], colours: dict[str, str], letters: int
) -> Iterable[str]:
    title, employer, place, more = card
    yield f'<rect class="c" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
    yield f'<rect x="{x}" y="{y}" width="5" height="{height}" rx="2" fill="{colours.get(employer, HUES[-1])}"/>'
    yield _text(x + 14, y + 19, "t", title, letters)
    yield _text(x + 14, y + 36, "s", f"{employer} · {place}", letters + 9)
    if more:
        yield _text(x + 14, y + 56, "m", more)


def _text(x: int, y: int, kind: str, text: str, letters: int = 200) -> str:
    shown = text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(shown)}</text>'


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), date.fromisoformat(sys.argv[2]))
