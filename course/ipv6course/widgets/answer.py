"""A button that takes another widget's value as the answer to an exercise.

The value is put into the exercise's answer cell, as a line of Python, and into the notebook's own
variables. So an answer that was clicked is saved, handed in and graded like one that was typed.
Where the page cannot write into the cell, it shows the line to copy.
"""

import sys
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ipv6course.classroom.messages import _


def answer_line(name: str, value: object) -> str:
    """Return the line of Python that gives a value its name: `area = '2001:db8::/36'`.

    Raises:
        ValueError: The name is not a Python name, or the value is neither text nor number nor a
            list or tuple of them.
    """
    if not name.isidentifier():
        raise ValueError(f"{name!r} is not a Python name")
    items = list(value) if isinstance(value, list | tuple) else [value]
    for item in items:
        if type(item) not in (str, int, float, bool):
            raise ValueError(f"{type(item).__name__} cannot be an answer; use text or numbers")
    return f"{name} = {value!r}"


class Answer(anywidget.AnyWidget):  # type: ignore[misc]
    """The button.

    Args:
        exercise: grade_id of the solution cell.
        name: The variable that the exercise's check looks at.
        of: The widget whose `value` is the answer.
    """

    _esm = Path(__file__).with_name("answer.js")
    _css = Path(__file__).with_name("answer.css")

    exercise = traitlets.Unicode(help="grade_id of the solution cell.").tag(sync=True)
    line = traitlets.Unicode(help="The line of Python, from the widget's value.").tag(sync=True)
    labels = traitlets.Dict(help="Sentences, translated.").tag(sync=True)

    def __init__(self, exercise: str, name: str, of: Any) -> None:
        self._name, self._of = name, of
        labels = {
            "take": _("Take this as my answer"),
            "mark": "# " + _("Written by the widget above."),
            "written": _("Your answer is in the cell below. Now run the check."),
            "own-answer": _("The cell below has an answer of your own. Empty it first."),
            "no-cell": _("Copy this line into the cell below, and run it:"),
        }
        super().__init__(exercise=exercise, labels=labels, line=answer_line(name, of.value))
        of.observe(self._follow, names="value")
        self.on_msg(self._take)

    def __repr__(self) -> str:
        """Return the line: what an exported page shows."""
        return str(self.line)

    def _follow(self, _change: object) -> None:
        self.line = answer_line(self._name, self._of.value)

    def _take(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Give the notebook the variable as well, so that the check can be run at once."""
        if content == {"kind": "taken"}:
            vars(sys.modules["__main__"])[self._name] = self._of.value
