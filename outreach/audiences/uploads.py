"""Files of people between the page that receives them and the one that confirms them, outside the web's reach."""

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from werkzeug.datastructures import FileStorage

from outreach.config import current_config

_KEY = re.compile(r"[0-9a-f]{32}")
_KEPT_FOR = timedelta(hours=24)


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


def discard_file(key: str) -> None:
    """Remove a file; an empty key has none."""
    if _KEY.fullmatch(key):
        get_path(key).unlink(missing_ok=True)


def _get_folder() -> Path:
    return current_config().data_dir / "uploads"
