"""Tables between the page that receives them and the one that confirms them, outside the web's reach."""

import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from outreach.config import current_config
from outreach.dispatch.rules import Channel
from outreach.reports.importing.reader import ImportOptions
from outreach.reports.importing.sources import SourceTable, read_file, read_pasted
from outreach.reports.periods import Period, parse_day

_KEY = re.compile(r"[0-9a-f]{32}")
_KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Upload:
    """A table that waits for its confirmation: who brought it, whether it was pasted, and with which options."""

    key: str
    name: str
    user_id: int
    is_pasted: bool
    options: dict[str, Any]

    def read(self) -> SourceTable:
        """Read the table again; raise UnreadableFileError as the first time."""
        path = _get_folder() / self.key
        if self.is_pasted:
            return read_pasted(path.read_bytes().decode("utf-8", "surrogatepass"))
        return read_file(path, self.name)

    def read_options(self) -> ImportOptions:
        """Return the options as the import takes them."""
        given = dict(self.options)
        period = given.pop("period")
        days = Period(parse_day(period[0]), parse_day(period[1])) if period else None
        return ImportOptions(period=days, channel=Channel(given.pop("channel")), **given)


def describe_options(options: ImportOptions) -> dict[str, Any]:
    """Return options as a note keeps them."""
    period = options.period
    days = [period.first_on.isoformat(), period.last_on.isoformat()] if period else None
    return {**asdict(options), "period": days, "channel": options.channel.value}


def keep_upload(content: bytes, upload: Upload, now: datetime) -> None:
    """Keep a table and what is known of it; tables that nobody confirmed in a day go."""
    folder = _get_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        if old.stat().st_mtime < (now - _KEPT_FOR).timestamp():
            old.unlink(missing_ok=True)
    for name, written in ((upload.key, content), (f"{upload.key}.json", json.dumps(asdict(upload)).encode())):
        (folder / name).write_bytes(written)
        (folder / name).chmod(0o600)


def make_key() -> str:
    """Make up the name under which a table is kept."""
    return secrets.token_hex(16)


def find_upload(key: str, user_id: int) -> Upload | None:
    """Return a table that this person brought; None for any other key."""
    note = _get_folder() / f"{key}.json"
    if not _KEY.fullmatch(key) or not note.is_file():
        return None
    upload = Upload(**json.loads(note.read_text(encoding="utf-8")))
    return upload if upload.user_id == user_id and (_get_folder() / key).is_file() else None


def discard_upload(key: str) -> None:
    """Remove a table and what was noted of it."""
    for path in (_get_folder() / key, _get_folder() / f"{key}.json"):
        path.unlink(missing_ok=True)


def _get_folder() -> Path:
    return current_config().data_dir / "log-uploads"
