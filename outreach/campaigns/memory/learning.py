"""What a campaign said in two languages is kept for the next ones; nothing here commits."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import selectinload

from outreach.campaigns.blocks import BLOCK_FIELDS, FieldKind
from outreach.campaigns.memory.models import Translation, TranslationTrace
from outreach.campaigns.memory.segments import pair_up
from outreach.campaigns.memory.traces import list_traces
from outreach.campaigns.models import Approval, Campaign
from outreach.campaigns.rules import BlockType, Language
from outreach.db import db

_WORDS = ("subject", "preheader", "information")
_AT_ONCE = 500
_CAMPAIGNS_AT_ONCE = 50


def learn(campaign: Campaign, now: datetime) -> int:
    """Keep what `campaign` says in both languages, and return how many sentences were new."""
    found = {_fingerprint(es, en): (field, es, en) for field, es, en in _list_pairs(campaign)}
    if not found:
        return 0
    prints = sorted(found)
    known: set[str] = set()
    for start in range(0, len(prints), _AT_ONCE):
        part = prints[start : start + _AT_ONCE]
        statement = (
            update(Translation)
            .where(Translation.fingerprint.in_(part))
            .values(used_at=now, campaign_id=campaign.id)
            .returning(Translation.fingerprint)
            .execution_options(synchronize_session=False)
        )
        known.update(db.session.scalars(statement))
    fresh = [
        {"fingerprint": each, "field": found[each][0], "es": found[each][1], "en": found[each][2]}
        for each in prints
        if each not in known
    ]
    for start in range(0, len(fresh), _AT_ONCE):
        _add([{**row, "campaign_id": campaign.id, "used_at": now} for row in fresh[start : start + _AT_ONCE]])
    return len(fresh)


def is_empty() -> bool:
    """Tell whether nothing is kept yet."""
    return db.session.scalar(select(Translation.id).limit(1)) is None


def list_approved(after: int = 0) -> list[Campaign]:
    """Return the next campaigns, by number, whose content was approved and has not changed since."""
    holds = exists().where(Approval.campaign_id == Campaign.id, Approval.voided_at.is_(None))
    statement = (
        select(Campaign)
        .where(Campaign.id > after, holds)
        .options(selectinload(Campaign.versions), selectinload(Campaign.blocks))
        .order_by(Campaign.id)
        .limit(_CAMPAIGNS_AT_ONCE)
    )
    return list(db.session.scalars(statement))


def learn_all() -> Iterator[tuple[int, int]]:
    """Keep what every approved campaign said, oldest first; yield (campaigns, new sentences) of each step."""
    last = 0
    while campaigns := list_approved(last):
        last = campaigns[-1].id
        yield len(campaigns), sum(learn(campaign, campaign.updated_at) for campaign in campaigns)
        for campaign in campaigns:
            db.session.expunge(campaign)


def _list_pairs(campaign: Campaign) -> Iterator[tuple[str, str, str]]:
    versions = {Language(version.language): version for version in campaign.versions}
    if len(versions) < len(Language):
        return
    spanish, english = versions[Language.ES], versions[Language.EN]
    for name in _WORDS:
        for pair in pair_up(getattr(spanish, name), getattr(english, name), is_prose=False):
            yield name, *pair
    for block in campaign.blocks:
        for field in BLOCK_FIELDS[BlockType(block.type)]:
            texts = block.fields.get(field.name, {})
            if not field.kind.is_text or not isinstance(texts, dict):
                continue
            es, en = texts.get(Language.ES, ""), texts.get(Language.EN, "")
            for pair in pair_up(es, en, is_prose=field.kind is FieldKind.PROSE):
                yield field.name, *pair


def _fingerprint(spanish: str, english: str) -> str:
    return hashlib.sha256(f"{spanish}\0{english}".encode()).hexdigest()


def _add(rows: list[dict[str, Any]]) -> None:
    """Add translations with their traces; one that somebody else added a moment ago is left to them."""
    statement = _insert_missing().values(rows).returning(Translation.id, Translation.es, Translation.en)
    traces = [
        {"trace": trace, "translation_id": number}
        for number, es, en in db.session.execute(statement)
        for trace in {*list_traces(es, Language.ES), *list_traces(en, Language.EN)}
    ]
    if traces:
        db.session.execute(insert(TranslationTrace), traces)


def _insert_missing() -> postgresql.Insert | sqlite.Insert:
    table = cast("Table", Translation.__table__)
    if db.session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing(index_elements=["fingerprint"])
    return sqlite.insert(table).on_conflict_do_nothing(index_elements=["fingerprint"])
