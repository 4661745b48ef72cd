"""A lesson as its notebook sees it: the learner, and the checks."""

import sys
from types import TracebackType
from typing import Any

from ipv6course.classroom import hints, identity
from ipv6course.classroom.check import Check, not_yet
from ipv6course.classroom.messages import _


class Lesson:
    """One lesson, open in a notebook.

    Attributes:
        name: Module and lesson, such as `addressing/01-text`.
        learner: Who works on it, and the values that are theirs.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.learner = identity.current()
        self._hints = hints.load(name.partition("/")[0])
        self._withheld: dict[str, tuple[str, ...]] = {}
        _explain_blank_answers()
        if self.learner.is_guest:
            print(
                _(
                    "You are working as a guest. Open the home page and say who you are: "
                    "your exercises then have values of your own."
                )
            )
        else:
            print(_("This lesson's values belong to: {learner}").format(learner=self.learner.id))

    def withhold(self, exercise: str, *calls: str) -> None:
        """Refuse answers that use these calls: they are what the exercise asks for.

        Args:
            exercise: The grade_id of the solution cell.
            *calls: Dotted names of modules, classes or functions.
        """
        self._withheld[exercise] = calls

    def check(self, grade_id: str) -> Check:
        """Open the check of one test cell: `with lesson.check("shorten-1") as test:`.

        Args:
            grade_id: Of the test cell: the exercise's own, a hyphen and a number.
        """
        exercise = grade_id.rpartition("-")[0]
        return Check(self.name, grade_id, self._hints, self._withheld.get(exercise, ()))


def _explain_blank_answers() -> None:
    """Let the notebook explain a cell that still is nbgrader's `raise NotImplementedError()`.

    Such a cell stands where an answer is not a function: often it is answered by a widget, by
    learners who do not read tracebacks.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        shell.set_custom_exc((NotImplementedError,), _explain_blank_answer)


def _explain_blank_answer(
    shell: Any, kind: type, error: BaseException, trace: TracebackType, tb_offset: int | None = None
) -> None:
    while trace.tb_next is not None:
        trace = trace.tb_next
    frame = trace.tb_frame
    if frame.f_globals is shell.user_ns and frame.f_code.co_name == "<module>":
        shell._showtraceback(kind, error, not_yet(_("No answer yet"), hints.COMMON["no-answer"]))
    else:
        shell.showtraceback((kind, error, error.__traceback__), tb_offset)
