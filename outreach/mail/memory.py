"""A transport that keeps what it is given, for tests and rehearsals."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from outreach.mail.replies import judge
from outreach.mail.transport import Envelope, Kind, SomeParcel, Stage, Verdict, check_content


@dataclass(frozen=True, slots=True)
class ScriptedReply:
    """What the imagined server does with a message: the reply at `stage`; no code is a lost connection.

    `taken` says whether a message that lost its answer at the dot was kept all the same.
    """

    stage: Stage
    code: int | None
    text: str = ""
    taken: bool = False


ACCEPT = ScriptedReply(Stage.DOT, 250, "2.0.0 Ok")


def _accept(_envelope: Envelope) -> ScriptedReply:
    return ACCEPT


@dataclass(slots=True)
class MemoryTransport:
    """Keeps the contract of Transport; `outbox` holds what was taken, `script` answers for each envelope."""

    script: Callable[[Envelope], ScriptedReply] = _accept
    outbox: list[tuple[Envelope, bytes]] = field(default_factory=list)

    def send(self, envelope: Envelope, content: bytes, before_dot: Callable[[], None]) -> Verdict:
        """Put the message into the outbox, or answer as the script says."""
        check_content(content)
        reply = self.script(envelope)
        verdict = judge(reply.stage, reply.code, reply.text)
        if reply.stage is Stage.DOT:
            before_dot()
            if reply.taken or verdict.kind is Kind.ACCEPTED:
                self.outbox.append((envelope, content))
        return verdict

    def send_each(self, parcels: Iterator[SomeParcel]) -> Iterator[tuple[SomeParcel, Verdict]]:
        """Hand over one parcel after the other."""
        for parcel in parcels:
            yield parcel, self.send(parcel.envelope, parcel.content, parcel.before_dot)

    def close(self) -> None:
        """Nothing is open."""
