"""A limit on how long a learner's function may run, where the platform can interrupt it."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 0.0001
# Modules that are not interrupted: they put things back.
_TIDYING = ("contextlib", "ipv6course.classroom.withheld", __name__)


class OutOfTimeError(BaseException):
    """The function was still running at its limit.

    Not an `Exception`: a loop with `except Exception` in it must not swallow this.
    """


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop the block after so many seconds of wall time with `OutOfTimeError`.

    It comes again and again until the block ends: a loop with a bare `except:` swallows it while
    it is in its `try`.
    Windows and the browser have no timer signal: there the learner interrupts the kernel.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not (hasattr(signal, "setitimer") and in_main_thread):
        yield
        return

    running = True

    def stop(number: int, frame: FrameType | None) -> None:
        tidying = frame is not None and frame.f_globals.get("__name__") in _TIDYING
        if running and not tidying:
            raise OutOfTimeError

    reported = sys.unraisablehook

    def report(event: "sys.UnraisableHookArgs") -> None:
        # Python cannot raise in a destructor: it would print there, and nbgrader takes that for 0.
        if not issubclass(event.exc_type, OutOfTimeError):
            reported(event)

    before = signal.signal(signal.SIGALRM, stop)
    sys.unraisablehook = report
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        sys.unraisablehook = reported
