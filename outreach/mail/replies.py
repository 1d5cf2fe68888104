"""What a mail server's reply means for the message, its reader, its sender and the connection (RFC 5321 §4.2)."""

import re

from outreach.mail.transport import Kind, Scope, Stage, Verdict

LONGEST_REPLY = 1024

_SERVICE_CLOSING = 421
_BAD_SEQUENCE = 503
_TOO_LARGE = 552
_SIGN_IN_DEMANDED = frozenset({530, 535, 538})
_TOO_MANY_RECIPIENTS = "4.5.3"
_SIZE_CODES = frozenset({"5.2.3", "5.3.4"})
_ENHANCED_CODE = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?!\S)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_OPENING = frozenset({Stage.CONNECT, Stage.GREETING, Stage.TLS})

_ACCEPTED = 2
_TRANSIENT = 4
_PERMANENT = 5


def find_enhanced_code(text: str) -> str | None:
    """Return the enhanced status code that a reply's text begins with (RFC 2034), such as `5.1.1`."""
    found = _ENHANCED_CODE.match(text.lstrip())
    return found.group(1) if found else None


def escape_reply(text: str) -> str:
    r"""Return at most 1 KB of a server's text, its control characters written as \xNN, \n and the like."""
    if len(text) <= LONGEST_REPLY and text.isascii() and text.isprintable():
        return text
    shown = _CONTROLS.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)
    return shown.encode("utf-8", "backslashreplace")[:LONGEST_REPLY].decode("utf-8", "ignore")


def judge(stage: Stage, code: int | None, text: str) -> Verdict:
    """Return the verdict on a reply; `code` is None when no clear one came."""
    if stage is Stage.DOT and code is not None and code // 100 == _ACCEPTED:
        return Verdict(Kind.ACCEPTED, Scope.MESSAGE, stage, code, escape_reply(text))
    kind, scope = classify(stage, code, text)
    return Verdict(kind, scope, stage, code, escape_reply(text))


def classify(stage: Stage, code: int | None, text: str) -> tuple[Kind, Scope]:
    """Tell what a reply at `stage` means and whom it is about (S-01 to S-04).

    `code` is None for a lost connection, silence, garbage or a reply without end. A success anywhere but at the dot
    is never asked about, except where it makes no sense: then the conversation is out of step.
    """
    if stage in _OPENING:
        return Kind.RETURNED, Scope.CONNECTION if code == _SERVICE_CLOSING else Scope.SERVER
    if stage is Stage.DOT:
        return _classify_dot(code)
    if code is None or code == _SERVICE_CLOSING:
        return Kind.RETURNED, Scope.CONNECTION
    family = code // 100
    if family == _TRANSIENT:
        return _classify_transient(stage, text)
    if family == _PERMANENT:
        return _classify_permanent(stage, code, text)
    return Kind.RETURNED, Scope.CONNECTION


def _classify_dot(code: int | None) -> tuple[Kind, Scope]:
    """Only a clear refusal at the dot says that the message was not taken; 421 is one (RFC 5321 §3.8).

    Some servers say only here that the sign-in does not do: that is nobody's fault who was to read the message.
    """
    if code == _SERVICE_CLOSING:
        return Kind.RETURNED, Scope.CONNECTION
    if code in _SIGN_IN_DEMANDED:
        return Kind.RETURNED, Scope.SENDER
    family = 0 if code is None else code // 100
    if family == _ACCEPTED:
        return Kind.ACCEPTED, Scope.MESSAGE
    if family == _TRANSIENT:
        return Kind.POSTPONED, Scope.MESSAGE
    if family == _PERMANENT:
        return Kind.REFUSED, Scope.MESSAGE
    return Kind.UNCERTAIN, Scope.CONNECTION


def _classify_transient(stage: Stage, text: str) -> tuple[Kind, Scope]:
    if stage is Stage.AUTH:
        return Kind.RETURNED, Scope.SERVER
    if find_enhanced_code(text) == _TOO_MANY_RECIPIENTS:
        return Kind.RETURNED, Scope.CONNECTION
    if stage is Stage.MAIL:
        return Kind.POSTPONED, Scope.SERVER
    return Kind.POSTPONED, Scope.RECIPIENT if stage is Stage.RCPT else Scope.MESSAGE


def _classify_permanent(stage: Stage, code: int, text: str) -> tuple[Kind, Scope]:
    """Blame the sender for MAIL, the reader for RCPT and the message for DATA, unless the code names somebody else."""
    if stage is Stage.AUTH or code in _SIGN_IN_DEMANDED:
        return Kind.RETURNED, Scope.SENDER
    if stage is Stage.MAIL:
        too_large = code == _TOO_LARGE or find_enhanced_code(text) in _SIZE_CODES
        return (Kind.REFUSED, Scope.MESSAGE) if too_large else (Kind.RETURNED, Scope.SENDER)
    if code == _BAD_SEQUENCE:
        return Kind.RETURNED, Scope.CONNECTION
    return Kind.REFUSED, Scope.RECIPIENT if stage is Stage.RCPT else Scope.MESSAGE
