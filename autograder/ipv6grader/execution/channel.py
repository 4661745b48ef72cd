"""Messages between processes that need not trust each other: a length, then that much JSON.

A message that is too long, is no JSON or never ends raises `ChannelError`; it never fills the
memory, and it never waits beyond its deadline.
"""

import json
import select
import signal
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LENGTH = struct.Struct("!I")
_INTERRUPTS = {signal.SIGINT, signal.SIGALRM, signal.SIGUSR1}
MESSAGE_BYTES = 16 * 1024 * 1024
"""The longest message that is read, unless told otherwise."""


class ChannelError(Exception):
    """The other side sent what is no message, or too much of it."""


class ClosedError(ChannelError):
    """The other side has ended."""


class LateError(ChannelError):
    """Nothing whole came before the deadline."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold interrupts and alarms back, but while a channel waits: then nothing is half done.

    An error that a signal's handler raises would else leave half a message behind, or lose one.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def disturbed() -> Iterator[None]:
    """Let interrupts and alarms come, inside of `undisturbed`."""
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Channel:
    """One end of a pair of connected sockets."""

    def __init__(self, end: socket.socket, limit: int = MESSAGE_BYTES) -> None:
        self._end = end
        self._limit = limit
        self._read = bytearray()

    def fileno(self) -> int:
        """Return the descriptor, for `select`."""
        return self._end.fileno()

    def close(self) -> None:
        """Close this end."""
        self._end.close()

    def send(self, message: Any) -> None:
        """Send a message, whole.

        Raises:
            ChannelError: It is longer than the other side reads.
            ClosedError: The other side has ended.
        """
        data = json.dumps(message, separators=(",", ":")).encode()
        if len(data) > self._limit:
            raise ChannelError(f"a message of {len(data)} bytes is over {self._limit}")
        try:
            self._end.sendall(_LENGTH.pack(len(data)) + data)
        except OSError as why:
            raise ClosedError(str(why)) from None

    def receive(self, deadline: float | None = None) -> Any:
        """Return the next message.

        Args:
            deadline: On `time.monotonic`'s clock; None waits for ever.

        Raises:
            LateError: It did not come in time. What came of it is kept.
            ClosedError: The other side has ended.
            ChannelError: It is too long, or no JSON.
        """
        (length,) = _LENGTH.unpack(self._peek(_LENGTH.size, deadline))
        if length > self._limit:
            raise ChannelError(f"a message of {length} bytes is over {self._limit}")
        data = self._peek(_LENGTH.size + length, deadline)[_LENGTH.size :]
        del self._read[: _LENGTH.size + length]
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as why:
            raise ChannelError(f"no JSON: {type(why).__name__}") from None

    def exchange_text(self, text: str, deadline: float | None) -> str:
        """Send a text as the last thing, and return all that comes until the other side ends.

        Raises:
            ChannelError: It is too long, too late, or no text.
        """
        try:
            self._wait_until(deadline)
            self._end.sendall(text.encode())
            self._end.shutdown(socket.SHUT_WR)
            while more := self._recv_until(deadline):
                self._read += more
                if len(self._read) > self._limit:
                    raise ChannelError(f"a message is over {self._limit} bytes")
            return self._read.decode()
        except (OSError, UnicodeDecodeError) as why:
            raise ChannelError(str(why)) from None

    def _wait_until(self, deadline: float | None) -> None:
        """Let the socket's next call end at the deadline, however slowly bytes come."""
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise LateError("no answer in time")
        self._end.settimeout(left)

    def _recv_until(self, deadline: float | None) -> bytes:
        self._wait_until(deadline)
        return self._end.recv(1 << 16)

    @property
    def has_more(self) -> bool:
        """Whether bytes of a next message have been read already."""
        return bool(self._read)

    def _peek(self, size: int, deadline: float | None) -> bytes:
        """Read until there are so many bytes, and return them; they stay."""
        while len(self._read) < size:
            self._wait(deadline)
            try:
                more = self._end.recv(min(1 << 20, max(size - len(self._read), 4096)))
            except TimeoutError:  # a test's own alarm, which stops a call that takes too long
                raise
            except OSError as why:
                raise ClosedError(str(why)) from None
            if not more:
                raise ClosedError("the other side has ended")
            self._read += more
        return bytes(self._read[:size])

    def _wait(self, deadline: float | None) -> None:
        """Wait until there is something to read, or the other side has ended."""
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:  # also for one who never stops sending
            raise LateError("no answer in time")
        with disturbed():
            ready = select.select([self._end], [], [], left)[0]
        if not ready:
            raise LateError("no answer in time")
