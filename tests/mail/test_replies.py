"""What each reply at each stage means."""

import pytest

from outreach.mail.replies import LONGEST_REPLY, classify, escape_reply, find_enhanced_code, judge
from outreach.mail.transport import Kind, Scope, Stage

CODES = (421, 450, 451, 452, 454, 500, 501, 503, 530, 535, 550, 551, 552, 553, 554)
NOT_READ_AS_REFUSAL = (None, 250, 354)

RETURNED_CONNECTION = (Kind.RETURNED, Scope.CONNECTION)
RETURNED_SERVER = (Kind.RETURNED, Scope.SERVER)
RETURNED_SENDER = (Kind.RETURNED, Scope.SENDER)

# What holds for a whole family of codes at a stage, then the codes that are read differently there.
FAMILIES = {
    Stage.CONNECT: (RETURNED_SERVER, RETURNED_SERVER),
    Stage.GREETING: (RETURNED_SERVER, RETURNED_SERVER),
    Stage.TLS: (RETURNED_SERVER, RETURNED_SERVER),
    Stage.AUTH: (RETURNED_SERVER, RETURNED_SENDER),
    Stage.MAIL: ((Kind.POSTPONED, Scope.SERVER), RETURNED_SENDER),
    Stage.RCPT: ((Kind.POSTPONED, Scope.RECIPIENT), (Kind.REFUSED, Scope.RECIPIENT)),
    Stage.DATA_COMMAND: ((Kind.POSTPONED, Scope.MESSAGE), (Kind.REFUSED, Scope.MESSAGE)),
    Stage.CONTENT: ((Kind.POSTPONED, Scope.MESSAGE), (Kind.REFUSED, Scope.MESSAGE)),
    Stage.DOT: ((Kind.POSTPONED, Scope.MESSAGE), (Kind.REFUSED, Scope.MESSAGE)),
}
EXCEPTIONS = {
    (Stage.MAIL, 552): (Kind.REFUSED, Scope.MESSAGE),
    **{(stage, 503): RETURNED_CONNECTION for stage in (Stage.RCPT, Stage.DATA_COMMAND, Stage.CONTENT)},
    **{
        (stage, code): RETURNED_SENDER
        for stage in (Stage.MAIL, Stage.RCPT, Stage.DATA_COMMAND, Stage.CONTENT, Stage.DOT)
        for code in (530, 535)
    },
}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("code", CODES)
def test_every_refusal_at_every_stage_has_its_reading(stage: Stage, code: int) -> None:
    transient, permanent = FAMILIES[stage]
    expected = RETURNED_CONNECTION if code == 421 else transient if code < 500 else permanent
    assert classify(stage, code, "") == EXCEPTIONS.get((stage, code), expected)


@pytest.mark.parametrize("stage", Stage)
def test_no_clear_reply_is_uncertain_only_at_the_dot(stage: Stage) -> None:
    kind, scope = classify(stage, None, "")
    assert (kind is Kind.UNCERTAIN) == (stage is Stage.DOT)
    assert (kind is Kind.RETURNED) == (stage is not Stage.DOT)
    assert scope is (Scope.SERVER if stage in {Stage.CONNECT, Stage.GREETING, Stage.TLS} else Scope.CONNECTION)


def test_only_a_success_at_the_dot_is_an_acceptance() -> None:
    accepted = {
        (stage, code) for stage in Stage for code in (250, 251, 354) if classify(stage, code, "")[0] == "accepted"
    }
    assert accepted == {(Stage.DOT, 250), (Stage.DOT, 251)}


def test_an_intermediate_reply_at_the_dot_is_uncertain() -> None:
    assert classify(Stage.DOT, 354, "go on") == (Kind.UNCERTAIN, Scope.CONNECTION)


@pytest.mark.parametrize(
    ("stage", "code", "text", "expected"),
    [
        (Stage.RCPT, 452, "4.5.3 Error: too many recipients", RETURNED_CONNECTION),
        (Stage.RCPT, 452, "4.2.2 mailbox full", (Kind.POSTPONED, Scope.RECIPIENT)),
        (Stage.RCPT, 450, "4.2.0 Greylisted, see 4.5.3", (Kind.POSTPONED, Scope.RECIPIENT)),
        (Stage.MAIL, 550, "5.3.4 message size exceeds fixed limit", (Kind.REFUSED, Scope.MESSAGE)),
        (Stage.MAIL, 550, "5.7.1 sender not allowed", RETURNED_SENDER),
        (Stage.DOT, 452, "4.5.3 too many", (Kind.POSTPONED, Scope.MESSAGE)),
        (Stage.RCPT, 559, "no code that anybody knows", (Kind.REFUSED, Scope.RECIPIENT)),
        (Stage.RCPT, 499, "no code that anybody knows", (Kind.POSTPONED, Scope.RECIPIENT)),
    ],
)
def test_the_enhanced_code_and_the_first_digit_decide(
    stage: Stage, code: int, text: str, expected: tuple[Kind, Scope]
) -> None:
    assert classify(stage, code, text) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [("5.1.1 no such user", "5.1.1"), ("no 5.1.1", None), ("5.1.1.2 address", None), ("2.0.0", "2.0.0"), ("", None)],
)
def test_an_enhanced_code_stands_at_the_beginning(text: str, found: str | None) -> None:
    assert find_enhanced_code(text) == found


def test_a_reply_is_kept_short_and_harmless() -> None:
    verdict = judge(Stage.RCPT, 550, "no\r\n\x1b[31m\x85\u2028" + "ñ" * 2000)
    assert verdict.reply.startswith("no\\r\\n\\x1b[31m\\x85\\u2028ñ")
    assert len(verdict.reply.encode()) <= LONGEST_REPLY
    assert verdict.reply.isprintable()


def test_an_undecodable_reply_is_shown_all_the_same() -> None:
    assert escape_reply(b"caf\xe9".decode("ascii", "backslashreplace")) == "caf\\xe9"
    assert escape_reply("half a \ud800 character") == "half a \\ud800 character"
