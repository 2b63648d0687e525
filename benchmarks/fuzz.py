"""Broken and hostile feeds by the hundred thousand, for every reader: `make fuzz`, or python -m benchmarks.fuzz.

A seed is a small file of a format: the cases of tests/feeds and tests/ingest (written by us), and what ../shared/data/formats
holds (real ones), cut to their first records. It is changed at a few places (cut, doubled, swapped, junk put in, values
replaced by nasty ones), written in another encoding or packed now and then, read as a night reads it, and understood.

What must hold: no crash, no hang, bounded time; each item is a listing or a reject with a reason, at a position of its own;
each listing becomes one posting or one reject.
"""

import argparse
import gzip
import json
import logging
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import RelatedJobsError
from pipeline.ingest import Feed, read
from pipeline.ingest.files import files_of
from pipeline.ingest.registry import sniffed
from pipeline.inspect_feeds import understood
from pipeline.plan import Night
from pipeline.settings import IngestSettings, Settings

ROOT = Path(__file__).resolve().parent.parent
NIGHT = Night(date(2031, 3, 4))
LIMITS = IngestSettings(max_record_bytes=200_000, max_record_lines=400)
SLOW_SECONDS = 20.0  # of one input: a hang, on however busy a machine
_LARGEST = 6_000  # characters of a seed
_TOGETHER = 100  # inputs whose listings are understood in one go

JUNK = (
    "<", ">", "</job>", "<job>", "</item>", "<![CDATA[", "]]>", "<!--", "-->", "&", "&#0;", "&#xD800;", "&amp;amp;lt;", '"', "'", "{", "}",
    "[", "]", ",", ":", ";", "\\", "\\u0000", "\\ud800", "\x00", "\x1a", "\x0b", "\u2028", "\ufeff", "\ufffe", "\u202e", "\U000e0041", "\n", "\r",
    "\r\n", "\t", "|", "null", "true", "NaN", "1e400", "-1e400", "Infinity", "99999999999999999999", "-0", "0x41", "0000-00-00", "0001-01-01",
    "9999-12-31", "10000-01-01T00:00:00Z", "2031-02-30", "'; DROP TABLE postings; --", "=1+1", "@SUM(A1)", "../../etc/passwd", "%s%n{0}",
    "<script>alert(1)</script>", "javascript:alert(1)", "data:text/html,x", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;",
    "<?xml version='1.0' encoding='utf-7'?>", "[" * 300, "{\"a\":" * 200, "<a>" * 300, "A" * 3000, "é" * 500, "日本" * 200, "\u0301" * 200, " " * 500,
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "utf-8-sig", "utf-7")


@dataclass(frozen=True)
class Seed:
    """A small file of a format, and how it is to be read."""

    file: str
    text: str  # of a binary file, its bytes as Latin-1
    how: dict[str, str]
    binary: bool = False


@dataclass
class Told:
    """What came of some inputs of one reader."""

    inputs: int = 0
    with_postings: int = 0
    listings: int = 0
    postings: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    slowest: float = 0.0
    slowest_of: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Told") -> None:
        """Take another count in."""
        for name in ("inputs", "with_postings", "listings", "postings", "refused"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rejects.update(other.rejects)
        if other.slowest > self.slowest:
            self.slowest, self.slowest_of = other.slowest, other.slowest_of
        self.wrong += other.wrong


def seeds(shared: Path | None) -> dict[str, list[Seed]]:
    """Return the seeds of each reader, by its name; files that no reader reads are left out."""
    found: dict[str, list[Seed]] = {}
    for path in (p for cases in ("feeds", "ingest") for p in (ROOT / "tests" / cases / "cases").glob("*/input.*")):
        mapping = path.with_name("mapping.toml")
        _add(found, path.name, path.read_bytes(), {"mapping": str(mapping)} if mapping.is_file() else {})
    if shared:
        night = min((shared / "nightly").glob("*.csv*"))
        for path in (*(shared / "formats").rglob("*.*"), shared / "seed" / "talent_com_page.txt", night):
            raw = path.read_bytes()
            _add(found, path.name.removesuffix(".gz"), gzip.decompress(raw) if path.suffix == ".gz" else raw, {})
    found |= {f"{name} (binary)": [seed] for name, seed in _binary_seeds().items()}
    return {name: sorted(found[name], key=lambda seed: (seed.file, seed.text)) for name in sorted(found)}


def _binary_seeds() -> dict[str, Seed]:
    """Return Parquet and Arrow files of three postings."""
    rows = [
        {
            "posting_id": str(n),
            "title": f"Keeper of {n} looms",
            "company": "Mill",
            "location": "Leeds",
            "description": "You look after looms. " * 9,
        }
        for n in range(3)
    ]
    table, found = pa.Table.from_pylist(rows), {}
    for name, write in (("parquet", pq.write_table), ("arrow", _write_arrow)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"input.{name}"
            write(table, path)
            found[name] = Seed(path.name, path.read_bytes().decode("latin-1"), {}, binary=True)
    return found


def _write_arrow(table: pa.Table, path: Path) -> None:
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)


def _add(found: dict[str, list[Seed]], name: str, raw: bytes, how: dict[str, str]) -> None:
    text = cut_down(Path(name).suffix, raw.decode("utf-8", "replace"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        feed = Feed("seed", str(path), **how)
        try:
            reader = sniffed(feed, files_of(feed)[0], LIMITS)[1]
        except RelatedJobsError:
            return
    found.setdefault(reader.name, []).append(Seed(name, text, how))


def cut_down(suffix: str, text: str) -> str:
    """Return the first records of a file: JSON with lists of two, others up to the end of a record."""
    if len(text) <= _LARGEST:
        return text
    if suffix == ".json":
        return json.dumps(_shorter(json.loads(text)), ensure_ascii=False)
    for end in ("</item>", "</job>", "\n"):
        at = text.rfind(end, 0, _LARGEST)
        if at > 0:
            closing = {"</item>": "</channel></rss>", "</job>": "</source>"}.get(end, "")
            return text[: at + len(end)] + closing
    return text[:_LARGEST]


def _shorter(value: object) -> object:
    if isinstance(value, list):
        return [_shorter(v) for v in value[:2]]
    if isinstance(value, dict):
        return {k: _shorter(v) for k, v in value.items()}
    return value[:600] if isinstance(value, str) else value


def mutated(text: str, chance: random.Random) -> bytes:
    """Return `text` changed at a few places, as bytes."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5, 12))):
        at, length = chance.randrange(len(text) + 1), chance.choice((0, 1, 1, 2, 5, 20, 120))
        kind = chance.random()
        if kind < 0.45:
            text = text[:at] + chance.choice(JUNK) + text[at + length :]
        elif kind < 0.6:
            text = text[:at] + text[at + length :]
        elif kind < 0.7:
            text = text[: at + length] + text[at:]
        elif kind < 0.8:
            other = chance.randrange(len(text) + 1)
            text = text[:at] + text[other : other + length] + text[at + length :]
        elif kind < 0.95:
            text = _value_replaced(text, at, chance)
        else:
            text = text[: max(at, 1)]
    if chance.random() < 0.04:
        return text.encode(chance.choice(ENCODINGS), "replace")
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    if data and chance.random() < 0.15:
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def _bytes_changed(text: str, chance: random.Random) -> bytes:
    """Return a binary file with a few bytes changed, left out or cut off."""
    data = bytearray(text.encode("latin-1"))
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(data))
        if chance.random() < 0.8:
            data[at] = chance.choice((0, 255, 127, 128, chance.randrange(256)))
        else:
            del data[at : at + chance.choice((1, 4, 40))]
    return bytes(data if chance.random() < 0.95 else data[: chance.randrange(1, len(data))])


def _value_replaced(text: str, at: int, chance: random.Random) -> str:
    """Return `text` with the next value (between quotes, tags or commas) replaced by a nasty one."""
    for opening, closing in (('"', '"'), (">", "<"), (",", ",")):
        start = text.find(opening, at)
        end = text.find(closing, start + 1)
        if 0 <= start < end <= start + 400:
            return text[: start + 1] + chance.choice(JUNK) + text[end:]
    return text


def packed(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return the bytes as they are, or now and then gzipped, whole or damaged; and what to add to the file's name."""
    if not data or chance.random() >= 0.04:
        return data, ""
    whole = bytearray(gzip.compress(data, 1))
    if chance.random() < 0.5:
        whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    if chance.random() < 0.3:
        whole = whole[: chance.randrange(1, len(whole) + 1)]
    return bytes(whole), ".gz"


def tried(name: str, given: list[Seed], first: int, many: int) -> Told:
    """Try `many` inputs of one format, numbered from `first`: the number alone makes the input."""
    logging.getLogger("pipeline").setLevel(logging.ERROR)  # a note for each file that is not UTF-8
    told = Told()
    with tempfile.TemporaryDirectory() as folder:
        waiting: list[tuple[int, pa.Table]] = []
        for number in range(first, first + many):
            chance = random.Random(f"{name}/{number}")
            seed = given[number % len(given)]
            data, packing = packed(
                _bytes_changed(seed.text, chance) if seed.binary else mutated(seed.text, chance), chance
            )
            path = Path(folder) / f"{seed.file}{packing}"
            path.write_bytes(data)
            began = time.perf_counter()
            waiting += [(number, t) for t in _read(told, name, number, path, seed.how)]
            path.unlink()
            seconds = time.perf_counter() - began
            if seconds > told.slowest:
                told.slowest, told.slowest_of = seconds, number
            if seconds > SLOW_SECONDS:
                told.wrong.append(f"{name}/{number}: {seconds:.0f} s for one input")
            if len(waiting) >= _TOGETHER:
                _understand(told, name, waiting)
                waiting = []
        _understand(told, name, waiting)
    return told


def _read(told: Told, name: str, number: int, path: Path, how: dict[str, str]) -> Iterator[pa.Table]:
    told.inputs += 1
    try:
        positions: set[tuple[str, int]] = set()
        for listings, rejects in read(Feed("fuzz", str(path), **how), NIGHT, LIMITS):
            told.listings += listings.num_rows
            told.rejects.update(rejects["reason"].to_pylist())
            here = list(zip(listings["file"].to_pylist(), listings["position"].to_pylist(), strict=True))
            if len(set(here)) < len(here) or positions & set(here):
                told.wrong.append(f"{name}/{number}: two listings at one position")
            if not all(rejects["reason"].to_pylist()) or not all(rejects["detail"].to_pylist()):
                told.wrong.append(f"{name}/{number}: a reject without a reason")
            positions |= set(here)
            if listings.num_rows:
                yield listings
    except RelatedJobsError as error:
        told.refused += 1
        if "\n" in str(error) or not str(error):
            told.wrong.append(f"{name}/{number}: a message of more than one line: {str(error)[:200]!r}")
    except Exception:  # noqa: BLE001 - that is what is looked for
        told.wrong.append(f"{name}/{number}: {traceback.format_exc(limit=-3)}")


def _understand(told: Told, name: str, waiting: list[tuple[int, pa.Table]]) -> None:
    if not waiting:
        return
    try:
        made = understood(pa.concat_tables([t for _, t in waiting]), NIGHT, Settings())
    except Exception:  # noqa: BLE001 - that is what is looked for
        if len(waiting) > 1:
            for one in waiting:
                _understand(told, name, [one])
        else:
            told.wrong.append(f"{name}/{waiting[0][0]}: understanding it: {traceback.format_exc(limit=-3)}")
        return
    if made.num_rows != sum(t.num_rows for _, t in waiting):
        told.wrong.append(f"{name}: {made.num_rows} rows of {sum(t.num_rows for _, t in waiting)} listings")
    ids, reasons, at = made["posting_id"].to_pylist(), made["reject_reason"].to_pylist(), 0
    yielding = set()
    for number, table in waiting:
        for i in range(at, at + table.num_rows):
            if (ids[i] is None) == (reasons[i] is None):
                told.wrong.append(f"{name}/{number}: a listing is both a posting and a reject, or neither")
            if ids[i]:
                told.postings += 1
                yielding.add(number)
            else:
                told.rejects[reasons[i]] += 1
        at += table.num_rows
    told.with_postings += len(yielding)


def fuzz(many: int, shared: Path | None, workers: int = 2, first: int = 0) -> dict[str, Told]:
    """Try `many` inputs over all formats, evenly; return what came of each format's."""
    found = seeds(shared)
    each = -(-many // len(found))
    step = max(min(each, 500), 1)
    jobs = [(n, found[n], first + at, min(step, each - at)) for n in found for at in range(0, each, step)]
    total = {name: Told() for name in found}
    if workers <= 1:
        for job in jobs:
            total[job[0]].add(tried(*job))
        return total
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for job, told in zip(jobs, pool.map(tried, *zip(*jobs, strict=True)), strict=True):
            total[job[0]].add(told)
    return total


def table(total: dict[str, Told]) -> str:
    """Return the table of BENCHMARKS.md."""
    lines = [
        "| format | inputs | with a posting | refused | listings | postings | rejects | slowest, s | wrong |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    everything = Told()
    for name, told in total.items():
        everything.add(told)
        lines.append(_line(name, told))
    return "\n".join([*lines, _line("all", everything)])


def _line(name: str, t: Told) -> str:
    share = t.with_postings / max(t.inputs, 1)
    return (
        f"| {name} | {t.inputs:,} | {share:.0%} | {t.refused:,} | {t.listings:,} | {t.postings:,} | {t.rejects.total():,} "
        f"| {t.slowest:.2f} | {len(t.wrong)} |"
    )


def main() -> None:
    """Fuzz, print the table; exit code 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument(
        "--first", type=int, default=0, help="number of the first input: other numbers are other inputs"
    )
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    shared = Path(os.environ.get("RELATED_JOBS_SHARED_DATA", ROOT.parent / "shared" / "data"))
    began = time.perf_counter()
    total = fuzz(given.inputs, shared if shared.is_dir() else None, given.workers, given.first)
    print(table(total))
    print(
        f"\n{sum(t.inputs for t in total.values()):,} inputs in {time.perf_counter() - began:.0f} s"
        + ("" if shared.is_dir() else "; no real samples here")
    )
    wrong = [line for told in total.values() for line in told.wrong]
    print(*wrong[:40], sep="\n")
    reasons = Counter[str]()
    for told in total.values():
        reasons.update(told.rejects)
    print("rejects by reason: " + ", ".join(f"{reason} {count:,}" for reason, count in reasons.most_common()))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
