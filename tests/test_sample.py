"""The sample: the same from the same seed, its truth complete and true, its texts of a believable length, its page like the seed."""

import csv
import gzip
import hashlib
import json
import os
import re
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.errors import UsageError
from pipeline.ingest.feeds import load_feeds
from pipeline.ingest.reading import read_feed
from pipeline.plan import Night
from pipeline.sample import SampleReport, write
from pipeline.sample.banks import occupations, sectors
from pipeline.sample.dice import Dice
from pipeline.sample.grammar import Words
from pipeline.settings import IngestSettings
from pipeline.text.tokens import shingles, words

ROWS = 2_000
DAY = date(2026, 11, 20)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleReport]:
    out = tmp_path_factory.mktemp("sample")
    return out, write(out, ROWS, seed=7, run_date=DAY)


@pytest.fixture(scope="session")
def truth(made: tuple[Path, SampleReport]) -> Rows:
    return _truth(made[0])


@pytest.fixture(scope="session")
def read(made: tuple[Path, SampleReport]) -> tuple[Rows, Rows]:
    """Return raw listings and raw rejects, as the pipeline's own readers find them."""
    return _read(made[0])


def _truth(folder: Path) -> Rows:
    rows: Rows = pq.read_table(folder / "truth" / "listings.parquet").to_pylist()
    return rows


def _read(folder: Path, day: date = DAY) -> tuple[Rows, Rows]:
    listings: Rows = []
    rejects: Rows = []
    for feed in load_feeds(folder / "feeds.toml"):
        for found, refused in read_feed(feed, Night(day), IngestSettings()):
            listings += found.to_pylist()
            rejects += refused.to_pylist()
    return listings, rejects


def _at(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, int], Mapping[str, Any]]:
    return {(r["feed"], r["file"], r["position"]): r for r in rows}


def _prints(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_same_seed_same_bytes_in_another_process(tmp_path: Path) -> None:
    write(tmp_path / "a", 150, seed=11, nights=2, run_date=DAY)
    code = (
        "import datetime, pathlib, sys; from pipeline.sample import write;"
        "write(pathlib.Path(sys.argv[1]), 150, seed=11, nights=2, run_date=datetime.date(2026, 11, 20))"
    )
    env = os.environ | {"PYTHONHASHSEED": "12345"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "b")], check=True, env=env)
    assert _prints(tmp_path / "a") == _prints(tmp_path / "b")


def test_the_dice_fall_alike_on_every_python() -> None:
    """Thrown on CPython 3.12; 3.11 and 3.13 must throw the same, or two machines make two samples."""
    dice = Dice(7, "law")
    thrown = [dice.below(1000) for _ in range(5)] + dice.sample(range(9), 4) + [dice.rank(500, 12.0)]
    assert thrown == [406, 559, 179, 151, 842, 8, 6, 3, 7, 2]


def test_another_seed_is_another_world(tmp_path: Path) -> None:
    for seed in (1, 2):
        write(tmp_path / str(seed), 200, seed=seed, run_date=DAY)
    one, two = ({r["employer"] for r in _truth(tmp_path / str(s)) if r["plant"] != "P-page"} for s in (1, 2))
    assert len(one & two) < len(one) / 2


def test_every_listing_is_counted(made: tuple[Path, SampleReport], truth: Rows, read: tuple[Rows, Rows]) -> None:
    report = made[1]
    assert len(truth) == report.listings == ROWS
    assert dict(Counter(r["feed"] for r in truth)) == report.by_feed
    assert dict(Counter(r["kind"] for r in truth)) == report.by_kind
    assert sum(r["reject_reason"] is not None for r in truth) == report.rejects > 0
    listings, rejects = read
    assert _at(truth).keys() == _at(listings).keys() | _at(rejects).keys()
    assert len(listings) + len(rejects) == ROWS


def test_truth_says_what_the_readers_find(truth: Rows, read: tuple[Rows, Rows]) -> None:
    true = _at(truth)
    for key, found in _at(read[0]).items():
        told = true[key]
        assert (found["source"], found["source_id"]) == (told["source"], told["source_id"]), key
        assert (found["title"] or "").strip() == told["title"].strip(), key
        assert (found["company"] or "").strip() == told["shown_company"].strip(), key
        assert told["reject_reason"] in (None, "no title"), key
    for key, refused in _at(read[1]).items():
        assert refused["reason"] == true[key]["reject_reason"], key


def test_copies_share_a_vacancy_and_others_do_not(truth: Rows) -> None:
    plants = defaultdict(list)
    for row in truth:
        if row["plant"] != "P-page":
            plants[row["plant"]].append(row)
    seen = Counter(row["vacancy_id"] for rows in plants.values() for row in rows)
    for rows in plants.values():
        kinds = Counter(r["kind"] for r in rows)
        vacancies = {r["vacancy_id"] for r in rows}
        if kinds["near_miss"]:
            assert len(vacancies) == len(rows) == kinds["near_miss"]
            assert all(seen[v] == 1 for v in vacancies)
            assert not any(r["family_id"] for r in rows)
        elif kinds["variant"]:
            assert len({r["family_id"] for r in rows}) == 1
            assert len(vacancies) == kinds["variant"]
            assert len({r["employer"] for r in rows}) == 1
        else:
            assert len(vacancies) == 1
            places = {(r["city"], r["country"]) for r in rows if r["kind"] in ("original", "relocation")}
            assert len(places) == kinds["original"] + kinds["relocation"] or not kinds["relocation"]
    assert {"original", "repost", "relocation", "variant", "agency_copy", "near_miss", "version"} == {
        r["kind"] for r in truth
    }


def test_ids_are_the_boards_own(truth: Rows) -> None:
    ids = Counter((r["source"], r["source_id"]) for r in truth if r["source_id"])
    again = {key for key, n in ids.items() if n > 1}
    of_versions = {(r["source"], r["source_id"]) for r in truth if r["kind"] == "version"}
    assert again == of_versions
    assert {"same text", "other text"} <= {r["note"] for r in truth if r["kind"] == "version"}


def test_near_misses_differ_where_it_matters(truth: Rows, read: tuple[Rows, Rows]) -> None:
    """Copies keep most of their words (unless cut or summarised), near misses keep little beyond boilerplate."""
    said = {key: _shingles(found) for key, found in _at(read[0]).items()}
    plants = defaultdict(list)
    for key, row in _at(truth).items():
        if key in said and row["feed"] != "talent" and not row["dirt"]:
            plants[row["plant"]].append((row, said[key]))
    same, missed = [], []
    for rows in plants.values():
        for (a, x), (b, y) in combinations(rows, 2):
            overlap = len(x & y) / len(x | y)
            if a["vacancy_id"] == b["vacancy_id"]:
                if not {"agency_copy", "version"} & {a["kind"], b["kind"]} and "cut" not in a["edits"] + b["edits"]:
                    same.append(overlap)
            elif a["kind"] == b["kind"] == "near_miss":
                missed.append(overlap)
    assert min(len(same), len(missed)) > 50
    assert sorted(same)[len(same) // 20] > 0.6
    assert max(missed) < 0.6
    assert statistics.median(missed) < 0.4


def _shingles(found: Mapping[str, Any]) -> frozenset[str]:
    text = re.sub(r"<[^>]+>|\*", " ", found["description"] or "")
    return frozenset(shingles(words(re.sub(r"(?<=[a-z.)])(?=[A-Z])", " ", text))))


def test_texts_are_as_long_as_real_ones(read: tuple[Rows, Rows], truth: Rows) -> None:
    true = _at(truth)
    lengths = [len(f["description"]) for key, f in _at(read[0]).items() if true[key]["kind"] == "original"]
    assert 2_000 < statistics.median(lengths) < 3_200
    assert min(lengths) > 700
    assert max(lengths) < 5_000


def test_no_mark_of_the_generator_is_left(read: tuple[Rows, Rows]) -> None:
    for found in read[0]:
        text = f"{found['title']}\n{found['description']}"
        assert not re.search(r"[⟦⟧|]|\{\w+\}|\[[a-z]| ,|\ba a\b", re.sub(r" \| [^|]+$", "", text, flags=re.M)), text


def test_the_world_is_wide(truth: Rows) -> None:
    assert len({r["occupation"] for r in truth}) >= 40
    assert {"en", "nl", "de", "fr"} == {r["language"] for r in truth}
    employers = Counter(r["employer"] for r in truth)
    assert len(employers) > 120
    assert employers.most_common(1)[0][1] > 15
    titles = Counter((r["title"].lower(), r["shown_company"].lower()) for r in truth)
    assert 0.2 < 1 - len(titles) / len(truth) < 0.4


@pytest.mark.parametrize("language", ["en", "nl", "de", "fr"])
def test_every_sentence_of_the_banks_can_be_said(language: str) -> None:
    fixed = {
        "employer": "Ashbrook",
        "city": "Denver",
        "team": "Search",
        "title": "Clerk",
        "years": "3",
        "sector": "retail",
    }
    for occupation in occupations(language).values():
        assert len(occupation.duties) >= (9 if language == "en" else 6), occupation.key
        assert len(occupation.wants) >= (7 if language == "en" else 5), occupation.key
        said = Words(Dice(occupation.key), fixed, occupation.lists)
        for template in (*occupation.intros, *occupation.duties, *occupation.wants):
            for _ in range(6):
                sentence = said.fill(template)
                assert not re.search(r"[\[\]{}|]|  |,,| ,|\.\.|,\.", sentence), (occupation.key, template, sentence)
    assert len(occupations()) >= 40
    assert all(sector.occupations for sector in sectors().values())


def test_formats_keep_their_layout(made: tuple[Path, SampleReport]) -> None:
    feeds = made[0] / "feeds"
    with gzip.open(feeds / "jobspy.csv.gz", "rt", encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert {"id", "site", "job_url", "title", "company", "location", "job_type", "date_posted", "interval", "min_amount",
            "max_amount", "currency", "is_remote", "description"} <= set(header)  # fmt: skip
    assert pq.read_schema(feeds / "linkedin.parquet").names == [
        "job_id", "title", "company", "location", "posted_date", "worktype", "salary", "job_link", "job_description",
        "applicants", "seniority", "employment_type", "job_function", "industries", "search", "state", "path",
        "commit_date",
    ]  # fmt: skip
    first = json.loads((feeds / "openroster.ndjson").read_text(encoding="utf-8").splitlines()[0])
    assert first["bodyHtml"].startswith("<")


def test_page_is_built_like_the_seed(made: tuple[Path, SampleReport], truth: Rows) -> None:
    text = (made[0] / "feeds" / "talent_page.txt").read_text(encoding="utf-8")
    cards = re.findall(
        r"^    (?P<title>.+)\n\n    (?P=title)\n\n    (?P<company>.+)\xa0•\xa0(?P<place>.+, United States)\n"
        r"    serp_jobs\.job_card\.\w+\n    (?P<snippet>.+)\.\.\.serp_jobs\.internal_linking\.show_more\n"
        r"    serp_jobs\.last_updated\.\w+\xa0•\xa0serp_jobs\.job_card\.promoted$",
        text,
        flags=re.M,
    )
    assert text.startswith("Talent.com\n")
    assert "job_description.job_card.job_description" in text
    assert len(cards) == 18
    assert all(len(snippet) <= 200 for *_, snippet in cards)
    page = [r for r in truth if r["feed"] == "talent"]
    assert len(page) == 19
    family = {r["vacancy_id"] for r in page if r["family_id"]}
    assert len(family) == 8
    blind = [r for r in page if r["note"] == "blind snippet"]
    assert len(blind) == 8
    cities = defaultdict(set)
    for row in blind:
        cities[row["vacancy_id"]].add(row["city"])
    assert sorted(len(c) for c in cities.values())[-1] == 3
    wrong = [r for r in page if r["note"] == "wrong employer header"]
    assert len(wrong) == 1 and wrong[0]["employer"] != wrong[0]["shown_company"]


def test_nights_go_on(tmp_path: Path) -> None:
    report = write(tmp_path, 500, seed=3, nights=4, run_date=DAY)
    assert [f.name for f in report.folders] == ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]
    nights = [{r["listing"]: r for r in _truth(folder)} for folder in report.folders]
    assert len(nights[0]) == 500
    for before, after in pairwise(nights):
        stayed = before.keys() & after.keys()
        assert 0.94 < len(stayed) / len(before) < 0.995
        assert {after[n]["change"] for n in stayed} <= {"same", "edited"}
        assert {after[n]["change"] for n in after.keys() - before.keys()} <= {"new", "returned"}
        assert all(before[n]["source_id"] == after[n]["source_id"] for n in stayed)
    changes = Counter(r["change"] for night in nights[1:] for r in night.values())
    assert all(changes[c] for c in ("new", "same", "edited", "returned"))
    first = {r["vacancy_id"] for r in nights[0].values()}
    late = [r for r in nights[3].values() if r["listing"] not in nights[0] and r["kind"] == "repost"]
    assert any(r["vacancy_id"] in first for r in late)


def test_what_did_not_change_is_delivered_the_same(tmp_path: Path) -> None:
    report = write(tmp_path, 200, seed=5, nights=2, run_date=DAY)
    said = []
    for folder in report.folders:
        told = _at(_truth(folder))
        found = _at(_read(folder)[0])
        said.append({told[k]["listing"]: (f["title"], f["company"], f["description"]) for k, f in found.items()})
    same = {r["listing"] for r in _truth(report.folders[1]) if r["change"] == "same"}
    assert len(same) > 150
    assert all(said[0][n] == said[1][n] for n in same if n in said[0] and n in said[1])


def test_too_few_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least 23 rows"):
        write(tmp_path, 10)
