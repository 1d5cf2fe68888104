"""Processes that send: how one shows that it lives, and how another finds that it died."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Engine, bindparam, insert, update

from outreach.dispatch.models import Worker
from outreach.dispatch.rapid import fetch_all

CLAIMS = "claims"
# Far below the lease, and rare enough that an idle worker writes next to nothing.
_LIFE_SIGN = timedelta(seconds=20)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_COUNT_CLAIM = (
    update(Worker).where(Worker.id == bindparam("worker")).values(claims=Worker.claims + 1).returning(Worker.claims)
)


@dataclass(frozen=True, slots=True)
class WorkerIdentity:
    """A registered worker and the folder of its lock and journals."""

    id: int
    folder: Path

    def note_claims(self, claims: int) -> None:
        """Keep, beside the journal, how many chunks were taken; read by `find_doubt` after a restart."""
        (self.folder / CLAIMS).write_text(str(claims))

    def name_journal(self, thread: int) -> Path:
        """Return the journal of one sending thread."""
        return self.folder / f"{thread}.journal"


def find_boot() -> str:
    """Return what changes whenever this machine starts anew; empty where the system does not say."""
    return _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else ""


def folder_of(data_dir: Path, token: str) -> Path:
    """Return where the worker named `token` keeps its lock and journals."""
    return data_dir / "workers" / token


@contextmanager
def working(engine: Engine, data_dir: Path, now: datetime) -> Iterator[WorkerIdentity]:
    """Register this process as a worker for the length of the block.

    Its lock is taken before its row exists and released by the kernel however the process ends: no moment remains in
    which a living worker looks dead.
    """
    token = uuid4().hex
    folder = folder_of(data_dir, token)
    folder.mkdir(parents=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    values = {"token": token, "host": socket.gethostname(), "boot": find_boot(), "process": os.getpid()}
    with engine.begin() as connection:
        row = connection.execute(insert(Worker).values(started_at=now, seen_at=now, **values).returning(Worker.id))
        identity = WorkerIdentity(row.scalar_one(), folder)
    try:
        yield identity
    finally:
        os.close(descriptor)


def count_claim(connection: Connection, worker_id: int) -> int:
    """Count one more chunk taken, in the transaction that takes it."""
    return int(fetch_all(connection, _COUNT_CLAIM, {"worker": worker_id})[0][0])


def list_folders(data_dir: Path) -> list[Path]:
    """Return the folders of the workers that this machine knows of."""
    return sorted(path for path in folder_of(data_dir, "").glob("*") if path.is_dir())


def show_life(engine: Engine, worker_id: int, now: datetime) -> None:
    """Say that the worker still lives, unless it just did; one elsewhere that falls silent loses its claims."""
    is_stale = Worker.seen_at < now - _LIFE_SIGN
    with engine.begin() as connection:
        connection.execute(update(Worker).where(Worker.id == worker_id, is_stale).values(seen_at=now))


def is_lock_free(folder: Path) -> bool | None:
    """Tell whether the worker of this folder is gone; None when the folder is not on this machine."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)
