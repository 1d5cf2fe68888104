"""A line of the log with what came before and after it."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from outreach.db import db
from outreach.dispatch.models import Dispatch
from outreach.errors import NotFoundError
from outreach.translation import gettext as _


def get_line(line_id: int) -> Dispatch:
    """Return a line of the log, also one that no longer counts; raise NotFoundError."""
    options = [joinedload(Dispatch.audience), joinedload(Dispatch.kind)]
    line = db.session.get(Dispatch, line_id, options=options)
    if line is None or (line.sent_on is None and line.corrects_id is None):
        raise NotFoundError(_("No existe la línea %(number)s en la bitácora.", number=line_id))
    return line


def list_history(line: Dispatch) -> Sequence[Dispatch]:
    """Return the lines that took each other's place, this one among them, in the order they were written."""
    original = line.original_id or line.id
    query = select(Dispatch).where(or_(Dispatch.id == original, Dispatch.original_id == original))
    return db.session.scalars(query.options(joinedload(Dispatch.audience)).order_by(Dispatch.id)).all()
