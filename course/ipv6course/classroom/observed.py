"""One call of a learner's function: what came back, and how.

The grader may run the learner's code in a process of its own. This runs there, beside it.
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from typing import Any

from ipv6course.classroom.time_limit import time_limit
from ipv6course.classroom.withheld import watching

HERE = f"{__name__}:observe"
"""The name by which a process that has the learner's function finds `observe`."""


def observe(
    function: Callable[..., Any], arguments: Sequence[Any], withheld: Sequence[str], seconds: float
) -> tuple[Any, BaseException | None, list[str]]:
    """Call the learner's function within a time limit.

    What it writes to stderr goes to stdout: nbgrader takes the points from a cell with anything on
    stderr, were it only a warning.

    Args:
        function: The learner's.
        arguments: Its arguments.
        withheld: Dotted names of calls that the exercise asks for.
        seconds: The limit.

    Returns:
        The value, None if there was an error; the error or None; the withheld calls that it made.
    """
    value, error = None, None
    with watching(withheld, __name__) as used:
        try:
            with redirect_stderr(sys.stdout), time_limit(seconds):
                value = function(*arguments)
        except BaseException as stopped:  # also SystemExit, KeyboardInterrupt, or their own
            error = stopped
    return value, error, sorted(set(used))
