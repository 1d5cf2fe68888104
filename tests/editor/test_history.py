"""The history of a campaign's content: small rows, whole states, differences in words, and a way back."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from campaigns.campaign_samples import make_campaign, make_person, make_ready_campaign, put_in_state
from outreach.accounts.rules import Role
from outreach.campaigns.content import add_block, bring_back, copy_block, edit_block, move_block_to, remove_block
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import list_removed_blocks
from outreach.campaigns.rules import BlockType, CampaignState
from outreach.campaigns.writing.differences import compare_words
from outreach.campaigns.writing.history import describe, find_last, get_snapshot, keep, unpack
from outreach.campaigns.writing.models import Snapshot
from outreach.campaigns.writing.restoring import restore
from outreach.db import db
from outreach.errors import NotFoundError
from signing import Client


@pytest.fixture(autouse=True)
def _in_application(app: Flask, now: datetime) -> None:
    assert app
    assert now


def write(campaign: Campaign, text: str) -> None:
    edit_block(campaign, campaign.blocks[0], {"text": {"es": text}})
    keep(campaign, campaign.author)


def count_snapshots() -> int:
    return db.session.scalar(select(func.count(Snapshot.id))) or 0


def test_what_one_person_writes_in_one_go_is_one_state(now: datetime) -> None:
    campaign = make_campaign()
    before = count_snapshots()
    beto = make_person(Role.WRITER, "beto@example.org")
    edit_block(campaign, campaign.blocks[0], {"text": {"es": "De Beto"}})
    keep(campaign, beto)
    for minute in range(5):
        with time_machine.travel(now + timedelta(minutes=minute), tick=False):
            write(campaign, f"Texto {minute}")
    assert count_snapshots() == before + 2
    with time_machine.travel(now + timedelta(minutes=20), tick=False):
        write(campaign, "Después de una pausa")
    assert count_snapshots() == before + 3
    assert keep(campaign, campaign.author) is None


def test_what_was_changed_elsewhere_is_kept_before_the_next_edit(now: datetime) -> None:
    campaign = make_campaign()
    before = count_snapshots()
    edit_block(campaign, campaign.blocks[0], {"text": {"es": "Por otro camino"}})
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        write(campaign, "En el editor")
    first, second = get_snapshot(campaign, before + 1), get_snapshot(campaign, before + 2)
    assert (first.user_id, first.saved_at) == (None, now)
    assert unpack(first)["blocks"][0]["fields"]["text"]["es"] == "Por otro camino"
    assert second.user_id == campaign.author_id


def test_a_long_campaign_costs_little_more_than_what_changes(now: datetime) -> None:
    campaign = make_campaign()
    for number in range(20):
        text = " ".join(f"palabra{number * step}" for step in range(1, 150))
        add_block(campaign, BlockType.TEXT, {"text": {"es": text, "en": text}})
    keep(campaign, campaign.author)
    for hour in range(1, 60):
        with time_machine.travel(now + timedelta(hours=hour), tick=False):
            write(campaign, f"Cambio número {hour}")
    whole = len(str(describe(campaign)))
    sizes = [len(packed) for packed in db.session.scalars(select(Snapshot.packed).order_by(Snapshot.id))]
    assert sum(sizes) < whole * 1.5
    there = unpack(get_snapshot(campaign, len(sizes) - 29))
    assert there["blocks"][0]["fields"]["text"]["es"] == "Cambio número 30"
    assert len(there["blocks"]) == 22


def test_going_back_brings_removed_blocks_and_old_texts_as_one_more_state() -> None:
    campaign = make_campaign()
    first = find_last(campaign)
    assert first is not None
    wanted = describe(campaign)
    remove_block(campaign, campaign.blocks[0])
    add_block(campaign, BlockType.DIVIDER)
    edit_block(campaign, campaign.blocks[0], {"label": {"en": "Other"}})
    keep(campaign, make_person(Role.WRITER, "beto@example.org"))
    assert restore(campaign, first, campaign.author)
    assert describe(campaign) == wanted
    last = find_last(campaign)
    assert last is not None
    assert last.changes["restored"] == first.number
    assert not restore(campaign, first, campaign.author)
    with pytest.raises(NotFoundError):
        get_snapshot(campaign, 99)


def test_a_removed_block_comes_back_where_it_stood_and_its_copy_stays() -> None:
    campaign = make_campaign()
    first, second = campaign.blocks
    copy = copy_block(campaign, first)
    assert [block.id for block in campaign.blocks] == [first.id, copy.id, second.id]
    assert copy.fields == first.fields
    remove_block(campaign, copy)
    remove_block(campaign, first)
    assert {block.id for block in list_removed_blocks(campaign)} == {first.id, copy.id}
    bring_back(campaign, first.id)
    assert [block.id for block in campaign.blocks] == [first.id, second.id]
    with pytest.raises(NotFoundError):
        bring_back(campaign, first.id)
    move_block_to(campaign, second, 0)
    assert [block.position for block in campaign.blocks] == [0, 1]
    assert not move_block_to(campaign, second, 7)


def test_differences_stand_in_words() -> None:
    pieces = compare_words("Hola a todas, ya es marzo.", "Hola a todos, ya es marzo de 2026.")
    assert "".join(piece.text for piece in pieces if piece.sort != "del") == "Hola a todos, ya es marzo de 2026."
    assert [(piece.text, piece.sort) for piece in pieces if piece.sort] == [
        ("todas", "del"),
        ("todos", "ins"),
        (" de 2026", "ins"),
    ]
    assert compare_words("", "") == []
    assert len(compare_words("a " * 3000, "b " * 3000)) == 2


def test_the_pages_tell_who_changed_what_and_go_back(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    home = f"/campanas/{campaign.id}"
    subject = campaign.versions[0].subject
    fields = {"words-es-subject": "Marzo <b>otra vez</b>", "edit_count": campaign.edit_count}
    assert signed_in.submit(f"{home}/editar", {**fields, "then": "save"}).status_code == 303
    signed_in.submit(f"{home}/editar", {"then": f"remove:{campaign.blocks[0].id}"})
    listed = signed_in.get(f"{home}/historial").text
    assert signed_in.user.name in listed
    assert "1 bloque quitado; Asunto (Español)" in listed
    number = find_last(campaign).number  # type: ignore[union-attr] # there is one
    shown = signed_in.get(f"{home}/historial/{number}").text
    assert re.search(r"<ins>.*?&lt;b&gt;otra", shown, re.DOTALL)
    assert "<b>otra" not in shown
    assert "Volver a este contenido" not in shown
    assert "Volver a este contenido" in signed_in.get(f"{home}/historial/{number - 1}").text
    assert signed_in.as_role(Role.READER).submit(f"{home}/historial/1/recuperar").status_code == 403
    assert signed_in.submit(f"{home}/historial/{number - 1}/recuperar").location.endswith("/editar")
    assert campaign.versions[0].subject == subject
    assert len(campaign.blocks) == 2
    assert "volvió al número" in signed_in.get(f"{home}/historial").text
    put_in_state(campaign, CampaignState.SENDING)
    signed_in.submit(f"{home}/historial/{number}/recuperar")
    assert "ya no se puede cambiar" in signed_in.get(f"{home}/historial").text


def test_a_campaign_without_history_says_so(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    db.session.query(Snapshot).delete()
    assert "Nadie ha escrito todavía" in signed_in.get(f"/campanas/{campaign.id}/historial").text
    assert signed_in.get(f"/campanas/{campaign.id}/historial/1").status_code == 404
