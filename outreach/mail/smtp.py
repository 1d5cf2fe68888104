"""Handing messages to a mail server by SMTP, one recipient each, over a kept-open connection (RFC 5321).

The commands are driven one by one: smtplib's `sendmail` cannot tell a connection lost before DATA from one lost after
the final dot, and those two must never be confused (V5).
"""

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator

from outreach.config import SmtpSettings
from outreach.mail.replies import escape_reply, judge
from outreach.mail.transport import Envelope, Kind, Scope, SomeParcel, Stage, Verdict, check_content
from outreach.mail.wire import NoReplyError, Timeouts, Wire
from outreach.translation import gettext as _

MOST_MESSAGES = 100  # S-13

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f-\x9f\ud800-\udfff]+@[A-Za-z0-9.-]+")
_PLAIN_ENVELOPE = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+ [A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
_SUCCESS = 2
_GO_ON = 3
_READY = 220  # the one success of STARTTLS (RFC 3207 §4)


class StoppedError(Exception):
    """The hand-over ended before its time, with this verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


class SmtpTransport:
    """Keeps the contract of Transport for one mail server; `timeouts` are those of RFC 5321 unless told otherwise."""

    def __init__(
        self, settings: SmtpSettings, timeouts: Timeouts | None = None, most_messages: int = MOST_MESSAGES
    ) -> None:
        self._settings = settings
        self._timeouts = timeouts or Timeouts()
        self._most_messages = most_messages
        self._messages = 0
        self._stage = Stage.CONNECT
        self._wire: Wire | None = None

    def send(self, envelope: Envelope, content: bytes, before_dot: Callable[[], None]) -> Verdict:
        """Hand over one message; see Transport."""
        check_content(content)
        check_envelope(envelope)
        try:
            verdict = self._hand_over(self._get_wire(), envelope, content, before_dot)
        except StoppedError as stop:
            verdict = stop.verdict
        except NoReplyError as lost:
            verdict = judge(self._stage, None, str(lost))
        except BaseException:
            self._drop()
            raise
        self._settle(verdict)
        return verdict

    def send_each(self, parcels: Iterator[SomeParcel]) -> Iterator[tuple[SomeParcel, Verdict]]:
        """Hand over one parcel after the other, one command at a time."""
        for parcel in parcels:
            yield parcel, self.send(parcel.envelope, parcel.content, parcel.before_dot)

    def close(self) -> None:
        """Say QUIT and hang up."""
        if self._wire is not None:
            with contextlib.suppress(NoReplyError):
                self._wire.say_goodbye()
        self._drop()

    def _hand_over(self, wire: Wire, envelope: Envelope, content: bytes, before_dot: Callable[[], None]) -> Verdict:
        options = choose_options(wire, envelope, len(content))
        if not content.isascii():
            options += _ask_for_eight_bits(wire)
        self._messages += 1
        self._ask(wire, Stage.MAIL, f"MAIL FROM:<{envelope.mail_from}>{options}")
        self._ask(wire, Stage.RCPT, f"RCPT TO:<{envelope.rcpt_to}>")
        self._ask(wire, Stage.DATA_COMMAND, "DATA", family=_GO_ON)
        self._enter(wire, Stage.CONTENT)
        self._send_content(wire, content)
        before_dot()
        _stop_if_answered(wire)
        self._enter(wire, Stage.DOT)
        wire.send(b".\r\n")
        code, text = wire.getreply()
        return judge(Stage.DOT, code, decode_reply(text))

    def _send_content(self, wire: Wire, content: bytes) -> None:
        """Send the message without its final dot; a server that refuses in the middle is heard."""
        try:
            wire.send(stuff_dots(content))
        except NoReplyError:
            _stop_if_answered(wire)
            raise
        _stop_if_answered(wire)

    def _get_wire(self) -> Wire:
        """Return the open connection, or a new one if there is none or the server has left it."""
        if self._wire is not None:
            try:
                is_stale = self._wire.find_early_reply() is not None
            except NoReplyError:
                is_stale = True
            if is_stale:
                self._drop()
        return self._wire or self._connect()

    def _connect(self) -> Wire:
        self._stage = Stage.CONNECT
        self._messages = 0
        try:
            wire = self._wire = Wire(self._settings.host, self._settings.port, self._timeouts)
        except OSError as problem:
            raise NoReplyError(_("no hay conexión: %(problem)s", problem=problem)) from problem
        if self._settings.security == "tls":
            self._encrypt(wire)
        self._greet(wire)
        if self._settings.security == "starttls":
            self._start_tls(wire)
        if self._settings.user:
            self._sign_in(wire, self._settings.user, self._settings.password or "")
        return wire

    def _greet(self, wire: Wire) -> None:
        self._enter(wire, Stage.GREETING)
        self._expect(Stage.GREETING, wire.getreply())
        reply = wire.ehlo()
        if reply[0] // 100 != _SUCCESS and self._settings.security == "none" and not self._settings.user:
            reply = wire.helo()
        self._expect(Stage.GREETING, reply)

    def _start_tls(self, wire: Wire) -> None:
        if not wire.has_extn("starttls"):
            raise StoppedError(judge(Stage.TLS, None, _("el servidor no ofrece STARTTLS y aquí se exige")))
        self._enter(wire, Stage.TLS)
        code, text = wire.docmd("STARTTLS")
        if code != _READY:
            raise StoppedError(judge(Stage.TLS, code, decode_reply(text)))
        self._encrypt(wire)
        self._expect(Stage.TLS, wire.ehlo())

    def _encrypt(self, wire: Wire) -> None:
        """Begin TLS 1.2 or newer with the server's certificate and name verified (S-21)."""
        self._enter(wire, Stage.TLS)
        try:
            context = ssl.create_default_context(cafile=self._settings.ca_file)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            wire.encrypt(context)
        except OSError as problem:
            raise NoReplyError(_("no hay conexión cifrada y verificada: %(problem)s", problem=problem)) from problem

    def _sign_in(self, wire: Wire, user: str, password: str) -> None:
        self._enter(wire, Stage.AUTH)
        if not wire.is_encrypted and not wire.is_loopback:
            raise StoppedError(_refuse_sign_in(_("una contraseña no viaja sin cifrar")))
        try:
            wire.login(user, password)
        except smtplib.SMTPAuthenticationError as refusal:
            text = refusal.smtp_error
            raise StoppedError(
                judge(Stage.AUTH, refusal.smtp_code, text if isinstance(text, str) else decode_reply(text))
            ) from refusal
        except (smtplib.SMTPException, ValueError) as problem:
            raise StoppedError(_refuse_sign_in(str(problem))) from problem

    def _enter(self, wire: Wire, stage: Stage) -> None:
        self._stage = wire.phase = stage

    def _ask(self, wire: Wire, stage: Stage, command: str, family: int = _SUCCESS) -> None:
        self._enter(wire, stage)
        wire.putcmd(command)
        self._expect(stage, wire.getreply(), family)

    def _expect(self, stage: Stage, reply: tuple[int, bytes], family: int = _SUCCESS) -> None:
        code, text = reply
        if code // 100 != family:
            raise StoppedError(judge(stage, code, decode_reply(text)))

    def _settle(self, verdict: Verdict) -> None:
        """Leave the connection ready for the next message, or without one."""
        if not self._keeps_connection(verdict):
            self._drop()
        elif self._messages >= self._most_messages:
            self.close()
        elif verdict.kind is not Kind.ACCEPTED and verdict.code is not None and self._wire is not None:
            try:
                self._ask(self._wire, Stage.MAIL, "RSET")
            except (NoReplyError, StoppedError):
                self._drop()

    def _keeps_connection(self, verdict: Verdict) -> bool:
        return verdict.stage in _REUSABLE and verdict.scope not in {Scope.CONNECTION, Scope.SERVER}

    def _drop(self) -> None:
        if self._wire is not None:
            with contextlib.suppress(OSError):
                self._wire.close()
            self._wire = None


_REUSABLE = frozenset({Stage.MAIL, Stage.RCPT, Stage.DATA_COMMAND, Stage.DOT})


def check_envelope(envelope: Envelope) -> None:
    """Raise ValueError for an address that could say something else on the line (V3)."""
    if _PLAIN_ENVELOPE.fullmatch(f"{envelope.mail_from} {envelope.rcpt_to}"):
        return
    for address in (envelope.mail_from, envelope.rcpt_to):
        if not _ADDRESS.fullmatch(address) and (address or address is envelope.rcpt_to):
            message = f"{address!a} is no bare address"
            raise ValueError(message)


def choose_options(wire: Wire, envelope: Envelope, length: int) -> str:
    """Write what MAIL says of a message of `length` octets, or stop if the server cannot carry it (S-20, F-21)."""
    options = ""
    most = wire.esmtp_features.get("size")
    if most is not None:
        if most.isdecimal() and 0 < int(most) < length:
            raise StoppedError(_refuse(Scope.MESSAGE, f"5.3.4 message of {length} octets, limit {most}"))
        options += f" SIZE={length}"
    if not (envelope.mail_from.isascii() and envelope.rcpt_to.isascii()):
        if not wire.has_extn("smtputf8"):
            raise StoppedError(_refuse(Scope.RECIPIENT, "5.6.7 unsupported route"))
        options += " SMTPUTF8"
    return options


def _ask_for_eight_bits(wire: Wire) -> str:
    if not wire.has_extn("8bitmime"):
        raise StoppedError(_refuse(Scope.MESSAGE, "5.6.3 conversion required"))
    return " BODY=8BITMIME"


def _refuse(scope: Scope, text: str) -> Verdict:
    return Verdict(Kind.REFUSED, scope, Stage.MAIL, None, text)


def _refuse_sign_in(text: str) -> Verdict:
    return Verdict(Kind.RETURNED, Scope.SENDER, Stage.AUTH, None, escape_reply(text))


def _stop_if_answered(wire: Wire) -> None:
    """Stop if the server spoke before the final dot: whatever it said, the message has not left."""
    early = wire.find_early_reply()
    if early is not None:
        raise StoppedError(judge(Stage.CONTENT, early[0], decode_reply(early[1])))


def stuff_dots(content: bytes) -> bytes:
    """Double a dot that begins a line and end with a line break (RFC 5321 §4.5.2)."""
    if content[:1] == b"." or b"\r\n." in content:
        content = (b"." if content[:1] == b"." else b"") + content.replace(b"\r\n.", b"\r\n..")
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def decode_reply(text: bytes) -> str:
    """Return a server's text, whatever octets it holds (S-23)."""
    return text.decode("utf-8", "backslashreplace")
