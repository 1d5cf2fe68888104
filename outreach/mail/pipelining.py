"""Groups of commands in one write, where the server offers PIPELINING (RFC 2920).

MAIL, RCPT and DATA of a message travel behind the content and final dot of the one before. The content itself waits for
its 354, so at most one message of a connection is ever in doubt.
"""

from collections.abc import Iterator

from outreach.mail.replies import judge
from outreach.mail.smtp import SmtpTransport, StoppedError, check_envelope, choose_options, decode_reply
from outreach.mail.transport import Envelope, Kind, Parcel, SomeParcel, Stage, Verdict
from outreach.mail.wire import NoReplyError, Wire

_SUCCESS = 2
_GO_ON = 3
_STEPS = ((Stage.MAIL, _SUCCESS), (Stage.RCPT, _SUCCESS), (Stage.DATA_COMMAND, _GO_ON))


def _write_announcement(wire: Wire, envelope: Envelope, length: int) -> bytes:
    options = choose_options(wire, envelope, length)
    return f"MAIL FROM:<{envelope.mail_from}>{options}\r\nRCPT TO:<{envelope.rcpt_to}>\r\nDATA\r\n".encode()


class PipeliningTransport(SmtpTransport):
    """Keeps the contract of Transport; without PIPELINING it goes one command at a time."""

    # Whether MAIL, RCPT and DATA of the next parcel are on their way, their replies not yet read.
    _is_announced = False

    def send_each(self, parcels: Iterator[SomeParcel]) -> Iterator[tuple[SomeParcel, Verdict]]:
        """Hand over parcels in their order, the next one announced with the final dot of the one before."""
        current = next(parcels, None)
        ahead: list[SomeParcel] = []  # at most one, taken before its turn
        try:
            while current is not None:
                yield current, self._carry(current, parcels, ahead)
                current = ahead.pop() if ahead else next(parcels, None)
        finally:
            if self._is_announced:
                self._drop()

    def _carry(self, parcel: SomeParcel, parcels: Iterator[SomeParcel], ahead: list[SomeParcel]) -> Verdict:
        if not self._is_announced:
            check_envelope(parcel.envelope)
        try:
            wire = self._announce(parcel)
            if wire is None:
                return self.send(parcel.envelope, parcel.content, parcel.before_dot)
            if wire.take_go_ahead():
                self._is_announced = False
            else:
                self._read_announcement(wire)
            announcement = b""
            if self._messages < self._most_messages:
                announcement = self._prepare_next(wire, parcels, ahead)
            verdict = self._deliver(wire, parcel, announcement)
        except StoppedError as stop:
            verdict = stop.verdict
            self._settle(verdict)
        except NoReplyError as lost:
            verdict = judge(self._stage, None, str(lost))
            self._settle(verdict)
        except BaseException:
            self._drop()
            raise
        return verdict

    def _announce(self, parcel: SomeParcel) -> Wire | None:
        """Send MAIL, RCPT and DATA unless they are on their way; None when the server wants them one at a time."""
        if self._is_announced and self._wire is not None:
            return self._wire
        self._is_announced = False
        wire = self._get_wire()
        if not wire.has_extn("pipelining"):
            return None
        announcement = _write_announcement(wire, parcel.envelope, len(parcel.content))
        self._enter(wire, Stage.MAIL)
        wire.send(announcement)
        self._messages += 1
        return wire

    def _read_announcement(self, wire: Wire) -> None:
        """Read the three replies; raises StoppedError with the first refusal, the connection in step again."""
        self._is_announced = False
        refusal: Verdict | None = None
        code = 0
        for stage, family in _STEPS:
            self._enter(wire, stage)
            try:
                code, text = wire.getreply()
            except NoReplyError:
                if refusal is None:
                    raise
                self._drop()
                break
            if refusal is None and code // 100 != family:
                refusal = judge(stage, code, decode_reply(text))
        if refusal is not None:
            if code // 100 == _GO_ON:
                # DATA was taken although something before it was not: content must not follow.
                self._drop()
            raise StoppedError(refusal)

    def _deliver(self, wire: Wire, parcel: Parcel, announcement: bytes) -> Verdict:
        """Send the content and the final dot, and behind them what announces the next parcel."""
        group = b"".join((parcel.content, b".\r\n", announcement))
        parcel.before_dot()
        self._enter(wire, Stage.DOT)
        wire.send(group)
        self._is_announced = bool(announcement)
        self._messages += self._is_announced
        code, text = wire.getreply()
        verdict = judge(Stage.DOT, code, decode_reply(text))
        if not self._is_announced or (verdict.kind is not Kind.ACCEPTED and not self._keeps_connection(verdict)):
            self._settle(verdict)
        return verdict

    def _prepare_next(self, wire: Wire, parcels: Iterator[SomeParcel], ahead: list[SomeParcel]) -> bytes:
        """Take the next parcel, if there is one, and write what announces it."""
        following = next(parcels, None)
        if following is None:
            return b""
        ahead.append(following)
        try:
            check_envelope(following.envelope)
            return _write_announcement(wire, following.envelope, len(following.content))
        except (StoppedError, ValueError):
            # What is wrong with it is told when its own turn comes.
            return b""

    def _drop(self) -> None:
        self._is_announced = False
        super()._drop()
