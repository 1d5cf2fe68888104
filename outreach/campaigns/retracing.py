"""The pages of the history: who changed which texts and when, what differs, and going back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.blocks import BLOCK_FIELDS
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.errors import CampaignError
from outreach.campaigns.labels import BLOCK_LABELS, LANGUAGE_LABELS
from outreach.campaigns.panels import WORDS
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import EDITABLE, BlockType, Language
from outreach.campaigns.writing.differences import Content, Piece, compare_words, find_block, read_text
from outreach.campaigns.writing.history import find_last, get_snapshot, list_snapshots, read_pair, unpack
from outreach.campaigns.writing.models import Snapshot
from outreach.campaigns.writing.restoring import restore
from outreach.campaigns.writing.spots import Spot, find_spot
from outreach.db import db
from outreach.translation import gettext as _
from outreach.translation import ngettext

_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: where, in which language, and the words of it, cut into what stayed, went and came."""

    label: str
    language: str
    pieces: list[Piece]


@blueprint.get("/<int:campaign_id>/historial")
@requires()
def history(campaign_id: int) -> str:
    """List the states of a campaign's content, the latest first."""
    campaign = get_campaign(campaign_id)
    snapshots = list_snapshots(campaign, request.args.get("page", 1, type=int))
    return render_template(
        "campaigns/history.html",
        campaign=campaign,
        snapshots=snapshots,
        summaries={snapshot.id: summarise(snapshot) for snapshot in snapshots.items},
    )


@blueprint.get("/<int:campaign_id>/historial/<int:number>")
@requires()
def snapshot(campaign_id: int, number: int) -> str:
    """Show what one state changed, and offer to go back to it."""
    campaign = get_campaign(campaign_id)
    wanted = get_snapshot(campaign, number)
    last = find_last(campaign)
    return render_template(
        "campaigns/snapshot.html",
        campaign=campaign,
        snapshot=wanted,
        last=last,
        differences=list(_list_differences(wanted.changes, *read_pair(wanted))),
        can_restore=campaign.state in EDITABLE and last is not None and wanted.number != last.number,
    )


@blueprint.post("/<int:campaign_id>/historial/<int:number>/recuperar")
@requires(Permission.WRITE)
def restore_snapshot(campaign_id: int, number: int) -> Response:
    """Let the campaign say again what it said then, as one more state."""
    campaign = get_campaign(campaign_id)
    try:
        restore(campaign, get_snapshot(campaign, number), get_current_user())
    except CampaignError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
        return redirect(url_for("campaigns.snapshot", campaign_id=campaign_id, number=number), 303)
    db.session.commit()
    flash(_("La campaña dice de nuevo lo que decía en el número %(number)s.", number=number), "success")
    return redirect(url_for("campaigns.edit", campaign_id=campaign_id), 303)


def summarise(snapshot: Snapshot) -> str:
    """Return which texts and blocks a state changed, in one line."""
    changes, content = snapshot.changes, unpack(snapshot)
    parts = []
    if "restored" in changes:
        parts.append(_("volvió al número %(number)s", number=changes["restored"]))
    if added := len(changes.get("added", [])):
        parts.append(ngettext("%(num)s bloque agregado", "%(num)s bloques agregados", added))
    if removed := len(changes.get("removed", [])):
        parts.append(ngettext("%(num)s bloque quitado", "%(num)s bloques quitados", removed))
    if changes.get("moved"):
        parts.append(_("bloques en otro orden"))
    names = [name for name in changes.get("texts", []) if _is_told(name, changes)]
    parts += [f"{label} ({language})" for label, language in (_name(name, content) for name in names[:_MOST_NAMED])]
    if len(names) > _MOST_NAMED:
        rest = len(names) - _MOST_NAMED
        parts.append(ngettext("y %(num)s texto más", "y %(num)s textos más", rest))
    return "; ".join(parts)


def _is_told(name: str, changes: Mapping[str, Any]) -> bool:
    """Tell whether a text is named by itself, its block neither new nor gone."""
    spot = find_spot(name)
    return spot is not None and spot.block_id not in {*changes.get("added", []), *changes.get("removed", [])}


def _list_differences(changes: Mapping[str, Any], before: Content, after: Content) -> Iterator[Difference]:
    for block_id in changes.get("removed", []):
        yield Difference(_("%(block)s: quitado", block=_name_block(before, block_id)), "", [])
    for block_id in changes.get("added", []):
        yield Difference(_("%(block)s: agregado", block=_name_block(after, block_id)), "", [])
    if changes.get("moved"):
        yield Difference(_("Los bloques están en otro orden"), "", [])
    spots = [(name, spot) for name in changes.get("texts", []) if (spot := find_spot(name))]
    for name, spot in sorted(spots, key=lambda named: _find_order(named[1], before, after)):
        is_there = spot.block_id is None or find_block(after, spot.block_id) is not None
        label, _language = _name(name, after if is_there else before)
        yield Difference(label, spot.language, compare_words(read_text(before, name), read_text(after, name)))


def _find_order(spot: Spot, before: Content, after: Content) -> tuple[int, str, bool]:
    """Return the order of the page: subject and the like, then block by block, Spanish first."""
    found = spot.block_id and (find_block(after, spot.block_id) or find_block(before, spot.block_id))
    return found[0] if found else 0, spot.field, spot.language is Language.EN


def _name(name: str, content: Content) -> tuple[str, str]:
    """Return what a text is called, and its language."""
    spot = find_spot(name)
    if spot is None:
        return name, ""
    language = LANGUAGE_LABELS[spot.language]
    if spot.block_id is None:
        return next(str(label) for word, label, _kind in WORDS if word == spot.field), language
    found = find_block(content, spot.block_id)
    fields = BLOCK_FIELDS[BlockType(found[1])] if found else ()
    label = next((str(field.label) for field in fields if field.name == spot.field), spot.field)
    return f"{_name_block(content, spot.block_id)}, {label}", language


def _name_block(content: Content, block_id: int) -> str:
    found = find_block(content, block_id)
    if found is None:
        return _("Bloque")
    return _("Bloque %(number)s (%(type)s)", number=found[0], type=str(BLOCK_LABELS[BlockType(found[1])]))
