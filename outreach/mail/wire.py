"""One SMTP connection that cannot be held for ever: bounded replies, a limit per phase, verified TLS.

smtplib reads lines without end and keeps one timeout for everything; this subclass reads replies itself and leaves the
rest, EHLO and sign-in, to smtplib.
"""

import ipaddress
import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from outreach.mail.transport import Stage
from outreach.translation import gettext as _

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_LONGEST_LINE = 2048  # RFC 5321 §4.5.3.1.5 asks for 512
_LONGEST_REPLY = 64 * 1024
_CHUNK = 256 * 1024
_READ = 8192
_CODE_LENGTH = 3
_REPLY_LINE = re.compile(rb"[2-5][0-9]{2}[ \-\r\n]")
_SHORTEST_WAIT = 0.001
_GOODBYE_SECONDS = 5.0
_NEAR = 0.01


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How many seconds each phase may take, to its last octet (RFC 5321 §4.5.3.2); `content` is per 256 KB."""

    connect: float = 60
    greeting: float = 300
    tls: float = 60
    auth: float = 300
    mail: float = 300
    rcpt: float = 300
    data_command: float = 120
    content: float = 180
    dot: float = 600


class NoReplyError(Exception):
    """No clear reply came; the text says what came instead, and the connection is of no further use."""


class Wire(smtplib.SMTP):
    """A connection whose replies are read within limits; `phase` says which limit holds."""

    def __init__(self, host: str, port: int, timeouts: Timeouts) -> None:
        """Connect, without waiting for the greeting; raises OSError."""
        super().__init__(local_hostname="")
        self.timeouts = timeouts
        self.phase = Stage.CONNECT
        self._host = host
        self._received = bytearray()
        self._open: socket.socket = socket.create_connection((host, port), timeouts.connect)
        self.sock = self._open
        self._waits = -1.0
        self._open.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.local_hostname = _name_this_host() or _write_literal(self._open.getsockname()[0])

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS protects what is said."""
        return isinstance(self._open, ssl.SSLSocket)

    @property
    def is_loopback(self) -> bool:
        """Whether the other end is this machine."""
        return ipaddress.ip_address(self._open.getpeername()[0].partition("%")[0]).is_loopback

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Begin TLS and forget what was offered in clear; raises OSError, and NoReplyError for words said too soon."""
        if self._received:
            raise NoReplyError(_("el servidor habló sin cifrar después de aceptar STARTTLS"))
        self._limit_waits(self.timeouts.tls)
        self._open = context.wrap_socket(self._open, server_hostname=self._host)
        self.sock = self._open
        self.esmtp_features = {}
        self.does_esmtp = False
        self.ehlo_resp = self.helo_resp = None

    def send(self, s: "ReadableBuffer | str") -> None:
        """Send all of `s` within the phase's limit; raises NoReplyError."""
        octets = memoryview(s.encode() if isinstance(s, str) else s)
        try:
            self._limit_waits(self._limit)
            for start in range(0, len(octets), _CHUNK):
                self._open.sendall(octets[start : start + _CHUNK])
        except OSError as problem:
            raise NoReplyError(_describe(problem)) from problem

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply within the phase's limit, 2 KB a line, 64 KB in all; raises NoReplyError (S-23)."""
        return self._take_short_reply() or self._read_reply()

    def _take_short_reply(self) -> tuple[int, bytes] | None:
        """Take a reply of one line that has arrived already, as nearly all have behind a pipelined group."""
        end = self._received.find(b"\n")
        if not _CODE_LENGTH < end <= _LONGEST_LINE or self._received[_CODE_LENGTH] in b"-":
            return None
        line = bytes(self._received[: end + 1])
        if not _REPLY_LINE.match(line):
            return None
        del self._received[: end + 1]
        return int(line[:_CODE_LENGTH]), line[_CODE_LENGTH + 1 :].strip()

    def _read_reply(self) -> tuple[int, bytes]:
        deadline = time.monotonic() + self._limit
        texts: list[bytes] = []
        size = 0
        first = b""
        while True:
            line = self._read_line(deadline)
            size += len(line)
            code = line[:_CODE_LENGTH]
            first = first or code
            if not _REPLY_LINE.match(line) or code != first:
                raise NoReplyError(_("respuesta ilegible: %(line)s", line=line.decode("utf-8", "backslashreplace")))
            if size > _LONGEST_REPLY:
                raise NoReplyError(_("respuesta sin fin"))
            texts.append(line[_CODE_LENGTH + 1 :].strip())
            if line[_CODE_LENGTH : _CODE_LENGTH + 1] != b"-":
                return int(first), b"\n".join(texts)

    def find_early_reply(self) -> tuple[int, bytes] | None:
        """Return what the server said without being asked, if it did; raises NoReplyError if it hung up."""
        try:
            self._limit_waits(0.0)
            self._take(self._open.recv(_READ))
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        except OSError as problem:
            raise NoReplyError(_describe(problem)) from problem
        return self.getreply() if self._received else None

    def say_goodbye(self) -> None:
        """Send QUIT and wait a moment for the reply; raises NoReplyError."""
        self.phase = Stage.MAIL
        self.timeouts = replace(self.timeouts, mail=min(_GOODBYE_SECONDS, self.timeouts.mail))
        self.docmd("QUIT")

    @property
    def _limit(self) -> float:
        return float(getattr(self.timeouts, self.phase.name.lower()))

    def _read_line(self, deadline: float) -> bytes:
        while (end := self._received.find(b"\n") + 1) == 0 and len(self._received) <= _LONGEST_LINE:
            remaining = deadline - time.monotonic()
            try:
                self._limit_waits(max(remaining, _SHORTEST_WAIT))
                self._take(self._open.recv(_READ))
            except OSError as problem:
                raise NoReplyError(_describe(problem)) from problem
            if remaining <= 0:
                raise NoReplyError(_("respuesta demasiado lenta"))
        if end == 0 or end > _LONGEST_LINE:
            raise NoReplyError(_("respuesta con una línea sin fin"))
        line = bytes(self._received[:end])
        del self._received[:end]
        return line

    def _limit_waits(self, seconds: float) -> None:
        """Bound each wait of the socket; near the limit that holds already, nothing is done."""
        if not 0 <= self._waits - seconds < _NEAR:
            self._open.settimeout(seconds)
            self._waits = seconds

    def _take(self, octets: bytes) -> None:
        if not octets:
            raise NoReplyError(_("el servidor cerró la conexión"))
        self._received += octets


def _describe(problem: OSError) -> str:
    if isinstance(problem, TimeoutError):
        return _("el servidor no contestó a tiempo")
    return _("se perdió la conexión: %(problem)s", problem=problem)


@lru_cache(maxsize=1)
def _name_this_host() -> str | None:
    """Return the full name of this host for EHLO, or None if it has only a short or made-up one (RFC 5321 §4.1.3)."""
    name = socket.getfqdn()
    is_real = "." in name and name.isascii() and not name.endswith((".localdomain", ".local", ".arpa"))
    return name if is_real else None


def _write_literal(address: str) -> str:
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
