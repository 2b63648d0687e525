"""Write the pages of docs/ that are made from the code: tables, settings, command line, the JSON feed. `make docs` runs it."""

import ast
import json
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from pipeline import contracts, feed, publish, resources

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MADE = "<!-- Made by scripts/make_docs.py (make docs): change the code, not this page. -->\n"


def main() -> None:
    """Write every page."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def pages() -> dict[Path, str]:
    """Return the pages by their path."""
    return {
        DOCS / "tables.md": tables(),
        DOCS / "reference" / "settings.md": settings(),
        DOCS / "reference" / "cli.md": command_line(),
        DOCS / "reference" / "feed.md": json_feed(),
        DOCS / "reference" / "examples.md": examples(),
        DOCS / "reference" / "formats.md": formats(),
    }


def tables() -> str:
    """Return the data dictionary and the diagram, from the DDL."""
    marts = {name: contracts.contract(name, "mart") for name in publish.MARTS}
    keys = {
        c.key[0]: name for name, c in marts.items() if len(c.key) == 1 and c.key[0].endswith("_id") and name in _HOMES
    }
    lines = [
        "# Tables\n", MADE,
        f"Every table stands in the schema `mart` of `HOME/related_jobs.duckdb`; contract version {publish.SCHEMA_VERSION}. "
        "`DESCRIBE mart.jobs` and `SELECT * FROM duckdb_columns()` tell the same: the database carries these comments.",
        "Columns are added without notice, and taken away or given another meaning only with a new contract version, told in "
        "[CHANGELOG.md](../CHANGELOG.md) one version before.\n",
        "```mermaid\nerDiagram",
    ]  # fmt: skip
    relations = sorted({(keys[k], name, column) for name, c in marts.items() for column, k in _references(c, keys)})
    lines += [f'  {one} ||--o{{ {many} : "{column}"' for one, many, column in relations if one != many or column]
    lines.append("```\n")
    for name in sorted(marts):
        lines += _table(marts[name], keys)
    lines.append("## Views\n")
    for view in publish.VIEWS:
        comment = re.search(r"COMMENT ON VIEW \S+ IS '([^']+)'", resources.sql(f"views/{view}"))
        lines.append(f"- `mart.{view}`: {comment[1] if comment else ''}.")
    return "\n".join(lines) + "\n"


_HOMES = ("postings", "jobs", "variant_families", "clusters", "fits", "bodies")
"""The tables whose key other tables name."""


def _references(contract: contracts.Contract, keys: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the columns of a table that name a row of another: posting_id_a and canonical_job_id among them."""
    for column in contract.schema.names:
        for key, home in keys.items():
            named = re.fullmatch(rf"(?:\w+_)?{key}(?:_[ab])?", column) is not None
            # What is gone has its old id as its key: no row of the living has it.
            own = column in contract.key and (home == contract.name or contract.name.startswith("gone_"))
            if named and not own:
                yield column, key


def _table(contract: contracts.Contract, keys: dict[str, str]) -> list[str]:
    refers = {column: keys[key] for column, key in _references(contract, keys)}
    described = _types(contract)
    lines = [f"## {contract.name}\n", f"{contract.comment}." + (f" Key: {', '.join(contract.key)}." if contract.key else "") + "\n",
             "| column | type | | what it is |", "|---|---|---|---|"]  # fmt: skip
    for field in contract.schema:
        marks = "key" if field.name in contract.key else "" if field.nullable else "never NULL"
        link = f" ([{refers[field.name]}](#{refers[field.name]}))" if field.name in refers else ""
        lines.append(
            f"| {field.name} | {described[field.name]} | {marks} | {_cell(contract.comments[field.name])}{link} |"
        )
    if contract.checks:
        lines.append("\nHolds for every row: " + "; ".join(f"`{_cell(check)}`" for check in contract.checks) + ".")
    return [*lines, ""]


def _types(contract: contracts.Contract) -> dict[str, str]:
    with contracts.connect() as con:
        con.execute(contract.ddl)
        return {c: str(t) for c, t in zip(contract.schema.names, con.table(contract.name).types, strict=True)}


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def settings() -> str:
    """Return every setting with its default and its meaning, from the comments of pipeline/settings.py."""
    source = (ROOT / "pipeline" / "settings.py").read_text(encoding="utf-8")
    with (ROOT / "pipeline" / "settings.py").open("rb") as file:
        comments = {
            t.start[0]: t.string.lstrip("# ") for t in tokenize.tokenize(file.readline) if t.type == tokenize.COMMENT
        }
    lines = ["# Settings\n", MADE,
             "`HOME/settings.toml` overrides any of them, section by section; an unknown name is an error. Each run's manifest keeps what it ran with.\n",
             "```toml\n[relate]\nlimit = 12\nmax_per_employer = 3\n```\n"]  # fmt: skip
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef) or not node.name.endswith("Settings") or node.name == "Settings":
            continue
        section = re.sub(r"(?<!^)(?=[A-Z])", "_", node.name.removesuffix("Settings")).lower()
        rows = [n for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name) and n.value]
        if not rows:
            continue
        lines += [
            f"## [{section}]\n",
            f"{ast.get_docstring(node)}\n",
            "| name | default | what it does |",
            "|---|---|---|",
        ]
        for row in rows:
            end = row.end_lineno or row.lineno
            said = " ".join(filter(None, (_comment_above(source, row.lineno), comments.get(end, ""))))
            default = ast.unparse(_plain_default(row.value)) if row.value else ""
            lines.append(f"| {row.target.id} | `{_cell(default)}` | {_cell(said)} |")  # type: ignore[union-attr]
        lines.append("")
    return "\n".join(lines) + "\n"


def _plain_default(value: ast.expr) -> ast.expr:
    """Return what `field(default=...)` gives, other values as they are."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "field":
        return next((k.value for k in value.keywords if k.arg == "default"), value)
    return value


def _comment_above(source: str, line: int) -> str:
    """Return the comment lines that stand right above a line."""
    before = source.splitlines()[: line - 1]
    found: list[str] = []
    while before and before[-1].strip().startswith("#"):
        found.insert(0, before.pop().strip().lstrip("# "))
    return " ".join(found)


def command_line() -> str:
    """Return every command with its arguments and options, from the application itself."""
    import typer.main

    from pipeline.cli import app

    lines = ["# Command line\n", MADE, "`related-jobs COMMAND --help` says the same, `related-jobs --version` which one it is. `--json` prints JSON for programs, errors go to standard error in one line.\n",
             "Completion of commands and options: `related-jobs --install-completion` once in bash, zsh, fish or PowerShell, then a new shell; `--show-completion` prints what it would install.\n",
             "Exit codes: 0 done, 1 our fault, 2 usage, 3 a feed can't be read, 4 the audit stopped the run.\n"]  # fmt: skip
    lines += _commands("related-jobs", typer.main.get_command(app))
    return "\n".join(lines) + "\n"


def _commands(path: str, command: object) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner:
        for name in inner:
            yield from _commands(f"{path} {name}", inner[name])
        return
    parameters = [p for p in command.params if p.name != "help"]  # type: ignore[attr-defined]
    named = ((p.metavar or p.name.upper(), p.required) for p in parameters if p.param_type_name == "argument")
    arguments = " ".join(name if needed or name.startswith("[") else f"[{name}]" for name, needed in named)
    yield f"## {path}\n"
    yield f"{(command.help or '').strip()}\n"  # type: ignore[attr-defined]
    yield f"```\n{path} {arguments} [OPTIONS]".replace("  ", " ") + "\n```\n"
    yield "| option | default | |\n|---|---|---|"
    for p in parameters:
        name = (
            ", ".join(f"`{o}`" for o in [*p.opts, *p.secondary_opts])
            if p.param_type_name == "option"
            else f"`{p.name.upper()}`"
        )
        default = (
            ""
            if p.default is None
            or p.default is False
            or callable(p.default)
            or str(p.default).startswith(("Sentinel", "<"))
            else f"`{p.default}`"
        )
        yield f"| {name} | {'needed' if p.required else default} | {_cell(getattr(p, 'help', '') or '')} |"
    yield ""


def json_feed() -> str:
    """Return the format of the feed, from its JSON Schemas."""
    lines = ["# The JSON feed\n", MADE, _FEED]
    for name in feed.SCHEMAS:
        schema = feed.schema(name)
        lines += [f"## {name}\n", f"{schema['title']}. Schema: `pipeline/feed_schema/{name}.schema.json`.\n",
                  "```json", json.dumps(schema, indent=1, ensure_ascii=False), "```\n"]  # fmt: skip
    return "\n".join(lines)


_FEED = f"""Version {feed.SCHEMA_VERSION}. `HOME/feed/` is a folder of static files that changes as a whole, by one rename; every file has a `.gz` beside it.

```
feed/manifest.json              what a page asks for first; never cached without asking (no-cache)
feed/index/PREFIX-DIGEST.json   names shards, where they are too many for the manifest
feed/shards/PREFIX-DIGEST.json  boxes, families, ids, tombstones; the digest is that of their content: cached for ever
feed/jobs/JOB_ID.json           boxes, a file each, where publish.feed_job_files asks for it
feed/newest-DIGEST.json         the newest jobs overall
feed/related-jobs.js, .css      the widget of this version
feed/kept.json                  files of earlier nights that pages in flight may ask for, and since when none names them
```

To find a key (a job's id, a board's id, a family, a cluster): take the CRC-32 of its UTF-8 bytes as 32 bits, first bit first. The shard that holds it is the one
whose prefix these bits begin with; prefixes have different lengths, one fits (`all` stands for the empty one). In the shard:

1. `jobs` has the key: that is its box.
2. `ids` has it: a board's id, or the id of a job that was merged. Look up the job it names (under the board's name where you know it).
3. `gone` has it: the job ended. Look up its `cluster`, and there `newest`.
4. None has it: show the file that the manifest calls `newest`.

`similar` says how many other openings a card's family has; they are under the family's key in `families`. A shard that is answered with 404 means that the manifest is
older than the grace (`publish.feed_grace_days`): ask for a new one, once. `<`, `>` and `&` are written as escapes in all files.
"""


def examples() -> str:
    """Return the questions of sql/examples with their queries."""
    lines = ["# Questions people ask\n", MADE, "Each is a file of [sql/examples](../../sql/examples), tried by the tests against the sample. `$job_id` and "
             "`$source_id` are parameters: `con.execute(query, {\"job_id\": ...})`. By name: `related-jobs sql NAME --param job_id=...`.\n"]  # fmt: skip
    for path in sorted((resources.folder("sql") / "examples").glob("*.sql")):
        question, query = path.read_text(encoding="utf-8").split("\n", 1)
        lines += [f"## {question.removeprefix('-- ')}\n", f"`{path.stem}`\n", "```sql", query.strip(), "```\n"]
    return "\n".join(lines)


def formats() -> str:
    """Return the formats of feeds: what each reader looks for, and what its module and its mapping say of the format."""
    from pipeline.ingest import ats, jobspy, jsonld, linkedin, mapped, postings, registry, rss, source_xml, talent_page

    modules = (talent_page, jobspy, linkedin, source_xml, rss, jsonld, ats, postings)
    of = {m: [n for n, r in registry.READERS.items() if any(r is value for value in vars(m).values())] for m in modules}
    anchors = {name: "-".join(names) for names in of.values() for name in names}
    lines = [
        "# Formats of feeds\n", MADE, "Plain, `.gz`, `.zst` or in a `.zip`; `related-jobs feeds detect PATH` says which fits. Tables and trees of your own are read with a",
        f"mapping: {', '.join(registry.CONTAINERS)}.\n", "| format | what it looks for |\n|---|---|",
        *(f"| [{n}](#{anchors.get(n, n)}) | {_plain(_cell(r.says))} |" for n, r in registry.READERS.items()), "",
    ]  # fmt: skip
    for module, names in of.items():
        lines += [f"## {', '.join(names)}\n", f"{_plain(module.__doc__)}\n"]
    for path in sorted((resources.package() / "ingest" / "mappings").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        about = " ".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))
        lines += [
            f"## {path.stem}\n",
            f"{_plain(about)}\n",
            "```toml",
            text[text.index("[columns]") :].strip(),
            "```\n",
        ]
    lines += [
        "## mapped\n",
        "A mapping of your own, named in feeds.toml or by `--mapping`; all it may say:\n",
        "```toml",
        mapped.EXAMPLE.strip(),
        "```\n",
    ]
    return "\n".join(lines)


def _plain(text: str | None) -> str:
    """Return prose for Markdown: what looks like an element is no element there."""
    return re.sub(r"(?<!`)((?:<[a-z/][^>\n]*>)+)(?!`)", r"`\1`", (text or "").strip()).replace("_*", r"_\*")


if __name__ == "__main__":
    main()
