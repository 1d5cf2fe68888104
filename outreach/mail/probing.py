"""Knocking at the mail server's door: connect, encrypt, sign in, and hang up without sending anything."""

import ssl
from dataclasses import dataclass

from outreach.config import SmtpSettings
from outreach.mail.replies import judge
from outreach.mail.smtp import SmtpTransport, StoppedError
from outreach.mail.transport import Verdict
from outreach.mail.wire import NoReplyError, Timeouts

# Somebody waits in front of the page: nothing here may take the minutes that a mail server is allowed while sending.
PATIENCE = Timeouts(connect=10, greeting=15, tls=10, auth=15, mail=15, rcpt=15, data_command=15, content=20, dot=30)


@dataclass(frozen=True, slots=True)
class Knock:
    """What a mail server answered: `stopped` is None when it would take mail; `encryption` is empty without TLS."""

    stopped: Verdict | None
    encryption: str = ""
    largest_message: int | None = None


class _Knocker(SmtpTransport):
    """A transport that only opens its connection."""

    def knock(self) -> Knock:
        try:
            wire = self._get_wire()
        except StoppedError as stop:
            return Knock(stop.verdict)
        except NoReplyError as lost:
            return Knock(judge(self._stage, None, str(lost)))
        size = wire.esmtp_features.get("size", "")
        socket = wire.sock
        encryption = socket.version() or "" if isinstance(socket, ssl.SSLSocket) else ""
        return Knock(None, encryption, int(size) if size.isdecimal() and int(size) else None)


def knock(settings: SmtpSettings) -> Knock:
    """Return how the mail server of `settings` answers; takes at most about a minute, mostly far less."""
    transport = _Knocker(settings, PATIENCE)
    try:
        return transport.knock()
    finally:
        transport.close()
