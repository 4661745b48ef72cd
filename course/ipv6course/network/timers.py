"""The timers of one device: what is to be done, and when."""

from __future__ import annotations

import heapq
from collections.abc import Callable


class Timer:
    """Something to be done at a time, unless it is cancelled before."""

    __slots__ = ("action", "when")

    def __init__(self, when: float, action: Callable[[], None]) -> None:
        self.when = when
        """Virtual seconds."""
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Do not do it. Cancelling twice, or too late, does nothing."""
        self.action = None

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be done."""
        return self.action is not None


class Timers:
    """A queue of timers; those of one time fire in the order in which they were set."""

    def __init__(self) -> None:
        self._queue: list[tuple[float, int, Timer]] = []
        self._set = 0

    def at(self, when: float, action: Callable[[], None]) -> Timer:
        """Set a timer.

        Args:
            when: Virtual seconds, not a duration. A time that has passed fires at the next call.
            action: What to do.

        Returns:
            The timer, which can be cancelled.
        """
        timer = Timer(when, action)
        self._set += 1
        heapq.heappush(self._queue, (when, self._set, timer))
        return timer

    def next(self) -> float | None:
        """Return when the next timer fires, in virtual seconds; None where none is set."""
        queue = self._queue
        while queue and queue[0][2].action is None:
            heapq.heappop(queue)
        return queue[0][0] if queue else None

    def fire(self, now: float) -> None:
        """Do what is due at a time, in order. What is set meanwhile and is due, too."""
        while (when := self.next()) is not None and when <= now:
            timer = heapq.heappop(self._queue)[2]
            action, timer.action = timer.action, None
            if action is not None:
                action()
