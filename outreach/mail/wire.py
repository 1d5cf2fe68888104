"""One SMTP connection that cannot be held for ever: bounded replies, a limit per phase, verified TLS.

smtplib reads lines without end and keeps one timeout for everything; this subclass reads replies itself and leaves the
rest, EHLO and sign-in, to smtplib.
"""

import errno
import ipaddress
import os
import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from outreach.mail.lanes import wait_ready
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
_SHORT_REPLY = re.compile(rb"([2-5][0-9]{2}) ([^\n]{0,1000})\n")
# MAIL and RCPT taken, content asked for, each said in one line.
_GO_AHEAD = re.compile(rb"(?:2[0-9]{2} [^\n]{0,1000}\n){2}3[0-9]{2} [^\n]{0,1000}\n")
_GOODBYE_SECONDS = 5.0


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

    def by_phase(self) -> dict[Stage, float]:
        """Return the limit of each phase."""
        return {phase: float(getattr(self, phase.name.lower())) for phase in Stage}


class NoReplyError(Exception):
    """No clear reply came; the text says what came instead, and the connection is of no further use."""


class Wire(smtplib.SMTP):
    """A connection whose replies are read within limits; `phase` says which limit holds."""

    def __init__(self, host: str, port: int, timeouts: Timeouts) -> None:
        """Connect, without waiting for the greeting; raises OSError."""
        super().__init__(local_hostname="")
        self._limits = timeouts.by_phase()
        self.phase: Stage = Stage.CONNECT
        self._host = host
        self._received = b""
        self._open: socket.socket = _connect(host, port, timeouts.connect)
        self.sock = self._open
        self._is_encrypted = False
        self._open.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.local_hostname = _name_this_host() or _write_literal(self._open.getsockname()[0])

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS protects what is said."""
        return self._is_encrypted

    @property
    def is_loopback(self) -> bool:
        """Whether the other end is this machine."""
        return ipaddress.ip_address(self._open.getpeername()[0].partition("%")[0]).is_loopback

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Begin TLS and forget what was offered in clear; raises OSError, and NoReplyError for words said too soon."""
        if self._received:
            raise NoReplyError(_("el servidor habló sin cifrar después de aceptar STARTTLS"))
        self._open = context.wrap_socket(self._open, server_hostname=self._host, do_handshake_on_connect=False)
        self.sock = self._open
        self._is_encrypted = True
        _shake_hands(self._open, time.monotonic() + self._limits[Stage.TLS])
        self.esmtp_features = {}
        self.does_esmtp = False
        self.ehlo_resp = self.helo_resp = None

    def send(self, s: "ReadableBuffer | str") -> None:
        """Send all of `s` within the phase's limit; raises NoReplyError."""
        octets = memoryview(s.encode() if isinstance(s, str) else s)
        try:
            for start in range(0, len(octets), _CHUNK):
                self._send_chunk(octets[start : start + _CHUNK])
        except OSError as problem:
            raise NoReplyError(_describe(problem)) from problem

    def _send_chunk(self, octets: memoryview) -> None:
        deadline = time.monotonic() + self._limits[self.phase]
        while octets:
            try:
                octets = octets[self._open.send(octets) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                _wait(self._open, deadline, to_write=True)
            except ssl.SSLWantReadError:
                _wait(self._open, deadline, to_write=False)

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply within the phase's limit, 2 KB a line, 64 KB in all; raises NoReplyError (S-23)."""
        deadline = time.monotonic() + self._limits[self.phase]
        if not self._received:
            self._receive(deadline)
        short = _SHORT_REPLY.match(self._received)
        if short is None:
            return self._read_reply(deadline)
        code, text = short.groups()
        self._received = self._received[short.end() :]
        return int(code), text.strip()

    def take_go_ahead(self) -> bool:
        """Take the plain yes to MAIL, RCPT and DATA if all of it has arrived, as behind a pipelined group it has."""
        found = _GO_AHEAD.match(self._received)
        if found is None:
            return False
        self._received = self._received[found.end() :]
        return True

    def _read_reply(self, deadline: float) -> tuple[int, bytes]:
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
            self._take(self._open.recv(_READ))
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        except OSError as problem:
            raise NoReplyError(_describe(problem)) from problem
        return self.getreply() if self._received else None

    def say_goodbye(self) -> None:
        """Send QUIT and wait a moment for the reply; raises NoReplyError."""
        self.phase = Stage.MAIL
        self._limits[Stage.MAIL] = min(_GOODBYE_SECONDS, self._limits[Stage.MAIL])
        self.docmd("QUIT")

    def _read_line(self, deadline: float) -> bytes:
        while (end := self._received.find(b"\n") + 1) == 0 and len(self._received) <= _LONGEST_LINE:
            self._receive(deadline)
        if end == 0 or end > _LONGEST_LINE:
            raise NoReplyError(_("respuesta con una línea sin fin"))
        line, self._received = self._received[:end], self._received[end:]
        return line

    def _receive(self, deadline: float) -> None:
        """Wait for more until `deadline`; what comes right after it is still read, and then it is too late."""
        is_late = time.monotonic() > deadline
        try:
            if not self._is_encrypted:  # encrypted octets may have arrived together with those before
                _wait(self._open, deadline, to_write=False)
            self._take(self._read_some(deadline))
        except OSError as problem:
            raise NoReplyError(_describe(problem)) from problem
        if is_late:
            raise NoReplyError(_("respuesta demasiado lenta"))

    def _read_some(self, deadline: float) -> bytes:
        while True:
            try:
                return self._open.recv(_READ)
            except (BlockingIOError, ssl.SSLWantReadError):
                _wait(self._open, deadline, to_write=False)
            except ssl.SSLWantWriteError:
                _wait(self._open, deadline, to_write=True)

    def _take(self, octets: bytes) -> None:
        if not octets:
            raise NoReplyError(_("el servidor cerró la conexión"))
        self._received += octets


def _connect(host: str, port: int, seconds: float) -> socket.socket:
    """Open a socket that never blocks to the first address of a host that answers in time; raises OSError."""
    failure: OSError | None = None
    for family, kind, protocol, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        opened = socket.socket(family, kind, protocol)
        try:
            opened.settimeout(0)
            code = opened.connect_ex(address)
            if code == errno.EINPROGRESS:
                _wait(opened, time.monotonic() + seconds, to_write=True)
                code = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                raise OSError(code, os.strerror(code))  # noqa: TRY301 - the next address is tried
        except OSError as problem:
            opened.close()
            failure = problem
        else:
            return opened
    raise failure or OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))


def _shake_hands(opened: ssl.SSLSocket, deadline: float) -> None:
    while True:
        try:
            return opened.do_handshake()
        except ssl.SSLWantReadError:
            _wait(opened, deadline, to_write=False)
        except ssl.SSLWantWriteError:
            _wait(opened, deadline, to_write=True)


def _wait(opened: socket.socket, deadline: float, *, to_write: bool) -> None:
    """Wait for a socket; raises TimeoutError."""
    if not wait_ready(opened.fileno(), to_write=to_write, until=deadline):
        raise TimeoutError


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
