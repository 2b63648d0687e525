"""HOME on disk: parts, markers, snapshots and their order, the lock."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.contracts import contract
from pipeline.errors import RelatedJobsError, UsageError
from pipeline.store import Home, RunStore, read_json, write_json


def lineage(*members: int) -> pa.Table:
    rows = [{"kind": "job", "event": "split", "old_id": "j1", "new_id": f"j{m}", "members": m} for m in members]
    return pa.Table.from_pylist(rows, schema=contract("lineage").schema)


def test_parts_read_back_in_order_and_in_batches(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.write("lineage", lineage(1, 2, 3), "part-00000")
    store.write("lineage", lineage(4, 5), "part-00001")
    assert store.read("lineage").column("members").to_pylist() == [1, 2, 3, 4, 5]
    assert store.count("lineage") == 5
    assert [b.num_rows for b in store.batches("lineage", 2)] == [2, 1, 2]


def test_empty_table_is_one_empty_batch(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.write("lineage", lineage())
    assert [b.num_rows for b in store.batches("lineage", 2)] == [0]


def test_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(RelatedJobsError, match="run the stage that writes it first"):
        RunStore(tmp_path).read("lineage")


def test_torn_json_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"state": "publ')
    with pytest.raises(RelatedJobsError, match="move it away and run again"):
        _ = RunStore(tmp_path).manifest


def test_write_json_leaves_no_temporary_file(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"x": 1})
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
    assert read_json(tmp_path / "a.json") == {"x": 1}


def snapshot(home: Home, run_date: str) -> Path:
    path = home.new_snapshot_path(date.fromisoformat(run_date))
    path.mkdir(parents=True)
    (path / "related_jobs.duckdb").touch()
    return path


def test_yesterday_is_the_current_snapshot_or_the_newest_older_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.yesterday(date(2026, 1, 3)) is None
    for day in ("2026-01-01", "2026-01-02", "2026-01-02", "2026-01-05"):
        home.flip(snapshot(home, day))
    names = [s.path.name for s in home.snapshots()]
    assert names == ["2026-01-01.1", "2026-01-02.1", "2026-01-02.2", "2026-01-05.1"]
    assert home.yesterday(date(2026, 1, 6)).path.name == "2026-01-05.1"  # type: ignore[union-attr]
    assert home.yesterday(date(2026, 1, 5)).path.name == "2026-01-02.2"  # type: ignore[union-attr]
    assert home.yesterday(date(2026, 1, 1)) is None


def test_after_a_rollback_yesterday_is_the_restored_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = snapshot(home, "2026-01-01")
    home.flip(snapshot(home, "2026-01-02"))
    home.flip(first)
    assert home.yesterday(date(2026, 1, 3)).path.name == "2026-01-01.1"  # type: ignore[union-attr]


def test_eleventh_attempt_comes_after_the_second(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for _ in range(11):
        snapshot(home, "2026-01-01")
    assert [s.path.name for s in home.snapshots()][-2:] == ["2026-01-01.10", "2026-01-01.11"]


def test_second_writer_is_told_who_holds_home(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.lock("related-jobs run of 2026-01-01"):  # noqa: SIM117
        with pytest.raises(UsageError, match=r"held by related-jobs run of 2026-01-01 \(process \d+\)"):
            with Home(tmp_path).lock("another"):
                pass
    with home.lock("again"):
        pass


def test_home_on_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="choose another with --home"), Home(tmp_path / "file").lock("x"):
        pass


def test_rows_that_are_wanted_are_found_in_every_part_and_keep_their_order(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    for part, ids in (("a", ["b9", "b2"]), ("b", ["b7", "b1", "b3"])):
        store.write("bodies", pa.table({"body_id": ids, "text": [f"of {i}" for i in ids]}), part)
    found = store.among("bodies", "body_id", pa.chunked_array([["b1", "b9"], ["b7", "b8"]]))
    assert found.column("text").to_pylist() == ["of b9", "of b7", "of b1"]
    assert store.among("bodies", "body_id", pa.chunked_array([["b8"]])).num_rows == 0
