"""Languages: told where the text tells, None where it is too short."""

import pytest

from pipeline.text.languages import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We look after bridges and rivers, and you will write reports for the people who live with them.", "en"),
        ("Wij zorgen voor bruggen en rivieren, en jij schrijft verslagen voor de mensen die er met ons wonen.", "nl"),
        ("Wir kümmern uns um Brücken und Flüsse, und du schreibst Berichte für die Menschen, die dort wohnen.", "de"),
        ("Nous prenons soin des ponts et des rivières, et vous écrivez des rapports pour les habitants.", "fr"),
        ("Cuidamos das pontes e dos rios, e você escreve relatórios para as pessoas que moram com eles.", "pt"),
        (
            "Cuidamos de los puentes y de los ríos, y usted escribe informes para las personas que viven con ellos.",
            "es",
        ),
        ("Merawat jembatan dan sungai, menulis laporan untuk warga yang tinggal di sekitar dengan teliti.", "id"),
        ("Vi tar hand om broar och floder, och du skriver rapporter för människorna som bor vid dem.", "sv"),
        ("Python SQL AWS Kubernetes", None),
        ("", None),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert language_of(text) == language
