"""Files that show that something was sent: kept beside the database under the hash of their content."""

from hashlib import sha256
from pathlib import Path

from outreach.config import current_config
from outreach.dispatch.errors import LogLineError
from outreach.translation import gettext as _

MOST_BYTES = 16_000_000
_LONGEST_NAME = 200


def keep_evidence(name: str, content: bytes) -> tuple[str, str]:
    """Keep a file and return its name without any folder, and its SHA-256; raise LogLineError if it cannot serve."""
    if not content:
        raise LogLineError(_("El archivo de evidencia está vacío: elija otro."))
    if len(content) > MOST_BYTES:
        raise LogLineError(
            _("La evidencia pesa más de %(limit)s MB: reduzca el archivo.", limit=MOST_BYTES // 1_000_000)
        )
    digest = sha256(content).hexdigest()
    folder = current_config().data_dir / "evidence"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = folder / digest
    if not kept.exists():
        written = folder / f"{digest}.part"
        written.write_bytes(content)
        written.chmod(0o600)
        written.replace(kept)
    bare = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())
    return (bare or "evidencia")[-_LONGEST_NAME:], digest


def find_evidence(digest: str) -> Path | None:
    """Return where the file with this hash is, None if it was never kept here."""
    path = current_config().data_dir / "evidence" / digest
    return path if digest and path.is_file() else None
