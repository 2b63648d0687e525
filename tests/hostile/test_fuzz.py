"""The short form of `make fuzz`: some inputs of every reader."""

from benchmarks import fuzz


def test_broken_feeds_end_in_postings_rejects_or_one_clear_line() -> None:
    told = fuzz.Told()
    total = fuzz.fuzz(700, None, workers=1)
    for one in total.values():
        told.add(one)
    assert told.wrong == []
    assert told.with_postings >= 0.3 * told.inputs, "mutations too wild find nothing"
    assert {"jobspy", "talent_xml", "rss", "greenhouse", "jsonld", "arrow (binary)", "parquet (binary)"} <= total.keys()


def test_an_input_is_made_by_its_number_alone() -> None:
    seed = fuzz.Seed("a.csv", "title,company,url\nCook,Inn,https://b.example/1\n", {})
    one, other = (fuzz.tried("csv", [seed], 7, 20) for _ in range(2))
    assert (one.listings, one.postings, one.rejects) == (other.listings, other.postings, other.rejects)
