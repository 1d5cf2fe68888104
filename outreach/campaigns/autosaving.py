"""What the open editor says and asks while somebody writes: texts as they are typed, and who else is there."""

from flask import Response, jsonify, render_template, request

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.editor import read_typed
from outreach.campaigns.errors import NotEditableError
from outreach.campaigns.models import Campaign
from outreach.campaigns.panels import make_sheet
from outreach.campaigns.progress import find_language_states
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.writing.merging import Outcome, save_texts
from outreach.campaigns.writing.presence import leave, list_others, note_presence
from outreach.campaigns.writing.spots import mark_text
from outreach.db import db
from outreach.translation import gettext as _
from outreach.translation import ngettext
from outreach.web.filters import hour


@blueprint.post("/<int:campaign_id>/editar/textos")
@requires(Permission.WRITE)
def autosave(campaign_id: int) -> tuple[Response, int]:
    """Save the texts that were typed and say what became of each, who else is writing, and whether the page is old."""
    campaign = get_campaign(campaign_id)
    user = get_current_user()
    typed = read_typed()
    try:
        outcome = save_texts(campaign, typed, user)
    except NotEditableError as refusal:
        db.session.rollback()
        return jsonify(refusal=str(refusal)), 422
    note_presence(campaign, user, request.form.get("block", type=int))
    db.session.commit()
    is_behind = campaign.edit_count != (typed.edit_count or 0) + bool(outcome.saved)
    answer = {
        "edit_count": campaign.edit_count,
        "is_behind": is_behind,
        "people": _name_others(campaign),
        **_report(outcome),
    }
    if outcome.saved:
        answer |= {"saved_at": _("Guardado a las %(hour)s", hour=hour(clock.now())), "states": _draw_states(campaign)}
    return jsonify(answer), 200


@blueprint.post("/<int:campaign_id>/editar/salir")
@requires(Permission.WRITE)
def leave_editor(campaign_id: int) -> tuple[str, int]:
    """Note that the person closed the editor."""
    leave(get_campaign(campaign_id), get_current_user())
    db.session.commit()
    return "", 204


def _report(outcome: Outcome) -> dict[str, object]:
    return {
        "saved": {name: mark_text(text) for name, text in outcome.saved.items()},
        "conflicts": {name: {"text": text, "mark": mark_text(text)} for name, text in outcome.conflicts.items()},
        "refusals": outcome.refusals,
        "orphans": list(outcome.orphans),
    }


def _draw_states(campaign: Campaign) -> dict[str, str]:
    """Return the badges of the page by the place where they stand."""
    sheet = make_sheet(campaign)
    places = {
        "all": find_language_states(campaign),
        "words": sheet.words_states,
        **{f"block-{panel.id}": panel.states for panel in sheet.panels if panel.rows},
    }
    return {
        place: render_template("campaigns/_states.html", states=states, place=place) for place, states in places.items()
    }


def _name_others(campaign: Campaign) -> str:
    others = list_others(campaign, get_current_user())
    if not others:
        return ""
    numbers = {block.id: number for number, block in enumerate(campaign.blocks, start=1)}
    named = [
        _("%(name)s (bloque %(number)s)", name=other.user.name, number=numbers[other.block_id])
        if other.block_id in numbers
        else other.user.name
        for other in others
    ]
    return ngettext(
        "%(names)s también está editando", "%(names)s también están editando", len(named), names=", ".join(named)
    )
