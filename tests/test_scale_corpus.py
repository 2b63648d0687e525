"""The corpus of make bench-scale: in a layer what is the same stays the same, layers differ, and a seed makes it again."""

from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import scale_corpus
from pipeline import sample


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    sample.write(folder, 600, 5, run_date=date(2026, 3, 2))
    path: Path = folder / "feeds" / "linkedin.parquet"
    return path


@pytest.fixture(scope="module")
def source(feed: Path) -> scale_corpus.Source:
    return scale_corpus.read(feed, None)


def made(source: scale_corpus.Source, listings: int, folder: Path) -> pa.Table:
    assert scale_corpus.write(source, listings, folder) == listings
    return pa.concat_tables([pq.read_table(p) for p in sorted(folder.glob("*.parquet"))])


def alike(rows: pa.Table, column: str) -> list[list[int]]:
    """Return which rows have the same value."""
    found: dict[str, list[int]] = {}
    for number, value in enumerate(rows.column(column).to_pylist()):
        found.setdefault(value, []).append(number)
    return sorted(found.values())


def test_what_is_the_same_stays_the_same_within_a_layer(source: scale_corpus.Source, tmp_path: Path) -> None:
    size = source.rows.num_rows
    rows = made(source, 2 * size, tmp_path)
    assert rows.column_names == source.rows.column_names
    for layer in (rows.slice(0, size), rows.slice(size)):
        for column in ("job_id", "job_description", "location"):
            assert alike(layer, column) == alike(source.rows, column), column
    texts = [set(rows.slice(at, size).column("job_description").to_pylist()) for at in (0, size)]
    assert not texts[0] & texts[1] and not texts[1] & set(source.rows.column("job_description").to_pylist())


def test_words_and_employers_grow_and_lengths_stay(source: scale_corpus.Source, tmp_path: Path) -> None:
    size = source.rows.num_rows
    rows = made(source, 4 * size, tmp_path)
    words = [
        len({w for t in table.column("job_description").to_pylist() for w in scale_corpus.WORD.findall(t.lower())})
        for table in (source.rows, rows)
    ]
    assert 1.2 < words[1] / words[0] < 2.6  # 4 ** 0.5, where there are rare words enough
    employers = [len(set(table.column("company").to_pylist())) for table in (source.rows, rows)]
    assert 1.5 < employers[1] / employers[0] < 3.0
    lengths = [sum(map(len, t.column("job_description").to_pylist())) / t.num_rows for t in (source.rows, rows)]
    assert lengths[1] == pytest.approx(lengths[0], rel=0.1)


def test_it_is_made_again_as_it_was(feed: Path, source: scale_corpus.Source, tmp_path: Path) -> None:
    again = scale_corpus.read(feed, None)
    assert made(again, 120, tmp_path / "a").equals(made(source, 120, tmp_path / "b"))


def test_a_small_corpus_leaves_whole_employers_out(source: scale_corpus.Source, tmp_path: Path) -> None:
    rows = made(source, source.rows.num_rows // 2, tmp_path)
    whole = Counter(source.rows.column("company").to_pylist())
    found = Counter(rows.column("company").to_pylist())
    assert sum(found[name] != whole[name] for name in found) <= 1


def test_the_next_delivery_changes_as_much_as_is_asked(source: scale_corpus.Source, tmp_path: Path) -> None:
    before = made(source, 120, tmp_path / "before")
    scale_corpus.changed(source, tmp_path / "before", tmp_path / "after", 0.3)
    after = pa.concat_tables([pq.read_table(p) for p in sorted((tmp_path / "after").glob("*.parquet"))])
    old, new = ({(r["job_id"], r["job_description"]) for r in t.to_pylist()} for t in (before, after))
    assert 0.6 < len(old & new) / len(old) < 0.95
    assert {i for i, _ in new} - {i for i, _ in old}
