"""Two ads side by side in a terminal, what only one of them says marked."""

from typing import Any

from rich.table import Table
from rich.text import Text

from pipeline.review import Pair, marked
from pipeline.terminal import console


def show_pair(pair: Pair, number: int, of: int, characters: int) -> None:
    """Print both postings in two columns; fields and words that only one has are bold and coloured."""
    link = ", ".join(f"{name} {_plain(value)}" for name, value in pair.link.items() if value not in (None, []))
    shown = Table(title=Text(f"{number}/{of}: {link}"), title_justify="left", show_lines=True, expand=True)
    shown.add_column("")
    shown.add_column("A", ratio=1, overflow="fold")
    shown.add_column("B", ratio=1, overflow="fold")
    for name in pair.a:
        if name != "title":
            values = (pair.a[name], pair.b[name])
            style = "" if values[0] == values[1] else "bold yellow"
            shown.add_row(name, *(Text(_plain(v), style=style) for v in values))
    for name, texts in (("title", (pair.a["title"], pair.b["title"])), ("text", pair.texts)):
        sides = marked(*texts)
        shown.add_row(name, *(_runs(side, characters) for side in sides))
    console.print(shown)


def _runs(runs: list[tuple[str, bool]], characters: int) -> Text:
    """Return runs of words as text; where it is too long, long runs that both share are shortened first."""
    total = sum(len(words) for words, _ in runs)
    keep = 120 if total > characters else total
    text = Text()
    for words, alone in runs:
        if len(text) >= characters:
            text.append(" [...]", style="dim")
            break
        short = words if alone or len(words) <= keep else f"{words[: keep // 2]} [...] {words[-keep // 2 :]}"
        text.append(short + " ", style="bold yellow" if alone else "dim")
    return text


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
