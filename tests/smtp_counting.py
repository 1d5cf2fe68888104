"""A real mail server (aiosmtpd) on loopback that counts who got what: the oracle of the sending tests."""

import asyncio
import socket
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class CountingServer:
    """Takes every message; `delay` is how long, in seconds, it thinks over each one."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.received: list[tuple[str, bytes]] = []
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name is aiosmtpd's
        if self.delay:
            await asyncio.sleep(self.delay)
        assert isinstance(envelope.content, bytes)
        self.received += [(address, envelope.content) for address in envelope.rcpt_tos]
        return "250 2.0.0 Ok"

    def count(self) -> Counter[str]:
        """Return how many messages each address got."""
        return Counter(address for address, _ in self.received)

    def read(self, address: str) -> EmailMessage:
        """Return the one message that an address got."""
        (content,) = [content for to, content in self.received if to == address]
        return message_from_bytes(content, EmailMessage, policy=policy.default)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
