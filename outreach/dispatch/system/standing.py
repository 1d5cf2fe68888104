"""How the installation stands: what a person who administers wants to know before asking for help."""

import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import func, select, text

from outreach.accounts.models import User
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.config import Config
from outreach.db import db
from outreach.dispatch.arming import find_doubt
from outreach.dispatch.models import Arming, Worker
from outreach.dispatch.rules import LEASE
from outreach.schema import find_revision

_LATEST = 20
# The sending process shows life every twenty seconds, `outreach tick` as often as cron runs it.
_QUIET = timedelta(minutes=2)
_LEAST_FREE = 1_000_000_000
_LARGEST_SKEW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class WorkerStanding:
    """A process that sends: alive, ended as it should, or silent."""

    worker: Worker
    is_alive: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the page shows; `doubt` is the sentence that says why nothing may be sent, None when all is well."""

    program: str
    python: str
    zone_rules: str
    database: str
    revision: str
    database_size: int | None
    free: int
    is_free_short: bool
    skew: timedelta
    is_clock_wrong: bool
    last_sign: datetime | None
    is_quiet: bool
    workers: Sequence[WorkerStanding]
    queue: Sequence[Campaign]
    armed_at: datetime | None
    armed_by: str
    doubt: str | None


def read_standing(config: Config, now: datetime) -> Standing:
    """Look at the program, its database, the disk, the clock, the processes that send, and what waits."""
    free = shutil.disk_usage(config.data_dir if config.data_dir.exists() else "/").free
    skew = abs(_read_database_clock(now) - now)
    workers = db.session.scalars(select(Worker).order_by(Worker.id.desc()).limit(_LATEST)).all()
    last_sign = max((worker.seen_at for worker in workers), default=None)
    armed = db.session.execute(
        select(Arming.armed_at, User.name)
        .outerjoin(User, User.id == Arming.user_id)
        .order_by(Arming.id.desc())
        .limit(1)
    ).first()
    return Standing(
        program=_find_version("outreach"),
        python=platform.python_version(),
        zone_rules=_find_version("tzdata"),
        database=_describe_database(),
        revision=find_revision(db.engine) or "",
        database_size=_measure_database(),
        free=free,
        is_free_short=free < _LEAST_FREE,
        skew=skew,
        is_clock_wrong=skew > _LARGEST_SKEW,
        last_sign=last_sign,
        is_quiet=last_sign is None or now - last_sign > _QUIET,
        workers=[
            WorkerStanding(worker, worker.ended_at is None and now - worker.seen_at <= LEASE) for worker in workers
        ],
        queue=_list_queue(),
        armed_at=armed.armed_at if armed else None,
        armed_by=(armed.name or "") if armed else "",
        doubt=find_doubt(config, now),
    )


def _find_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _describe_database() -> str:
    if db.engine.dialect.name == "sqlite":
        return f"SQLite {db.session.scalar(text('SELECT sqlite_version()'))}"
    return f"PostgreSQL {db.session.scalar(text('SHOW server_version'))}"


def _measure_database() -> int | None:
    """Return how many bytes the database takes."""
    if db.engine.dialect.name == "sqlite":
        pages = db.session.scalar(text("PRAGMA page_count")) or 0
        return int(pages) * int(db.session.scalar(text("PRAGMA page_size")) or 0)
    size = db.session.scalar(text("SELECT pg_database_size(current_database())"))
    return int(size) if size is not None else None


def _read_database_clock(now: datetime) -> datetime:
    """Return the time at the database, which may be another machine; SQLite has none of its own."""
    if db.engine.dialect.name == "sqlite":
        return now
    at: datetime | None = db.session.scalar(select(func.clock_timestamp()))
    return at.astimezone(UTC) if at else now


def _list_queue() -> Sequence[Campaign]:
    moving = (CampaignState.SENDING, CampaignState.PAUSED, CampaignState.HELD, CampaignState.SCHEDULED)
    query = select(Campaign).where(Campaign.state.in_(moving)).order_by(Campaign.scheduled_at, Campaign.id)
    return db.session.scalars(query.limit(_LATEST)).all()
