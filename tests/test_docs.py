"""The documentation: pages made from the code are current, links lead somewhere, examples of commands name real options."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])


@pytest.fixture(scope="module")
def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "scripts" / "make_docs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_made_from_the_code_are_current(made: ModuleType) -> None:
    for path, text in made.pages().items():
        assert path.is_file() and path.read_text(encoding="utf-8") == text, f"{path.name} is out of date: make docs"


def test_every_mart_and_setting_is_described(made: ModuleType) -> None:
    tables, settings = made.tables(), made.settings()
    assert all(f"## {mart}\n" in tables for mart in made.publish.MARTS) and "erDiagram" in tables
    assert "jobs ||--o{ related_jobs" in tables and "postings ||--o{ links" in tables
    described = [line.split("|")[-2].strip() for line in tables.splitlines() if re.match(r"\| [a-z_]+ \| [A-Z]", line)]
    assert len(described) > 150 and all(described)
    assert all(line.split("|")[-2].strip() for line in settings.splitlines() if re.match(r"\| [a-z_]+ \| `", line))


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{page.name}: {target}"
        if anchor and path.suffix == ".md":
            assert anchor in anchors(path), f"{page.name}: {target}"


def test_commands_in_the_pages_exist(made: ModuleType) -> None:
    known = set(re.findall(r"^## related-jobs (.+)$", made.command_line(), re.M))
    options = set(re.findall(r"`(--[a-z-]+)`", made.command_line())) | {
        "--help",
        "--install-completion",
        "--show-completion",
        "--version",
    }
    for page in PAGES:
        if page.name in {"CHANGELOG.md", "cli.md"}:
            continue
        for line in re.findall(r"related-jobs ((?:[a-z]+ ?)(?:[^\n`|]*))", page.read_text(encoding="utf-8")):
            words = line.split()
            if words[0] in {k.split()[0] for k in known}:
                assert words[0] in known or " ".join(words[:2]) in known, f"{page.name}: related-jobs {line}"
                assert set(re.findall(r"(?<!\S)--[a-z-]+", line)) <= options, f"{page.name}: related-jobs {line}"
