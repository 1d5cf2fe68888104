"""A lean mail server for crowds: as real on the wire as the other, but it keeps only who got what subject."""

import re
import socketserver
import threading
import time
from collections import Counter
from types import TracebackType
from typing import Self

_END = b"\r\n.\r\n"
_ADDRESS = re.compile(rb"<([^>]*)>")


class QuickServer:
    """Takes every message; `subjects` holds the last one's header per address, as it came over the wire.

    `delay` is how long, in seconds, it keeps its answer back after it took a message.
    """

    def __init__(self, delay: float = 0.0, *, pipelining: bool = False) -> None:
        self.delay = delay
        self.offers = (b"PIPELINING", b"8BITMIME") if pipelining else (b"8BITMIME",)
        self.conversations = 0
        self.subjects: dict[str, bytes] = {}
        self.total = 0
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        owner = self

        class Conversation(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                owner.count_conversations(1)
                try:
                    _Conversation(owner, self).run()
                finally:
                    owner.count_conversations(-1)

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.port: int = self._server.server_address[1]

    def take(self, address: str, content: bytes) -> None:
        """Count a message; called before it is answered."""
        with self._lock:
            self.total += 1
            self._counts[address] += 1
            head = content.partition(b"\r\n\r\n")[0]
            self.subjects[address] = head[head.index(b"\r\nSubject: ") + 2 :]

    def count_conversations(self, more: int) -> None:
        """Note that connections were opened, or ended."""
        with self._lock:
            self.conversations += more

    def wait_until_idle(self, seconds: float = 10.0) -> None:
        """Wait until everything that clients sent before they left, or were killed, is read; raises TimeoutError."""
        deadline = time.monotonic() + seconds
        calm = 0
        while calm < 3:
            calm = calm + 1 if self.conversations == 0 else 0
            if time.monotonic() > deadline:
                message = f"{self.conversations} conversations go on"
                raise TimeoutError(message)
            time.sleep(0.005)

    def count(self) -> Counter[str]:
        """Return how many messages each address got."""
        with self._lock:
            return Counter(self._counts)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Conversation:
    """One connection of the lean server."""

    def __init__(self, owner: QuickServer, handler: socketserver.StreamRequestHandler) -> None:
        self._owner = owner
        self._socket = handler.connection
        self._buffer = b""
        self._address = ""

    def run(self) -> None:
        """Answer until the client leaves or dies."""
        self._answer(b"220 ready")
        while line := self._read_until(b"\r\n"):
            verb = line[:4].upper()
            if verb == b"EHLO":
                offers = b"".join(b"250-" + offer + b"\r\n" for offer in self._owner.offers)
                self._answer(b"250-quick\r\n" + offers + b"250 SIZE 10485760")
            elif verb == b"DATA":
                self._answer(b"354 go on")
                content = self._read_until(_END)
                if not content:
                    return
                self._owner.take(self._address, content)
                time.sleep(self._owner.delay)
                self._answer(b"250 2.0.0 Ok")
            elif verb == b"QUIT":
                self._answer(b"221 2.0.0 Bye")
                return
            else:
                if verb == b"RCPT":
                    self._address = _ADDRESS.findall(line)[0].decode()
                self._answer(b"250 2.0.0 Ok")

    def _read_until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            try:
                part = self._socket.recv(65536)
            except ConnectionError:
                return b""
            if not part:
                return b""
            self._buffer += part
        found, _, self._buffer = self._buffer.partition(end)
        return found + end

    def _answer(self, line: bytes) -> None:
        try:
            self._socket.sendall(line + b"\r\n")
        except ConnectionError:
            self._buffer = b""
