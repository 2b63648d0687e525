"""related-jobs feeds detect, check, init and formats, as a person runs them."""

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import InputError, UsageError

CASES = Path(__file__).parent / "cases"


def feeds(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["feeds", *arguments], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def test_detect_says_which_reader_and_why() -> None:
    [found] = json.loads(feeds("detect", str(CASES / "lever" / "input.json"), "--json"))
    assert (found["reader"], found["others"]) == ("lever", [])
    assert "hostedUrl" in found["why"]
    [found] = json.loads(feeds("detect", str(CASES / "own_json_mapped" / "mapping.toml"), "--json"))
    assert (found["reader"], found["why"]) == (None, "no reader fits")
    told = feeds("detect", str(CASES / "talent_xml" / "input.xml"))
    assert "talent_xml" in told
    assert "because its records have dateposted, title, url" in told


def test_check_counts_fills_rejects_and_shows_postings() -> None:
    path = str(CASES / "talent_xml" / "input.xml")
    [told] = json.loads(feeds("check", path, "--json", "--run-date", "2031-03-04"))
    assert (told["reader"], told["listings"], told["postings"], told["distinct_ids"]) == ("talent_xml", 6, 4, 4)
    assert told["rejects"] == {"not well-formed": 1, "empty record": 1}
    assert told["examples"]["not well-formed"]["position"] == 4
    assert "line 41" in told["examples"]["not well-formed"]["detail"]
    assert told["filled"]["title"] == 1.0
    assert told["filled"]["pay"] == 0.5
    assert told["filled"]["requisition_id"] == 0.5
    assert told["flags"] == {"pay ends swapped": 1}
    assert [row["title"] for row in told["first"]] == ["Boat Builder", "Boat Builder", "Sail Maker"]
    assert told["minutes_per_million"] is None, "six are too few to tell"
    plain = feeds("check", path, "--run-date", "2031-03-04")
    assert "6 listings, 4 postings (4 different ids), 2 rejects" in plain
    assert "rejected: not well-formed, 1 times; first at 4" in plain


def test_check_of_a_folder_and_of_what_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,company,description\nA,Co,d\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("Not a feed.\n", encoding="utf-8")
    told = feeds("check", str(tmp_path))
    assert "rejected: unreadable file" in told
    assert "2 files: 2 listings, 1 postings; rejects: unreadable file 1" in told
    feeds("check", str(tmp_path / "b.txt"), code=3)
    with pytest.raises(InputError, match="does not exist"):
        feeds("check", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        feeds("check", str(tmp_path / "a.csv"), "--run-date", "tomorrow")


OWN = """\
Stellen-ID;Stellentitel;Firma;Arbeitsort;Link;Veröffentlicht;Anforderungen;Gehalt von;Gehalt bis;Intern
17;Uhrmacher;Zeitwerk;Glashütte;https://zeit.example/17;2031-02-01;{text};3000;3600;x
18;Graveur;Zeitwerk;Dresden;https://zeit.example/18;2031-02-02;{text};;;y
"""


def test_init_begins_a_mapping_that_check_takes(tmp_path: Path) -> None:
    path = tmp_path / "eigene.csv"
    path.write_text(OWN.format(text="Ruhige Hand und gute Augen. " * 20), encoding="utf-8")
    out = tmp_path / "eigene.mapping.toml"
    feeds("init", str(path), "--out", str(out))
    columns = tomllib.loads(out.read_text(encoding="utf-8"))["columns"]
    assert columns == {
        "source_id": "Stellen-ID", "title": "Stellentitel", "company": "Firma", "location": "Arbeitsort", "url": "Link",
        "description": "Anforderungen", "date_posted": "Veröffentlicht", "pay_min": "Gehalt von?", "pay_max": "Gehalt bis?",
    }  # fmt: skip
    assert "# Intern: x" in out.read_text(encoding="utf-8")
    [told] = json.loads(feeds("check", str(path), "--mapping", str(out), "--json"))
    assert (told["reader"], told["postings"], told["rejects"]) == ("mapped", 2, {})
    with pytest.raises(UsageError, match="there is a file already"):
        feeds("init", str(path), "--out", str(out))


def test_init_of_nested_json_and_xml() -> None:
    drafted = tomllib.loads(feeds("init", str(CASES / "smartrecruiters" / "input.json")))
    assert drafted["records"] == "content"
    assert drafted["columns"]["title"] == "name"
    assert drafted["columns"]["company"] == "company.name"
    assert drafted["columns"]["city"] == "location.city"
    with pytest.raises(InputError, match="is no table of records"):
        feeds("init", str(CASES / "own_xml_mapped" / "mapping.toml"))


def test_formats_lists_all() -> None:
    told = feeds("formats")
    for name in ("talent_xml", "linkedin_xml", "rss", "jsonld", "greenhouse", "workable", "postings"):
        assert name in told
