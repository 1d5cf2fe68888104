"""Sentences translated before: how they are cut, kept, found again and put into their place."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, select

from campaigns.campaign_samples import BULLETIN, make_approved_campaign, make_person
from outreach import clock
from outreach.accounts.rules import Role
from outreach.campaigns.blocks import FieldKind
from outreach.campaigns.content import edit_block
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.memory.learning import learn, learn_all
from outreach.campaigns.memory.models import Translation, TranslationTrace
from outreach.campaigns.memory.offers import list_offers, read_choice, take
from outreach.campaigns.memory.search import _choose, _find_by_trace, find_matches
from outreach.campaigns.memory.segments import cut, join, pair_up, put
from outreach.campaigns.memory.traces import MOST_TRACES, list_traces
from outreach.campaigns.models import Campaign
from outreach.campaigns.panels import make_sheet
from outreach.campaigns.rules import Language
from outreach.db import db
from signing import Client

LONG = """
name = "Otra"
kind = "boletin"
sender = "votochilango@iecm.mx"
audiences = ["diaspora"]
template = "corazon-chilango"
information = {es = "Otra.", en = "Other."}
subject = {es = "Otra", en = "Other"}
preheader = {es = "Otra vez.", en = "Again."}
[[blocks]]
type = "text"
text = {es = "Abrimos el registro. Cierra el 4 de mayo.", en = "Registration is open. It closes on 4 May."}
[[blocks]]
type = "text"
text = {es = "Abrimos el registro. Cierra el 9 de junio.", en = ""}
"""


def test_a_text_is_cut_into_sentences_and_put_together_again() -> None:
    text = "Hola, Dra. Luz: ¿viene? ¡Sí! La cita, a las 9. Vea {{nombre|a. B}}.\n\n- Uno. Dos.\n- Tres"
    lines = cut(text)
    assert [line.sentences for line in lines] == [
        ("Hola, Dra. Luz: ¿viene?", "¡Sí!", "La cita, a las 9.", "Vea {{nombre|a. B}}."),
        ("Uno.", "Dos."),
        ("Tres",),
    ]
    assert join(lines) == text


@pytest.mark.parametrize("text", ["", "   ", "\n\n\n", "...", "- ", "a\r\nb", "¿" * 5000, ". A" * 3000])
def test_odd_texts_are_cut_without_losing_a_letter(text: str) -> None:
    assert "".join(join(cut(text)).split()) == "".join(text.replace("\r\n", "\n").split())


def test_sentences_pair_up_where_both_languages_are_built_alike_and_else_whole_lines() -> None:
    assert list(pair_up("Uno. Dos.", "One. Two.", is_prose=True)) == [("Uno.", "One."), ("Dos.", "Two.")]
    assert list(pair_up("Uno. Dos.\n\nTres.", "One and two.\n\nThree.", is_prose=True)) == [
        ("Uno. Dos.", "One and two."),
        ("Tres.", "Three."),
    ]
    assert list(pair_up("Uno.\n\nDos.", "One. Two.", is_prose=True)) == [("Uno.\n\nDos.", "One. Two.")]
    assert list(pair_up("Uno. Dos.", "One. Two.", is_prose=False)) == [("Uno. Dos.", "One. Two.")]
    assert list(pair_up("***", "One.", is_prose=True)) == []


def test_a_translation_takes_the_place_of_its_counterpart_or_stands_at_the_end() -> None:
    source = "Uno. Dos.\n\n- Tres."
    assert put("One. Too.\n\n- Three.", source, (0, 1), "Two.") == "One. Two.\n\n- Three."
    assert put("", source, (0, 0), "One.") == "One."
    assert put("One.", source, (0, 1), "Two.") == "One. Two."
    assert put("One. Two. And a half.", source, (1, 0), "Three.") == "One. Two. And a half.\n\n- Three."
    assert put("One.", source, (9, 0), "Nothing.") == "One."


def test_accents_capitals_and_figures_leave_the_same_traces() -> None:
    one, other = "Boletín del 4 de MAYO de 2026", "boletin del 12 de mayo de 2025"
    assert list_traces(one, Language.ES) == list_traces(other, Language.ES)
    assert list_traces(one, Language.ES) != list_traces(one, Language.EN)
    assert len(list_traces("palabra distinta " * 500, Language.ES)) <= MOST_TRACES
    assert list_traces("…", Language.ES) == []


@pytest.mark.both_databases
def test_an_approved_campaign_is_remembered_once(app: Flask) -> None:
    assert app
    campaign = make_approved_campaign()
    kept = {each.es: each.en for each in db.session.scalars(select(Translation))}
    assert kept["Conocer el programa"] == "See the programme"
    assert "https://www.iecm.mx/programa" not in kept
    assert learn(campaign, clock.now()) == 0
    assert sum(number for number, _new in learn_all()) == 1
    assert db.session.scalar(select(func.count()).select_from(Translation)) == len(kept)


@pytest.mark.both_databases
def test_the_same_sentence_scores_a_hundred_and_a_changed_one_shows_its_difference(app: Flask) -> None:
    assert app
    make_approved_campaign()
    found = find_matches(["Marzo en la ciudad", "Mayo en la ciudad", "Nada que ver con eso"], Language.ES)
    assert [(match.score, match.target) for match in found["Marzo en la ciudad"]] == [(100, "March in the city")]
    (close,) = found["Mayo en la ciudad"]
    assert 75 <= close.score < 100
    assert [(word.text, word.change) for word in close.difference] == [
        ("Marzo", "gone"),
        ("Mayo", "new"),
        ("en la ciudad", "same"),
    ]
    assert found["Nada que ver con eso"] == []
    assert find_matches(["March in the city"], Language.EN)["March in the city"][0].target == "Marzo en la ciudad"


def test_searching_many_texts_takes_two_statements(app: Flask) -> None:
    make_approved_campaign()
    texts = [f"Marzo en la ciudad {number} de todas las personas" for number in range(120)]
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert len(find_matches(texts, Language.ES)) == 120
    assert len(statements) == 2
    assert app


def test_a_trace_that_everybody_has_brings_a_bounded_number_of_candidates(app: Flask) -> None:
    assert app
    campaign = make_approved_campaign()
    for number in range(300):
        db.session.add(
            Translation(
                fingerprint=f"{number}",
                field="text",
                es=f"Instituto Electoral abre la oficina de la calle {number}",
                en=f"The office of street {number}",
                campaign_id=campaign.id,
                used_at=clock.now(),
            )
        )
    db.session.flush()
    shared = list_traces("Instituto Electoral", Language.ES)[0]
    ids = db.session.scalars(select(Translation.id).where(Translation.field == "text"))
    db.session.add_all([TranslationTrace(trace=shared, translation_id=each) for each in ids])
    db.session.flush()
    candidates = _choose({"": [shared]}, _find_by_trace({shared}))[""]
    assert (len(candidates), max(candidates)) == (30, db.session.scalar(select(func.max(Translation.id))))


def _make_next(content: str) -> Campaign:
    return import_campaign(read_campaign(content.encode()), make_person(Role.WRITER, "eva@example.org"))


def test_what_lacks_its_english_is_offered_and_one_press_takes_it(app: Flask) -> None:
    assert app
    make_approved_campaign(LONG.replace(', en = ""', ', en = "Registration is open. It closes on 9 June."'))
    campaign = _make_next(LONG)
    offers = list_offers(make_sheet(campaign))
    name = f"block-{campaign.blocks[1].id}-en-text"
    assert [offer.name for offer in offers] == [name]
    offer = offers[0]
    assert offer.whole == "Registration is open. It closes on 9 June."
    choice = read_choice(f"{name}/{offer.sentences[1].place}/{offer.sentences[1].matches[0].id}")
    assert choice is not None
    spanish = campaign.blocks[1].fields["text"]["es"]
    assert take(choice, spanish, "We are open.", FieldKind.PROSE) == "We are open. It closes on 9 June."
    everything = read_choice(f"{name}/all")
    assert everything is not None
    assert take(everything, spanish, "", FieldKind.PROSE) == offer.whole


def test_an_outdated_english_is_offered_what_the_new_spanish_was_translated_to(app: Flask) -> None:
    assert app
    make_approved_campaign()
    campaign = _make_next(BULLETIN)
    button = campaign.blocks[1]
    edit_block(campaign, button, {"label": {"es": "Conocer el programa nuevo"}})
    assert list_offers(make_sheet(campaign)) == []
    edit_block(campaign, button, {"label": {"en": "Look"}})
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        edit_block(campaign, button, {"label": {"es": "Conocer el programa"}})
    (offer,) = list_offers(make_sheet(campaign))
    assert (offer.name, offer.is_behind) == (f"block-{button.id}-en-label", True)
    assert offer.sentences[0].matches[0].target == "See the programme"


@pytest.mark.parametrize(
    "text", ["", "words-es-subject", "block-1-en-text/x/1", "block-1-en-text/1.1/1; DROP", "a/all"]
)
def test_a_choice_that_no_button_makes_is_none(text: str) -> None:
    assert read_choice(text) is None


def test_the_page_offers_takes_and_keeps_the_trail(signed_in: Client) -> None:
    make_approved_campaign()
    campaign = _make_next(BULLETIN.replace('en = "See the programme"', 'en = ""'))
    number, path = campaign.id, f"/campanas/{campaign.id}/traducciones"
    page = signed_in.get(path).text
    assert "See the programme" in page
    value = page.split('name="take" value="')[1].split('"')[0]
    marks = page.split('name="seen" value="')[1].split('"')[0]
    answer = signed_in.submit(path, {"take": value, "seen": marks})
    assert (answer.status_code, answer.location) == (303, path)
    again = db.session.get_one(Campaign, number)
    assert again.blocks[1].fields["label"]["en"] == "See the programme"
    assert "See the programme" not in signed_in.get(path).text
    edit_block(again, again.blocks[1], {"label": {"en": "Look"}})
    assert "Otra persona cambió ese texto" in _take(signed_in, path, {"take": value, "seen": marks})
    assert db.session.get_one(Campaign, number).blocks[1].fields["label"]["en"] == "Look"
    assert "elija otra" in _take(signed_in, path, {"take": "nonsense"})


def _take(browser: Client, path: str, fields: dict[str, str]) -> str:
    assert browser.submit(path, fields).status_code == 303
    return browser.get(path).text


def test_the_editor_gets_the_new_text_and_nothing_is_saved(signed_in: Client) -> None:
    make_approved_campaign()
    campaign = _make_next(BULLETIN.replace('en = "See the programme"', 'en = ""'))
    number, block = campaign.id, campaign.blocks[1].id
    parts = signed_in.get(f"/campanas/{number}/junto").text
    value = parts.split('name="take" value="')[1].split('"')[0]
    assert f'id="junto-block-{block}-en-label"' in parts
    typed = {"take": value, f"block-{block}-es-label": "Conocer el programa", f"block-{block}-en-label": ""}
    answer = signed_in.submit(f"/campanas/{number}/traducciones", typed, {"HX-Request": "true"})
    assert answer.status_code == 204
    assert '"text": "See the programme"' in answer.headers["HX-Trigger"]
    assert db.session.get_one(Campaign, number).blocks[1].fields["label"].get("en", "") == ""
    lost = signed_in.submit(f"/campanas/{number}/traducciones", {"take": "x"}, {"HX-Request": "true"})
    assert (lost.status_code, lost.headers.get("HX-Trigger")) == (204, None)


def test_hostile_sentences_show_as_text(signed_in: Client) -> None:
    hostile = '<img src=x onerror=alert(1)> \\"{{7*7}}\\" está aquí'
    make_approved_campaign(BULLETIN.replace("Conocer el programa", hostile))
    campaign = _make_next(BULLETIN.replace("Conocer el programa", hostile + " hoy").replace("See the programme", ""))
    page = signed_in.get(f"/campanas/{campaign.id}/traducciones").text
    assert "See the programme" in page
    assert "<img src=x" not in page
