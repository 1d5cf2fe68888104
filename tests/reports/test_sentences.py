from dataclasses import replace

import pytest

from outreach.dispatch.rules import Channel
from outreach.reports.layouts import Layout, read_layout
from outreach.reports.periods import parse_period
from outreach.reports.sentences import Subject, write_sentence

QUARTER = parse_period("2026-T1")
RED = ("a la Red de Observación",)


def _layout(**options: object) -> Layout:
    return read_layout({"columns": ["No."], "fields": ["number"], **options})


def _write(number: int, language: str = "es", layout: Layout | None = None, **given: object) -> str:
    subject = replace(Subject(QUARTER, {Channel.EMAIL: number} if number else {}, audiences=RED), **given)  # type: ignore[arg-type]  # each test names a field
    return write_sentence(subject, layout or _layout(), language).text


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (0, "No se reportan actividades en el periodo."),
        (1, "Durante el primer trimestre de 2026 se envió un correo electrónico a la Red de Observación."),
        (9, "Durante el primer trimestre de 2026 se enviaron nueve correos electrónicos a la Red de Observación."),
        (12, "Durante el primer trimestre de 2026 se enviaron 12 correos electrónicos a la Red de Observación."),
        (1204, "Durante el primer trimestre de 2026 se enviaron 1,204 correos electrónicos a la Red de Observación."),
    ],
)
def test_verb_and_noun_agree_in_spanish(number: int, sentence: str) -> None:
    assert _write(number) == sentence


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (0, "No activities are reported for the period."),
        (1, "During the first quarter of 2026, one e-mail was sent to the Observation Network."),
        (9, "During the first quarter of 2026, nine e-mails were sent to the Observation Network."),
        (188, "During the first quarter of 2026, 188 e-mails were sent to the Observation Network."),
    ],
)
def test_verb_and_noun_agree_in_english(number: int, sentence: str) -> None:
    assert _write(number, "en", audiences=("to the Observation Network",)) == sentence


def test_figures_are_asked_for_by_the_layout() -> None:
    assert "se enviaron 9 correos" in _write(9, layout=_layout(total="figures"))
    assert "se envió 1 correo electrónico" in _write(1, layout=_layout(total="figures"))


def test_without_a_total_the_table_speaks_for_itself() -> None:
    layout = _layout(total="none")
    assert _write(1, layout=layout).startswith(
        "Durante el primer trimestre de 2026 se envió el correo electrónico siguiente"
    )
    assert "se enviaron los correos electrónicos siguientes a la Red" in _write(5, layout=layout)
    assert _write(0, layout=layout) == "No se reportan actividades en el periodo."


def test_the_filters_are_said() -> None:
    sentence = _write(
        27,
        audiences=("a la Red de Observación", "a la diáspora"),
        sender="votochilango@iecm.mx",
        kind="Boletín",
        words="voto",
        period=parse_period("2022-09-01/2023-08-31"),
    )
    assert sentence == (
        "De septiembre de 2022 a agosto de 2023 se enviaron 27 correos electrónicos del tipo «Boletín» sobre «voto» "
        "a la Red de Observación y a la diáspora mediante el correo de votochilango@iecm.mx."
    )


@pytest.mark.parametrize(
    ("bold", "emphasised"),
    [("none", ""), ("number", "188"), ("number-and-noun", "188 correos electrónicos")],
)
def test_the_layout_says_what_is_bold(bold: str, emphasised: str) -> None:
    subject = Subject(QUARTER, {Channel.EMAIL: 188}, audiences=RED)
    sentence = write_sentence(subject, _layout(bold=bold), "es")
    assert sentence.emphasised == emphasised
    assert sentence.text == _write(188)


def test_topics_are_counted_when_the_layout_asks() -> None:
    layout = _layout(counts="topics", bold="number-and-noun")
    subject = Subject(QUARTER, {Channel.EMAIL: 20}, {Channel.EMAIL: 12}, audiences=RED)
    sentence = write_sentence(subject, layout, "es")
    assert subject.total(layout) == 12
    assert sentence.emphasised == "12 temas"
    assert sentence.text.endswith("se difundieron 12 temas por correo electrónico a la Red de Observación.")


def test_other_channels_are_never_added_to_the_e_mails() -> None:
    subject = Subject(QUARTER, {Channel.EMAIL: 12, Channel.WHATSAPP: 2, Channel.OTHER: 1}, audiences=RED)
    assert subject.total(_layout()) == 12
    assert write_sentence(subject, _layout(), "es").text == (
        "Durante el primer trimestre de 2026 se enviaron 12 correos electrónicos a la Red de Observación. "
        "Además, se realizaron tres envíos por otros medios."
    )


@pytest.mark.parametrize(
    ("counts", "asked", "expected"),
    [
        ({Channel.WHATSAPP: 1}, Channel.WHATSAPP, "se envió un mensaje de WhatsApp a la Red"),
        ({Channel.MICROSITE: 1}, None, "se hizo una publicación en el micrositio dirigida a la Red"),
        ({Channel.MICROSITE: 2}, None, "se hicieron dos publicaciones en el micrositio dirigidas a la Red"),
        ({Channel.TELEPHONE: 21}, None, "se hicieron 21 llamadas telefónicas a la Red"),
        ({Channel.OTHER: 13}, None, "se realizaron 13 envíos por otros medios a la Red"),
        ({Channel.OTHER: 2, Channel.WHATSAPP: 3}, None, "se realizaron cinco envíos por otros medios a la Red"),
        ({Channel.WHATSAPP: 3}, Channel.EMAIL, "No se reportan actividades"),
    ],
)
def test_lines_without_any_e_mail_are_counted_by_their_channel(
    counts: dict[Channel, int], asked: Channel | None, expected: str
) -> None:
    sentence = write_sentence(Subject(QUARTER, counts, channel=asked, audiences=RED), _layout(), "es")
    assert expected in sentence.text


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("total", ["words", "none"])
@pytest.mark.parametrize("counts", ["dispatches", "topics"])
def test_every_channel_has_its_words_in_both_languages(
    language: str, channel: Channel, total: str, counts: str
) -> None:
    for number in (1, 2):
        subject = Subject(QUARTER, {channel: number}, {channel: number}, audiences=("a/to X",), sender="a@example.org")
        text = write_sentence(subject, _layout(total=total, counts=counts), language).text
        assert "{" not in text
        assert "  " not in text
        assert "a/to X" in text
        assert "a@example.org" in text


@pytest.mark.parametrize(
    ("number", "words", "figures"),
    [
        (1, "se hizo una llamada telefónica", "se hizo 1 llamada telefónica"),
        (2, "se hicieron dos llamadas telefónicas", "se hicieron 2 llamadas telefónicas"),
        (9, "se hicieron nueve llamadas telefónicas", "se hicieron 9 llamadas telefónicas"),
        (10, "se hicieron 10 llamadas telefónicas", "se hicieron 10 llamadas telefónicas"),
        (21, "se hicieron 21 llamadas telefónicas", "se hicieron 21 llamadas telefónicas"),
        (1_204, "se hicieron 1,204 llamadas telefónicas", "se hicieron 1,204 llamadas telefónicas"),
        (1_000_000, "se hicieron 1,000,000 de llamadas telefónicas", "se hicieron 1,000,000 de llamadas telefónicas"),
    ],
)
def test_a_feminine_noun_agrees_from_one_to_a_million(number: int, words: str, figures: str) -> None:
    subject = Subject(QUARTER, {Channel.TELEPHONE: number}, channel=Channel.TELEPHONE)
    assert words in write_sentence(subject, _layout(), "es").text
    assert figures in write_sentence(subject, _layout(total="figures"), "es").text
