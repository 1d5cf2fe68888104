"""Exclusions and filters kept under a name; whoever uses one takes a copy, so a later change alters no campaign."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.audiences.choice import Choice
from outreach.audiences.errors import ChoiceError
from outreach.audiences.models import SavedFilter
from outreach.db import db
from outreach.errors import NotFoundError
from outreach.translation import gettext as _

LONGEST_NAME = 120


def list_filters() -> Sequence[SavedFilter]:
    """Return every saved filter, by name."""
    return db.session.scalars(select(SavedFilter).order_by(SavedFilter.name)).all()


def get_filter(filter_id: int) -> SavedFilter:
    """Return a saved filter; raise NotFoundError."""
    found = db.session.get(SavedFilter, filter_id)
    if found is None:
        raise NotFoundError(_("Ese filtro guardado ya no existe: elija otro."))
    return found


def save_filter(name: str, narrowing: Mapping[str, Any], user: User) -> SavedFilter:
    """Keep exclusions and filters under a name, in place of what had that name.

    Raises ChoiceError if the name is none or nothing would be kept.
    """
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise ChoiceError(_("El nombre del filtro debe tener de 1 a %(most)s caracteres.", most=LONGEST_NAME))
    kept = Choice().narrow(narrowing).list_narrowing()
    if not kept:
        raise ChoiceError(_("Todavía no hay nada que guardar: elija antes alguna exclusión o algún filtro."))
    found = db.session.scalar(select(SavedFilter).where(SavedFilter.name == wanted)) or SavedFilter(name=wanted)
    found.narrowing, found.user_id, found.saved_at = kept, user.id, clock.now()
    db.session.add(found)
    db.session.flush()
    record("save", "saved_filter", found.id, user=user)
    return found


def remove_filter(saved: SavedFilter, user: User) -> None:
    """Forget a saved filter; campaigns that used it keep what they have."""
    record("remove", "saved_filter", saved.id, user=user)
    db.session.delete(saved)
    db.session.flush()
