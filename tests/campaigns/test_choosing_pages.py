"""The page that chooses a campaign's people, the lists behind its numbers, and what a campaign file says of them."""

import re
from datetime import datetime

import pytest
from flask import Flask

import making
from outreach import clock
from outreach.accounts.rules import Role
from outreach.audiences.choice import Choice
from outreach.audiences.models import Contact, SavedFilter
from outreach.audiences.queries import get_audience
from outreach.audiences.rules import SuppressionReason
from outreach.audiences.seeding import seed_audiences
from outreach.audiences.service import Evidence, suppress, unsubscribe
from outreach.campaigns.approving import find_valid_approval, is_what_was_approved
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.models import Campaign
from outreach.campaigns.people import set_choice
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.seeding import seed_campaign_words
from outreach.db import db
from outreach.dispatch.models import Delivery
from outreach.dispatch.release import release
from outreach.dispatch.rules import Outcome
from outreach.errors import OutreachError
from signing import Client, make_user

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def campaign(app: Flask, now: datetime) -> Campaign:
    """A draft to the diaspora (30 people) and the organisations (20 of them), of whom two left and one is excluded."""
    assert app
    assert now
    for role, email in ((Role.WRITER, making.WRITER), (Role.REVIEWER, making.REVIEWER)):
        make_user(role, email)
    seed_audiences()
    seed_campaign_words()
    people = making.make_people(30, languages=("es", "en", None))
    making.add_people("diaspora", people)
    making.add_people("osc", people[:20])
    for number, contact in enumerate(db.session.query(Contact).order_by(Contact.id)):
        contact.country = "México" if number % 2 else "España"
        contact.attributes = {"ciudad": "Chicago" if number % 3 else HOSTILE}
    contacts = db.session.query(Contact).order_by(Contact.id).all()
    unsubscribe(contacts[28], get_audience("diaspora"), Evidence("x"))
    unsubscribe(contacts[0], get_audience("diaspora"), Evidence("x"))
    suppress(contacts[29].email_key, SuppressionReason.MANUAL)
    text = making.BILINGUAL.format(audiences='"diaspora", "osc"')
    made = import_campaign(read_campaign(text.encode()), making.get_user(making.WRITER))
    db.session.commit()
    return made


def get_number(page: str, label: str) -> int:
    found = re.search(rf"{label}</th>\s*<td class=\"number\">(?:<a [^>]*>)?([\d,]+)", page)
    return int(found[1].replace(",", "")) if found else 0


def fill(campaign: Campaign, **fields: object) -> dict[str, object]:
    chosen = [str(number) for number in campaign.choice.audience_ids]
    return {"edit_count": str(campaign.edit_count), "audience": chosen, **fields}


def test_the_sum_adds_up_and_every_number_opens_its_people(signed_in: Client, campaign: Campaign) -> None:
    page = signed_in.submit(f"/campanas/{campaign.id}/destinatarios/suma", fill(campaign)).text
    numbers = [
        get_number(page, label)
        for label in (
            "En total",
            "repetidas entre audiencias",
            "dadas de baja",
            "en exclusión",
            "Recibirán este correo",
        )
    ]
    assert numbers == [50, 20, 1, 1, 28]
    links = re.findall(rf'href="(/campanas/{campaign.id}/destinatarios/[^"]+)">([\d,]+)', page)
    assert len(links) == 9
    for link, number in links:
        assert signed_in.get(link).text.count('href="/personas/') == int(number), link


def test_exclusions_and_filters_are_saved_shown_and_void_the_approval(signed_in: Client, campaign: Campaign) -> None:
    osc = get_audience("osc").id
    fields = fill(campaign, audience=[str(get_audience("diaspora").id)], exclude=[str(osc)], language=["es", "none"])
    answer = signed_in.submit(f"/campanas/{campaign.id}/destinatarios", {**fields, "then": "save"})
    assert answer.status_code == 303
    assert campaign.choice == Choice((get_audience("diaspora").id,), (osc,), languages=("es", ""))
    page = signed_in.get(answer.location).text
    assert get_number(page, "excluidas por esta elección") == 20
    assert get_number(page, "no coinciden con los filtros") == 3
    assert "con exclusiones o filtros" in signed_in.get(f"/campanas/{campaign.id}").text
    campaign = making.schedule_campaign()
    assert is_what_was_approved(campaign)
    set_choice(campaign, Choice(campaign.choice.audience_ids, languages=("es",)))
    assert (campaign.state, find_valid_approval(campaign)) == (CampaignState.DRAFT, None)


def test_what_was_approved_includes_the_filters(campaign: Campaign) -> None:
    assert campaign
    approved = making.schedule_campaign()
    approved.narrowing = {"filter": {"languages": ["es"]}}
    assert not is_what_was_approved(approved)


def test_the_release_writes_exactly_whom_the_sum_says(signed_in: Client, campaign: Campaign) -> None:
    fields = fill(campaign, country=["México"], **{"attribute:ciudad": ["Chicago"]})
    page = signed_in.submit(f"/campanas/{campaign.id}/destinatarios/suma", fields).text
    expected = get_number(page, "Recibirán este correo")
    sent = making.schedule_campaign(("diaspora", "osc"))
    sent.narrowing = {"filter": {"countries": ["México"], "attributes": {"ciudad": ["Chicago"]}}}
    assert release(db.session.connection(), sent, clock.now())
    db.session.commit()
    ledger = making.read_balanced(sent)
    assert (ledger.pending, ledger.skipped) == (expected, get_number(page, "en exclusión"))


def test_those_who_got_an_earlier_campaign_are_left_out_or_alone_chosen(signed_in: Client, campaign: Campaign) -> None:
    earlier = making.schedule_campaign()
    assert release(db.session.connection(), earlier, clock.now())
    db.session.flush()
    outcomes = [Outcome.SENT] * 5 + [Outcome.UNCERTAIN] * 2
    queued = db.session.query(Delivery).filter_by(outcome=Outcome.QUEUED).order_by(Delivery.id)
    for delivery, outcome in zip(queued, outcomes, strict=False):
        delivery.outcome = outcome
    db.session.commit()
    path = f"/campanas/{campaign.id}/destinatarios/suma"
    page = signed_in.submit(path, fill(campaign, **{f"campaign-{earlier.id}": "excluded"})).text
    assert get_number(page, "excluidas por esta elección") == 7
    page = signed_in.submit(path, fill(campaign, **{f"campaign-{earlier.id}": "received"})).text
    assert get_number(page, "Recibirán este correo") == 5
    unsent = signed_in.submit(path, fill(campaign, **{f"campaign-{campaign.id}": "received"}))
    assert (unsent.status_code, "esta misma campaña" in unsent.text) == (200, True)
    assert earlier.name in signed_in.submit(f"/campanas/{campaign.id}/destinatarios", {"then": "search"}).text


def test_a_filter_is_saved_used_again_and_forgotten_but_stays_with_the_campaign(
    signed_in: Client, campaign: Campaign
) -> None:
    path = f"/campanas/{campaign.id}/destinatarios"
    kept = fill(campaign, language=["en"], then="keep", filter_name=f"Solo inglés {HOSTILE}")
    page = signed_in.submit(path, kept)
    assert (page.status_code, HOSTILE in page.text) == (200, False)
    number = db.session.query(SavedFilter).one().id
    page = signed_in.submit(path, fill(campaign, then="use", saved=str(number)))
    assert re.search(r'value="en" checked', page.text)
    signed_in.submit(path, fill(campaign, language=["en"], then="save"))
    assert campaign.choice.languages == ("en",)
    assert signed_in.submit(path, fill(campaign, then=f"forget:{number}")).status_code == 200
    assert campaign.choice.languages == ("en",)
    assert signed_in.submit(path, fill(campaign, then="use", saved=str(number))).status_code == 422
    assert signed_in.submit(path, fill(campaign, then="keep", filter_name="Vacío")).status_code == 422


def test_nothing_chosen_is_lost_when_the_choice_is_refused(signed_in: Client, campaign: Campaign) -> None:
    path, both = f"/campanas/{campaign.id}/destinatarios", str(get_audience("osc").id)
    answer = signed_in.submit(path, fill(campaign, audience=[both], exclude=[both], country=["España"], then="save"))
    assert (answer.status_code, "a la vez" in answer.text) == (422, True)
    assert re.search(r'value="España" checked', answer.text)
    stale = signed_in.submit(path, {**fill(campaign, language=["es"]), "edit_count": "0", "then": "save"})
    assert (stale.status_code, "Otra persona guardó" in stale.text) == (422, True)


@pytest.mark.parametrize("path", ["nadie", "audiencia-x", "audiencia-99999999999", "recibiran?eleccion=x"])
def test_a_list_that_does_not_exist_is_not_found_or_refused(signed_in: Client, campaign: Campaign, path: str) -> None:
    assert signed_in.get(f"/campanas/{campaign.id}/destinatarios/{path}").status_code in {400, 404, 409, 422}


def test_a_long_list_goes_on_behind_its_last_person(signed_in: Client, campaign: Campaign) -> None:
    making.add_people("diaspora", making.make_people(60, "mas"))
    path = f"/campanas/{campaign.id}/destinatarios/recibiran"
    first = signed_in.get(path).text
    assert first.count('href="/personas/') == 50
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    assert signed_in.get(following[1]).text.count('href="/personas/') == 38


FILE = making.BILINGUAL.format(audiences='"diaspora"')
NARROWED = '[exclude]\naudiences = ["osc"]\n[filter]\nlanguages = ["es", ""]\nattributes = {ciudad = ["Chicago"]}\n'


def narrow(tables: str) -> bytes:
    return FILE.replace("[[blocks]]", f"{tables}[[blocks]]", 1).encode()


def test_a_campaign_file_may_exclude_and_filter(campaign: Campaign) -> None:
    made = import_campaign(read_campaign(narrow(NARROWED)), campaign.author)
    assert made.choice == Choice(
        (get_audience("diaspora").id,),
        (get_audience("osc").id,),
        languages=("es", ""),
        attributes=(("ciudad", ("Chicago",)),),
    )


@pytest.mark.parametrize(
    ("found", "replacement", "expected"),
    [
        ("languages", "idiomas", "«idiomas» no existe en [filter]"),
        ('["osc"]', '"osc"', "«audiences» debe ser una lista"),
        ('["osc"]', '["marte"]', "«marte», que no existe"),
        ('["osc"]', '["diaspora"]', "elegida y excluida a la vez"),
        ('["es", ""]', '["fr"]', "«fr»"),
        ('["es", ""]', "7", "«languages»"),
        ('["Chicago"]', '"Chicago"', "«ciudad»"),
        ('audiences = ["osc"]', "campaigns = [99]", "todavía no ha salido"),
        ('[exclude]\naudiences = ["osc"]', "exclude = 7", "«exclude» debe ser una tabla"),
    ],
)
def test_a_table_that_says_something_else_is_refused_in_one_sentence(
    campaign: Campaign, found: str, replacement: str, expected: str
) -> None:
    assert found in NARROWED
    with pytest.raises(OutreachError) as refusal:
        import_campaign(read_campaign(narrow(NARROWED.replace(found, replacement))), campaign.author)
    assert expected in str(refusal.value)
