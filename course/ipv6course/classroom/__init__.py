"""What happens between a lesson and its learner: checks and hints, identity, progress.

A lesson opens with::

    from ipv6course.classroom import Lesson

    lesson = Lesson("addressing/01-text")
"""

from ipv6course.classroom.check import Check, CheckFailed
from ipv6course.classroom.identity import Learner
from ipv6course.classroom.lesson import Lesson

__all__ = ["Check", "CheckFailed", "Learner", "Lesson"]
