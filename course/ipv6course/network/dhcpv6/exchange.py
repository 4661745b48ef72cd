"""An exchange: a message is sent again and again until it is answered, RFC 9915 section 15."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ipv6course.network.device import Device
from ipv6course.network.timers import Timer
from ipv6course.network.wire import dhcpv6

_A_TOKEN = 1 - 1e-9  # what rounding left of a token is one, or a wait could be too short to end
_RANDOM = 0.1  # RAND is between -0.1 and 0.1, section 15


@dataclass(frozen=True, slots=True)
class Parameters:
    """How a message is retransmitted. All times are seconds; 0 is without end."""

    irt: float
    """Initial retransmission time."""
    mrt: float = 0
    """Maximum retransmission time."""
    mrc: int = 0
    """Maximum retransmission count."""
    mrd: float = 0
    """Maximum retransmission duration."""
    delay: float = 0
    """At most so long is the random delay before the first."""


# RFC 9915 section 7.6. A Renew ends at T2, and a Rebind when the last lease has expired.
PARAMETERS = {
    dhcpv6.SOLICIT: Parameters(1, 3600, delay=1),
    dhcpv6.REQUEST: Parameters(1, 30, mrc=10),
    dhcpv6.CONFIRM: Parameters(1, 4, mrd=10, delay=1),
    dhcpv6.RENEW: Parameters(10, 600),
    dhcpv6.REBIND: Parameters(10, 600),
    dhcpv6.INFORMATION_REQUEST: Parameters(1, 3600, delay=1),
    dhcpv6.RELEASE: Parameters(1, mrc=4),
    dhcpv6.DECLINE: Parameters(1, mrc=4),
}


class RateLimit:
    """A token bucket, RFC 9915 section 14.1: 20 messages in 20 seconds, per interface."""

    def __init__(self, most: int = 20, seconds: float = 20.0) -> None:
        self.most = most
        self.seconds = seconds
        self._tokens = float(most)
        self._since = 0.0

    def wait(self, now: float) -> float:
        """Take a token and return 0; where there is none, return after how many seconds."""
        refilled = (now - self._since) * self.most / self.seconds
        self._tokens = min(float(self.most), self._tokens + refilled)
        self._since = now
        if self._tokens < _A_TOKEN:
            return (1 - self._tokens) * self.seconds / self.most
        self._tokens -= 1
        return 0.0


class Exchange:
    """One message, under way until `stop`."""

    def __init__(
        self,
        device: Device,
        message: int,
        parameters: Parameters,
        limit: RateLimit,
        send: Callable[[int], None],
        failed: Callable[[], None],
        first_ended: Callable[[], bool] = lambda: False,
    ) -> None:
        """Prepare an exchange; `begin` begins it.

        Args:
            device: Whose time and chance it is.
            message: The message's type.
            parameters: How it is retransmitted.
            limit: Of the interface.
            send: Sends the message; it takes the elapsed time in hundredths of a second.
            failed: Called where the exchange ends without an answer.
            first_ended: Called at the end of the first retransmission time; returns whether that
                was the end of the exchange. A Solicit then looks at what it collected.
        """
        self.device = device
        self.message = message
        self.parameters = parameters
        self.transaction = device.random.getrandbits(24)
        """The transaction identifier: the same in all retransmissions, section 16.1."""
        self.sent = 0
        """How often it was sent."""
        self.began = 0.0
        """When it was sent first."""
        self.timeout = 0.0
        """RT: seconds until it is sent again."""
        self._limit = limit
        self._send = send
        self._failed = failed
        self._first_ended = first_ended
        self._timer: Timer | None = None

    def begin(self) -> None:
        """Send the message, after the random delay that its type has."""
        self._set(self.device.random.uniform(0, self.parameters.delay), self._transmit)

    def stop(self) -> None:
        """End it: it was answered, or nobody wants the answer any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _set(self, seconds: float, action: Callable[[], None]) -> None:
        self._timer = self.device.timers.at(self.device.now + seconds, action)

    def _transmit(self) -> None:
        wait = self._limit.wait(self.device.now)
        if wait:
            self._set(wait, self._transmit)
            return
        if not self.sent:
            self.began = self.device.now
        elapsed = round((self.device.now - self.began) * 100)
        self.sent += 1
        self.timeout = self._next_timeout()
        self._set(self._until_end(self.timeout), self._expired)
        self._send(min(elapsed, dhcpv6.MOST_ELAPSED))

    def _next_timeout(self) -> float:
        """Return RT, section 15."""
        irt, mrt = self.parameters.irt, self.parameters.mrt
        least = -_RANDOM
        if self.message == dhcpv6.SOLICIT and self.sent == 1:
            least = _RANDOM / 1000  # strictly greater than 0, section 18.2.1
        rand = self.device.random.uniform(least, _RANDOM)
        timeout = irt + rand * irt if self.sent == 1 else (2 + rand) * self.timeout
        if mrt and timeout > mrt:
            timeout = mrt + rand * mrt
        return timeout

    def _until_end(self, timeout: float) -> float:
        if not self.parameters.mrd:
            return timeout
        return max(0.0, min(timeout, self.began + self.parameters.mrd - self.device.now))

    def _expired(self) -> None:
        if self.sent == 1 and self._first_ended():
            return
        parameters = self.parameters
        is_late = parameters.mrd and self.device.now >= self.began + parameters.mrd
        if is_late or (parameters.mrc and self.sent >= parameters.mrc):
            self._failed()
        else:
            self._transmit()
