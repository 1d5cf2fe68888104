"""The bytes of stored files, in the data folder under the SHA-256 of their content."""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from outreach.config import current_config


def find_path(sha256: str) -> Path:
    """Return where the content with this hash lies, or would lie."""
    return _get_folder() / sha256[:2] / sha256


def write(sha256: str, content: bytes) -> None:
    """Keep `content` whole or not at all; what is there already stays."""
    path = find_path(sha256)
    if path.exists():
        os.utime(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{sha256[:16]}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def remove(sha256: str) -> None:
    """Remove the content with this hash, if it is there."""
    find_path(sha256).unlink(missing_ok=True)


def list_older(before: datetime) -> Iterator[Path]:
    """Yield what lies in the folder since before an instant, drafts of interrupted writes included."""
    for path in _get_folder().glob("*/*"):
        if path.stat().st_mtime < before.timestamp():
            yield path


def _get_folder() -> Path:
    return current_config().data_dir / "media"
