"""A small load generator: keep-alive connections to one server on loopback, driven by one loop over sockets.

It understands just the answers that arrive here: a head, then `Content-Length` bytes, chunks, or nothing (204, 304).
One question costs it about 20 µs, so one process asks several times faster than any contender answers; how much of
a core it took is measured too.
"""

import gc
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median

HOST = "127.0.0.1"
READ_BYTES = 2**18
_BODILESS = (204, 304)


class UnexpectedAnswerError(Exception):
    """A contender did not answer as the work asks; its figure would mean nothing."""


@dataclass(slots=True)
class Answer:
    """One answer as it arrives; `feed` it until it is `done`."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body_bytes: int = 0
    done: bool = False
    _head: bytes = b""
    _left: int = 0
    _chunked: bool = False
    _last: bool = False
    _rest: bytes = b""

    def feed(self, data: bytes) -> None:
        if not self.status:
            self._head += data
            head, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._read_head(head)
        if self._chunked:
            self._read_chunks(data)
        elif not self.done:
            self.body_bytes += len(data)
            self._left -= len(data)
            self.done = self._left <= 0

    def _read_head(self, head: bytes) -> None:
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(first.split(" ", 2)[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self._chunked = self.headers.get("transfer-encoding", "").lower() == "chunked"
        self._left = int(self.headers.get("content-length", 0))
        self.done = self.status in _BODILESS or not (self._chunked or self._left)
        self._chunked &= not self.done

    def _read_chunks(self, data: bytes) -> None:
        while data:
            if self._left:  # of a chunk and the line end behind it
                taken = min(self._left, len(data))
                self._left -= taken
                data = data[taken:]
                self.done = self._last and not self._left
                continue
            size, end, rest = (self._rest + data).partition(b"\r\n")
            if not end:
                self._rest += data
                return
            self._rest, data = b"", rest
            length = int(size.partition(b";")[0], 16)
            self._last = not length
            self.body_bytes += length
            self._left = length + 2


@dataclass(frozen=True, slots=True)
class Sample:
    """One question: seconds until the first byte of the body and until the last, status, length."""

    first_s: float
    whole_s: float
    status: int
    body_bytes: int


@dataclass(frozen=True, slots=True)
class Measure:
    """What one contender did in one turn."""

    samples: tuple[Sample, ...]
    seconds: float
    own_cpu_s: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.samples) / self.seconds

    @property
    def p50_ms(self) -> float:
        return median(sample.whole_s for sample in self.samples) * 1000

    @property
    def first_s(self) -> float:
        """The slowest first byte."""
        return max(sample.first_s for sample in self.samples)


@dataclass(slots=True)
class _Client:
    link: socket.socket
    answer: Answer = field(default_factory=Answer)
    asked: float = 0.0
    first: float = 0.0

    def ask(self, request: bytes) -> None:
        self.answer, self.first = Answer(), 0.0
        self.asked = time.perf_counter()
        self.link.sendall(request)

    def read(self) -> Sample | None:
        data = self.link.recv(READ_BYTES)
        if not data:
            raise UnexpectedAnswerError("the server closed the connection")
        answer = self.answer
        answer.feed(data)
        now = time.perf_counter()
        if not self.first and (answer.body_bytes or answer.done):
            self.first = now
        if not answer.done:
            return None
        return Sample(self.first - self.asked, now - self.asked, answer.status, answer.body_bytes)


def question(path: str, **headers: str) -> bytes:
    """Write a GET request."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", *(f"{n.replace('_', '-')}: {v}" for n, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def load(
    port: int, requests: Iterable[bytes], *, clients: int, seconds: float = float("inf"), status: int = 200
) -> Measure:
    """Ask with so many clients at once until the time is over or no request is left; all that was asked is awaited.

    Raises
    ------
    UnexpectedAnswerError
        An answer has another status than `status`.
    """
    links = [socket.create_connection((HOST, port), timeout=120) for _ in range(clients)]
    for link in links:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    gc.disable()
    try:
        return _run([_Client(link) for link in links], iter(requests), seconds, status)
    finally:
        gc.enable()
        for link in links:
            link.close()


def _run(clients: list[_Client], requests: Iterator[bytes], seconds: float, status: int) -> Measure:
    samples: list[Sample] = []
    cpu, start = time.process_time(), time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for client in clients:
            if request := next(requests, None):
                waiting.register(client.link, selectors.EVENT_READ, client)
                client.ask(request)
        while waiting.get_map():
            for key, _ in waiting.select():
                if not (sample := key.data.read()):
                    continue
                samples.append(sample)
                if sample.status != status:
                    raise UnexpectedAnswerError(f"{sample.status} instead of {status}")
                over = time.perf_counter() - start >= seconds
                if over or not (request := next(requests, None)):
                    waiting.unregister(key.fileobj)
                else:
                    key.data.ask(request)
    return Measure(tuple(samples), time.perf_counter() - start, time.process_time() - cpu)
