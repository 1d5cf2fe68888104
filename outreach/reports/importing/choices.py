"""Audiences and kinds by the words that a person gives for them."""

from sqlalchemy import select

from outreach.audiences.queries import get_audience
from outreach.campaigns.models import Kind
from outreach.db import db
from outreach.dispatch.log import LogFilter, check_filter


def find_audience_id(slug: str) -> int | None:
    """Return the number of an audience, None for an empty slug; raise NotFoundError naming those that exist."""
    return get_audience(slug).id if slug else None


def find_kind_id(slug: str) -> int | None:
    """Return the number of a kind, None for an empty slug; raise NotFoundError naming those that exist."""
    check_filter(LogFilter(kind=slug))
    return db.session.scalar(select(Kind.id).where(Kind.slug == slug)) if slug else None
