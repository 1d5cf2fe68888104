"""What the checks find in a campaign, with what the database knows about its readers."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from outreach import clock
from outreach.audiences.choice import Choice
from outreach.audiences.counting import count_lacking, count_recipients
from outreach.audiences.queries import list_attribute_names
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.audiences.wording import pick_name
from outreach.campaigns.blockchecks import name_language
from outreach.campaigns.checks import check
from outreach.campaigns.composing import compose
from outreach.campaigns.composition import Composition, list_languages
from outreach.campaigns.errors import ChecksFailedError
from outreach.campaigns.facts import Facts, Finding, Severity
from outreach.campaigns.models import Campaign, CampaignAudience
from outreach.campaigns.placeholders import SYSTEM_SLOTS, find_marks, fold_name
from outreach.campaigns.planning.notices import list_notices
from outreach.campaigns.rendering import list_templates
from outreach.campaigns.rules import CampaignState, Language
from outreach.config import current_config
from outreach.db import db
from outreach.translation import gettext as _

_LEAVES = (CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.PAUSED, CampaignState.FINISHED)
_SENTENCES_SHOWN = 3


def list_findings(campaign: Campaign) -> tuple[Finding, ...]:
    """Return everything to mend or to look at in `campaign` as it is now."""
    composition = compose(campaign)
    found = (*_find_unwritten(composition), *check(composition, _gather(campaign, composition)))
    return (*found, *list_notices(campaign))


def list_errors(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that keep a campaign from being approved."""
    return [finding for finding in findings if finding.severity == Severity.ERROR]


def refuse_errors(campaign: Campaign) -> None:
    """Raise ChecksFailedError with the first sentences if the checks find errors."""
    errors = list_errors(list_findings(campaign))
    if errors:
        raise ChecksFailedError(" ".join(finding.message for finding in errors[:_SENTENCES_SHOWN]))


def _find_unwritten(composition: Composition) -> Iterator[Finding]:
    """Yield an error for a version without a word: the release would choose it for somebody."""
    written = list_languages(composition)
    for language in composition.words:
        if language not in written:
            message = _(
                "La versión en %(language)s está vacía: escríbala, o deje la campaña en un solo idioma en sus ajustes.",
                language=name_language(language),
            )
            yield Finding("empty-version", Severity.ERROR, message, f"version/{language}/subject")


def _gather(campaign: Campaign, composition: Composition) -> Facts:
    audience_ids = [link.audience_id for link in campaign.audience_links]
    count = count_recipients(campaign.choice)
    attributes = _list_attributes(composition, audience_ids)
    return Facts(
        now=clock.now(),
        information={Language(version.language): version.information for version in campaign.versions},
        audiences=tuple(pick_name(audience) for audience in campaign.audiences),
        attributes=frozenset(fold_name(name) for name in attributes),
        readers={language or "": number for language, number in count.by_language.items()},
        recipients=count.will_receive,
        lacking=_count_lacking(campaign.choice, composition, attributes),
        same_today=tuple(_list_same_today(campaign, audience_ids)),
        templates=frozenset(list_templates()),
        changed_at=_find_changes(campaign),
    )


def _list_attributes(composition: Composition, audience_ids: Sequence[int]) -> Sequence[str]:
    """Return the attributes that the readers have if any is written; to know that nobody has one reads everybody."""
    fixed = {*PERSONAL_FIELDS, *SYSTEM_SLOTS}
    is_asked = any(mark.name not in fixed for text in _list_texts(composition) for mark in find_marks(text))
    return list_attribute_names(audience_ids) if is_asked else ()


def _count_lacking(choice: Choice, composition: Composition, attributes: Sequence[str]) -> dict[str, int]:
    """Count, by placeholder without a default, the readers for whom it is empty.

    An attribute is asked for as it was imported. What has a default is not counted: that reads everybody's row.
    """
    written = {fold_name(name): name for name in attributes}
    marks = (mark for text in _list_texts(composition) for mark in find_marks(text))
    names = {mark.name for mark in marks if mark.default is None} - SYSTEM_SLOTS
    counts = count_lacking(choice, [written.get(name, name) for name in sorted(names)])
    return {name: counts[written.get(name, name)] for name in names}


def _list_texts(composition: Composition) -> Iterator[str]:
    for words in composition.words.values():
        yield from (words.subject, words.preheader)
    for piece in composition.pieces:
        for texts in piece.fields.values():
            yield from texts.values()


def _list_same_today(campaign: Campaign, audience_ids: Sequence[int]) -> Sequence[str]:
    """Return the names of other campaigns of this kind that go to one of these audiences on this campaign's day."""
    zone = current_config().timezone
    day = clock.day_in(zone, campaign.scheduled_at or clock.now())
    start, end = clock.midnight_in(zone, day), clock.midnight_in(zone, day + timedelta(days=1))
    leaves_at = func.coalesce(Campaign.released_at, Campaign.scheduled_at)
    reaches = select(CampaignAudience.campaign_id).where(CampaignAudience.audience_id.in_(audience_ids))
    statement = select(Campaign.name).where(
        Campaign.id != campaign.id,
        Campaign.kind_id == campaign.kind_id,
        Campaign.state.in_(_LEAVES),
        leaves_at >= start,
        leaves_at < end,
        Campaign.id.in_(reaches),
    )
    return db.session.scalars(statement.order_by(Campaign.id)).all()


def _find_changes(campaign: Campaign) -> dict[Language, datetime]:
    changes = {Language(version.language): [version.changed_at] for version in campaign.versions}
    for block in campaign.blocks:
        for language, at in ((Language.ES, block.changed_es_at), (Language.EN, block.changed_en_at)):
            if language in changes:
                changes[language].append(at)
    return {language: max(times) for language, times in changes.items()}
