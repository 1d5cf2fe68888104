"""A mail server on loopback that takes its time and now and then hangs up: so that there is progress to look at."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_LOOPBACK = "127.0.0.1"


@dataclass(slots=True)
class SlowPost:
    """Takes each message after `delay` seconds; to the addresses in `lost` it never says whether it did."""

    delay: float = 0
    lost: frozenset[str] = frozenset()

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name is aiosmtpd's
        """Answer, or hang up instead."""
        await asyncio.sleep(self.delay)
        if self.lost.intersection(envelope.rcpt_tos) and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 2.0.0 Ok"


@contextmanager
def receiving(post: SlowPost) -> Iterator[int]:
    """Run the mail server for the length of the block and give its port."""
    with socket.create_server((_LOOPBACK, 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(post, hostname=_LOOPBACK, port=port, server_hostname="correo.example.org")
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
