"""The feed: sizes, names that last, grace, tombstones, former ids, its schema, hostile texts, what a page finds in it."""

import gzip
import json
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
from referencing import Registry, Resource

from benchmarks.feed_world import build
from pipeline import feed, resources, shards
from pipeline.errors import UsageError
from pipeline.feed_reader import lookup
from pipeline.settings import PublishSettings

DAY, NEXT, LATER, LAST = (date(2026, 11, d) for d in (21, 22, 23, 29))
SMALL = PublishSettings(feed_shard_kilobytes=6)
JOBS = 400


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("world") / "world.duckdb", JOBS)


@pytest.fixture(scope="module")
def first(world: Path) -> Path:
    feed.write(world, world.parent / "first", DAY, SMALL)
    return world.parent / "first"


@pytest.fixture
def own(world: Path, tmp_path: Path) -> Path:
    """A copy of the world that a test may change."""
    (tmp_path / "own.duckdb").write_bytes(world.read_bytes())
    return tmp_path / "own.duckdb"


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text()))


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """Return every shard that the manifest names, by prefix."""
    named = manifest(folder)["shards"]
    return {p: json.loads((folder / "shards" / f"{p or 'all'}-{d}.json").read_text()) for p, d in named.items()}


def change(database: Path, *statements: str) -> None:
    with duckdb.connect(str(database)) as con:
        for statement in statements:
            con.execute(statement)


def boxes(database: Path) -> dict[str, list[str]]:
    with duckdb.connect(str(database), read_only=True) as con:
        rows = con.execute("SELECT job_id, list(related_job_id ORDER BY rank) FROM mart.related_jobs GROUP BY job_id")
        return dict(rows.fetchall())


def test_every_box_is_in_the_shard_of_its_key_and_no_other(world: Path, first: Path) -> None:
    found = {}
    for prefix, shard in read(first).items():
        for section in shard.values():
            assert all(f"{zlib.crc32(key.encode()):032b}".startswith(prefix) for key in section)
        found.update({job: [c["id"] for c in box["related"]] for job, box in shard.get("jobs", {}).items()})
    assert found == boxes(world) and len(found) == JOBS


def test_no_shard_is_larger_than_allowed_and_gzip_says_the_same(first: Path) -> None:
    files = [p for p in first.rglob("*.json") if p.name != "kept.json"]
    assert len(files) > 10
    for path in files:
        zipped = path.with_name(path.name + ".gz")
        assert gzip.decompress(zipped.read_bytes()) == path.read_bytes()
        assert zipped.stat().st_size <= SMALL.feed_shard_kilobytes * 1000


def test_an_entry_larger_than_a_shard_is_a_shard_of_its_own() -> None:
    big = "".join(f"{zlib.crc32(str(n).encode()):08x}" for n in range(20_000))
    entries = [
        shards.Entry(crc, "jobs", f"k{crc}", f'"{big if crc == 5 << 20 else crc}"') for crc in (1, 5 << 20, 9 << 20)
    ]
    made = list(shards.split(iter(entries), {e.crc >> 16: len(e.text) for e in entries}, 64))
    assert [e.crc for e in entries] == [
        int(next(iter(json.loads(s.text)["jobs"]))[1:]) for s in made if s.text.count('"k') == 1
    ]
    assert {s.prefix for s in made} == {
        s.prefix for s in made if not any(o.prefix != s.prefix and s.prefix.startswith(o.prefix) for o in made)
    }


def test_same_boxes_another_night_keep_names_and_files(world: Path, first: Path, tmp_path: Path) -> None:
    feed.write(world, tmp_path / "next", NEXT, SMALL, (first,))
    before, after = manifest(first), manifest(tmp_path / "next")
    assert (
        after["shards"] == before["shards"]
        and after["newest"] == before["newest"]
        and after["run_date"] == "2026-11-22"
    )
    name = f"shards/{next(iter(after['shards']))}-{next(iter(after['shards'].values()))}.json"
    assert (first / name).stat().st_ino == (tmp_path / "next" / name).stat().st_ino
    assert json.loads((tmp_path / "next" / "kept.json").read_text()) == {}


def test_one_changed_card_moves_only_the_shards_that_show_it(own: Path, first: Path, tmp_path: Path) -> None:
    job = sorted(boxes(own))[7]
    change(own, f"UPDATE mart.jobs SET place = 'Ghent' WHERE job_id = '{job}'")
    feed.write(own, tmp_path / "next", NEXT, SMALL, (first,))
    shows = {
        p for p, s in read(tmp_path / "next").items()
        if any(c["id"] == job for b in s.get("jobs", {}).values() for c in b["related"])
        or any(c["id"] == job for cards in s.get("families", {}).values() for c in cards)
    }  # fmt: skip
    before, after = manifest(first)["shards"], manifest(tmp_path / "next")["shards"]
    assert {p for p in after if before.get(p) != after[p]} == shows and shows != set(after)


def test_files_of_pages_in_flight_stay_for_the_grace(own: Path, first: Path, tmp_path: Path) -> None:
    names = [f"shards/{p}-{d}.json" for p, d in manifest(first)["shards"].items()]
    change(own, "UPDATE mart.jobs SET title = title || '!'")
    feed.write(own, tmp_path / "2", NEXT, SMALL, (first,))
    assert all((tmp_path / "2" / n).is_file() and (tmp_path / "2" / f"{n}.gz").is_file() for n in names)
    assert not set(names) & {f"shards/{p}-{d}.json" for p, d in manifest(tmp_path / "2")["shards"].items()}
    change(own, "UPDATE mart.jobs SET title = title || '!'")
    feed.write(own, tmp_path / "3", LATER, SMALL, (tmp_path / "2",))
    assert all((tmp_path / "3" / n).is_file() for n in names)
    feed.write(own, tmp_path / "4", LAST, SMALL, (tmp_path / "3",))
    assert not any((tmp_path / "4" / n).exists() for n in names)


def test_more_shards_than_the_manifest_names_are_named_by_an_index(
    world: Path, first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_NAMED", 4)
    feed.write(world, tmp_path / "feed", DAY, SMALL)
    told = manifest(tmp_path / "feed")
    assert "shards" not in told and len(told["index"]) >= 4
    for job in sorted(boxes(world))[:50]:
        assert lookup(tmp_path / "feed", job) == lookup(first, job)
    checked(tmp_path / "feed")


def test_boxes_made_in_parts_are_the_same_feed(
    world: Path, first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_JOBS_AT_ONCE", 100)
    feed.write(world, tmp_path / "feed", DAY, SMALL)
    assert manifest(tmp_path / "feed")["shards"] == manifest(first)["shards"]


def test_ids_of_boards_lead_to_the_job_and_the_board_decides_between_two(own: Path, tmp_path: Path) -> None:
    jobs = sorted(boxes(own))
    change(
        own,
        f"UPDATE mart.postings SET source_id = 'x/1 é', source = 'indeed' WHERE posting_id = 'p{jobs[0][1:]}'",
        f"UPDATE mart.postings SET source_id = 'x/1 é', source = 'linkedin' WHERE posting_id = 'p{jobs[1][1:]}'",
    )
    feed.write(own, tmp_path / "feed", DAY, SMALL)
    assert lookup(tmp_path / "feed", "x/1 é", "linkedin").job == jobs[1]
    assert lookup(tmp_path / "feed", "x/1 é", "indeed").job == jobs[0]
    assert lookup(tmp_path / "feed", "x/1 é").job == jobs[0]


def test_gone_merged_and_unknown_jobs(own: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(own), read_only=True) as con:
        cluster, newest = con.execute(
            "SELECT cluster_id, list(job_id ORDER BY last_posted_on DESC, job_id)[1] FROM mart.jobs GROUP BY 1 ORDER BY 1"
        ).fetchone() or ("", "")
    living = sorted(boxes(own))[0]
    change(
        own,
        f"INSERT INTO mart.gone_jobs VALUES ('j{'0' * 16}', 'Cook', NULL, '{cluster}', '2026-11-20', NULL),"
        f"('j{'1' * 16}', 'Cook', NULL, 'c0', '2026-11-20', '{living}'), ('j{'2' * 16}', 'Cook', NULL, 'nowhere', '2026-11-20', NULL)",
        f"INSERT INTO mart.gone_postings VALUES ('p1', 'board', 'old-1', 'j{'0' * 16}', '2026-11-20'),"
        f"('p2', 'board', 'old-2', 'j{'1' * 16}', '2026-11-20')",
    )
    feed.write(own, tmp_path / "feed", DAY, SMALL)
    for asked in ("j" + "0" * 16, "old-1"):
        box = lookup(tmp_path / "feed", asked)
        assert (box.kind, box.title, box.cards[0]["id"]) == ("gone", "Cook", newest)
    for asked in ("j" + "1" * 16, "old-2"):
        assert (lookup(tmp_path / "feed", asked).kind, lookup(tmp_path / "feed", asked).job) == ("related", living)
    unknown, homeless = lookup(tmp_path / "feed", "constructor"), lookup(tmp_path / "feed", "j" + "2" * 16)
    assert unknown.kind == homeless.kind == "newest" and unknown.cards == homeless.cards
    days = [c["posted"] for c in unknown.cards]
    assert len(days) == 10 and days == sorted(days, reverse=True)
    checked(tmp_path / "feed")


def test_a_family_is_told_once_and_the_box_counts_it(first: Path) -> None:
    families = {f: cards for s in read(first).values() for f, cards in s.get("families", {}).items()}
    cards = [
        c for s in read(first).values() for b in s.get("jobs", {}).values() for c in b["related"] if c.get("similar")
    ]
    assert cards and all(c["similar"] == len(families[c["family"]]) - 1 for c in cards)


def test_one_file_a_job(world: Path, first: Path, tmp_path: Path) -> None:
    feed.write(world, tmp_path / "feed", DAY, replace(SMALL, feed_job_files=True))
    assert len(list((tmp_path / "feed" / "jobs").glob("*.json"))) == JOBS
    job = sorted(boxes(world))[3]
    assert lookup(tmp_path / "feed", job) == lookup(first, job)
    with duckdb.connect(str(world), read_only=True) as con:
        board_id = con.execute(
            "SELECT source_id FROM mart.postings WHERE posting_id = $p", {"p": "p" + job[1:]}
        ).fetchone()
    assert board_id and lookup(tmp_path / "feed", board_id[0]).cards == lookup(first, job).cards
    checked(tmp_path / "feed")


def test_hostile_texts_never_become_markup(own: Path, tmp_path: Path) -> None:
    title = '</script><img src=x onerror="alert(1)">&amp; "quoted" \\ ":null,'
    change(own, f"UPDATE mart.jobs SET title = '{title}', employer = NULL")
    feed.write(own, tmp_path / "feed", DAY, SMALL)
    for path in (tmp_path / "feed").rglob("*.json"):
        assert not set("<>&") & set(path.read_text())
    box = lookup(tmp_path / "feed", sorted(boxes(own))[0])
    assert {c["title"] for c in box.cards} == {title} and not any("employer" in c for c in box.cards)


def checked(folder: Path) -> int:
    """Hold every file of a feed against the schema that ships; return how many."""
    schemas = {name: feed.schema(name) for name in feed.SCHEMAS}
    registry = Registry().with_resources((str(s["$id"]), Resource.from_contents(s)) for s in schemas.values())
    count = 0
    for path in folder.rglob("*.json"):
        if path.name == "kept.json":
            continue
        kind = {"index": "index"}.get(path.parent.name) or {"manifest": "manifest", "newest": "newest"}.get(
            path.stem.split("-")[0], "shard"
        )
        validator = jsonschema.Draft202012Validator(
            schemas[kind], registry=registry, format_checker=jsonschema.FormatChecker()
        )
        validator.validate(json.loads(path.read_text()))
        count += 1
    return count


def test_the_schema_that_ships_holds_and_can_fail(first: Path, tmp_path: Path) -> None:
    assert checked(first) == len(manifest(first)["shards"]) + 2
    broken = {
        "jobs": {
            "j1": {"title": "Cook", "related": [{"id": "j1", "title": "Cook", "score": 2, "reason": "", "why": []}]}
        }
    }
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, feed.schema("shard"))
    for name in feed.SCHEMAS:
        jsonschema.Draft202012Validator.check_schema(feed.schema(name))


def test_a_missing_or_older_feed_says_what_to_do(tmp_path: Path, first: Path) -> None:
    with pytest.raises(UsageError, match="publish one"):
        lookup(tmp_path, "j1")
    (tmp_path / "manifest.json").write_text('{"schema_version": 1}')
    with pytest.raises(UsageError, match="version 1, 2 is wanted"):
        lookup(tmp_path, "j1")


def test_jobs_and_postings_that_left_are_remembered_for_a_while(tmp_path: Path) -> None:
    """Yesterday's marts less tonight's, with what was gone before; merged jobs say what they became."""
    build(tmp_path / "yesterday.duckdb", 40)
    build(tmp_path / "tonight.duckdb", 30)
    gone = f"('j{'7' * 16}', 'Cook', NULL, 'c1', DATE '2026-10-23', NULL), ('j{'8' * 16}', 'Cook', NULL, 'c1', DATE '2026-10-24', NULL)"
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{tmp_path}/yesterday.duckdb' AS yesterday")
        con.execute(f"ATTACH '{tmp_path}/tonight.duckdb' AS snapshot")
        con.execute(f"INSERT INTO yesterday.mart.gone_jobs VALUES {gone}")
        for mart in ("jobs", "postings", "job_postings", "gone_jobs", "gone_postings"):
            con.execute(f"CREATE VIEW yesterday_{mart} AS FROM yesterday.mart.{mart}")
        left = {
            j
            for (j,) in con.execute(
                "FROM yesterday_jobs SELECT job_id EXCEPT FROM snapshot.mart.jobs SELECT job_id"
            ).fetchall()
        }
        merged, into = sorted(left)[0], con.execute("SELECT min(job_id) FROM snapshot.mart.jobs").fetchall()[0][0]
        con.execute(
            f"CREATE TABLE lineage AS SELECT 'job' AS kind, 'merged' AS event, '{merged}' AS old_id, '{into}' AS new_id, 1 AS members"
        )
        for mart in ("gone_jobs", "gone_postings"):
            con.execute(resources.sql(f"marts/{mart}"), {"run_date": DAY, "gone_days": 29})
        jobs = {
            j: (str(on), became)
            for j, on, became in con.execute("SELECT job_id, gone_on, became FROM snapshot.mart.gone_jobs").fetchall()
        }
        postings = con.execute(
            "SELECT count(*), count(*) FILTER (WHERE gone_on <> '2026-11-21') FROM snapshot.mart.gone_postings"
        ).fetchall()
        expected = con.execute(
            "SELECT count(*) FROM (FROM yesterday_postings SELECT posting_id EXCEPT FROM snapshot.mart.postings SELECT posting_id)"
        ).fetchall()
    assert len(left) == 10 and set(jobs) == left | {"j" + "8" * 16}, "one was gone for longer than is remembered"
    assert jobs[merged] == ("2026-11-21", into) and jobs["j" + "8" * 16] == ("2026-10-24", None)
    assert postings[0] == (expected[0][0], 0)
