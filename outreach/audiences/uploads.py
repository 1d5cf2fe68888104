"""Files of people between the page that receives them and the one that confirms them, outside the web's reach."""

import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.datastructures import FileStorage

from outreach.config import current_config

_KEY = re.compile(r"[0-9a-f]{32}")
_KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits for its confirmation, who brought it, on what grounds, and what a dry run said."""

    key: str
    filename: str
    audience_id: int
    user_id: int
    source: str
    consent_text: str
    preview: dict[str, Any]

    @property
    def path(self) -> Path:
        """Where the file itself is."""
        return _get_folder() / self.key


def keep_file(file: FileStorage, now: datetime) -> str:
    """Keep a file under a random name, which is returned; files that nobody confirmed in a day go."""
    folder = _get_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        if old.stat().st_mtime < (now - _KEPT_FOR).timestamp():
            old.unlink(missing_ok=True)
    key = secrets.token_hex(16)
    file.save(folder / key)
    (folder / key).chmod(0o600)
    return key


def get_path(key: str) -> Path:
    """Return where the file kept under `key` is."""
    return _get_folder() / key


def note_upload(upload: Upload) -> None:
    """Keep what is known of a file beside it."""
    _get_note(upload.key).write_text(json.dumps(asdict(upload), ensure_ascii=False), encoding="utf-8")


def find_upload(key: str, audience_id: int, user_id: int) -> Upload | None:
    """Return a file that this person brought for this audience; None for any other key."""
    if not _KEY.fullmatch(key) or not _get_note(key).is_file():
        return None
    upload = Upload(**json.loads(_get_note(key).read_text(encoding="utf-8")))
    is_theirs = (upload.audience_id, upload.user_id) == (audience_id, user_id)
    return upload if is_theirs and upload.path.is_file() else None


def discard_file(key: str) -> None:
    """Remove a file and what was noted of it."""
    get_path(key).unlink(missing_ok=True)
    _get_note(key).unlink(missing_ok=True)


def _get_folder() -> Path:
    return current_config().data_dir / "uploads"


def _get_note(key: str) -> Path:
    return _get_folder() / f"{key}.json"
