"""The widget's source as Python reads it: its size, its labels, its style sheet."""

import gzip

from pipeline.widget import source


def test_the_widget_is_under_six_kilobytes() -> None:
    assert len(gzip.compress(source.script().encode(), 6, mtime=0)) < 6_000


def test_every_language_has_every_label() -> None:
    english = source.labels("en")
    assert source.languages() == ["en", "de", "fr", "nl", "es", "pt"]
    for language in source.languages():
        words = source.labels(language)
        assert words.keys() == english.keys() and all(words.values())
        for name, text in english.items():
            assert ("{n}" in text, "{v}" in text) == ("{n}" in words[name], "{v}" in words[name]), (language, name)
    assert source.labels("xx") == english and source.labels("de-AT") == source.labels("de")


def test_nothing_in_the_widget_needs_a_looser_policy() -> None:
    script = source.script()
    assert not any(
        word in script for word in ("innerHTML", "eval(", "new Function", "document.write", "insertAdjacentHTML")
    )


def test_the_style_sheet_is_the_widgets_own() -> None:
    css = source.stylesheet()
    assert css.startswith("related-jobs{") and ":host" not in css and ".rj-card" in css
