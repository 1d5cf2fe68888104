"""The moment an edition opens: its number is taken, and a draft is made in the image of the last one."""

from datetime import date, datetime

from sqlalchemy import update

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import Language
from outreach.campaigns.series.errors import SeriesError
from outreach.campaigns.series.labels import name_date
from outreach.campaigns.series.models import Edition, Series
from outreach.campaigns.series.planning import find_due_at
from outreach.campaigns.series.queries import find_author, find_edition, find_last_campaign
from outreach.campaigns.series.recurrence import PlannedDate, read_rule
from outreach.campaigns.series.structure import copy_structure
from outreach.campaigns.service import CampaignSettings, create_campaign
from outreach.db import db
from outreach.translation import gettext as _


def open_edition(series: Series, planned: PlannedDate, user: User | None = None) -> Edition | None:
    """Make the draft of one date of `series`; None when another process took the number first.

    `user` asked for it, None is the clock. Raises SeriesError where the date has an open edition, or nobody to be its
    author. The guarded update comes first and takes the lock; the unique (series, date) stands behind it.
    """
    author = user or find_author(series)
    if author is None:
        raise SeriesError(
            _("La serie «%(name)s» no tiene quien redacte: agregue a una persona responsable.", name=series.name_es)
        )
    number = series.next_number
    if not _take_number(series, number):
        return None
    edition = find_edition(series, planned.due_on)
    if edition is not None and edition.campaign_id is not None and edition.skipped_at is None:
        raise SeriesError(_("La edición del %(day)s ya está abierta.", day=planned.due_on.isoformat()))
    campaign = _write_draft(series, planned.due_on, author)
    campaign.planned_at, campaign.planned_zone = find_due_at(series, planned.sends_on), series.zone
    if edition is None:
        edition = Edition(series_id=series.id, due_on=planned.due_on, sends_on=planned.sends_on)
        db.session.add(edition)
    edition.sends_on = planned.sends_on
    edition.number = edition.number or number
    edition.campaign_id = campaign.id
    edition.opened_at, edition.opened_edits = clock.now(), campaign.edit_count
    edition.skipped_at = edition.skipped_by_id = None
    db.session.flush()
    record("open", "edition", edition.id, {"campaign": campaign.id}, user, None if user else "scheduler")
    return edition


def skip_date(series: Series, planned: PlannedDate, reason: str, user: User | None, now: datetime) -> Edition:
    """Write down that this date has no edition, and why."""
    edition = find_edition(series, planned.due_on)
    if edition is None:
        edition = Edition(series_id=series.id, due_on=planned.due_on, sends_on=planned.sends_on)
        db.session.add(edition)
    edition.skipped_at, edition.skip_reason = now, reason
    edition.skipped_by_id = user.id if user else None
    db.session.flush()
    record("skip", "edition", edition.id, {}, user, None if user else "scheduler")
    return edition


def _take_number(series: Series, number: int) -> bool:
    statement = (
        update(Series)
        .where(Series.id == series.id, Series.next_number == number)
        .values(next_number=number + 1)
        .returning(Series.id)
        .execution_options(synchronize_session=False)
    )
    was_taken = db.session.scalar(statement) is not None
    db.session.refresh(series)
    return was_taken


def _write_draft(series: Series, due_on: date, author: User) -> Campaign:
    rule = read_rule(series.recurrence)
    languages = frozenset(Language) if series.is_bilingual else frozenset({Language.ES})
    campaign = create_campaign(
        CampaignSettings(
            name=f"{series.name_es} · {name_date(rule, due_on, Language.ES)}",
            kind_id=series.kind_id,
            sender_id=series.sender_id,
            template=series.template,
            audience_ids=tuple(link.audience_id for link in series.audience_links),
            languages=languages,
        ),
        author,
    )
    now = clock.now()
    for version in campaign.versions:
        version.information = _inform(series, name_date(rule, due_on, version.language), version.language)
        version.changed_at = now
    last = find_last_campaign(series, due_on)
    copy_structure(last, campaign)
    if last:
        campaign.sends_both_to_all = last.sends_both_to_all
    db.session.flush()
    return campaign


def _inform(series: Series, label: str, language: str) -> str:
    """Return the report's row of an edition, as those before it read: «Boletín Corazón Chilango – marzo 2026.»."""
    kind = series.kind.name_en if language == Language.EN else series.kind.name_es
    name = series.name(language)
    first = "" if name.casefold().startswith(kind.casefold()) else f"{kind} "
    return f"{first}{name} – {label}."
