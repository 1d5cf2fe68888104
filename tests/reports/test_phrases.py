import pytest

from outreach.dispatch.rules import Channel
from outreach.reports.layouts import Layout, read_layout
from outreach.reports.periods import parse_period
from outreach.reports.phrases import PhraseError, check_phrase, list_phrases, load_patterns, replace_phrases
from outreach.reports.sentences import Subject, write_sentence

QUARTER = parse_period("2026-T1")
LAYOUT = read_layout({"columns": ["Fecha"], "fields": ["date"]})


def _check(name: str, text: str) -> str:
    phrase = next(phrase for phrase in list_phrases("es") if phrase.name == name)
    return check_phrase(phrase, text)


def test_both_languages_have_the_same_phrases_but_for_the_gender_of_nouns() -> None:
    spanish, english = ({phrase.name for phrase in list_phrases(language)} for language in ("es", "en"))
    assert spanish - english == {name for name in spanish if name.endswith(".gender")}
    assert english <= spanish


@pytest.mark.parametrize("language", ["es", "en"])
def test_what_ships_passes_its_own_check(language: str) -> None:
    for phrase in list_phrases(language):
        assert check_phrase(phrase, phrase.text) == phrase.text, phrase.name


@pytest.mark.parametrize("language", ["es", "en"])
def test_replacing_nothing_leaves_what_ships(language: str) -> None:
    assert replace_phrases(language, {}) == load_patterns()[language]
    assert (
        replace_phrases(language, {phrase.name: phrase.text for phrase in list_phrases(language)})
        == (load_patterns()[language])
    )


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("told", "{period} {verb} {total} {weather}.", "no puede contener {weather}: use {audience}, {kind}"),
        ("told", "{period} {verb}.", "debe contener {total}"),
        ("told", "{period} {total", "una llave sin pareja"),
        ("told", "{period} {total}}", "una llave sin pareja"),
        ("told", "{total.__class__}", "no puede contener {total.__class__}"),
        ("told", "{total[0]}", "no puede contener {total[0]}"),
        ("told", "{total!r}", "no puede contener {total}"),
        ("told", "{total:>999999999}", "no puede contener {total}"),
        ("told", "{}", "no puede contener {}"),
        ("nothing", "Nada en {period}.", "no lleva datos entre llaves: quite {period}"),
        ("nothing", "   ", "necesita un texto"),
        ("nothing", "x" * 1_001, "necesita un texto de hasta 1000"),
        ("email.gender", "n", "es m o f"),
    ],
)
def test_a_phrase_that_cannot_be_printed_is_refused_in_one_sentence(name: str, text: str, reason: str) -> None:
    with pytest.raises(PhraseError) as refusal:
        _check(name, text)
    assert reason in str(refusal.value)
    assert name in str(refusal.value)


def test_the_space_before_a_phrase_is_kept_for_whoever_writes_it() -> None:
    assert _check("email.sender", "desde {sender}") == " desde {sender}"
    assert _check("told", "  {period}   {verb} {total}. ") == "{period} {verb} {total}."


def _write(number: int, written: dict[str, str], layout: Layout = LAYOUT, **filters: object) -> str:
    counts = {"dispatches": {Channel.EMAIL: number}, **filters}
    subject = Subject(QUARTER, **counts)  # type: ignore[arg-type] # what each test counts
    return write_sentence(subject, layout, "es", replace_phrases("es", written)).text


def test_a_sentence_speaks_the_institutions_phrases_and_agrees_with_its_noun() -> None:
    written = {
        "told": "En {period}, {verb} {total}.",
        "email.verb.one": "se remitió",
        "email.verb.many": "se remitieron",
        "email.noun.one": "comunicación",
        "email.noun.many": "comunicaciones",
        "email.gender": "f",
    }
    assert _write(1, written) == "En Durante el primer trimestre de 2026, se remitió una comunicación."
    assert _write(9, written) == "En Durante el primer trimestre de 2026, se remitieron nueve comunicaciones."


def test_a_total_may_be_said_twice() -> None:
    assert _write(3, {"told": "{total}, sí, {total}."}) == "tres correos electrónicos, sí, tres correos electrónicos."


def test_words_of_a_filter_are_never_read_as_placeholders() -> None:
    assert "sobre «{total} {0}»" in _write(3, {}, words="{total} {0}")


@pytest.mark.parametrize(
    ("counts", "number", "expected"),
    [
        ("accepted", 1, "se aceptó un mensaje dirigido a la Red mediante el correo de a@example.org."),
        ("accepted", 729, "se aceptaron 729 mensajes dirigidos a la Red mediante"),
        ("accepted", 0, "se aceptaron cero mensajes dirigidos a la Red"),
        ("people", 1, "se alcanzó a una persona con los envíos a la Red"),
        ("people", 412, "se alcanzó a 412 personas con los envíos a la Red"),
    ],
)
def test_messages_and_people_are_counted_when_they_are_asked_for(counts: str, number: int, expected: str) -> None:
    layout = Layout(LAYOUT.columns, LAYOUT.fields, counts=counts)
    subject = Subject(
        QUARTER,
        {Channel.EMAIL: 4},
        audiences=("a la Red",),
        sender="a@example.org",
        accepted=number,
        people=number,
    )
    assert subject.total(layout) == number
    assert expected in write_sentence(subject, layout, "es").text


def test_messages_of_no_dispatch_are_nothing() -> None:
    layout = Layout(LAYOUT.columns, LAYOUT.fields, counts="people")
    assert write_sentence(Subject(QUARTER, {}), layout, "es").text == "No se reportan actividades en el periodo."
