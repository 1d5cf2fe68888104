"""A mail server that misbehaves on demand; what it took is the oracle for who got what, and how often.

    with ScriptedServer({"rcpt": ["450 4.2.0 later"], "dot": [Take(Fault.DROP)]}) as server:
        ...  # deliver to 127.0.0.1 port server.port
    server.count_for("ana@example.org")

A script names stages: greeting, ehlo, starttls, auth, mail, rcpt, data, content, dot, rset, quit. Each holds one answer
for ever, or a list of answers for the first, second, … time the stage is reached on any connection and success after
them, or a function of the address (at rcpt and dot) or of the command line (elsewhere) that returns an answer, or None
for success. An answer is a reply without its line end, raw bytes, a Fault, a Pause, or Take, at the dot.
"""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from smtp_script import Answer, Fault, Pause, Script, Take, Taken

__all__ = ["Answer", "Fault", "Pause", "Script", "ScriptedServer", "Take", "Taken"]


class _HungUpError(Exception):
    pass


class ScriptedServer:
    """Listens on a port of 127.0.0.1 while its `with` block runs; `script` may be changed meanwhile."""

    def __init__(
        self,
        script: Script | None = None,
        features: tuple[str, ...] = ("SIZE 10485760", "8BITMIME", "SMTPUTF8"),
        tls: ssl.SSLContext | None = None,
        *,
        tls_from_start: bool = False,
    ) -> None:
        self.script: Script = script or {}
        self.features = features
        self.tls = tls
        self.tls_from_start = tls_from_start
        self.taken: list[Taken] = []
        self.commands: list[str] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._reached: dict[str, int] = {}
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self.hang_up()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def count_for(self, address: str) -> int:
        """Return how many messages were taken for `address`."""
        return sum(message.rcpt_to == address for message in self.taken)

    def hang_up(self) -> None:
        """Close every connection, as a server that is stopped does."""
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def choose(self, stage: str, subject: str) -> Answer | None:
        """Return the script's answer now that `stage` is reached once more."""
        with self._lock:
            turn = self._reached.get(stage, 0)
            self._reached[stage] = turn + 1
        answer = self.script.get(stage)
        if callable(answer):
            return answer(subject)
        if isinstance(answer, list):
            return answer[turn] if turn < len(answer) else None
        return answer

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        conversation = _Conversation(self, connection)
        with suppress(OSError, _HungUpError):
            conversation.run()
        conversation.socket.close()


class _Conversation:
    """One connection: reads commands, answers as the script says."""

    def __init__(self, server: ScriptedServer, connection: socket.socket) -> None:
        self.server = server
        self.socket = connection
        self.received = bytearray()
        self.mail_from = self.rcpt_to = ""

    def run(self) -> None:
        if self.server.tls and self.server.tls_from_start:
            self._encrypt()
        self._say(self.server.choose("greeting", "") or "220 scripted.example.org ESMTP")
        while True:
            line = self._read_until(b"\r\n").decode("utf-8", "replace")
            self.server.commands.append(line)
            verb, _space, rest = line.partition(" ")
            getattr(self, f"_on_{verb.lower()}", self._on_unknown)(rest)

    def _on_unknown(self, _rest: str) -> None:
        self._say("500 5.5.2 unknown command")

    def _on_ehlo(self, rest: str) -> None:
        offers = [*self.server.features]
        if self.server.tls and not isinstance(self.socket, ssl.SSLSocket):
            offers.append("STARTTLS")
        lines = ["scripted.example.org", *offers]
        text = "\r\n".join(f"250-{line}" for line in lines[:-1]) + f"\r\n250 {lines[-1]}"
        self._say(self.server.choose("ehlo", rest) or text.lstrip("\r\n"))

    def _on_helo(self, _rest: str) -> None:
        self._say("250 scripted.example.org")

    def _on_starttls(self, rest: str) -> None:
        answer = self.server.choose("starttls", rest)
        self._say(answer or "220 2.0.0 go ahead")
        if answer is None:
            self._encrypt()

    def _on_auth(self, rest: str) -> None:
        self._say(self.server.choose("auth", rest) or "235 2.7.0 welcome")

    def _on_mail(self, rest: str) -> None:
        self.mail_from = _read_path(rest)
        self._say(self.server.choose("mail", rest) or "250 2.1.0 Ok")

    def _on_rcpt(self, rest: str) -> None:
        self.rcpt_to = _read_path(rest)
        self._say(self.server.choose("rcpt", self.rcpt_to) or "250 2.1.5 Ok")

    def _on_data(self, rest: str) -> None:
        answer = self.server.choose("data", rest) or "354 go on"
        self._say(answer)
        if not isinstance(answer, str) or not answer.startswith("354"):
            return
        in_the_middle = self.server.choose("content", self.rcpt_to)
        if in_the_middle is not None:
            self._read_some()
            self._say(in_the_middle)
        content = b"\r\n" + self._read_until(b"\r\n.\r\n") + b"\r\n"
        message = Taken(self.mail_from, self.rcpt_to, content.replace(b"\r\n..", b"\r\n.")[2:])
        chosen = self.server.choose("dot", self.rcpt_to)
        answer = "250 2.0.0 Ok: queued" if chosen is None else chosen
        text = answer.then if isinstance(answer, Pause) else answer
        if isinstance(answer, Take) or (isinstance(text, str) and text.startswith("2")):
            self.server.taken.append(message)
        self._say(answer.then if isinstance(answer, Take) else answer)

    def _on_rset(self, rest: str) -> None:
        self._say(self.server.choose("rset", rest) or "250 2.0.0 Ok")

    def _on_quit(self, rest: str) -> None:
        self._say(self.server.choose("quit", rest) or "221 2.0.0 Bye")
        raise _HungUpError

    def _say(self, answer: Answer) -> None:
        if isinstance(answer, Pause):
            self.server.stopping.wait(answer.seconds)
            answer = answer.then
        if isinstance(answer, str):
            self.socket.sendall(answer.encode() + b"\r\n")
        elif isinstance(answer, bytes):
            self.socket.sendall(answer)
        elif isinstance(answer, Fault):
            self._misbehave(answer)

    def _misbehave(self, fault: Fault) -> None:
        if fault is Fault.GARBAGE:
            self.socket.sendall(b"\xff\x00 nothing that anybody understands\r\n")
            return
        if fault is Fault.SILENCE:
            while self.socket.recv(65536):
                pass
        while fault is Fault.TRICKLE and not self.server.stopping.wait(0.05):
            self.socket.sendall(b"2")
        while fault in {Fault.ENDLESS, Fault.FLOOD}:
            self.socket.sendall((b"250-more\r\n" if fault is Fault.ENDLESS else b"250 more ") * 100)
        raise _HungUpError

    def _encrypt(self) -> None:
        if self.server.tls is not None:
            self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)

    def _read_some(self) -> None:
        octets = self.socket.recv(65536)
        if not octets:
            raise _HungUpError
        self.received += octets

    def _read_until(self, ending: bytes) -> bytes:
        searched = 0
        while (end := self.received.find(ending, searched)) < 0:
            searched = max(0, len(self.received) - len(ending))
            self._read_some()
        found = bytes(self.received[:end])
        del self.received[: end + len(ending)]
        return found


def _read_path(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
