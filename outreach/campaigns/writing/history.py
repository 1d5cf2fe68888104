"""Every state that a campaign's content had: kept after somebody's work, packed small, and read again (design §3)."""

import json
import zlib
from datetime import datetime, timedelta

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.campaigns.models import Campaign
from outreach.campaigns.writing.differences import Content, list_changes
from outreach.campaigns.writing.models import Snapshot
from outreach.campaigns.writing.spots import WORDS, read_word
from outreach.db import db
from outreach.errors import NotFoundError
from outreach.translation import gettext as _

PAGE_SIZE = 25

# What one person saves within this time of the last save, and of the first, is one state.
_PAUSE = timedelta(minutes=10)
_LONGEST = timedelta(minutes=30)
# A state is packed against one that stands alone; after so many a new one stands alone.
_STATES_PER_BASE = 40
_WORTH_A_BASE = 2
# What a file or a series puts into a fresh campaign is kept by whoever puts it there.
_BEGINNING = timedelta(minutes=1)
_NOTHING: Content = {"words": {}, "blocks": []}


def describe(campaign: Campaign) -> Content:
    """Return what `campaign` says now: {"words": {language: {…}}, "blocks": [{id, type, fields}]}."""
    return {
        "words": {
            str(version.language): {name: read_word(version, name) for name in WORDS} for version in campaign.versions
        },
        "blocks": [{"id": block.id, "type": str(block.type), "fields": block.fields} for block in campaign.blocks],
    }


def begin(campaign: Campaign, user: User | None) -> Snapshot:
    """Keep what `campaign` was made with as the work of `user`; the trail has it under the deed that made it."""
    return _add(campaign, describe(campaign), None, (user, clock.now()))


def keep(campaign: Campaign, user: User | None, *, restored: int | None = None) -> Snapshot | None:
    """Keep the present content as the work of `user`; None when it is what was kept last.

    What a person saves in one go becomes one state, and one entry of the trail. `restored` is the number of the state
    that this one brings back.
    """
    last = find_last(campaign)
    content = describe(campaign)
    now = clock.now()
    if last is not None and unpack(last) == content:
        return None
    if last is not None and restored is None and _goes_on(last, user, now):
        _renew(last, content, now)
        return last
    made = _add(campaign, content, last, (user, now))
    if restored is not None:
        made.changes = {**made.changes, "restored": restored}
    if user is not None:
        record("edit", "campaign", campaign.id, {"edit_count": campaign.edit_count, "snapshot": made.number}, user=user)
    db.session.flush()
    return made


def catch_up(campaign: Campaign, changed_at: datetime) -> None:
    """Keep what was written elsewhere than in the editor, at `changed_at`, before the next edit goes over it."""
    last = find_last(campaign)
    content = describe(campaign)
    if last is None:
        if not _is_empty(content) and clock.now() - campaign.created_at > _BEGINNING:
            _add(campaign, content, None, (None, changed_at))
    elif unpack(last) != content:
        if _goes_on(last, None, changed_at):
            _renew(last, content, changed_at)
        else:
            _add(campaign, content, last, (None, changed_at))


def find_last(campaign: Campaign) -> Snapshot | None:
    """Return the state that was kept last; None when there is none."""
    statement = select(Snapshot).where(Snapshot.campaign_id == campaign.id).order_by(Snapshot.number.desc()).limit(1)
    return db.session.scalars(statement).first()


def get_snapshot(campaign: Campaign, number: int) -> Snapshot:
    """Return the state of that number, or raise NotFoundError."""
    statement = select(Snapshot).where(Snapshot.campaign_id == campaign.id, Snapshot.number == number)
    found = db.session.scalars(statement).first()
    if found is None:
        raise NotFoundError(
            _("El historial de esta campaña no tiene el número %(number)s: elija otro de la lista.", number=number)
        )
    return found


def list_snapshots(campaign: Campaign, page: int = 1) -> Pagination:
    """Return one page (from 1) of the states of `campaign`, the latest first."""
    statement = (
        select(Snapshot)
        .where(Snapshot.campaign_id == campaign.id)
        .options(joinedload(Snapshot.user))
        .order_by(Snapshot.number.desc())
    )
    return db.paginate(statement, page=max(page, 1), per_page=PAGE_SIZE, error_out=False)


def unpack(snapshot: Snapshot) -> Content:
    """Return the content of a state."""
    kept: Content = json.loads(zlib.decompress(snapshot.packed))
    return _fill(kept, unpack(snapshot.base)) if snapshot.base else kept


def read_pair(snapshot: Snapshot) -> tuple[Content, Content]:
    """Return the content before `snapshot`, empty for the first one, and its own."""
    before = _find_before(snapshot)
    return (unpack(before) if before else _NOTHING), unpack(snapshot)


def _is_empty(content: Content) -> bool:
    return not content["blocks"] and not any(text for words in content["words"].values() for text in words.values())


def _goes_on(last: Snapshot, user: User | None, now: datetime) -> bool:
    is_same = last.user_id == (user.id if user else None) and "restored" not in last.changes
    return is_same and now - last.saved_at <= _PAUSE and now - last.started_at <= _LONGEST


def _renew(last: Snapshot, content: Content, now: datetime) -> None:
    before = _find_before(last)
    last.base, last.packed = _pack(content, last.base)
    last.saved_at = now
    last.changes = list_changes(unpack(before) if before else _NOTHING, content)
    db.session.flush()


def _find_before(snapshot: Snapshot) -> Snapshot | None:
    statement = (
        select(Snapshot)
        .where(Snapshot.campaign_id == snapshot.campaign_id, Snapshot.number < snapshot.number)
        .order_by(Snapshot.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).first()


def _add(campaign: Campaign, content: Content, last: Snapshot | None, by: tuple[User | None, datetime]) -> Snapshot:
    base = (last.base or last) if last else None
    if last is not None and base is not None and last.number - base.number >= _STATES_PER_BASE:
        base = None
    base, packed = _pack(content, base)
    user, now = by
    made = Snapshot(
        campaign_id=campaign.id,
        number=last.number + 1 if last else 1,
        user_id=user.id if user else None,
        started_at=now,
        saved_at=now,
        base=base,
        packed=packed,
        changes=list_changes(unpack(last) if last else _NOTHING, content),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _pack(content: Content, base: Snapshot | None) -> tuple[Snapshot | None, bytes]:
    """Return the content, packed against `base` as long as that is worth it, and the base that unpacks it."""
    whole = zlib.compress(_write(content), 9)
    if base is None:
        return None, whole
    thin = zlib.compress(_write(_thin(content, unpack(base))), 9)
    return (base, thin) if len(thin) * _WORTH_A_BASE < len(whole) else (None, whole)


def _write(content: Content) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _thin(content: Content, base: Content) -> Content:
    """Return `content` with the number of each block that is the same in `base`, and without words that are."""
    known = {block["id"]: block for block in base["blocks"]}
    words = {
        language: None if base["words"].get(language) == kept else kept for language, kept in content["words"].items()
    }
    blocks = [block["id"] if known.get(block["id"]) == block else block for block in content["blocks"]]
    return {"words": words, "blocks": blocks}


def _fill(thin: Content, base: Content) -> Content:
    known = {block["id"]: block for block in base["blocks"]}
    words = {language: base["words"][language] if kept is None else kept for language, kept in thin["words"].items()}
    return {"words": words, "blocks": [known[part] if isinstance(part, int) else part for part in thin["blocks"]]}
