"""Groups of commands in one write: the verdicts keep their order, and at most one message is ever in doubt."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from mail_samples import PATIENT, make_form, make_recipient, make_settings
from outreach.mail.compiling import compile_message
from outreach.mail.pipelining import PipeliningTransport
from outreach.mail.transport import Envelope, Kind, Scope, Stage, Verdict
from smtp_servers import Answer, Fault, Script, ScriptedServer

CONTENT = compile_message(make_form()).for_recipient(make_recipient(), {})
# In a list of answers, the server's own success at that turn.
AS_USUAL: Any = None
FEATURES = ("SIZE 10485760", "8BITMIME", "PIPELINING")


@dataclass(slots=True)
class Sample:
    """A parcel that remembers when its dot was about to leave."""

    number: int
    dots: list[int] = field(repr=False)
    content: bytes = field(default=CONTENT, repr=False)

    @property
    def envelope(self) -> Envelope:
        return Envelope("b+1@rebotes.example.org", f"persona{self.number}@example.org")

    def before_dot(self) -> None:
        self.dots.append(self.number)


def _send(
    script: Script, count: int, features: tuple[str, ...] = FEATURES, most: int = 100
) -> tuple[list[tuple[int, Verdict]], list[int], ScriptedServer]:
    dots: list[int] = []
    with ScriptedServer(script, features=features) as server:
        transport = PipeliningTransport(make_settings(server.port), PATIENT, most)
        parcels = (Sample(number, dots) for number in range(count))
        verdicts = [(parcel.number, verdict) for parcel, verdict in transport.send_each(parcels)]
        transport.close()
    return verdicts, dots, server


@pytest.mark.parametrize("features", [FEATURES, ("SIZE 10485760", "8BITMIME")])
def test_every_parcel_is_handed_over_once_and_in_order(features: tuple[str, ...]) -> None:
    verdicts, dots, server = _send({}, 25, features)
    assert [number for number, _ in verdicts] == dots == list(range(25))
    assert {verdict.kind for _, verdict in verdicts} == {Kind.ACCEPTED}
    assert [taken.rcpt_to for taken in server.taken] == [f"persona{number}@example.org" for number in range(25)]
    assert server.connections == 1


def test_a_connection_is_left_after_its_messages() -> None:
    verdicts, _, server = _send({}, 25, most=10)
    assert len(verdicts) == 25
    assert server.connections == 3
    assert server.commands.count("QUIT") == 3


def test_a_refused_reader_does_not_hold_up_the_next() -> None:
    def refuse(address: str) -> str | None:
        return "550 5.1.1 Unknown" if address.startswith(("persona2@", "persona3@")) else None

    verdicts, dots, server = _send({"rcpt": refuse, "data": _answer_data(server_refuses={2, 3})}, 6)
    assert [(number, verdict.kind) for number, verdict in verdicts if verdict.kind is not Kind.ACCEPTED] == [
        (2, Kind.REFUSED),
        (3, Kind.REFUSED),
    ]
    assert dots == [0, 1, 4, 5]
    assert len(server.taken) == 4


def _answer_data(server_refuses: set[int]) -> list[Answer]:
    """Answer DATA as a server does that has no valid recipient, at the turns of these messages."""
    return ["554 5.5.1 No valid recipients" if turn in server_refuses else AS_USUAL for turn in range(6)]


def test_content_never_follows_where_data_was_taken_for_nobody() -> None:
    verdicts, dots, server = _send({"rcpt": ["550 5.1.1 Unknown"]}, 3)
    assert [verdict.kind for _, verdict in verdicts] == [Kind.REFUSED, Kind.ACCEPTED, Kind.ACCEPTED]
    assert dots == [1, 2]
    assert [taken.rcpt_to for taken in server.taken] == ["persona1@example.org", "persona2@example.org"]


def test_an_answer_lost_after_the_dot_puts_one_message_in_doubt() -> None:
    verdicts, dots, server = _send({"dot": [AS_USUAL, Fault.DROP]}, 5)
    doubtful = [(number, verdict) for number, verdict in verdicts if verdict.kind is Kind.UNCERTAIN]
    assert [(number, verdict.stage, verdict.scope) for number, verdict in doubtful] == [
        (1, Stage.DOT, Scope.CONNECTION)
    ]
    assert dots == [0, 1, 2, 3, 4]
    assert server.connections == 2
    assert [server.count_for(f"persona{number}@example.org") for number in (0, 2, 3, 4)] == [1, 1, 1, 1]


def test_a_message_refused_at_the_dot_leaves_the_announced_one_in_step() -> None:
    verdicts, _, server = _send({"dot": ["554 5.6.0 Looks like spam"]}, 4)
    assert [verdict.kind for _, verdict in verdicts] == [Kind.REFUSED, *[Kind.ACCEPTED] * 3]
    assert server.connections == 1


def test_who_stops_early_leaves_nothing_half_said() -> None:
    dots: list[int] = []
    with ScriptedServer({}, features=FEATURES) as server:
        transport = PipeliningTransport(make_settings(server.port), PATIENT)

        def give() -> Iterator[Sample]:
            yield from (Sample(number, dots) for number in range(10))

        handing_over = transport.send_each(give())
        next(handing_over)
        next(handing_over)
        handing_over.close()  # type: ignore[attr-defined]  # a generator
        again = list(transport.send_each(iter([Sample(99, dots)])))
        transport.close()
    assert [verdict.kind for _, verdict in again] == [Kind.ACCEPTED]
    assert dots == [0, 1, 99]
    assert [taken.rcpt_to for taken in server.taken] == [f"persona{number}@example.org" for number in (0, 1, 99)]


def test_what_the_hook_raises_keeps_the_dot_back() -> None:
    class Full(Sample):
        def before_dot(self) -> None:
            raise OSError(28, "No space left on device")

    with ScriptedServer({}, features=FEATURES) as server:
        transport = PipeliningTransport(make_settings(server.port), PATIENT)
        with pytest.raises(OSError, match="No space"):
            list(transport.send_each(iter([Full(1, [])])))
        transport.close()
    assert server.taken == []
