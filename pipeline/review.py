"""What people are asked about pairs, and what becomes of their answers: lines of HOME/overrides.csv that `evaluate` reads too."""

import csv
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from pipeline import overrides
from pipeline.errors import UsageError
from pipeline.store import Home, RunStore, write_text

ANSWERS = {"r": "repost", "l": "relocation", "v": "variant", "n": "none"}
"""Keys and the labels they stand for."""
_DECISIONS = {"repost": "must-link", "relocation": "must-link", "variant": "variant", "none": "cannot-link"}
_WORD = re.compile(r"\S+")
_SHOWN = (
    "title",
    "employer",
    "place",
    "posted_on",
    "source",
    "source_id",
    "language",
    "is_snippet",
    "body_length",
    "url",
)
_EVIDENCE = ("kind", "probability", "title_score", "text_overlap", "own_overlap", "differs")


@dataclass(frozen=True)
class Pair:
    """Two postings to be judged: what is shown of each, their texts, and what links say of them."""

    a: dict[str, Any]
    b: dict[str, Any]
    texts: tuple[str, str]
    link: dict[str, Any]


def uncertain(home: Home, most: int) -> Iterator[Pair]:
    """Yield the pairs the model was least sure of, the least first, without those that people decided.

    Raises:
        UsageError: nothing was published, or the run's tables are gone.
    """
    current = home.current()
    if current is None:
        raise UsageError(f"{home.path}: no snapshot yet; publish one with related-jobs run --feed PATH")
    store = home.run(current.run_date)
    if not any((store.path / "links").glob("*.parquet")):
        raise UsageError(f"{store.path}: its tables are gone; redo the run with --force to review pairs")
    links = store.read("links").filter(pc.field("decision") == "model")
    decided = {(r["posting_id_a"], r["posting_id_b"]) for r in overrides.read(home.path / "overrides.csv").to_pylist()}
    limit = store.manifest["settings"]["link"]["same_ad"]
    doubt = pc.abs(pc.subtract(links.column("probability"), limit))
    links = links.append_column("doubt", doubt).sort_by(
        [("doubt", "ascending"), ("posting_id_a", "ascending"), ("posting_id_b", "ascending")]
    )
    rows = (r for r in links.to_pylist() if (r["posting_id_a"], r["posting_id_b"]) not in decided)
    for row, _ in zip(rows, range(most), strict=False):
        yield _pair(store, row)


def _pair(store: RunStore, link: dict[str, Any]) -> Pair:
    ids = [link["posting_id_a"], link["posting_id_b"]]
    found = {r["posting_id"]: r for r in _rows(store, "postings", "posting_id", ids).to_pylist()}
    bodies = _rows(store, "bodies", "body_id", [found[i]["body_id"] for i in ids if found[i]["body_id"]])
    texts = dict(zip(bodies.column("body_id").to_pylist(), bodies.column("text").to_pylist(), strict=True))
    sides = [{"posting_id": i} | {name: found[i][name] for name in _SHOWN} for i in ids]
    both = [texts.get(found[i]["body_id"], "") for i in ids]
    return Pair(sides[0], sides[1], (both[0], both[1]), {name: link[name] for name in _EVIDENCE})


def _rows(store: RunStore, table: str, column: str, values: list[str]) -> pa.Table:
    data = ds.dataset([str(p) for p in store.parts(table)])
    return data.to_table(filter=pc.field(column).isin(pa.array(values, data.schema.field(column).type)))


def marked(a: str, b: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return both texts as runs of words, each with whether it stands in that text alone (case and commas do not matter)."""
    words = [_WORD.findall(text) for text in (a, b)]
    plain = [[w.casefold().strip(".,;:*()•-") for w in side] for side in words]
    sides: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for kind, i, j, k, end in difflib.SequenceMatcher(None, plain[0], plain[1], autojunk=False).get_opcodes():
        for side, some in ((0, words[0][i:j]), (1, words[1][k:end])):
            if some:
                sides[side].append((" ".join(some), kind != "equal"))
    return sides


def record(home: Home, pair: Pair, label: str, author: str, reason: str, day: date) -> None:
    """Add one decision to HOME/overrides.csv; the next night obeys it, and `evaluate duplicates --pairs` reads it as a label.

    The file is written anew and put in place by one rename: a broken-off review loses no line.
    """
    path = home.path / "overrides.csv"
    overrides.read(path)  # a file that can't be understood is not added to
    lines = _lines(path)
    lines.append(
        {
            "posting_id_a": pair.a["posting_id"],
            "posting_id_b": pair.b["posting_id"],
            "decision": _DECISIONS[label],
            "author": author,
            "date": day.isoformat(),
            "reason": reason,
            "label": label,
            "source_id_a": pair.a["source_id"],
            "source_id_b": pair.b["source_id"],
        }
    )
    write_text(path, _csv(lines))


def _lines(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{k: v or "" for k, v in row.items()} for row in csv.DictReader(file)]


def _csv(lines: list[dict[str, str]]) -> str:
    import io

    text = io.StringIO()
    writer = csv.DictWriter(text, (*overrides.COLUMNS, *overrides.LABEL_COLUMNS), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()
