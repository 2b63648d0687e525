"""What workers share: objects and tables in files that all of them map, and the memory that is counted once."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy import sparse

from pipeline import mapped, plan
from pipeline.contracts import contract
from pipeline.measure import Watch
from pipeline.pieces import read_shared, write_shared
from pipeline.ranking.arrays import Strings
from pipeline.store import RunStore


def test_an_object_reads_back_and_its_arrays_lie_in_the_file(tmp_path: Path) -> None:
    words = Strings.of(pa.chunked_array([["één", None], ["", "twee 🎈"]]))
    matrix = sparse.csr_matrix(np.array([[0, 2.5, 0], [1, 0, 0]], dtype=np.float32))
    made = {"words": words, "matrix": matrix, "none": np.zeros((0, 3)), "list": ["a", 1], "apart": np.arange(10)[::2]}
    path = tmp_path / "deep" / "x.shared"
    write_shared(made, path)
    found = read_shared(path)
    assert list(found["words"]) == ["één", "", "", "twee 🎈"] and found["words"][1:3] == ["", ""]
    assert (found["matrix"] != matrix).nnz == 0
    assert found["none"].shape == (0, 3) and found["list"] == ["a", 1] and found["apart"].tolist() == [0, 2, 4, 6, 8]
    for array in (found["words"].starts, found["matrix"].data):
        assert type(array) is np.ndarray and not array.flags.owndata and array.ctypes.data % 64 == 0
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_an_array_that_stands_in_several_places_is_written_once(tmp_path: Path) -> None:
    array = np.arange(100_000)
    write_shared([array, array.view(), (array[:10], sparse.csr_matrix(np.eye(3)))], tmp_path / "x.shared")
    one, other, (few, _) = read_shared(tmp_path / "x.shared")
    assert one.tolist() == other.tolist() == array.tolist() and few.tolist() == list(range(10))
    assert (tmp_path / "x.shared").stat().st_size < 1.1 * array.nbytes


def test_texts_of_no_rows_and_of_a_slice() -> None:
    assert list(Strings.of(pa.chunked_array([], pa.string()))) == []
    assert list(Strings.of(pa.chunked_array([pa.array(["a", "bc", "", "d"]).slice(1, 2)]))) == ["bc", ""]
    with pytest.raises(IndexError):
        Strings.of(pa.chunked_array([["a"]]))[1]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setattr(mapped, "_LEAST_BYTES", 1)
    monkeypatch.setattr(mapped, "_ROWS", 2)
    store = RunStore(tmp_path)
    for part in range(3):
        rows = [{"posting_id_a": f"p{part}{i}", "posting_id_b": f"q{i}", "roads": ["r"]} for i in range(3)]
        store.write("candidates", pa.Table.from_pylist(rows, contract("candidates").schema), f"part-{part:05d}")
    return store


def test_a_mapped_table_is_the_table(store: RunStore) -> None:
    for columns in (None, ["roads", "posting_id_a"]):
        found = mapped.opened(store, "candidates", columns)
        assert found.equals(store.read("candidates", columns)) and found.column_names == (columns or found.column_names)
    assert len(list(store.mapped("candidates").glob("*.arrow"))) == 2  # one for each choice of columns


def test_a_mapped_table_goes_with_the_table(store: RunStore) -> None:
    kept = mapped.opened(store, "candidates")
    store.drop("candidates")
    assert not store.mapped("candidates").exists()
    assert kept.num_rows == 9 and kept.column("posting_id_b").to_pylist()[:3] == [
        "q0",
        "q1",
        "q2",
    ]  # who has it keeps it
    store.write("candidates", contract("candidates").empty())
    assert mapped.opened(store, "candidates").num_rows == 0


def test_a_file_that_was_broken_off_is_not_left(store: RunStore) -> None:
    part = store.parts("candidates")[-1]
    whole = part.read_bytes()
    part.write_bytes(whole[:4] + b"\xff" * 24 + whole[28:])  # its first page
    with pytest.raises((OSError, pa.ArrowException)):
        mapped.opened(store, "candidates")
    assert store.mapped("candidates").is_dir() and not list(store.mapped("candidates").iterdir())


def test_a_stage_begun_ahead_takes_no_file_away(store: RunStore) -> None:
    """Stage fit reads fit_phrases of the run in its own way, and may be done while link and bridge map it."""
    store.write("fit_phrases", contract("fit_phrases").empty())
    store.mapped("fit_phrases").mkdir(parents=True)
    mapped.let_go(store, plan.stage("fit"))
    assert store.mapped("fit_phrases").exists()
    mapped.let_go(store, plan.stage("bridge"))
    assert not store.mapped("fit_phrases").exists()


def test_files_go_when_no_later_stage_reads_the_table(store: RunStore) -> None:
    mapped.opened(store, "candidates")
    mapped.let_go(store, plan.stage("link"))
    assert store.mapped("candidates").exists()  # bridge and group read it too
    mapped.let_go(store, plan.stage("group"))
    assert not store.mapped("candidates").exists()


def test_memory_of_processes_it_started_counts() -> None:
    with Watch() as watched:
        held = "import time; held = bytearray(200 << 20); time.sleep(3)"
        subprocess.run([sys.executable, "-c", held], check=True)
    with Watch() as alone:
        pass
    assert watched.peak_mb > alone.peak_mb + 150 and watched.seconds > 3
