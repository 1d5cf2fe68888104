"""A mail server on loopback that keeps what it gets: the demonstration's readers."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_LOOPBACK = "127.0.0.1"
_ACCEPTED = "250 2.0.0 Ok"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as its reader sees it; `number` counts from 1 in the order of arrival."""

    number: int
    to: str
    sender: str
    subject: str
    date: datetime
    language: str
    text: str
    html: str
    source: str


class _Keeper:
    """Writes each accepted message to a file of its own; the answer goes out once it is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = len(list(folder.glob("*.eml")))

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name is aiosmtpd's
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 5.6.0 No content"
        self._count += 1
        self._folder.joinpath(f"{self._count:06}.eml").write_bytes(content)
        return _ACCEPTED


@contextmanager
def receiving(folder: Path) -> Iterator[int]:
    """Run the mailbox for the length of the block and give its port."""
    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(
        _Keeper(folder), hostname=_LOOPBACK, port=_find_free_port(), server_hostname="buzon.example.org"
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def _find_free_port() -> int:
    with socket.create_server((_LOOPBACK, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def list_mails(folder: Path) -> list[Mail]:
    """Return what has arrived, oldest first."""
    return [_read_mail(path) for path in sorted(folder.glob("*.eml"))]


def find_mail(folder: Path, number: int) -> Mail | None:
    """Return one message by its number."""
    path = folder / f"{number:06}.eml"
    return _read_mail(path) if path.is_file() else None


def _read_mail(path: Path) -> Mail:
    content = path.read_bytes()
    message = message_from_bytes(content, EmailMessage, policy=policy.default)
    return Mail(
        number=int(path.stem),
        to=str(message["To"]),
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        date=parsedate_to_datetime(str(message["Date"])),
        language=str(message["Content-Language"]),
        text=_read_part(message, "plain"),
        html=_read_part(message, "html"),
        source=content.decode("utf-8", "backslashreplace"),
    )


def _read_part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
