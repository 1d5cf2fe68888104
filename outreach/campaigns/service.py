"""Writes of a campaign's settings and its way to approval; its content is written in `content.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import User
from outreach.campaigns.approving import void
from outreach.campaigns.editing import open_edit
from outreach.campaigns.errors import ContentError
from outreach.campaigns.findings import refuse_errors
from outreach.campaigns.models import Campaign, CampaignAudience, Return, Version
from outreach.campaigns.rules import CampaignState, Language
from outreach.campaigns.states import move
from outreach.db import db
from outreach.translation import gettext as _

LONGEST_NAME = 200
LONGEST_NOTE = 400
_MOST_RETURNS = 5


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """What a campaign is apart from its content; the audiences stand in the order in which they own a contact."""

    name: str
    kind_id: int
    sender_id: int
    template: str
    audience_ids: tuple[int, ...]
    languages: frozenset[Language]
    sends_both_to_all: bool = False


def create_campaign(settings: CampaignSettings, author: User) -> Campaign:
    """Open a draft without content; raise ContentError if the settings cannot be taken."""
    _check_settings(settings)
    now = clock.now()
    campaign = Campaign(
        name=settings.name.strip(),
        kind_id=settings.kind_id,
        sender_id=settings.sender_id,
        template=settings.template,
        sends_both_to_all=settings.sends_both_to_all,
        author_id=author.id,
        created_at=now,
        updated_at=now,
    )
    db.session.add(campaign)
    place_audiences(campaign, settings.audience_ids)
    _keep_languages(campaign, settings.languages)
    db.session.flush()
    return campaign


def edit_settings(campaign: Campaign, settings: CampaignSettings, seen: int | None = None) -> bool:
    """Change what differs and tell whether anything did; the texts of a language that goes stay in the blocks."""
    _check_settings(settings)
    if settings == read_settings(campaign):
        return False
    open_edit(campaign, seen)
    campaign.name = settings.name.strip()
    campaign.kind_id = settings.kind_id
    campaign.sender_id = settings.sender_id
    campaign.template = settings.template
    campaign.sends_both_to_all = settings.sends_both_to_all
    place_audiences(campaign, settings.audience_ids)
    _keep_languages(campaign, settings.languages)
    db.session.flush()
    db.session.refresh(campaign)
    return True


def read_settings(campaign: Campaign) -> CampaignSettings:
    """Return the settings of `campaign` as they are."""
    return CampaignSettings(
        name=campaign.name,
        kind_id=campaign.kind_id,
        sender_id=campaign.sender_id,
        template=campaign.template,
        audience_ids=tuple(link.audience_id for link in campaign.audience_links),
        languages=frozenset(Language(version.language) for version in campaign.versions),
        sends_both_to_all=campaign.sends_both_to_all,
    )


def set_audiences(campaign: Campaign, audience_ids: Sequence[int], seen: int | None = None) -> bool:
    """Choose the audiences in their order, and tell whether that changed anything."""
    wanted = tuple(dict.fromkeys(audience_ids))
    if wanted == tuple(link.audience_id for link in campaign.audience_links):
        return False
    open_edit(campaign, seen)
    place_audiences(campaign, wanted)
    db.session.flush()
    return True


def submit(campaign: Campaign) -> None:
    """Hand a draft to whoever approves; raise ChecksFailedError while its checks find errors."""
    refuse_errors(campaign)
    move(campaign, CampaignState.IN_REVIEW)


def return_to_author(campaign: Campaign, note: str, user: User) -> None:
    """Give the campaign back as a draft with `user`'s note (at most 400 characters); its approval, if any, is void."""
    if not note.strip():
        raise ContentError(_("Escriba una nota: quien redactó la campaña necesita saber qué cambiar."))
    move(
        campaign,
        CampaignState.DRAFT,
        state_reason=note.strip()[:LONGEST_NOTE],
        scheduled_at=None,
        scheduled_zone="",
        not_after=None,
    )
    void(campaign)
    text = note.strip()[:LONGEST_NOTE]
    db.session.add(Return(campaign_id=campaign.id, user_id=user.id, note=text, returned_at=clock.now()))
    db.session.flush()


def list_returns(campaign: Campaign, since: datetime | None = None) -> Sequence[Return]:
    """Return the notes with which `campaign` came back, of all times or `since` an instant, the latest first."""
    statement = select(Return).where(Return.campaign_id == campaign.id)
    if since is not None:
        statement = statement.where(Return.returned_at >= since)
    return db.session.scalars(statement.order_by(Return.id.desc()).limit(_MOST_RETURNS)).all()


def _check_settings(settings: CampaignSettings) -> None:
    name = settings.name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ContentError(
            _("El nombre de la campaña debe tener de 1 a %(most)s caracteres, en una sola línea.", most=LONGEST_NAME)
        )
    if Language.ES not in settings.languages:
        raise ContentError(_("La campaña necesita una versión en español: el informe se escribe en español."))


def place_audiences(campaign: Campaign, audience_ids: Sequence[int]) -> None:
    """Put the audiences in order; a link that stays is moved, for the table allows each audience once."""
    links = {link.audience_id: link for link in campaign.audience_links}
    wanted = list(dict.fromkeys(audience_ids))
    for position, audience_id in enumerate(wanted):
        if audience_id in links:
            links[audience_id].position = position
        else:
            campaign.audience_links.append(CampaignAudience(audience_id=audience_id, position=position))
    for audience_id, link in links.items():
        if audience_id not in wanted:
            campaign.audience_links.remove(link)
    db.session.flush()
    db.session.expire(campaign, ["audience_links"])


def _keep_languages(campaign: Campaign, languages: frozenset[Language]) -> None:
    written = {version.language: version for version in campaign.versions}
    for language in Language:
        if language in languages and language not in written:
            campaign.versions.append(Version(language=language, changed_at=clock.now()))
        elif language in written and language not in languages:
            campaign.versions.remove(written[language])
