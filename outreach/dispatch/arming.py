"""Whether this database may send from here: a copy, or an old state put back, would send again what was sent."""

import hashlib
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.config import Config
from outreach.db import db
from outreach.dispatch.errors import NotArmedError
from outreach.dispatch.models import Arming, Delivery, Worker
from outreach.dispatch.workers import CLAIMS, list_folders
from outreach.translation import gettext as _

_MACHINE_ID = Path("/etc/machine-id")
# A clock may be set right by minutes; behind the newest row by more than this, it or the database is not what it was.
_LONGEST_STEP_BACK = timedelta(hours=1)


def check_armed(config: Config, now: datetime) -> None:
    """Raise NotArmedError unless this database sends from this place; one that never sent arms itself, and commits."""
    doubt = find_doubt(config, now)
    if doubt:
        raise NotArmedError(_("%(doubt)s Nada sale hasta que la administración ejecute «outreach arm».", doubt=doubt))
    if _find_last_place() is None:
        db.session.add(Arming(place=find_place(config), armed_at=now))
        db.session.commit()


def find_doubt(config: Config, now: datetime) -> str | None:
    """Return the sentence that says why this database must not send; None when it may."""
    place = _find_last_place()
    if place is None:
        has_sent = db.session.scalar(select(Delivery.id).limit(1)) is not None
        return _("Esta base de datos ya envió y nadie confirmó desde dónde.") if has_sent else None
    if place != find_place(config):
        return _("Esta base de datos viene de otra máquina o de otra carpeta.")
    seen = db.session.scalar(select(func.max(Worker.seen_at)))
    if seen and now < seen - _LONGEST_STEP_BACK:
        return _("El reloj de esta máquina está atrasado respecto de lo último que se envió.")
    if _was_put_back(config.data_dir):
        return _("Esta base de datos es anterior a lo último que se envió desde aquí: parece un respaldo.")
    return None


def arm(config: Config, user: User) -> None:
    """Take a person's word that this database sends from here, as it is; does not commit."""
    db.session.add(Arming(place=find_place(config), armed_at=clock.now(), user_id=user.id))
    claims = _read_claims()
    for folder in list_folders(config.data_dir):
        if folder.name not in claims:
            (folder / CLAIMS).unlink(missing_ok=True)
        elif (folder / CLAIMS).exists():
            (folder / CLAIMS).write_text(str(claims[folder.name]))
    record("arm", "installation", None, {}, user)


def find_place(config: Config) -> str:
    """Return what names this place: on SQLite the machine, the file and the folder; on PostgreSQL the cluster."""
    if db.engine.dialect.name == "postgresql":
        cluster = text("SELECT system_identifier || '/' || current_database() FROM pg_control_system()")
        words = [str(db.session.scalar(cluster))]
    else:
        machine = _MACHINE_ID.read_text().strip() if _MACHINE_ID.exists() else socket.gethostname()
        words = [machine, str(db.engine.url.database), str(config.data_dir.resolve())]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def _find_last_place() -> str | None:
    return db.session.scalar(select(Arming.place).order_by(Arming.id.desc()).limit(1))


def _was_put_back(data_dir: Path) -> bool:
    """Tell whether a worker of this machine took chunks that the database knows nothing of.

    The notes are read before the database, as other workers go on meanwhile; a doubt is looked at once more from
    outside the session, which may see the database as it was before their last chunks.
    """
    noted = {folder.name: _read_note(folder / CLAIMS) for folder in list_folders(data_dir)}
    if not _is_beyond(noted, _read_claims()):
        return False
    with db.engine.connect() as connection:
        return _is_beyond(noted, _list_claims(connection))


def _is_beyond(noted: Mapping[str, int], claims: Mapping[str, int]) -> bool:
    return any(number > claims.get(token, 0) for token, number in noted.items())


def _read_note(path: Path) -> int:
    try:
        return int(path.read_text() or 0)
    except FileNotFoundError:  # it took nothing yet, or ended just now
        return 0


def _read_claims() -> dict[str, int]:
    return _list_claims(db.session.connection())


def _list_claims(connection: Connection) -> dict[str, int]:
    rows = connection.execute(select(Worker.token, Worker.claims).order_by(Worker.id.desc()).limit(1000))
    return {token: claims for token, claims in rows}  # noqa: C416 - rows are no pairs to mypy
