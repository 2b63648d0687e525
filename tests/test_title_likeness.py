"""Titles alone: likeness learned from ads, also of words that no ad has."""

import numpy as np
from related_world import NIGHT, SETTINGS, tables, world

from pipeline.evaluate.titles import average_precision, title_likeness
from pipeline.ranking import terms, unknown, vocabulary
from pipeline.stages.fit import fit


def test_titles_of_one_trade_are_alike() -> None:
    fitted = fit(tables(world(300)), NIGHT, SETTINGS.fit)
    found = title_likeness(
        ["sous chef", "truck driver"], ["pastry cook", "bus driver"], fitted["fit_terms"], fitted["fit_spaces"]
    )
    assert found[0, 0] > found[0, 1]
    assert found[1, 1] > found[1, 0]


def test_a_word_no_ad_has_counts_for_those_spelled_like_it() -> None:
    texts = [["welder"], ["welding"], ["cook"], ["nurse"]] * 3
    known = vocabulary.learn(texts, 100)
    characters = vocabulary.learn([terms.title_characters(" ".join(text)) for text in texts], 1_000)
    counts = unknown.counted([["welders"], ["zzz"], ["cook"]], known, characters).toarray()
    assert counts[0, known.terms.index("welder")] > counts[0, known.terms.index("welding")]
    assert counts[0, known.terms.index("cook")] == 0
    assert not counts[1].any()
    assert counts[2, known.terms.index("cook")] == known.idf[known.terms.index("cook")]


def test_average_precision_is_the_mean_over_hits() -> None:
    assert average_precision(np.array([True, False, True])) == (1 + 2 / 3) / 2
    assert average_precision(np.array([False])) == 0
