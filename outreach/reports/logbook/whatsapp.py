"""A campaign's words as a message for a WhatsApp group, to be copied by a person and logged with one press."""

import re
from collections.abc import Iterator, Mapping

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.composing import compose
from outreach.campaigns.models import Campaign
from outreach.campaigns.placeholders import fill
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import BlockType, Language
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.entering import NewLine, enter_line
from outreach.dispatch.errors import LogLineError
from outreach.dispatch.rules import Channel
from outreach.reports.logbook.blueprint import blueprint
from outreach.reports.logbook.forms import ShareForm
from outreach.translation import gettext as _

_LINK = re.compile(r"\[([^\]]+)\]\((?:mailto:)?([^)\s]+)\)")
# What a block says, in the order a reader expects; pictures and dividers say nothing without their image.
_SILENT = frozenset({BlockType.IMAGE, BlockType.DIVIDER})


def write_message(campaign: Campaign, language: Language) -> str:
    """Return the campaign in `language` with WhatsApp's own marks; a personal field says its default."""
    composition = compose(campaign)
    words = composition.words.get(language)
    paragraphs = [f"*{words.subject.strip()}*"] if words and words.subject.strip() else []
    for piece in composition.pieces:
        if piece.type not in _SILENT:
            texts = {name: spoken.get(language, "").strip() for name, spoken in piece.fields.items()}
            paragraphs.append("\n".join(_write_block(piece.type, texts)))
    return "\n\n".join(_mark(fill(paragraph, {})) for paragraph in paragraphs if paragraph)


def _write_block(kind: BlockType, texts: Mapping[str, str]) -> Iterator[str]:
    if kind is BlockType.HEADING:
        yield f"*{texts.get('text', '')}*" if texts.get("text") else ""
        return
    if texts.get("title"):
        yield f"*{texts['title']}*"
    yield from (texts[name] for name in ("date", "place", "text", "author", "label") if texts.get(name))
    if texts.get("url"):
        yield texts["url"].removeprefix("mailto:")


def _mark(text: str) -> str:
    return _LINK.sub(r"\1: \2", text).replace("**", "*")


@blueprint.get("/bitacora/campanas/<int:campaign_id>/whatsapp")
@requires(Permission.WRITE)
def share(campaign_id: int) -> str:
    """Show the message to copy, and ask to which group it went."""
    campaign = get_campaign(campaign_id)
    first = next(iter(campaign.audiences), None)
    form = ShareForm(formdata=None, audience=str(first.id) if first else "")
    return _render(campaign, form)


@blueprint.post("/bitacora/campanas/<int:campaign_id>/whatsapp")
@requires(Permission.WRITE)
def log_share(campaign_id: int) -> Response | tuple[str, int]:
    """Log that it went out today."""
    campaign, form = get_campaign(campaign_id), ShareForm()
    if form.validate_on_submit():
        try:
            line = enter_line(_read_line(campaign, form), get_current_user())
        except LogLineError as refusal:
            form.form_errors.append(str(refusal))
        else:
            line_id = line.id
            db.session.commit()
            flash(_("La línea está en la bitácora."), "success")
            return redirect(url_for("logbook.show", line_id=line_id), 303)
    return _render(campaign, form), 422


def _render(campaign: Campaign, form: ShareForm) -> str:
    return render_template(
        "reports/log_share.html", campaign=campaign, form=form, message=write_message(campaign, Language.ES)
    )


def _read_line(campaign: Campaign, form: ShareForm) -> NewLine:
    information = {version.language: version.information for version in campaign.versions}
    return NewLine(
        sent_on=clock.day_in(current_config().timezone, clock.now()),
        information_es=information.get(Language.ES) or information.get(Language.EN, ""),
        information_en=information.get(Language.EN, ""),
        channel=Channel.WHATSAPP,
        audience_id=int(form.audience.data) if form.audience.data else None,
        kind_id=campaign.kind_id,
        sender=(form.sender.data or "").strip(),
        reach=form.reach.data,
        reach_source=(form.reach_source.data or "").strip(),
        note=_("De la campaña %(number)s.", number=campaign.id),
    )
