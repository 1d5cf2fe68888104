"""What audiences are called, without counting their people."""

from collections.abc import Sequence

from sqlalchemy import select

from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.audiences.errors import AudienceError
from outreach.audiences.models import Audience
from outreach.audiences.service import AudienceNames
from outreach.db import db
from outreach.translation import gettext as _

_PARTS = ("name_es", "name_en", "phrase_es", "phrase_en")


def list_audience_names() -> Sequence[Audience]:
    """Return every audience, oldest first."""
    return db.session.scalars(select(Audience).order_by(Audience.id)).all()


def rename_audience(audience: Audience, names: AudienceNames, user: User) -> bool:
    """Change what an audience is called and tell whether anything did; raise AudienceError for an empty text."""
    wanted = {part: getattr(names, part).strip() for part in _PARTS}
    if not all(wanted.values()):
        raise AudienceError(
            _("Faltan textos de la audiencia: el nombre y la frase del informe van en los dos idiomas.")
        )
    changed = [part for part in _PARTS if getattr(audience, part) != wanted[part]]
    for part in changed:
        setattr(audience, part, wanted[part])
    if changed:
        record("edit", "audience", audience.id, {"changed": changed}, user)
        db.session.flush()
    return bool(changed)
