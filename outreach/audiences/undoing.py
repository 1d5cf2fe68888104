"""Taking an import back: what it added goes, what it changed becomes what it was, unless somebody built on it since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from outreach import clock
from outreach.accounts.models import User
from outreach.audiences.errors import ImportRefusedError
from outreach.audiences.history import get_history
from outreach.audiences.models import Consent, Contact, ContactImport, ImportChange, ImportProblem, Subscription
from outreach.audiences.rules import ConsentAction, ImportState
from outreach.audiences.service import hash_text
from outreach.db import db
from outreach.translation import gettext as _

KEPT = "kept"
_BATCH = 500


def begin_undo(kept: ContactImport, user: User) -> None:
    """Let an import that entered be taken back; raise ImportRefusedError for one in any other state."""
    statement = (
        update(ContactImport)
        .where(ContactImport.id == kept.id, ContactImport.state == ImportState.DONE)
        .values(
            state=ImportState.UNDOING,
            undone_by_id=user.id,
            undo_figures={"undone": 0, "kept": 0, "after": 0},
            leased_until=None,
        )
        .returning(ContactImport.id)
        .execution_options(synchronize_session=False)
    )
    if db.session.scalar(statement) is None:
        raise ImportRefusedError(_("Esa importación no se puede deshacer: todavía no entró o ya se deshizo."))
    db.session.refresh(kept)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What is known of the people of a batch, by contact."""

    contacts: dict[int, Contact]
    places: dict[int, list[Subscription]]
    released: frozenset[int]


def undo_batch(kept: ContactImport) -> bool:
    """Take back the next people of an import, and tell whether there were any; the caller commits each batch."""
    after = kept.undo_figures["after"]
    query = select(ImportChange).where(ImportChange.import_id == kept.id, ImportChange.contact_id > after)
    changes = db.session.scalars(query.order_by(ImportChange.contact_id).limit(_BATCH)).all()
    if not changes:
        return False
    around = _look_around(kept, [change.contact_id for change in changes])
    refusals = {change.contact_id: _find_refusal(kept, change, around) for change in changes}
    undone = [change for change in changes if not refusals[change.contact_id]]
    _restore(undone, around)
    _take_out(kept, undone)
    _keep_reasons(kept, changes, refusals, around)
    partial = [change for change in undone if _stays(kept, change, around)]
    kept.undo_figures = {
        "undone": kept.undo_figures["undone"] + len(undone) - len(partial),
        "kept": kept.undo_figures["kept"] + len(changes) - len(undone) + len(partial),
        "after": changes[-1].contact_id,
    }
    _remove([change for change in undone if change.is_new and change not in partial])
    db.session.flush()
    return True


def _look_around(kept: ContactImport, numbers: Sequence[int]) -> _Surroundings:
    contacts = db.session.scalars(select(Contact).where(Contact.id.in_(numbers))).all()
    places: dict[int, list[Subscription]] = {}
    for place in db.session.scalars(select(Subscription).where(Subscription.contact_id.in_(numbers))):
        places.setdefault(place.contact_id, []).append(place)
    was_released = get_history().was_released(Contact.__table__.c.id, kept.imported_at)
    released = db.session.scalars(select(Contact.id).where(Contact.id.in_(numbers), was_released))
    return _Surroundings({contact.id: contact for contact in contacts}, places, frozenset(released))


def _find_refusal(kept: ContactImport, change: ImportChange, around: _Surroundings) -> str:
    """Return why somebody stays as they are; empty if what the import did can be taken back."""
    contact = around.contacts.get(change.contact_id)
    if contact is None:
        return _("La persona ya no está en el sistema.")
    if change.contact_id in around.released:
        return _("Ya está en un envío que salió después de la importación.")
    if contact.updated_at != change.stamped_at and (change.is_new or change.before is not None):
        return _("Sus datos cambiaron después de la importación.")
    place = _find_place(kept, around.places.get(change.contact_id, []))
    if change.joined and (place is None or place.ended_at is not None):
        return _("Se dio de baja o cambió su suscripción después de la importación.")
    return ""


def _find_place(kept: ContactImport, places: Sequence[Subscription]) -> Subscription | None:
    mine = (place for place in places if place.audience_id == kept.audience_id and place.import_id == kept.id)
    return next(mine, None)


def _stays(kept: ContactImport, change: ImportChange, around: _Surroundings) -> bool:
    """Tell whether somebody new is in another audience by now, and so stays as a person."""
    others = [place for place in around.places.get(change.contact_id, []) if place.audience_id != kept.audience_id]
    return change.is_new and bool(others)


def _restore(changes: Sequence[ImportChange], around: _Surroundings) -> None:
    for change in changes:
        contact = around.contacts[change.contact_id]
        for name, value in (change.before or {}).items():
            setattr(contact, name, datetime.fromisoformat(value) if name == "updated_at" else value)


def _take_out(kept: ContactImport, changes: Sequence[ImportChange]) -> None:
    """End what the import subscribed; those who stay keep the record of it, and of its annulment (P-10)."""
    joined = [change for change in changes if change.joined]
    numbers = [change.contact_id for change in joined]
    mine = (Subscription.import_id == kept.id, Subscription.audience_id == kept.audience_id)
    db.session.execute(delete(Subscription).where(*mine, Subscription.contact_id.in_(numbers)))
    source, words = _("importación deshecha"), kept.filename
    annulled: list[dict[str, Any]] = [
        {
            "contact_id": change.contact_id,
            "audience_id": kept.audience_id,
            "action": ConsentAction.ANNUL,
            "recorded_at": clock.now(),
            "source": source,
            "text": words,
            "text_sha256": hash_text(words),
        }
        for change in joined
    ]
    if annulled:
        db.session.execute(insert(Consent), annulled)


def _remove(changes: Sequence[ImportChange]) -> None:
    numbers = [change.contact_id for change in changes]
    db.session.flush()
    for model in (Consent, Subscription):
        db.session.execute(delete(model).where(model.contact_id.in_(numbers)))
    db.session.execute(delete(Contact).where(Contact.id.in_(numbers)))


def _keep_reasons(
    kept: ContactImport, changes: Sequence[ImportChange], refusals: dict[int, str], around: _Surroundings
) -> None:
    stays = _("La persona está también en otra audiencia: salió de esta y sus demás datos se conservan.")
    problems: list[dict[str, Any]] = []
    for change in changes:
        contact = around.contacts.get(change.contact_id)
        reason = refusals[change.contact_id] or (stays if _stays(kept, change, around) else "")
        if reason:
            named = contact.email if contact else ""
            cells = [named, str(change.contact_id) if contact else ""]
            problems.append({"import_id": kept.id, "row": change.row, "kind": KEPT, "reason": reason, "cells": cells})
    if problems:
        db.session.execute(insert(ImportProblem), problems)
