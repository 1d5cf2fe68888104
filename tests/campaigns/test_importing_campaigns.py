import pytest
from flask import Flask

from campaigns.campaign_samples import BULLETIN, make_campaign, make_person, seed
from outreach.accounts.rules import Role
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.rules import BlockType, CampaignState, Language
from outreach.errors import OutreachError


def drop_english(content: str) -> str:
    return "\n".join(
        line.partition(', en = "')[0] + ("}" if ', en = "' in line else "") for line in content.splitlines()
    )


def test_a_bilingual_file_becomes_a_draft_with_both_versions_and_shared_blocks(app: Flask) -> None:
    assert app
    campaign = make_campaign()
    assert campaign.state == CampaignState.DRAFT
    assert [(version.language, version.subject) for version in campaign.versions] == [
        ("es", "Marzo en la ciudad"),
        ("en", "March in the city"),
    ]
    assert [block.type for block in campaign.blocks] == [BlockType.TEXT, BlockType.BUTTON]
    assert campaign.blocks[1].fields["label"] == {"es": "Conocer el programa", "en": "See the programme"}
    assert [audience.slug for audience in campaign.audiences] == ["diaspora"]


def test_a_file_without_any_english_makes_a_campaign_in_spanish_only(app: Flask) -> None:
    assert app
    campaign = make_campaign(drop_english(BULLETIN))
    assert [version.language for version in campaign.versions] == [Language.ES]
    assert all("en" not in texts for block in campaign.blocks for texts in block.fields.values())


def test_an_address_for_both_languages_does_not_make_a_campaign_bilingual() -> None:
    content = drop_english(BULLETIN).replace('{es = "https://www.iecm.mx/programa"}', '"https://www.iecm.mx/programa"')
    draft = read_campaign(content.encode())
    assert set(draft.words) == {Language.ES}
    assert draft.blocks[1][1]["url"] == {"es": "https://www.iecm.mx/programa"}


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    assert read_campaign(b"\xef\xbb\xbf" + BULLETIN.encode()).name == "2026-03 Corazón Chilango"


REFUSALS = {
    "broken": ('kind = "boletin"', "kind = boletin", "línea 3"),
    "cut short": ('["diaspora"]', '["diaspora"', "línea"),
    "unknown key": ('kind = "boletin"', 'kind = "boletin"\ncolour = "red"', "«colour»"),
    "missing key": ('kind = "boletin"\n', "", "Faltan claves en el archivo; escríbalas: kind"),
    "empty name": ('"2026-03 Corazón Chilango"', '"  "', "«name»"),
    "number for a name": ('"2026-03 Corazón Chilango"', "7", "dice: 7"),
    "audiences as a text": ('["diaspora"]', '"diaspora"', "«audiences»"),
    "no audience": ('["diaspora"]', "[]", "«audiences»"),
    "unknown audience": ('["diaspora"]', '["marte"]', "«marte», que no existe; existen: red-observacion"),
    "unknown kind": ('"boletin"', '"carta"', "«carta», que no existe; existen: boletin"),
    "unknown sender": ("votochilango@iecm.mx", "otra@example.org", "existen: votochilango@iecm.mx"),
    "unknown template": ('"corazon-chilango"', '"navidad"', "existen: convocatoria, corazon-chilango"),
    "subject as a text": (
        'subject = {es = "Marzo en la ciudad", en = "March in the city"}',
        'subject = "x"',
        "«subject»",
    ),
    "third language": ('en = "March in the city"', 'fr = "Mars en ville"', "«fr»"),
    "line break in the subject": ("Marzo en la ciudad", r"Marzo\nBcc: eva@example.org", "salto de línea"),
    "line separator in the subject": ("Marzo en la ciudad", r"Marzo\u2028Bcc: eva@example.org", "salto de línea"),
    "carriage return in the preheader": ("Jacarandas y urnas.", r"Jacarandas\r\nBcc: eva", "salto de línea"),
    "encoded word in the subject": ("Marzo en la ciudad", "Marzo =?utf-8?q?=0ABcc:?=", "esconde un salto de línea"),
    "long subject": ("Marzo en la ciudad", "a" * 401, "401 caracteres"),
    "unknown block": ('type = "button"', 'type = "video"', "video"),
    "unknown field": ("label = {", "title = {", "title"),
    "flag that is a text": ('kind = "boletin"', 'kind = "boletin"\nboth_to_all = "yes"', "«both_to_all»"),
    "blocks as a text": (BULLETIN[BULLETIN.index("[[blocks]]") :], 'blocks = "x"', "[[blocks]]"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_file_that_says_something_else_is_refused_in_one_sentence_and_leaves_nothing(app: Flask, name: str) -> None:
    assert app
    found, replacement, expected = REFUSALS[name]
    assert found in BULLETIN
    seed()
    author = make_person(Role.WRITER, "ana@example.org")
    with pytest.raises(OutreachError) as refusal:
        import_campaign(read_campaign(BULLETIN.replace(found, replacement).encode()), author)
    sentence = str(refusal.value)
    assert expected in sentence
    assert "\n" not in sentence
    assert sentence.endswith((".", "…"))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"%PDF-1.7\n", b"a = 1\n" * 200_000, b"[" * 5000])
def test_what_is_no_campaign_file_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(OutreachError) as refusal:
        read_campaign(content)
    assert str(refusal.value).endswith(".")
