"""The pages of campaigns as people use them, without a script."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import select

from campaigns.campaign_samples import make_ready_campaign, put_in_state, read_state, subscribe
from outreach.accounts.models import AuditEntry
from outreach.accounts.rules import Role
from outreach.campaigns.approving import approve, find_valid_approval
from outreach.campaigns.content import edit_version
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import get_campaign, list_kinds
from outreach.campaigns.rules import CampaignState, Language
from outreach.campaigns.wording import VersionWords
from outreach.db import db
from signing import Client

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<a href='javascript:alert(1)'>x</a>",
    "{{7*7}} {{config}} {{''.__class__}} {% debug %} ${7*7} #{7*7}",
    "<style>@import url(https://bad.example/x.css)</style>",
    "[texto](javascript:alert(1))",
    "<iframe src=https://bad.example></iframe>",
)


class Tags(HTMLParser):
    """The attributes of a page as a browser would find them, and its style sheets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, str, str]] = []
        self.style = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [(tag, "", ""), *((tag, name, value or "") for name, value in attrs)]

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.style += data


def read_form(page: str) -> dict[str, str]:
    """Return what a browser would send of the editor's form, but its buttons and token."""
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL))
    fields.pop("csrf_token", None)
    wanted = ("words-", "block-", "edit_", "seen")
    return {name: unescape(value) for name, value in fields.items() if name.startswith(wanted)}


def list_actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "campaign")))


def open_editor(browser: Client, campaign: Campaign) -> dict[str, str]:
    return read_form(browser.get(f"/campanas/{campaign.id}/editar").text)


def test_the_list_names_each_campaign_with_its_state_and_filters(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    page = signed_in.get("/campanas").text
    assert campaign.name in page
    assert "Borrador" in page
    assert campaign.name not in signed_in.get("/campanas?state=finished").text
    assert "Ninguna campaña coincide" in signed_in.get("/campanas?words=otra").text
    assert signed_in.get("/campanas?state=x&kind=y&page=z").status_code == 200


def test_an_empty_list_says_what_to_do(signed_in: Client) -> None:
    assert "Todavía no hay campañas" in signed_in.get("/campanas").text


def test_a_new_campaign_opens_in_its_editor(signed_in: Client) -> None:
    sample = make_ready_campaign()
    fields = {
        "name": "Convocatoria de abril",
        "kind": list_kinds()[1].id,
        "template": "convocatoria",
        "sender": sample.sender_id,
        "audiences": [sample.audiences[0].id],
        "languages": "es,en",
    }
    answer = signed_in.submit("/campanas/nueva", fields)
    assert answer.status_code == 303
    created = get_campaign(int(re.findall(r"/campanas/(\d+)/editar", answer.location)[0]))
    assert (created.name, created.kind.slug) == ("Convocatoria de abril", "convocatoria")
    assert [version.language for version in created.versions] == [Language.ES, Language.EN]
    assert "create" in list_actions()


def test_a_new_campaign_without_audience_is_refused_at_its_field(signed_in: Client) -> None:
    make_ready_campaign()
    answer = signed_in.submit("/campanas/nueva", {"name": "Sin audiencia", "languages": "es"})
    assert answer.status_code == 422
    assert "Elija al menos una audiencia." in answer.text
    assert 'value="Sin audiencia"' in answer.text


def test_the_editor_saves_both_languages_and_the_trail_says_who(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    fields = open_editor(signed_in, campaign)
    button = campaign.blocks[1].id
    fields |= {"words-es-subject": "Abril", "words-en-subject": "April", f"block-{button}-en-label": "Go on"}
    assert signed_in.submit(f"/campanas/{campaign.id}/editar", {**fields, "then": "save"}).status_code == 303
    assert [version.subject for version in campaign.versions] == ["Abril", "April"]
    assert campaign.blocks[1].fields["label"] == {"es": "Conocer el programa", "en": "Go on"}
    assert "edit" in list_actions()


def test_sending_the_editor_back_unchanged_is_no_edit(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    before = campaign.edit_count
    signed_in.submit(f"/campanas/{campaign.id}/editar", {**open_editor(signed_in, campaign), "then": "save"})
    assert campaign.edit_count == before


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("add:divider", ["text", "button", "divider"]),
        ("down:first", ["button", "text"]),
        ("up:last", ["button", "text"]),
        ("remove:first", ["button"]),
        ("add:nonsense", ["text", "button"]),
        ("up:first", ["text", "button"]),
        ("", ["text", "button"]),
    ],
)
def test_a_button_of_the_editor_also_saves_what_was_typed(signed_in: Client, then: str, expected: list[str]) -> None:
    campaign = make_ready_campaign()
    first, last = campaign.blocks[0].id, campaign.blocks[-1].id
    fields = {**open_editor(signed_in, campaign), "words-es-subject": "Recién escrito"}
    then = then.replace("first", str(first)).replace("last", str(last))
    answer = signed_in.submit(f"/campanas/{campaign.id}/editar", {**fields, "then": then})
    assert answer.status_code == 303
    assert [block.type for block in campaign.blocks] == expected
    assert campaign.versions[0].subject == "Recién escrito"


@pytest.mark.parametrize(("then", "page"), [("preview", "vista-previa"), ("review", "revisar")])
def test_the_editor_saves_before_it_shows_another_page(signed_in: Client, then: str, page: str) -> None:
    campaign = make_ready_campaign()
    fields = {**open_editor(signed_in, campaign), "words-en-subject": "Just typed", "then": then}
    answer = signed_in.submit(f"/campanas/{campaign.id}/editar", fields)
    assert answer.location == f"/campanas/{campaign.id}/{page}"
    assert campaign.versions[1].subject == "Just typed"


def test_two_people_in_one_editor_lose_nothing(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    fields = open_editor(signed_in, campaign)
    edit_version(campaign, Language.ES, VersionWords("De Beto", "Otro.", "Otro texto."))
    fields |= {"words-es-subject": "De Ana", f"block-{campaign.blocks[0].id}-es-text": "Lo que Ana escribió."}
    answer = signed_in.submit(f"/campanas/{campaign.id}/editar", {**fields, "then": "save"})
    assert answer.status_code == 409
    assert campaign.versions[0].subject == "De Beto"
    assert "Otra persona guardó" in answer.text
    assert 'value="De Ana"' in answer.text
    assert "Lo que Ana escribió." in answer.text
    assert "De Beto" in answer.text
    again = signed_in.submit(f"/campanas/{campaign.id}/editar", {**read_form(answer.text), "then": "save"})
    assert again.status_code == 303
    assert campaign.versions[0].subject == "De Ana"
    assert campaign.blocks[0].fields["text"]["es"] == "Lo que Ana escribió."


def test_what_was_typed_into_a_block_that_is_gone_is_shown(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    fields = {**open_editor(signed_in, campaign), f"block-{campaign.blocks[0].id}-es-text": "Un párrafo <largo>."}
    other = {**open_editor(signed_in, campaign), "then": f"remove:{campaign.blocks[0].id}"}
    signed_in.submit(f"/campanas/{campaign.id}/editar", other)
    answer = signed_in.submit(f"/campanas/{campaign.id}/editar", {**fields, "then": "save"})
    assert answer.status_code == 409
    assert "Un párrafo &lt;largo&gt;." in answer.text


def test_a_line_break_in_the_subject_is_refused_and_everything_else_is_saved(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    fields = {**open_editor(signed_in, campaign), "words-es-subject": "Hola\nBcc: eva@example.org"}
    fields["words-en-subject"] = "Typed"
    answer = signed_in.submit(f"/campanas/{campaign.id}/editar", {**fields, "then": "save"})
    assert answer.status_code == 422
    assert "salto de línea" in answer.text
    assert 'value="Typed"' in answer.text
    assert campaign.versions[1].subject == "Typed"


def test_a_campaign_that_is_sent_has_no_editor(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    fields = open_editor(signed_in, campaign)
    put_in_state(campaign, CampaignState.SENDING)
    assert signed_in.get(f"/campanas/{campaign.id}/editar").status_code == 302
    answer = signed_in.submit(f"/campanas/{campaign.id}/editar", {**fields, "words-es-subject": "Otro", "then": "save"})
    assert answer.status_code == 422
    assert "ya no se puede cambiar" in answer.text


def test_settings_are_changed_and_stale_ones_refused(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    fields = {
        "name": "Otro nombre",
        "kind": campaign.kind_id,
        "template": campaign.template,
        "sender": campaign.sender_id,
        "audiences": [audience.id for audience in campaign.audiences],
        "languages": "es,en",
        "edit_count": campaign.edit_count,
    }
    assert signed_in.submit(f"/campanas/{campaign.id}/ajustes", fields).status_code == 303
    assert campaign.name == "Otro nombre"
    answer = signed_in.submit(f"/campanas/{campaign.id}/ajustes", {**fields, "name": "Tercer nombre"})
    assert answer.status_code == 422
    assert "Otra persona guardó" in answer.text
    assert 'value="Tercer nombre"' in answer.text
    assert f'name="edit_count" type="hidden" value="{campaign.edit_count}"' in answer.text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_content_stays_text_in_every_preview(signed_in: Client, text: str) -> None:
    campaign = make_ready_campaign()
    fields = open_editor(signed_in, campaign)
    for name in fields:
        if name.endswith(("-subject", "-text", "-label")):
            fields[name] = text
    assert signed_in.submit(f"/campanas/{campaign.id}/editar", {**fields, "then": "save"}).status_code == 303
    for version in ("es", "en", "both"):
        answer = signed_in.get(f"/campanas/{campaign.id}/vista-previa/{version}.html")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        tags = Tags(answer.text)
        assert not {"script", "iframe", "object", "form", "base", "link"} & {tag for tag, _name, _value in tags.seen}
        assert not [name for _tag, name, _value in tags.seen if name.startswith("on")]
        assert {value.partition(":")[0] for _tag, name, value in tags.seen if name == "href"} <= {"https", "#en"}
        assert "bad.example" not in tags.style
        page = signed_in.get(f"/campanas/{campaign.id}/vista-previa?version={version}").text
        assert re.search(r"<iframe[^>]* sandbox[ >]", page)
        assert "<script>alert" not in page
        assert "onerror=alert(1)>" not in page


def test_a_preview_shows_the_readers_own_values_escaped_and_never_expands_them_again(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    reader = subscribe(campaign.audiences[0], "mal@example.org", "es", "<b>Mal</b> {{institucion|X}}")
    html = signed_in.get(f"/campanas/{campaign.id}/vista-previa/es.html?persona={reader.public_id}").text
    assert "Hola &lt;b&gt;Mal&lt;/b&gt; {{institucion|X}}: ya es marzo." in html
    page = signed_in.get(f"/campanas/{campaign.id}/vista-previa?persona={reader.public_id}").text
    assert "&lt;b&gt;Mal&lt;/b&gt; {{institucion|X}}" in page
    assert "Hola Ana Pérez" in signed_in.get(f"/campanas/{campaign.id}/vista-previa/es.html").text
    assert signed_in.get(f"/campanas/{campaign.id}/vista-previa?persona=x&version=x").status_code == 200
    assert signed_in.get(f"/campanas/{campaign.id}/vista-previa/fr.html").status_code == 404


def test_the_review_links_each_error_to_its_field(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    edit_version(campaign, Language.EN, VersionWords("", "A preheader.", "A row."))
    page = signed_in.get(f"/campanas/{campaign.id}/revisar").text
    assert "Falta el asunto en inglés" in page
    assert f'href="/campanas/{campaign.id}/editar#words-en-subject"' in page
    assert "Enviar a visto bueno" not in page
    assert 'id="words-en-subject"' in signed_in.get(f"/campanas/{campaign.id}/editar").text
    answer = signed_in.submit(f"/campanas/{campaign.id}/revisar")
    assert answer.status_code == 303
    assert read_state(campaign) == CampaignState.DRAFT


def test_a_campaign_goes_from_draft_to_scheduled_by_two_people(app: Flask, signed_in: Client) -> None:
    assert app
    campaign = make_ready_campaign()
    campaign.author_id = signed_in.user.id
    home = f"/campanas/{campaign.id}"
    assert signed_in.submit(f"{home}/revisar").status_code == 303
    assert read_state(campaign) == CampaignState.IN_REVIEW
    assert "el visto bueno lo da otra persona" in signed_in.get(f"{home}/visto-bueno").text
    own = signed_in.submit(f"{home}/visto-bueno", {"has_looked": "y", "edit_count": campaign.edit_count})
    assert own.status_code == 422
    reviewer = signed_in.as_role(Role.REVIEWER)
    page = reviewer.get(f"{home}/visto-bueno").text
    assert "a 2 personas" in page
    unread = reviewer.submit(f"{home}/visto-bueno", {"edit_count": campaign.edit_count})
    assert unread.status_code == 422
    assert "Marque la casilla" in unread.text
    yes = reviewer.submit(f"{home}/visto-bueno", {"has_looked": "y", "edit_count": campaign.edit_count})
    assert yes.status_code == 303
    assert read_state(campaign) == CampaignState.APPROVED
    past = signed_in.submit(f"{home}/programar", {"when": "at", "at": "2020-03-03T09:00"})
    assert past.status_code == 422
    assert "martes 3 de marzo de 2020, 9:00" in past.text
    assert 'value="2020-03-03T09:00"' in past.text
    assert signed_in.submit(f"{home}/programar", {"when": "at", "at": "2126-03-05T09:00"}).status_code == 303
    assert read_state(campaign) == CampaignState.SCHEDULED
    assert "9:00 (hora de la Ciudad de México, UTC−6)" in signed_in.get(home).text
    assert signed_in.submit(f"{home}/desprogramar").status_code == 303
    assert read_state(campaign) == CampaignState.APPROVED
    assert signed_in.submit(f"{home}/descartar").status_code == 303
    assert read_state(campaign) == CampaignState.CANCELLED
    assert list_actions() == ["submit", "approve", "schedule", "unschedule", "cancel"]


def test_an_approval_of_what_has_changed_meanwhile_is_refused(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    seen = campaign.edit_count
    edit_version(campaign, Language.ES, VersionWords("Otro", "Otro.", "Otro."))
    fields = {"has_looked": "y", "edit_count": seen}
    answer = signed_in.as_role(Role.REVIEWER).submit(f"/campanas/{campaign.id}/visto-bueno", fields)
    assert answer.status_code == 422
    assert "cambió mientras la revisaba" in answer.text
    assert find_valid_approval(campaign) is None


def test_a_campaign_comes_back_with_a_note_that_its_author_reads(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    approve(campaign, signed_in.user)
    reviewer = signed_in.as_role(Role.REVIEWER)
    assert reviewer.submit(f"/campanas/{campaign.id}/devolver", {"note": " "}).status_code == 422
    answer = reviewer.submit(f"/campanas/{campaign.id}/devolver", {"note": "Falta <la> fecha."})
    assert answer.status_code == 303
    assert read_state(campaign) == CampaignState.DRAFT
    assert find_valid_approval(campaign) is None
    assert "Falta &lt;la&gt; fecha." in signed_in.get(f"/campanas/{campaign.id}").text


@pytest.mark.parametrize("state", list(CampaignState))
def test_every_page_opens_in_every_state_and_role(signed_in: Client, state: CampaignState) -> None:
    campaign = make_ready_campaign()
    approve(campaign, signed_in.user)
    put_in_state(campaign, state)
    if state == CampaignState.SCHEDULED:
        campaign.scheduled_at, campaign.scheduled_zone = campaign.created_at, "America/Mexico_City"
    for role in Role:
        browser = signed_in.as_role(role)
        for page in ("", "/revisar", "/vista-previa", "/editar", "/ajustes", "/visto-bueno", "/programar"):
            assert browser.get(f"/campanas/{campaign.id}{page}").status_code in {200, 302, 403}, (role, page)


@pytest.mark.parametrize("page", ["", "/revisar", "/vista-previa", "/editar", "/ajustes", "/visto-bueno", "/programar"])
def test_a_campaign_that_does_not_exist_is_not_found(signed_in: Client, page: str) -> None:
    assert signed_in.get(f"/campanas/99{page}").status_code == 404
