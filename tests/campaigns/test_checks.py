from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.compositions import BULLETIN, CALL, IDENTITY, SAMPLES, keep_language, make_piece
from outreach.campaigns.checks import Facts, Finding, Severity, check
from outreach.campaigns.composition import Composition, Piece, Words
from outreach.campaigns.rendering import render
from outreach.campaigns.rules import BlockType, Language, Rendition

NOW = datetime(2026, 3, 3, 15, tzinfo=UTC)
FACTS = Facts(
    now=NOW,
    information={Language.ES: "Boletín de marzo.", Language.EN: "March bulletin."},
    audiences=("Diáspora",),
    attributes=frozenset({"consulado"}),
    readers={"es": 2, "en": 1, "": 1},
    recipients=4,
    templates=frozenset(SAMPLES),
    changed_at={Language.ES: NOW, Language.EN: NOW},
)

Change = Callable[[Composition, Facts], tuple[Composition, Facts]]


def with_facts(**changes: object) -> Change:
    return lambda composition, facts: (composition, replace(facts, **changes))  # type: ignore[arg-type] # any field


def with_composition(**changes: object) -> Change:
    return lambda composition, facts: (replace(composition, **changes), facts)  # type: ignore[arg-type] # any field


def with_identity(**changes: object) -> Change:
    return with_composition(identity=replace(IDENTITY, **changes))  # type: ignore[arg-type] # any field


def with_subject(text: str) -> Change:
    return with_composition(words={**BULLETIN.words, Language.ES: Words(text, "Vista previa")})


def with_piece(piece: Piece) -> Change:
    return with_composition(pieces=(*BULLETIN.pieces, piece))


def with_text(text: str) -> Change:
    return with_piece(make_piece("text", text=(text, "Fine.")))


def spanish_only(composition: Composition, facts: Facts) -> tuple[Composition, Facts]:
    return keep_language(composition, Language.ES), facts


def english_only(composition: Composition, facts: Facts) -> tuple[Composition, Facts]:
    return keep_language(composition, Language.EN), facts


HEAVY = make_piece("text", text=("Una frase que pesa. " * 500, "A heavy sentence. " * 550))
E, W = Severity.ERROR, Severity.WARNING
LAST = len(BULLETIN.pieces) + 1

# change, code, severity, place, words of the sentence
TABLE: list[tuple[Change, str, Severity, str, str]] = [
    (with_subject(" "), "missing-subject", E, "version/es/subject", "Falta el asunto en español"),
    (with_subject("a\nBcc: b"), "header-text", E, "version/es/subject", "salto de línea"),
    (with_subject("a =?UTF-8?Q?=0A?= b"), "header-text", E, "version/es/subject", "=?"),
    (with_subject("x" * 79), "long-subject", W, "version/es/subject", "79 caracteres"),
    (
        with_composition(words={**BULLETIN.words, Language.EN: Words("Hello", "")}),
        "missing-preheader",
        E,
        "version/en/preheader",
        "en inglés",
    ),
    (with_facts(information={Language.ES: "x"}), "missing-information", E, "version/en/information", "en inglés"),
    (with_composition(pieces=()), "no-blocks", E, "blocks", "al menos un bloque"),
    (with_composition(pieces=(make_piece("divider"),)), "no-blocks", E, "blocks", "al menos un bloque"),
    (with_composition(template="../etc"), "unknown-template", E, "template", "corazon-chilango, pulso-migrante"),
    (with_facts(audiences=()), "no-audience", E, "audiences", "elija al menos una"),
    (with_facts(recipients=0), "no-recipients", E, "audiences", "Diáspora"),
    (
        with_piece(make_piece("button", label=("Ir al registro", ""), url="https://example.org")),
        "missing-field",
        E,
        f"block/{LAST}/label/en",
        f"bloque {LAST} falta el campo «texto del botón» en inglés",
    ),
    (
        with_piece(make_piece("quote", text=("Sí.", "Yes."), author=("Ana", ""))),
        "missing-field",
        E,
        f"block/{LAST}/author/en",
        "quién lo dice",
    ),
    (
        with_piece(make_piece("image", url="https://example.org/a.png")),
        "missing-alt",
        E,
        f"block/{LAST}/alt/es",
        "texto alternativo",
    ),
    (
        with_piece(make_piece("button", label=("Ir", "Go"), url="http://example.org")),
        "bad-link",
        E,
        f"block/{LAST}/url/es",
        "https://",
    ),
    (
        with_piece(make_piece("image", url="mailto:a@example.org", alt=("Flor", "Flower"))),
        "bad-link",
        E,
        f"block/{LAST}/url/es",
        "imagen",
    ),
    (with_text("[Un sitio](javascript:alert(1))"), "bad-link", E, f"block/{LAST}/text/es", "javascript:alert(1)"),
    (with_text("[El acta](https://bit.ly/x)"), "bad-link", E, f"block/{LAST}/text/es", "acortado"),
    (
        with_text("[Tu acta](https://example.org/?n={{nombre}})"),
        "placeholder-in-link",
        E,
        f"block/{LAST}/text/es",
        "marcador",
    ),
    (with_text("[Clic aquí](https://example.org)"), "vague-link", E, f"block/{LAST}/text/es", "«Clic aquí»"),
    (
        with_piece(make_piece("button", label=("Leer más", "Read the act"), url="https://example.org")),
        "vague-link",
        E,
        f"block/{LAST}/label/es",
        "«Leer más»",
    ),
    (
        with_text("[https://iecm.mx](https://example.org)"),
        "misleading-link",
        E,
        f"block/{LAST}/text/es",
        "https://example.org",
    ),
    (with_text("Hola, {{apodo|tú}}."), "unknown-placeholder", E, f"block/{LAST}/text/es", "{{apodo|tú}} no existe"),
    (with_text("Hola, {{config}}."), "unknown-placeholder", E, f"block/{LAST}/text/es", "consulado, "),
    (with_text("{{sistema.baja}}"), "system-placeholder", E, f"block/{LAST}/text/es", "{{sistema.baja}}"),
    (with_subject("{{sistema.audiencia}}"), "system-placeholder", E, "version/es/subject", "quítelo"),
    (with_text("Son {{7*7}}."), "misspelt-placeholder", W, f"block/{LAST}/text/es", "«{{7*7}}»"),
    (with_composition(pieces=(*BULLETIN.pieces, HEAVY, HEAVY)), "large", W, "message/both", "KB"),
    (with_composition(pieces=(HEAVY,) * 10), "too-large", E, "message/both", "100 KB"),
    (with_identity(postal_address=" "), "missing-postal-address", E, "institution", "dirección postal"),
    (with_identity(name={"es": "IECM", "en": ""}), "missing-identity", E, "institution", "nombre"),
    (with_identity(privacy_url={"es": "https://example.org"}), "missing-privacy", E, "institution", "privacidad"),
    (with_identity(website="javascript:x"), "bad-link", E, "institution", "javascript:x"),
    (
        with_facts(changed_at={Language.ES: NOW, Language.EN: NOW - timedelta(seconds=1)}),
        "english-outdated",
        W,
        "version/en/subject",
        "después que el inglés",
    ),
    (
        with_facts(same_today=("Boletín uno",)),
        "same-today",
        W,
        "audiences",
        "otra campaña de este tipo («Boletín uno»)",
    ),
    (with_facts(same_today=("Uno", "Dos")), "same-today", W, "audiences", "2 campañas de este tipo («Uno», «Dos»)"),
    (spanish_only, "no-english", W, "version/en/subject", "1 persona que lee en inglés recibirá"),
    (english_only, "no-spanish", W, "version/es/subject", "2 personas que leen en español recibirán"),
]


def find(findings: tuple[Finding, ...], code: str) -> list[Finding]:
    return [finding for finding in findings if finding.code == code]


@pytest.mark.parametrize("composition", SAMPLES.values(), ids=list(SAMPLES))
def test_a_finished_campaign_has_no_findings(composition: Composition) -> None:
    assert check(composition, FACTS) == ()


@pytest.mark.parametrize(("change", "code", "severity", "place", "words"), TABLE)
def test_each_fault_is_found_at_its_place(
    change: Change, code: str, severity: Severity, place: str, words: str
) -> None:
    composition, facts = change(BULLETIN, FACTS)
    found = find(check(composition, facts), code)
    assert found
    assert found[0].severity is severity
    assert found[0].place == place
    assert words in found[0].message
    assert found[0].message.endswith(".")


@pytest.mark.parametrize(("change", "code", "severity", "place", "words"), TABLE)
def test_a_fault_brings_no_findings_of_other_kinds(
    change: Change, code: str, severity: Severity, place: str, words: str
) -> None:
    del severity, place, words
    allowed = {
        "no-blocks": {"missing-subject"},
        "placeholder-in-link": {"bad-link"},
    }
    others = {finding.code for finding in check(*change(BULLETIN, FACTS))} - {code}
    assert others <= allowed.get(code, set())


@pytest.mark.parametrize(
    ("lacking", "words"), [(1, "1 persona no tiene el valor de"), (14, "14 personas no tienen el valor de")]
)
def test_people_without_a_value_are_counted(lacking: int, words: str) -> None:
    facts = replace(FACTS, lacking={"nombre": lacking})
    assert find(check(BULLETIN, facts), "placeholder-without-default") == []
    found = find(check(CALL, facts), "placeholder-without-default")
    assert len(found) == 1
    assert found[0].message.startswith(words)
    assert "{{nombre|persona integrante}}" in found[0].message


def test_an_attribute_of_the_contacts_is_a_good_placeholder() -> None:
    composition, facts = with_text("Tu consulado es {{consulado|el más cercano}}.")(BULLETIN, FACTS)
    assert check(composition, facts) == ()


@pytest.mark.parametrize(("kilobytes", "codes"), [(79, []), (99, ["large"]), (101, ["too-large"])])
def test_the_size_of_the_html_decides(kilobytes: int, codes: list[str]) -> None:
    start = keep_language(replace(CALL, pieces=(make_piece("text", text="x"),)), Language.ES)
    wanted = kilobytes * 1000 - len(render(start, Rendition.ES).html.encode()) + 1
    composition = replace(start, pieces=(Piece(BlockType.TEXT, {"text": {"es": "x" * wanted}}),))
    assert len(render(composition, Rendition.ES).html.encode()) == kilobytes * 1000
    found = [finding for finding in check(composition, replace(FACTS, readers={"es": 4})) if "large" in finding.code]
    assert [finding.code for finding in found] == codes


def test_errors_come_before_warnings() -> None:
    facts = replace(FACTS, same_today=("Otra",), audiences=())
    assert [finding.severity for finding in check(BULLETIN, facts)] == [E, W]


def test_an_empty_draft_is_checked_without_breaking() -> None:
    empty = replace(BULLETIN, words={}, pieces=())
    codes = {finding.code for finding in check(empty, Facts(now=NOW))}
    assert {"missing-subject", "missing-information", "no-blocks", "no-audience", "unknown-template"} <= codes


def test_a_language_that_is_half_written_names_every_empty_field() -> None:
    half = replace(keep_language(CALL, Language.ES), words=CALL.words)
    missing = {finding.place for finding in find(check(half, FACTS), "missing-field")}
    assert missing == {
        "block/1/text/en", "block/2/text/en", "block/3/title/en", "block/3/date/en", "block/3/place/en",
        "block/4/label/en", "block/4/url/en", "block/5/text/en", "block/6/text/en", "block/8/text/en",
        "block/8/author/en", "block/9/label/en", "block/9/url/en",
    }  # fmt: skip
